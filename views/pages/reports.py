"""Reports on the page and as files: what you see is what you download."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exchange import packages
from models.database import db
from models.declare.words import N_, Problem
from reports import REPORTS, report
from reports.base import GROUPS, Ask, Group, Report
from reports.choices import MOST_OPTIONS, Choice, Option, options_together, reads_several
from reports.kinds import DOCUMENTS, EXCEL
from reports.language import translator
from reports.pdf import NotSetError
from views import formatters, remembered
from views.access import needs
from views.pages import ownreports
from views.pages.previews import PREVIEW, fact, preview
from views.register import reported
from views.register.sending import file_name, send_report, witness_report
from views.texts import explain, language, tr
from views.texts import gettext as _

blueprint = Blueprint("reports", __name__, url_prefix="/reports")
TOO_MANY = N_("Utvalget har over %(most)s rader. Et dokument blir for stort: velg færre, eller last ned Excel.")
NOT_SET = N_("PDF-en kunne ikke lages nå. Prøv igjen, eller last ned Word.")


def opens_reports() -> bool:
    """Whether somebody may open any report here; of the report at hand it is asked once more."""
    return any(one.may_open(g.actor, g.active) for one in REPORTS)


@blueprint.get("/")
@needs(opens_reports)
def index() -> str:
    """The reports one may open here."""
    mine = [one for one in REPORTS if one.may_open(g.actor, g.active)]
    return render_template(
        "reports/index.html",
        title=_("Rapporter"),
        breadcrumbs=_trail(),
        groups=[_group(one, told) for one in GROUPS if (told := [each for each in mine if each.group is one])],
        own=ownreports.lines(),
    )


def _group(group: Group, reports: list[Report]) -> dict[str, Any]:
    title, text = GROUPS[group]
    told = [
        {
            "title": tr(one.title),
            "description": tr(one.text),
            "url": url_for(".show", slug=one.slug),
            "download_url": url_for(".download", slug=one.slug),
        }
        for one in reports
    ]
    return {"name": group.value, "title": tr(title), "text": tr(text), "reports": told}


@blueprint.get("/<slug>/")
@needs(opens_reports)
def show(slug: str) -> ResponseReturnValue:
    """The first rows of every sheet."""
    told = _found(slug)
    try:
        ask = _ask(told)
    except Problem as problem:
        return _page(told, refused=problem), 400
    return _page(told, ask)


@blueprint.get("/<slug>/download/")
@needs(opens_reports)
def download(slug: str) -> ResponseReturnValue:
    """The whole report in Excel."""
    return _file(_found(slug), EXCEL)


@blueprint.get("/<slug>/download/<kind>/")
@needs(opens_reports)
def download_document(slug: str, kind: str) -> ResponseReturnValue:
    """The whole report as a document: PDF or Word."""
    told = _found(slug)
    if kind not in DOCUMENTS or not told.has_document:
        abort(404)
    return _file(told, kind)


@blueprint.get("/<slug>/document/")
@needs(opens_reports)
def document(slug: str) -> ResponseReturnValue:
    """The whole report as a page made to be printed."""
    told = _found(slug)
    if not told.has_document:
        abort(404)
    try:
        ask = _ask(told)
        _refuse_too_many(told, ask)
    except Problem as problem:
        return _page(told, refused=problem), 400
    page = render_template(
        "reports/document.html",
        title=told.named(tr),
        breadcrumbs=_trail(told),
        document=told.document(db.session, ask),
        spoken=None if ask.language == language() else ask.language,
        files=_files(told),
        back=_with_choices("show", told),
        back_label=_("Endre utvalget"),
        about="",
    )
    witness_report(told, ask, told.chapters(db.session, ask))
    return page


def _file(told: Report, kind: str) -> ResponseReturnValue:
    try:
        ask = _ask(told)
        if kind in DOCUMENTS:
            _refuse_too_many(told, ask)
    except Problem as problem:
        return _page(told, refused=problem), 400
    year = f"-{ask.year}" if told.is_of_a_year else ""
    try:
        return send_report(told, ask, file_name(f"{told.filed_as}{year}", kind), kind)
    except NotSetError:
        current_app.logger.exception("The PDF of %s could not be set", told.slug)
        return _page(told, refused=Problem(NOT_SET)), 503


def _found(slug: str) -> Report:
    if reported.is_own(slug):
        return reported.found(slug, request.args)
    try:
        told = report(slug)
    except KeyError:
        abort(404)
    if not told.may_open(g.actor, g.active):
        abort(403)
    return told


def _ask(told: Report) -> Ask:
    """What the address asks for. Raises a Problem."""
    return told.asked(db.session, request.args.to_dict(flat=False), language(), translator(language()))


def _refuse_too_many(told: Report, ask: Ask) -> None:
    if told.chapters(db.session, ask) > told.most_chapters:
        raise Problem(TOO_MANY, most=formatters.grouped(told.most_chapters))


def _page(told: Report, ask: Ask | None = None, refused: Problem | None = None) -> str:
    """A report with its choices, and with its sheets unless what was asked is refused."""
    sheets = [preview(one) for one in told.sheets(db.session, replace(ask, most=PREVIEW))] if ask else []
    return render_template(
        "reports/report.html",
        title=told.named(tr),
        description=tr(told.text),
        breadcrumbs=_trail(told),
        refused=explain(refused) if refused else "",
        choices=_choices(told, ask),
        files=_files(told) if ask else [],
        packs=_packed_with(told) if ask else None,
        print_url=_with_choices("document", told) if ask and told.has_document else "",
        facts=[(label, fact(value)) for label, value in told.facts(db.session, ask)] if ask else [],
        sheets=sheets,
        spoken=ask.language if ask and ask.language != language() else None,
        own=ownreports.panel(told) if isinstance(told, reported.Reported) else None,
    )


def _choices(told: Report, ask: Ask | None) -> list[dict[str, Any]]:
    """The choices of a report as the page offers them. What is offered of several municipalities is shared by all."""

    def read() -> dict[str, list[Option]]:
        return options_together(db.session, told.offered, language())

    among_rows = remembered.asked(("choices", told.slug, language()), read) if reads_several() else read()
    drawn = [_drawn(one, ask, among_rows.get(one.name)) for one in told.offered]
    return [one for one in drawn if one["options"] or one["drawn_as"] == "text" or one["name"] not in among_rows]


def _drawn(one: Choice, ask: Ask | None, among_rows: list[Option] | None) -> dict[str, Any]:
    """A choice as the page offers it, with what is chosen."""
    chosen = one.default if ask is None else one.chosen(ask.chosen, ask.year, ask.language)
    t = translator(language())
    options = one.options(db.session, t, language()) if among_rows is None else among_rows
    if not options and among_rows is not None:  # not offered here, but asked for by who wrote the address
        options = [(value, str(value), one.said(db.session, (value,), t, language())) for value in chosen]
    written = len(options) > MOST_OPTIONS
    return {
        "name": one.name, "label": tr(one.label), "drawn_as": "text" if written else one.drawn_as,
        "is_needed": one.is_needed, "bounds": getattr(one, "bounds", None), "chosen": chosen,
        "hint": _("Skriv navnet, eller nok av det til at bare ett passer.") if written else _example(one),
        "typed": request.args.get(one.name, ""),
        "options": [] if written else [(text, label, value in chosen) for value, text, label in options],
    }  # fmt: skip


def _example(one: Choice) -> str:
    example = getattr(one, "hint", "")
    return _("Slik: %(example)s", example=example) if example else ""


def _files(told: Report) -> list[tuple[str, str]]:
    """What the report is downloaded as, with the choices of this page."""
    kinds = [(_("Last ned PDF"), "pdf"), (_("Last ned Word"), "docx")] if told.has_document else []
    documents = [(label, _with_choices("download_document", told, kind=kind)) for label, kind in kinds]
    return [(_("Last ned Excel"), _with_choices("download", told)), *documents]


def _packed_with(told: Report) -> list[tuple[str, str]] | None:
    """The choices of this page as a form asks for an inspection package with them; None where there is none."""
    if told.slug != packages.PROTOCOL or not packages.may_pack(g.actor, g.active):
        return None
    return [(f"choose-{name}", text) for name, text in request.args.items(multi=True) if text]


def _with_choices(endpoint: str, told: Report, **more: str) -> str:
    given = urlencode([(name, text) for name, text in request.args.items(multi=True) if text])
    address: dict[str, Any] = {"slug": told.slug, **more}
    return url_for(f".{endpoint}", **address) + (f"?{given}" if given else "")


def _trail(told: Report | None = None) -> list[dict[str, str | None]]:
    start: dict[str, str | None] = {"label": _("Start"), "url": "/"}
    if told is None:
        return [start, {"label": _("Rapporter"), "url": None}]
    return [start, {"label": _("Rapporter"), "url": url_for(".index")}, {"label": told.named(tr), "url": None}]
