"""Self-cost: what a year has cost, how it is shared, approved and frozen; the funds and the ledger beneath them. The
project settles with all; a municipality sees what it is itself settled for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from models.database import db
from models.declare import numbers
from models.declare.checks import no_national_identity_number
from models.declare.clock import today
from models.declare.domains import Domain
from models.declare.numbers import digits, kroner
from models.declare.selfcost import Handling, SettlementKey
from models.declare.words import N_, Choice, Problem
from models.money import freezing, fund, telling
from models.registers.settlements import NAME
from models.tenancy import roles, scope
from models.tenancy.log import REASON
from models.tenancy.roles import may_settle
from views.access import needs
from views.pages import settlementpage
from views.texts import explain, tr
from views.texts import gettext as _

blueprint = Blueprint("settlements", __name__, url_prefix="/settlements")
FIRST, LAST = 2018, 2100
CHOOSE = N_("Velg nøkkel og hva som skal skje med differansen.")
NO_DRAFT = N_("Utkastet er borte: det er godkjent eller laget på nytt. Se over året.")
WHICH_YEAR = N_("Skriv året rentene er for, for eksempel 2023.")


def may_see() -> bool:
    """Who settles with all, and who reads what their own municipality is charged."""
    return may_settle(g.actor) or bool(scope.current().readable(Domain.MONEY))


def settles() -> bool:
    return may_settle(g.actor)


def _everywhere() -> AbstractContextManager[Any]:
    """What one reaches in all municipalities, whichever is chosen: a settlement is with all of them."""
    return scope.use(roles.scope_for(g.actor, g.municipalities, None, g.request_id))


def _year(number: int) -> int:
    return number if FIRST <= number <= min(LAST, today().year) else abort(404)


@blueprint.get("/")
@needs(may_see)
def index() -> str:
    """The years; of one's own municipality what it is settled for, and nothing of others."""
    if not settles():
        return _own()
    with _everywhere():
        rows = settlementpage.years(db.session, range(today().year, FIRST - 1, -1))
    return render_template(
        "settlements/index.html",
        title=_("Selvkost"),
        breadcrumbs=settlementpage.trail(),
        rows=rows,
    )


def _own() -> str:
    return render_template(
        "settlements/own.html",
        title=_("Avregning av selvkost"),
        breadcrumbs=settlementpage.trail(),
        rows=[settlementpage.own(one) for one in freezing.own_lines(db.session)],
    )


@blueprint.get("/<int:year>/")
@needs(settles)
def show(year: int) -> str:
    """A year as it stands: the draft, or the version that holds."""
    return _page(_year(year))


def _page(year: int, number: int | None = None, error: str = "") -> str:
    with _everywhere():
        told = telling.of_year(db.session, year, number) or abort(404)
        shown = settlementpage.year(db.session, told, may_choose=number is None)
    return render_template(
        "settlements/year.html",
        title=shown.pop("title"),
        error=error,
        report_url=_report(year, number) if g.active is None else "",
        invoice_url=url_for("invoicing.settlement", year=year)
        if told.version is not None and told.version is told.versions[0] and roles.may_approve_charges(g.actor)
        else "",
        given=request.form,
        **shown,
    )


def _report(year: int, number: int | None) -> str:
    return url_for("reports.show", slug="avregning", year=year, version=number)


@blueprint.get("/<int:year>/versions/<int:number>/")
@needs(settles)
def version(year: int, number: int) -> str:
    """What was frozen, as it was."""
    return _page(_year(year), number)


@blueprint.post("/<int:year>/")
@needs(settles)
def choose(year: int) -> ResponseReturnValue:
    """Say by which key, and what is done with the difference; of a year that is frozen also why it is corrected. Or
    let the draft go."""
    if request.form.get("do") == "drop":
        freezing.drop(db.session, _year(year))
        db.session.commit()
        flash(_("Utkastet er forkastet. Det som er frosset, står."), "success")
        return redirect(url_for(".show", year=year), code=303)
    try:
        key, handling = _chosen(SettlementKey, "key"), _chosen(Handling, "handling")
        reason = no_national_identity_number(request.form.get("reason", "").strip()[:REASON])
        with _everywhere():
            freezing.draft(db.session, g.actor, _year(year), key, handling, reason)
        db.session.commit()
    except Problem as problem:
        return _refused(year, problem, 422)
    except (StaleDataError, IntegrityError):
        return _refused(year, Problem(freezing.PASSED), 409)
    flash(_("Utkastet er lagret. En annen må godkjenne det."), "success")
    return redirect(url_for(".show", year=year), code=303)


def _chosen(vocabulary: type[Choice], name: str) -> Any:
    found = next((one for one in vocabulary if one.value == request.form.get(name)), None)
    if found is None:
        raise Problem(CHOOSE)
    return found


def _refused(year: int, problem: Problem, status: int) -> ResponseReturnValue:
    db.session.rollback()
    return _page(_year(year), error=explain(problem)), status


@blueprint.post("/<int:year>/approve/")
@needs(settles)
def approve(year: int) -> ResponseReturnValue:
    """Approve the draft as it was shown: it is frozen, and posted in the ledger."""
    try:
        with _everywhere():
            draft = freezing.draft_of(db.session, _year(year))
            if draft is None:
                raise Problem(NO_DRAFT)
            made = freezing.approve(db.session, g.actor, draft, request.form.get("seen", ""))
            number = made.number
            db.session.commit()
    except Problem as problem:
        return _refused(year, problem, 422)
    except (StaleDataError, IntegrityError):
        return _refused(year, Problem(freezing.PASSED), 409)
    flash(_("Avregningen er godkjent og frosset som versjon %(number)s.", number=str(number)), "success")
    return redirect(url_for(".version", year=year, number=number), code=303)


# -- the funds ---------------------------------------------------------------------------------------------------------


@blueprint.get("/funds/")
@needs(settles)
def funds() -> str:
    """What stands in the funds, what must be returned by when, and the ledger."""
    return _funds()


def _funds(error: str = "") -> str:
    with _everywhere():
        shown = settlementpage.funds(db.session)
    return render_template(
        "settlements/funds.html", title=_("Fond og regnskap"), error=error, given=request.form, **shown
    )


@blueprint.post("/funds/")
@needs(settles)
def move() -> ResponseReturnValue:
    """Credit the interest of a year, return some of the fund to the municipalities, or take either back."""
    try:
        said = MOVES.get(request.form.get("do", ""), _credited)()
        db.session.commit()
    except Problem as problem:
        db.session.rollback()
        return _funds(explain(problem)), 422
    flash(said, "success")
    return redirect(url_for(".funds"), code=303)


def _credited() -> str:
    year = digits(request.form.get("year", "").strip(), LAST)
    if year is None or year < FIRST:
        raise Problem(WHICH_YEAR)
    with _everywhere():
        ore = fund.add_interest(db.session, year)
    return tr(N_("Renter for %(year)s er ført: %(kroner)s kroner."), year=str(year), kroner=kroner(ore))


def _returned() -> str:
    ore = numbers.amount(request.form.get("amount")) or 0
    text = no_national_identity_number(request.form.get("text", "").strip()[:NAME])
    with _everywhere():
        fund.give_back(db.session, ore, today(), text)
    return tr(N_("%(kroner)s kroner er tilbakeført, det eldste først."), kroner=kroner(ore))


def _taken_back() -> str:
    with _everywhere():
        fund.take_back(db.session, digits(request.form.get("entry", "")))
    return _("Posten er ført tilbake med en ny.")


MOVES: dict[str, Callable[[], str]] = {"interest": _credited, "return": _returned, "reverse": _taken_back}
