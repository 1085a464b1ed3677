"""Runs of invoices: a period, or a settlement, is looked at with its faults first, made, approved by another, and
issued."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models.database import db
from models.declare.checks import billing_year
from models.declare.clock import today
from models.declare.numbers import BIGGEST, digits
from models.declare.words import N_, Problem
from models.money import basis, runs
from models.money.settled import plan_of_settlement
from models.registers.invoices import DRAFT, ISSUED, WHOLE_YEAR, ChargeRun, documents_of
from models.registers.municipality import Municipality
from models.tenancy import roles, scope
from reports.language import translator
from views.access import needs
from views.pages import deliverypage, invoicepage
from views.texts import explain, tr
from views.texts import gettext as _

MADE_IT = N_("Kjøringen er laget. Be en annen om å godkjenne den.")
blueprint = Blueprint("invoicing", __name__, url_prefix="/invoicing")
MOST, QUARTERS = 100, 4


def may_see() -> bool:
    """Who may approve sees the runs, too."""
    return roles.may_approve_charges(g.actor)


def may_make() -> bool:
    return roles.may_charge(g.actor)


def everywhere() -> AbstractContextManager[Any]:
    """What one reaches in all municipalities, whichever is chosen: a run is of them all."""
    return scope.use(roles.scope_for(g.actor, g.municipalities, None, g.request_id))


@blueprint.get("/")
@needs(may_see)
def index() -> str:
    """The runs there are, the newest first, and the form of a new one."""
    return _index()


def _index(error: str = "") -> str:
    known = db.session.scalars(select(ChargeRun).order_by(ChargeRun.id.desc()).limit(MOST)).all()
    with everywhere():
        settled = invoicepage.settled(db.session)
    return render_template(
        "invoicing/index.html",
        title=_("Fakturering"),
        breadcrumbs=invoicepage.trail(),
        runs=[invoicepage.run_line(one) for one in known],
        periods=invoicepage.periods(),
        year=request.args.get("year") or today().year,
        settled=settled,
        population_url=url_for("populations.index") if roles.can(g.actor, "create", Municipality) else "",
        supplements_url=url_for("supplement.index_view") if may_make() else "",
        may_make=may_make(),
        error=error,
    )


@blueprint.get("/preview/")
@needs(may_see)
def preview() -> ResponseReturnValue:
    """What a period comes to as everything is now, the faults first. Nothing is made by looking."""
    try:
        year, quarter = _period(request.args)
    except Problem as problem:
        return _index(explain(problem)), 422
    return _preview(year, quarter)


def _preview(year: int, quarter: int, error: str = "") -> str:
    with everywhere():
        plan = basis.plan_for(db.session, year, quarter, today())
        return render_template(
            "invoicing/plan.html",
            title=_("Fakturering av %(period)s", period=invoicepage.period(year, quarter)),
            intro=_("Slik blir det med prisene og folketallene som er registrert nå. Ingenting er laget ennå."),
            breadcrumbs=invoicepage.trail(_("Forhåndsvisning")),
            **invoicepage.plan(plan),
            fields={"year": year, "quarter": quarter}, make_url=url_for(".make"), may_make=may_make(), error=error,
        )  # fmt: skip


@blueprint.get("/settlement/<int:year>/")
@needs(may_see)
def settlement(year: int) -> ResponseReturnValue:
    """What the settlement of a year is still to be invoiced with, as everything is now."""
    return _settlement(year)


def _settlement(year: int, error: str = "") -> str:
    with everywhere():
        plan = plan_of_settlement(db.session, min(year, BIGGEST), today())
        title = _("Fakturering av avregningen for %(year)s", year=str(year))
        return render_template(
            "invoicing/plan.html",
            title=title,
            intro=_(
                "Slik blir det etter avregningen som står, med det som er fakturert av den. Ingenting er laget ennå."
            ),
            breadcrumbs=invoicepage.trail(_("Forhåndsvisning")),
            **invoicepage.plan(plan),
            fields={}, make_url=url_for(".make_settlement", year=year), may_make=may_make(), error=error,
        )  # fmt: skip


@blueprint.post("/settlement/<int:year>/")
@needs(may_make)
def make_settlement(year: int) -> ResponseReturnValue:
    """Make a draft of the documents of a settlement, for another to approve."""
    try:
        with everywhere():
            number = runs.make_settlement(db.session, min(year, BIGGEST)).id
    except Problem as problem:
        db.session.rollback()
        return _settlement(year, explain(problem)), 422
    flash(tr(MADE_IT), "success")
    return redirect(url_for(".one", number=number), code=303)


def _period(given: Any) -> tuple[int, int]:
    year, quarter = digits(given.get("year", "")), digits(given.get("quarter", "") or WHOLE_YEAR, QUARTERS)
    if year is None or quarter is None:
        raise Problem(invoicepage.WHICH_PERIOD)
    billing_year(year)
    return year, quarter


@blueprint.post("/")
@needs(may_make)
def make() -> ResponseReturnValue:
    """Make a draft of a period, for another to approve."""
    try:
        year, quarter = _period(request.form)
    except Problem as problem:
        return _index(explain(problem)), 422
    try:
        with everywhere():
            made = runs.make(db.session, year, quarter)
            number = made.id
    except Problem as problem:
        db.session.rollback()
        return _preview(year, quarter, explain(problem)), 422
    flash(tr(MADE_IT), "success")
    return redirect(url_for(".one", number=number), code=303)


@blueprint.get("/<int:number>/")
@needs(may_see)
def one(number: int) -> str:
    """A run as it stands: what it comes to now, or what came of it."""
    return _one(number)


def _one(number: int, error: str = "") -> str:
    with everywhere():
        run = db.session.get(ChargeRun, min(number, BIGGEST)) or abort(404)
        told: dict[str, Any] = {"is_changed": False, "invoices": [], "plan": None, "going": []}
        if run.state == ISSUED:
            invoices = documents_of(db.session, run)
            told |= deliverypage.of_run(run, invoices, may_make=may_make())
            told["invoices"] = [invoicepage.line(one, told["states"]) for one in invoices]
        else:
            plan = runs.plan_of(db.session, run)
            told |= invoicepage.plan(plan) | {"is_changed": plan.digest != run.digest}
        is_mine = run.made_by_id == g.actor.user_id
        return render_template(
            "invoicing/run.html",
            title=invoicepage.run_name(run),
            breadcrumbs=invoicepage.trail(invoicepage.run_name(run)),
            run=invoicepage.run_line(run),
            error=error,
            is_mine=is_mine,
            may_approve=run.state == DRAFT and not is_mine,
            may_make=may_make(),
            **told,
        )


@blueprint.post("/<int:number>/approve/")
@needs(may_see)
def approve(number: int) -> ResponseReturnValue:
    """Let it be issued; never one's own."""
    return _done(number, lambda: runs.approve(db.session, number), _("Kjøringen er godkjent, og kan utstedes."))


