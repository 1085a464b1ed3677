"""A field of shades, with the number in each square where there is room and in the table always: nothing is told by its
shade alone. Names of columns that are too long to stand side by side stand upright, where there is room for that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reports.drawing.lettering import LINE, SIZE, fitted, thinned, width
from reports.drawing.picture import WIDTH, Mark, Picture, Table, bar, words

SHADES, MOST_CELLS, MOST_ROWS = 5, 2500, 60
NARROWEST, WIDEST, LONGEST = 6, 96, 190  # a column with a name, any column, and how tall an upright name is at most


def heat(
    name: str, title: str, told: str, heading: str, rows: Sequence[str], columns: Sequence[str],
    values: Sequence[Sequence[float | None]], write: Callable[[float], str],
) -> Picture:  # fmt: skip
    shown = rows[: min(MOST_ROWS, max(1, MOST_CELLS // max(1, len(columns))))]
    most = max((abs(one) for said in values for one in said if one), default=0)
    cell = min(WIDTH * 2 / 3 / max(1, len(columns)), WIDEST)
    left = round(WIDTH - cell * len(columns), 1)
    middles = [round(left + cell * (at + 0.5), 1) for at in range(len(columns))]
    head, marks = _head(columns, middles, cell)
    for down, label in enumerate(shown):
        y = head + down * LINE
        marks.append(words(0, y + SIZE - 2, fitted(label, left - 8), "label"))
        for across, value in enumerate(values[down]):
            shade = min(SHADES, 1 + int((SHADES - 1) * abs(value) / most)) if value else 0
            marks.append(bar(left + cell * across, y, cell, LINE, f"shade shade-{shade}"))
            text = "" if value is None else write(value)
            if text and width(text) <= cell - 2:
                marks.append(words(middles[across], y + SIZE - 2, text, f"on-shade-{shade}"))
    lines = [
        (label, *("" if one is None else write(one) for one in said)) for label, said in zip(rows, values, strict=True)
    ]
    table = Table((heading, *columns), lines, numbers=range(1, len(columns) + 1))
    height = head + LINE * max(1, len(shown))
    return Picture(name, title, told, height, marks, table, left_out=len(rows) - len(shown))


def _head(columns: Sequence[str], middles: Sequence[float], cell: float) -> tuple[float, list[Mark]]:
    """The names of the columns, and how much room they take above the field."""
    longest = max(map(width, columns), default=0)
    if longest <= cell - 2 or cell < LINE:
        return LINE + 6, [
            words(x, SIZE, text) for x, text in thinned(columns, middles, WIDTH)
        ] if cell >= NARROWEST else []
    foot = min(longest, LONGEST) + 12
    upright = zip(middles, columns, strict=True)
    return foot + 4, [_upright(x, round(foot, 1), fitted(text, LONGEST)) for x, text in upright]


def _upright(x: float, foot: float, text: str) -> Mark:
    """A text from below upwards, ending nowhere near the next."""
    at: dict[str, float | str] = {"x": x, "y": foot, "transform": f"rotate(-90 {x} {foot})", "dy": 6}
    return Mark("text", at, "number", text)
