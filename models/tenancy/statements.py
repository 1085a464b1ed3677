"""What a statement touches: whether it names an owned table, and whether past the ORM, where no scope reaches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Join, Select, Table, TextClause
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.sql.selectable import AliasedReturnsRows, TableClause

from models.declare.base import Base
from models.declare.memories import remembers

ORM_ENTITY = {"parententity", "parentmapper", "proxy_owner"}


@remembers()
def guarded_tables() -> dict[str, Table]:
    """Every table whose rows have an owner: registers, parts, and the link tables between them."""
    return {
        table.name: table
        for table in Base.metadata.tables.values()
        if table.info.get("domain") or "municipality_id" in table.columns
    }


@remembers()
def personal_tables() -> dict[str, Table]:
    """Every table whose rows are one person's own."""
    return {table.name: table for table in Base.metadata.tables.values() if table.info.get("personal")}


def is_written_once(table: Any) -> bool:
    """Whether rows are only ever added to a table: the history and the access log."""
    return bool(table.info.get("written_once"))


@remembers()
def _logs() -> dict[str, Table]:
    return {table.name: table for table in Base.metadata.tables.values() if is_written_once(table)}


def touches_log(statement: Any) -> bool:
    """Whether a statement names a log past the ORM, whoever owns its rows."""
    return _touches(statement, _logs(), raw_only=False)


def touches_guarded(statement: Any, *, raw_only: bool) -> bool:
    """Whether a statement names an owned table; with `raw_only`, whether it does so past the ORM."""
    return _touches(statement, guarded_tables(), raw_only=raw_only)


def _touches(element: Any, guarded: dict[str, Table], *, raw_only: bool) -> bool:
    if isinstance(element, TextClause):
        return _names(element.text, guarded)
    if isinstance(element, ColumnClause) and element.is_literal and _names(str(element.name), guarded):
        return True
    added = (*getattr(element, "_prefixes", ()), *getattr(element, "_suffixes", ()))
    if any(_touches(clause, guarded, raw_only=raw_only) for clause, _dialect in added):
        return True
    if any(_is_guarded(part, guarded, raw_only=raw_only) for part in _sources(element)):
        return True
    return any(
        _touches(child, guarded, raw_only=raw_only)
        for child in element.get_children()
        # What the ORM marks as its own, a column of a class or the condition of a relationship, is confined.
        if not (raw_only and ORM_ENTITY & child._annotations.keys())
    )


def _sources(element: Any) -> Iterator[Any]:
    """What a statement element takes rows from, as its author wrote it (derived FROM clauses are the ORM's)."""
    if isinstance(element, Select):
        yield from element._raw_columns
        yield from element._from_obj
        yield from (target for target, *_ in element._setup_joins)
    elif isinstance(element, Join):
        yield from (element.left, element.right)
    elif isinstance(element, ColumnClause | UpdateBase):
        yield element


def _is_guarded(part: Any, guarded: dict[str, Table], *, raw_only: bool) -> bool:
    if raw_only and ORM_ENTITY & part._annotations.keys():
        return False
    table = getattr(part, "table", part)
    while isinstance(table, AliasedReturnsRows):
        table = table.element
    return isinstance(table, TableClause) and table.name in guarded


def _names(sql: str, guarded: dict[str, Table]) -> bool:
    """Whether raw SQL names an owned table or the search index beside it."""
    words = re.findall(r"\w+", sql.lower())
    return any(word in guarded or re.sub("_search.*", "", word) in guarded for word in words)
