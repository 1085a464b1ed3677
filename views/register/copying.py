"""The form of a new row that begins as a copy of another, and the way to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import g, request, url_for

from models.changes.copying import along, copy_of, rule
from models.database import db
from models.declare.base import fields_of
from models.declare.choices import says_nothing
from models.declare.fields import Copied, Kind
from models.declare.titles import title_of
from models.queries.standing import Standing, standing
from models.tenancy.roles import may_read_field, may_write_field
from views.access import may_create
from views.register import saving
from views.register.options import Far
from views.texts import gettext as _
from views.texts import language, tr

COPY, ROWS, LINKS = "copy", "rows", "links"
CHOICES = {ROWS: Kind.ROWS, LINKS: Kind.REFERENCES}


def offer(register: type[Any], row: Any) -> dict[str, Any] | None:
    """Where a copy of a row is made, and what of it may come along; None for whom may not make one."""
    if not may_create(register):
        return None
    said = {ROWS: _("Med rader"), LINKS: _("Med koblinger")}
    ticks = [
        {"name": name, "label": said[name], "what": ", ".join(tr(one.label) for one in found)}
        for name, kind in CHOICES.items()
        if (found := along(register, kind))
    ]
    return {"url": url_for(".create_view"), "form": [(COPY, row.id), ("form", saving.new_form())], "ticks": ticks}


def source(view: Any) -> Standing | None:
    """The row that the form which is opened begins as a copy of, if it is asked for. One out of reach is not found."""
    if request.method != "GET" or COPY not in request.args:
        return None
    return standing(db.session, view.get_one(request.args[COPY]))


def begins_with(copied: Standing, row: Any) -> Any:
    """What the form of a new row begins with, as a copy of what stands."""
    kinds = [kind for name, kind in CHOICES.items() if request.args.get(name)]
    return copy_of(
        copied.register,
        copied,
        kinds,
        lambda name: _("%(name)s (kopi)", name=name),
        lambda known: may_read_field(known, copied.row) and may_write_field(g.actor, known, row),
    )


def look_ahead(form: Any) -> None:
    """What a form that opens with more than the row says points at is found together, as of one that is posted."""
    far = Far()
    for one in form.pointing:
        one.far = far
        far.ask(one.target, one.pointed)


def told(copied: Standing) -> str:
    """What the form is a copy of, and what of it is not copied."""
    name = title_of(copied.row, language())
    begun = _("Kopi av «%(name)s». Ingenting er lagret før du velger Lagre.", name=name)
    left_out = ", ".join(_left_out(copied))
    anew = _("Ikke med i kopien: %(fields)s.", fields=left_out) if left_out else ""
    return f"{begun} {anew}".rstrip()


def _left_out(copied: Standing) -> Iterator[str]:
    """What stood in the row and begins anew in the copy, parts and links that were not asked for included."""
    for known in fields_of(copied.register):
        chosen = next((name for name, kind in CHOICES.items() if kind is known.kind), None)
        anew = rule(copied.register, known) is Copied.ANEW or (chosen is not None and not request.args.get(chosen))
        if (
            known.in_form
            and anew
            and may_read_field(known, copied.row)
            and not says_nothing(getattr(copied, known.key))
        ):
            yield tr(known.label)
