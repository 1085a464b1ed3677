"""Whether a municipality is in control (user story 30 of the domain handbook): ten figures, counted municipality by
municipality, and the median of those that are read together.

What is counted is what the rules, the to-do list and «Hvor langt er vi kommet?» count: nothing is defined here anew.
A median is told of numbers alone, and of five municipalities at least: with fewer one could reckon out the others'.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, cast, func, null, select, union_all

from models.declare.conditions import ahead, filled, some
from models.declare.domains import Domain
from models.queries.costs import Cost, inhabitants, spent
from models.queries.progress import ends_soon, members, needs_agreement, needs_fallback
from models.queries.rules import ALIVE, BY_CODE, breaks
from models.queries.told import holds
from models.registers.agreements import IN_FORCE, Agreement
from models.registers.architecture import Application
from models.registers.breaches import Breach
from models.registers.processing import ProcessingActivity, is_approved
from models.tenancy import scope
from models.tenancy.reach import may_know_of, written

FEWEST = 5  # municipalities behind a median
SYSTEMS, COST = "systems", "cost"
Where = Callable[[date], ColumnElement[bool]]
Count = tuple[int, int | None]  # how many, and of how many where it is a share
Counts = Mapping[str, Mapping[int, Count]]  # by measure and municipality


class Good(IntEnum):
    """Whether more of something is better."""

    LESS = -1
    NEITHER = 0
    MORE = 1


@dataclass(frozen=True)
class Measure:
    """One figure: the rows of a register that something holds of and, of a share, those they are among; what one must
    be allowed to read. What a year costs is counted elsewhere, and has no register."""

    key: str
    good: Good
    register: type[Any] | None = None
    part: Where | None = None
    whole: Where | None = None
    reads: Domain = Domain.CONTENT


_alive, _activity = ALIVE[Application], ALIVE[ProcessingActivity]
_is_young = filled("assessed_on") & ~BY_CODE["Q6"].condition
_is_overdue = BY_CODE["Q20a"].condition & ~ahead("deadline")


def _has_owner(_day: date) -> ColumnElement[bool]:
    return holds(Application, _alive & ~BY_CODE["Q7a"].condition)


def _is_covered(_day: date) -> ColumnElement[bool]:
    return holds(Application, needs_agreement & ~BY_CODE["Q3c"].condition)


def _is_assessed(_day: date) -> ColumnElement[bool]:
    young = holds(Application, _alive & some("risk_assessments", _is_young))
    return and_(may_know_of(Application, Domain.RISK), young)


MEASURES = (
    Measure(SYSTEMS, Good.NEITHER, Application, lambda _: holds(Application, _alive)),
    Measure("owner", Good.MORE, Application, _has_owner, lambda _: holds(Application, _alive)),
    Measure("covered", Good.MORE, Application, _is_covered, lambda _: holds(Application, needs_agreement)),
    Measure("assessed", Good.MORE, Application, _is_assessed, lambda _: holds(Application, _alive), Domain.RISK),
    Measure(
        "fallback", Good.LESS, Application,
        lambda _: breaks(BY_CODE["Q7c"]), lambda _: holds(Application, needs_fallback),
    ),
    Measure("ending", Good.NEITHER, Agreement, ends_soon, lambda _: Agreement.status.in_(IN_FORCE)),
    Measure(
        "approved", Good.MORE, ProcessingActivity,
        lambda _: holds(ProcessingActivity, _activity & is_approved), lambda _: holds(ProcessingActivity, _activity),
    ),
    Measure(
        "dpia", Good.LESS, ProcessingActivity,
        lambda _: breaks(BY_CODE["Q5b"]), lambda _: holds(ProcessingActivity, _activity), Domain.RISK,
    ),
    Measure("breaches", Good.LESS, Breach, lambda _: holds(Breach, _is_overdue), reads=Domain.RISK),
    Measure(COST, Good.NEITHER),
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A figure of one municipality, or of those read together, and the median where it may be told: `behind` says how
    many stand behind it, and is None where nothing is compared."""

    measure: Measure
    part: int
    whole: int | None
    median: int | None = None
    behind: int | None = None

    @property
    def value(self) -> int | None:
        """What is compared: a share in per cent, øre for each inhabitant, else the number itself; None of nothing."""
        return value_of(self.measure, (self.part, self.whole))

    @property
    def better(self) -> Good | None:
        """Whether it is better than the median, worse or the same; None where there is nothing to say of that."""
        if self.median is None or self.value is None or self.measure.good is Good.NEITHER:
            return None
        return Good(((self.value > self.median) - (self.value < self.median)) * self.measure.good)


