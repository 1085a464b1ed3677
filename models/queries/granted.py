"""Roles given in a municipality by people of the project, for those who keep its roles to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.declare.clock import now
from models.declare.domains import Domain
from models.tenancy import scope
from models.tenancy.log import CREATED, RESTORED, PeopleChange
from models.tenancy.people import Membership, User
from models.tenancy.roles import ROLES, THE_PROJECT

DAYS, MOST = 30, 20


@dataclass(frozen=True, slots=True)
class Granted:
    """Who gave whom which role where, and when."""

    id: int
    row_id: int
    at: datetime
    actor_name: str
    whom: str
    role: str
    municipality_id: int


def by_the_project(session: Any, user_id: int) -> list[Granted]:
    """What is newer than what this person has seen, newest first."""
    seen = select(User.grants_seen).where(User.id == user_id).scalar_subquery()
    found = session.scalars(
        select(PeopleChange)
        .where(PeopleChange.register == Membership.__tablename__, PeopleChange.action.in_((CREATED, RESTORED)))
        .where(PeopleChange.acted_in == THE_PROJECT, PeopleChange.at > now() - timedelta(days=DAYS))
        .where(PeopleChange.id > seen)
        .order_by(PeopleChange.id.desc())
        .limit(MOST)
    )
    kept = scope.current().readable(Domain.PEOPLE)
    return [_granted(change) for change in found if change.municipality_id in kept]


def _granted(change: Any) -> Granted:
    whom, _, role = change.row_name.rpartition(" – ")
    given = next((str(entry.get("new")) for entry in change.fields if entry["field"] == "role"), "")
    return Granted(
        change.id, change.row_id, change.at, change.actor_name, whom,
        ROLES[given].name if given in ROLES else role, change.municipality_id,
    )  # fmt: skip
