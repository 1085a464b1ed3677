"""Taking out all that belongs to one municipality, as the role that owns the tables: past the history, which goes too.

What the database locks stays: it refuses to let it go, whoever asks (`locks.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, delete, exists, func, select, text

from models.declare.base import Base
from models.tenancy import scope
from models.tenancy.locks import locked
from models.tenancy.people import Membership, ProjectRole
from models.tenancy.rowsecurity import announce
from models.tenancy.statements import guarded_tables


def owned_tables() -> list[Table]:
    """Every table whose rows have an owner, each before those it points at."""
    own = guarded_tables()
    return [table for table in reversed(Base.metadata.sorted_tables) if table.name in own]


def remove(connection: Connection, place: int) -> dict[str, int]:
    """Delete every row of a municipality that is not locked; how many it was, by table."""
    if connection.dialect.name == "postgresql":
        announce(connection, scope.of([place]))
    counts = {
        table.name: connection.execute(delete(table).where(*_gone(table, place))).rowcount for table in owned_tables()
    }
    return {name: number for name, number in counts.items() if number}


def remaining(connection: Connection, place: int) -> list[tuple[Table, int]]:
    """What there is of a municipality, by table."""
    if connection.dialect.name == "postgresql":
        announce(connection, scope.of([place]))
    numbers = [
        (table, connection.scalar(select(func.count()).select_from(table).where(_of(table, place))))
        for table in owned_tables()
    ]
    return [(table, int(number)) for table, number in numbers if number]


def stored_names(connection: Connection, place: int) -> set[str]:
    """What the files of a municipality are stored as."""
    if connection.dialect.name == "postgresql":
        announce(connection, scope.of([place]))
    tables = [table for table in owned_tables() if "stored" in table.c]
    found = {name for one in tables for name in connection.scalars(select(one.c.stored).where(_of(one, place)))}
    return {name for name in found if name}


def people_only_there(connection: Connection, place: int) -> list[int]:
    """The people with roles in a municipality and nowhere else, in the project neither; whenever they hold them."""
    held, everywhere = Membership.__table__, Base.metadata.tables["municipality"]
    if connection.dialect.name == "postgresql":
        announce(connection, scope.of(connection.scalars(select(everywhere.c.id))))
    there = set(connection.scalars(select(held.c.user_id).where(_of(held, place))))
    others = set(connection.scalars(select(held.c.user_id).where(~_of(held, place))))
    return sorted(there - others - set(connection.scalars(select(ProjectRole.__table__.c.user_id))))


def _of(table: Table, place: int) -> Any:
    return table.c.municipality_id == place


def _gone(table: Table, place: int) -> tuple[Any, ...]:
    """Which rows go: those that are not locked, and that nothing which stays points at. What is locked is said as SQL
    of the trigger's OLD: of the row itself."""
    condition = table.info.get("locked", ("", ()))[0]
    gone = (_of(table, place), *_needed_by_none(table))
    if not condition:
        return gone
    return *gone, text(f"NOT coalesce(({condition.replace('OLD.', f'{table.name}.')}), false)")


def _needed_by_none(table: Table) -> Iterator[Any]:
    """That no locked row, which by now is one that stays, points at a row."""
    for other in locked().values():
        for key in other.foreign_key_constraints:
            if key.referred_table is table and other is not table:
                yield ~exists().where(*[each.parent == each.column for each in key.elements]).correlate(table)
