"""An invoice as it was issued, as a bill: nothing is added to what stands in its row."""

from __future__ import annotations

from datetime import date, timedelta

from exchange.ehf.bill import Bill, BillLine, Category, Earlier, Kind, Party, Vat
from models.declare.words import N_
from models.money.lines import period_of
from models.registers.invoices import Invoice, InvoiceLine
from reports.invoicing.paper import remarks_of
from reports.language import Translate, translator

TERMS = N_("Beløpet er til gode hos utstederen.")


def bill_of(invoice: Invoice, earlier: Invoice | None = None) -> Bill:
    """The bill of an invoice; `earlier` is the one that it takes back or stands instead of."""
    t, named = translator(invoice.language), _named(invoice, earlier)
    return Bill(
        kind=Kind.CREDIT_NOTE if invoice.is_credit else Kind.INVOICE,
        number=str(invoice.number),
        issued=invoice.issued_on,
        seller=_seller(invoice),
        buyer=_buyer(invoice),
        vat=_vat(invoice),
        lines=[_line(one, t) for one in invoice.lines],
        payable=invoice.gross_ore,
        buyer_reference=invoice.buyer_reference,
        due=None if invoice.is_credit else invoice.due_on,
        terms=t(TERMS) if invoice.is_credit else "",
        account=invoice.seller_account,
        kid=invoice.kid,
        period=days_of(invoice),
        note=invoice.note,
        earlier=named[0] if named else None,
        also=named[1:],
    )


def _named(invoice: Invoice, earlier: Invoice | None) -> list[Earlier]:
    first = [Earlier(str(earlier.number), earlier.issued_on)] if earlier else []
    return first + [Earlier(number, date.fromisoformat(day)) for number, day in invoice.refers]


def days_of(invoice: Invoice) -> tuple[date, date]:
    """The first and the last day of what is charged."""
    first, after = period_of(invoice.year, invoice.quarter)
    return first, after - timedelta(days=1)


def _seller(invoice: Invoice) -> Party:
    return Party(
        name=invoice.seller_name, organisation_number=invoice.seller_organisation_number,
        street=invoice.seller_address, postcode=invoice.seller_postcode, place=invoice.seller_city,
        email=invoice.seller_email, vat_registered=invoice.vat_category == Category.STANDARD,
    )  # fmt: skip


def _buyer(invoice: Invoice) -> Party:
    return Party(
        name=invoice.buyer_name, organisation_number=invoice.buyer_organisation_number,
        street=invoice.buyer_address, postcode=invoice.buyer_postcode, place=invoice.buyer_city,
    )  # fmt: skip


def _vat(invoice: Invoice) -> Vat:
    """Outside the scope there is no rate at all, which is not the same as none (BR-O-05)."""
    category = Category(invoice.vat_category)
    return Vat(category, None if category is Category.OUTSIDE else invoice.vat_percent, invoice.vat_reason)


def _line(one: InvoiceLine, t: Translate) -> BillLine:
    told = " ".join(remarks_of(one, t))
    return BillLine(one.name, one.quantity, one.price_ore, one.amount_ore, one.months, told)
