"""Sheets that go out of a register and come in again, as they are or with something changed on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from exchange.columns import NUMBER, filled_in
from exchange.matching import likeliest, match, sheets_of_parts
from exchange.out import book
from exchange.rows.plan import How, PartSheet, Plan, plan
from exchange.rows.telling import said
from exchange.table import Table
from models.database import db
from models.declare.base import fields_of, part_class
from models.declare.fields import Field, Kind
from models.declare.shapes import Shape
from models.queries.finding import Query
from models.tenancy.roles import Actor, Grant
from reports.base import Ask
from tests.conftest import inside, municipality
from tests.support.looking import read_here
from tests.support.rows import COUNTED

ALL, SHOWN, CSV, FORM = "all", "shown", "csv", "form"


@dataclass
class Sent:
    """A file of a register as it comes in: its sheet of rows, and those of parts."""

    register: type[Any]
    table: Table
    parts: dict[str, Table] = field(default_factory=dict)
    language: str = "nb"

    def plan(self) -> Plan:
        """What would become of it in Tinn, by somebody who may do everything there."""
        actor = keeper()
        with inside("Tinn"):
            parts = [PartSheet(key, one, how_of(part_of(self.register, key), one)) for key, one in self.parts.items()]
            how = how_of(self.register, self.table)
            return plan(db.session(), actor, self.register, self.table, how, language=self.language, parts=parts)


def keeper() -> Actor:
    """Somebody who may do everything in Tinn."""
    grants = (Grant("local_admin", municipality("Tinn")), *map(Grant, ("project_manager", "support", "billing")))
    return Actor(0, "Alle", grants)


def how_of(owner: type[Any], table: Table) -> How:
    return How({one.column: one.key for one in match(owner, table) if one.is_sure and one.key})


def part_of(register: type[Any], key: str) -> type[Any]:
    return part_class(next(known for known in fields_of(register) if known.key == key))


def round_trip(register: type[Any], kind: str = ALL, language: str = "nb") -> Sent:
    """A register that went out, as it is read when it comes back."""
    ask = Ask(language, date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), 2026)
    shown = [known for known in fields_of(register) if known.listed] if kind == SHOWN else None
    target = BytesIO()
    with inside("Tinn"):
        if kind == CSV:
            book.write_rows(db.session(), book.of_register(register), ask, target)
        else:
            told = book.form_of(register) if kind == FORM else book.of_register(register, Query(), shown)
            book.write_book(db.session(), told, ask, target)
        found = read_here(target.getvalue(), "ark.csv" if kind == CSV else "ark.xlsx").tables
        table = likeliest(register, found)
        assert table is not None
        return Sent(register, table, sheets_of_parts(register, found), language)


def place_of(owner: type[Any], table: Table, key: str) -> int:
    return next(column for column, one in how_of(owner, table).columns.items() if one == key)


def with_cell(table: Table, row: int, column: int, value: Any) -> Table:
    rows = [list(one) for one in table.rows]
    rows[row][column] = value
    return replace(table, rows=[tuple(one) for one in rows])


def line_of(owner: type[Any], table: Table, row_id: int) -> int:
    """Where the row of a number stands."""
    column = place_of(owner, table, NUMBER)
    return next(place for place, row in enumerate(table.rows) if row[column] in {row_id, str(row_id)})


def filled(owner: type[Any], table: Table, *rows: Mapping[str, Any]) -> Table:
    """The same sheet with rows in it, by the keys of its columns."""
    keys = {key: column for column, key in how_of(owner, table).columns.items()}
    made = [tuple(row.get(key) for key in _by_column(keys, len(table.headings))) for row in rows]
    return replace(table, rows=made, numbers=range(2, 2 + len(made)))


def _by_column(keys: Mapping[str, int], width: int) -> Sequence[str]:
    by_column = {column: key for key, column in keys.items()}
    return [by_column.get(column, "") for column in range(width)]


def words_of(known: Field, value: Any, language: str = "nb") -> Any:
    return said(known, value, language)


def editable(owner: type[Any]) -> list[Field]:
    with inside("Tinn"):
        return filled_in(owner)


def other(known: Field, stands: Any, number: int = 11) -> Any:
    """Something else than what stands in a field of a value."""
    if known.choices is not None:
        return next(one for one in known.choices if one != stands)
    if known.kind is Kind.VALUE and isinstance(stands, bool):
        return not stands
    return 2030 if known.shape is Shape.YEAR else COUNTED[known.shape](number)
