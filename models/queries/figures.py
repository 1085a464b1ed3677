"""How much there is, how far it has come and what needs doing: counted municipality by municipality.

Of many municipalities together what was counted is kept, and only those where something has changed since are counted
again: their history tells which.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any

from sqlalchemy import Integer, bindparam, cast, func, null, select, union_all

from models.declare.choices import RecordStatus
from models.declare.clock import now
from models.declare.domains import Domain
from models.declare.memories import remembers
from models.queries.overview import Task, tasks
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from models.tenancy.log import CHANGES
from models.tenancy.reach import written
from models.tenancy.session import prepare

Row = tuple[int, ...]  # how many rows, how many of them each task concerns, how many stand at each status
MANY = 20  # municipalities from which on it pays to keep what was counted
NEWEST = 200  # changes looked through; a municipality with news further back is counted again
SETTLED = timedelta(minutes=2)  # a change older than this has no slower one still on its way past it


@dataclass
class Kept:
    """What was counted of some registers, and which changes of each log it holds: all up to one, and of the newer ones
    those that were there. `basis` is what else it rests on: once that is another, so are the numbers."""

    basis: Hashable = None
    rows: dict[tuple[type[Any], int], Row] = field(default_factory=dict)
    holds: dict[tuple[Domain, int], tuple[int, frozenset[int]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """What was counted in some registers, within the scope."""

    rows: dict[type[Any], dict[int, Row]]

    def total(self, register: type[Any], place: int | None = None) -> int:
        return next(iter(self._sums(register, place)), 0)

    def by_municipality(self, register: type[Any]) -> dict[int, int]:
        return {one: row[0] for one, row in self.rows[register].items()}

    def by_status(self, register: type[Any], place: int | None = None) -> dict[RecordStatus, int]:
        return dict(zip(RecordStatus, self._sums(register, place)[1 + len(_tasks_of(register)) :], strict=False))

    def open_tasks(self, place: int | None = None) -> Iterator[tuple[Task, int]]:
        """The tasks that have something in them, gravest first; of one municipality where that is asked."""
        counted = {
            task.text: number
            for register in self.rows
            for task, number in zip(_tasks_of(register), self._sums(register, place)[1:], strict=False)
        }
        return ((task, counted[task.text]) for task in tasks() if counted.get(task.text))

    def _sums(self, register: type[Any], place: int | None = None) -> list[int]:
        rows = [row for one, row in self.rows[register].items() if place in {None, one}]
        return [sum(column) for column in zip(*rows, strict=True)]


def figures(session: Any, registers: tuple[type[Any], ...], kept: Kept | None = None) -> Figures:
    """Count some registers within the scope; of many municipalities together from what is `kept` of these registers."""
    reach = scope.current().reach(one.__domain__ for one in registers)
    if kept is None or len(reach) < MANY:
        rows = dict(_count(session, registers, reach)) if registers else {}
    else:
        _renew(session, registers, kept)
        rows = kept.rows
    within = {one: scope.current().readable(one.__domain__) for one in registers}
    return Figures({one: {place: rows[one, place] for place in within[one]} for one in registers})


def _renew(session: Any, registers: tuple[type[Any], ...], kept: Kept) -> None:
    """Count where something has changed, within a scope that holds no more than that."""
    for domain in dict.fromkeys(one.__domain__ for one in registers):
        news = _News(session, CHANGES[domain])
        reach = scope.current().readable(domain)
        if stale := [one for one in reach if news.tells_of(one, kept.holds.get((domain, one)))]:
            concerned = tuple(one for one in registers if one.__domain__ is domain)
            with scope.use(scope.current().within(stale)):
                kept.rows |= dict(_count(session, concerned, stale))
            kept.holds |= {(domain, one): (news.settled, news.since(news.settled, one)) for one in stale}


class _News:
    """The newest changes of a log that the scope reaches. A slower change may come in below a newer one: a number alone
    does not say that all before it has been counted, not until it has settled."""

    def __init__(self, session: Any, log: type[Any]) -> None:
        found = session.execute(_newest(log)).all()
        cut = now() - SETTLED
        self.oldest = found[-1].id if len(found) == NEWEST else 0
        self.settled = next((one.id for one in found if one.at < cut), self.oldest)
        self._of: dict[int, list[int]] = {}
        for one in found:
            self._of.setdefault(one.municipality_id, []).append(one.id)

    def since(self, settled: int, municipality_id: int) -> frozenset[int]:
        """The changes of a municipality after one of the log."""
        return frozenset(one for one in self._of.get(municipality_id, ()) if one > settled)

    def tells_of(self, municipality_id: int, holds: tuple[int, frozenset[int]] | None) -> bool:
        """Whether there are changes that what was counted does not hold."""
        if holds is None or holds[0] < self.oldest:
            return True
        return municipality_id in self._of and not self.since(holds[0], municipality_id) <= holds[1]


@remembers()
def _newest(log: Any) -> Any:
    return prepare(select(log.id, log.municipality_id, log.at).order_by(log.id.desc()).limit(NEWEST))


def _count(
    session: Any, registers: tuple[type[Any], ...], places: Collection[int]
) -> Iterator[tuple[tuple[type[Any], int], Row]]:
    """One statement for the registers with tasks, one for all the others."""
    plain = tuple(one for one in registers if len(_measures(one)) == 1)
    if plain:
        for place, *numbers in session.execute(_sizes(plain), {"places": sorted(places)}):
            yield from (((one, place), (number,)) for one, number in zip(plain, numbers, strict=True))
    if walked := tuple(one for one in registers if one not in plain):
        counted = {(walked[number], place): tuple(row) for number, place, *row in session.execute(_measured(walked))}
        for register, place in product(walked, places):
            width = len(_measures(register))
            yield (register, place), counted.get((register, place), (0,) * width)[:width]


@remembers()
def _sizes(registers: tuple[Any, ...]) -> Any:
    """How many rows each municipality has in each register."""
    counts = [select(func.count()).select_from(one).where(one.municipality).scalar_subquery() for one in registers]
    places = Municipality.id.in_(bindparam("places", expanding=True))
    return prepare(select(Municipality.id, *counts).where(places))


@remembers()
def _measured(registers: tuple[Any, ...]) -> Any:
    """All that is counted of some registers, by the place of each among them, in one walk through its rows."""
    widest = max(len(_measures(one)) for one in registers)
    walks = [_walk(number, register, widest) for number, register in enumerate(registers)]
    return prepare(union_all(*walks) if len(walks) > 1 else walks[0])


def _walk(number: int, register: Any, widest: int) -> Any:
    measures = _measures(register)
    nothing = [cast(null(), Integer)] * (widest - len(measures))
    columns = [column.label(f"m{place}") for place, column in enumerate([*measures, *nothing])]
    walk = select(written(number).label("number"), register.municipality_id.label("place"), *columns)
    return walk.group_by(register.municipality_id)


@remembers()
def _measures(register: Any) -> tuple[Any, ...]:
    conditions = [task.condition for task in _tasks_of(register)]
    if register is ProcessingActivity:
        conditions += [register.status == status for status in RecordStatus]
    return (func.count(), *[func.count().filter(condition) for condition in conditions])


@remembers()
def _tasks_of(register: Any) -> tuple[Task, ...]:
    return tuple(task for task in tasks() if task.register is register)
