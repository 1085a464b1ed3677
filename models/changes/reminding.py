"""Reminding those who keep a municipality: who they are, and that it is done once a day at most.

The access log remembers the day: a line in the project's log, by the name of the municipality, and one in the
municipality's own, which tells to whom. They are written before a letter leaves, as a letter that may have been sent
is not sent again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from models.changes import witness
from models.declare.choices import AccessEvent
from models.declare.clock import start_of, today
from models.declare.domains import Domain
from models.tenancy import scope
from models.tenancy.accesslog import ProjectAccessEntry
from models.tenancy.people import Membership, MunicipalRole, User
from models.tenancy.roles import in_force

KEEPER = "local_admin"
LOCK = 0x0AE3  # PostgreSQL's advisory lock of reminders, with the number of the municipality


def keepers(session: Any) -> list[User]:
    """The local administrators within the scope who may sign in today, by name; never oneself for another place."""
    kept, day = scope.current().readable(Domain.PEOPLE), today()
    found = select(Membership).where(Membership.role == MunicipalRole(KEEPER)).options(joinedload(Membership.user))
    users = {
        one.user.id: one.user
        for one in session.scalars(found)
        if one.municipality_id in kept and one.user.active and in_force(one.valid_from, one.valid_to, day)
    }
    return sorted(users.values(), key=lambda user: (user.name, user.id))


def reminded(session: Any) -> set[str]:
    """The names of the municipalities that were reminded today."""
    return set(session.scalars(select(ProjectAccessEntry.subject).where(*_of_today())))


def claim(session: Any, place: int, name: str, to: str, **told: Any) -> bool:
    """Write down that a municipality is reminded today, in a transaction of its own; False, and nothing written, where
    it has been. Of two at once the second waits: on SQLite by writing first, on PostgreSQL for the lock."""
    session.rollback()  # what was read is read; on SQLite a transaction that has read may not always write
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK, place)))
    witness.write(session, AccessEvent.REMINDED, [None], subject=name, **told)
    witness.write(session, AccessEvent.REMINDED, [place], subject=to, **told)
    mine = select(func.count()).select_from(ProjectAccessEntry).where(*_of_today(), ProjectAccessEntry.subject == name)
    if session.scalar(mine) > 1:
        session.rollback()
        return False
    session.commit()
    return True


def _of_today() -> tuple[Any, ...]:
    return (ProjectAccessEntry.event == AccessEvent.REMINDED, ProjectAccessEntry.at >= start_of(today()))
