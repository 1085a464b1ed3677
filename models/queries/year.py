"""The year of a municipality: reviews that fall due, agreements that end or must be given notice of, what is charged.

One statement, however many kinds and rows, within the scope. Who has access is gone through once a year too (handbook,
section 8, story 23): a year after the last time, as it was written down then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, String, bindparam, cast, func, literal, select, union_all

from models.declare.charging import ChargeKind
from models.declare.choices import AgreementStatus, RequestState, YearKind
from models.declare.clock import months_after
from models.declare.conditions import Condition, when
from models.declare.memories import remembers
from models.queries.rules import ALIVE
from models.queries.told import holds
from models.registers.accessrequests import AccessRequest
from models.registers.agreements import IN_FORCE, Agreement, is_processing_agreement
from models.registers.ai import AiSystem
from models.registers.architecture import Application
from models.registers.billing import Charge
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.tenancy.reviews import AccessReview
from models.tenancy.roles import Actor, can
from models.tenancy.session import prepare

MOST = 2000


@dataclass(frozen=True, slots=True)
class Source:
    """Where the dates of one kind are found: the register, the field that holds them, and of which rows."""

    register: type[Any]
    field: str
    of: Condition | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One date: what it is about, and the row. `changed` is when the row was changed last."""

    kind: YearKind
    day: date
    register: type[Any]
    id: int
    name: str
    municipality_id: int
    changed: datetime


is_or_was_in_force = when(
    "status", AgreementStatus.ACTIVE, AgreementStatus.OPTION, AgreementStatus.EXPIRED, AgreementStatus.TERMINATED
)
is_running = when("status", *IN_FORCE)

SOURCES: dict[YearKind, Source] = {
    YearKind.ACTIVITY: Source(ProcessingActivity, "review_due", ALIVE[ProcessingActivity]),
    YearKind.APPLICATION: Source(Application, "review_due", ALIVE[Application]),
    YearKind.RISK: Source(RiskAssessment, "review_due"),
    YearKind.IMPACT: Source(ImpactAssessment, "review_due"),
    YearKind.AI: Source(AiSystem, "review_due", ALIVE[AiSystem]),
    YearKind.NOTICE: Source(Agreement, "notice_deadline", is_running),
    YearKind.OPTION: Source(Agreement, "option_deadline", is_running),
    YearKind.ENDS: Source(Agreement, "ends", is_or_was_in_force),
    YearKind.AUDIT: Source(Agreement, "next_audit", is_running & is_processing_agreement),
    YearKind.LICENCE: Source(Application, "licence_renewal", ALIVE[Application]),
    YearKind.CHARGE: Source(Charge, "invoiced_on"),
    YearKind.ACCESS: Source(AccessReview, "due"),
    YearKind.REQUEST: Source(AccessRequest, "deadline", when("status", RequestState.OPEN)),
}


def kinds_for(actor: Actor, place: int | None) -> tuple[YearKind, ...]:
    """The kinds somebody may read in a municipality; with None, anywhere."""
    return tuple(kind for kind, source in SOURCES.items() if can(actor, "read", source.register, place))


def dates(session: Any, kinds: Sequence[YearKind], begin: date, end: date) -> list[Entry]:
    """The dates from a day to before another, the soonest first; no more than one past MOST."""
    if not kinds:
        return []
    given = {"begin": begin, "end": end}
    found = [_entry(*row) for row in session.execute(_statement(tuple(kinds)), given)]
    order = list(YearKind)
    return sorted(found, key=lambda one: (one.day, order.index(one.kind), one.name, one.id))[: MOST + 1]


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of a month that is too short for it."""
    return months_after(day, -months)


def _entry(kind: str, day: date, row_id: int, name: str, place: int, changed: datetime) -> Entry:
    known = YearKind(kind)
    if known is YearKind.CHARGE:
        nature, _, year = name.rpartition(" ")
        name = f"{ChargeKind.stored(nature).label} {year}"  # as its own list calls it
    return Entry(known, day, SOURCES[known].register, row_id, name, place, changed)


@remembers()
def _statement(kinds: tuple[YearKind, ...]) -> Any:
    return prepare(select(union_all(*map(_part, kinds)).subquery()))


def _part(kind: YearKind) -> Any:
    """The dates of one kind, the soonest first and no more than are shown."""
    source = SOURCES[kind]
    register, day = source.register, getattr(source.register, source.field)
    begin, end = bindparam("begin", type_=Date), bindparam("end", type_=Date)
    columns = (
        literal(kind.value).label("kind"), day.label("day"), register.id.label("id"), _name(register).label("name"),
        register.municipality_id.label("place"), _changed(register).label("changed"),
    )  # fmt: skip
    rows = select(*columns).where(day >= begin, day < end)
    if register is AccessReview:
        rows = rows.where(AccessReview.id.in_(_newest_reviews()))
    if source.of is not None:
        rows = rows.where(holds(register, source.of))
    return select(rows.order_by(day, register.id).limit(MOST + 1).subquery())


def _newest_reviews() -> Any:
    """Of each municipality only when access was gone through last says when it is due."""
    return select(func.max(AccessReview.id)).group_by(AccessReview.municipality_id)


def _changed(register: type[Any]) -> Any:
    return AccessReview.done_at if register is AccessReview else register.updated_at


def _name(register: type[Any]) -> Any:
    if register is AccessReview:
        return AccessReview.done_by_name
    if register is Charge:
        return cast(Charge.nature, String) + " " + cast(Charge.year, String)
    return cast(getattr(register, register.__register__.title), String)
