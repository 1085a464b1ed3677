"""The documents of a settlement: what each municipality is still to pay of a year, or is owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.declare.charging import PartyRole
from models.declare.selfcost import Handling
from models.declare.words import N_, Saying
from models.money import owed
from models.money.papers import Paper, Plan, of_buyer, of_issuer
from models.registers.invoices import CREDIT_NOTE, INVOICE, SETTLEMENT, WHOLE_YEAR
from models.registers.parties import party_on

NOT_SETTLED = N_("Avregningen av %(year)s er ikke godkjent. Gjør det først, under Selvkost.")
CARRIED = N_("Avregningen av %(year)s tas med i neste a konto: den trekkes fra eller legges til der.")
NOTHING_TO_NAME = N_(
    "En kreditnota viser til det som er fakturert for %(year)s, men ingen faktura er registrert med nummer og dato."
)


def plan_of_settlement(session: Any, year: int, day: date) -> Plan:
    """The documents of the settlement that holds of a year: an invoice to who is to pay more, a credit note to who is
    owed, and nothing where all is invoiced or the next year takes it along."""
    issuer, found = party_on(session, PartyRole.ISSUER, day), found_of(session, year, day)
    hinders = [*of_issuer(issuer)]
    if found.number is None:
        hinders.append(Saying(NOT_SETTLED, {"year": str(year)}))
    elif not found.papers and found.waiting:
        hinders.append(Saying(CARRIED, {"year": str(year)}))
    papers = [one for one in found.papers if not one.hinders]
    return Plan(papers, [one for one in found.papers if one.hinders], found.done, issuer, tuple(hinders))


@dataclass(frozen=True)
class _Found:
    """The documents of a settlement; how many are invoiced before, and how many wait for the next year."""

    papers: list[Paper]
    done: int
    waiting: int
    number: int | None


def found_of(session: Any, year: int, day: date, besides: int | None = None) -> _Found:
    known = [one for one in owed.differences(session, day, besides) if one.year == year]
    named = owed.named_by(session, year, day)
    now = [one for one in known if one.left and one.handling is Handling.NOW]
    return _Found(
        papers=[_of_difference(one, tuple(named.get(one.place.id, ()))) for one in now],
        done=sum(not one.left and bool(one.invoiced) for one in known),
        waiting=sum(bool(one.left) and one.handling is Handling.NEXT for one in known),
        number=next((one.number for one in known), None),
    )


def _of_difference(one: owed.Difference, named: tuple[tuple[str, str], ...]) -> Paper:
    is_owed = one.left < 0
    hinders = list(of_buyer(one.place))
    if is_owed and not named:
        hinders.append(Saying(NOTHING_TO_NAME, {"year": str(one.year)}))
    return Paper(
        one.place, CREDIT_NOTE if is_owed else INVOICE, one.year, WHOLE_YEAR, (owed.line_of(one, abs(one.left)),),
        tuple(hinders), about=SETTLEMENT, refers=named if is_owed else (),
    )  # fmt: skip
