"""Where the table of a sheet is: titles may stand above it, it may begin in any column, and its headings may be two
rows, the upper one merged over the lower."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from exchange.files.plain import LONGEST_HEADING, MOST_COLUMNS, MOST_ROWS, Cells, Grid, Place, Refused, Why
from exchange.table import GROUPED

_LOOKED_AT, _FOLLOWING = 40, 15  # rows that are not blank
_FULL_ENOUGH, _WORDS_ENOUGH = 0.6, 0.8
_YEAR = re.compile(r"(?:19|20)\d\d")
Numbered = tuple[int, Cells]


@dataclass(frozen=True, slots=True)
class Found:
    """A table of a grid: its headings, in which column of the sheet the first stands, and its rows."""

    name: str
    headings: tuple[str, ...]
    left: int
    rows: Iterator[Numbered]


def table(grid: Grid) -> Found | None:
    """The table of a grid; None when nothing stands in it. Raises Refused when it is too large."""
    if grid.given:
        return Found(grid.name, _bounded(grid.given), grid.left, _counted(grid.rows()))
    head = list(islice(grid.rows(), _LOOKED_AT))
    if not head:
        return None
    at = _heading(head)
    if at is None or _recurs(head, at):
        first, last = _extent(grid, head[at or 0][0])
        rows = _below(grid, head[at or 0][0] - 1, first, last)
        return Found(grid.name, _bounded(("",) * (last - first + 1)), grid.left + first, rows)
    if at and _filled(head[at - 1][1]) > 1 and _is_double(grid, head, at - 1):
        at -= 1
    deep = 2 if _is_double(grid, head, at) else 1
    first, last = _extent(grid, head[at][0])
    upper = _cut(_spread(grid, head[at]) if deep > 1 else head[at][1], first, last)
    lower = _cut(head[at + deep - 1][1], first, last)
    headings = tuple(_joined(_said(one), _said(two)) for one, two in zip(upper, lower, strict=True))
    return Found(grid.name, _bounded(headings), grid.left + first, _below(grid, head[at + deep - 1][0], first, last))


def _heading(head: Sequence[Numbered]) -> int | None:
    """Which of the rows holds the headings: the first that is words all over, and about as full as those below it; none
    where the fullest are numbers and dates as well, and so data."""
    for at, (_, cells) in enumerate(head):
        filled = [one for one in cells if one is not None]
        fullest = max((_filled(row) for _, row in head[at + 1 : at + 1 + _FOLLOWING]), default=0)
        words = _words_in(cells, head[at + 1 :])
        if len(filled) >= max(1, min(2, fullest), fullest * _FULL_ENOUGH) and words >= len(filled) * _WORDS_ENOUGH:
            return at
    fullest = max(range(len(head)), key=lambda at: (_filled(head[at][1]), -at))
    told = [one for one in head[fullest][1] if one is not None]
    is_data = _words_in(head[fullest][1], head[fullest + 1 :]) < len(told) and any(map(_is_number, told))
    return None if len(head) > 1 and is_data else fullest


def _recurs(head: Sequence[Numbered], at: int) -> bool:
    """Whether what would be headings is data: some of it is said again below, in the same column. All of it is where
    headings are repeated for every page."""
    below = [row for _, row in head[at + 1 :]]
    again = [
        any(column < len(row) and row[column] == one for row in below)
        for column, one in enumerate(head[at][1])
        if one is not None
    ]
    return 0 < sum(again) < len(again)


def _words_in(cells: Cells, below: Sequence[Numbered]) -> int:
    """How many of some cells may be headings: words, and years over what is none."""
    years = [column for column, one in enumerate(cells) if _is_year(one)]
    over = [column for column in years if not any(_is_year(row[column]) for _, row in below if column < len(row))]
    return sum(map(_is_word, cells)) + len(over)


def _is_year(one: Any) -> bool:
    return isinstance(one, int | str) and bool(_YEAR.fullmatch(str(one)))


def _is_word(one: Any) -> bool:
    return isinstance(one, str) and len(one) <= LONGEST_HEADING and any(letter.isalpha() for letter in one)


def _is_number(one: Any) -> bool:
    return one is not None and not _is_word(one) and any(letter.isdigit() for letter in str(one))


def _filled(cells: Cells) -> int:
    return sum(one is not None for one in cells)


def _is_double(grid: Grid, head: Sequence[Numbered], at: int) -> bool:
    """Whether the next row is headings as well: this one is merged over it, or it says one thing under several."""
    if at + 1 >= len(head):
        return False
    (number, upper), (next_number, lower) = head[at], head[at + 1]
    if next_number != number + 1 or not all(isinstance(one, str) for one in lower if one is not None):
        return False
    for (top, start), (bottom, end) in grid.merged:
        if top == number - 1 and bottom == top and end > start:
            under = lower[max(start - grid.left, 0) : end - grid.left + 1]
            if _filled(under) > 1:
                return True
    below = [two for one, two in zip(upper, lower, strict=False) if one is None and two is not None]
    said = [one for one in lower if one is not None]
    return bool(below) and len(set(said)) < len(said) and _filled(upper) > 1


def _spread(grid: Grid, row: Numbered) -> Cells:
    """The upper headings with each said over all the columns it is merged over; where nothing tells, until the next."""
    number, cells = row
    spread, spans = list(cells), [(start, end) for (top, start), (_, end) in grid.merged if top == number - 1]
    for start, end in spans:
        for column in range(start - grid.left, min(end - grid.left + 1, len(spread))):
            spread[column] = cells[start - grid.left]
    if not spans:
        for column in range(1, len(spread)):
            spread[column] = spread[column - 1] if spread[column] is None else spread[column]
    return spread


def _extent(grid: Grid, top: int) -> tuple[int, int]:
    """The first and the last column in which anything stands, from a row on."""
    used: set[int] = set()
    for number, cells in grid.rows():
        if number >= top:
            used.update(place for place, one in enumerate(cells) if one is not None)
    return min(used), max(used)


def _below(grid: Grid, top: int, first: int, last: int) -> Iterator[Numbered]:
    rows = ((number, _cut(cells, first, last)) for number, cells in grid.rows() if number > top)
    return _counted(_filled_down(grid, rows, first))


def _filled_down(grid: Grid, rows: Iterator[Numbered], first: int) -> Iterator[Numbered]:
    """What is merged over several rows is said of each of them."""
    said: dict[Place, Any] = {}
    spans: dict[int, list[Place]] = {}
    for (top, start), (bottom, _) in grid.merged:
        for row in range(top, min(bottom, top + MOST_ROWS) + 1 if bottom > top else top):
            spans.setdefault(row, []).append((top, start))
    for number, cells in rows:
        for top, start in spans.get(number - 1, ()):
            if 0 <= (place := start - grid.left - first) < len(cells):
                if number - 1 == top:
                    said[top, start] = cells[place]
                else:
                    cells[place] = said.get((top, start))
        yield number, cells


def _counted(rows: Iterator[Numbered]) -> Iterator[Numbered]:
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise Refused(Why.ROWS)
        yield row


def _bounded(headings: tuple[str, ...]) -> tuple[str, ...]:
    if len(headings) > MOST_COLUMNS:
        raise Refused(Why.COLUMNS, columns=len(headings))
    return headings


def _cut(cells: Cells, first: int, last: int) -> Cells:
    cut = cells[first : last + 1]
    return cut + [None] * (last - first + 1 - len(cut))


def _joined(upper: str, lower: str) -> str:
    return upper if upper == lower or not lower else lower if not upper else f"{upper}{GROUPED}{lower}"


def _said(one: Any) -> str:
    if one is None:
        return ""
    said = f"{one:%d.%m.%Y}" if isinstance(one, date) else str(getattr(one, "code", one))
    return " ".join(said.split())[:LONGEST_HEADING]
