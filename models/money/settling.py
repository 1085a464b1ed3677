"""Settlement of actual cost: what each municipality's share is, what it has paid on account, and the difference (domain
handbook 4.3). Whole øre by largest remainder, where the lowest organisation number goes first among equals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from models.declare.choices import PriceKind, SuccessionKind
from models.declare.domains import Domain
from models.declare.numbers import kroner
from models.declare.selfcost import CostKind, Handling, SettlementKey
from models.declare.words import N_, Problem
from models.money import invoiced
from models.money.lines import NoBasis, lines_for, months_of_membership
from models.registers.billing import price_rows
from models.registers.municipality import Municipality, Succession
from models.registers.selfcost import costs_of, why_not
from models.tenancy import scope

WHOLE = frozenset({SuccessionKind.MERGE, SuccessionKind.RENUMBER})  # after which another is what the first was
NOBODY = N_("Ingen kommuner er fakturert a konto for %(year)s, så det er ingenting å fordele kostnaden etter.")
TOO_LOW = N_(
    "Kostnaden er %(cost)s kroner, og de faste delene alene er %(fixed)s. Da kan ikke nøkkel B brukes: velg nøkkel A."
)
CREDITED = N_("%(name)s er kreditert mer enn den er fakturert. Rett belastningene før året avregnes.")
NO_BASIS = N_("Pris eller folketall mangler for %(name)s. Registrer det, eller velg nøkkel A.")


@dataclass(frozen=True, slots=True)
class Party:
    """Who is settled with: what it has paid on account, and by what its share is reckoned with key B. `covers` are
    those before it that it answers for. One that `is_final` is no more: there is no next year to carry anything to."""

    place: int
    name: str
    organisation_number: str | None
    on_account: int
    fixed: int = 0
    weight: int = 0
    covers: tuple[str, ...] = ()
    is_final: bool = False

    @property
    def turn(self) -> tuple[bool, str, int]:
        """The order among equals: the lowest organisation number first, those without one last."""
        return self.organisation_number is None, self.organisation_number or "", self.place


@dataclass(frozen=True, slots=True)
class Line:
    """What one municipality is settled for. A difference less than nothing is owed to it."""

    place: int
    name: str
    organisation_number: str | None
    covers: tuple[str, ...]
    weight: int
    fixed: int
    share: int
    on_account: int
    handling: Handling

    @property
    def difference(self) -> int:
        return self.share - self.on_account


@dataclass(frozen=True, slots=True)
class CostLine:
    """One cost as it stood. `why` is the reason it is not shared, with the kind that fills it; None where it is."""

    kind: CostKind
    name: str
    ore: int
    voucher: str
    why: tuple[str, CostKind] | None


@dataclass(frozen=True, slots=True)
class Figures:
    """A year as it is settled, whether as a draft or frozen."""

    year: int
    key: SettlementKey
    handling: Handling
    costs: tuple[CostLine, ...]
    lines: tuple[Line, ...]

    @property
    def cost(self) -> int:
        return sum(one.ore for one in self.costs if one.why is None)

    @property
    def left_out(self) -> int:
        return sum(one.ore for one in self.costs if one.why is not None)

    @property
    def on_account(self) -> int:
        return sum(one.on_account for one in self.lines)

    @property
    def difference(self) -> int:
        return sum(one.difference for one in self.lines)


# -- shares ------------------------------------------------------------------------------------------------------------


def shared_out(total: int, weights: Sequence[int]) -> list[int]:
    """An amount in whole øre by weight: each gets its part rounded down, and what is left goes, an øre to each, to
    those whose part was cut the most; among equals in turn. Nothing is shared by nothing."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts, rests = zip(*[divmod(total * weight, whole) for weight in weights], strict=True)
    first = sorted(range(len(weights)), key=lambda place: (-rests[place], place))
    lucky = set(first[: total - sum(parts)])
    return [part + (place in lucky) for place, part in enumerate(parts)]


def largest_remainder(total: int, parties: Sequence[Party], weights: Sequence[int]) -> dict[int, int]:
    """The same among parties, by their place: among equals the lowest turn goes first."""
    ranked = sorted(zip(parties, weights, strict=True), key=lambda pair: pair[0].turn)
    told = shared_out(total, [weight for _one, weight in ranked])
    return {one.place: part for (one, _weight), part in zip(ranked, told, strict=True)}


def shares(key: SettlementKey, cost: int, parties: Sequence[Party]) -> dict[int, int]:
    """What each is to bear of a cost, summing to it exactly. Raises Problem when the key cannot be used."""
    if key is SettlementKey.ON_ACCOUNT:
        return largest_remainder(cost, parties, [one.on_account for one in parties])
    fixed = sum(one.fixed for one in parties)
    if cost < fixed:
        raise Problem(TOO_LOW, cost=kroner(cost), fixed=kroner(fixed))
    rest = largest_remainder(cost - fixed, parties, [one.weight for one in parties])
    return {one.place: one.fixed + rest[one.place] for one in parties}


