"""A landscape as the elements and relationships of a model: the nodes, and the links between them. People are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from exchange.archimate.details import Detail
from exchange.archimate.kinds import CARRIED, ELEMENTS, RETURN, SOFTWARE, TIES, Is, Tie, identifier
from models.declare.choices import Direction
from models.landscape.graph import ENDS, INTEGRATION, Edge, Graph, Key

MUNICIPALITY = "municipality"
NOTHING = Detail()


@dataclass(frozen=True, slots=True)
class Element:
    """A row as an element. What has no name is called by a dash, for an element must have one."""

    key: Key
    type: str
    name: str
    detail: Detail

    @property
    def identifier(self) -> str:
        return identifier(*self.key)


@dataclass(frozen=True, slots=True)
class Relationship:
    """A link as a relationship between two concepts; `ends` are the nodes it joins, where both are some."""

    identifier: str
    tie: Tie
    source: str
    target: str
    ends: tuple[Key, Key] | None
    name: str = ""
    register: str = ""
    detail: Detail = NOTHING


@dataclass(frozen=True)
class Concepts:
    """What a model of a landscape holds. `whole` has what stands beside it; of an integration whose both ends are known
    there is a flow, as the map draws it."""

    whole: Graph
    details: Mapping[Key, Detail]
    place: Key
    place_name: str

    @cached_property
    def _ends(self) -> dict[Key, tuple[Key, Key]]:
        """The systems that data goes from and to, of each integration that is a flow."""
        found: dict[Key, dict[str, Key]] = {}
        for edge in self.whole.edges:
            if edge.link in ENDS:
                found.setdefault(edge.near, {})[edge.link] = edge.far
        return {key: (one[ENDS[0]], one[ENDS[1]]) for key, one in found.items() if len(one) == len(ENDS)}

    @cached_property
    def elements(self) -> dict[Key, Element]:
        """The municipality itself is one: a model has at least one element."""
        here = Element(self.place, ELEMENTS[MUNICIPALITY], self.place_name or "–", NOTHING)
        nodes = [node for key, node in self.whole.nodes.items() if key[0] in ELEMENTS and key not in self._ends]
        rows = {one.key: Element(one.key, self._type(one.key), one.name or "–", self._of(one.key)) for one in nodes}
        return {self.place: here, **rows}

    def _type(self, key: Key) -> str:
        is_software = key[0] == "platform" and self._of(key).stored.get("nature") in SOFTWARE
        return "SystemSoftware" if is_software else ELEMENTS[key[0]]

    def _of(self, key: Key) -> Detail:
        return self.details.get(key, NOTHING)

    @cached_property
    def relationships(self) -> tuple[Relationship, ...]:
        links = [one for edge in self.whole.edges if edge.link in TIES for one in self._tied(edge)]
        return (*[one for key in self._ends for one in self._flows(key)], *links)

    def _tied(self, edge: Edge) -> Iterator[Relationship]:
        if edge.near in self._ends:
            if edge.link == f"{INTEGRATION}.datasets":
                yield self._relationship(edge, CARRIED)
        elif {edge.near, edge.far} <= self.elements.keys():
            yield self._relationship(edge, TIES[edge.link])

    @staticmethod
    def _relationship(edge: Edge, tie: Tie) -> Relationship:
        source, target = (edge.far, edge.near) if tie.back else (edge.near, edge.far)
        called = f"orden-{edge.link}-{edge.near[1]}-{edge.far[1]}"
        ends = None if tie is CARRIED else (source, target)
        return Relationship(called, tie, identifier(*source), identifier(*target), ends)

    def _flows(self, key: Key) -> Iterator[Relationship]:
        """Data goes the way it is said to; both ways by a second flow, which says nothing of its own."""
        source, target = self._ends[key]
        detail, direction = self._of(key), self._of(key).stored.get("direction")
        if direction == Direction.BACK:  # the flow says it itself, read from its own source
            source, target = target, source
            said = {name: text for name, text in detail.properties.items() if name != "direction"}
            detail = Detail(detail.documentation, said)
        tie, name = Tie(Is.FLOW, "application"), self.whole.nodes[key].name
        one, other = identifier(*source), identifier(*target)
        yield Relationship(identifier(*key), tie, one, other, (source, target), name, INTEGRATION, detail)
        if direction == Direction.BOTH:
            called = f"{identifier(*key)}{RETURN}"
            yield Relationship(called, tie, other, one, (target, source), name, INTEGRATION)
