"""What a row takes with it when it falls away: which others stop, which are weakened and which lose who answers for
them, each with the shortest chain that explains it. Plain data over a landscape that was read elsewhere.

Which links carry it, and how, is a table by the declared names. A link that stands neither there nor among the QUIET
fails a test: whoever adds a reference says what becomes of a row when the other end stops.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from functools import cached_property

from models.declare.choices import Criticality, Lifecycle
from models.declare.words import N_, Choice
from models.landscape.declared import LAYER
from models.landscape.graph import Edge, Graph, Key, Node
from models.registers.agreements import Agreement
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity

AGREEMENT, PERSON = Agreement.__tablename__, ContactPerson.__tablename__
ACTIVITY = ProcessingActivity.__tablename__
NOT_YET = (Lifecycle.PLANNED, Lifecycle.PROCUREMENT)  # of which none stands in for another today


class Effect(Choice):
    """What becomes of a row, the gravest first."""

    STOPS = "stops", N_("Stopper"), "danger"
    WEAKENED = "weakened", N_("Svekkes"), "warning"
    UNOWNED = "unowned", N_("Mangler eier"), "danger"
    LESS_OWNED = "less_owned", N_("Mister en av flere ansvarlige"), "warning"


class Carries(Enum):
    """How a row is hit by what it points at."""

    EACH = auto()  # it needs it: it stops with any one
    ANY = auto()  # they stand in for each other: it is weakened by one, and stops with the last
    SPARE = auto()  # stands in where the others stop; its own end does nothing
    SOME = auto()  # it is weakened, whatever else there is


LINKS: dict[str, Carries] = {
    "application.platform": Carries.EACH,
    "application.part_of": Carries.EACH,
    "application.supplier": Carries.EACH,
    "platform.supplier": Carries.EACH,
    "platform.runs_on": Carries.EACH,
    "integration.source": Carries.EACH,
    "integration.destination": Carries.EACH,
    "service.applications": Carries.ANY,
    "process.applications": Carries.ANY,
    "processing_activity.applications": Carries.ANY,
    "processing_activity.datasets": Carries.SOME,
    "processing_activity.processors.supplier": Carries.SOME,
    "dataset.applications": Carries.ANY,
    "dataset.copies": Carries.SPARE,
}
# What is hit by what points at it: a service by the processes that are a part of it.
BACKWARDS: dict[str, Carries] = {"process.service": Carries.SOME}
# By whom a row is answered for: who goes leaves it without an owner, or with the others.
OWNING = (
    "service.owner", "process.owner", "processing_activity.responsible", "application.owner", "application.manager",
    "application.people.person", "integration.owner", "dataset.owner", "agreement.owner", "agreement.manager",
)  # fmt: skip
# By which agreements are found: those of a system, of an activity, and those with a supplier.
BINDING = ("application.agreements", "processing_activity.processors.agreement")
# What carries nothing: where a row belongs, what an integration moves (it stops with its ends, and what lacks its data
# still runs), what is to take over one day, to whom data is given.
QUIET = (
    "service.theme", "service.unit", "processing_activity.theme", "processing_activity.unit",
    "processing_activity.controllers.agreement", "processing_activity.transfers.supplier", "application.unit",
    "application.used_by", "application.replaced_by", "integration.datasets", "dataset.los_themes", "dataset.unit",
    "agreement.supplier", "organisational_unit.parent_unit", "contact_person.unit", *BINDING,
)  # fmt: skip


WITH = "agreement.supplier"
BELONGING = ("service.unit", "processing_activity.unit", "application.unit", "dataset.unit")
ANSWERED_FOR = {one.partition(".")[0] for one in OWNING}
EVER = date.max


@dataclass(frozen=True, slots=True)
class Hit:
    """What becomes of a row, and the chain from what falls away to it, both ends included. `is_alone` says that it had
    but one to lean on."""

    key: Key
    effect: Effect
    path: tuple[Key, ...]
    is_alone: bool = False


@dataclass(frozen=True)
class Impact:
    """All that is hit by a row. The row itself is none of it."""

    graph: Graph
    start: Key
    hits: dict[Key, Hit] = field(default_factory=dict)
    gone: frozenset[Key] = frozenset()

    def counted(self, effect: Effect) -> int:
        return sum(one.effect is effect for one in self.hits.values())

    def kinds(self) -> list[tuple[str, list[Hit]]]:
        """What is hit of each register, from the top of the map; in each the gravest effect first, then by how critical
        it is, then by name."""
        found: dict[str, list[Hit]] = {}
        for hit in sorted(self.hits.values(), key=self._turn):
            found.setdefault(hit.key[0], []).append(hit)
        return list(found.items())

    def _turn(self, hit: Hit) -> tuple[object, ...]:
        node = self.graph.nodes[hit.key]
        layer = LAYER.get(hit.key[0], len(LAYER))
        return layer, list(Effect).index(hit.effect), graveness(node), node.turn

    def nearest(self, most: int) -> list[Key]:
        """As many as there is room for in a picture: by how few steps away, then as they are listed."""
        drawn = [hit for hit in self.hits.values() if hit.key[0] in LAYER]
        return [hit.key for hit in sorted(drawn, key=lambda one: (len(one.path), self._turn(one)))[:most]]

    @cached_property
    def agreements(self) -> list[Node]:
        """The agreements of all that stops, and those with the supplier that falls away, the first to end first."""
        stopped = {self.start, *[key for key, hit in self.hits.items() if hit.effect is Effect.STOPS]}
        found = {edge.far for edge in self.graph.edges if edge.link in BINDING and edge.near in stopped}
        found |= {edge.near for edge in self.graph.edges if edge.link == WITH and edge.far == self.start}
        found |= {key for key in self.hits if key[0] == AGREEMENT}
        nodes = [self.graph.nodes[one] for one in found - self.gone]
        return sorted(nodes, key=lambda one: (one.ends or EVER, one.turn))

    @cached_property
    def to_tell(self) -> list[tuple[Node, list[Node]]]:
        """Who answers for anything that is hit, by name, each with those rows; not whoever falls away."""
        found: dict[Key, set[Key]] = {}
        for edge in self._answered():
            found.setdefault(edge.far, set()).add(edge.near)
        nodes = self.graph.nodes
        return [
            (nodes[person], self._in_turn(found[person])) for person in sorted(found, key=lambda one: nodes[one].turn)
        ]

    @cached_property
    def untold(self) -> list[tuple[Node, Node | None]]:
        """What is hit and nobody else answers for, each with the unit it belongs to, where it has one."""
        known = {edge.near for edge in self._answered()}
        nodes = self.graph.nodes
        units = {edge.near: nodes[edge.far] for edge in self.graph.edges if edge.link in BELONGING}
        return [(node, units.get(node.key)) for node in self._in_turn(self._concerned - known)]

    @cached_property
    def _concerned(self) -> set[Key]:
        return {key for key in (self.start, *self.hits) if key[0] in ANSWERED_FOR}

    def _answered(self) -> list[Edge]:
        there = self._concerned | {one.key for one in self.agreements}
        return [one for one in self.graph.edges if one.link in OWNING and one.near in there and one.far != self.start]

    def _in_turn(self, keys: Iterable[Key]) -> list[Node]:
        nodes = [self.graph.nodes[one] for one in keys]
        return sorted(nodes, key=lambda one: (LAYER.get(one.register, len(LAYER)), one.turn))

    @property
    def activities(self) -> list[int]:
        """The processing activities whose work is hit."""
        return sorted(row_id for register, row_id in self.hits if register == ACTIVITY)


def graveness(node: Node) -> int:
    """How critical a row is, for sorting; what says nothing comes last."""
    return next((at for at, one in enumerate(Criticality) if one.value == node.criticality), len(Criticality))


def impact_of(graph: Graph, start: Key, gone: Collection[Key] = ()) -> Impact:
    """What falls with a row. What is `gone` is over already: it is not hit, and stands in for nothing."""
    over = frozenset(gone) - {start}
    if start not in graph.nodes:
        return Impact(graph, start)
    hits = _owned(graph, start, over) if start[0] == PERSON else _Fall(graph, start, over).hits()
    return Impact(graph, start, hits, over)


def _owned(graph: Graph, start: Key, gone: Collection[Key]) -> dict[Key, Hit]:
    """What a person answers for: alone, or with others."""
    answer: dict[Key, set[Key]] = {}
    for edge in graph.edges:
        if edge.link in OWNING and edge.near not in gone:
            answer.setdefault(edge.near, set()).add(edge.far)
    found = {}
    for key, people in answer.items():
        if start in people:
            alone = len(people) == 1
            found[key] = Hit(key, Effect.UNOWNED if alone else Effect.LESS_OWNED, (start, key))
    return found


class _Fall:
    """One row falling. Each link is followed at most twice: when its one end is weakened, and when it stops."""

    def __init__(self, graph: Graph, start: Key, gone: Collection[Key]) -> None:
        self.graph, self.start = graph, start
        self.leans: dict[Key, dict[Key, set[Carries]]] = {}  # what each row leans on, and how
        self.carries: dict[Key, list[Key]] = {}  # what leans on each
        for cause, hit, how in _carried(graph):
            if cause not in gone and hit not in gone and cause != hit and hit != start:
                if cause not in self.leans.setdefault(hit, {}):
                    self.carries.setdefault(cause, []).append(hit)
                self.leans[hit].setdefault(cause, set()).add(how)
        self.left = Counter({key: sum(self._stands_in(key, one) for one in ways) for key, ways in self.leans.items()})
        self.effects = self._fallen()

    def _stands_in(self, key: Key, cause: Key) -> bool:
        """Whether a row could go on by what it leans on here; what is not in use yet cannot be leaned on, but it is
        what falls."""
        kinds = self.leans[key][cause]
        is_there = cause == self.start or self.graph.nodes[cause].lifecycle not in NOT_YET
        return is_there and bool(kinds & {Carries.ANY, Carries.SPARE})

    def _fallen(self) -> dict[Key, Effect]:
        found, waiting = {self.start: Effect.STOPS}, deque([self.start])
        struck: set[Key] = set()  # by one of those that stand in for each other
        told: set[tuple[Key, Effect]] = set()
        while waiting:
            cause = waiting.popleft()
            if (cause, found[cause]) in told:
                continue
            told.add((cause, found[cause]))
            stops = found[cause] is Effect.STOPS
            for key in self.carries.get(cause, ()):
                kinds = self.leans[key][cause]
                if stops:
                    self.left[key] -= self._stands_in(key, cause)
                    struck |= {key} if Carries.ANY in kinds else set()
                effect = self._effect(kinds, stops, ends=stops and key in struck and not self.left[key])
                if effect and found.get(key) not in {Effect.STOPS, effect}:
                    found[key] = effect
                    waiting.append(key)
        return found

    @staticmethod
    def _effect(kinds: set[Carries], stops: bool, *, ends: bool) -> Effect | None:
        if ends or (stops and Carries.EACH in kinds):
            return Effect.STOPS
        return None if kinds == {Carries.SPARE} else Effect.WEAKENED

    def hits(self) -> dict[Key, Hit]:
        """By steps from the row that falls, so that each chain is the shortest there is."""
        paths: dict[Key, tuple[Key, ...]] = {self.start: (self.start,)}
        waiting = deque([self.start])
        while waiting:
            cause = waiting.popleft()
            for key in self.carries.get(cause, ()):
                if key not in paths and key in self.effects and self.explains(cause, key):
                    paths[key] = (*paths[cause], key)
                    waiting.append(key)
        return {key: Hit(key, self.effects[key], path, self._alone(key)) for key, path in paths.items()
                if key != self.start}  # fmt: skip

    def explains(self, cause: Key, key: Key) -> bool:
        """Whether what becomes of the cause is a reason for what becomes of the other."""
        kinds, stops = self.leans[key][cause], self.effects.get(cause) is Effect.STOPS
        if self.effects[key] is Effect.STOPS:
            ended = Carries.ANY in kinds and not self.left[key]
            return stops and (ended or Carries.EACH in kinds)
        return kinds != {Carries.SPARE}

    def _alone(self, key: Key) -> bool:
        """Whether what stands in for each other was but one."""
        return sum(Carries.ANY in kinds for kinds in self.leans[key].values()) == 1 and not self.left[key]


def _carried(graph: Graph) -> Iterator[tuple[Key, Key, Carries]]:
    """Each link that carries, as what falls, what it hits, and how."""
    for edge in graph.edges:
        if (how := LINKS.get(edge.link)) is not None:
            yield edge.far, edge.near, how
        elif (how := BACKWARDS.get(edge.link)) is not None:
            yield edge.near, edge.far, how
