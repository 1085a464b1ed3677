"""What is written to the access log, in the transaction of what it tells of; also a step of every flush: roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from models.changes.derived import search_text
from models.declare.choices import AccessEvent
from models.declare.folding import sort_key
from models.tenancy.accesslog import AccessEntry, ProjectAccessEntry, entries
from models.tenancy.people import Membership, ProjectRole
from models.tenancy.session import TenantSession


def write(session: TenantSession, event: Any, places: Iterable[int | None], **told: Any) -> None:
    """Add a line for each place, in one statement however many municipalities they are."""
    lines = entries(event, places, **told)
    for log in (AccessEntry, ProjectAccessEntry):
        if mine := [_values(line) for line in lines if isinstance(line, log)]:
            session.write_once(log.__table__, mine)


def _values(line: Any) -> dict[str, Any]:
    line.search_text, line.sort_key = search_text(line), sort_key(line.sort_by())
    columns = [column.key for column in type(line).__table__.columns]
    return {key: value for key in columns if (value := getattr(line, key)) is not None}


def tell_of_roles(session: TenantSession) -> None:
    """Add a line for each role that is given, changed or taken away."""
    changed = {row for row in session.dirty if isinstance(row, Membership | ProjectRole) and session.is_modified(row)}
    for event, rows in (
        (AccessEvent.ROLE_GIVEN, session.new),
        (AccessEvent.ROLE_CHANGED, changed),
        (AccessEvent.ROLE_TAKEN, session.deleted),
    ):
        for row in [one for one in rows if isinstance(one, Membership | ProjectRole)]:
            write(session, event, [getattr(row, "municipality_id", None)], subject=_told(row))


def _told(row: Any) -> str:
    """The role and its period, as plain as the register shows it."""
    period = [f"{day:%d.%m.%Y}" if day else "" for day in (row.valid_from, row.valid_to)]
    return f"{row} ({' – '.join(period).strip()})" if any(period) else str(row)
