"""Rows that change alike are written together.

A row with a version is an UPDATE of its own to SQLAlchemy, and a round trip to the database. Many that get the same
values are one UPDATE here, and many that change in the same columns one statement with many parameters; the version is
asked for just the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, column, func, insert, select, update
from sqlalchemy import table as table_named
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import instance_state, set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from models.declare.base import Owned, Part, Record
from models.declare.memories import remembers
from models.tenancy.session import TenantSession

Changed = tuple[Any, dict[str, Any]]  # a row, and the columns that were set with what they hold
FEW = 5  # rows, which the unit of work writes as quickly by itself
_SEQUENCE = table_named("sqlite_sequence", column("name"), column("seq"))
_ROW, _VERSION = "this_row", "this_version"


def number(session: TenantSession) -> None:
    """Give many new rows their numbers at once. SQLite tells the number of one new row at a time, so that without this
    each would be an INSERT of its own. PostgreSQL tells them together, of one INSERT with all values in it, which takes
    five times as long to put together and read as one that is sent many values (20 000 applications of 57 columns)."""
    if len(session.new) <= FEW:
        return
    groups: dict[str, list[Any]] = {}
    new: list[Any] = [row for row in session.new if isinstance(row, Record | Part | Owned)]
    for row in new:
        if row.id is None:
            groups.setdefault(type(row).__tablename__, []).append(row)
    for table, rows in groups.items():
        if len(rows) > FEW:
            rows.sort(key=lambda row: instance_state(row).insert_order or 0)
            for row_id, row in zip(_reserved(session, table, len(rows)), rows, strict=True):
                row.id = row_id


def _reserved(session: TenantSession, table: str, many: int) -> Sequence[int]:
    """So many numbers that nobody else is given, rising: on SQLite the statement that counts them locks."""
    connection = session.flush_connection()
    if connection.dialect.name == "postgresql":
        following = func.nextval(func.pg_get_serial_sequence(table, "id"))
        return sorted(connection.scalars(select(following).select_from(func.generate_series(1, many))))
    counted = update(_SEQUENCE).where(_SEQUENCE.c.name == table).values(seq=_SEQUENCE.c.seq + many)
    last = connection.execute(counted.returning(_SEQUENCE.c.seq)).scalar()
    if last is None:
        connection.execute(insert(_SEQUENCE).values(name=table, seq=many))
        last = many
    return range(int(last) - many + 1, int(last) + 1)


def write(session: TenantSession) -> None:
    """Write what many rows have in common; what is left of them, links and parts, goes the usual way."""
    groups: dict[tuple[type[Any], tuple[str, ...]], list[Changed]] = {}
    for row in session.dirty:
        if isinstance(row, Record) and (values := _changed(row)):
            groups.setdefault((type(row), tuple(sorted(values))), []).append((row, values))
    for (register, keys), rows in groups.items():
        if len(rows) > FEW:
            rows.sort(key=lambda pair: pair[0].id)  # in one order: two at once wait and never lock
            _write(session, register, keys, rows)
            _settle(session, rows)


def _changed(row: Any) -> dict[str, Any]:
    """The columns of a row that were set, with what they hold; none when that is not known yet."""
    columns = _columns(type(row).__mapper__)
    found: dict[str, Any] = {}
    for key, before in instance_state(row).committed_state.items():
        if (column := columns.get(key)) is None or (value := getattr(row, key)) == before:
            continue
        if column != key and value is not None:
            value = value.id
            if value is None:
                return {}  # it points at a row that is new itself
        found[column] = value
    return found


@remembers()
def _columns(register: Mapper[Any]) -> dict[str, str]:
    """By the attributes of a register, the columns that hold them; of a reference the one of its id."""
    pointing = [one for one in register.relationships if one.direction.name == "MANYTOONE" and not one.viewonly]
    references = {one.key: f"{one.key}_id" for one in pointing}
    return {one.key: one.key for one in register.column_attrs} | references


def _write(session: TenantSession, register: type[Any], keys: tuple[str, ...], rows: list[Changed]) -> None:
    table: Any = register.__table__
    connection, version = session.flush_connection(), {"version": table.c.version + 1}
    written, each = 0, []
    for stood, values, some in _same(rows):
        if len(some) > FEW:
            here = (table.c.id.in_([row.id for row in some]), table.c.version == stood)
            written += connection.execute(update(table).where(*here).values(values | version)).rowcount
        else:
            each += [{f"to_{key}": values[key] for key in keys} | {_ROW: row.id, _VERSION: stood} for row in some]
    if each:
        one = (table.c.id == bindparam(_ROW), table.c.version == bindparam(_VERSION))
        to: dict[str, Any] = {key: bindparam(f"to_{key}") for key in keys}
        written += connection.execute(update(table).where(*one).values(to | version), each).rowcount
    if written != len(rows):
        raise StaleDataError(
            f"{len(rows)} rows of {table.name} were to be written, {written} were there as they stood."
        )


def _same(rows: list[Changed]) -> Iterator[tuple[int, dict[str, Any], list[Any]]]:
    """The rows that stand in the same version and get the same values, together."""
    found: dict[Any, tuple[int, dict[str, Any], list[Any]]] = {}
    for row, values in rows:
        alike = (row.version, *(repr(values[key]) for key in sorted(values)))
        found.setdefault(alike, (row.version, values, []))[2].append(row)
    yield from found.values()


def _settle(session: TenantSession, rows: list[Changed]) -> None:
    """Say that rows now are what the database holds. What nothing else was changed of is no longer to be written:
    SQLAlchemy would ask each attribute of it once more, and has no public word for that it need not. One is left, for
    of nothing to write it makes no flush, and nothing would come after it."""
    for row, values in rows:
        for key, value in (values | {"version": row.version + 1}).items():
            set_committed_value(row, key, value)
    for row, _values in rows[1:]:
        state = instance_state(row)
        if state.committed_state.keys() <= _columns(state.mapper).keys():
            state._commit_all(state.dict, session.identity_map)
