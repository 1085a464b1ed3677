"""A column of numbers as bars: the first rows of a sheet, the same wherever they are drawn, and in a sentence. Where
the sheet says so each stands above that of another column, which it is held against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.document import Bar, Chart
from reports.drawing.scale import share
from reports.table import DRAWN, Sheet

WHOLE = 1000  # the width of the longest bar


def chart(sheet: Sheet, rows: Sequence[Sequence[Any]], told: Sequence[Sequence[str | None]]) -> Chart | None:
    """The bars of some rows, given also as texts; None of a sheet that has none. Of per cent a whole bar is 100."""
    if sheet.bars is None or not rows:
        return None
    named, places = sheet.named_by, drawn_columns(sheet)
    drawn = list(zip(rows[:DRAWN], told[:DRAWN], strict=True))
    percent = sheet.columns[sheet.bars].percent
    most = max(*(row[place] or 0 for row, _told in drawn for place in places), 100 if percent else 1)
    bars = [
        Bar(
            label=sheet.columns[place].label if number else ", ".join(one for one in texts[:named] if one),
            text=texts[place] or "–",
            width=share(row[place], most, WHOLE),
            pale=bool(number),
        )
        for row, texts in drawn
        for number, place in enumerate(places)
    ]
    return Chart(sheet.columns[sheet.bars].label, bars)


def drawn_columns(sheet: Sheet) -> list[int]:
    """The column that is drawn, and what it is held against."""
    return [one for one in (sheet.bars, sheet.against) if one is not None]
