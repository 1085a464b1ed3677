"""A sheet that came in, whatever kind of file it came in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias, TypeVar, overload

GROUPED = " - "  # between an upper heading and the lower ones that it stands over
T = TypeVar("T")
UNCOUNTED = "="  # the code of a formula that no program has worked out


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell in which a spreadsheet shows an error of its own: #REF!, #DIV/0!."""

    code: str

    def __str__(self) -> str:
        return self.code


# A moment without a time zone is what spreadsheets hold: it is Norwegian time.
Value: TypeAlias = str | int | float | Decimal | bool | date | datetime | Fault | None
Row: TypeAlias = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet as columns with headings, and the rows under them.

    `headings` are what the sheet says, two header rows as one («Databehandlere - Navn»), "" where it says nothing;
    `rows` stand as long as the headings are, `numbers` tell where in the sheet each stands, counted from 1, and
    `left` in which column of it the first heading does, counted from 0.
    """

    name: str
    headings: tuple[str, ...]
    rows: Sequence[Row]
    numbers: Sequence[int]
    left: int = 0

    def address(self, row: int, column: int) -> str:
        """Where a value stands in the sheet it came from: `row` and `column` by place here, C7 there."""
        return f"{column_letters(self.left + column)}{self.numbers[row]}"


class Placed(Sequence[T]):
    """Things in order of which each is looked for when it is asked for."""

    def at(self, place: int) -> T:
        """What stands at a place, counted from 0."""
        raise NotImplementedError

    @overload
    def __getitem__(self, which: int) -> T: ...
    @overload
    def __getitem__(self, which: slice) -> list[T]: ...
    def __getitem__(self, which: int | slice) -> T | list[T]:
        places = range(len(self))[which]
        return self.at(places) if isinstance(places, int) else [self.at(one) for one in places]


class Under(Placed[Row]):
    """Rows with one above them, which stay where they are."""

    def __init__(self, first: Row, rows: Sequence[Row]) -> None:
        self.first, self.rows = first, rows

    def __len__(self) -> int:
        return 1 + len(self.rows)

    def at(self, place: int) -> Row:
        return self.rows[place - 1] if place else self.first

    def __iter__(self) -> Iterator[Row]:
        yield self.first
        yield from self.rows


def without_headings(table: Table) -> Table:
    """The sheet as it is when its first row is a row like the others, right above them."""
    first = tuple(one or None for one in table.headings)
    number = table.numbers[0] - 1 if len(table.numbers) else 1
    return replace(
        table,
        headings=("",) * len(first),
        rows=Under(first, table.rows),
        numbers=[number, *table.numbers],
    )


def column_letters(index: int) -> str:
    """What spreadsheets call a column, counted from 0: A, Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
