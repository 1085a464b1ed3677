"""A merger before it is done: what the facts propose, what is known of the municipalities on the day and what is not,
and what would follow of it. Read by the rights of who plans; nothing is changed by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from models.changes import carrying, uniting
from models.changes.carrying import Ids, registers
from models.changes.gathering import rows_of
from models.declare.base import fields_of
from models.declare.choices import Answer, PriceKind, SuccessionKind
from models.declare.domains import Domain
from models.declare.fields import Field, Kind
from models.money import lines
from models.registers import billing
from models.registers.agreements import Agreement, is_in_force
from models.registers.architecture import Application
from models.registers.catalogue import Product
from models.registers.mergers import Leg, Merger
from models.registers.municipality import Municipality, Population, Succession
from models.registers.organisation import ContactPerson, OrganisationalUnit, answerer
from models.tenancy import scope
from models.tenancy.people import Membership, User
from models.tenancy.roles import in_force

Twins = tuple[int, Product, list[Application]]


@dataclass(frozen=True)
class Proposal:
    """Changes of a day that hang together, as the facts tell them."""

    day: date
    legs: tuple[Leg, ...]


def proposals(session: Any) -> list[Proposal]:
    """What the registered successions say happened or will happen, the newest day first, and is not planned yet. What
    is whole goes whole; of a municipality that only gives away a part nothing is chosen yet."""
    known = select(Succession).where(Succession.nature != SuccessionKind.RENUMBER).order_by(Succession.id)
    planned = {(one.day, leg.source) for one in session.scalars(select(Merger)) for leg in one.legs}
    groups: list[tuple[date, list[Leg]]] = []
    for one in session.scalars(known):
        whole = one.nature is SuccessionKind.MERGE
        leg = Leg(one.predecessor_id, one.successor_id, one.nature, takes_all=whole)
        if (one.day, leg.source) not in planned:
            _join(groups, one.day, leg)
    return [Proposal(day, tuple(legs)) for day, legs in sorted(groups, key=lambda group: group[0], reverse=True)]


def _join(groups: list[tuple[date, list[Leg]]], day: date, leg: Leg) -> None:
    """Put a leg where one of its municipalities is already, and make one of what it joins."""
    ends = {leg.source, leg.target}
    mine = [one for one in groups if one[0] == day and any({two.source, two.target} & ends for two in one[1])]
    for one in mine:
        groups.remove(one)
    groups.append((day, [*(two for _day, some in mine for two in some), leg]))


@dataclass(frozen=True)
class Known:
    """What is known of a municipality on the day: its number, the population of that very day, and the newest figure
    from before, which is never taken for it."""

    place: Municipality
    code: str | None
    population: Population | None
    before: Population | None


def known_of(place: Municipality, day: date) -> Known:
    found = place.population_on(day)
    exact = found if found is not None and found.day == day else None
    return Known(place, place.code_on(day), exact, found)


def counts(session: Any, legs: Sequence[Leg]) -> list[dict[type[Any], tuple[int, int]]]:
    """Of each leg and register of content, how many rows are chosen and how many there are."""
    found = []
    for leg in legs:
        taken, there = (carrying.chosen(session, one) for one in (leg, Leg(leg.source, leg.target)))
        found.append({register: (len(taken[register]), len(there[register])) for register in taken})
    return found


def twins(session: Any, merger: Merger) -> list[Twins]:
    """The applications that come to the same municipality from several and are of the same product, as the catalogue
    knows it; those of one municipality alone are its own affair."""
    found = []
    for target in merger.targets:
        groups: dict[int, list[Application]] = {}
        for leg in merger.legs:
            ids = carrying.chosen(session, leg)[Application] if leg.target == target else []
            for row in rows_of(session, Application, ids, _told_of_twins()).values():
                if row.product_id is not None:
                    groups.setdefault(row.product_id, []).append(row)
        several = [rows for rows in groups.values() if len({row.municipality_id for row in rows}) > 1]
        found += [(target, rows[0].product, rows) for rows in several]
    return sorted(found, key=lambda one: (one[0], one[1].sort_key))


def _told_of_twins() -> list[Field]:
    return [known for known in fields_of(Application) if known.key in {"product", "owner", "unit", "agreements"}]


def with_units(session: Any, leg: Leg, units: Iterable[int], *, chosen: bool) -> Leg:
    """The leg with all that belongs to some units chosen, or left: the units themselves and what stands under them, the
    people there, and what they own or answer for."""
    with scope.use(scope.current().within([leg.source])):
        under = _under(session, units)
        found: Ids = {OrganisationalUnit: sorted(under)}
        for register in registers(Domain.CONTENT):
            if register is not OrganisationalUnit:
                found[register] = list(session.scalars(_belonging(register, under)))
    there = carrying.chosen(session, Leg(leg.source, leg.target))
    for register, ids in found.items():
        now = set(leg.chosen(register.__tablename__, there[register]))
        leg = leg.choosing(register.__tablename__, there[register], now | set(ids) if chosen else now - set(ids))
    return leg


def _under(session: Any, units: Iterable[int]) -> set[int]:
    over = dict(session.execute(select(OrganisationalUnit.id, OrganisationalUnit.parent_unit_id)).all())
    found = set(units) & over.keys()
    while more := {one for one, parent in over.items() if parent in found} - found:
        found |= more
    return found


def _belonging(register: type[Any], units: set[int]) -> Any:
    """The ids of the rows that say their unit is one of these, or whose owner works there."""
    told = [one for one in fields_of(register) if one.kind is Kind.REFERENCE and one.points_at is OrganisationalUnit]
    owner = answerer(register.__mapper__)
    found = select(register.id)
    if told:
        return found.where(getattr(register, told[0].column).in_(units))
    if owner is None:
        return found.where(register.id.in_([]))
    person = select(ContactPerson.id).where(ContactPerson.unit_id.in_(units))
    return found.where(getattr(register, owner.column).in_(person))


def to_sign(found: Iterable[carrying.Carrying]) -> list[tuple[int, Agreement]]:
    """The agreements in force that get another party, by the municipality they come to, data processing agreements
    first."""
    rows = [(one.target, row) for one in found for row in one.originals.get(Agreement, {}).values() if is_in_force(row)]
    return sorted(rows, key=lambda pair: (pair[0], pair[1].data_processing is not Answer.YES, pair[1].sort_key))


def people(session: Any, merger: Merger, day: date) -> list[tuple[User, list[Membership], set[int]]]:
    """Who has a role in an old municipality, and in which of the new ones they have one already. Roles are not carried
    over: a new controller says itself who may come in."""
    held = select(Membership).order_by(Membership.id)
    with scope.use(scope.current().within([*merger.sources, *merger.targets])):
        rows = [one for one in session.scalars(held) if in_force(one.valid_from, one.valid_to, day)]
        there: dict[int, set[int]] = {}
        mine: dict[int, list[Membership]] = {}
        for one in rows:
            if one.municipality_id in merger.targets:
                there.setdefault(one.user_id, set()).add(one.municipality_id)
            else:
                mine.setdefault(one.user_id, []).append(one)
        users = session.scalars(select(User).where(User.id.in_(mine)).order_by(User.sort_key))
        return [(one, mine[one.id], there.get(one.id, set())) for one in users]


@dataclass(frozen=True)
class Fees:
    """The one-off fee of a new municipality: what the old ones have paid by the rule, what its own size would ask,
    whether it is member already, and whether it is charged after all (handbook 4.2: fixed on the day of the agreement,
    never again on a merger)."""

    paid: tuple[tuple[Municipality, int], ...]
    by_size: int | None
    is_member: bool
    is_charged: bool


def fees(session: Any, merger: Merger, target: int) -> Fees:
    """Whether billing charges it is for billing to say (`lines.waivers`): not where a member goes into it whole."""
    places, prices = uniting.places_of(session, merger.legs), billing.price_rows(session)
    old = dict.fromkeys(leg.source for leg in merger.legs if leg.target == target)
    paid = [(places[one], _fee(prices, places[one], places[one].joined)) for one in old]
    new = places[target]
    exact = known_of(new, merger.day).population is not None
    return Fees(
        tuple((place, amount) for place, amount in paid if amount is not None),
        _fee(prices, new, merger.day) if exact else None,
        new.joined is not None and new.joined < merger.day,
        not any(_passes_on(places[leg.source], leg, merger.day) for leg in merger.legs if leg.target == target),
    )


def _passes_on(place: Municipality, leg: Leg, day: date) -> bool:
    """Whether an old one hands its membership on (`lines.waivers`)."""
    is_member = place.joined is not None and in_force(place.joined, place.ended, day - timedelta(days=1))
    return leg.nature is SuccessionKind.MERGE and is_member


def _fee(prices: Any, place: Municipality, day: date | None) -> int | None:
    figure = place.population_on(day) if day else None
    if day is None or figure is None:
        return None
    try:
        return int(lines.price_for(prices, PriceKind.CONNECTION, day, figure.inhabitants).amount_ore)
    except lines.NoBasis:
        return None
