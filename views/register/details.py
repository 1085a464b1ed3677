"""The details page: every field with its value, what is missing, and what the row is connected to."""

from __future__ import annotations

from typing import Any

from flask import g, url_for

from models.database import db
from models.declare.base import fields_of, part_class
from models.declare.choices import says_nothing
from models.declare.fields import Field, Mark
from models.declare.shapes import Shape
from models.declare.words import Choice
from models.queries import quality
from models.queries.relations import Use, uses_of
from models.queries.standing import Standing, standing
from models.tenancy.roles import can, readable_fields
from views import formatters
from views.access import today
from views.texts import gettext as _
from views.texts import language, tr

MOST_GAPS = 10


def context(row: Any) -> dict[str, Any]:
    """What details.html needs to show a row."""
    stands = standing(db.session, row, named_in=language())
    return {
        "sections": _sections(stands),
        "chips": [{"label": v.told(tr), "tone": v.tone} for v in _statuses(row)],
        "meta": {
            "created": _("Opprettet %(when)s", when=formatters.moment(row.created_at)),
            "changed": _("Endret %(when)s", when=formatters.moment(row.updated_at)) if row.version > 1 else "",
        },
        "related": links(uses_of(db.session, row), row),
        "quality": _quality(stands),
    }


def _statuses(row: Any) -> list[Choice]:
    return [value for key in ("status", "residual") if isinstance(value := getattr(row, key, None), Choice)]


def _sections(row: Standing) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for known in readable_fields(row.row):
        section = found.setdefault(
            known.section, {"title": tr(known.section) or _("Opplysninger"), "rows": [], "tables": []}
        )
        value = getattr(row, known.key)
        if known.shape is Shape.ROWS and value:
            section["tables"].append(_table(known, value))
        elif known.when is None or known.when(row) or not says_nothing(value):
            section["rows"].append(_fact(known, row))
    return [section for section in found.values() if section["rows"] or section["tables"]]


def _fact(known: Field, row: Any) -> dict[str, Any]:
    value = getattr(row, known.key)
    shown = formatters.html(known, value)
    return {
        "label": tr(known.label),
        "help": tr(known.help) if known.mark is not Mark.OPTIONAL else "",
        "html": shown,
        "text": formatters.text(known, value) if shown is None else "",
        "empty": value is None or value == "" or value == [],
    }


def _table(known: Field, parts: list[Any]) -> dict[str, Any]:
    inner = fields_of(part_class(known))
    return {
        "title": tr(known.label),
        "columns": [tr(one.label) for one in inner],
        "rows": [[formatters.text(one, getattr(part, one.key)) for one in inner] for part in parts],
    }


def links(uses: list[Use], row: Any) -> list[dict[str, Any]]:
    """Uses as links to the lists that show them."""
    found = []
    for use in uses:
        register = use.register
        label = tr(register.__register__.name)
        readable = can(g.actor, "read", register, g.active)
        filtered = {} if use.part else {use.field.key: row.id}
        found.append(
            {
                "label": f"{label} ({tr(use.field.label).lower()})",
                "url": url_for(f"{register.__tablename__}.index_view", **filtered) if readable else None,
                "count": formatters.grouped(use.count),
            }
        )
    return found


def _quality(row: Standing) -> dict[str, Any] | None:
    if not quality.applicable(row):
        return None
    editable, (percent, gaps) = can(g.actor, "edit", row.row), quality.progress(row)

    def address(key: str) -> str | None:
        return f"{url_for('.edit_view', id=row.id)}#{key}" if editable else None

    return {
        "percent": percent,
        "missing": [{"label": tr(known.label), "url": address(known.key)} for known in gaps[:MOST_GAPS]],
        "more": len(gaps[MOST_GAPS:]),
        "problems": [
            {"text": tr(rule.text), "tone": rule.severity, "url": address(rule.field)}
            for rule in quality.broken_rules(row, today())
        ],
    }
