"""What differs between the landscapes of two days: what has come, what is gone, and what says something else, in its
name, in what it is marked by, or in what it points at itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from models.declare.words import N_, Choice
from models.landscape.aspects import Level
from models.landscape.graph import Edge, Graph, Key, Node, made


class Change(Choice):
    """What has become of a node. Of no change there is nothing to tell."""

    NEW = "new", N_("Ny")
    GONE = "gone", N_("Borte")
    CHANGED = "changed", N_("Endret")


CHANGES = tuple(Change)
# Each by a form of its own, as what nodes are marked by is.
LEVELS = (
    Level(Change.NEW.label, "success", "plus"),
    Level(Change.GONE.label, "danger", "minus"),
    Level(Change.CHANGED.label, "info", "tilde"),
)
NAMED = N_("Navn")
# The values of a node that are compared, and what each is called.
VALUES = {
    "name": NAMED,
    "criticality": N_("Kritikalitet"),
    "personal": N_("Personopplysninger"),
    "lifecycle": N_("Livsløp"),
    "cost": N_("Kostnad per år"),
}


@dataclass(frozen=True)
class Difference:
    """Both landscapes as one: `whole` with what stands beside, `graph` what is drawn of it. `values` and `links` say of
    what has changed in which values and by which links; `come` and `gone` are the edges that are not in both."""

    whole: Graph
    graph: Graph
    what: dict[Key, Change]
    values: dict[Key, tuple[str, ...]]
    links: dict[Key, tuple[str, ...]]
    come: frozenset[Edge]
    gone: frozenset[Edge]


def between(before: Graph, after: Graph) -> Difference:
    """What is new in the later, gone from it, and changed in it."""
    was, now = before.drawn(), after.drawn()
    left = [node for key, node in was.nodes.items() if key not in after.nodes]
    whole = made([*after.nodes.values(), *[node for key, node in before.nodes.items() if key not in after.nodes]],
                 [*after.edges, *before.edges])  # fmt: skip
    graph = made([*now.nodes.values(), *left], [*now.edges, *was.edges])
    both = [key for key in graph.nodes if key in before.nodes and key in after.nodes]
    values = {key: tuple(_values(before.nodes[key], after.nodes[key])) for key in both}
    said, says = _own(before), _own(after)
    links = {key: tuple(sorted({link for link, _far in said.get(key, set()) ^ says.get(key, set())})) for key in both}
    what = dict.fromkeys([one.key for one in left], Change.GONE)
    what |= {key: Change.NEW for key in graph.nodes if key not in before.nodes}
    what |= {key: Change.CHANGED for key in both if values[key] or links[key]}
    drawn = frozenset(graph.edges)
    return Difference(whole, graph, what, values, links, drawn - frozenset(was.edges), drawn - frozenset(now.edges))


def _values(was: Node, now: Node) -> Iterator[str]:
    return (key for key in VALUES if getattr(was, key) != getattr(now, key))


def _own(graph: Graph) -> dict[Key, set[tuple[str, Key]]]:
    """What each row points at itself."""
    found: dict[Key, set[tuple[str, Key]]] = {}
    for edge in graph.edges:
        found.setdefault(edge.near, set()).add((edge.link, edge.far))
    return found


def pairs(edges: Collection[Edge], rest: Collection[Edge]) -> frozenset[tuple[Key, Key]]:
    """The pairs of nodes that some edges alone join, and none of the rest."""
    joined = {(one.near, one.far) for one in rest}
    return frozenset({(one.near, one.far) for one in edges} - joined)
