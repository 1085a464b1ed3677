"""Which rows of a register are meant: search, filters, order and where a page begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    table,
    tuple_,
    union_all,
)
from sqlalchemy.sql.visitors import replacement_traverse

from models.declare.fields import is_owned
from models.declare.folding import sort_key
from models.declare.memories import remembers
from models.declare.numbers import BIGGEST
from models.queries import searching
from models.queries.filtering import Group, clause, parameters
from models.queries.ordering import Turn, in_turn
from models.queries.searching import any_of, by_function, finds_by_function, searched, words_of
from models.tenancy import scope as scoping
from models.tenancy.reach import mark, written
from models.tenancy.session import prepare

COUNT_LIMIT = 1_000
FOUND, TOTAL = "found", "total"


@dataclass(frozen=True)
class Query:
    """What somebody asks a list for. Of `filters` every group is met, each by one of its conditions at least."""

    search: str = ""
    filters: tuple[Group, ...] = ()
    sort: tuple[Turn, ...] = ()
    extra: tuple[ColumnElement[bool], ...] = field(default=())


def conditions(
    register: type[Any], query: Query, *, indexed: bool = True, most: int = BIGGEST, without: int | None = None
) -> list[ColumnElement[bool]]:
    """The WHERE clauses of a query. LIKE's own wildcards in what people type mean themselves.

    `indexed=False` looks through the rows in their order: quicker for the first page of a word that most rows have.
    Where nothing else is asked for, the search may stop after the `most` rows that are wanted. `without` is the place
    of a filter that is left out.
    """
    found = searched(register, query.search, indexed=indexed, most=BIGGEST if query.filters or query.extra else most)
    groups = [
        or_(*[clause(register, asked, _called(number, place)) for place, asked in enumerate(group)])
        for number, group in enumerate(query.filters)
        if number != without
    ]
    return [*found, *groups, *query.extra]


def given(query: Query) -> dict[str, Any]:
    """The parameters of `conditions`: all by which one query varies from another of its shape."""
    found = searching.given(query.search)
    for number, group in enumerate(query.filters):
        for place, asked in enumerate(group):
            found |= parameters(asked, _called(number, place))
    return found


def shape(register: type[Any], query: Query) -> tuple[Any, ...]:
    """What a query varies by but for its parameters: of two with one shape, and nothing extra, `conditions` are the
    same."""
    filters = tuple(tuple((one.name, len(one.values)) for one in group) for group in query.filters)
    sort = tuple((turn.known.key, turn.descending) for turn in query.sort)
    return *searching.shape(register, query.search), filters, sort


def _called(group: int, place: int) -> str:
    return f"filter{group}_{place}"


def namesake(session: Any, row: Any, name: str | None = None) -> int | None:
    """The id of another row of the same owner that goes by a name, the row's own unless said otherwise; None when there
    is none."""
    asked = {"key": row.sort_key if name is None else sort_key(name), "row": row.id or 0}
    with scoping.use(scoping.current().around(row) if is_owned(type(row)) else scoping.current()):
        found: int | None = session.scalar(_namesakes(type(row)), asked)
    return found


@remembers()
def _namesakes(register: Any) -> Any:
    """The first of the other rows that have a name."""
    key, row = bindparam("key", type_=String), bindparam("row", type_=Integer)
    others = select(register.id).where(register.sort_key == key, register.id != row)
    return prepare(others.order_by(register.id).limit(1))


def narrowed(register: type[Any], query: Query, arrange: Callable[[Any], Any]) -> ColumnElement[bool]:
    """That a row is on the page `arrange` cuts, in its order, from the rows a query means.

    They are looked for once, no further than one past COUNT_LIMIT, which tells how many there are (`total_found`). The
    page is cut from them; where they are too many to name, from the rows tried in their order. Which of the two, the
    database sees when it has looked, and never begins the other: one statement, where two had to wait for each other.
    """
    most = COUNT_LIMIT + 1
    found = looked_for(register, query, most).cte(FOUND)
    total = select(select(func.count().label("number")).select_from(found).cte(TOTAL).c.number).scalar_subquery()
    few = select(register.id).where(total < written(most), any_of(register.id, select(found.c.id)))
    many = select(register.id).where(total == written(most), *conditions(register, query, indexed=False))
    pages = [arrange(one).subquery() for one in (few, many)]
    either = union_all(*[select(one.c.id) for one in pages]).subquery()
    return any_of(register.id, select(either.c.id))


def looked_for(register: type[Any], query: Query, most: int, *, without: int | None = None) -> Select[Any]:
    """The ids of the rows a query means, in no order and no more than `most`. What the function finds is not asked for
    once more among the rows: it knows the scope."""
    if not query.filters and not query.extra and finds_by_function(register, words := words_of(query.search)):
        return select(by_function(register, words, most).label("id"))
    return select(register.id).where(*conditions(register, query, most=most, without=without)).limit(written(most))


def total_found() -> Any:
    """How many rows a `narrowed` statement found, as a column; COUNT_LIMIT + 1 stands for all beyond."""
    return select(table(TOTAL, column("number")).c.number).scalar_subquery().label("total_found")


@remembers()
def counted(register: Any) -> Any:
    """How many rows a register has, counted no further than one past COUNT_LIMIT: a column `total` beside the rows."""
    return how_many(register, most=COUNT_LIMIT).label("total")


@remembers()
def stamp(register: Any) -> Any:
    """What no change leaves as it was, as a column: how many rows there are, their versions and ids summed up, and the
    newest of them. (Two changes at once may each leave one of these as it was, not all.) None where there are none."""
    version = cast(register.version, BigInteger)
    sums = (func.sum(version), func.sum(register.id * version), func.max(register.id), func.max(register.updated_at))
    told: Any = cast(func.count(), String)
    for one in sums:
        told = told + mark("/") + cast(one, String)
    return select(told).select_from(register).scalar_subquery().label(f"stamp_of_{register.__tablename__}")


def count_all(
    session: Any, register: type[Any], where: Sequence[ColumnElement[bool]] = (), most: int | None = None
) -> int:
    """How many rows there are; with `most` counted no further than one past it."""
    return int(session.scalar(select(how_many(register, *where, most=most))))


def how_many(register: type[Any], *where: ColumnElement[bool], most: int | None = None) -> Any:
    """The same as a column."""
    rows = select(literal(1)).select_from(register).where(*where)
    limited = rows if most is None else rows.limit(written(most + 1))
    return select(func.count()).select_from(limited.subquery()).scalar_subquery()


def how_many_of(register: type[Any], query: Query, most: int) -> Any:
    """How many rows a query means as a column, its values in it and not parameters by name: several such columns stand
    beside each other in one statement."""
    values = given(query)

    def filled(element: Any, **_: Any) -> Any:
        if isinstance(element, BindParameter) and element.key in values:
            return bindparam(None, values[element.key], type_=element.type, expanding=element.expanding)
        return None

    return replacement_traverse(how_many(register, *conditions(register, query), most=most), {}, filled)


def order_keys(register: type[Any], turns: Sequence[Turn] = ()) -> tuple[Any, ...]:
    """The order every list has unless asked otherwise, and the order of the names when sorted by them; served by an
    index and unique, so pages never overlap."""
    if not turns and is_owned(register) and len(scoping.current().readable(register.__domain__)) > 1:
        return (register.municipality_id, register.sort_key, register.id)
    return (register.sort_key, register.id)


def has_place(register: type[Any], turns: Sequence[Turn]) -> bool:
    """Whether a list sorted so goes on from the keys of a row: as it stands, and by the names of its rows."""
    return [turn.known.key for turn in turns] in ([], [register.__register__.title])


def order(register: type[Any], query: Query) -> tuple[Any, ...]:
    """The order a query asks for, the same on a page and in a file; what is empty comes last both ways."""
    if has_place(register, query.sort):
        keys = order_keys(register, query.sort)
        return tuple(key.desc() for key in keys) if query.sort and query.sort[0].descending else keys
    return in_turn(register, query.sort)


def page(statement: Select[Any], keys: tuple[Any, ...], *, onward: bool, backwards: bool) -> Select[Any]:
    """Keyset paging: the first rows (or, backwards, the last), or when `onward` those after (before) the row whose
    keys are given as `placed(cursor)`; in constant time at any depth."""
    if onward:
        here, there = tuple_(*keys), tuple_(*[bindparam(f"place{n}", type_=key.type) for n, key in enumerate(keys)])
        statement = statement.where(here < there if backwards else here > there)
    return statement.order_by(*[key.desc() if backwards else key for key in keys])


def placed(cursor: tuple[Any, ...] | None) -> dict[str, Any]:
    """The parameters that tell `page` where to go on."""
    return {f"place{number}": value for number, value in enumerate(cursor or ())}
