"""What is to be invoiced for a period: a paper for each municipality, what hinders it, and what has been charged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import selectinload

from models.declare.charging import ChargeKind, PartyRole
from models.declare.choices import AgreementStatus
from models.declare.domains import Domain
from models.declare.words import N_, Saying
from models.money.lines import Line, NoBasis, lines_for, months_of_membership
from models.registers.agreements import Agreement
from models.registers.billing import Charge, Price, price_rows
from models.registers.codes import AgreementType
from models.registers.invoices import CREDIT_NOTE, INVOICE, WHOLE_YEAR, Invoice, InvoiceLine
from models.registers.municipality import Municipality, Succession
from models.registers.parties import Party, party_on
from models.tenancy import scope

ACCESSION = "accession"
NO_FIGURE = N_("Pris eller folketall mangler.")
NO_REFERENCE = N_("Fakturareferanse mangler.")
NO_NUMBER = N_("Organisasjonsnummer mangler.")
NO_AGREEMENT = N_("Ingen tilslutningsavtale i kraft er registrert.")
ENDED = N_("Kommunen slutter %(day)s, og betaler til da.")
OUTSIDE = N_("Noe er belastet utenfor Orden, og tas ikke med.")
NO_ISSUER = N_("Ingen er fakturautsteder i dag. Registrer en under Parter.")
OTHERWISE_SPLIT = N_("Noe av %(year)s er fakturert på annen måte: hele året og kvartaler kan ikke blandes.")
NEEDED = {
    "organisation_number": N_("Fakturautstederen mangler organisasjonsnummer. Fyll det ut under Parter."),
    "account": N_("Fakturautstederen mangler kontonummer. Fyll det ut under Parter."),
    "vat": N_("Det er ikke sagt om fakturautstederen beregner merverdiavgift. Fyll det ut under Parter."),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """An invoice or a credit note that is to be. With `hinders` it cannot be; `warnings` are worth a look."""

    municipality: Municipality
    nature: str
    year: int
    quarter: int
    lines: tuple[Line, ...] = ()
    hinders: tuple[Saying, ...] = ()
    warnings: tuple[Saying, ...] = ()
    credits: Invoice | None = None
    replaces_id: int | None = None

    @property
    def net_ore(self) -> int:
        return sum(line.charged for line in self.lines)

    @property
    def payable(self) -> list[Line]:
        """The lines there is something to pay of."""
        return [line for line in self.lines if line.charged]

    @property
    def signed_ore(self) -> int:
        return -self.net_ore if self.nature == CREDIT_NOTE else self.net_ore


@dataclass(frozen=True)
class Plan:
    """All papers of a run, those that nothing hinders and the others; who issues them; what hinders the whole."""

    papers: Sequence[Paper]
    hindered: Sequence[Paper]
    done: int
    issuer: Party | None
    hinders: tuple[Saying, ...]

    @property
    def total_ore(self) -> int:
        return sum(paper.signed_ore for paper in self.papers)

    @cached_property
    def digest(self) -> str:
        """What is approved: every line of every paper, who pays by which reference, and who issues."""
        issuer = self.issuer
        told: list[Any] = [[issuer.id, issuer.version] if issuer else None]
        for one in sorted(self.papers, key=lambda paper: (paper.municipality.id, paper.nature)):
            lines = [[line.kind, line.quantity, line.months, line.price_ore, line.charged] for line in one.payable]
            credits = one.credits.id if one.credits else None
            told.append(
                [one.municipality.id, one.municipality.invoice_reference, one.nature, credits, one.replaces_id, *lines]
            )
        return sha256(json.dumps(told).encode()).hexdigest()


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
    hinders = list(_of_issuer(issuer))
    if any((there == WHOLE_YEAR) != (quarter == WHOLE_YEAR) for _owner, there in invoiced):
        hinders.append(Saying(OTHERWISE_SPLIT, {"year": str(year)}))
    known = _Known(session, year, quarter, day)
    papers, done = [], 0
    for place in members(session, year):
        standing, last = invoiced.get((place.id, quarter), (False, None))
        if standing:
            done += 1
        elif (paper := known.paper(place)) is not None:
            papers.append(replace(paper, replaces_id=last))
        elif any(owner == place.id for owner, _kind in known.outside):
            done += 1
    return Plan(
        [one for one in papers if not one.hinders], [one for one in papers if one.hinders], done, issuer, tuple(hinders)
    )


def plan_of_correction(session: Any, invoice: Invoice, day: date) -> Plan:
    """The credit note of an invoice, and the invoice that would stand instead of it as everything is now."""
    issuer = party_on(session, PartyRole.ISSUER, day)
    known = _Known(session, invoice.year, invoice.quarter, day)
    place = next((one for one in members(session, invoice.year) if one.id == _owner(invoice)), None)
    new = known.paper(place) if place is not None else None
    credited = place or session.get(Municipality, _owner(invoice))
    note = Paper(
        credited, CREDIT_NOTE, invoice.year, invoice.quarter, tuple(map(_as_line, invoice.lines)), credits=invoice
    )
    after = [replace(new, replaces_id=invoice.id)] if new is not None else []
    hinders = [*_of_issuer(issuer), *(said for one in after for said in one.hinders)]
    return Plan([note, *after], [], 0, issuer, tuple(hinders))


def says_the_same(plan: Plan) -> bool:
    """Whether a correction would change nothing."""
    told = [{(one.kind.value, one.quantity, one.months, one.charged) for one in paper.payable} for paper in plan.papers]
    return len(told) == 2 and told[0] == told[1]


def _owner(invoice: Invoice) -> int:
    return invoice.municipality_id


def _as_line(line: InvoiceLine) -> Line:
    return Line(
        line.kind, line.quantity, line.price_ore, line.months, line.amount_ore, line.amount_ore, line.inhabitants,
        line.counted_on, line.counted_by, line.price_from,
    )  # fmt: skip


def _invoiced(session: Any, year: int) -> dict[tuple[int, int], tuple[bool, int | None]]:
    """By municipality and quarter whether an invoice of the year stands, and else the last that was credited."""
    rows = select(Invoice.id, Invoice.municipality_id, Invoice.quarter, Invoice.nature, Invoice.credits_id)
    found = session.execute(rows.where(Invoice.year == year).order_by(Invoice.id)).all()
    credited = {row.credits_id for row in found}
    return {
        (row.municipality_id, row.quarter): (row.id not in credited, row.id) for row in found if row.nature == INVOICE
    }


def _of_issuer(issuer: Party | None) -> Iterable[Saying]:
    if issuer is None:
        yield Saying(NO_ISSUER, {})
        return
    for key, said in NEEDED.items():
        if not getattr(issuer, key):
            yield Saying(said, {})


class _Known:
    """What is asked once for all municipalities."""

    def __init__(self, session: Any, year: int, quarter: int, day: date) -> None:
        self.year, self.quarter = year, quarter
        self.prices: list[Price] = price_rows(session)
        self.outside = charged_outside(session, year)
        self.agreed = _with_agreement(session, day)

    def paper(self, place: Municipality) -> Paper | None:
        """What a municipality is to pay; None when that is nothing."""
        try:
            lines = lines_for(place, self.year, self.prices, self.quarter)
        except NoBasis:
            return Paper(place, INVOICE, self.year, self.quarter, hinders=(Saying(NO_FIGURE, {}),))
        here = [line for line in lines if (place.id, ChargeKind(line.kind.value)) not in self.outside]
        if not any(line.charged for line in here):
            return None
        hinders = [said for line in here for said in line.hinders]
        hinders += [Saying(NO_REFERENCE, {})] * (not place.invoice_reference)
        hinders += [Saying(NO_NUMBER, {})] * (not place.organisation_number)
        warnings = [Saying(OUTSIDE, {})] * (len(here) < len(lines))
        warnings += [said for line in here for said in line.remarks]
        warnings += [Saying(NO_AGREEMENT, {})] * (place.id not in self.agreed)
        if place.until and place.until.year <= self.year:
            warnings.append(Saying(ENDED, {"day": f"{place.until:%d.%m.%Y}"}))
        once = tuple({one.text: one for one in hinders}.values())
        return Paper(place, INVOICE, self.year, self.quarter, tuple(here), once, tuple(warnings))


def _with_agreement(session: Any, day: date) -> frozenset[int]:
    """Who has an accession agreement in force. Whoever makes invoices need not read agreements: that there is one is
    all that is told."""
    now = scope.current()
    with scope.use(replace(now, read={Domain.CONTENT: now.readable(Domain.MONEY)})):
        found = (
            select(Agreement.municipality_id)
            .join(Agreement.nature)
            .where(AgreementType.code == ACCESSION)
            .where(Agreement.status.in_((AgreementStatus.ACTIVE, AgreementStatus.OPTION)))
            .where(or_(Agreement.ends.is_(None), Agreement.ends >= day))
        )
        return frozenset(session.scalars(found))
