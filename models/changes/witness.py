"""A step of every flush: roles given, changed and taken away are told of in the access log, in the same transaction."""

from __future__ import annotations

from typing import Any

from models.tenancy.accesslog import AccessEvent, entries
from models.tenancy.people import Membership, ProjectRole
from models.tenancy.session import TenantSession


def note(session: TenantSession) -> None:
    """Add a line for each role that is given, changed or taken away."""
    changed = {row for row in session.dirty if isinstance(row, Membership | ProjectRole) and session.is_modified(row)}
    for event, rows in (
        (AccessEvent.ROLE_GIVEN, session.new),  # type: ignore[attr-defined]  # made from a table of names
        (AccessEvent.ROLE_CHANGED, changed),  # type: ignore[attr-defined]
        (AccessEvent.ROLE_TAKEN, session.deleted),  # type: ignore[attr-defined]
    ):
        for row in [one for one in rows if isinstance(one, Membership | ProjectRole)]:
            session.add_all(entries(event, [getattr(row, "municipality_id", None)], subject=_told(row)))


def _told(row: Any) -> str:
    """The role and its period, as plain as the register shows it."""
    period = [f"{day:%d.%m.%Y}" if day else "" for day in (row.valid_from, row.valid_to)]
    return f"{row} ({' – '.join(period).strip()})" if any(period) else str(row)
