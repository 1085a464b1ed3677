"""How far municipalities have come: the figures a council asks for, where it is slow, and the way here month by month.

What was at the end of a month is reckoned backwards from what there is today, by what the history says was made,
deleted, brought back, approved and no longer approved since. So the line ends in the numbers of today, also where the
history does not reach back to the first row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, case, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import FunctionElement

from models.declare.choices import RecordStatus
from models.declare.clock import start_of
from models.queries.figures import Figures
from models.queries.finding import how_many
from models.queries.overview import SOON, Task
from models.queries.rules import ALIVE, BY_CODE, ERROR, OLD, breaks
from models.queries.told import holds
from models.registers.agreements import IN_FORCE, Agreement
from models.registers.architecture import Application, holds_personal_data, is_covered, is_critical, needs_no_agreement
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from models.tenancy.log import CHANGED, CREATED, DELETED, RESTORED, ContentChange

MONTHS = 12
COUNTED = (Application, ProcessingActivity, Agreement)  # what is counted for a meeting, and told of a municipality
needs_agreement = ALIVE[Application] & holds_personal_data & (is_covered | ~needs_no_agreement)
needs_fallback = ALIVE[Application] & is_critical


def ends_soon(today: date) -> ColumnElement[bool]:
    """That an agreement in force ends within half a year."""
    return Agreement.status.in_(IN_FORCE) & Agreement.ends.between(today, today + SOON)


@dataclass(frozen=True)
class Control:
    """Whether a municipality is in control (user story 30 of the domain handbook). Of risk nothing is counted, and
    nothing is 0, for who may not read of it."""

    systems: int
    ownerless: int
    needing: int  # systems that need a data processing agreement
    uncovered: int
    critical: int
    without_fallback: int
    ending: int  # agreements in force that end within half a year
    assessments: int | None = None
    young: int | None = None  # of them, made within two years


def control(session: Any, today: date, *, with_risk: bool) -> Control:
    """The figures within the scope, in one statement."""
    counts = [
        how_many(Application, holds(Application, ALIVE[Application])),
        how_many(Application, breaks(BY_CODE["Q7a"])),
        how_many(Application, holds(Application, needs_agreement)),
        how_many(Application, breaks(BY_CODE["Q3c"])),
        how_many(Application, holds(Application, needs_fallback)),
        how_many(Application, breaks(BY_CODE["Q7c"])),
        how_many(Agreement, ends_soon(today)),
    ]
    if with_risk:
        young = RiskAssessment.assessed_on >= today - timedelta(days=OLD)
        counts += [how_many(RiskAssessment), how_many(RiskAssessment, young)]
    return Control(*session.execute(select(*counts)).one())


@dataclass(frozen=True)
class Month:
    """How many activities there were, and how many of them approved, when a month ended, or today."""

    first: date
    registered: int
    approved: int


def burn_up(session: Any, today: date, registered: int, approved: int) -> list[Month]:
    """The last twelve months within the scope, in one statement; `registered` and `approved` are those of today."""
    firsts = months_until(today)
    steps = {place: (made, won) for place, made, won in session.execute(_steps([start_of(one) for one in firsts[1:]]))}
    found = []
    for place in reversed(range(MONTHS)):
        found.append(Month(firsts[place], max(0, registered), max(0, approved)))
        made, won = steps.get(place, (0, 0))
        registered, approved = registered - made, approved - won
    return found[::-1]


def months_until(day: date) -> list[date]:
    """The first days of the last twelve months, that of a day last."""
    number = day.year * 12 + day.month - 1
    return [date(one // 12, one % 12 + 1, 1) for one in range(number - MONTHS + 1, number + 1)]


def _steps(ends: Sequence[datetime]) -> Any:
    """How many more activities, and how many more approved, there have become in each month after the first, by its
    place among them; `ends` are the moments at which the months before were over."""
    log = ContentChange
    said = case((log.action == RESTORED, _status_when_deleted(log)), else_=status_in(log.fields, "new"))
    made = case((log.action.in_((CREATED, RESTORED)), 1), (log.action == DELETED, -1), else_=0)
    won = _is_approved(said) - _is_approved(status_in(log.fields, "old"))
    later = [(log.at >= end, place) for place, end in enumerate(ends, 1)]
    steps = select(case(*reversed(later)).label("place"), func.sum(made), func.sum(won)).where(
        log.register == ProcessingActivity.__tablename__,
        log.action.in_((CREATED, CHANGED, DELETED, RESTORED)),
        log.at >= ends[0],
    )
    return steps.group_by("place")


def _is_approved(status: Any) -> Any:
    return case((status == RecordStatus.APPROVED.value, 1), else_=0)


def _status_when_deleted(log: Any) -> Any:
    """Which status a row that came back had when it was last deleted: it comes back with it, and the entry of its
    coming back tells only of what was lost."""
    gone = aliased(log)
    found = select(status_in(gone.fields, "old")).where(
        gone.register == log.register, gone.row_id == log.row_id, gone.action == DELETED, gone.id < log.id
    )
    return found.order_by(gone.id.desc()).limit(1).correlate(log).scalar_subquery()


class status_in(FunctionElement[str]):  # noqa: N801 - written like the other functions of SQL
    """What the status of a row was before (`old`) or after (`new`) an entry of its history; NULL where it says
    nothing of it."""

    inherit_cache = True
    type = String()


@compiles(status_in)
def _by_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    fields, side = (compiler.process(one, **options) for one in element.clauses)
    said = "json_extract(entry.value, '$.field') = 'status' AND json_extract(entry.value, '$.part') IS NULL"
    return f"(SELECT json_extract(entry.value, '$.' || {side}) FROM json_each({fields}) AS entry WHERE {said} LIMIT 1)"  # noqa: S608 - bound


@compiles(status_in, "postgresql")
def _by_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    fields, side = (compiler.process(one, **options) for one in element.clauses)
    said = "entry ->> 'field' = 'status' AND entry ->> 'part' IS NULL"
    return f"(SELECT entry ->> {side} FROM json_array_elements({fields}) AS entry WHERE {said} LIMIT 1)"  # noqa: S608 - bound


@dataclass(frozen=True)
class Lately:
    """What has happened in a municipality: when last, how often this month, and what was approved in it."""

    last: datetime | None = None
    changes: int = 0
    approved: int = 0


def lately(session: Any, first: date) -> dict[int, Lately]:
    """What has happened in each municipality within the scope since the first day of a month; two statements."""
    log, activity = ContentChange, ProcessingActivity
    events = func.count(log.request_id.distinct()).filter(log.at >= start_of(first))
    heads = select(log.municipality_id, func.max(log.at), events).where(log.first_of_event)
    new = (activity.status == RecordStatus.APPROVED, activity.approved_on >= first)
    won = select(activity.municipality_id, func.count()).where(*new).group_by(activity.municipality_id)
    approved = dict(session.execute(won).all())
    found = session.execute(heads.group_by(log.municipality_id))
    return {place: Lately(last, changes, approved.get(place, 0)) for place, last, changes in found}


@dataclass(frozen=True)
class Stand:
    """How far one municipality has come, beside others."""

    place: int
    activities: int
    approved: int
    errors: int
    ownerless: int
    worst: tuple[Task, int] | None  # the error there is most of
    lately: Lately

    @property
    def share(self) -> float | None:
        """How much of its activities is approved; None where there are none."""
        return self.approved / self.activities if self.activities else None

    @property
    def way(self) -> tuple[float, int]:
        """Sorts by how far it has come, the least first: who has begun with nothing, then by what is approved, then by
        what must be corrected."""
        return (-1 if self.share is None else self.share, -self.errors)


def stands(found: Figures, news: dict[int, Lately], places: Iterable[int]) -> list[Stand]:
    """How far some municipalities have come, who is furthest behind first."""
    return sorted((_stand(found, news.get(one, Lately()), one) for one in places), key=lambda one: one.way)


def _stand(found: Figures, news: Lately, place: int) -> Stand:
    wrong = errors(found, place)
    return Stand(
        place,
        found.total(ProcessingActivity, place),
        found.by_status(ProcessingActivity, place).get(RecordStatus.APPROVED, 0),
        sum(number for _task, number in wrong),
        next((number for task, number in wrong if task.filters == {"lacks": "owner"}), 0),
        max(wrong, key=lambda pair: pair[1], default=None),
        news,
    )


def errors(found: Figures, place: int | None = None) -> list[tuple[Task, int]]:
    """What must be corrected, and how much of it; of one municipality where that is asked."""
    return [(task, number) for task, number in found.open_tasks(place) if task.severity == ERROR]


def members(session: Any, today: date) -> set[int]:
    """The municipalities that take part today."""
    still = or_(Municipality.until.is_(None), Municipality.until > today)
    return set(session.scalars(select(Municipality.id).where(Municipality.joined <= today, still)))
