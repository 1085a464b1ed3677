"""What a municipality is to pay for a year or a quarter, by its dates, its population and the dated prices.

One pure function, `lines_for`, is asked by the preview, the run, the invoice basis and whoever reckons what would be.
Rules: domain handbook 4.2 and decisions D1, D2. A month is whole when the membership holds on any day of it: the month
somebody joins, and the month they end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from models.declare.charging import MONTHS, ChargeKind
from models.declare.choices import Answer, PriceKind, SuccessionKind
from models.declare.numbers import grouped, kroner
from models.declare.selfcost import Handling
from models.declare.words import N_, Saying
from models.registers.billing import Price
from models.registers.invoices import WHOLE_YEAR
from models.registers.municipality import Population, Succession
from models.tenancy.roles import in_force

QUARTER = 3  # months
FOUNDER = N_("Grunnlegger: avgiften etter regelen vises, men belastes ikke.")
WAIVED = {
    SuccessionKind.MERGE: N_("Tilkoblingsavgiften kreves ikke: %(name)s var medlem før sammenslåingen %(day)s."),
    SuccessionKind.SPLIT: N_(
        "Tilkoblingsavgiften kreves ikke: %(name)s var medlem før delingen %(day)s, og det er vedtatt."
    ),
}
PRELIMINARY = N_("Foreløpig: folketallet 1. januar %(year)s er ikke registrert. Tallet er fra %(day)s.")
PRICE_CHANGE = N_("Prisen endres %(day)s, inne i perioden. Fakturer kvartalsvis, eller fakturer delene hver for seg.")
PART = N_("%(months)s av %(whole)s måneder. Den første og den siste måneden regnes hele.")
HEIR = N_("Grunnlegger ved sammenslåing")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an invoice basis: quantity x price, for some months of the year.

    `by_rule` is the amount in øre that the price rows give; `charged` what the municipality is to pay. The figure it
    rests on stands with it, and `remarks` say what one would ask about. With `hinders` it is no basis for an invoice.
    What no price says has a name and a reckoning of its own (`named`, `reckoned`), and the supplement or the settlement
    it comes from: year, version, and how that was handled.
    """

    kind: PriceKind | ChargeKind
    quantity: int
    price_ore: int
    months: int
    by_rule: int
    charged: int
    inhabitants: int | None = None
    counted_on: date | None = None
    counted_by: str = ""
    price_from: date | None = None
    remarks: tuple[Saying, ...] = ()
    hinders: tuple[Saying, ...] = ()
    named: Saying | None = None
    reckoned: str = ""
    supplement_id: int | None = None
    settles: tuple[int, int] | None = None
    handling: Handling | None = None

    @property
    def told(self) -> list[Any]:
        """All that is approved of it."""
        known = [self.kind, self.quantity, self.months, self.price_ore, self.charged]
        source = [self.supplement_id, self.settles, self.reckoned, self.named.params if self.named else None]
        return [*known, *source] if any(source) else known


class Payer(Protocol):
    """What is asked of a municipality: of one that is there, or of one as it would be (`supposed.py`)."""

    @property
    def name(self) -> str: ...
    @property
    def joined(self) -> date | None: ...
    @property
    def until(self) -> date | None: ...
    @property
    def founder(self) -> Answer: ...
    @property
    def predecessors(self) -> Sequence[Succession]: ...
    def population_on(self, day: date, /) -> Population | None: ...


class NoBasis(LookupError):  # noqa: N818 - a figure is missing, and people are told so: not an error of ours
    """A price or population figure that the calculation needs is not registered."""


