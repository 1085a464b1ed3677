"""Who somebody is by the roles held today, also when they are not here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import select

from models.declare.clock import today
from models.registers.municipality import Municipality, all_ids
from models.tenancy import scope
from models.tenancy.roles import Actor, Grant, in_force, is_open, scope_for
from models.tenancy.scope import Scope
from models.tenancy.session import TenantSession


def grants_of(rows: Any) -> tuple[Grant, ...]:
    """The roles held today, of what `TenantSession.identify` finds: in a municipality that is not open yet, none."""
    day = today()
    held = [row for row in rows if row.role and in_force(row.valid_from, row.valid_to, day)]
    local = [Grant(str(row.role), row.municipality_id) for row in held if is_open(row.joins, row.joined, day)]
    project = [
        Grant(str(row.project_role))
        for row in rows
        if row.project_role and in_force(row.project_from, row.project_to, day)
    ]
    return tuple(dict.fromkeys((*local, *project)))


def waiting(rows: Any) -> tuple[int, ...]:
    """The municipalities in which roles are held that count from the day it opens."""
    day = today()
    held = [row for row in rows if row.role and in_force(row.valid_from, row.valid_to, day)]
    return tuple(dict.fromkeys(row.municipality_id for row in held if not is_open(row.joins, row.joined, day)))


def identified(session: Any, user_id: int) -> Sequence[Any]:
    with scope.use(Scope(user_id=user_id, everyone=True)):
        return cast(TenantSession, session).identify(user_id)


def actor_of(session: Any, user_id: int) -> Actor | None:
    """Who somebody is that is not asking, with the roles held today; None of whom may not sign in."""
    rows = identified(session, user_id)
    closed = session.scalars(select(Municipality.id).where(Municipality.until <= today()))
    return Actor(user_id, rows[0].name, grants_of(rows), frozenset(closed)) if rows and rows[0].active else None


def reach_of(session: Any, actor: Actor, place: int | None, event: str) -> Scope | None:
    """What somebody reaches in a municipality, or with None in the shared registers; None of a municipality where they
    hold no role."""
    everyone = all_ids(session)
    if place is not None and place not in actor.municipalities(everyone):
        return None
    return scope_for(actor, everyone, place, event)
