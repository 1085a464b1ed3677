"""A sheet as CSV: UTF-8 that Excel knows by its mark, semicolons between, dates and amounts as they are written here.

A text that a spreadsheet would take for a formula goes out with an apostrophe before it (`exchange/formulas.py`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any, BinaryIO

from exchange.formulas import guarded
from reports.columns import SAID
from reports.stream_sheet import clean
from reports.table import Cell, Kind, Sheet

SEPARATOR = ";"
Say = Callable[[Any], str]


def write(sheet: Sheet, target: BinaryIO) -> None:
    """Write the sheet, a row at a time."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=False)
    rows = csv.writer(text, delimiter=SEPARATOR)
    rows.writerow([guarded(column.label) for column in sheet.columns])
    said = [_SAID.get(column.kind, _number) for column in sheet.columns]
    for row in sheet.rows:
        rows.writerow([_cell(say, value) for say, value in zip(said, row, strict=True)])
    text.flush()
    text.detach()  # the target is the caller's to close


def _cell(say: Say, value: Cell) -> str:
    return "" if value is None else say(value)


def _text(value: str) -> str:
    return guarded(clean(value))


def _number(value: object) -> str:
    return f"{value}"


_SAID: dict[Kind, Say] = {Kind.TEXT: _text, Kind.LONG_TEXT: _text, **SAID}
