"""What municipalities have been invoiced: the one place that settlement and the development fund read. It stands
on the invoices, and where they were not made here in the register of charges."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import case, func, select, union

from models.declare.charging import ChargeKind
from models.declare.selfcost import Handling
from models.registers.billing import Charge
from models.registers.invoices import CREDIT_NOTE, Invoice, InvoiceLine
from models.registers.invoices import ON_ACCOUNT as ABOUT_ON_ACCOUNT

ON_ACCOUNT = (ChargeKind.FIXED, ChargeKind.INHABITANT)


def on_account(session: Any, year: int) -> dict[int, int]:
    """What each municipality within the scope has been invoiced on account for a year, in øre, however it was split,
    less what was credited."""
    charged = select(Charge.municipality_id, func.sum(Charge.amount_ore))
    charged = charged.where(Charge.year == year, Charge.nature.in_(ON_ACCOUNT)).group_by(Charge.municipality_id)
    signed = case((Invoice.nature == CREDIT_NOTE, -InvoiceLine.amount_ore), else_=InvoiceLine.amount_ore)
    invoiced = select(Invoice.municipality_id, func.sum(signed)).join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
    invoiced = invoiced.where(Invoice.year == year, InvoiceLine.kind.in_(ON_ACCOUNT)).group_by(Invoice.municipality_id)
    found: dict[int, int] = {}
    for place, ore in (*session.execute(charged), *session.execute(invoiced)):
        found[place] = found.get(place, 0) + int(ore)
    return found


def years(session: Any) -> list[int]:
    """The years for which anything is invoiced on account within the scope."""
    charged = select(Charge.year).where(Charge.nature.in_(ON_ACCOUNT))
    both = union(charged, select(Invoice.year).where(Invoice.about == ABOUT_ON_ACCOUNT)).subquery()
    return list(session.scalars(select(both.c.year).order_by(both.c.year)))


def fee_charged(charge: Charge) -> tuple[date, int] | None:
    """The day and the øre of a connection fee that was charged outside Orden; None for anything else."""
    if charge.nature is not ChargeKind.CONNECTION or not charge.amount_ore:
        return None
    return charge.invoiced_on or date(charge.year, 1, 1), charge.amount_ore


def fee_invoiced(invoice: Invoice) -> tuple[date, int] | None:
    """The same of an invoice; of a credit note it is less than nothing."""
    ore = sum(line.amount_ore for line in invoice.lines if line.kind is ChargeKind.CONNECTION)
    return (invoice.issued_on, invoice.sign * ore) if ore else None


def settled_outside(charge: Charge) -> tuple[date, int] | None:
    """The day and the øre of a settlement that was charged by hand; None for anything else."""
    if charge.nature is not ChargeKind.SETTLEMENT or not charge.amount_ore:
        return None
    return charge.invoiced_on or date(charge.year, 12, 31), charge.amount_ore


def beside(invoice: Invoice) -> tuple[dict[Handling, int], int]:
    """What an invoice has of settlements, by how they were handled, and of supplements; of a credit note it is less
    than nothing."""
    settled: dict[Handling, int] = {}
    for line in invoice.lines:
        if line.handling is not None:
            settled[line.handling] = settled.get(line.handling, 0) + invoice.sign * line.amount_ore
    added = sum(line.amount_ore for line in invoice.lines if line.kind is ChargeKind.SUPPLEMENT)
    return settled, invoice.sign * added
