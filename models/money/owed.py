"""What is still to be invoiced of settlements and of supplements: what holds, less what has been invoiced of it. So the
same settlement twice makes nothing new, a corrected one only what it changes, and what is carried is used once.

Who has become another is answered for by that one, also for what was invoiced before (domain handbook 4.3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import case, func, select, tuple_

from models.declare.charging import MONTHS, ChargeKind
from models.declare.numbers import kroner
from models.declare.selfcost import Handling
from models.declare.words import N_, Saying
from models.money import settling
from models.money.lines import Line
from models.registers.billing import Charge, Supplement
from models.registers.invoices import CREDIT_NOTE, INVOICE, SUPPLEMENT, Invoice, InvoiceLine
from models.registers.municipality import Municipality
from models.registers.settlements import Settlement, SettlementLine

SETTLED = N_("Avregning av %(year)s")
ADDED = N_("Tillegg %(year)s: %(name)s")
VERSION = N_("Versjon %(number)s av avregningen: andel av kostnaden %(share)s, betalt a konto %(paid)s.")
BEFORE = N_("Fakturert av avregningen før: %(ore)s.")
REST = N_("Fakturaen er ikke større: %(ore)s av det som er til gode for %(year)s, trekkes fra senere.")
SIGNED = case((Invoice.nature == CREDIT_NOTE, -InvoiceLine.amount_ore), else_=InvoiceLine.amount_ore)


@dataclass(frozen=True, slots=True)
class Difference:
    """A year as it is settled with one municipality, by the version that holds. `frozen` is how it said that it is
    handled, `handling` how it is today: nothing is carried to who is no more. `invoiced` is what there is already."""

    place: Municipality
    year: int
    number: int
    frozen: Handling
    handling: Handling
    share: int = 0
    paid: int = 0
    invoiced: int = 0

    @property
    def wanted(self) -> int:
        """What it comes to with the municipality itself: of what the fund takes or covers, nothing."""
        return 0 if self.frozen is Handling.FUND else self.share - self.paid

    @property
    def left(self) -> int:
        return self.wanted - self.invoiced


def differences(session: Any, day: date, besides: int | None = None) -> list[Difference]:
    """Every year that is settled, the oldest first, with each that is to pay or be paid as things are on a day.
    `besides` is an invoice that is about to be taken back: what is in it is not invoiced."""
    heirs, holds = settling.heirs(session, day), versions(session)
    told: dict[tuple[int, int], Difference] = {}

    def of(owner: int, year: int, frozen: Handling) -> Difference:
        heir, is_gone = heirs[owner]
        handling = Handling.NEXT if frozen is Handling.NEXT and not is_gone else Handling.NOW
        known = told.get((year, heir.id))
        return known or Difference(heir, year, holds[year], frozen, handling)

    for line in _lines(session, holds):
        if line.municipality_id in heirs:
            one = of(line.municipality_id, line.year, line.handling)
            told[line.year, one.place.id] = replace(
                one, share=one.share + line.share_ore, paid=one.paid + line.on_account_ore
            )
    for owner, year, ore in (*_invoiced(session, besides), *_charged_outside(session)):
        if year in holds and owner in heirs:
            one = of(owner, year, Handling.NOW)
            told[year, one.place.id] = replace(one, invoiced=one.invoiced + ore)
    return sorted(told.values(), key=lambda one: (one.year, one.place.sort_key, one.place.id))


def versions(session: Any) -> dict[int, int]:
    """The version that holds of every year that is settled."""
    newest = select(Settlement.year, func.max(Settlement.number)).group_by(Settlement.year)
    return dict(session.execute(newest).all())


def _lines(session: Any, holds: dict[int, int]) -> list[SettlementLine]:
    if not holds:
        return []
    mine = tuple_(SettlementLine.year, SettlementLine.number).in_(list(holds.items()))
    return list(session.scalars(select(SettlementLine).where(mine).order_by(SettlementLine.id)))


def _invoiced(session: Any, besides: int | None) -> list[tuple[int, int, int]]:
    """By who was invoiced and the year that was settled."""
    columns = (Invoice.municipality_id, InvoiceLine.settles_year, func.sum(SIGNED))
    found = select(*columns).join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
    found = found.where(InvoiceLine.settles_year.is_not(None), Invoice.id != (besides or 0))
    rows = session.execute(found.group_by(Invoice.municipality_id, InvoiceLine.settles_year))
    return [(owner, year, int(ore)) for owner, year, ore in rows]


def _charged_outside(session: Any) -> list[tuple[int, int, int]]:
    """A settlement that was charged by hand is not charged again."""
    columns = (Charge.municipality_id, Charge.year, func.sum(Charge.amount_ore))
    found = select(*columns).where(Charge.nature == ChargeKind.SETTLEMENT)
    rows = session.execute(found.group_by(Charge.municipality_id, Charge.year))
    return [(owner, year, int(ore)) for owner, year, ore in rows]


def posted(session: Any, year: int, day: date) -> dict[tuple[int, Handling], int]:
    """What has been invoiced of a settled year, by who answers for it and how it was handled then."""
    heirs = settling.heirs(session, day)
    columns = (Invoice.municipality_id, InvoiceLine.handling, func.sum(SIGNED))
    found = select(*columns).join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
    rows = session.execute(
        found.where(InvoiceLine.settles_year == year).group_by(Invoice.municipality_id, InvoiceLine.handling)
    )
    told: dict[tuple[int, Handling], int] = {}
    for owner, handling, ore in rows:
        key = heirs[owner][0].id, handling
        told[key] = told.get(key, 0) + int(ore)
    return told


# -- as lines ----------------------------------------------------------------------------------------------------------


def line_of(one: Difference, ore: int, *remarks: Saying, deducts: bool = False) -> Line:
    """So much of a difference as a line. What is deducted from an invoice has a quantity below nought."""
    quantity = -1 if deducts else 1
    parts = [_term(ore) for ore in (one.share, one.paid, *([one.invoiced] if one.invoiced else []))]
    reckoned = f"{' − '.join(parts)} = {kroner(one.left)}" if one.frozen is not Handling.FUND else kroner(one.left)
    said = [Saying(VERSION, {"number": str(one.number), "share": kroner(one.share), "paid": kroner(one.paid)})]
    said += [Saying(BEFORE, {"ore": kroner(one.invoiced)})] if one.invoiced else []
    return Line(
        ChargeKind.SETTLEMENT, quantity, ore, MONTHS, quantity * ore, quantity * ore, remarks=(*said, *remarks),
        named=Saying(SETTLED, {"year": str(one.year)}), reckoned=reckoned, settles=(one.year, one.number),
        handling=Handling.NEXT if one.frozen is Handling.NEXT else Handling.NOW,
    )  # fmt: skip


def _term(ore: int) -> str:
    return f"({kroner(ore)})" if ore < 0 else kroner(ore)


def carried(differences: list[Difference], room: int) -> list[Line]:
    """What is carried from earlier years, on an invoice that comes to so much without it. What is owed is deducted, the
    oldest first, as far as the invoice goes; the rest stays, and is told."""
    lines = []
    for one in differences:
        if one.left > 0:
            lines.append(line_of(one, one.left))
            room += one.left
        elif one.left < 0:
            ore = min(-one.left, room)
            rest = -one.left - ore
            said = [Saying(REST, {"ore": kroner(rest), "year": str(one.year)})] if rest else []
            lines.append(line_of(one, ore, *said, deducts=True))
            room -= ore
    return lines


def supplements(session: Any, year: int, besides: int | None = None) -> dict[int, list[Line]]:
    """The supplements of a year and those before that are not invoiced, by municipality, as lines."""
    sign = case((Invoice.nature == CREDIT_NOTE, -1), else_=1)
    invoiced = select(InvoiceLine.supplement_id).join(Invoice, InvoiceLine.invoice_id == Invoice.id)
    invoiced = invoiced.where(InvoiceLine.supplement_id.is_not(None), Invoice.id != (besides or 0))
    stands = set(session.scalars(invoiced.group_by(InvoiceLine.supplement_id).having(func.sum(sign) > 0)))
    found = select(Supplement).where(Supplement.year <= year, Supplement.dropped.is_(False))
    told: dict[int, list[Line]] = {}
    for one in session.scalars(found.order_by(Supplement.year, Supplement.id)):
        if one.id not in stands:
            told.setdefault(one.municipality_id, []).append(_added(one))
    return told


def _added(one: Supplement) -> Line:
    named = Saying(ADDED, {"year": str(one.year), "name": one.name})
    return Line(
        ChargeKind.SUPPLEMENT, 1, one.amount_ore, MONTHS, one.amount_ore, one.amount_ore, named=named,
        supplement_id=one.id,
    )  # fmt: skip


def named_by(session: Any, year: int, day: date) -> dict[int, list[tuple[str, str]]]:
    """The documents of a year that a credit note of its settlement names, number and day, by who answers for them:
    those that stand, and what was charged outside Orden with a number (bokføringsforskriften § 5-2-7)."""
    heirs = settling.heirs(session, day)
    rows = select(
        Invoice.id, Invoice.municipality_id, Invoice.number, Invoice.issued_on, Invoice.credits_id, Invoice.nature
    )
    found = session.execute(rows.where(Invoice.year == year, Invoice.about != SUPPLEMENT).order_by(Invoice.id)).all()
    back = {row.credits_id for row in found}
    told: dict[int, list[tuple[str, str]]] = {}
    outside = select(Charge.municipality_id, Charge.reference, Charge.invoiced_on)
    outside = outside.where(Charge.year == year, Charge.reference.is_not(None), Charge.invoiced_on.is_not(None))
    documents = [(row.municipality_id, row.reference, row.invoiced_on) for row in session.execute(outside)]
    documents += [
        (row.municipality_id, str(row.number), row.issued_on)
        for row in found if row.nature == INVOICE and row.id not in back
    ]  # fmt: skip
    for owner, number, issued in documents:
        mine = told.setdefault(heirs[owner][0].id, []) if owner in heirs else []
        if (one := (number, issued.isoformat())) not in mine:
            mine.append(one)
    return told
