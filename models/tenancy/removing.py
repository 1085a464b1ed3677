"""Taking out all that belongs to one municipality, as the role that owns the tables: past the history, which goes too.

What the database locks stays: it refuses to let it go, whoever asks (`locks.py`).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, text

from models.declare.base import Base
from models.tenancy import scope
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


def _of(table: Table, place: int) -> Any:
    return table.c.municipality_id == place


def _gone(table: Table, place: int) -> tuple[Any, ...]:
    """Which rows go. What is locked is said as SQL of the trigger's OLD: of the row itself."""
    condition = table.info.get("locked", ("", ()))[0]
    if not condition:
        return (_of(table, place),)
    return _of(table, place), text(f"NOT coalesce(({condition.replace('OLD.', f'{table.name}.')}), false)")
