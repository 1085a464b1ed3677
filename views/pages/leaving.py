"""Municipalities that leave: the notice, the final charge, the archive, the deletion by two people, and the receipt.
Who leads the project runs it; the municipality's own administrator sees it, and may approve the deletion."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from models import migrating
from models.changes import leaving
from models.changes.leaving import Notice
from models.database import db
from models.declare.checks import no_national_identity_number
from models.declare.clock import today
from models.declare.numbers import BIGGEST, digits
from models.declare.words import N_, Problem
from models.registers.leavings import DeletionReceipt, Leaving
from models.tenancy import roles, scope
from models.tenancy.log import REASON
from models.tenancy.roles import may_approve_deletion, may_merge_places
from reports.kinds import DOCUMENTS
from reports.language import translator
from reports.receipt import receipt_document
from views import settings, storing
from views.access import needs
from views.pages import leavingpage
from views.texts import explain, language
from views.texts import gettext as _

blueprint = Blueprint("leaving", __name__, url_prefix="/leaving")
SHORT = 200
NO_DAY = N_("Skriv dagene slik: 2026-12-31.")
NO_PLACE = N_("Velg kommunen, og skriv hvem der som meldte den ut.")
NO_STEP = N_("Velg hva som skal gjøres.")


def leads() -> bool:
    return may_merge_places(g.actor)


def may_see() -> bool:
    return may_approve_deletion(g.actor, g.active)


def _everywhere() -> Any:
    return scope.use(roles.scope_for(g.actor, g.municipalities, None, g.request_id))


@blueprint.get("/")
@needs(leads)
def index() -> str:
    """Those that leave or have left, and the form of a new notice."""
    return _index()


def _index(error: str = "", looked: Notice | None = None) -> str:
    with _everywhere():
        known = list(db.session.scalars(select(Leaving).order_by(Leaving.last_day.desc(), Leaving.id.desc())))
        return render_template(
            "leaving/index.html",
            title=_("Utmeldinger"),
            breadcrumbs=leavingpage.trail(),
            rows=[leavingpage.line(one) for one in known],
            receipts=[leavingpage.receipt_line(one) for one in leavingpage.receipts(db.session)],
            places=leavingpage.members(db.session),
            given=request.form,
            looked=leavingpage.looked(db.session, looked) if looked else None,
            error=error,
            today=today().isoformat(),
        )


@blueprint.post("/")
@needs(leads)
def make() -> ResponseReturnValue:
    """Look at what a notice comes to, or write it down."""
    try:
        told = _notice()
        with _everywhere():
            if problem := leaving.why_not(db.session, told):
                raise problem
            if request.form.get("do") != "note":
                return _index(looked=told)
            made = leaving.note(db.session, told)
            db.session.commit()
            number = made.id
    except Problem as problem:
        db.session.rollback()
        return _index(explain(problem)), 422
    flash(_("Utmeldingen er ført."), "success")
    return redirect(url_for(".show", number=number), code=303)


def _notice() -> Notice:
    """What was typed. Raises a Problem."""
    form = request.form
    place = digits(form.get("place", ""))
    texts = {
        key: no_national_identity_number(form.get(key, "").strip())
        for key in ("noticed_by", "reference", "reason", "agreed")
    }
    if place is None or place not in g.municipalities or not texts["noticed_by"]:
        raise Problem(NO_PLACE)
    return Notice(
        place, _day("noticed_on"), texts["noticed_by"][:SHORT], _day("last_day"), texts["reference"][:SHORT],
        texts["reason"][:REASON], texts["agreed"][:REASON],
    )  # fmt: skip


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError as error:
        raise Problem(NO_DAY) from error


def _found(number: int) -> Leaving:
    """One that the person may see: another municipality's is not there."""
    found = db.session.get(Leaving, min(number, BIGGEST)) or abort(404)
    return found if leads() or roles.may_archive(g.actor, found.place) else abort(404)


@blueprint.get("/<int:number>/")
@needs(may_see)
def show(number: int) -> str:
    """How far one has come, and what comes next."""
    return _show(_found(number))


def _show(found: Leaving, error: str = "") -> str:
    with _everywhere():
        told = leavingpage.of_one(db.session, found, leads=leads())
        return render_template("leaving/one.html", title=told.pop("title"), error=error, **told)


@blueprint.post("/<int:number>/")
@needs(may_see)
def step(number: int) -> ResponseReturnValue:
    """Withdraw the notice, ask for the deletion, let it wait, or approve it."""
    found = _found(number)
    try:
        return _done(found, request.form.get("do", ""))
    except Problem as problem:
        db.session.rollback()
        return _show(_found(number), explain(problem)), 422
    except StaleDataError:
        db.session.rollback()
        return _show(_found(number), explain(Problem(leaving.PASSED))), 409


def _done(found: Leaving, do: str) -> ResponseReturnValue:
    if str(found.version) != request.form.get("version"):
        raise Problem(leaving.PASSED)
    if do == "approve":
        return _approve(found)
    if not leads():
        abort(403)
    if do == "withdraw":
        leaving.withdraw(db.session, found)
        db.session.commit()
        flash(_("Utmeldingen er trukket tilbake. Kommunen er fortsatt medlem."), "success")
        return redirect(url_for(".index"), code=303)
    if do not in {"ask", "wait"}:
        raise Problem(NO_STEP)
    leaving.ask(found) if do == "ask" else leaving.take_back(found)
    db.session.commit()
    flash(_("En annen må godkjenne slettingen.") if do == "ask" else _("Ingenting blir slettet nå."), "success")
    return redirect(url_for(".show", number=found.id), code=303)


def _approve(found: Leaving) -> ResponseReturnValue:
    number, version, is_of_the_project = found.id, found.version, leads()
    who = scope.current()
    db.session.rollback()
    config = current_app.config
    owner = settings.with_driver(config["DATABASE_OWNER_URL"] or config["SQLALCHEMY_DATABASE_URI"])
    receipt = leaving.approve(migrating.engine_for(owner), storing.files().drop, number, version, who)
    flash(_("Alt som tilhørte kommunen, er slettet. Kvitteringen er skrevet."), "success")
    return redirect(url_for(".receipt", number=receipt) if is_of_the_project else "/", code=303)


@blueprint.get("/receipts/<int:number>/")
@needs(leads)
def receipt(number: int) -> str:
    """What was deleted, by whom, and what is kept."""
    found = db.session.get(DeletionReceipt, min(number, BIGGEST)) or abort(404)
    told = leavingpage.receipt(found)
    return render_template("leaving/receipt.html", title=told.pop("title"), **told)


@blueprint.get("/receipts/<int:number>/<kind>/")
@needs(leads)
def receipt_file(number: int, kind: str) -> ResponseReturnValue:
    """The same as a file."""
    found = db.session.get(DeletionReceipt, min(number, BIGGEST)) or abort(404)
    if kind not in DOCUMENTS:
        abort(404)
    mimetype, write = DOCUMENTS[kind]
    file = io.BytesIO()
    write(receipt_document(found, translator(language()), language()), file)
    file.seek(0)
    name = f"slettekvittering-{found.id}.{kind}"
    return send_file(file, mimetype, as_attachment=True, download_name=name, max_age=0)
