"""What happens around a save: the words for success, for a broken rule of the database, and for two people at once."""

from __future__ import annotations

import re
import secrets
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import get_history

from models.database import db
from models.declare.base import field_of, fields_of
from models.declare.clock import today
from models.declare.fields import Field, Kind
from models.declare.titles import title_of
from models.queries import quality, rules
from models.queries.finding import namesake
from models.queries.standing import register_of
from models.tenancy import scope
from models.tenancy.log import change_class
from models.tenancy.roles import readable_fields
from views import formatters
from views.register import history
from views.register.options import options_for
from views.texts import gettext as _
from views.texts import language, tr

COMPARED = "compared"  # said by the page that shows two versions
NOT_TYPED = {"version", "csrf_token", "opened_in", "id", "made_by", "switch_language", COMPARED}


def success(row: Any) -> str:
    """«Lagret», and how far the record has come."""
    asked = len(quality.applicable(row))
    if not asked:
        return _("Lagret.")
    _percent, gaps = quality.progress(row)
    far = {"filled": asked - len(gaps), "asked": asked}
    if rules.errors(row, today()):
        return _("Lagret. %(filled)s av %(asked)s felt er fylt ut, men noe må rettes: se «Å rette».", **far)
    if not gaps:
        return _("Lagret. Alt som trengs, er fylt ut.")
    return _("Lagret. %(filled)s av %(asked)s felt er fylt ut.", **far)


def is_named(form: Any, row: Any) -> bool:
    """Whether what was posted gives the row a name it did not have."""
    title = type(row).__register__.title
    return title in form and bool(get_history(row, title).has_changes())


def namesake_warning(row: Any) -> str | None:
    """A word of warning about a name that another row has too: it may be the same thing twice."""
    if namesake(db.session, row) is None:
        return None
    name = title_of(row, language())
    return _("En annen rad heter også «%(name)s». Se etter at det ikke er det samme to ganger.", name=name)


def refuse_unready(form: Any, row: Any, before: list[Field] | None, *, sends: bool = False) -> bool:
    """Say at each field what a row that is approved may not lack, and of one that `sends` itself to be, what else is
    wrong. Whether there was any."""
    said = _("Fyll ut dette: det som er godkjent, kan ikke mangle det. Ta raden opp til revisjon først.")
    gaps, wrong = quality.unready(row, before), []
    if sends:
        said = _("Fyll ut dette før du sender til godkjenning, eller velg Lagre og fortsett senere.")
        gaps, wrong = quality.gaps(row), rules.errors(row, today())
    found = {known.key: said for known in gaps}
    found |= {rule.field: rule.told(tr) for rule in wrong if rule.field not in found}
    for key, message in found.items():
        where = form[quality.asked_first(field_of(register_of(row), key), row).key]
        where.errors = [*where.errors, message]
    return bool(found)


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
            return [{"anchor": field.id, "label": str(field.label.text), "message": message}]
    return general(
        _("Noe av det du valgte, finnes ikke lenger eller er registrert fra før. Sjekk feltene og lagre igjen.")
    )


def new_form() -> str:
    """The name of one form, by which it is known when it is sent again."""
    return secrets.token_hex(16)


def opened_form() -> str:
    """The name of the form that is opened: the one in its address, where Back leads again, else a new one."""
    return _form_name(request.args.get("form")) or new_form()


def made_by(form: Any) -> str | None:
    """The name the posted form has; None when it has none of ours."""
    return _form_name(form.made_by.data)


def _form_name(given: str | None) -> str | None:
    return given if given and re.fullmatch("[0-9a-f]{32}", given) else None


def sent_again(view: Any, form: Any) -> Any:
    """What a form that was saved before came to: its row when that is just what is sent again, else a question, as an
    error. A second row is made when that is what is meant. None of a form that was not saved before."""
    log, mine = change_class(view.register), scope.current().user_id
    found = select(log).where(log.register == view.register.__tablename__, log.actor_id == mine)
    made = db.session.scalars(found.where(log.made_by == made_by(form))).one_or_none()
    if made is None:
        return None
    row, url = view._find(made.row_id), url_for(".details_view", id=made.row_id)
    if row is not None and not any(pair["differs"] for pair in both(form, row)):
        return row
    form.made_by.data = new_form()
    message = _(
        "Dette skjemaet er lagret før. Åpne raden og endre den der, eller lagre en gang til for å få en rad til."
    )
    return [{"url": url, "label": made.row_name or "–", "message": message}]


def conflict_page(view: Any, form: Any, row: Any) -> tuple[str, int]:
    """Two people at once: both versions side by side, nothing lost."""
    name = title_of(row, language())
    page = render_template(
        "register/conflict.html",
        title=_("Noen andre har endret dette samtidig"),
        breadcrumbs=view._trail(name, _("Endre"), row=row),
        record_name=name,
        who=last_changed_by(row),
        when=formatters.moment(row.updated_at),
        rows=both(form, row),
        action_url=url_for(".edit_view", id=row.id),
        keep_url=url_for(".details_view", id=row.id),
        form=[("version", row.version), (COMPARED, row.version), *typed()],
        language_form="compared",
    )
    return page, 409


def last_changed_by(row: Any) -> str:
    """Who changed a row last."""
    log = change_class(type(row))
    mine = select(log).where(log.register == type(row).__tablename__, log.row_id == row.id)
    latest = db.session.scalars(mine.order_by(log.id.desc()).limit(1)).one_or_none()
    return history.who(latest) if latest else _("Noen andre")


def typed() -> list[tuple[str, str]]:
    """What a person wrote in the form that was posted, to be sent again."""
    return [(key, value) for key in request.form if key not in NOT_TYPED for value in request.form.getlist(key)]


def both(form: Any, row: Any) -> list[dict[str, Any]]:
    found = []
    for known in readable_fields(row):
        if not known.in_form or form[known.key].flags.readonly:
            continue
        theirs, yours = _theirs(known, row), _yours(known, form[known.key])
        if theirs or yours:
            found.append(
                {"label": form[known.key].label.text, "theirs": theirs, "yours": yours, "differs": theirs != yours}
            )
    return sorted(found, key=lambda pair: not pair["differs"])


def _theirs(known: Any, row: Any) -> str:
    """What the row holds, rows by the names they are chosen by in the form: there, namesakes are told apart."""
    value = getattr(row, known.key)
    if known.kind is Kind.ROWS:
        told = (filter(None, (_theirs(one, part) for one in fields_of(type(part)))) for part in value)
        return "\n".join(map("; ".join, told))
    if known.kind is Kind.VALUE or value is None:
        return formatters.text(known, value)
    rows = value if known.kind is Kind.REFERENCES else [value]
    return ", ".join(sorted(options_for(known.points_at).labels(one.id for one in rows)))


def _yours(known: Any, field: Any) -> str:
    if known.kind is Kind.ROWS:
        inner = fields_of(field.part)
        return "\n".join(
            "; ".join(text for one in inner if (text := _yours(one, entry[one.key])))
            for entry in field.entries
            if not field._ignored(entry)
        )
    if known.kind is Kind.REFERENCES:
        return ", ".join(sorted(label for _, label in field.chosen))
    if known.kind is Kind.REFERENCE:
        return field.text_value if field.data else ""
    return formatters.text(known, field.data)
