"""A municipality as it would be: what it would pay is asked of the one function that invoices are made by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from models.declare.choices import Answer, PriceKind
from models.money.lines import list_on
from models.registers.billing import Price
from models.registers.municipality import Municipality, Population, Succession, figure_on


@dataclass(frozen=True)
class Supposed:
    """It is never saved: its figures and changes are those of a row, or belong to none."""

    name: str
    joined: date | None = None
    until: date | None = None
    ended: date | None = None
    founder: Answer = Answer.NO
    predecessors: Sequence[Succession] = ()
    populations: Sequence[Population] = ()

    def population_on(self, day: date) -> Population | None:
        """The newest figure not after a day."""
        return figure_on(self.populations, day)


def as_it_is(place: Municipality, **otherwise: Any) -> Supposed:
    """A municipality as it is, but for what is said otherwise."""
    found = Supposed(
        place.name,
        place.joined,
        place.until,
        place.ended,
        place.founder,
        tuple(place.predecessors),
        tuple(place.populations),
    )
    return replace(found, **otherwise)


def counted(inhabitants: int, day: date, source: str = "") -> Population:
    """A figure that is of no row."""
    return Population(day=day, inhabitants=inhabitants, source=source)


def priced(now: Sequence[Price], kind: PriceKind, wanted: Mapping[int, int], first: date) -> list[Price]:
    """The prices with another list of a kind, øre by the size it is from; founders are spared as they are now."""
    spared = any(one.charged_to_founders is Answer.NO for one in list_on(now, kind, first))
    other = [
        Price(
            nature=kind, from_inhabitants=start, amount_ore=ore, valid_from=first,
            charged_to_founders=Answer.NO if spared else Answer.YES,
        )
        for start, ore in sorted(wanted.items())
    ]  # fmt: skip
    return [*(one for one in now if one.nature is not kind), *other]
