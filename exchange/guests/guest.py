"""A layout of others: the headings it has, and which of our fields each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from exchange.cells.spellings import alike

NO_FIELD = ""  # what a heading is that says something else than our field of that name


@dataclass(frozen=True)
class Guest:
    """A known layout of a register, named by its class.

    `headings` are its own words and the keys of our fields, «part.field» for those of parts, or NO_FIELD; `marked` are
    the headings that only it has, and `least` how many of its headings must be there.
    """

    key: str
    name: str
    register: str
    headings: Mapping[str, str]
    least: int = 4
    marked: frozenset[str] = frozenset()

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(map(alike, self.headings))

    @cached_property
    def marks(self) -> frozenset[str]:
        return frozenset(map(alike, self.marked))
