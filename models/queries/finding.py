"""Which rows of a register are meant: search, filters, order and where a page begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    Text,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
    null,
    select,
    table,
    tuple_,
)
from sqlalchemy.orm import aliased

from models.database import db
from models.declare.base import field_of, fields_of
from models.declare.fields import Field, Kind, is_owned
from models.declare.folding import fold
from models.declare.memories import memory, remembers
from models.queries.ordering import in_turn
from models.tenancy import scope as scoping
from models.tenancy.searchindex import INDEXED, PIECE
from models.tenancy.session import prepare

COUNT_LIMIT = 1_000
MAX_ID = 2**31 - 1
FEW = 5  # municipalities
_functions: dict[tuple[Any, type[Any]], bool] = memory({})


@dataclass(frozen=True)
class Query:
    """What somebody asks a list for. `filters` holds (field, value) with values already checked."""

    search: str = ""
    filters: tuple[tuple[Field, Any], ...] = ()
    sort: str = ""
    descending: bool = False
    extra: tuple[ColumnElement[bool], ...] = field(default=())


def conditions(
    register: type[Any], query: Query, *, indexed: bool = True, most: int = MAX_ID
) -> list[ColumnElement[bool]]:
    """The WHERE clauses of a query. LIKE's own wildcards in what people type mean themselves.

    `indexed=False` looks through the rows in their order: quicker for the first page of a word that most rows have.
    Where nothing else is asked for, the search may stop after the `most` rows that are wanted.
    """
    found = searched(register, query.search, indexed=indexed, most=MAX_ID if query.filters or query.extra else most)
    for known, value in query.filters:
        attribute = getattr(register, known.column)
        if known.kind is Kind.REFERENCES:
            found.append(linked(register, known.key, value))
        elif value is None:
            found.append(attribute.is_(None))
        else:
            found.append(attribute == value)
    return [*found, *query.extra]


def searched(register: type[Any], text: str, *, indexed: bool = True, most: int = MAX_ID) -> list[ColumnElement[bool]]:
    """That the search text holds every word; of the large registers found in their index of three-letter pieces."""
    words = words_of(text)
    if indexed and _finds_by_function(register, words):
        return [_found_by_function(register, cast(words, ARRAY(Text)), literal(most))]
    by_index = indexed and _has_index(register, words)
    return [_contains(register, word, indexed=indexed, by_index=by_index and len(word) >= PIECE) for word in words]


def words_of(text: str) -> list[str]:
    """What is looked for, the longest first."""
    return sorted(map(fold, text.split()), key=len, reverse=True)


def holding(register: type[Any], count: int) -> list[ColumnElement[bool]]:
    """That the search text holds so many words, given as `words_given`: rows are looked through in their order."""
    return [_stands_in(register, bindparam(f"word{number}", type_=String)) for number in range(count)]


def words_given(words: Sequence[str]) -> dict[str, str]:
    """The parameters of `holding`."""
    return {f"word{number}": word for number, word in enumerate(words)}


def _stands_in(register: type[Any], word: Any) -> ColumnElement[bool]:
    # PostgreSQL reckons that this holds for a third of the rows, LIKE for next to none: it walks in their order.
    place = func.instr if db.engine.dialect.name == "sqlite" else func.strpos
    return place(register.search_text, word) > 0


def _found_by_function(register: type[Any], words: Any, most: Any) -> ColumnElement[bool]:
    found = select(_by_function(register, words, most)).scalar_subquery()
    # An array, not IN: PostgreSQL reckons that a function finds a thousand rows, and would walk through them all.
    return register.id == any_(func.array(found))  # type: ignore[no-any-return]


def _by_function(register: type[Any], words: Any, most: Any) -> Any:
    return getattr(func, f"find_{register.__tablename__}")(words, most).column_valued("found")


def _has_index(register: type[Any], words: Sequence[str]) -> bool:
    return bool(words) and len(words[0]) >= PIECE and register.__tablename__ in INDEXED


def _contains(register: type[Any], word: str, *, indexed: bool, by_index: bool) -> ColumnElement[bool]:
    if by_index and db.engine.dialect.name == "sqlite":
        name = f"{register.__tablename__}_search"
        index = table(name, column("rowid"), column(name))
        phrase = '"' + word.replace('"', '""') + '"'
        return register.id.in_(select(index.c.rowid).where(index.c[name].op("MATCH")(phrase)))  # type: ignore[no-any-return]
    if not indexed:
        return _stands_in(register, word)
    return register.search_text.contains(word, autoescape=True)  # type: ignore[no-any-return]


def _finds_by_function(register: type[Any], words: Sequence[str]) -> bool:
    """Whether there is a function to find by (models/tenancy/rowsecurity.py), and it pays: of one municipality the
    policy leaves so few rows that they are looked through as they are."""
    if db.engine.dialect.name != "postgresql" or not _has_index(register, words):
        return False
    if len(scoping.current().readable(register.__domain__)) <= FEW:
        return False
    name = (db.engine.url, register)
    if name not in _functions:
        there = select(func.to_regprocedure(f"find_{register.__tablename__}(text[],int)").is_not(None))
        _functions[name] = bool(db.session.scalar(there))
    return _functions[name]


def linked(register: type[Any], key: str, target_id: Any = None) -> ColumnElement[bool]:
    """Rows with parts of a kind, or with a many-to-many link, to one row when given. Links are found by a join, so that
    both sides are confined by the scope; parts have an owner of their own and are."""
    attribute = getattr(register, key)
    there = aliased(attribute.property.mapper.class_)
    if target_id is None and attribute.property.secondary is None:
        return register.id.in_(select(there.parent_id))  # type: ignore[no-any-return]
    here = aliased(register)
    found = select(here.id).join(getattr(here, key).of_type(there))
    return register.id.in_(found if target_id is None else found.where(there.id == target_id))  # type: ignore[no-any-return]


def filter_value(known: Field, text: str) -> Any:
    """The value a filter text stands for. Raises ValueError when it cannot be one."""
    if known.kind in {Kind.REFERENCE, Kind.REFERENCES}:
        return as_id(text)
    if known.choices is not None:
        return known.choices(text)
    raise ValueError(text)


def as_id(text: Any) -> int:
    """An id from outside. Raises ValueError for anything a database could choke on."""
    value = int(str(text)) if str(text).isascii() and str(text).isdigit() else 0
    if not 0 < value <= MAX_ID:
        raise ValueError(text)
    return value


def filterable(register: type[Any]) -> list[Field]:
    """The fields a list can be narrowed by: closed vocabularies and references."""
    pointing = {Kind.REFERENCE, Kind.REFERENCES}
    return [f for f in fields_of(register) if not f.readers and (f.choices is not None or f.kind in pointing)]


def has_namesake(session: Any, row: Any) -> bool:
    """Whether the same owner has another row of the name."""
    owners = session.scalars(_namesakes(type(row)), {"key": row.sort_key, "row": row.id})
    return getattr(row, "municipality_id", None) in owners.all()


@remembers()
def _namesakes(register: Any) -> Any:
    """Whose the other rows are that have a name."""
    owner = register.municipality_id if is_owned(register) else null()
    key, row = bindparam("key", type_=String), bindparam("row", type_=Integer)
    return prepare(select(owner).where(register.sort_key == key, register.id != row).distinct())


def matching(session: Any, register: type[Any], query: Query) -> list[int]:
    """The ids of the rows that are meant, in no order and no further than one past COUNT_LIMIT: looked for once, they
    tell how many there are and which ones the page is cut from."""
    most, words = COUNT_LIMIT + 1, words_of(query.search)
    if not query.filters and not query.extra and _finds_by_function(register, words):
        return session.scalar(_looked_up(register), {"words": words, "most": most}) or []
    return list(session.scalars(select(register.id).where(*conditions(register, query, most=most)).limit(most)))


@remembers()
def _looked_up(register: Any) -> Any:
    """What the function finds, which knows the scope; the rows themselves are read by the page that shows them."""
    words, most = bindparam("words", type_=ARRAY(Text)), bindparam("most", type_=Integer)
    return select(func.array_agg(_by_function(register, words, most)))


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
        told = told + "/" + cast(one, String)
    return select(told).select_from(register).scalar_subquery().label(f"stamp_of_{register.__tablename__}")


def count_all(
    session: Any, register: type[Any], where: Sequence[ColumnElement[bool]] = (), most: int | None = None
) -> int:
    """How many rows there are; with `most` counted no further than one past it."""
    return int(session.scalar(select(how_many(register, *where, most=most))))


def how_many(register: type[Any], *where: ColumnElement[bool], most: int | None = None) -> Any:
    """The same as a column."""
    limited = select(literal(1)).select_from(register).where(*where).limit(most and most + 1).subquery()
    return select(func.count()).select_from(limited).scalar_subquery()


def order_keys(register: type[Any], sort: str = "") -> tuple[Any, ...]:
    """The order every list has unless asked otherwise, and the order of the names when sorted by them; served by an
    index and unique, so pages never overlap."""
    if not sort and is_owned(register) and len(scoping.current().readable(register.__domain__)) > 1:
        return (register.municipality_id, register.sort_key, register.id)
    return (register.sort_key, register.id)


def has_place(register: type[Any], sort: str) -> bool:
    """Whether a list sorted so goes on from the keys of a row: as it stands, and by the names of its rows."""
    return sort in {"", register.__register__.title}


def order(register: type[Any], query: Query) -> tuple[Any, ...]:
    """The order a query asks for, the same on a page and in a file; what is empty comes last both ways."""
    if has_place(register, query.sort):
        keys = order_keys(register, query.sort)
        return tuple(key.desc() for key in keys) if query.descending else keys
    return in_turn(register, query.sort, descending=query.descending)


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


def sortable(register: type[Any], key: str) -> Field | None:
    """The listed single-valued field of that name, if there is one."""
    try:
        known = field_of(register, key)
    except KeyError:
        return None
    return known if known.listed and known.kind is Kind.VALUE and not known.readers else None  # an order tells, too
