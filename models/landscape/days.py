"""When what is on the map comes and goes, and the landscape of a coming day, as the dates that are registered now say:
what is out of use by then is taken away, and what comes later than that is not there yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Date, String, cast, func, null, select, type_coerce, union_all

from models.declare.choices import Lifecycle
from models.declare.clock import day_of, today
from models.declare.fields import is_owned
from models.declare.memories import remembers
from models.landscape import reading
from models.landscape.declared import KINDS, LAYER
from models.landscape.graph import Graph, Key, Node, made
from models.registers.agreements import IN_FORCE, Agreement
from models.registers.architecture import Application, Platform
from models.registers.data import Integration
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from models.tenancy.log import ContentChange
from models.tenancy.reach import written
from models.tenancy.session import prepare

# From which day a row is in use, and from which it is not: an agreement is in force on its last day.
SPANS: dict[type[Any], tuple[Any, Any]] = {
    Application: (Application.in_use_from, Application.retires),
    ProcessingActivity: (ProcessingActivity.valid_from, ProcessingActivity.valid_to),
    Agreement: (Agreement.starts, Agreement.ends),
    Platform: (None, None),
    Integration: (None, None),
}
AWAITED = {Lifecycle.PLANNED.value, Lifecycle.PROCUREMENT.value}


@dataclass(frozen=True, slots=True)
class Span:
    """When a row is in use, as its dates and its status say."""

    begin: date | None
    end: date | None
    status: str | None


@dataclass(frozen=True)
class Then:
    """A landscape of a day. Of a past one `unsure` names what stands as it does today; of a coming one `comes` says
    when each comes, `left` what is gone by then, and `undated` what is planned and says no day."""

    graph: Graph
    unsure: tuple[str, ...] = ()
    comes: Mapping[Key, date] = field(default_factory=dict)
    left: tuple[Node, ...] = ()
    undated: frozenset[Key] = frozenset()


def first_day(session: Any, place: int) -> date | None:
    """When the first was registered of what is still there, or that the history tells of."""
    with scope.use(reading.inside(place)):
        made_at = session.execute(_first()).scalars().all()
    return min((day_of(one) for one in made_at if one is not None), default=None)


@remembers()
def _first() -> Any:
    asked = [select(func.min(one.created_at)) for one in KINDS if is_owned(one)]
    return prepare(union_all(*asked, select(func.min(ContentChange.at))))


def coming(session: Any, place: int, now: Graph, day: date) -> Then:
    """What is planned for a day, made of the landscape of today."""
    told = {key: one for key, one in spans(session, place).items() if key in now.nodes and key[0] in LAYER}
    left = [key for key, one in told.items() if one.end is not None and today() < one.end <= day]
    later = [key for key, one in told.items() if one.begin is not None and one.begin > day]
    away = {*left, *later}
    comes = {key: one.begin for key, one in told.items() if one.begin is not None and today() < one.begin <= day}
    nodes = [_by_then(one, comes) for key, one in now.nodes.items() if key not in away]
    undated = [one.key for one in nodes if one.lifecycle in AWAITED and not (one.key in told and told[one.key].begin)]
    graph = made(nodes, now.edges)
    there = {key: begin for key, begin in comes.items() if key in graph.nodes}
    return Then(graph, (), there, tuple(now.nodes[key] for key in left), frozenset(undated))


def begun(session: Any, place: int, graph: Graph, day: date) -> Graph:
    """What of a landscape had come by a day, as the dates say now."""
    told = spans(session, place)
    later = {key for key, one in told.items() if one.begin is not None and one.begin > day and key[0] in LAYER}
    return graph.only(graph.nodes.keys() - later)


def _by_then(node: Node, comes: Mapping[Key, date]) -> Node:
    """A planned row that has come is in use."""
    return replace(node, lifecycle=Lifecycle.IN_USE.value) if node.key in comes and node.lifecycle in AWAITED else node


def spans(session: Any, place: int) -> dict[Key, Span]:
    """When each row is in use, of those that say so in dates or in a status: one statement, however many. Of agreements
    those in force."""
    names = [one.__tablename__ for one in SPANS]
    with scope.use(reading.inside(place)):
        rows = session.execute(_spans()).all()
    return {(names[number], row_id): Span(begin, end, status) for number, row_id, begin, end, status in rows}


@remembers()
def _spans() -> Any:
    return prepare(union_all(*[_span(number, one) for number, one in enumerate(SPANS)]))


def _span(number: int, register: Any) -> Any:
    begin, end = (cast(null(), Date) if one is None else one for one in SPANS[register])
    status = cast(null() if not hasattr(register, "status") else type_coerce(register.status, String), String)
    told = select(written(number).label("number"), register.id.label("id"), begin.label("begin"), end.label("end"),
                  status.label("status"))  # fmt: skip
    return told.where(Agreement.status.in_(IN_FORCE)) if register is Agreement else told
