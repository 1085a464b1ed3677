"""The landscape read: two statements and one for each kind that is shared, however much there is, in the scope in
force.

It is read of one municipality. What is shared is in it only where that municipality's own rows point at it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Date, Integer, String, case, cast, func, null, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session, aliased

from models.declare.base import fields_of
from models.declare.choices import Answer, Criticality, HeldPersonalData, Lifecycle
from models.declare.clock import today
from models.declare.fields import Field, Kind, is_owned
from models.declare.memories import Bounded, memory, remembers
from models.declare.shapes import Shape
from models.declare.titles import title
from models.landscape.declared import KINDS, LAYERS, RESTS_ON, Link, links, shared_kinds
from models.landscape.graph import Edge, Graph, Key, Node, made
from models.queries.finding import stamp
from models.queries.quality import is_measured, progress_of
from models.queries.together import ROWS, among
from models.queries.told import column_of
from models.registers.agreements import IN_FORCE, Agreement
from models.registers.codes import LosTheme
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from models.tenancy.reach import written
from models.tenancy.session import prepare

_kept = memory(Bounded(12))  # landscapes: a large one is some megabytes


def of(session: Any, place: int, language: str) -> Graph:
    """The landscape of a municipality, as it stands. It is read once for each state of the rows, which is asked for in
    the scope of that municipality: nobody is given what another reached."""
    with scope.use(inside(place)):
        state = session.execute(_state()).one()
        key = (session.get_bind().url, place, language, today(), tuple(state))
        return _kept.recall(key, lambda: read(session, language))


def version(session: Any, place: int) -> tuple[Any, ...]:
    """What no change of the landscape leaves as it was: for what is made of it and kept."""
    with scope.use(inside(place)):
        return place, today(), *session.execute(_state()).one()


def inside(place: int) -> scope.Scope:
    now = scope.current()
    return now if now.active == place else now.within([place])


@remembers()
def _state() -> Any:
    return prepare(select(*[stamp(one) for one in RESTS_ON]))


def read(session: Session, language: str) -> Graph:
    """The landscape of the one municipality that the scope reads, of today's rows or of those of a past day."""
    every = links()
    names = tuple(every)
    edges = [
        Edge((every[names[number]].register.__tablename__, near), (every[names[number]].target.__tablename__, far),
             names[number])
        for number, near, far in session.execute(_edges())
    ]  # fmt: skip
    nodes = [_node(*row) for row in session.execute(_owned_nodes(language))]
    for register in shared_kinds():
        wanted = sorted({edge.far[1] for edge in edges if edge.far[0] == register.__tablename__})
        rows = session.execute(_shared_nodes(register, language), {ROWS: wanted}) if wanted else ()
        nodes += [_node(*row) for row in rows]
    return made(nodes, edges)


# -- edges -------------------------------------------------------------------------------------------------------------


@remembers()
def _edges() -> Any:
    return prepare(union_all(*[_pairs(number, one) for number, one in enumerate(links().values())]))


def _pairs(number: int, link: Link) -> Any:
    """Who points at whom by a link, and its number."""
    owner: Any = link.part or link.register
    near = owner.parent_id if link.part else owner.id
    if link.field.kind is Kind.REFERENCE:
        far = column_of(owner, link.field)
        return select(written(number).label("number"), near.label("near"), far.label("far")).where(far.is_not(None))
    relation = getattr(owner, link.field.key)
    there = aliased(relation.property.mapper.class_)
    told = (written(number).label("number"), near.label("near"), there.id.label("far"))
    return select(*told).select_from(owner).join(relation.of_type(there))


# -- nodes -------------------------------------------------------------------------------------------------------------


def _node(number: int, *told: Any) -> Node:
    return Node(KINDS[number].__tablename__, *told)


@remembers()
def _owned_nodes(language: str) -> Any:
    owned = [_told(number, one, language) for number, one in enumerate(KINDS) if is_owned(one)]
    return prepare(union_all(*owned))


@remembers()
def _shared_nodes(register: type[Any], language: str) -> Any:
    told, wanted = _told(KINDS.index(register), register, language), among(register.id)
    if register is LosTheme:
        named: Any = aliased(LosTheme)
        wanted = wanted | register.name.in_(select(named.grouping).where(among(named.id)))
    return prepare(told.where(wanted))


def _told(number: int, register: Any, language: str) -> Any:
    """What is told of each row, in the order of a `Node`."""
    name = title(register, register.__tablename__, register.__register__.title, language)
    return select(
        written(number).label("number"),
        register.id.label("id"),
        cast(name, String).label("name"),
        cast(register.sort_key, String).label("sort_key"),
        _said(register, Criticality).label("criticality"),
        _personal(register).label("personal"),
        _said(register, Lifecycle).label("lifecycle"),
        _cost(register).label("cost"),
        _ends(register).label("ends"),
        _within(register).label("within"),
    )


def _said(register: Any, choices: type[Any]) -> Any:
    """What rows say in the first field of a vocabulary; nothing where the register has none."""
    known = next((one for one in fields_of(register) if one.choices is choices), None)
    return cast(null(), String) if known is None else cast(type_coerce(getattr(register, known.key), String), String)


def _personal(register: Any) -> Any:
    """A processing activity is about people; whether it is about more than that it says itself (art. 9)."""
    if register is not ProcessingActivity:
        return _said(register, HeldPersonalData)
    is_special = ProcessingActivity.special == Answer.YES
    return cast(case((is_special, HeldPersonalData.SPECIAL.value), else_=HeldPersonalData.YES.value), String)


def _amounts(register: Any) -> Iterator[Field]:
    return (one for one in fields_of(register) if one.shape is Shape.MONEY and one.adds_up)


def _cost(register: Any) -> Any:
    """What a year of it costs, all amounts together; nothing where none is known."""
    columns = [getattr(register, one.key) for one in _amounts(register)]
    if not columns:
        return cast(null(), BigInteger)
    total = sum((func.coalesce(one, 0) for one in columns[1:]), func.coalesce(columns[0], 0))
    return cast(case((or_(*[one.is_not(None) for one in columns]), total), else_=null()), BigInteger)


def _ends(register: Any) -> Any:
    """When an agreement in force ends, also where that day has passed and nobody has said so."""
    if register is not Agreement:
        return cast(null(), Date)
    return case((Agreement.status.in_(IN_FORCE), Agreement.ends), else_=null())


def _within(register: Any) -> Any:
    """The theme that a theme is sorted under, by its name: LOS has fourteen, and the others within them."""
    if register is not LosTheme:
        return cast(null(), Integer)
    above: Any = aliased(LosTheme)
    return select(above.id).where(above.name == register.grouping).limit(1).correlate(register).scalar_subquery()


def filled(session: Any, place: int, graph: Graph) -> dict[Key, int]:
    """How many per cent of each node is filled out; two statements for each kind that is measured."""
    found: dict[Key, int] = {}
    with scope.use(inside(place)):
        for register in filter(is_measured, LAYERS):
            ids = [row_id for kind, row_id in graph.nodes if kind == register.__tablename__]
            told = progress_of(session, register, ids) if ids else {}
            found |= {(register.__tablename__, row_id): percent for row_id, (percent, _gaps) in told.items()}
    return found
