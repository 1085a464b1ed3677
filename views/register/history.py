"""The history page: who changed what, and when, field by field."""

from __future__ import annotations

from typing import Any

from flask import g, url_for
from sqlalchemy import func, select

from models.changes.audit import ORIGIN
from models.changes.undoing import register_of
from models.database import db
from models.declare.base import Base, field_of, fields_of
from models.declare.fields import Field
from models.declare.numbers import as_id
from models.declare.words import N_
from models.queries.events import name_of
from models.tenancy.log import (
    ATTACHED,
    BESIDE,
    CHANGED,
    CONFIRMED,
    CREATED,
    DELETED,
    DETACHED,
    MERGED,
    PARTED,
    REMARKED,
    RESTORED,
    UNREMARKED,
    change_class,
)
from models.tenancy.roles import THE_PROJECT, can, read_within
from views import formatters
from views.texts import gettext as _
from views.texts import tr

PAGE = 30
ACTIONS = {
    CREATED: (N_("Opprettet"), "success"),
    CHANGED: (N_("Endret"), "info"),
    DELETED: (N_("Slettet"), "danger"),
    RESTORED: (N_("Gjenopprettet"), "success"),
    ATTACHED: (N_("Lagt ved"), "info"),
    DETACHED: (N_("Tatt bort"), "neutral"),
    MERGED: (N_("Slått sammen"), "info"),
    PARTED: (N_("Delt i to igjen"), "info"),
    REMARKED: (N_("Kommentert"), "info"),
    UNREMARKED: (N_("Kommentar slettet"), "neutral"),
    CONFIRMED: (N_("Bekreftet"), "success"),
}
UNDECLARED = {
    "attachments": N_("Vedlegg og lenker"), "merged": N_("Slått inn i denne"), "comments": N_("Kommentarer"),
    "carried": N_("Hentet fra"),
}  # fmt: skip


def context(register: type[Any], row_id: int, before: str | None, address: str) -> dict[str, Any]:
    """The newest changes of a row, there or deleted, or those before a given one."""
    log = change_class(register)
    mine = (log.register == register.__tablename__, log.row_id == row_id)
    # Ids were once used again on SQLite: a history begins where its own row was created.
    began = select(func.max(log.id)).where(*mine, log.action == CREATED).scalar_subquery()
    statement = select(log).where(*mine, log.id >= func.coalesce(began, 0))
    if before:
        try:
            statement = statement.where(log.id < as_id(before))
        except ValueError:
            statement = statement.where(log.id < 0)
    found = list(db.session.scalars(statement.order_by(log.id.desc()).limit(PAGE + 1)))
    more = url_for(address, id=row_id, before=found[PAGE - 1].id) if len(found) > PAGE else None
    told = [shown(register, change) | links(change) for change in found[:PAGE]]
    return {"changes": told, "more_url": more}


def links(change: Any) -> dict[str, Any]:
    """Where all of an event is seen, and where the change is taken back, for who may change anything here."""
    log, owner = name_of(type(change)), getattr(change, "municipality_id", None)
    is_carried = any(entry["field"] == ORIGIN for entry in change.fields or ())  # by a merger, which is undone as one
    changes = can(g.actor, "edit", register_of(change), owner) and change.action not in BESIDE and not is_carried
    return {
        "event_url": url_for("changes.event", event=change.request_id) if change.request_id else None,
        "merged_url": _merged_url(change),
        "undo_url": _undo_url(log, change) if changes else None,
    }


def _undo_url(log: str, change: Any) -> str:
    """Where a change is taken back. Two rows that were merged are two again all at once."""
    if change.action == MERGED and change.request_id:
        return url_for("undoing.of_event", event=change.request_id)
    return url_for("undoing.of_change", log=log, number=change.id)


def _merged_url(change: Any) -> str | None:
    """Where the history of the row that went into this one is read."""
    if change.action not in {MERGED, PARTED}:
        return None
    return url_for(f"{change.register}.history_view", id=change.fields[0]["row"])


def since(row: Any, version: int) -> list[dict[str, Any]]:
    """What has been changed in a row since it had a version, newest first."""
    log = change_class(type(row))
    mine = select(log).where(log.register == type(row).__tablename__, log.row_id == row.id, log.action == CHANGED)
    found = db.session.scalars(mine.order_by(log.id.desc()).limit(min(max(row.version - version, 0), PAGE)))
    return [shown(type(row), change) | links(change) for change in found]


def who(change: Any) -> str:
    """Who made a change. In the history of a shared row people of other municipalities are not named."""
    by_name = change.actor_name or _("Orden")
    if hasattr(change, "municipality_id") or change.actor_id in {None, g.actor.user_id} or g.actor.is_of_the_project:
        return by_name
    if change.acted_in in g.actor.municipalities(()):
        return by_name
    if change.acted_in == THE_PROJECT:
        return _("Prosjektet")
    return g.municipalities[change.acted_in][0] if change.acted_in in g.municipalities else _("En tidligere bruker")


def shown(register: type[Any], change: Any) -> dict[str, Any]:
    """A change as the page tells it, without the fields that the reader may not read."""
    label, tone = ACTIONS[MERGED if change.merged_into is not None else change.action]
    return {
        "when": formatters.moment(change.at),
        "who": who(change),
        "action_label": tr(label),
        "tone": tone,
        "reason": change.reason,
        "fields": [_entry(register, entry) for entry in change.fields if _is_readable(register, change, entry)],
    }


def _is_readable(register: type[Any], change: Any, entry: dict[str, Any]) -> bool:
    known = _known(register, entry)
    within = read_within(known) if known else None
    return within is None or getattr(change, "municipality_id", change.row_id) in within


def _known(register: type[Any], entry: dict[str, Any]) -> Field | None:
    """The field an entry tells of; None when the register no longer has it."""
    owner = _class_of(entry["part"]) if "part" in entry else register
    try:
        return field_of(owner, entry["field"]) if owner else None
    except KeyError:
        return None


def _entry(register: type[Any], entry: dict[str, Any]) -> dict[str, Any]:
    known = _known(register, entry)
    others = UNDECLARED | getattr(register, "__untold__", {})
    label = tr(known.label if known else others.get(entry["field"], entry["field"]))
    if "part" in entry:
        label = f"{_part_label(register, entry['part'])}: {label}"
    return {
        "label": label,
        "old": _shown(known, entry.get("old")),
        "new": _shown(known, entry.get("new")),
        "added": entry.get("added", []),
        "removed": entry.get("removed", []),
    }


def _shown(known: Field | None, value: Any) -> str:
    """A logged value as people read it; of a field that is no more, as it was logged."""
    return formatters.written(known, value) if known else str(value or "")


def _class_of(name: str) -> type[Any] | None:
    return next((mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__name__ == name), None)


def _part_label(register: type[Any], part: str) -> str:
    return next((tr(known.label) for known in fields_of(register) if known.target == part), part)
