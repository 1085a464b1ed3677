"""What one's own municipality has agreed, is charged and was settled for, and how its invoices are addressed. It tells
of no other municipality: all that is listed is read within the scope of this one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from models.changes.validity import wrong
from models.database import db
from models.declare.base import field_of
from models.declare.choices import PriceKind
from models.declare.clock import today
from models.declare.domains import Domain
from models.declare.numbers import digits
from models.declare.words import N_, Problem
from models.money.lines import Line
from models.queries import dues
from models.queries.dues import Settled
from models.registers.agreements import Agreement
from models.registers.billing import Price, price_rows
from models.registers.invoices import Invoice
from models.registers.municipality import Municipality
from models.tenancy import roles, scope
from views import formatters
from views.access import needs
from views.formatters import kroner
from views.pages import invoicepage, reckoning, settlementpage
from views.texts import explain, tr
from views.texts import gettext as _

blueprint = Blueprint("money", __name__, url_prefix="/money")
MOST = 500
ADDRESS = ("invoice_reference", "postal_address", "postcode", "city")  # what an invoice says of its buyer
CHANGED = N_("Noen andre endret kommunen mens du skrev. Se over det som står nå, og lagre på nytt.")
POSTCODE = N_("Postnummeret er fire siffer.")


def may_read() -> bool:
    """Who reads what is charged in the municipality that is chosen; it is the page of one."""
    return g.active is not None and g.active in scope.current().readable(Domain.MONEY)


@blueprint.get("/")
@needs(may_read)
def index() -> str:
    return _page()


def _page(error: str = "") -> str:
    here = dues.place(db.session, g.active)
    prices, year = price_rows(db.session), today().year
    reads_agreements = roles.can(g.actor, "read", Agreement, g.active)
    return render_template(
        "ownmoney.html",
        title=_("Avtaler og penger"),
        breadcrumbs=[{"label": _("Start"), "url": "/"}, {"label": _("Avtaler og penger"), "url": None}],
        name=here.name,
        error=error,
        address=_address(here),
        this_year=_year(dues.to_pay(here, year, prices), year, prices),
        next_year=_year(dues.to_pay(here, year + 1, prices), year + 1, prices),
        agreements=[_agreement(one) for one in dues.agreements(db.session)] if reads_agreements else None,
        invoices=[_invoice(one) for one in _invoices()],
        settlements=[_settled(one) for one in dues.settled(db.session)],
    )


@blueprint.post("/")
@needs(may_read)
def address() -> ResponseReturnValue:
    """Say how the invoices of the municipality are addressed; as its own page would have it, or not at all."""
    here = dues.place(db.session, g.active)
    known = [field_of(Municipality, key) for key in ADDRESS]
    if not all(roles.may_write_field(g.actor, one, here) for one in known):
        return _refused("", 403)
    if digits(request.form.get("version", "")) != here.version:
        return _refused(tr(CHANGED), 409)
    for one in known:
        setattr(here, one.key, request.form.get(one.key, "").strip() or None)
    try:
        _check(here, known)
        db.session.commit()
    except Problem as problem:
        return _refused(explain(problem), 422)
    except StaleDataError:
        return _refused(tr(CHANGED), 409)
    flash(_("Fakturaadressen er lagret."), "success")
    return redirect(url_for(".index"), code=303)


def _check(here: Municipality, known: Sequence[Any]) -> None:
    for one in known:
        for problem in wrong(here, one):
            raise problem
    if here.postcode and not (here.postcode.isascii() and here.postcode.isdigit() and len(here.postcode) == 4):
        raise Problem(POSTCODE)


def _refused(error: str, status: int) -> ResponseReturnValue:
    db.session.rollback()
    return _page(error or _("Bare den lokale administratoren endrer fakturaadressen.")), status


def _address(here: Municipality) -> dict[str, Any]:
    """The fields as they are, and whether the person may change them. What was typed and refused stands in the form."""
    known = [field_of(Municipality, key) for key in ADDRESS]
    return {
        "fields": [
            {
                "key": one.key, "label": tr(one.label), "help": tr(one.help), "most": one.length,
                "value": getattr(here, one.key) or "", "given": request.form.get(one.key, getattr(here, one.key) or ""),
            }
            for one in known
        ],
        "version": here.version,
        "may_edit": all(roles.may_write_field(g.actor, one, here) for one in known),
        "lacks_reference": not here.invoice_reference,
    }  # fmt: skip


def _year(lines: list[Line] | None, year: int, prices: Sequence[Price]) -> dict[str, Any]:
    """The way to the amount of a year, line by line; what is not known is said."""
    if not lines:
        told = _("Prisen eller folketallet for %(year)s er ikke kjent ennå.", year=str(year))
        if lines is not None:
            told = _("Kommunen er ikke med i %(year)s.", year=str(year))
        return {"year": str(year), "sum": "", "rows": [], "figures": [], "unknown": [told]}
    fees = [one for one in lines if one.kind is PriceKind.CONNECTION]
    rest = [one for one in lines if one not in fees]
    rows = [*(reckoning.fee(prices, one) for one in fees), *reckoning.rows(rest, year)]
    return {
        "year": str(year), "sum": kroner(reckoning.total(lines)), "rows": rows,
        "figures": reckoning.figures(rest), "unknown": reckoning.unknown(lines),
    }  # fmt: skip


def _agreement(one: Agreement) -> dict[str, Any]:
    return {
        "name": one.name,
        "url": url_for("agreement.details_view", id=one.id),
        "nature": str(one.nature or ""),
        "party": str(one.supplier or ""),
        "status": tr(one.stage.label),
        "tone": one.stage.tone,
        "signed": formatters.day(one.signed) if one.signed else "",
        "both": tr(one.signed_by_both.label),
        "starts": formatters.day(one.starts) if one.starts else "",
        "ends": formatters.day(one.ends) if one.ends else "",
    }


def _invoices() -> Sequence[Invoice]:
    """The newest first, as they were issued."""
    found: Sequence[Invoice] = db.session.scalars(select(Invoice).order_by(Invoice.id.desc()).limit(MOST)).all()
    return found


def _invoice(one: Invoice) -> dict[str, Any]:
    """In a list, with the ways to it as files."""
    return invoicepage.line(one) | {
        "pdf": url_for("invoices.download", number=one.id, kind="pdf"),
        "ehf": url_for("invoices.download", number=one.id, kind="xml"),
    }


def _settled(one: Settled) -> dict[str, Any]:
    return settlementpage.own(one.line) | {
        "left_out": [
            (kind.told(tr), kroner(ore), tr(why, kind=kind.told(tr).lower())) for kind, ore, why in one.left_out
        ]
    }
