"""The way to what a municipality is to pay, written out line by line: for who asks what it would cost, and for the
municipality itself. Nothing is reckoned here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from models.declare.charging import MONTHS
from models.declare.choices import PriceKind
from models.declare.numbers import kroner
from models.declare.words import N_
from models.money.lines import PRICE_CHANGE, Line, tier_of
from models.registers.billing import Price
from views import formatters
from views.texts import gettext as _
from views.texts import ngettext, tr

CHANGES = N_("Prisen endres %(day)s, inne i perioden. Beløpet blir da et annet.")


class Row(NamedTuple):
    """A line of the reckoning."""

    label: str
    formula: str
    amount: str
    is_sum: bool = False


def total(lines: Sequence[Line]) -> int:
    return sum(one.charged for one in lines)


def on_account(lines: Sequence[Line], year: int) -> str:
    months = lines[0].months
    if months == MONTHS:
        return _("A konto for hele %(year)s", year=str(year))
    return ngettext(
        "A konto for én måned av %(year)s", "A konto for %(num)s måneder av %(year)s", months, year=str(year)
    )


def fee(prices: Sequence[Price], line: Line) -> Row:
    first, last = tier_of(prices, line)
    if last is None:
        tier = _("Kommuner med %(first)s innbyggere eller flere.", first=formatters.grouped(first))
    elif first == 0:
        tier = _("Kommuner med til og med %(last)s innbyggere.", last=formatters.grouped(last))
    else:
        tier = _(
            "Kommuner med %(first)s til og med %(last)s innbyggere.",
            first=formatters.grouped(first), last=formatters.grouped(last),
        )  # fmt: skip
    spared = "" if line.charged else _("Etter regelen %(amount)s.", amount=formatters.kroner(line.by_rule))
    return Row(tr(line.kind.label), f"{tier} {spared}".strip(), formatters.kroner(line.charged))


def rows(lines: Sequence[Line], year: int) -> Iterator[Row]:
    """The on-account charge of a year, line by line, and what it comes to."""
    for one in lines:
        yield Row(f"{tr(one.kind.label)} {year}", formula(one), formatters.kroner(one.charged))
    parts = " + ".join(kroner(one.charged) for one in lines)
    yield Row(on_account(lines, year), parts, formatters.kroner(total(lines)), is_sum=True)


def formula(line: Line) -> str:
    """The way to an amount in words: 5 856 innbyggere × 1,50 × 7/12."""
    parts = [kroner(line.price_ore)]
    if line.kind is PriceKind.INHABITANT:
        parts.insert(0, _("%(number)s innbyggere", number=formatters.grouped(line.quantity)))
    if line.months != MONTHS:
        parts.append(f"{line.months}/{MONTHS}")
    return " × ".join(parts)


def figures(lines: Sequence[Line]) -> list[str]:
    """Each figure that amounts rest on, with its day and where it was counted; none for one that was typed."""
    said = [
        _(
            "%(number)s innbyggere %(day)s. Kilde: %(who)s.", number=formatters.grouped(one.inhabitants or 0),
            day=formatters.day(one.counted_on), who=one.counted_by,
        )
        for one in lines if one.counted_by and one.counted_on
    ]  # fmt: skip
    return list(dict.fromkeys(said))


def unknown(lines: Sequence[Line]) -> list[str]:
    """What is not known yet, each once; and why something is not charged."""
    hinders = [said for one in lines for said in one.hinders]
    found = [tr(CHANGES if said.text == PRICE_CHANGE else said.text, **said.params) for said in hinders]
    remarks = [tr(said.text, **said.params) for one in lines for said in one.remarks if one.charged]
    return list(dict.fromkeys([*remarks, *found]))
