"""The road ahead: what is in use from when until when, as the dates say, with the agreements in force, and what does
not meet: an agreement that ends before its system, a system that goes before what takes over has come.

A platform has no dates of its own: it lasts as long as what runs on it, and its lifecycle says whether it is to go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.declare.choices import Lifecycle
from models.declare.clock import today
from models.declare.words import N_, Choice
from models.landscape import reading
from models.landscape.days import AWAITED, Span, spans
from models.landscape.graph import Graph, Key, Node
from models.registers.agreements import Agreement
from models.registers.architecture import Application, Platform

APPLICATION, PLATFORM, AGREEMENT = Application.__tablename__, Platform.__tablename__, Agreement.__tablename__
REPLACED, RUNS_ON = f"{APPLICATION}.replaced_by", f"{APPLICATION}.platform"
LEAVING = {Lifecycle.PHASING_OUT.value, Lifecycle.RETIRED.value}
GRACE = timedelta(days=31)  # an agreement may run so long after its system
UNKNOWN = Span(None, None, None)


class Clash(Choice):
    """What does not meet."""

    AGREEMENT_ENDS = "agreement_ends", N_("Avtalen slutter før systemet")
    AGREEMENT_STAYS = "agreement_stays", N_("Avtalen løper etter at systemet er ute av bruk")
    LATE = "late", N_("Erstatteren kommer etter at systemet er ute av bruk")
    OVERDUE = "overdue", N_("Skulle vært faset ut")
    BENEATH = "beneath", N_("Plattformen fases ut, og systemet blir")


@dataclass(frozen=True)
class Stretch:
    """A system or platform with when it is in use, its agreements in force, what takes over, and what does not meet."""

    node: Node
    begin: date | None
    end: date | None
    agreements: tuple[tuple[Node, Span], ...] = ()
    heir: Node | None = None
    clashes: tuple[Clash, ...] = ()

    @property
    def ends(self) -> date | None:
        """The last day of its agreements; none where one of them has no end, or there is none."""
        days = [span.end for _node, span in self.agreements]
        return None if None in days else max((one for one in days if one), default=None)

    @property
    def is_awaited(self) -> bool:
        return self.node.lifecycle in AWAITED


@dataclass(frozen=True)
class Roadmap:
    """All that says a day, in the order of the names, and how many say none. `graph` is the whole landscape."""

    graph: Graph
    stretches: tuple[Stretch, ...] = ()
    undated: int = 0


def of(session: Any, place: int, language: str) -> Roadmap:
    """The road of a municipality: one statement beside those of its landscape."""
    graph, told = reading.of(session, place, language), spans(session, place)
    systems = [_stretch(graph, told, node) for key, node in graph.nodes.items() if key[0] == APPLICATION]
    dated = {one.node.key: one for one in systems if one.begin or one.end or one.ends or one.clashes}
    found = [*dated.values(), *_platforms(graph, told, dated)]
    every = sorted(found, key=lambda one: (one.node.turn, one.node.key))
    return Roadmap(graph, tuple(every), len(systems) - len(dated))


def _stretch(graph: Graph, told: Mapping[Key, Span], node: Node) -> Stretch:
    span, ways = told.get(node.key, UNKNOWN), graph.around[node.key]
    there = dict.fromkeys(far for _edge, far in ways if far[0] == AGREEMENT and far in told)
    agreements = tuple((graph.nodes[one], told[one]) for one in there)
    heirs = [edge.far for edge, _far in ways if edge.link == REPLACED and edge.near == node.key]
    heir = heirs[0] if heirs else None
    found = Stretch(node, span.begin, span.end, agreements, graph.nodes[heir] if heir else None)
    beneath = [graph.nodes[edge.far] for edge, _far in ways if edge.link == RUNS_ON]
    follows = told.get(heir, UNKNOWN).begin if heir else None
    clashes = tuple(_clashes(found, follows, any(one.lifecycle in LEAVING for one in beneath)))
    return Stretch(node, span.begin, span.end, agreements, found.heir, clashes)


def _clashes(one: Stretch, follows: date | None, is_leaving: bool) -> Iterator[Clash]:
    if one.node.lifecycle == Lifecycle.RETIRED.value:
        return
    last, end, now = one.ends, one.end, today()
    if last is not None:
        if last < (end - timedelta(days=1) if end else now):
            yield Clash.AGREEMENT_ENDS
        elif end is not None and last > end + GRACE:
            yield Clash.AGREEMENT_STAYS
    if end is not None and end <= now:
        yield Clash.OVERDUE
    if end is not None and follows is not None and follows > end:
        yield Clash.LATE
    if is_leaving and end is None and not one.is_awaited:
        yield Clash.BENEATH


def _platforms(graph: Graph, told: Mapping[Key, Span], dated: Mapping[Key, Stretch]) -> Iterator[Stretch]:
    """Those that something dated runs on, for as long as something does; open where one of it has no day."""
    for key, node in graph.nodes.items():
        if key[0] == PLATFORM:
            on = {edge.near for edge, _near in graph.around[key] if edge.link == RUNS_ON}
            if on & dated.keys():
                each = [told.get(one, UNKNOWN) for one in on]
                begins, ends = [one.begin for one in each], [one.end for one in each]
                begin = None if None in begins else min(day for day in begins if day)
                end = None if None in ends else max(day for day in ends if day)
                yield Stretch(node, begin, end)
