"""A field of shades whose columns have names: written upright, as there is no room for them side by side. The number
stands in every square, so that nothing is told by its shade alone."""

from __future__ import annotations

from collections.abc import Sequence

from reports.drawing.charts import SHADES
from reports.drawing.lettering import LINE, SIZE, fitted, width
from reports.drawing.picture import WIDTH, Mark, Picture, Table, bar, words

LONGEST, MOST_ROWS = 190, 60  # how tall the names of the columns are at most, and how many rows are drawn
NAMES = 0.45  # of the width, for the names of the rows at least


def grid(
    name: str, title: str, told: str, heading: str, rows: Sequence[str], columns: Sequence[str],
    values: Sequence[Sequence[int]],
) -> Picture:  # fmt: skip
    """Whole numbers, nought or more."""
    shown = rows[:MOST_ROWS]
    head = min(max(map(width, columns), default=0), LONGEST) + 12
    cell = min(WIDTH * (1 - NAMES) / max(1, len(columns)), 2 * LINE)
    left = round(WIDTH - cell * len(columns), 1)
    most = max((one for line_of in values for one in line_of), default=0)
    middles = [round(left + cell * (at + 0.5), 1) for at in range(len(columns))]
    marks = [_upright(x, head, fitted(text, LONGEST)) for x, text in zip(middles, columns, strict=True)]
    for down, label in enumerate(shown):
        y = head + 4 + down * LINE
        marks.append(words(0, y + SIZE - 2, fitted(label, left - 8), "label"))
        for across, value in enumerate(values[down]):
            shade = min(SHADES, 1 + (SHADES - 1) * value // most) if value else 0
            marks.append(bar(left + cell * across, y, cell, LINE, f"shade shade-{shade}"))
            marks.append(words(middles[across], y + SIZE - 2, str(value), f"on-shade-{shade}"))
    table = Table(
        (heading, *columns), [(label, *map(str, said)) for label, said in zip(rows, values, strict=True)],
        numbers=range(1, len(columns) + 1),
    )  # fmt: skip
    height = head + 8 + LINE * max(1, len(shown))
    return Picture(name, title, told, height, marks, table, left_out=len(rows) - len(shown))


def _upright(x: float, foot: float, text: str) -> Mark:
    """A text from below upwards, ending nowhere near the next."""
    at: dict[str, float | str] = {
        "x": x,
        "y": round(foot, 1),
        "transform": f"rotate(-90 {x} {round(foot, 1)})",
        "dy": 6,
    }
    return Mark("text", at, "number", text)
