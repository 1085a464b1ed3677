"""What is to be invoiced for a period: a paper for each municipality, what hinders it, and what has been charged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import selectinload

from models.declare.charging import ChargeKind, PartyRole
from models.declare.domains import Domain
from models.declare.selfcost import Handling
from models.declare.words import N_, Saying
from models.money import owed, settled
from models.money.lines import Line, NoBasis, lines_for, months_of_membership
from models.money.papers import Paper, Plan, of_buyer, of_issuer
from models.registers.agreements import IN_FORCE, Agreement, is_accession_with
from models.registers.billing import Charge, Price, price_rows
from models.registers.codes import ACCESSION, AgreementType
from models.registers.invoices import (
    CREDIT_NOTE,
    INVOICE,
    ON_ACCOUNT,
    SETTLEMENT,
    SUPPLEMENT,
    WHOLE_YEAR,
    Invoice,
    InvoiceLine,
)
from models.registers.municipality import Municipality, Succession
from models.registers.parties import party_on, suppliers_of
from models.tenancy import scope

NO_FIGURE = N_("Pris eller folketall mangler.")
NO_AGREEMENT = N_("Ingen tilslutningsavtale i kraft er registrert.")
ENDED = N_("Kommunen slutter %(day)s, og betaler til da.")
OUTSIDE = N_("Noe er belastet utenfor Orden, og tas ikke med.")
OTHERWISE_SPLIT = N_("Noe av %(year)s er fakturert på annen måte: hele året og kvartaler kan ikke blandes.")


def for_lines() -> tuple[Any, ...]:
    """What the lines of many municipalities are reckoned from, read in a few statements: a merger of mergers is told
    two steps back without a statement each."""
    before = selectinload(Municipality.predecessors).selectinload(Succession.predecessor)
    return (
        selectinload(Municipality.codes),
        selectinload(Municipality.populations),
        before.selectinload(Municipality.predecessors).selectinload(Succession.predecessor),
    )


def members(session: Any, year: int) -> list[Municipality]:
    """The municipalities within the scope that are members some part of a year, in alphabetical order."""
    ids = scope.current().readable(Domain.MONEY)
    statement = select(Municipality).where(Municipality.id.in_(ids)).options(*for_lines())
    found = session.scalars(statement.order_by(Municipality.sort_key))
    return [one for one in found if months_of_membership(one.joined, one.until, year)]


def charges_of(session: Any, year: int) -> dict[tuple[int, ChargeKind], int]:
    """What has been invoiced for a year, in øre, by municipality and kind: outside Orden, and here."""
    found = dict(charged_outside(session, year))
    signed = case((Invoice.nature == CREDIT_NOTE, -InvoiceLine.amount_ore), else_=InvoiceLine.amount_ore)
    here = (
        select(Invoice.municipality_id, InvoiceLine.kind, func.sum(signed))
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .where(Invoice.year == year)
        .group_by(Invoice.municipality_id, InvoiceLine.kind)
    )
    for owner, kind, amount in session.execute(here):
        found[owner, kind] = found.get((owner, kind), 0) + int(amount)
    return found


def charged_outside(session: Any, year: int) -> dict[tuple[int, ChargeKind], int]:
    """What the register of charges has for a year."""
    rows = select(Charge.municipality_id, Charge.nature, func.sum(Charge.amount_ore)).where(Charge.year == year)
    rows = rows.group_by(Charge.municipality_id, Charge.nature)
    return {(owner, kind): int(amount) for owner, kind, amount in session.execute(rows)}


def plan_for(session: Any, year: int, quarter: int, day: date) -> Plan:
    """The papers of a period as it stands now, for all within the scope that have not been invoiced for it."""
    issuer, invoiced = party_on(session, PartyRole.ISSUER, day), _invoiced(session, year)
    hinders = list(of_issuer(issuer))
    if any((there == WHOLE_YEAR) != (quarter == WHOLE_YEAR) for _owner, there in invoiced):
        hinders.append(Saying(OTHERWISE_SPLIT, {"year": str(year)}))
    known = _Known(session, year, quarter, day)
    papers, done = [], 0
    for place in members(session, year):
        is_invoiced, last = invoiced.get((place.id, quarter), (False, None))
        paper = known.paper(place, is_invoiced=is_invoiced)
        if is_invoiced or (paper is None and any(owner == place.id for owner, _kind in known.outside)):
            done += 1
        if paper is not None:
            papers.append(paper if paper.about == SUPPLEMENT else replace(paper, replaces_id=last))
    return Plan(
        [one for one in papers if not one.hinders], [one for one in papers if one.hinders], done, issuer, tuple(hinders)
    )


def plan_of_correction(session: Any, invoice: Invoice, day: date) -> Plan:
    """The credit note of an invoice, and the invoice that would stand instead of it as everything is now."""
    issuer = party_on(session, PartyRole.ISSUER, day)
    credited, new = session.get(Municipality, _owner(invoice)), _instead_of(session, invoice, day)
    lines = tuple(map(_as_line, invoice.lines))
    note = Paper(credited, CREDIT_NOTE, invoice.year, invoice.quarter, lines, credits=invoice, about=invoice.about)
    after = [replace(new, replaces_id=invoice.id if new.nature == INVOICE else None)] if new is not None else []
    hinders = [*of_issuer(issuer), *(said for one in after for said in one.hinders)]
    return Plan([note, *after], [], 0, issuer, tuple(hinders))


def _instead_of(session: Any, invoice: Invoice, day: date) -> Paper | None:
    """What would be made as if an invoice were not there."""
    if invoice.about == SETTLEMENT:
        found = settled.found_of(session, invoice.year, day, besides=invoice.id)
        return next((one for one in found.papers if one.municipality.id == _owner(invoice)), None)
    known = _Known(session, invoice.year, invoice.quarter, day, besides=invoice.id)
    place = next((one for one in members(session, invoice.year) if one.id == _owner(invoice)), None)
    return known.paper(place, is_invoiced=invoice.about == SUPPLEMENT) if place is not None else None


def says_the_same(plan: Plan) -> bool:
    """Whether a correction would change nothing."""
    told = [sorted(map(_same, paper.payable)) for paper in plan.papers]
    return len(told) == 2 and told[0] == told[1] and plan.papers[1].nature == INVOICE


def _same(line: Line) -> tuple[Any, ...]:
    return line.kind.value, line.quantity, line.months, line.charged, line.supplement_id or 0, line.settles or ()


def _owner(invoice: Invoice) -> int:
    return invoice.municipality_id


def _as_line(line: InvoiceLine) -> Line:
    known = Line(
        line.kind, line.quantity, line.price_ore, line.months, line.amount_ore, line.amount_ore, line.inhabitants,
        line.counted_on, line.counted_by, line.price_from,
    )  # fmt: skip
    if line.settles_year is None and line.supplement_id is None:
        return known
    return replace(
        known, named=Saying("%(name)s", {"name": line.name}), reckoned=line.formula, handling=line.handling,
        settles=(line.settles_year, line.settles_number) if line.settles_year and line.settles_number else None,
        supplement_id=line.supplement_id,
    )  # fmt: skip


def _invoiced(session: Any, year: int) -> dict[tuple[int, int], tuple[bool, int | None]]:
    """By municipality and quarter whether an invoice of the year stands, and else the last that was credited."""
    rows = select(Invoice.id, Invoice.municipality_id, Invoice.quarter, Invoice.nature, Invoice.credits_id)
    mine = (Invoice.year == year, Invoice.about == ON_ACCOUNT)
    found = session.execute(rows.where(*mine).order_by(Invoice.id)).all()
    credited = {row.credits_id for row in found}
    return {
        (row.municipality_id, row.quarter): (row.id not in credited, row.id) for row in found if row.nature == INVOICE
    }


class _Known:
    """What is asked once for all municipalities, as if an invoice were not there: the one `besides` those that are."""

    def __init__(self, session: Any, year: int, quarter: int, day: date, besides: int | None = None) -> None:
        self.year, self.quarter = year, quarter
        self.prices: list[Price] = price_rows(session)
        self.outside = charged_outside(session, year)
        self.agreed = _with_agreement(session, day)
        self.supplements = owed.supplements(session, year, besides)
        self.carried: dict[int, list[owed.Difference]] = {}
        for one in owed.differences(session, day, besides):
            if one.year < year and one.left and one.handling is Handling.NEXT:
                self.carried.setdefault(one.place.id, []).append(one)

    def paper(self, place: Municipality, *, is_invoiced: bool = False) -> Paper | None:
        """What a municipality is to pay; None when that is nothing. Where the period is invoiced already, supplements
        alone; settlements are carried into what is on account, and wait for it."""
        try:
            lines = [] if is_invoiced else lines_for(place, self.year, self.prices, self.quarter)
        except NoBasis:
            return Paper(place, INVOICE, self.year, self.quarter, hinders=(Saying(NO_FIGURE, {}),))
        here = [line for line in lines if (place.id, ChargeKind(line.kind.value)) not in self.outside]
        is_on_account = any(line.charged for line in here)
        added = self.supplements.get(place.id, [])
        if not is_on_account and not added:
            return None
        warnings = [Saying(OUTSIDE, {})] * (len(here) < len(lines))
        here += added
        if is_on_account:
            here += owed.carried(self.carried.get(place.id, []), sum(line.charged for line in here))
        hinders = [*(said for line in here for said in line.hinders), *of_buyer(place)]
        warnings += [said for line in here for said in line.remarks]
        warnings += [Saying(NO_AGREEMENT, {})] * (place.id not in self.agreed)
        if place.until and place.until.year <= self.year:
            warnings.append(Saying(ENDED, {"day": f"{place.until:%d.%m.%Y}"}))
        once = tuple({one.text: one for one in hinders}.values())
        about = ON_ACCOUNT if is_on_account else SUPPLEMENT
        return Paper(place, INVOICE, self.year, self.quarter, tuple(here), once, tuple(warnings), about=about)


def _with_agreement(session: Any, day: date) -> frozenset[int]:
    """Who has an accession agreement in force with who is the contract party then; where nobody is known to be that,
    with whomever. Whoever makes invoices need not read agreements: that there is one is all that is told."""
    party, now = party_on(session, PartyRole.CONTRACT_PARTY, day), scope.current()
    with scope.use(replace(now, read={Domain.CONTENT: now.readable(Domain.MONEY)})):
        is_ours = AgreementType.code == ACCESSION if party is None else is_accession_with(suppliers_of(session, party))
        found = (
            select(Agreement.municipality_id)
            .join(Agreement.nature)
            .where(is_ours, Agreement.status.in_(IN_FORCE))
            .where(or_(Agreement.ends.is_(None), Agreement.ends >= day))
        )
        return frozenset(session.scalars(found))
