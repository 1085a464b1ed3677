"""The documents of a run handed to the access point: asked for with one press, and done by a worker."""

from __future__ import annotations

from flask import Blueprint, abort, flash, jsonify, redirect, url_for
from flask.typing import ResponseReturnValue

from exchange import delivering
from models.database import db
from models.declare.choices import AccessEvent
from models.declare.numbers import BIGGEST
from models.declare.words import N_, Problem
from models.registers.invoices import ISSUED, ChargeRun, documents_of
from views import ehf, witness
from views.access import needs
from views.pages import deliverypage
from views.pages.invoicing import everywhere, may_make, may_see
from views.register import underway
from views.texts import explain, language, tr

blueprint = Blueprint("deliveries", __name__, url_prefix="/invoicing")
ASKED = N_("Dokumentene leveres nå. Du kan lukke siden: det som blir levert, står her.")


@blueprint.post("/<int:number>/deliver/")
@needs(may_make)
def deliver(number: int) -> ResponseReturnValue:
    """Ask for what is not delivered of a run to be."""
    with everywhere():
        run = db.session.get(ChargeRun, min(number, BIGGEST))
        if run is None or run.state != ISSUED:
            abort(404)
        try:
            ehf.reached()
            left = delivering.waiting(db.session, documents_of(db.session, run))
            delivering.ask_for(db.session, run, language())
            witness.add(AccessEvent.REPORT, {one.municipality_id for one in left}, subject="EHF", rows=len(left))
            db.session.commit()
        except Problem as problem:
            db.session.rollback()
            flash(explain(problem), "danger")
        else:
            flash(tr(ASKED), "success")
    return redirect(url_for("invoicing.one", number=number), code=303)


@blueprint.get("/<int:number>/deliver/now/")
@needs(may_see)
def now(number: int) -> ResponseReturnValue:
    """How far it has come, by its event, for a page that waits."""
    return jsonify(underway.by_event(deliverypage.going_on(min(number, BIGGEST))))
