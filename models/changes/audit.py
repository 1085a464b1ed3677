"""What happened: two steps of every flush write who changed what, field by field, many-to-many and parts included.

Values are stored as people would read them (labels of references at the time), secrets never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, update
from sqlalchemy.orm import SessionTransaction
from sqlalchemy.orm.attributes import instance_state, set_committed_value

from models.changes import reversal
from models.changes import snapshots as snapshots_of
from models.declare.base import Owned, Part, People, Record, fields_of
from models.declare.choices import says_nothing
from models.declare.clock import now
from models.declare.fields import Kind, Personal
from models.declare.shapes import dump
from models.declare.words import N_, Problem
from models.tenancy import scope as scoping
from models.tenancy.log import CHANGED, CREATED, DELETED, RESTORED, change_class
from models.tenancy.scope import TenantError
from models.tenancy.session import TenantSession

_PENDING = "audit_pending"
_RESTORED, _SNAPSHOTS, _MADE_BY = "audit_restored", "audit_snapshots", "audit_made_by"
_REVERSE, _BEGUN, _BESIDE = "audit_reverse", "audit_begun", "audit_beside"
_MERGED, _ORIGINS, _FORGOTTEN = "audit_merged", "audit_origins", "audit_forgotten"
ORIGIN = "carried"  # in place of a field, in the entry of a new row that was carried over from elsewhere
WHY = N_("Skriv hvorfor «%(name)s» endres eller slettes. Her skal grunnen stå i historikken.")


def collect(session: TenantSession) -> None:
    """Note what changes, while what was before is still known."""
    if any(row.__written_once__ for row in [*session.dirty, *session.deleted]):
        raise TenantError("The log is written once and never changed.")
    pending = session.info[_PENDING] = {}  # anew: what a flush that failed had noted never happened
    restored, snapshots = session.info.get(_RESTORED, {}), session.info.setdefault(_SNAPSHOTS, {})
    snapshots.clear()
    reverse: dict[Any, tuple[Any, list[Any]]] = {}
    session.info[_REVERSE] = reverse
    for row in session.new:
        if row in restored:
            pending[row] = (RESTORED, list(restored[row].lost))
        elif isinstance(row, Record) and not row.__written_once__:
            _note(pending, row, CREATED, _values(row))
    for row in session.dirty:
        if isinstance(row, Record) and (entries := _differences(row)):
            _note(pending, row, CHANGED, entries)
            reverse[row] = (reversal.noted(row), [])
    for row in session.deleted:
        if isinstance(row, Record):
            _note(pending, row, DELETED, [*_values(row, old=True), *_values_of_parts(row)])
            if row not in session.info.get(_FORGOTTEN, ()):
                snapshots[row] = snapshots_of.taken(row)
    _collect_parts(session, pending, reverse)
    moment = now()  # the same for all that change together, which are then written together
    for row, (action, _) in pending.items():
        if action == CHANGED:
            row.updated_at = moment
        _ask_why(row, action)


def _ask_why(row: Any, action: str) -> None:
    """Raise Problem where a register wants a reason and a person gives none."""
    if not type(row).__register__.asks_why or action not in {CHANGED, DELETED} or not scoping.is_set():
        return
    if scoping.current().user_id is not None and not scoping.current().reason:
        raise Problem(WHY, name=str(row))


def _collect_parts(session: TenantSession, pending: dict[Any, Any], reverse: dict[Any, Any]) -> None:
    new, deleted = session.new, session.deleted  # made anew each time they are asked for
    for part in [*new, *session.dirty, *deleted]:
        if not isinstance(part, Part):
            continue
        parent = _parent_of(part)
        if parent is None or pending.get(parent, ("",))[0] in {DELETED, RESTORED}:
            continue
        is_new, is_gone = part in new, part in deleted or part.parent is None
        entries = _differences(part) if not (is_new or is_gone) else _values(part, old=is_gone)
        for entry in entries:
            entry["part"] = type(part).__name__
        if entries:
            _note(pending, parent, CHANGED, entries)
        if pending.get(parent, ("",))[0] == CHANGED:
            told = reversal.noted_part(part, is_new=is_new, is_gone=is_gone)
            reverse.setdefault(parent, (reversal.noted(parent), []))[1].append(told)


def _parent_of(part: Any) -> Any:
    """The parent, also for a part that has just been taken out of its collection."""
    if part.parent is not None:
        return part.parent
    gone = reversal.changed(part, "parent").deleted
    return gone[0] if gone else None


def _note(pending: dict[Any, Any], row: Any, action: str, entries: list[dict[str, Any]]) -> None:
    if row in pending:
        pending[row][1].extend(entries)
    elif entries or action == DELETED:
        pending[row] = (action, entries)


def _values(row: Any, *, old: bool = False) -> list[dict[str, Any]]:
    entries, held = [], _held(row)
    for known in fields_of(type(row)):
        if known.kind is Kind.ROWS or (held is not None and known.kind is not Kind.REFERENCES and _unset(known, held)):
            continue
        value = getattr(row, known.key)
        if says_nothing(value):
            continue
        if known.kind is Kind.REFERENCES:
            entries.append({"field": known.key, "removed" if old else "added": [str(one) for one in value]})
        else:
            entries.append({"field": known.key, "old" if old else "new": _shown(known, value)})
    return entries


def _held(row: Any) -> dict[str, Any] | None:
    """What has been set of a new row; None of one that is there. To ask a new row for what nobody set takes SQLAlchemy
    several times as long as all else that is noted of it, and most of its sixty fields are such."""
    state = instance_state(row)
    return state.dict if state.key is None else None


def _unset(known: Any, held: dict[str, Any]) -> bool:
    return known.key not in held and known.column not in held


def _values_of_parts(row: Any) -> list[dict[str, Any]]:
    parts = [part for known in fields_of(type(row)) if known.kind is Kind.ROWS for part in getattr(row, known.key)]
    return [{**entry, "part": type(part).__name__} for part in parts for entry in _values(part, old=True)]


def _differences(row: Any) -> list[dict[str, Any]]:
    entries = []
    for key in getattr(type(row), "__untold__", ()):
        if reversal.changed(row, key).has_changes():
            entries.append({"field": key, "new": "•••"})
    for known in reversal.set_fields(row):
        history = reversal.changed(row, known.key)
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
    pending, beside = session.info.pop(_PENDING, None) or {}, session.info.pop(_BESIDE, [])
    if not pending and not beside:
        return
    restored, snapshots = session.info.pop(_RESTORED, {}), session.info.pop(_SNAPSHOTS, {})
    made_by, reverse = session.info.pop(_MADE_BY, {}), session.info.pop(_REVERSE, {})
    merged, origins = session.info.pop(_MERGED, {}), session.info.pop(_ORIGINS, {})
    lines: dict[Any, list[dict[str, Any]]] = {}
    for row, (action, entries) in pending.items():
        told = _told(session, row) | {"action": action, "fields": [*origins.get(row, ()), *entries]}
        told |= {"snapshot": snapshots.get(row), "made_by": made_by.get(row), "merged_into": merged.get(row)}
        told["reverse"] = reversal.written(*reverse[row]) if action == CHANGED else None
        lines.setdefault(change_class(type(row)).__table__, []).append(told)
    for row, action, entries, taking_back in beside:
        told = _told(session, row) | {"action": action, "fields": entries, "snapshot": None}
        told |= {"made_by": None, "merged_into": None}
        told["reverse"] = taking_back() if callable(taking_back) else taking_back
        lines.setdefault(change_class(type(row)).__table__, []).append(told)
    for table, found in lines.items():
        session.flush_connection().execute(table.insert(), found)
    for row in restored.keys() & pending.keys():
        _go_on_counting(session, row, restored[row].version)


def _told(session: TenantSession, row: Any) -> dict[str, Any]:
    """What every line of the log says: of which row it tells, who did it, when, in which event and why."""
    scope = scoping.current() if scoping.is_set() else scoping.Scope()
    owner: dict[str, int | None] = {"municipality_id": row.municipality_id} if isinstance(row, Owned) else {}
    name = type(row).__tablename__
    told = {
        "register": name, "row_id": row.id, "row_name": str(row)[:300], "at": now(),
        "actor_id": scope.user_id, "actor_name": scope.user_name, "acted_in": scope.acts_in,
        "request_id": scope.request_id, "reason": scope.reason, "undoes": scope.undoes,
        "first_of_event": _is_first(session, scope.request_id, name, *owner.values()), **owner,
    }  # fmt: skip
    return told | ({"user_id": row.user_id} if isinstance(row, People) else {})


def _is_first(session: TenantSession, request_id: str, *place: Any) -> bool:
    """Whether nothing of the register has been changed in the municipality by the same event."""
    begun, one = session.info.setdefault(_BEGUN, set()), (request_id, *place)
    is_first = not request_id or one not in begun
    begun.add(one)
    return is_first


@event.listens_for(TenantSession, "after_transaction_end")
def _begin_anew(session: TenantSession, transaction: SessionTransaction) -> None:
    """What was rolled back never began."""
    if transaction.parent is None:
        session.info.pop(_BEGUN, None)
        session.info.pop(_BESIDE, None)
        session.info.pop(_MERGED, None)
        session.info.pop(_ORIGINS, None)
        session.info.pop(_FORGOTTEN, None)


def note_made_by(session: TenantSession, row: Any, form: str) -> None:
    """Say of a new row which form it comes from. A second row from the same form is refused by the database."""
    session.info.setdefault(_MADE_BY, {})[row] = form


def note_beside(
    session: TenantSession,
    row: Any,
    action: str,
    entries: list[dict[str, Any]],
    reverse: dict[str, Any] | Callable[[], dict[str, Any]] | None = None,
) -> None:
    """Say that something beside a row came or went: the row is what it was, and its version stays. `reverse` is what it
    takes to take that back, or tells it once everything has its number."""
    session.info.setdefault(_BESIDE, []).append((row, action, entries, reverse))


def note_merged(session: TenantSession, gone: Any, kept: Any) -> None:
    """Say of a row that is deleted which one it went into."""
    session.info.setdefault(_MERGED, {})[gone] = kept.id


def note_origin(session: TenantSession, row: Any, told: list[str]) -> None:
    """Say of a new row where it was carried over from."""
    session.info.setdefault(_ORIGINS, {})[row] = [{"field": ORIGIN, "added": told, "removed": []}]


def note_forgotten(session: TenantSession, rows: Iterable[Any]) -> None:
    """Say of rows that are deleted that they never come back one by one: they are not theirs who would find them."""
    session.info.setdefault(_FORGOTTEN, set()).update(rows)


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