@blueprint.post("/<int:number>/issue/")
@needs(may_make)
def issue(number: int) -> ResponseReturnValue:
    """Number and write the invoices. They change no more."""
    told = _("Fakturaene er utstedt og låst.")
    return _done(number, lambda: runs.issue(db.session, number, translator), told)


@blueprint.post("/<int:number>/anew/")
@needs(may_make)
def anew(number: int) -> ResponseReturnValue:
    """Make it again by what is true now; whoever does it cannot approve it."""
    told = _("Kjøringen er laget på nytt, og må godkjennes.")
    return _done(number, lambda: runs.make_anew(db.session, number), told)


@blueprint.post("/<int:number>/drop/")
@needs(may_make)
def drop(number: int) -> ResponseReturnValue:
    """Forget a run that was not issued."""
    answer = _done(number, lambda: runs.drop(db.session, number), _("Kjøringen er forkastet."))
    return answer if isinstance(answer, tuple) else redirect(url_for(".index"), code=303)


def _done(number: int, work: Any, told: str) -> ResponseReturnValue:
    if number > BIGGEST:
        abort(404)
    try:
        with everywhere():
            work()
    except Problem as problem:
        db.session.rollback()
        return _one(number, explain(problem)), 422
    flash(told, "success")
    return redirect(url_for(".one", number=number), code=303)
