"""What next year could come to: other prices, figures and members, beside what the registers say. Nothing is saved.

Before and after are asked of the one function that invoices are made by; after it is given other prices and
municipalities as they would be (`models/money/supposed.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from models.declare.choices import PriceKind
from models.declare.words import N_, Problem
from models.money.basis import members
from models.money.lines import NoBasis, Payer, lines_for, list_on
from models.money.supposed import Supposed, as_it_is, counted, priced
from models.queries.payers import Known, payers
from models.registers.billing import Price, price_rows
from reports.base import Ask, Group, Told
from reports.invoicing import wishes
from reports.invoicing.wishes import COMING
from reports.language import Translate
from reports.table import Cell, Column, Kind, Sheet
from reports.tabular import Tabular

IS_MEMBER = N_("%(name)s er med i %(year)s. Bare den som ikke er med, kan bli med.")
NO_MEMBER = N_("%(name)s er ikke med i %(year)s.")
NEITHER = N_("%(name)s er ikke med i %(year)s. Skriv den under «Blir med» også.")
NO_BASIS = N_("Pris eller folketall mangler.")
JOINED, LEFT, WRITTEN = N_("Blir med"), N_("Går ut"), N_("Eget folketall")
SOURCE = "–"
WISHES = {
    PriceKind.CONNECTION: wishes.CONNECTION,
    PriceKind.FIXED: wishes.FIXED,
    PriceKind.INHABITANT: wishes.INHABITANT,
}


@dataclass(frozen=True)
class Both:
    """A municipality before and after; None where it is no member then."""

    name: str
    before: Payer | None
    after: Payer | None
    remark: str = ""


@dataclass(frozen=True)
class Amounts:
    """What a municipality is to pay in øre, and the figure it rests on; None where something is missing."""

    inhabitants: int | None = None
    on_account: int | None = 0
    fee: int | None = 0


@dataclass(frozen=True)
class Simulation(Tabular):
    """The sum, each municipality with the dearest first, and the prices."""

    def asked(self, session: Any, given: Mapping[str, Sequence[str]], otherwise: str, t: Translate) -> Ask:
        """What is asked; who joins, leaves or has another figure must be able to. Raises a Problem."""
        ask = super().asked(session, given, otherwise, t)
        year = _year(ask)
        there = {one.id for one in members(session, year)}
        joins, leaves = _wish(ask, wishes.JOINS, []), _wish(ask, wishes.LEAVES, [])
        strange = [one for one in _wish(ask, wishes.FIGURE, {}) if one.row_id not in there and one not in joins]
        for found, said in (
            ([one for one in joins if one.row_id in there], IS_MEMBER),
            ([one for one in leaves if one.row_id not in there], NO_MEMBER),
            (strange, NEITHER),
        ):
            if found:
                raise Problem(said, name=found[0].name, year=str(year))
        return ask

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        year, now = _year(ask), price_rows(session)
        then = _prices(now, ask)
        rows = [(one, _amounts(one.before, year, now), _amounts(one.after, year, then)) for one in _both(session, ask)]
        rows.sort(key=lambda row: -(row[2].on_account or 0))
        told = [_row(*row, ask.t) for row in rows]
        return [
            _sums(rows, ask.t),
            _told(ask.t(N_("Per kommune")), _columns(ask.t), told, 4, 3),
            _price_sheet(now, then, ask),
            *_budget(rows, ask),
        ]


def _year(ask: Ask) -> int:
    (year,) = COMING.chosen(ask.chosen, ask.year, ask.language)
    return int(year)


def _wish(ask: Ask, choice: wishes.Listed, otherwise: Any) -> Any:
    """What was written, by what it means."""
    given = ask.chosen.get(choice.name)
    return given[0].meant if given else otherwise


# -- what would be -----------------------------------------------------------------------------------------------------


def _prices(now: list[Price], ask: Ask) -> list[Price]:
    """The prices with those lists instead that something was written for."""
    found = list(now)
    for kind, choice in WISHES.items():
        wanted: dict[int, int] | None = _wish(ask, choice, None)
        if wanted is not None:
            found = priced(found, kind, wanted, date(_year(ask), 1, 1))
    return found


def _both(session: Any, ask: Ask) -> Iterator[Both]:
    year, t = _year(ask), ask.t
    leaves = {one.row_id for one in _wish(ask, wishes.LEAVES, [])}
    for place in members(session, year):
        if place.id in leaves:
            yield Both(place.name, place, None, t(LEFT))
        else:
            after, is_written = _figured(as_it_is(place), place.id, ask)
            yield Both(place.name, place, after, t(WRITTEN) if is_written else "")
    joins: list[Known] = _wish(ask, wishes.JOINS, [])
    for one, found in zip(joins, payers(session, joins), strict=True):
        after, _ = _figured(replace(found, joined=date(year, 1, 1), until=None), one.row_id or one.name, ask)
        yield Both(one.name, None, after, t(JOINED))


def _figured(place: Supposed, key: Any, ask: Ask) -> tuple[Supposed, bool]:
    """With the figure that was written for it, else with all figures so many per cent other."""
    (growth,) = wishes.GROWTH.chosen(ask.chosen, 0, "")
    written = {one.row_id or one.name: number for one, number in _wish(ask, wishes.FIGURE, {}).items()}
    if key in written:
        day = date(_year(ask), 1, 1)
        return replace(place, populations=(counted(written[key], day, SOURCE),)), True
    if not growth:
        return place, False
    grown = [counted((2 * one.inhabitants * (100 + growth) + 100) // 200, one.day, SOURCE) for one in place.populations]
    return replace(place, populations=tuple(grown)), False


def _amounts(place: Payer | None, year: int, prices: Sequence[Price]) -> Amounts:
    if place is None:
        return Amounts()
    try:
        lines = lines_for(place, year, prices)
    except NoBasis:
        return Amounts(None, None, None)
    fee = sum(one.charged for one in lines if one.kind is PriceKind.CONNECTION)
    inhabitants = lines[-1].inhabitants if lines else None
    return Amounts(inhabitants, sum(one.charged for one in lines) - fee, fee)


# -- the sheets --------------------------------------------------------------------------------------------------------


def _columns(t: Translate) -> list[Column]:
    return [
        Column(t("Kommune"), width=22),
        Column(t("Folketall før"), Kind.INTEGER, summed=True),
        Column(t("Folketall etter"), Kind.INTEGER, summed=True),
        Column(t("A konto før (kr)"), Kind.MONEY, summed=True, width=16),
        Column(t("A konto etter (kr)"), Kind.MONEY, summed=True, width=16),
        Column(t("Endring (kr)"), Kind.MONEY, summed=True, width=16),
        Column(t("Endring (%)"), Kind.DECIMAL),
        Column(t("Tilkoblingsavgift før (kr)"), Kind.MONEY, summed=True, width=16),
        Column(t("Tilkoblingsavgift etter (kr)"), Kind.MONEY, summed=True, width=16),
        Column(t("Merknad"), Kind.LONG_TEXT, width=24),
    ]


def _row(one: Both, before: Amounts, after: Amounts, t: Translate) -> list[Cell]:
    is_known = before.on_account is not None and after.on_account is not None
    remark = " ".join(filter(None, (one.remark, "" if is_known else t(NO_BASIS))))
    return [
        one.name, before.inhabitants, after.inhabitants, before.on_account, after.on_account,
        _difference(before.on_account, after.on_account), _percent(before.on_account, after.on_account),
        before.fee or None, after.fee or None, remark or None,
    ]  # fmt: skip


def _difference(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else after - before


def _percent(before: int | None, after: int | None) -> Decimal | None:
    """By how much it grew, to one decimal; nothing of what was nothing, or is the same."""
    if not before or after is None or before == after:
        return None
    return (Decimal(100 * (after - before)) / before).quantize(Decimal("0.1"))


def _sums(rows: list[tuple[Both, Amounts, Amounts]], t: Translate) -> Told:
    """What all pay together, before and after."""
    labels = {"on_account": t("A konto"), "fee": t("Tilkoblingsavgift")}
    told: list[list[Cell]] = []
    for key, label in labels.items():
        before, after = (sum(getattr(row[place], key) or 0 for row in rows) for place in (1, 2))
        told.append([label, before, after, after - before])
    columns = [Column(t("Hva")), *[Column(one, Kind.MONEY, summed=True, width=16) for one in _before_and_after(t)]]
    return _told(t("I alt"), columns, told)


def _before_and_after(t: Translate) -> tuple[str, ...]:
    return t("Før (kr)"), t("Etter (kr)"), t("Endring (kr)")


def _price_sheet(now: Sequence[Price], then: Sequence[Price], ask: Ask) -> Told:
    """Each price from each size, before and after; empty where a list has no such step."""
    t, first = ask.t, date(_year(ask), 1, 1)
    told: list[list[Cell]] = []
    for kind in WISHES:
        before, after = (
            {one.from_inhabitants: one.amount_ore for one in list_on(some, kind, first)} for some in (now, then)
        )
        for start in sorted(before.keys() | after.keys()):
            told.append([t(kind.label), start, before.get(start), after.get(start)])
    columns = [
        Column(t("Hva prisen gjelder"), width=26), Column(t("Fra folketall"), Kind.INTEGER),
        *[Column(one, Kind.MONEY, width=16) for one in _before_and_after(t)[:2]],
    ]  # fmt: skip
    return _told(t("Priser"), columns, told)


def _budget(rows: list[tuple[Both, Amounts, Amounts]], ask: Ask) -> list[Told]:
    """What all are to pay on account after, held against what the year is to cost; nothing where no budget is given."""
    t, budget = ask.t, _wish(ask, wishes.BUDGET, None)
    if budget is None:
        return []
    after = sum(row[2].on_account or 0 for row in rows)
    over = t("Mer enn budsjettet") if after >= budget else t("Mindre enn budsjettet")
    told: list[list[Cell]] = [
        [t("A konto etter"), after], [t(wishes.BUDGET.label), budget], [over, abs(after - budget)],
    ]  # fmt: skip
    return [_told(t("Mot budsjettet"), [Column(t("Hva"), width=26), Column(t("Beløp (kr)"), Kind.MONEY)], told, 1)]


def _told(
    title: str, columns: list[Column], rows: list[list[Cell]], bars: int | None = None, against: int | None = None
) -> Told:
    return Told(Sheet(title, columns, rows, bars=bars, against=against), lambda _most: len(rows))


SIMULATION = Simulation(
    "prissimulering",
    N_("Prissimulering"),
    N_("Hva neste år blir med andre priser, folketall og medlemmer: hver kommune før og etter. Ingenting lagres."),
    billing=True,
    project=True,
    group=Group.MONEY,
    choices=wishes.CHOICES,
    notes=(
        N_("Det som ikke er endret i utvalget, er slik det er registrert."),
        N_("Beløpene er uten merverdiavgift."),
    ),
)
