"""The landscape as nodes and edges: plain data, made of rows that were read elsewhere, of today or of a past day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from models.landscape.declared import LAYER
from models.registers.data import Integration

Key = tuple[str, int]  # a register by the name of its table, and the id of a row
INTEGRATION = Integration.__tablename__
ENDS = (f"{INTEGRATION}.source", f"{INTEGRATION}.destination")


@dataclass(frozen=True, slots=True)
class Node:
    """A row, with what it is coloured, sized and told by. What its register does not ask, or nobody has answered, is
    None; a vocabulary is told by its stored value. A theme lies `within` the one it is sorted under."""

    register: str
    id: int
    name: str
    sort_key: str = ""
    criticality: str | None = None
    personal: str | None = None
    lifecycle: str | None = None
    cost: int | None = None
    ends: date | None = None
    within: int | None = None

    @property
    def key(self) -> Key:
        return self.register, self.id

    @property
    def code(self) -> str:
        """The node as an address names it."""
        return f"{self.register}-{self.id}"

    @property
    def turn(self) -> tuple[str, int]:
        """Where the node stands among others of its kind: by name, whatever it hangs together with."""
        return self.sort_key or self.name, self.id


@dataclass(frozen=True, slots=True)
class Edge:
    """That one row points at another, by the link of that name; `via` is the integration when it is one."""

    near: Key
    far: Key
    link: str
    via: Key | None = None


@dataclass(frozen=True)
class Near:
    """What is found around a node: the nodes of each step away, and how many more there were."""

    steps: tuple[tuple[Key, ...], ...]
    left_out: int

    @property
    def keys(self) -> list[Key]:
        return [key for step in self.steps for key in step]


@dataclass(frozen=True)
class Graph:
    """Nodes by their key, and the edges between them."""

    nodes: dict[Key, Node] = field(default_factory=dict)
    edges: tuple[Edge, ...] = ()

    @cached_property
    def around(self) -> dict[Key, list[tuple[Edge, Key]]]:
        """The edges of each node with the node at the other end."""
        found: dict[Key, list[tuple[Edge, Key]]] = {key: [] for key in self.nodes}
        for edge in self.edges:
            found[edge.near].append((edge, edge.far))
            if edge.far != edge.near:
                found[edge.far].append((edge, edge.near))
        return found

    @cached_property
    def degree(self) -> dict[Key, int]:
        """How many other nodes each is joined to."""
        return {key: len({there for _edge, there in ways} - {key}) for key, ways in self.around.items()}

    def only(self, keys: Collection[Key]) -> Graph:
        """The nodes of these keys, and the edges between them."""
        kept = frozenset(keys)
        nodes = {key: node for key, node in self.nodes.items() if key in kept}
        return Graph(nodes, tuple(one for one in self.edges if one.near in nodes and one.far in nodes))

    def drawn(self) -> Graph:
        """What a picture has: the layers, and each integration whose both ends are known as an edge between them."""
        seen = self.only([key for key in self.nodes if key[0] in LAYER])
        ends: dict[Key, dict[str, Key]] = {}
        for edge in seen.edges:
            if edge.link in ENDS:
                ends.setdefault(edge.near, {})[edge.link] = edge.far
        folded = {key: found for key, found in ends.items() if len(found) == len(ENDS)}
        rest = seen.only(seen.nodes.keys() - folded.keys())
        joined = [Edge(found[ENDS[0]], found[ENDS[1]], INTEGRATION, key) for key, found in folded.items()]
        return Graph(rest.nodes, (*rest.edges, *joined))

    def near(self, key: Key, steps: int, most: int) -> Near:
        """What is found from a node in so many steps, itself first, no more than `most`: the nearest first, then what
        has the most edges."""
        found: list[tuple[Key, ...]] = [(key,)]
        seen, left = {key}, 0
        for _ in range(steps):
            ahead = {there for one in found[-1] for _edge, there in self.around[one]} - seen
            seen |= ahead
            room = most - sum(map(len, found))
            chosen = sorted(sorted(ahead), key=lambda one: -self.degree[one])[:room]
            left += len(ahead) - len(chosen)
            found.append(tuple(sorted(chosen, key=lambda one: (LAYER.get(one[0], 0), self.nodes[one].turn))))
        return Near(tuple(found), left)

    def largest(self, most: int) -> Graph:
        """No more nodes than `most`: those that most others hang on, of alike ones the oldest."""
        if len(self.nodes) <= most:
            return self
        return self.only(sorted(self.nodes, key=lambda one: (-self.degree[one], one))[:most])

    def counted(self) -> Counter[str]:
        """How many nodes there are of each kind."""
        return Counter(key[0] for key in self.nodes)


def made(nodes: Iterable[Node], edges: Iterable[Edge]) -> Graph:
    """The graph of some rows. An edge that is told twice is one, and what leads to no node is none: a row may have come
    or gone between the reading of the one and of the other."""
    by_key = {node.key: node for node in nodes}
    return Graph(by_key, tuple(one for one in dict.fromkeys(edges) if one.near in by_key and one.far in by_key))
