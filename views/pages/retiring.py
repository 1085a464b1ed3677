"""What stops when something is retired: what falls with it in the municipality, drawn and as a list and a report; all
that hangs on it, and what must be done with each first, as a list to take along; and who else has it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

import models
from models.changes import elsewhere
from models.database import db
from models.declare.choices import AccessEvent
from models.declare.clock import now, today
from models.declare.domains import Domain
from models.declare.fields import is_owned
from models.declare.titles import title_of
from models.landscape.consequences import Consequences, consequences
from models.queries.retiring import MOST, RETIRED
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.tenancy import scope
from models.tenancy.roles import can, may_report
from reports import falling, retiring
from reports.base import Ask
from reports.kinds import EXCEL
from reports.language import mid_sentence
from reports.pdf import NotSetError
from views import formatters
from views.access import needs, signed_in
from views.landscape.fallen import MOST_DRAWN, in_words, picture_of
from views.pages.landscape import may_take_along
from views.reached import reached
from views.register import elsewhere as others
from views.register.casework import concerned_url
from views.register.sending import Witnessed, file_name, send, send_report
from views.texts import gettext as _
from views.texts import language, ngettext, tr

blueprint = Blueprint("retiring", __name__, url_prefix="/retiring")
FILES = {EXCEL: "Excel", "pdf": "PDF"}


def _found(register: str, row_id: int) -> retiring.Retiring:
    row = reached(register, row_id)
    if type(row) not in RETIRED:
        abort(404)
    return retiring.of(row, tuple(one for one in models.REGISTERS if can(g.actor, "read", one, g.active)))


def _ask() -> Ask:
    return Ask(language(), today(), now(), today().year)


@blueprint.get("/<register>/<int:row_id>/")
@needs(signed_in)
def show(register: str, row_id: int) -> str:
    """All of it by register, each with what is special about it."""
    told, ask = _found(register, row_id), _ask()
    row, about = told.row, type(told.row).__register__
    place = _place(row)
    fallen = _fallen(row, place)
    name = title_of(row, language())
    return render_template(
        "register/retiring.html",
        title=_("Hva stopper uten %(name)s?", name=name),
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": tr(about.name), "url": url_for(f"{register}.index_view")},
            {"label": name, "url": url_for(f"{register}.details_view", id=row_id)},
            {"label": _("Hva stopper?"), "url": None},
        ],
        groups=[_drawn(group, ask) for group in told.groups(db.session, ask)],
        most=formatters.grouped(MOST),
        download_url=url_for(".download", register=register, row_id=row_id),
        needs_place=place is None and can(g.actor, "read", Application, g.active),
        elsewhere=_elsewhere(row),
        **_falling(fallen, register, row_id),
    )


def _place(row: Any) -> int | None:
    """The municipality it falls in: its own, or of what all share the one that is looked at."""
    place: int | None = row.municipality_id if is_owned(type(row)) else g.active
    return place


def _fallen(row: Any, place: int | None) -> Consequences | None:
    """What falls with it there, for who reads what is registered there."""
    if place is None or not can(g.actor, "read", Application, place):
        return None
    return consequences(db.session, place, (type(row).__tablename__, row.id), language())


def _falling(fallen: Consequences | None, register: str, row_id: int) -> dict[str, Any]:
    if fallen is None:
        return {"fallen": None, "files": []}
    shown = picture_of(fallen)
    _x, _y, width, height = shown.drawing.box()
    return {
        "fallen": in_words(fallen),
        "shown": shown,
        "picture": shown.picture(f' width="{width}" height="{height}"'),
        "most_drawn": formatters.grouped(MOST_DRAWN),
        "files": [
            (label, url_for(".take_along", register=register, row_id=row_id, kind=kind))
            for kind, label in (FILES.items() if may_report(g.actor, g.active) else ())
        ],
    }


def _elsewhere(row: Any) -> list[dict[str, str]]:
    """Who else has it, as far as those doors are open to the reader: how many show it to their neighbours, and for who
    is told of all municipalities the way to which."""
    found = [one] if (one := others.context(row)) else []
    if isinstance(row, Supplier) and g.active is not None and scope.current().readable(Domain.WINDOW):
        number = elsewhere.how_many_of_supplier(db.session, row.id, g.active, g.actor.closed)
        text = ngettext(
            "%(num)s annen kommune viser et system fra den.", "%(num)s andre kommuner viser et system fra den.", number
        )
        found += [{"text": text, "url": url_for("neighbours.index")}] if number else []
    url = concerned_url(row)
    return [*found, {"text": _("Hvem har dette?"), "url": url}] if url else found


def _drawn(group: Any, ask: Ask) -> dict[str, Any]:
    endpoint = f"{group.register.__tablename__}.details_view"
    return {
        "title": f"{tr(group.register.__register__.name)} ({mid_sentence(tr(group.field.label))})",
        "total": formatters.grouped(group.total),
        "is_cut": group.total > len(group.rows),
        "to_do": tr(retiring.to_do(group.register)),
        "rows": [
            {"name": one.name, "url": url_for(endpoint, id=one.id), "notes": retiring.notes(one, group, ask)}
            for one in group.rows
        ],
    }


@blueprint.get("/<register>/<int:row_id>/download/")
@needs(signed_in)
def download(register: str, row_id: int) -> ResponseReturnValue:
    """The same as a list in Excel, with room for who does it and when it is done."""
    told, domain = _found(register, row_id), type(reached(register, row_id)).__domain__
    places = scope.current().readable(domain) if domain else [None]
    name = file_name(f"{_('Sjekkliste')} {title_of(told.row, language())}")
    return send(told, _ask(), name, Witnessed(AccessEvent.REPORT, places, title_of(told.row, language())))


@blueprint.get("/<register>/<int:row_id>/report/<kind>/")
@needs(may_take_along)
def take_along(register: str, row_id: int, kind: str) -> ResponseReturnValue:
    """What falls with it, as a report in Excel or PDF. That it was taken along is written down."""
    row = _found(register, row_id).row
    fallen = _fallen(row, _place(row))
    if kind not in FILES or fallen is None:
        abort(404)
    told = falling.of(row, fallen)
    try:
        return send_report(told, _ask(), file_name(f"{_('Følger')} {title_of(row, language())}", kind), kind)
    except NotSetError:
        current_app.logger.exception("The consequences could not be set as PDF")
        flash(_("PDF-en kunne ikke lages nå. Prøv igjen, eller last ned Excel."), "error")
        return redirect(url_for(".show", register=register, row_id=row_id))
