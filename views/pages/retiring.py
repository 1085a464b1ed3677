"""What stops when something is retired: all that hangs on it, and what must be done with each first; also as a list to
take along."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, render_template, url_for
from flask.typing import ResponseReturnValue

import models
from models.database import db
from models.declare.choices import AccessEvent
from models.declare.clock import now, today
from models.declare.titles import title_of
from models.queries.retiring import MOST, RETIRED
from models.tenancy import scope
from models.tenancy.roles import can
from reports import retiring
from reports.base import Ask
from reports.language import mid_sentence
from views import formatters
from views.access import needs, signed_in
from views.reached import reached
from views.register.sending import Witnessed, file_name, send
from views.texts import gettext as _
from views.texts import language, tr

blueprint = Blueprint("retiring", __name__, url_prefix="/retiring")


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
    )


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
