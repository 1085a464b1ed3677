"""What a municipality would pay from a day: the fee to join, the first year, and a whole year.

Nothing is reckoned here: each amount is a line of the function that invoices are made by. Of a member no more is told
than anybody may know: that it is one, and what a whole year comes to. When it joined is told of founders alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from models.declare.charging import MONTHS, PartyRole
from models.declare.choices import PriceKind
from models.declare.words import N_, Problem, Saying
from models.money.lines import Line, NoBasis, inherits_founding, is_founder, lines_for
from models.money.supposed import Supposed, counted
from models.queries.payers import Known, payer
from models.registers.billing import Price, price_rows
from models.registers.municipality import Succession
from models.registers.parties import Party, party_on

GONE = N_("%(name)s finnes ikke lenger fra %(day)s. Velg kommunen som tok over: %(others)s.")
GONE_ALONE = N_("%(name)s finnes ikke lenger fra %(day)s. Velg en annen kommune.")
NO_BASIS = N_("Prisen eller folketallet for %(year)s er ikke kjent. Velg en annen dag.")
MEMBER = N_("%(name)s er med i samarbeidet alt. Tilkoblingsavgiften betales bare én gang.")
FOUNDER = N_("%(name)s var med og startet samarbeidet. Tilkoblingsavgiften etter regelen vises, men belastes ikke.")
HEIR = N_("%(name)s kom av en sammenslåing av kommuner som startet samarbeidet, og betaler ingen tilkoblingsavgift.")


@dataclass(frozen=True)
class Quote:
    """`fee` is the line of joining, where there is one; `first` the lines of the first year, of which a member has
    none; `whole` those of the first year that is whole. `told` is what is so of this municipality alone."""

    name: str
    day: date
    fee: Line | None
    first: Sequence[Line]
    whole: Sequence[Line]
    whole_year: int
    told: Sequence[Saying]
    prices: Sequence[Price]
    issuer: Party | None

    @property
    def fee_ore(self) -> int:
        return self.fee.charged if self.fee else 0


def quote_for(session: Any, known: Known, day: date) -> Quote:
    """Of a municipality. Raises a Problem where it has ended by then, or a figure is not known."""
    place = payer(session, known)
    if place.ended and place.ended <= day:
        raise _gone(session, known, place)
    if place.until and place.until <= day:  # it has left, and would join anew
        place = replace(place, joined=None, until=None)
    prices, is_member = price_rows(session), place.joined is not None and place.joined <= day
    if not is_member:
        return _from_then(session, place, day, prices)
    fee, told = _of_member(place, prices)
    # As of who joined long ago, so that the year is whole and tells nothing of when it did.
    whole = _lines(replace(place, joined=date(day.year - 1, 1, 1)), day.year, prices)
    return Quote(place.name, day, fee, [], whole, day.year, told, prices, party_on(session, PartyRole.ISSUER, day))


def quote_of(session: Any, inhabitants: int, day: date) -> Quote:
    """Of any municipality of a size, the same in all years."""
    figures = [counted(inhabitants, date(year, 1, 1)) for year in (day.year, day.year + 1)]
    return _from_then(session, Supposed("", populations=figures), day, price_rows(session))


def whole_year_of(
    session: Any, known: Known, year: int, prices: Sequence[Price], inhabitants: int | None = None
) -> list[Line]:
    """What a municipality would pay on account for a whole year, by some prices and, where one is given, another
    figure; of a member the same as of who is none. Raises a Problem where it has ended, or a figure is not known."""
    place, first = payer(session, known), date(year, 1, 1)
    if place.ended and place.ended <= first:
        raise _gone(session, known, place)
    place = replace(place, joined=date(year - 1, 1, 1), ended=None)
    if inhabitants is not None:
        place = replace(place, populations=(counted(inhabitants, first),))
    return _lines(place, year, prices)


def _from_then(session: Any, place: Supposed, day: date, prices: list[Price]) -> Quote:
    joins = replace(place, joined=day)
    lines = _lines(joins, day.year, prices)
    fee = next((one for one in lines if one.kind is PriceKind.CONNECTION), None)
    first = [one for one in lines if one is not fee]
    is_whole = all(one.months == MONTHS for one in first)
    year = day.year if is_whole else day.year + 1
    whole = first if is_whole else _lines(joins, year, prices)
    return Quote(place.name, day, fee, first, whole, year, [], prices, party_on(session, PartyRole.ISSUER, day))


def _lines(place: Supposed, year: int, prices: Sequence[Price]) -> list[Line]:
    try:
        return lines_for(place, year, prices)
    except NoBasis as error:
        raise Problem(NO_BASIS, year=str(year)) from error


def _of_member(place: Supposed, prices: list[Price]) -> tuple[Line | None, list[Saying]]:
    """What became of its fee: of founders with the line of the day they joined, which everybody knows."""
    named = {"name": place.name}
    if inherits_founding(place):
        return None, [Saying(HEIR, named)]
    if not is_founder(place) or place.joined is None:
        return None, [Saying(MEMBER, named)]
    lines = _lines(place, place.joined.year, prices)
    fee = next((one for one in lines if one.kind is PriceKind.CONNECTION), None)
    spared = fee is not None and not fee.charged
    return (fee, [Saying(FOUNDER, named)]) if spared else (None, [Saying(MEMBER, named)])


def _gone(session: Any, known: Known, place: Supposed) -> Problem:
    """Who took over is told, as it is called today."""
    changes = select(Succession).where(Succession.predecessor_id == known.row_id).order_by(Succession.day)
    found = session.scalars(changes.options(selectinload(Succession.successor))).all()
    others = ", ".join(dict.fromkeys(one.successor.name for one in found))
    day = f"{place.ended:%d.%m.%Y}"
    if not others:
        return Problem(GONE_ALONE, name=place.name, day=day)
    return Problem(GONE, name=place.name, day=day, others=others)
