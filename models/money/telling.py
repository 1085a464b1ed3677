"""A year as it is told of, on the page and in the paper to the board: the draft as the registers stand, or what is
frozen as it was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from models.declare.clock import today
from models.declare.folding import sort_key
from models.declare.selfcost import Handling, SettlementKey
from models.declare.words import Problem
from models.money import freezing, settling
from models.money.settling import CostLine, Figures, Line
from models.registers.settlements import Settlement, SettlementDraft


@dataclass(frozen=True)
class Telling:
    """A year, and what stands in the way where it cannot be settled so: `problem`. A `version` is frozen, one of
    `versions`, the newest first."""

    figures: Figures
    funds: dict[str, Any]
    version: Settlement | None = None
    draft: SettlementDraft | None = None
    problem: Problem | None = None
    versions: tuple[Settlement, ...] = ()

    @property
    def year(self) -> int:
        return self.figures.year

    @property
    def costs(self) -> list[CostLine]:
        return [one for one in self.figures.costs if one.why is None]

    @property
    def left_out(self) -> list[CostLine]:
        return [one for one in self.figures.costs if one.why is not None]

    @property
    def lines(self) -> list[Line]:
        """By name, as people look for them."""
        return sorted(self.figures.lines, key=lambda one: sort_key(one.name))


def of_year(session: Any, year: int, number: int | None = None) -> Telling | None:
    """A version by its number, None when there is no such; without one the draft, or the version that holds where no
    draft is on its way."""
    versions = tuple(freezing.versions(session, year))
    draft = freezing.draft_of(session, year) if number is None else None
    if number is not None or (versions and draft is None):
        found = next((one for one in versions if number in (None, one.number)), None)
        if found is None:
            return None
        return Telling(freezing.read(session, found), found.funds, found, versions=versions)
    return replace(_drafted(session, year, draft), versions=versions)


def _drafted(session: Any, year: int, draft: SettlementDraft | None) -> Telling:
    key, handling = (draft.key, draft.handling) if draft else (SettlementKey.ON_ACCOUNT, Handling.NOW)
    try:
        told = settling.figures(session, year, key, handling, today())
        coming = freezing.movements_of(session, told)
    except Problem as problem:
        costs = settling.cost_lines(session, year)
        return Telling(Figures(year, key, handling, costs, ()), freezing.funds(session), None, draft, problem)
    return Telling(told, freezing.funds(session, coming), None, draft)
