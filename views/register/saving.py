"""What happens around a save: the words for success, for a broken rule of the database, and for two people at once."""

from __future__ import annotations

import re
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models.database import db
from models.declare.base import fields_of
from models.declare.fields import Field, Kind
from models.declare.titles import title_of
from models.queries import quality
from models.tenancy.log import change_class
from models.tenancy.roles import readable_fields
from views import formatters
from views.access import today
from views.register import history
from views.texts import gettext as _
from views.texts import language


def success(row: Any) -> str:
    """«Lagret», and how far the record has come."""
    if not quality.applicable(row):
        return _("Lagret.")
    percent = quality.completeness(row)
    wrong = sum(rule.severity == quality.ERROR for rule in quality.broken_rules(row, today()))
    if wrong:
        return _("Lagret. %(percent)s prosent er fylt ut, men noe må rettes: se «Bør rettes».", percent=percent)
    if percent == 100:
        return _("Lagret. Alt som trengs, er fylt ut.")
    return _("Lagret. %(percent)s prosent er fylt ut.", percent=percent)


def refuse_unready(form: Any, row: Any, before: list[Field] | None) -> bool:
    """Say at each field what must be filled for the row to be approved. Whether there was any."""
    gaps = quality.unready(row, before)
    for known in gaps:
        message = _("Fyll ut dette før behandlingen godkjennes, eller velg en annen status.")
        form[known.key].errors = [*form[known.key].errors, message]
    return bool(gaps)


def general(message: str) -> list[dict[str, str]]:
    """An error that belongs to no single field."""
    return [{"anchor": "main", "label": _("Ikke lagret"), "message": message}]


def broken_constraint(register: type[Any], form: Any, error: IntegrityError) -> list[dict[str, str]]:
    """Which field breaks a rule of the database, in words; the database's own text is never shown."""
    said = str(error.orig)
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", "") or ""
    for known in fields_of(register):
        if known.key in form and re.search(
            rf"\b{register.__tablename__}[._]{known.column}\b|_{known.column}(_|$)",
            f"{said.splitlines()[0]} {constraint}",
        ):
            field = form[known.key]
            message = _("Dette finnes fra før. Bruk den som er registrert, eller skriv noe annet.")
            return [{"anchor": field.id, "label": field.label.text, "message": message}]
    return general(
        _("Noe av det du valgte, finnes ikke lenger eller er registrert fra før. Sjekk feltene og lagre igjen.")
    )


def conflict_page(view: Any, form: Any, row: Any) -> tuple[str, int]:
    """Two people at once: both versions side by side, nothing lost."""
    log = change_class(type(row))
    latest = db.session.scalars(
        select(log)
        .where(log.register == type(row).__tablename__, log.row_id == row.id)
        .order_by(log.id.desc())
        .limit(1)
    ).one_or_none()
    name = title_of(row, language())
    posted = [
        (key, value)
        for key in request.form
        for value in request.form.getlist(key)
        if key not in {"version", "csrf_token"}
    ]
    page = render_template(
        "register/conflict.html",
        title=_("Noen andre har endret dette samtidig"),
        breadcrumbs=view._trail(name, _("Endre"), row=row),
        record_name=name,
        who=history.who(latest) if latest else _("Noen andre"),
        when=formatters.moment(row.updated_at),
        rows=both(form, row),
        action_url=url_for(".edit_view", id=row.id),
        keep_url=url_for(".details_view", id=row.id),
        form=[("version", row.version), *posted],
    )
    return page, 409


def both(form: Any, row: Any) -> list[dict[str, Any]]:
    found = []
    for known in readable_fields(row):
        if not known.in_form or form[known.key].flags.readonly:
            continue
        theirs, yours = formatters.text(known, getattr(row, known.key)), _yours(known, form[known.key])
        if theirs or yours:
            found.append(
                {"label": form[known.key].label.text, "theirs": theirs, "yours": yours, "differs": theirs != yours}
            )
    return sorted(found, key=lambda pair: not pair["differs"])


def _yours(known: Any, field: Any) -> str:
    if known.kind is Kind.ROWS:
        inner = fields_of(field.part)
        return "\n".join(
            "; ".join(text for one in inner if (text := _yours(one, entry[one.key])))
            for entry in field.entries
            if not field._ignored(entry)
        )
    if known.kind is Kind.REFERENCES:
        return ", ".join(sorted(one["label"] for one in field.chosen))
    if known.kind is Kind.REFERENCE:
        return field.text_value if field.data else ""
    return formatters.text(known, field.data)
