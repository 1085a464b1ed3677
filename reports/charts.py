"""A column of numbers as bars: the first rows of a sheet, the same wherever they are drawn, and in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.document import Bar, Chart
from reports.table import DRAWN, Sheet

WHOLE = 1000  # the width of the longest bar


def chart(sheet: Sheet, rows: Sequence[Sequence[Any]], told: Sequence[Sequence[str | None]]) -> Chart | None:
    """The bars of some rows, given also as texts; None of a sheet that has none. Of per cent a whole bar is 100."""
    if sheet.bars is None or not rows:
        return None
    place, named = sheet.bars, sheet.named_by
    drawn = list(zip(rows[:DRAWN], told[:DRAWN], strict=True))
    most = max(*(row[place] or 0 for row, _told in drawn), 100 if sheet.columns[place].percent else 1)
    bars = [
        Bar(
            label=", ".join(one for one in texts[:named] if one),
            text=texts[place] or "–",
            width=max(0, round(WHOLE * (row[place] or 0) / most)),
        )
        for row, texts in drawn
    ]
    return Chart(sheet.columns[place].label, bars)
