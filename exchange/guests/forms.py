"""Forms in which one thing is told downwards, a field a line, as arkivplan's: turned into a row of a table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from exchange.cells.spellings import alike
from exchange.cells.wording import told
from exchange.guests.arkivplan import SYSTEMS
from exchange.table import Row, Table, column_letters

_ENOUGH, _LOOKED_AT, _LONGEST = (
    6,
    3,
    500,
)  # fields known, columns they may stand in, lines of a form


@dataclass(frozen=True, slots=True)
class Turned(Table):
    """A form as a table: each column of values is a row. `lines` are the numbers that its fields have in the sheet, and
    `numbers` the columns that its values stand in."""

    lines: tuple[int, ...] = ()

    def address(self, row: int, column: int) -> str:
        return f"{column_letters(self.numbers[row])}{self.lines[column]}"


def turned(table: Table) -> Table:
    """The form as a table; a table that is none as it is. What stands above the first field is taken along."""
    if len(table.rows) > _LONGEST:
        return table
    above = min(table.numbers, default=2) - 1
    lines: list[tuple[int, Row]] = [(above, table.headings), *zip(table.numbers, table.rows, strict=True)]
    for place in range(min(_LOOKED_AT, len(table.headings))):
        fields = [told(row[place]).strip() for _, row in lines]
        if len({alike(one) for one in fields} & SYSTEMS.words) >= _ENOUGH:
            return _turned(table, lines, place, fields)
    return table


def _turned(table: Table, lines: list[tuple[int, Row]], place: int, fields: list[str]) -> Table:
    """The fields in a column as headings, with what stands before them where several are called the same."""
    times = Counter(map(alike, fields))
    kept = [at for at, name in enumerate(fields) if name and not (at == 0 and alike(name) not in SYSTEMS.words)]
    headings = tuple(_heading(lines[at][1], place, fields[at], times) for at in kept)
    filled = [
        column
        for column in range(place + 1, len(table.headings))
        if any(lines[at][1][column] is not None for at in kept)
    ]
    rows = [tuple(lines[at][1][column] or None for at in kept) for column in filled]
    numbers = [table.left + column for column in filled]
    return Turned(table.name, headings, rows, numbers, table.left, tuple(lines[at][0] for at in kept))


def _heading(row: Row, place: int, name: str, times: Counter[str]) -> str:
    section = told(row[0]).strip() if place else ""
    return f"{section} - {name}" if section and times[alike(name)] > 1 else name