def value_of(measure: Measure, count: Count) -> int | None:
    """A good share is rounded down and a bad one up: nothing is whole that lacks one, and nothing gone that is left."""
    part, whole = count
    if measure.key == COST:
        return Cost(part, bool(part), 0, whole, None).of_each
    if whole is None:
        return part
    if not whole:
        return None
    return -(-100 * part // whole) if measure.good is Good.LESS else 100 * part // whole


def figures(session: Any, today: date, place: int | None = None) -> list[Figure]:
    """The figures of a municipality, or of all within the scope together, in the order of MEASURES; of what one may
    not read there is none. As many statements whatever there is."""
    read = scope.current().readable(Domain.CONTENT)
    counts = counted(session, today)
    if len(read) == 1:
        return [Figure(measure, *_sum(counts[measure.key].values())) for measure in _readable(read)]
    begun = {one for one, (systems, _) in counts[SYSTEMS].items() if systems} & members(session, today)
    asked = read if place is None else {place}
    return [_beside(measure, counts[measure.key], asked, begun) for measure in _readable(asked)]


def _beside(measure: Measure, counts: Mapping[int, Count], asked: Collection[int], begun: Collection[int]) -> Figure:
    """A figure with the median of those who have begun, wherever one reads of it."""
    reads = scope.current().readable(measure.reads)
    known = [value_of(measure, counts.get(one, _nothing(measure))) for one in begun if one in reads]
    values = [one for one in known if one is not None]
    middle = int(median(values)) if len(values) >= FEWEST else None
    return Figure(measure, *_sum([counts.get(one, _nothing(measure)) for one in asked]), middle, len(values))


def _readable(places: Collection[int]) -> list[Measure]:
    """The figures that are read of all of some municipalities."""
    return [one for one in MEASURES if set(places) <= scope.current().readable(one.reads)]


def _nothing(measure: Measure) -> Count:
    return 0, None if measure.whole is None else 0


def _sum(counts: Collection[Count]) -> Count:
    wholes = [whole for _part, whole in counts if whole is not None]
    return sum(part for part, _whole in counts), sum(wholes) if wholes else None


def counted(session: Any, today: date) -> dict[str, dict[int, Count]]:
    """What each measure counts in each municipality of the scope: the rows in one statement, the money in two."""
    found: dict[str, dict[int, Count]] = {
        one.key: dict.fromkeys(scope.current().readable(one.reads), _nothing(one)) for one in MEASURES
    }
    registers = list(dict.fromkeys(one.register for one in MEASURES if one.register is not None))
    widest = max(len(_columns(one, today)) for one in registers)
    walks = [_walk(number, one, today, widest) for number, one in enumerate(registers)]
    for number, place, *numbers in session.execute(union_all(*walks)):
        left = iter(numbers)
        for measure in _of(registers[number]):
            count = next(left), None if measure.whole is None else next(left)
            if place in found[measure.key]:
                found[measure.key][place] = count
    found[COST] = _costs(session, today)
    return found


def _of(register: type[Any]) -> list[Measure]:
    return [one for one in MEASURES if one.register is register]


def _columns(register: type[Any], today: date) -> list[Any]:
    wanted = [where(today) for one in _of(register) for where in (one.part, one.whole) if where is not None]
    return [func.count().filter(where) for where in wanted]


def _walk(number: int, register: Any, today: date, widest: int) -> Any:
    """All that is counted of a register, in one walk through its rows."""
    columns = _columns(register, today)
    columns += [cast(null(), Integer)] * (widest - len(columns))
    labelled = [column.label(f"m{turn}") for turn, column in enumerate(columns)]
    walk = select(written(number).label("number"), register.municipality_id.label("place"), *labelled)
    return walk.group_by(register.municipality_id)


def _costs(session: Any, today: date) -> dict[int, Count]:
    """Øre and inhabitants, of those where both are known."""
    people, ore = inhabitants(session, today), defaultdict[int, int](int)
    for one in spent(session):
        ore[one.place] += one.of_systems + one.of_agreements
    return {place: (sum_, people[place][0]) for place, sum_ in ore.items() if place in people}
