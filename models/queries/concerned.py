"""What a personal data breach and a request for access concern: systems, processing activities, datasets, agreements,
and the people to ask. All of it within the scope in force, in so many statements however many rows (handbook, section
8, stories 26 and 27).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from models.declare.base import field_of
from models.declare.choices import RequestState
from models.declare.clock import now, today
from models.queries.rules import ALIVE
from models.queries.told import holds, linked, points_at
from models.registers.accessrequests import AccessInquiry, AccessRequest
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.breaches import Breach, is_notified, needs_no_notice
from models.registers.catalogue import Product
from models.registers.data import Dataset
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity, ProcessorRow, SubjectRow
from models.tenancy.people import Membership, MunicipalRole, User
from models.tenancy.roles import in_force


@dataclass(frozen=True, slots=True)
class Concerned:
    """What a breach concerns."""

    applications: list[Any]
    activities: list[Any]
    datasets: list[Any]
    agreements: list[Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A system, or an activity that has none, and who answers for it. `row` is the inquiry that is made already."""

    application: Any
    person: Any
    activities: list[Any]
    row: Any = None


def of_breach(session: Any, row: Any) -> Concerned:
    """What is chosen; where no system is, those of the supplier, and where no activity is, those of the systems."""
    applications = _applications(session, row)
    activities = _activities(session, row, [one.id for one in applications])
    ids, done = [one.id for one in applications], [one.id for one in activities]
    used = linked(Dataset, "applications", lambda there: there.id.in_(ids))
    datasets = select(Dataset).where(or_(used, _in_activities(done))).options(joinedload(Dataset.owner))
    agreement = or_(
        linked(Agreement, "applications", lambda there: there.id.in_(ids)),
        false() if row.supplier_id is None else Agreement.supplier_id == row.supplier_id,
    )
    wanted = select(Agreement).where(agreement, holds(Agreement, ALIVE[Agreement]))
    wanted = wanted.options(joinedload(Agreement.supplier), joinedload(Agreement.manager), joinedload(Agreement.owner))
    return Concerned(applications, activities, _sorted(session, datasets), _sorted(session, wanted))


def _sorted(session: Any, wanted: Any) -> list[Any]:
    register = wanted.column_descriptions[0]["entity"]
    return list(session.scalars(wanted.order_by(register.sort_key, register.id)))


def _applications(session: Any, row: Any) -> list[Any]:
    chosen = [one.id for one in row.applications]
    if not chosen and row.supplier_id is None:
        return []
    of_supplier = points_at(Application, field_of(Application, "supplier"), row.supplier_id)
    where = Application.id.in_(chosen) if chosen else of_supplier & holds(Application, ALIVE[Application])
    wanted = select(Application).where(where)
    return _sorted(session, wanted.options(joinedload(Application.owner), joinedload(Application.manager)))


def _activities(session: Any, row: Any, applications: list[int]) -> list[Any]:
    if chosen := [one.id for one in row.activities]:
        where = ProcessingActivity.id.in_(chosen)
    elif applications:
        where = linked(ProcessingActivity, "applications", lambda there: there.id.in_(applications)) & _alive()
    elif row.supplier_id is not None:
        done_by = select(ProcessorRow.parent_id).where(ProcessorRow.supplier_id == row.supplier_id)
        where = ProcessingActivity.id.in_(done_by) & _alive()
    else:
        return []
    return _sorted(session, _with_people(select(ProcessingActivity).where(where)))


def _alive() -> Any:
    return holds(ProcessingActivity, ALIVE[ProcessingActivity])


def _with_people(wanted: Any) -> Any:
    """With whom and what each activity is about, and who answers for it."""
    about = selectinload(ProcessingActivity.subjects)
    return wanted.options(
        about.joinedload(SubjectRow.subject), about.selectinload(SubjectRow.personal_data),
        joinedload(ProcessingActivity.responsible),
    )  # fmt: skip


def _in_activities(activities: list[int]) -> Any:
    return linked(Dataset, "processing_activities", lambda there: there.id.in_(activities))


