"""What a form asks the server while somebody writes: the same conditions, checks and names that a save meets.

Nothing is saved, and nothing is told but what the form itself would say to the same person.
"""

from __future__ import annotations

from typing import Any

from flask import current_app, g, request, url_for

from models.database import db
from models.declare.base import fields_of
from models.declare.fields import Kind, Personal
from models.queries.finding import namesake
from views.access import IDLE_SECONDS, seconds_left
from views.register import making
from views.register.options import gather, picker_texts
from views.register.rowfields import RowsField
from views.register.sections import Section, Slot, sections
from views.register.typed import Typed
from views.texts import gettext as _


def answer(view: Any, form: Any, stands: Any) -> dict[str, Any]:
    """What is asked now, what lacks, and, of the field that was left (`left`) or the rows that are wanted (`row`), what
    there is to say or to draw."""
    gather(form.pointing)
    making.offer(form)
    found = sections(view.register, form, "", Typed(form, stands))
    depending = [slot for one in found for slot in (*one.first, *one.more) if slot.depends]
    wanted = set(request.args.get("empty", "").split(","))
    left, row = request.args.get("left", ""), request.args.get("row", "")
    return {
        "shown": [slot.known.key for slot in depending if slot.shown],
        "asked": [slot.known.key for slot in depending if slot.asked],
        "html": {slot.known.key: _drawn(slot, form) for slot in depending if slot.shown and slot.known.key in wanted},
        "follows": _follows(found),
        "lacks": {one.anchor: one.lacking for one in found},
        "errors": _errors(form, left),
        "namesake": _namesake(view, form, stands) if left == view.register.__register__.title else None,
        "row": _blank_row(form, row),
    }


def _follows(found: list[Section]) -> dict[str, str]:
    """What empty fields say that follow from others, by the ids of their fields."""
    slots = (slot for one in found for slot in (*one.first, *one.more) if slot.known.follows)
    return {slot.field.id: slot.field.follows for slot in slots}


def _drawn(slot: Slot, form: Any) -> str:
    return current_app.jinja_env.get_template("forms/asked.html").render(slot=slot, form=form)


def _errors(form: Any, name: str) -> list[str]:
    """What is wrong with one field, by the name it is posted under; nothing of a name the form does not have."""
    for owner in (form, *[entry for one in form if isinstance(one, RowsField) for entry in one.entries]):
        for field in owner:
            if field.name == name and not isinstance(field, RowsField):
                field.validate(owner)
                return [str(error) for error in field.errors]
    return []


def _namesake(view: Any, form: Any, stands: Any) -> dict[str, str] | None:
    """Another row of the same owner that is called what was typed."""
    title = view.register.__register__.title
    typed = any(known.key == title and known.kind is Kind.VALUE for known in fields_of(view.register))
    if not (typed and title in form and form[title].data):
        return None
    name = str(form[title].data)
    found = namesake(db.session, stands.row, name)
    if found is None:
        return None
    message = _("«%(name)s» finnes fra før. Er det den samme?", name=name)
    return {"text": message, "label": _("Åpne den (ny fane)"), "url": url_for(".details_view", id=found)}


def _blank_row(form: Any, name: str) -> str:
    """One more row to write in, of the parts that are asked for."""
    if name not in form or not isinstance(form[name], RowsField) or form[name].flags.readonly:
        return ""
    entry = form[name].one_more()
    making.offer(form)
    if entry is None:
        return ""
    return current_app.jinja_env.get_template("forms/row.html").render(rows=form[name], row=entry)


def told_to_script(register: type[Any], row: Any, ask_url: str) -> dict[str, str]:
    """Where the scripts of a form ask, about what, and what they say in the reader's language."""
    secret = (known.key for known in fields_of(register) if known.personal is Personal.SECRET)
    draft = (g.actor.user_id, g.active or "", register.__tablename__, row.id or "new", row.version or 0)
    return picker_texts() | {
        "data-ask": ask_url,
        "data-register": register.__tablename__,
        "data-title": register.__register__.title,
        "data-draft": ":".join(map(str, draft)),
        "data-secret": ",".join(secret),
        "data-idle": str(IDLE_SECONDS),
        "data-ends": str(seconds_left()),
        "data-missing": _("Fant ikke «%(name)s».", name="{name}"),
        "data-make": _("Lag ny?"),
        "data-help-key": _("F1 viser hjelp."),
        "data-not-asked": _("Gjelder ikke slik svarene er nå."),
        "data-come": _("Nytt i skjemaet: %(names)s", names="{names}"),
        "data-removed": _("Raden er fjernet."),
        "data-undo": _("Angre"),
        "data-kept": _("Du har et utkast fra %(when)s som ikke er lagret.", when="{when}"),
        "data-take": _("Hent det fram"),
        "data-discard": _("Forkast det"),
        "data-soon": _("Om to minutter blir du logget ut. Det du har skrevet, blir liggende i nettleseren."),
        "data-stay": _("Fortsett"),
        "data-over": _(
            "Du er logget ut. Trykk på Lagre, så får du logge inn, og skjemaet står slik du skrev det. Det ligger også "
            "i nettleseren."
        ),
    }
