"""The two funds. What is left of a year goes into the self-cost fund, gets interest by the rate of each year, and is
returned within five, the oldest first (selvkostforskriften § 8). Connection fees go into the development fund, and
decided projects out of it. Both are what the ledger says they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import select

from models.declare.clock import today
from models.declare.numbers import kroner
from models.declare.selfcost import Account, RateStatus, Source
from models.declare.words import N_, Problem
from models.money import ledger
from models.money.ledger import Movement
from models.registers.selfcost import FundDecision, InterestRate
from models.registers.settlements import LedgerEntry
from models.tenancy.session import TenantSession

YEARS = 5
HUNDRED = 100
NO_RATE = N_("Kalkylerenten for %(year)s mangler. Registrer den under Kalkylerenter: ingen annen rente brukes.")
ESTIMATED = N_("Kalkylerenten for %(year)s er bare et anslag. Registrer den endelige under Kalkylerenter først.")
NOT_OVER = N_("Året %(year)s er ikke over. Renter føres når året er slutt.")
NO_MONEY = N_("Ingenting i selvkostfondet skal ha renter for %(year)s, eller de er ført før.")
EARLIER = N_("Før rentene for %(year)s først: renter regnes av det som sto fra årene før.")
BEYOND = N_("Det står %(there)s kroner i selvkostfondet, og %(wanted)s skulle ut.")
BEYOND_FEES = N_("Det står %(there)s kroner i utviklingsfondet. Vedtaket på %(wanted)s kroner er større.")
NOT_REVERSIBLE = N_("Velg en post som kan føres tilbake: den er kanskje tatt tilbake allerede.")
SPENT = N_("Det er tatt mer ut av fondet enn det ville stå igjen. Før det andre tilbake først.")
NOT_AN_AMOUNT = N_("Skriv et beløp som er større enn null.")


@dataclass(frozen=True, slots=True)
class Layer:
    """What stands in the fund of one year, and by the end of which year it must be returned."""

    year: int
    ore: int

    @property
    def return_by(self) -> int:
        return self.year + YEARS

    @property
    def last_day(self) -> date:
        return date(self.return_by, 12, 31)

    def is_late(self, year: int) -> bool:
        """Whether it should have been returned before a year."""
        return self.return_by < year

    def is_soon(self, year: int) -> bool:
        """Whether it must be returned in a year or the next."""
        return year <= self.return_by <= year + 1


def interest(ore: int, percent: Decimal) -> int:
    """A year's interest, rounded half up to whole øre, once."""
    return int((ore * percent / HUNDRED).quantize(Decimal(1), ROUND_HALF_UP))


def taken_out(layers: Mapping[int, int], ore: int) -> dict[int, int]:
    """How much of each year is taken when so much is: the oldest first. Raises Problem when there is not so much."""
    there = sum(layers.values())
    if ore > there:
        raise Problem(BEYOND, there=kroner(there), wanted=kroner(ore))
    taken: dict[int, int] = {}
    for year in sorted(layers):
        part = min(ore - sum(taken.values()), layers[year])
        if part > 0:
            taken[year] = part
    return taken


def layers(session: Any) -> list[Layer]:
    """What stands in the self-cost fund, the oldest year first."""
    found = ledger.by_year(session, Account.SELF_COST_FUND)
    return [Layer(year, -ore) for year, ore in found.items() if year is not None and ore]


def self_cost(session: Any) -> int:
    """What stands in the self-cost fund."""
    return -ledger.balance(session, Account.SELF_COST_FUND)


def development(session: Any) -> int:
    """What stands in the development fund."""
    return -ledger.balance(session, Account.DEVELOPMENT_FUND)


def rate(session: Any, year: int) -> Decimal:
    """The rate of a year. Raises Problem where it is not known for certain: no other stands for it."""
    found = session.scalars(select(InterestRate).where(InterestRate.year == year)).one_or_none()
    if found is None:
        raise Problem(NO_RATE, year=str(year))
    if found.status is not RateStatus.FINAL:
        raise Problem(ESTIMATED, year=str(year))
    return Decimal(found.percent)


