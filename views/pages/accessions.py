"""Joining, for who leads the project: who is where of all municipalities, and the page on which each step is taken."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from models.changes import acceding
from models.database import db
from models.declare.acceding import SIGNED_PAPERS, Event, PaperKind, Step
from models.declare.agreeing import SubProcessorConsent
from models.declare.numbers import BIGGEST, digits
from models.declare.words import N_, Choice, Problem
from models.queries.acceding import statuses
from models.queries.payers import everywhere
from models.registers.accessions import Accession, AccessionPaper
from models.registers.municipality import Municipality
from models.tenancy import roles, scope
from models.tenancy.roles import may_admit
from reports import acceding as papers
from reports.document import Document, kept, read
from reports.kinds import DOCUMENTS
from reports.language import LANGUAGES, translator
from reports.pdf import NotSetError
from views.access import needs
from views.pages import accessionpage
from views.pages.attachments import attach_file
from views.texts import explain, tr
from views.texts import gettext as _

blueprint = Blueprint("accessions", __name__, url_prefix="/accessions")
WHICH_LANGUAGE = N_("Velg språket papirene skal være på.")
NO_ROW = N_("Avtalen er slettet i kommunens register. Hent den tilbake derfra først.")


def admits() -> bool:
    return may_admit(g.actor)


def _all() -> AbstractContextManager[Any]:
    """What one reaches in all municipalities, whichever is chosen: joining is the project's."""
    return scope.use(roles.scope_for(g.actor, g.municipalities, None, g.request_id))


@blueprint.get("/")
@needs(admits)
def index() -> str:
    """All municipalities, or those that have come to a step."""
    with _all():
        shown = accessionpage.overview(statuses(db.session), request.args.get("step", ""))
    return render_template("acceding/index.html", title=_("Tilslutning"), breadcrumbs=accessionpage.trail(), **shown)


def _found(number: int) -> Accession:
    return db.session.get(Accession, min(number, BIGGEST)) or abort(404)


@blueprint.get("/<int:number>/")
@needs(admits)
def show(number: int) -> str:
    """One municipality on its way in, with what is next."""
    return _page(number)


def _page(number: int, error: str = "") -> str:
    with _all():
        one = _found(number)
        lacks, refused = _lacks(one)
        shown = accessionpage.one(db.session, one, lacks, refused)
    return render_template(
        "acceding/one.html",
        title=shown.pop("name"),
        error=error,
        given=request.form,
        **shown,
    )


def _lacks(one: Accession) -> tuple[dict[PaperKind, list[str]], str]:
    """What each paper that comes next would say is not known; or why none can be made."""
    coming = {
        Step.ASKED: (PaperKind.QUOTE,), Step.QUOTED: (PaperKind.QUOTE, *SIGNED_PAPERS), Step.READY: SIGNED_PAPERS
    }.get(one.step, ())  # fmt: skip
    try:
        base = _basis(one) if coming else None
        return ({kind: papers.written(base, kind, "nb", one.wished_from)[1] for kind in coming} if base else {}), ""
    except Problem as problem:
        return {}, explain(problem)


def _basis(one: Accession) -> Any:
    known = next((each for each in everywhere(db.session) if each.code == one.code), None) or abort(404)
    return papers.basis_of(db.session, one, acceding.place_of(db.session, known), known)


# -- the steps ---------------------------------------------------------------------------------------------------------


@blueprint.post("/<int:number>/")
@needs(admits)
def act(number: int) -> ResponseReturnValue:
    """Take a step, as the row was when the page was opened."""
    does = DOES.get(request.form.get("do", "")) or abort(400)
    try:
        with _all():
            one = acceding.held(_found(number), digits(request.form.get("version", "")))
            said = does(one)
            db.session.commit()
    except Problem as problem:
        return _refused(number, explain(problem), 409 if problem.text == acceding.PASSED else 422)
    except (StaleDataError, IntegrityError):
        return _refused(number, tr(acceding.PASSED), 409)
    flash(said, "success")
    return redirect(url_for(".show", number=number), code=303)


def _refused(number: int, said: str, status: int) -> ResponseReturnValue:
    db.session.rollback()
    return _page(number, said), status


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None


def _chosen(vocabulary: type[Choice], name: str) -> Any:
    return next((one for one in vocabulary if one.value == request.form.get(name)), None)


def _language() -> str:
    if (wanted := request.form.get("language", "")) not in LANGUAGES:
        raise Problem(WHICH_LANGUAGE)
    return wanted


def _quote(one: Accession) -> str:
    language, valid_to = _language(), _day("valid_to")
    known = next((each for each in everywhere(db.session) if each.code == one.code), None) or abort(404)
    place = acceding.place_of(db.session, known)
    acceding.begin_quote(db.session, one, place, _day("first_day"), valid_to)
    base = papers.basis_of(db.session, one, place, known)
    _keep(one, base, PaperKind.QUOTE, language, valid_to)
    acceding.quoted(db.session, g.actor, one)
    return _("Tilbudet er utstedt. Last det ned, og send det til kommunen.")


