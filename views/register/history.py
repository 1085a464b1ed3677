"""The history page: who changed what, and when, field by field."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import func, select

from models.database import db
from models.declare.base import Base, field_of, fields_of
from models.declare.fields import Field
from models.declare.words import N_
from models.queries.finding import as_id
from models.tenancy.log import CHANGED, CREATED, DELETED, change_class
from views import formatters
from views.texts import gettext as _
from views.texts import tr

PAGE = 30
ACTIONS = {
    CREATED: (N_("Opprettet"), "success"),
    CHANGED: (N_("Endret"), "info"),
    DELETED: (N_("Slettet"), "danger"),
}


def context(row: Any, before: str | None) -> dict[str, Any]:
    """The newest changes of a row, or those before a given one."""
    log = change_class(type(row))
    mine = (log.register == type(row).__tablename__, log.row_id == row.id)
    # SQLite gives the number of a deleted row to the next one: its history begins where it was created.
    began = select(func.max(log.id)).where(*mine, log.action == CREATED).scalar_subquery()
    statement = select(log).where(*mine, log.id >= func.coalesce(began, 0))
    if before:
        try:
            statement = statement.where(log.id < as_id(before))
        except ValueError:
            statement = statement.where(log.id < 0)
    found = list(db.session.scalars(statement.order_by(log.id.desc()).limit(PAGE + 1)))
    more = url_for(".history_view", id=row.id, before=found[PAGE - 1].id) if len(found) > PAGE else None
    return {"changes": [_change(type(row), change) for change in found[:PAGE]], "more_url": more}


def _change(register: type[Any], change: Any) -> dict[str, Any]:
    label, tone = ACTIONS[change.action]
    return {
        "when": formatters.moment(change.at),
        "who": change.actor_name or _("Orden"),
        "action_label": tr(label),
        "tone": tone,
        "fields": [_entry(register, entry) for entry in change.fields],
    }


def _entry(register: type[Any], entry: dict[str, Any]) -> dict[str, Any]:
    owner = _class_of(entry["part"]) if "part" in entry else register
    try:
        known: Field | None = field_of(owner, entry["field"])
    except KeyError:
        known = None
    label = tr(known.label if known else getattr(register, "__untold__", {}).get(entry["field"], entry["field"]))
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


def _class_of(name: str) -> type[Any]:
    return next(mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__name__ == name)


def _part_label(register: type[Any], part: str) -> str:
    return next((tr(known.label) for known in fields_of(register) if known.target == part), part)