def about_people(activities: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    """The kinds of people and of personal data that activities are about, each once, by name."""
    pairs = [pair for one in activities for pair in one.subjects]
    people = {pair.subject.id: pair.subject for pair in pairs}
    kinds = {kind.id: kind for pair in pairs for kind in pair.personal_data}
    return [sorted(found.values(), key=lambda one: one.sort_key) for found in (people, kinds)]  # type: ignore[return-value]


def of_request(session: Any, row: Any) -> list[Any]:
    """The activities that are about any of the kinds of people somebody is or was, with their systems."""
    ids = [one.id for one in row.subjects]
    about = select(SubjectRow.parent_id).where(SubjectRow.subject_id.in_(ids))
    wanted = _with_people(select(ProcessingActivity).where(ProcessingActivity.id.in_(about), _alive()))
    systems = selectinload(ProcessingActivity.applications)
    wanted = wanted.options(systems.joinedload(Application.owner), systems.joinedload(Application.manager))
    return _sorted(session, wanted) if ids else []


def to_ask(session: Any, row: Any) -> list[Asked]:
    """Every system of the activities with who answers for it, and those who answer for activities without one; after
    them what was asked beside. What is asked already has its row."""
    made = {(one.application_id, one.application_id or one.person_id): one for one in _inquiries(session, row)}
    found: dict[tuple[Any, Any], Asked] = {}
    for activity in of_request(session, row):
        for system in activity.applications or [None]:
            person = activity.responsible if system is None else system.manager or system.owner or activity.responsible
            key = (system and system.id, (system or person) and (system or person).id)
            there = found.setdefault(key, Asked(system, person, [], made.pop(key, None)))
            there.activities.append(activity)
    beside = [Asked(one.application, one.person, [], one) for one in made.values()]
    return [*found.values(), *beside]


def _inquiries(session: Any, row: Any) -> list[Any]:
    wanted = select(AccessInquiry).where(AccessInquiry.parent_id == row.id).order_by(AccessInquiry.id)
    return list(
        session.scalars(wanted.options(joinedload(AccessInquiry.application), joinedload(AccessInquiry.person)))
    )


def running(session: Any, limit: int = 5) -> list[Any]:
    """The breaches that must be notified and are not, the one with the least time left first."""
    wanted = select(Breach).where(holds(Breach, ~is_notified & ~needs_no_notice))
    return list(session.scalars(wanted.order_by(Breach.deadline, Breach.id).limit(limit)))


def unanswered(session: Any, limit: int = 5) -> list[Any]:
    """The requests for access that are not answered, the one with the least time left first."""
    wanted = select(AccessRequest).where(AccessRequest.status == RequestState.OPEN)
    return list(session.scalars(wanted.order_by(AccessRequest.deadline, AccessRequest.id).limit(limit)))


def time_left(row: Any) -> timedelta:
    """How long it is until a breach must be notified, or how long it was when it was; below nought it is late."""
    return cast(timedelta, row.deadline - (row.notified_at or now()))


def that_have(session: Any, row: Any) -> list[Any]:
    """The applications of a product or of a supplier, in every municipality whose registers the scope reads."""
    where = _of(Application, row) & holds(Application, ALIVE[Application])
    return _sorted(session, select(Application).where(where).options(joinedload(Application.owner)))


def activities_with(session: Any, row: Any) -> dict[int, int]:
    """How many processing activities use them, by municipality."""
    activity = ProcessingActivity
    where = linked(activity, "applications", lambda there: _of(there, row)) & _alive()
    counted = select(activity.municipality_id, func.count()).where(where).group_by(activity.municipality_id)
    return dict(session.execute(counted).all())


def _of(register: Any, row: Any) -> Any:
    key = "product" if isinstance(row, Product) else "supplier"
    return points_at(register, field_of(Application, key), row.id)


def to_tell(session: Any) -> dict[int, list[User]]:
    """Who keeps each municipality and may sign in today, as far as one may know of people there."""
    day, found = today(), dict[int, list[User]]()
    wanted = select(Membership).where(Membership.role == MunicipalRole("local_admin"))
    for one in session.scalars(wanted.options(joinedload(Membership.user)).order_by(Membership.id)):
        if one.user.active and in_force(one.valid_from, one.valid_to, day):
            found.setdefault(one.municipality_id, []).append(one.user)
    return found


def places(session: Any, ids: Collection[int] | None = None) -> list[Municipality]:
    """Some municipalities by name; without ids those of the project that have not ended."""
    takes_part = Municipality.joined.is_not(None) & or_(Municipality.until.is_(None), Municipality.until > today())
    return _sorted(session, select(Municipality).where(takes_part if ids is None else Municipality.id.in_(ids)))
