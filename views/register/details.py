"""The details page: what matters first, what is missing, every field that is filled, and what the row hangs together
with."""

from __future__ import annotations

from typing import Any

from flask import g, url_for

from models.database import db
from models.declare.base import field_of, fields_of, part_class
from models.declare.choices import says_nothing
from models.declare.clock import today
from models.declare.fields import Field, Kind, Mark
from models.declare.inferred import grounds, told
from models.declare.shapes import Shape
from models.declare.waiving import reason
from models.queries import quality, rules
from models.queries.relations import first_of, stage_of, uses_of
from models.queries.standing import Standing, register_of, standing
from models.registers.municipality import Municipality
from models.registers.organisation import answerer
from models.tenancy.roles import Grant, can, readable_fields
from reports.language import mid_sentence
from views import formatters, recent
from views.register import (
    agreed,
    approving,
    asked,
    attached,
    casework,
    elsewhere,
    lacking,
    printed,
    proposal,
    related,
    remarks,
    suggested,
)
from views.register.mending import field_address, mended_at
from views.register.origin import origins_of
from views.register.picture import picture
from views.register.renewal import renewal_of
from views.texts import gettext as _
from views.texts import language, tr

MOST_GAPS = 10


def context(row: Any) -> dict[str, Any]:
    """What details.html needs to show a row."""
    recent.note(row)
    stands, editable = standing(db.session, row, named_in=language()), can(g.actor, "edit", row)
    # Asked before what is asked in other scopes, so that PostgreSQL is not told of a scope and then told back.
    beside, first, uses = _beside(row), _first(stands), uses_of(db.session, row)
    around = first_of(db.session, row, uses, language())
    return {
        "first": [_fact(known, stands, editable) for known in first],
        "sections": told_by_section(stands, {known.key for known in first}, editable=editable),
        "meta": {
            "created": _("Opprettet %(when)s", when=formatters.moment(row.created_at)),
            "changed": _("Endret %(when)s", when=formatters.moment(row.updated_at)) if row.version > 1 else "",
        },
        "related": related.tables(row, uses, around),
        "picture": picture(stands, uses, around),
        "more_here": related.offers(row, uses),
        "stops_url": related.stops_without(row) if uses else None,
        "concerned_url": casework.concerned_url(row),
        "openness_url": _openness_url(row),
        "quality": _quality(stands, editable),
        "approval": approving.context(stands),
        "suggested": suggested.context(stands),
        **beside,
    }


def _openness_url(row: Any) -> str | None:
    """Where whoever decides what of a municipality is open to all sees what is."""
    decides = isinstance(row, Municipality) and row.id == g.active and Grant("local_admin", row.id) in g.actor.working
    return url_for("openness.index") if decides else None


def _beside(row: Any) -> dict[str, Any]:
    """What hangs on a row without being of it."""
    return {
        "attachments": attached.context(row),
        "comments": remarks.context(row),
        "confirmation": asked.context(row),
        "printed": printed.context(row),
        "renewal": renewal_of(row),
        "proposal": proposal.context(row),
        "elsewhere": elsewhere.context(row),
        "origins": origins_of(row),
        "agreed": agreed.context(row),
        "breach": casework.breach(row),
        "inquiries": casework.inquiries(row),
    }


def _first(row: Standing) -> list[Field]:
    """What of a row matters most, as its register declares it: where it stands, who answers for it, and what else lists
    show of it. Of these what is filled, and the mandatory ones that are not."""
    known = {one.key: one for one in readable_fields(row.row) if one.kind in {Kind.VALUE, Kind.REFERENCE}}
    stage, owner = stage_of(row.register.__mapper__), answerer(row.register.__mapper__)
    leading = [known.pop(one.key) for one in (stage, owner) if one and one.key in known]
    listed = [one for one in known.values() if one.listed and one.key != row.register.__register__.title]
    wanted = [one for one in (*leading, *listed) if one.shape is not Shape.LONG_TEXT]
    return [one for one in wanted if not says_nothing(told(one, row)) or _is_missed(one, row)]


