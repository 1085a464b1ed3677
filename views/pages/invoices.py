"""Invoices as they were issued: listed, read, taken out as files, and corrected by a credit note."""

from __future__ import annotations

import tempfile

from flask import Blueprint, abort, current_app, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from exchange import invoices as files
from exchange.ehf.validating import NotCheckedError
from models.database import db
from models.declare.choices import AccessEvent
from models.declare.clock import today
from models.declare.domains import Domain
from models.declare.numbers import BIGGEST
from models.declare.words import Problem
from models.money import basis, runs
from models.registers.invoices import ISSUED, ChargeRun, Invoice, documents_of
from models.tenancy import scope
from reports.invoicing import paper
from reports.pdf import NotSetError
from views import formatters, witness
from views.access import needs
from views.pages import deliverypage, invoicepage
from views.pages.invoicing import everywhere, may_make, may_see
from views.texts import explain, language
from views.texts import gettext as _

blueprint = Blueprint("invoices", __name__, url_prefix="/invoices")
MOST = 500
KINDS = {
    "pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv", "zip": "application/zip", "xml": "application/xml",
}  # fmt: skip


def may_read() -> bool:
    """Who reads what is charged here: one's own municipality, or all of them."""
    return bool(scope.current().readable(Domain.MONEY))


@blueprint.get("/")
@needs(may_read)
def index() -> str:
    """The invoices of the municipality, or of all, the newest first."""
    known = db.session.scalars(select(Invoice).order_by(Invoice.id.desc()).limit(MOST)).all()
    return render_template(
        "invoicing/invoices.html",
        title=_("Fakturaer"),
        breadcrumbs=invoicepage.trail(*([_("Fakturaer")] if may_see() else [])),
        invoices=[invoicepage.line(one) for one in known],
        runs_url=url_for("invoicing.index") if may_see() else "",
    )


def _found(number: int) -> Invoice:
    found: Invoice | None = db.session.get(Invoice, min(number, BIGGEST))
    return found or abort(404)


@blueprint.get("/<int:number>/")
@needs(may_read)
def one(number: int) -> str:
    """An invoice as it was issued, whatever has changed since."""
    with everywhere():
        found = _found(number)
        instead = (Invoice.credits_id == found.id) | (Invoice.replaces_id == found.id)
        after = db.session.scalars(select(Invoice).where(instead).order_by(Invoice.id)).all()
        before = [db.session.get(Invoice, one) for one in (found.credits_id, found.replaces_id) if one]
        return render_template(
            "invoicing/invoice.html",
            title=paper.title(found, _),
            breadcrumbs=invoicepage.trail(paper.title(found, _)),
            buyer=found.buyer_name,
            facts=[one for one in paper.facts(found, _) if one[1]],
            columns=[_(one) for one in paper.COLUMNS],
            rows=paper.rows(found),
            sums=paper.sums(found, _),
            spoken=None if found.language == language() else found.language,
            remarks=[one for one in (found.note, *paper.remarks(found)) if one],
            before=[invoicepage.line(one) for one in before if one],
            after=[invoicepage.line(one) for one in after],
            number=number,
            deliveries=deliverypage.of_invoice(db.session, found),
            may_correct=may_make() and not found.is_credit and not after,
        )  # fmt: skip


@blueprint.get("/<int:number>/download/<any(pdf, xlsx, xml):kind>/")
@needs(may_read)
def download(number: int, kind: str) -> ResponseReturnValue:
    """One invoice as a file, in its buyer's language."""
    with everywhere():
        found = _found(number)
        return _send([found], kind, found.language, paper.file_name(found, kind), url_for(".one", number=number))


@blueprint.get("/of-run/<int:number>/<any(xlsx, csv, zip):kind>/")
@needs(may_see)
def of_run(number: int, kind: str) -> ResponseReturnValue:
    """All that came of a run as one file."""
    with everywhere():
        run = db.session.get(ChargeRun, min(number, BIGGEST))
        if run is None or run.state != ISSUED:
            abort(404)
        name = f"fakturaer-{run.year}-{run.id}.{kind}"
        back = url_for("invoicing.one", number=number)
        return _send(documents_of(db.session, run), kind, language(), name, back)


def _send(invoices: list[Invoice], kind: str, spoken: str, name: str, back: str) -> ResponseReturnValue:
    """Written whole before it is witnessed, and witnessed before it is sent; else what is wrong is said at `back`."""
    called, places, rows = name.rpartition(".")[0], {one.municipality_id for one in invoices}, len(invoices)
    earlier = files.earlier_of(db.session, invoices)
    target = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever sends it
    try:
        files.write(files.Files(invoices, spoken, called, earlier, current_app.config["EHF_RULES"]), kind, target)
    except (NotSetError, NotCheckedError, files.NotReady) as error:
        target.close()
        flash(_not_made(error), "danger")
        return redirect(back, code=303)
    witness.write(AccessEvent.REPORT, places, subject=called, rows=rows)
    target.seek(0)
    return send_file(target, KINDS[kind], as_attachment=True, download_name=name, max_age=0)


def _not_made(error: Exception) -> str:
    """Why there is no file, and what to do next."""
    if isinstance(error, files.NotReady):
        told = [*(formatters.said(one) for one in error.faults), *error.rules]
        return _("Fakturaen kan ikke sendes som EHF: %(why)s", why=" ".join(told))
    current_app.logger.error("An invoice could not be made", exc_info=error)
    if isinstance(error, NotSetError):
        return _("PDF-en kunne ikke lages nå. Prøv igjen.")
    return _("Fakturaen kunne ikke kontrolleres mot reglene for EHF nå. Prøv igjen.")


@blueprint.get("/<int:number>/correct/")
@needs(may_make)
def correction(number: int) -> ResponseReturnValue:
    """What a correction would do, before anything is made."""
    return _correction(number)


def _correction(number: int, error: str = "") -> str:
    with everywhere():
        found = _found(number)
        plan = basis.plan_of_correction(db.session, found, today())
        return render_template(
            "invoicing/correct.html",
            title=_("Rett %(name)s", name=paper.title(found, _).lower()),
            breadcrumbs=invoicepage.trail(paper.title(found, _), _("Rett")),
            **invoicepage.plan(plan),
            is_same=basis.says_the_same(plan),
            number=number,
            error=error,
        )


@blueprint.post("/<int:number>/correct/")
@needs(may_make)
def correct(number: int) -> ResponseReturnValue:
    """Make the draft of a correction, for another to approve."""
    try:
        with everywhere():
            made = runs.make_correction(db.session, _found(number)).id
    except Problem as problem:
        db.session.rollback()
        return _correction(number, explain(problem)), 422
    flash(_("Rettingen er laget. Be en annen om å godkjenne den."), "success")
    return redirect(url_for("invoicing.one", number=made), code=303)
