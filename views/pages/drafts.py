"""Drafts of what is sent in a case: the notice of a breach to Datatilsynet, and the answer to who asks for access; as a
page to print, and for Word, where they are finished."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from models.database import db
from models.declare.titles import title_of
from models.queries.relations import at_home
from models.registers.accessrequests import AccessRequest
from models.registers.breaches import Breach
from reports import access_reply, breach_notice
from reports.base import Ask, Report
from reports.document import Document
from reports.language import translator
from views.access import needs, signed_in
from views.reached import reached
from views.register.sending import send_draft
from views.texts import gettext as _
from views.texts import language, tr

blueprint = Blueprint("drafts", __name__, url_prefix="/drafts")
MADE: dict[type[Any], Any] = {Breach: breach_notice.of, AccessRequest: access_reply.of}


def _found(register: str, row_id: int) -> tuple[Any, Report]:
    row = reached(register, row_id)
    make = MADE.get(type(row)) or abort(404)
    return row, make(row)


@blueprint.get("/<register>/<int:row_id>/")
@needs(signed_in)
def show(register: str, row_id: int) -> str:
    """The draft, in the language of the municipality."""
    row, told = _found(register, row_id)
    about, name = type(row).__register__, title_of(row, language())
    ask, document = _made(row, told)
    return render_template(
        "reports/document.html",
        title=tr(told.title),
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": tr(about.name), "url": url_for(f"{register}.index_view")},
            {"label": name, "url": url_for(f"{register}.details_view", id=row_id)},
            {"label": _("Utkast"), "url": None},
        ],
        about=_("Fylt ut fra det som er registrert. Det som mangler, er merket «Ikke fylt ut». Skriv ferdig i Word."),
        document=document,
        spoken=None if ask.language == language() else ask.language,
        files=[(_("Last ned Word"), url_for(".download", register=register, row_id=row_id))],
        back=url_for(f"{register}.details_view", id=row_id),
        back_label=_("Tilbake"),
    )


@blueprint.get("/<register>/<int:row_id>/word/")
@needs(signed_in)
def download(register: str, row_id: int) -> ResponseReturnValue:
    """The draft for Word. That it was taken out stands in the access log."""
    row, told = _found(register, row_id)
    ask, document = _made(row, told)
    return send_draft(told, document, ask, row, f"{told.slug} {row.id}")


def _made(row: Any, told: Report) -> tuple[Ask, Document]:
    """Read in the municipality of the row alone, whatever is shown together."""
    with at_home(row):
        ask = told.asked(db.session, {}, language(), translator(language()))
        return ask, told.document(db.session, ask)