def add_interest(session: Any, year: int) -> int:
    """Credit the interest of a year to what stood in the fund of the years before; how much it was. Raises Problem."""
    if year >= today().year:
        raise Problem(NOT_OVER, year=str(year))
    bearing, credited = _bearing(session, year), _credited(session)
    lacking = sorted(one for one in bearing if one not in credited.get(year, set()))
    for one in lacking:
        if behind := next((each for each in range(one + 1, year) if one not in credited.get(each, set())), None):
            raise Problem(EARLIER, year=str(behind))
    if not lacking:
        raise Problem(NO_MONEY, year=str(year))
    percent = rate(session, year)
    told = {one: interest(bearing[one], percent) for one in lacking}
    day, source = date(year, 12, 31), (Account.INTEREST, Account.SELF_COST_FUND)
    text = f"{percent.normalize():f} %".replace(".", ",")
    ledger.post(session, Source.INTEREST, year, [Movement(day, *source, ore, text, one) for one, ore in told.items()])
    session.flush()
    return sum(told.values())


def _bearing(session: Any, year: int) -> dict[int, int]:
    """What gets interest for a year, by the year it is of: what came in for the years before, less what was taken out
    until its end."""
    told: dict[int, int] = {}
    for one in _in_force(session):
        if one.year is None or one.year >= year:
            continue
        if one.credit is Account.SELF_COST_FUND:
            told[one.year] = told.get(one.year, 0) + one.amount_ore
        elif one.day <= date(year, 12, 31):
            told[one.year] = told.get(one.year, 0) - one.amount_ore
    return {one: ore for one, ore in told.items() if ore > 0}


def _in_force(session: Any) -> list[LedgerEntry]:
    found = ledger.entries(session, Account.SELF_COST_FUND)
    undone = {one.reverses for one in found}
    return [one for one in found if one.reverses is None and one.id not in undone]


def _credited(session: Any) -> dict[int, set[int]]:
    """For which years interest is credited, and to the money of which."""
    told: dict[int, set[int]] = {}
    for one in _in_force(session):
        if one.source is Source.INTEREST:
            told.setdefault(one.source_id or 0, set()).add(one.year or 0)
    return told


def give_back(session: Any, ore: int, day: date, text: str) -> None:
    """Return so much of the fund to the municipalities, the oldest first. Raises Problem."""
    if ore <= 0:
        raise Problem(NOT_AN_AMOUNT)
    ledger.post(session, Source.MANUAL, None, drawn(session, ore, day, Account.MUNICIPALITIES, text))
    session.flush()


def reversible(session: Any) -> list[LedgerEntry]:
    """What may be taken back by hand: interest, and what was returned. A settlement is corrected by a new version."""
    return [one for one in _in_force(session) if one.source in {Source.INTEREST, Source.MANUAL}]


def take_back(session: Any, number: int | None) -> None:
    """Reverse an entry. Raises Problem when it is none of those, or more has been taken out than it would leave."""
    found = [one for one in reversible(session) if one.id == number]
    if not found:
        raise Problem(NOT_REVERSIBLE)
    ledger.reverse(session, found)
    session.flush()
    if any(one.ore < 0 for one in layers(session)):
        raise Problem(SPENT)


def drawn(session: Any, ore: int, day: date, to: Account, text: str = "") -> list[Movement]:
    """The movements that take so much out of the fund. Raises Problem."""
    taken = taken_out({one.year: one.ore for one in layers(session)}, ore)
    return [Movement(day, Account.SELF_COST_FUND, to, part, text, year) for year, part in taken.items()]


def refuse_beyond(session: TenantSession) -> None:
    """No decision takes more out of the development fund than stands there; a step of the flush."""
    new = [row for row in session.new if isinstance(row, FundDecision)]
    changed = [row for row in session.dirty if isinstance(row, FundDecision)]
    if not new and not changed:
        return
    held = ledger.standing(session, Source.DECISION, [row.id for row in changed])
    there = development(session) + sum(one.amount_ore for some in held.values() for one in some)
    wanted = sum(row.amount_ore or 0 for row in (*new, *changed))
    if wanted > max(there, 0):
        raise Problem(BEYOND_FEES, there=kroner(there), wanted=kroner(wanted))