def _is_missed(known: Field, row: Any) -> bool:
    return known.mark is Mark.MANDATORY and known.counts_for(row)


def told_by_section(row: Standing, leading: set[str], *, editable: bool) -> list[dict[str, Any]]:
    """Section by section what is not among the `leading`; what is empty stands in one line of its own."""
    found: dict[str, dict[str, Any]] = {}
    for known in readable_fields(row.row):
        value = told(known, row)
        if known.shape is Shape.REASONS:
            continue  # each stands at its field
        if known.key in {*leading, row.register.__register__.title} or (known.mirrored and value):
            continue  # what holds the same links stands among what the row hangs together with
        section = found.setdefault(
            known.section, {"title": tr(known.section) or _("Opplysninger"), "rows": [], "tables": [], "empty": []}
        )
        if known.shape is Shape.ROWS and value:
            section["tables"].append(_table(known, value))
        elif not says_nothing(value) or reason(row, known):
            section["rows"].append(_fact(known, row, editable))
        elif known.in_form and known.counts_for(row):
            section["empty"].append(_fact(known, row, editable))
    return [section for section in found.values() if section["rows"] or section["tables"] or section["empty"]]


def _fact(known: Field, row: Any, editable: bool) -> dict[str, Any]:
    value, waived = told(known, row), reason(row, known)
    said = row.register.instead(row, known.key, today())
    shown = None if said or waived else formatters.html(known, value)
    asked_for = known.in_form and known.mark is not Mark.OPTIONAL
    return {
        "label": tr(known.label),
        "html": shown,
        "text": waived or (formatters.said(said) if said else formatters.text(known, value) if shown is None else ""),
        "waived": bool(waived),
        "follows": _follows(known, row),
        "empty": says_nothing(value) and not waived,
        "url": field_address(row, known.key) if editable and asked_for else None,
    }


def _follows(known: Field, row: Any) -> list[dict[str, Any]]:
    """The rows that a value nobody typed follows from: each with its name and what of it matters here."""
    return [
        {"html": formatters.link(one), "text": ", ".join(_said(one, key) for key in known.tells if getattr(one, key))}
        for one in grounds(known, row)
    ]


def _said(there: Any, key: str) -> str:
    known = field_of(register_of(there), key)
    return f"{mid_sentence(tr(known.label))} {formatters.text(known, getattr(there, key))}"


def _table(known: Field, parts: list[Any]) -> dict[str, Any]:
    """The rows of a part. What is empty in all of them has no column, but for the first, which names each row."""
    inner = fields_of(part_class(known))
    columns = [(one, [formatters.text(one, getattr(part, one.key)) for part in parts]) for one in inner]
    told = [(one, cells) for one, cells in columns if one is inner[0] or any(cells)]
    return {
        "title": tr(known.label),
        "columns": [tr(one.label) for one, _cells in told],
        "rows": list(zip(*[cells for _one, cells in told], strict=True)),
    }


def _quality(row: Standing, editable: bool) -> dict[str, Any] | None:
    if not quality.applicable(row):
        return None
    percent, gaps = quality.progress(row)
    told = [
        {
            "text": rule.told(tr),
            "word": tr(rules.WORDS[rule.severity]),
            "tone": rule.severity,
            "url": mended_at(row, rule.field, editable=editable),
        }
        for rule in rules.broken_rules(row, today())
    ]
    return {
        "percent": percent,
        "lacking_url": lacking.address(row.id) if editable and gaps else None,
        "missing": [
            {"label": tr(known.label), "url": field_address(row, known.key) if editable else None}
            for known in gaps[:MOST_GAPS]
        ],
        "more": len(gaps[MOST_GAPS:]),
        "problems": [one for one in told if one["tone"] != rules.INFO],
        "notes": [one for one in told if one["tone"] == rules.INFO],
    }