def _papers(one: Accession) -> str:
    months, days = (digits(request.form.get(name, "").strip()) for name in ("notice_months", "return_days"))
    consent, level = _chosen(SubProcessorConsent, "consent"), request.form.get("service_level", "")
    acceding.begin_papers(one, months, days, consent, level)
    language, base = _language(), _basis(one)
    for kind in SIGNED_PAPERS:
        _keep(one, base, kind, language)
    acceding.made_ready(db.session, g.actor, one)
    return _("Begge avtalene er laget. Se over dem før de sendes.")


def _keep(one: Accession, base: Any, kind: PaperKind, language: str, valid_to: date | None = None) -> None:
    document, lacks = papers.written(base, kind, language, valid_to)
    acceding.keep(db.session, g.actor, one, kind, language, kept(document), lacks)


def _send(one: Accession) -> str:
    place = db.session.get(Municipality, one.place_id or 0)
    t = translator(papers.language_of(place) if place else "nb")
    acceding.send(db.session, g.actor, one, _day("day"), {kind: t(name) for kind, name in acceding.NAMES.items()})
    return _("Avtalene er sendt til signering, og står i kommunens avtaleregister.")


def _sign(one: Accession) -> str:
    kind, given = _chosen(PaperKind, "paper"), request.files.get("file")
    with_file = given is not None and bool(given.filename)
    acceding.sign(
        db.session, g.actor, one, kind, _day("day"), request.form.get("signed_by", ""), with_file=with_file
    )  # fmt: skip
    if with_file:
        with scope.use(scope.admitting(one.place_id or 0)):
            row = acceding.agreement_of(db.session, one, kind)
            if row is None:
                raise Problem(NO_ROW)
            attach_file(row)
    return _("Signaturen er ført.")


def _open(one: Accession) -> str:
    acceding.open_place(db.session, g.actor, one, _day("first_day"))
    return _("Avtalene er satt i kraft. Kommunen er medlem og åpner den dagen de gjelder fra.")


def _back(one: Accession) -> str:
    acceding.take_back(db.session, g.actor, one, request.form.get("reason", ""))
    return _("Steget er tatt tilbake. Det står i historikken.")


def _declined(one: Accession) -> str:
    acceding.end(db.session, g.actor, one, Event.DECLINED, request.form.get("reason", ""))
    return _("Saken er avsluttet.")


def _withdrawn(one: Accession) -> str:
    acceding.end(db.session, g.actor, one, Event.WITHDRAWN, request.form.get("reason", ""))
    return _("Saken er avsluttet.")


DOES: dict[str, Callable[[Accession], str]] = {
    "quote": _quote, "papers": _papers, "send": _send, "sign": _sign, "open": _open, "back": _back,
    "decline": _declined, "withdraw": _withdrawn,
}  # fmt: skip


# -- the papers --------------------------------------------------------------------------------------------------------


@blueprint.get("/papers/<int:number>/<ending>/")
@needs(admits)
def paper(number: int, ending: str) -> ResponseReturnValue:
    """A paper as it was made, whatever has changed since."""
    found = db.session.get(AccessionPaper, min(number, BIGGEST)) or abort(404)
    if acceding.digest(found.document) != found.digest:
        current_app.logger.error("Paper %s is not what was made", number)
        abort(410, description="file_damaged")
    name = accessionpage.file_name(found, _found(found.accession_id))
    return _as_file(read(found.document), ending, name, url_for(".show", number=found.accession_id))


@blueprint.get("/<int:number>/draft/<what>/<ending>/")
@needs(admits)
def draft(number: int, what: str, ending: str) -> ResponseReturnValue:
    """A paper as it would be today. Nothing is kept of it, and it says that it is a draft."""
    if what not in set(PaperKind):
        abort(404)
    with _all():
        one, back = _found(number), url_for(".show", number=number)
        try:
            base = _basis(one)
        except Problem as problem:
            flash(explain(problem), "danger")
            return redirect(back, code=303)
        made = papers.written(base, PaperKind(what), papers.language_of(base.place), one.wished_from)[0]
    return _as_file(papers.as_draft(made), ending, f"utkast-{what}", back)


def _as_file(document: Document, ending: str, name: str, back: str) -> ResponseReturnValue:
    media, write = DOCUMENTS.get(ending) or abort(404)
    target = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever sends it
    try:
        write(document, target)
    except NotSetError as error:
        target.close()
        current_app.logger.error("A paper could not be made", exc_info=error)
        flash(_("PDF-en kunne ikke lages nå. Prøv igjen."), "danger")
        return redirect(back, code=303)
    target.seek(0)
    return send_file(target, media, as_attachment=True, download_name=f"{name}.{ending}", max_age=0)
