"""What a row takes with it in one municipality, read: what falls, whose data that is about, and how the agreements end.
Two statements for the landscape where it is not known, and six beside it, however much there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, union_all

from models.declare.choices import Answer
from models.declare.memories import remembers
from models.declare.titles import title
from models.landscape import reading
from models.landscape.declared import KINDS
from models.landscape.graph import Key
from models.landscape.impact import Impact, impact_of
from models.queries.rules import ALIVE
from models.queries.together import ROWS, among
from models.queries.told import holds, naming
from models.registers.agreements import Agreement
from models.registers.catalogue import Supplier
from models.registers.codes import DataSubjectCategory, PersonalDataCategory, Special
from models.registers.processing import ProcessingActivity, SubjectRow
from models.tenancy import scope
from models.tenancy.reach import written
from models.tenancy.session import prepare

SPECIAL = [one for one in Special if one.is_special]


@dataclass(frozen=True, slots=True)
class People:
    """A kind of people that activities are about: how many of them, and which kinds of data, those that art. 9 names
    apart."""

    id: int
    name: str
    activities: int
    kinds: tuple[str, ...]
    special: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """An agreement: with whom, and how it ends."""

    id: int
    name: str
    partner: str | None
    notice: int | None
    deadline: date | None
    ends: date | None


@dataclass(frozen=True)
class Consequences:
    """All that is told of a row that falls away. So many of the `activities` that are hit handle special categories."""

    impact: Impact
    people: tuple[People, ...] = ()
    special: int = 0
    agreements: tuple[Bound, ...] = ()


def consequences(session: Any, place: int, key: Key, language: str) -> Consequences:
    """What a row of a municipality, or of what all share, takes with it there. Nothing of any other is read."""
    graph = reading.of(session, place, language)
    with scope.use(scope.current().within([place])):
        impact = impact_of(graph, key, _over(session))
        people, special = _whose(session, impact.activities, language)
        return Consequences(impact, people, special, _bound(session, impact))


def _over(session: Any) -> set[Key]:
    """What is over and done with, of the registers that know such a thing."""
    return {(KINDS[number].__tablename__, row_id) for number, row_id in session.execute(_dead())}


@remembers()
def _dead() -> Any:
    each = [(KINDS.index(one), one, ~holds(one, alive)) for one, alive in ALIVE.items() if one in KINDS]
    return prepare(
        union_all(*[select(written(at).label("number"), one.id.label("id")).where(over) for at, one, over in each])
    )


def _whose(session: Any, activities: list[int], language: str) -> tuple[tuple[People, ...], int]:
    """Whom some activities are about, by name, and how many of them handle special categories."""
    given = {ROWS: activities}
    kinds: dict[int, list[tuple[str, bool]]] = {}
    for subject, name, special in session.execute(_kinds(language), given):
        kinds.setdefault(subject, []).append((name, special in SPECIAL))
    found = [
        People(row_id, name, number, *[tuple(one for one, is_special in kinds.get(row_id, ()) if is_special is wanted)
                                       for wanted in (False, True)])
        for row_id, name, number in session.execute(_subjects(language), given)
    ]  # fmt: skip
    return tuple(found), session.scalar(_of_special(), given)


@remembers()
def _subjects(language: str) -> Any:
    there = DataSubjectCategory
    told = select(there.id, title(there, *naming(there), language), func.count(SubjectRow.parent_id.distinct()))
    told = told.select_from(SubjectRow).join(SubjectRow.subject).where(among(SubjectRow.parent_id))
    return prepare(told.group_by(there.id).order_by(there.sort_key, there.id))


@remembers()
def _kinds(language: str) -> Any:
    there = PersonalDataCategory
    told = select(SubjectRow.subject_id, title(there, *naming(there), language), there.special)
    told = told.select_from(SubjectRow).join(SubjectRow.personal_data).where(among(SubjectRow.parent_id))
    grouped = told.group_by(SubjectRow.subject_id, there.id)
    return prepare(grouped.order_by(SubjectRow.subject_id, there.sort_key, there.id))


@remembers()
def _of_special() -> Any:
    there = ProcessingActivity
    return prepare(select(func.count()).select_from(there).where(among(there.id), there.special == Answer.YES))


def _bound(session: Any, impact: Impact) -> tuple[Bound, ...]:
    """In the order of the day they end."""
    ids = [one.id for one in impact.agreements]
    rows = {row[0]: Bound(*row) for row in session.execute(_agreements(), {ROWS: ids})}
    return tuple(rows[one] for one in ids if one in rows)


@remembers()
def _agreements() -> Any:
    there = Agreement
    told = select(there.id, there.name, Supplier.name, there.notice_months, there.notice_deadline, there.ends)
    return prepare(told.outerjoin(there.supplier).where(among(there.id)))
