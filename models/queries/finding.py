"""Which rows of a register are meant: search, filters, order and where a page begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, collate, column, func, literal, select, table, tuple_
from sqlalchemy.orm import aliased

from models.database import db
from models.declare.base import field_of, fields_of
from models.declare.fields import Field, Kind, is_owned
from models.declare.folding import fold
from models.declare.memories import remembers
from models.declare.shapes import TEXTS
from models.tenancy import scope as scoping
from models.tenancy.searchindex import INDEXED, PIECE

COUNT_LIMIT = 1_000
MAX_ID = 2**31 - 1


@dataclass(frozen=True)
class Query:
    """What somebody asks a list for. `filters` holds (field, value) with values already checked."""

    search: str = ""
    filters: tuple[tuple[Field, Any], ...] = ()
    sort: str = ""
    descending: bool = False
    extra: tuple[ColumnElement[bool], ...] = field(default=())


def conditions(register: type[Any], query: Query, *, indexed: bool = True) -> list[ColumnElement[bool]]:
    """The WHERE clauses of a query. LIKE's own wildcards in what people type mean themselves.

    `indexed=False` looks through the rows in their order: quicker for the first page of a word that most rows have.
    """
    found = [_contains(register, fold(word), indexed) for word in query.search.split()]
    for known, value in query.filters:
        attribute = getattr(register, known.column)
        if known.kind is Kind.REFERENCES:
            found.append(linked(register, known.key, value))
        elif value is None:
            found.append(attribute.is_(None))
        else:
            found.append(attribute == value)
    return [*found, *query.extra]


def _contains(register: type[Any], word: str, indexed: bool) -> ColumnElement[bool]:
    """The search text holds the word. On SQLite the large registers have an index of three-letter pieces (FTS5)."""
    on_sqlite = db.engine.dialect.name == "sqlite"
    if indexed and on_sqlite and register.__tablename__ in INDEXED and len(word) >= PIECE:
        name = f"{register.__tablename__}_search"
        index = table(name, column("rowid"), column(name))
        phrase = '"' + word.replace('"', '""') + '"'
        return register.id.in_(select(index.c.rowid).where(index.c[name].op("MATCH")(phrase)))  # type: ignore[no-any-return]
    if not indexed and not on_sqlite:
        # PostgreSQL reckons that this holds for a third of the rows, LIKE for next to none: it walks in their order.
        return func.strpos(register.search_text, word) > 0
    return register.search_text.contains(word, autoescape=True)  # type: ignore[no-any-return]


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


def matching(session: Any, register: type[Any], where: list[ColumnElement[bool]]) -> list[int]:
    """The ids of the rows that are meant, in no order and no further than one past COUNT_LIMIT: looked for once, they
    tell how many there are and which ones the page is cut from."""
    return list(session.scalars(select(register.id).where(*where).limit(COUNT_LIMIT + 1)))


@remembers()
def counted(register: Any) -> Any:
    """How many rows a register has, counted no further than one past COUNT_LIMIT: a column `total` beside the rows."""
    limited = select(literal(1)).select_from(register).limit(COUNT_LIMIT + 1).subquery()
    return select(func.count()).select_from(limited).scalar_subquery().label("total")


def count_all(session: Any, register: type[Any], where: list[ColumnElement[bool]]) -> int:
    """How many rows there are, all of them counted: for reports, which read them all anyway."""
    return int(session.scalar(select(func.count()).select_from(register).where(*where)))


def order_keys(register: type[Any]) -> tuple[Any, ...]:
    """The order every list has unless asked otherwise; served by an index and unique, so pages never overlap."""
    if is_owned(register) and len(scoping.current().readable(register.__domain__)) > 1:
        return (register.municipality_id, register.sort_key, register.id)
    return (register.sort_key, register.id)


def order(register: type[Any], query: Query) -> tuple[Any, ...]:
    """The order a query asks for, the same on a page and in a file; what is empty comes last both ways."""
    if not query.sort:
        return order_keys(register)
    by = _in_alphabet(register, query.sort)
    return ((by.desc() if query.descending else by.asc()).nulls_last(), register.id)


def _in_alphabet(register: type[Any], key: str) -> Any:
    by = getattr(register, key)
    if field_of(register, key).shape not in TEXTS:
        return by
    if db.engine.dialect.name == "sqlite":
        return collate(by, "nb")
    return collate(func.translate(func.lower(by), "æøå", "{|}"), "C")


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