def period_of(year: int, quarter: int = WHOLE_YEAR) -> tuple[date, date]:
    """The first day of a year or a quarter, and the first after it."""
    first = 1 if quarter == WHOLE_YEAR else QUARTER * (quarter - 1) + 1
    last = MONTHS if quarter == WHOLE_YEAR else QUARTER * quarter
    return date(year, first, 1), date(year + last // MONTHS, last % MONTHS + 1, 1)


def lines_for(municipality: Payer, year: int, prices: Sequence[Price], quarter: int = WHOLE_YEAR) -> list[Line]:
    """The lines of a municipality for a year or one quarter of it: the connection fee where it joins, then the fixed
    part and the part of the inhabitants. The parts of four quarters are the year, to the øre.

    Empty when the municipality is not a member then. Raises NoBasis when a figure is missing.
    """
    joined, (first, last) = municipality.joined, period_of(year, quarter)
    months = months_within(joined, municipality.until, first, last)
    if months == 0 or joined is None:
        return []
    before = months_within(joined, municipality.until, date(year, 1, 1), first)
    founder, waived = is_founder(municipality), waivers(municipality)
    lines, begins_here, whole = [], first <= joined < last, MONTHS if quarter == WHOLE_YEAR else QUARTER
    if begins_here and not waived:
        lines.append(_connection(municipality, joined, prices, founder=founder))
    start, counted = max(first, joined), _population(municipality, max(date(year, 1, 1), joined))
    ends = min(last, municipality.until or last)
    remarks = [_waived(one) for one in waived[:1] if begins_here]
    if months < whole:
        remarks.append(Saying(PART, {"months": str(months), "whole": str(whole)}))
    for kind, quantity in ((PriceKind.FIXED, 1), (PriceKind.INHABITANT, counted.inhabitants)):
        price = price_for(prices, kind, start, counted.inhabitants)
        hinders = [*_preliminary(counted, year), *_changing(prices, kind, start, ends)]
        amount = share_of_year(quantity * price.amount_ore, before + months) - share_of_year(
            quantity * price.amount_ore, before
        )
        lines.append(_line(price, quantity, months, amount, counted, founder, remarks, hinders))
        remarks = []
    return lines


def _connection(municipality: Payer, joined: date, prices: Sequence[Price], *, founder: bool) -> Line:
    counted = _population(municipality, joined)
    price = price_for(prices, PriceKind.CONNECTION, joined, counted.inhabitants)
    return _line(price, 1, MONTHS, price.amount_ore, counted, founder, [], _preliminary(counted, joined.year))


def _line(
    price: Price, quantity: int, months: int, by_rule: int, counted: Population, founder: bool,
    remarks: Sequence[Saying], hinders: Sequence[Saying],
) -> Line:  # fmt: skip
    is_spared = founder and price.charged_to_founders is Answer.NO
    return Line(
        price.nature, quantity, price.amount_ore, months, by_rule, 0 if is_spared else by_rule,
        counted.inhabitants, counted.day, counted.source or "", price.valid_from,
        (*([Saying(FOUNDER, {})] if is_spared else []), *remarks), tuple(hinders),
    )  # fmt: skip


def _preliminary(counted: Population, year: int) -> list[Saying]:
    if counted.day >= date(year, 1, 1):
        return []
    return [Saying(PRELIMINARY, {"year": str(year), "day": f"{counted.day:%d.%m.%Y}"})]


def _changing(prices: Iterable[Price], kind: PriceKind, start: date, ends: date) -> list[Saying]:
    """The first day within a period on which another price list of a kind begins or one ends."""
    days = [day for price in prices if price.nature is kind for day in (price.valid_from, price.valid_to)]
    within = sorted(day for day in days if day is not None and start < day < ends)
    return [Saying(PRICE_CHANGE, {"day": f"{within[0]:%d.%m.%Y}"})] if within else []


def _waived(change: Succession) -> Saying:
    return Saying(WAIVED[change.nature], {"name": change.predecessor.name, "day": f"{change.day:%d.%m.%Y}"})


def waivers(municipality: Payer) -> list[Succession]:
    """The changes by which its one-off fee is not charged again: a merger of who was a member the day before, whenever
    the agreement of the new one begins, and a split where that was decided. New borders and numbers never do."""
    return [change for change in municipality.predecessors if _passes_on(change) and _was_member(change)]


def takes_over(municipality: Payer) -> bool:
    """Whether its membership was passed on to it, so that the one-off fee is not repeated."""
    return bool(waivers(municipality))


def _passes_on(change: Succession) -> bool:
    merged = change.nature is SuccessionKind.MERGE
    return merged or (change.nature is SuccessionKind.SPLIT and bool(change.waives_fee))


def _was_member(change: Succession) -> bool:
    there = change.predecessor
    the_day_before = change.day - timedelta(days=1)
    return there is not None and there.joined is not None and in_force(there.joined, there.until, the_day_before)


def is_founder(municipality: Payer) -> bool:
    """Whether it founded the cooperation, or came of a merger of who did."""
    return municipality.founder is Answer.YES or inherits_founding(municipality)


def inherits_founding(municipality: Payer) -> bool:
    merged = [one for one in municipality.predecessors if one.nature is SuccessionKind.MERGE]
    return any(is_founder(one.predecessor) for one in merged if one.predecessor is not None)


def list_on(prices: Iterable[Price], kind: PriceKind, day: date) -> list[Price]:
    """The prices of a kind in force on a day, by size. A list is the rows of a kind that begin on one day; an older one
    that was left open counts no more."""
    there = [one for one in prices if one.nature is kind and in_force(one.valid_from, one.valid_to, day)]
    newest = max((one.valid_from for one in there), default=None)
    return sorted((one for one in there if one.valid_from == newest), key=lambda one: one.from_inhabitants)


def price_for(prices: Iterable[Price], kind: PriceKind, day: date, inhabitants: int) -> Price:
    """The price in force on a day for a municipality of a size: the highest tier not above it."""
    fitting = [one for one in list_on(prices, kind, day) if one.from_inhabitants <= inhabitants]
    if not fitting:
        raise NoBasis(f"{kind} {day}")
    return max(fitting, key=lambda price: price.from_inhabitants)


def tier_of(prices: Iterable[Price], line: Line) -> tuple[int, int | None]:
    """From how many inhabitants to how many the price of a line holds; None where there is no end."""
    list_of = {one.from_inhabitants for one in prices if one.nature is line.kind and one.valid_from == line.price_from}
    first = max((one for one in list_of if one <= (line.inhabitants or 0)), default=0)
    above = min((one for one in list_of if one > first), default=None)
    return first, above and above - 1


def months_within(joined: date | None, ended: date | None, first: date, last: date) -> int:
    """The months from one first of a month to before another in which the membership holds on some day."""
    if joined is None:
        return 0
    begin, end = month_number(first), month_number(last)
    days = [date(number // MONTHS, number % MONTHS + 1, 1) for number in range(begin, end)]
    return sum(in_force(joined.replace(day=1), ended, day) for day in days)


def month_number(day: date) -> int:
    """The months of our era, counted."""
    return day.year * MONTHS + day.month - 1


def months_of_membership(joined: date | None, ended: date | None, year: int) -> int:
    """The same of a whole year."""
    return months_within(joined, ended, *period_of(year))


def share_of_year(full_ore: int, months: int) -> int:
    """`full_ore` x months / 12, rounded half up to whole øre, once."""
    return (2 * full_ore * months + MONTHS) // (2 * MONTHS)


def _population(municipality: Payer, day: date) -> Population:
    figure = municipality.population_on(day)
    if figure is None:
        raise NoBasis(f"{municipality.name} {day}")
    return figure


def formula(line: Line) -> str:
    """The calculation written out, as 1 411 × 1,50 × 7/12 = 1 234,63."""
    if line.reckoned:
        return line.reckoned
    parts = [grouped(line.quantity), kroner(line.price_ore)]
    if line.months != MONTHS:
        parts.append(f"{line.months}/{MONTHS}")
    return f"{' × '.join(parts)} = {kroner(line.by_rule)}"