def settled(key: SettlementKey, handling: Handling, cost: int, parties: Sequence[Party]) -> list[Line]:
    """The lines of a settlement, by organisation number. Raises Problem."""
    told = shares(key, cost, parties)
    return [
        Line(
            one.place, one.name, one.organisation_number, one.covers,
            one.on_account if key is SettlementKey.ON_ACCOUNT else one.weight,
            0 if key is SettlementKey.ON_ACCOUNT else one.fixed,
            told[one.place], one.on_account, Handling.NOW if one.is_final else handling,
        )
        for one in sorted(parties, key=lambda one: one.turn)
    ]  # fmt: skip


# -- who is settled with -----------------------------------------------------------------------------------------------


def parties(session: Any, year: int, key: SettlementKey, day: date) -> list[Party]:
    """Who is settled with for a year on a day: all that were members some part of it or invoiced for it, those that
    have become another under that one. Raises Problem."""
    more = [selectinload(Municipality.populations)] if key is SettlementKey.INHABITANTS else []
    paid, places = invoiced.on_account(session, year), _places(session, *more)
    prices = price_rows(session) if key is SettlementKey.INHABITANTS else []
    told: dict[int, Party] = {}
    for one in places.values():
        months = months_of_membership(one.joined, one.until, year)
        if not months and not paid.get(one.id):
            continue
        fixed, weight = _basis(one, year, prices) if prices and months else (0, 0)
        heir = _heir(one, places, day)
        there = told.get(heir.id) or Party(
            heir.id, heir.name, heir.organisation_number, 0, is_final=_is_gone(heir, day)
        )
        told[heir.id] = replace(
            there, on_account=there.on_account + paid.get(one.id, 0), fixed=there.fixed + fixed,
            weight=there.weight + weight, covers=there.covers if one is heir else (*there.covers, one.name),
        )  # fmt: skip
    wrong = next((one for one in told.values() if one.on_account < 0), None)
    if wrong is not None:
        raise Problem(CREDITED, name=wrong.name)
    if not any(one.on_account or one.weight for one in told.values()):
        raise Problem(NOBODY, year=str(year))
    return sorted(told.values(), key=lambda one: one.turn)


def heirs(session: Any, day: date) -> dict[int, tuple[Municipality, bool]]:
    """Who answers for each municipality within the scope on a day, and whether that one is no more either."""
    places = _places(session, selectinload(Municipality.codes))
    found = {one.id: _heir(one, places, day) for one in places.values()}
    return {number: (heir, _is_gone(heir, day)) for number, heir in found.items()}


def _places(session: Any, *more: Any) -> dict[int, Municipality]:
    ids = scope.current().readable(Domain.MONEY)
    loaded = (selectinload(Municipality.predecessors), *more)
    found = select(Municipality).where(Municipality.id.in_(ids)).options(*loaded)
    return {one.id: one for one in session.scalars(found.order_by(Municipality.sort_key))}


def _heir(one: Municipality, places: dict[int, Municipality], day: date) -> Municipality:
    """Who answers for a municipality on a day: itself, or what it has gone into whole. Of one that is split some of it
    lives on in several, and it is settled with by itself, for the last time."""
    while _is_gone(one, day):
        became = [each for each in places.values() for told in each.predecessors if _is_into(told, one)]
        if len(became) != 1:
            return one
        one = became[0]
    return one


def _is_into(told: Succession, one: Municipality) -> bool:
    return told.predecessor_id == one.id and told.day == one.ended and told.nature in WHOLE


def _is_gone(one: Municipality, day: date) -> bool:
    return one.until is not None and one.until <= day


def _basis(one: Municipality, year: int, prices: Sequence[Any]) -> tuple[int, int]:
    """The fixed part for a year, and the inhabitants times the months of membership."""
    try:
        lines = {line.kind: line for line in lines_for(one, year, prices)}
    except NoBasis:
        raise Problem(NO_BASIS, name=one.name) from None
    of_all = lines[PriceKind.INHABITANT]
    return lines[PriceKind.FIXED].by_rule, of_all.quantity * of_all.months


# -- the year ----------------------------------------------------------------------------------------------------------


def cost_lines(session: Any, year: int) -> tuple[CostLine, ...]:
    """What the year has cost, as it stands in the register: what counts first."""
    return tuple(
        CostLine(one.nature, one.name, one.amount_ore, one.voucher or "", why_not(one.nature, one.attributable))
        for one in costs_of(session, year)
    )


def figures(session: Any, year: int, key: SettlementKey, handling: Handling, day: date) -> Figures:
    """The year as it would be settled today. Raises Problem."""
    costs = cost_lines(session, year)
    cost = sum(one.ore for one in costs if one.why is None)
    return Figures(year, key, handling, costs, tuple(settled(key, handling, cost, parties(session, year, key, day))))
