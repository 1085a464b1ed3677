"""What happened: two steps of every flush write who changed what, field by field, many-to-many and parts included.

Values are stored as people would read them (labels of references at the time), secrets never.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, update
from sqlalchemy.orm.attributes import set_committed_value

from models.changes import snapshots as snapshots_of
from models.declare.base import Owned, Part, People, Record, fields_of, now
from models.declare.choices import says_nothing
from models.declare.fields import Kind, Personal
from models.declare.shapes import dump
from models.tenancy import scope as scoping
from models.tenancy.log import CHANGED, CREATED, DELETED, RESTORED, change_class
from models.tenancy.scope import TenantError
from models.tenancy.session import TenantSession

_PENDING = "audit_pending"
_RESTORED, _SNAPSHOTS, _MADE_BY = "audit_restored", "audit_snapshots", "audit_made_by"


def collect(session: TenantSession) -> None:
    """Note what changes, while what was before is still known."""
    if any(row.__written_once__ for row in [*session.dirty, *session.deleted]):
        raise TenantError("The log is written once and never changed.")
    pending = session.info[_PENDING] = {}  # anew: what a flush that failed had noted never happened
    restored, snapshots = session.info.get(_RESTORED, {}), session.info.setdefault(_SNAPSHOTS, {})
    snapshots.clear()
    for row in session.new:
        if row in restored:
            pending[row] = (RESTORED, list(restored[row].lost))
        elif isinstance(row, Record) and not row.__written_once__:
            _note(pending, row, CREATED, _values(row))
    for row in session.dirty:
        if isinstance(row, Record) and session.is_modified(row):
            _note(pending, row, CHANGED, _differences(row))
    for row in session.deleted:
        if isinstance(row, Record):
            _note(pending, row, DELETED, [*_values(row, old=True), *_values_of_parts(row)])
            snapshots[row] = snapshots_of.taken(row)
    _collect_parts(session, pending)
    for row, (action, _) in pending.items():
        if action == CHANGED:
            row.updated_at = now()


def _collect_parts(session: TenantSession, pending: dict[Any, Any]) -> None:
    for part in [*session.new, *session.dirty, *session.deleted]:
        if not isinstance(part, Part):
            continue
        parent = _parent_of(part)
        if parent is None or pending.get(parent, ("",))[0] in {DELETED, RESTORED}:
            continue
        if part in session.deleted or part.parent is None:
            entries = _values(part, old=True)
        else:
            entries = _values(part) if part in session.new else _differences(part)
        for entry in entries:
            entry["part"] = type(part).__name__
        if entries:
            _note(pending, parent, CHANGED, entries)


def _parent_of(part: Any) -> Any:
    """The parent, also for a part that has just been taken out of its collection."""
    if part.parent is not None:
        return part.parent
    gone = inspect(part).attrs.parent.history.deleted
    return gone[0] if gone else None


def _note(pending: dict[Any, Any], row: Any, action: str, entries: list[dict[str, Any]]) -> None:
    if row in pending:
        pending[row][1].extend(entries)
    elif entries or action == DELETED:
        pending[row] = (action, entries)


def _values(row: Any, *, old: bool = False) -> list[dict[str, Any]]:
    entries = []
    for known in fields_of(type(row)):
        if known.kind is Kind.ROWS:
            continue
        value = getattr(row, known.key)
        if says_nothing(value):
            continue
        if known.kind is Kind.REFERENCES:
            entries.append({"field": known.key, "removed" if old else "added": [str(one) for one in value]})
        else:
            entries.append({"field": known.key, "old" if old else "new": _shown(known, value)})
    return entries


def _values_of_parts(row: Any) -> list[dict[str, Any]]:
    parts = [part for known in fields_of(type(row)) if known.kind is Kind.ROWS for part in getattr(row, known.key)]
    return [{**entry, "part": type(part).__name__} for part in parts for entry in _values(part, old=True)]


def _differences(row: Any) -> list[dict[str, Any]]:
    state, entries = inspect(row), []
    for key in getattr(type(row), "__untold__", ()):
        if state.attrs[key].history.has_changes():
            entries.append({"field": key, "new": "•••"})
    for known in fields_of(type(row)):
        history = state.attrs[known.key].history
        if known.kind is Kind.ROWS or not history.has_changes():
            continue
        if known.kind is Kind.REFERENCES:
            entries.append(
                {
                    "field": known.key,
                    "added": [str(o) for o in history.added],
                    "removed": [str(o) for o in history.deleted],
                }
            )
            continue
        old, new = (side[0] if side else None for side in (history.deleted, history.added))
        if old != new:
            entries.append({"field": known.key, "old": _shown(known, old), "new": _shown(known, new)})
    return entries


def _shown(known: Any, value: Any) -> Any:
    if known.personal is Personal.SECRET and value is not None:
        return "•••"
    return dump(known.shape, value)


def write(session: TenantSession) -> None:
    """One line of the log for every row that changed, in the same transaction."""
    pending = session.info.pop(_PENDING, None)
    if not pending:
        return
    restored, snapshots = session.info.pop(_RESTORED, {}), session.info.pop(_SNAPSHOTS, {})
    made_by = session.info.pop(_MADE_BY, {})
    scope = scoping.current() if scoping.is_set() else scoping.Scope()
    for row, (action, entries) in pending.items():
        owner: dict[str, int | None] = {"municipality_id": row.municipality_id} if isinstance(row, Owned) else {}
        if isinstance(row, People):
            owner["user_id"] = row.user_id
        log = change_class(type(row))
        session.flush_connection().execute(
            log.__table__.insert().values(
                register=type(row).__tablename__, row_id=row.id, row_name=str(row)[:300], action=action, at=now(),
                actor_id=scope.user_id, actor_name=scope.user_name, request_id=scope.request_id,
                acted_in=scope.acts_in, fields=entries, snapshot=snapshots.get(row),
                made_by=made_by.get(row), **owner,
            )
        )  # fmt: skip
        if row in restored:
            _go_on_counting(session, row, restored[row].version)


def note_made_by(session: TenantSession, row: Any, form: str) -> None:
    """Say of a new row which form it comes from. A second row from the same form is refused by the database."""
    session.info.setdefault(_MADE_BY, {})[row] = form


def note_restored(session: TenantSession, row: Any, version: int, lost: list[dict[str, Any]]) -> None:
    """Say of a new row that it is an old one brought back, with the version it had and the links it lost."""
    session.info.setdefault(_RESTORED, {})[row] = _Restored(version, lost)


@dataclass(frozen=True)
class _Restored:
    version: int
    lost: list[dict[str, Any]]


def _go_on_counting(session: TenantSession, row: Any, version: int) -> None:
    """A form that was open before the deletion must not take the row for the one it knows: versions go on."""
    table = type(row).__table__
    session.flush_connection().execute(update(table).where(table.c.id == row.id).values(version=version + 1))
    set_committed_value(row, "version", version + 1)
