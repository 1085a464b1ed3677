"""What the nodes of a landscape are marked by, one thing at a time: each with its levels, the gravest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.declare.choices import Criticality, HeldPersonalData, Lifecycle
from models.declare.words import N_, Choice
from models.landscape.graph import Graph, Key, Node
from models.queries.overview import SOON
from models.registers.agreements import Agreement

AGREEMENT = Agreement.__tablename__
LATER = timedelta(days=730)
FORMS = ("triangle", "diamond", "square", "circle", "ring")  # by which a level is told from the next without its colour


@dataclass(frozen=True, slots=True)
class Level:
    """One level: what it is called, its tone, and its form."""

    label: str
    tone: str
    form: str


class Aspect(Choice):
    """What is asked of all nodes at a time."""

    CRITICALITY = "criticality", N_("Kritikalitet")
    PERSONAL = "personal", N_("Personopplysninger")
    LIFECYCLE = "lifecycle", N_("Livsløp")
    COST = "cost", N_("Kostnad per år")
    FILLED = "filled", N_("Utfylling")
    ENDS = "ends", N_("Når avtalen går ut")


def _levels(*told: tuple[str, str]) -> tuple[Level, ...]:
    return tuple(Level(label, tone, form) for (label, tone), form in zip(told, FORMS, strict=False))


PERSONAL = (HeldPersonalData.SPECIAL, HeldPersonalData.YES, HeldPersonalData.NONE)
MILLION = 100_000_000  # øre
AMOUNTS = (MILLION, MILLION // 4, MILLION // 20, 0)  # from so much on
SHARES = (50, 80, 100)  # per cent below which something lacks
LEVELS: dict[Aspect, tuple[Level, ...]] = {
    Aspect.CRITICALITY: _levels(*[(one.label, one.tone) for one in Criticality]),
    Aspect.PERSONAL: _levels(*zip([one.label for one in PERSONAL], ("danger", "warning", "success"), strict=True)),
    Aspect.LIFECYCLE: _levels(*[(one.label, one.tone) for one in Lifecycle]),
    Aspect.COST: _levels(
        (N_("1 million kroner eller mer"), "danger"), (N_("Fra 250 000 kroner"), "warning"),
        (N_("Fra 50 000 kroner"), "info"), (N_("Under 50 000 kroner"), "neutral"),
    ),
    Aspect.FILLED: _levels(
        (N_("Under halvparten er fylt ut"), "danger"), (N_("Under 80 % er fylt ut"), "warning"),
        (N_("80 % eller mer er fylt ut"), "info"), (N_("Alt er fylt ut"), "success"),
    ),
    Aspect.ENDS: _levels(
        (N_("Sluttdatoen er passert"), "danger"), (N_("Innen et halvt år"), "warning"),
        (N_("Innen to år"), "info"), (N_("Senere"), "success"),
    ),
}  # fmt: skip


def levels_of(aspect: Aspect, graph: Graph, day: date, filled: Mapping[Key, int]) -> dict[Key, int]:
    """The level of each node that has one. `graph` is the whole, with the agreements; `filled` is how far each has
    come."""
    found = {key: _level(aspect, node, graph, day, filled) for key, node in graph.nodes.items()}
    return {key: level for key, level in found.items() if level is not None}


def _level(aspect: Aspect, node: Node, graph: Graph, day: date, filled: Mapping[Key, int]) -> int | None:
    match aspect:
        case Aspect.CRITICALITY:
            return _place(tuple(Criticality), node.criticality)
        case Aspect.PERSONAL:
            return _place(PERSONAL, node.personal)
        case Aspect.LIFECYCLE:
            return _place(tuple(Lifecycle), node.lifecycle)
        case Aspect.COST:
            cost = node.cost
            return None if cost is None else next((n for n, least in enumerate(AMOUNTS) if cost >= least), None)
        case Aspect.FILLED:
            share = filled.get(node.key)
            return None if share is None else sum(share >= one for one in SHARES)
        case Aspect.ENDS:
            return _how_soon(first_end(graph, node.key), day)


def _place(members: tuple[Any, ...], value: str | None) -> int | None:
    return next((number for number, one in enumerate(members) if one.value == value), None)


def first_end(graph: Graph, key: Key) -> date | None:
    """When the first of the agreements a node has ends."""
    there = {other for _edge, other in graph.around[key] if other[0] == AGREEMENT}
    return min((end for one in there if (end := graph.nodes[one].ends) is not None), default=None)


def _how_soon(end: date | None, day: date) -> int | None:
    if end is None:
        return None
    return sum((end >= day, end > day + SOON, end > day + LATER))
