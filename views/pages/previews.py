"""The first rows of a sheet as a page shows them: what the file holds, no further than is seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any

from markupsafe import Markup

from models.queries.finding import COUNT_LIMIT
from reports.base import Told
from reports.charts import chart
from reports.table import Column, Kind, Named
from views import formatters
from views.addresses import address_of
from views.formatters import safe

PREVIEW, LONG = 25, 160
PAPER = 9  # columns that stand beside each other on a sheet of A4
NUMBERS = {Kind.INTEGER, Kind.DECIMAL, Kind.MONEY}


def preview(told: Told) -> dict[str, Any]:
    """A sheet, with its first rows drawn. Of an annex only what it holds is told: nothing of it is read."""
    columns = [{"label": c.label, "emphasis": c.emphasis, "numeric": c.kind in NUMBERS} for c in told.sheet.columns]
    if not told.sheet.annex:
        return {"title": told.sheet.title, "columns": columns, "annex": False, **_drawn(told)}
    total = told.count(COUNT_LIMIT)
    return {
        "title": told.sheet.title, "columns": columns, "annex": True, "total": total,
        "total_text": formatters.counted_text(total),
    }  # fmt: skip


def _drawn(told: Told) -> dict[str, Any]:
    rows = list(islice(told.sheet.rows, PREVIEW))
    columns = told.sheet.columns
    show, wide = [SHOWN[column.kind] for column in columns], len(columns) > PAPER
    marks = [_mark(column, wide) for column in columns]
    cells = [[_shown(value, told) for told, value in zip(show, row, strict=True)] for row in rows]
    total = len(rows) if len(rows) < PREVIEW else max(told.count(COUNT_LIMIT), len(rows))
    complete = total <= PREVIEW and any(column.summed for column in columns)
    return {
        "wide": wide,
        "empty": told.sheet.empty,
        "wrong": told.sheet.wrong,
        "body": Markup("\n").join(_line(row, marks) for row in cells),
        "shortened": any(len(cell) > LONG for row in cells for cell in row if cell),
        "shown": len(rows),
        "total": total,
        "total_text": formatters.counted_text(total),
        "sums": _sums(columns, rows) if complete else None,
        "bars": chart(told.sheet, rows, cells),
    }


def _shown(value: Any, told: Callable[[Any], str]) -> str | None:
    if value is None:
        return None
    return value if isinstance(value, Named) else told(value)


def _mark(column: Column, wide: bool) -> str:
    """What each cell of a column is marked with: that it is a number, and the label of its line on paper."""
    number = ' class="num"' if column.kind in NUMBERS else ""
    return f'{number} data-label="{safe(column.label)}"' if wide else number


def _line(cells: list[str | None], marks: list[str]) -> Markup:
    """A row of a sheet: its cells are many, and a template takes five times as long."""
    first, *rest = zip(cells, marks, strict=True)
    told = [f'<tr><th scope="row">{_named(first[0])}</th>', *[_data(cell, mark) for cell, mark in rest], "</tr>"]
    return Markup("".join(told))  # noqa: S704 - every cell is escaped


def _named(cell: str | None) -> str:
    """A cell; where it names a row, a link to it."""
    if not isinstance(cell, Named):
        return str(safe(cell))
    address = address_of(f"{cell.register}.details_view")
    return f'<a href="{safe(address)}?id={cell.row_id}">{safe(cell)}</a>'


def _data(cell: str | None, mark: str) -> str:
    if not cell:
        return "<td></td>"
    if len(cell) > LONG:
        return f'<td{mark}><div class="clamp">{safe(cell)}</div></td>'
    return f"<td{mark}>{safe(cell)}</td>"


def _sums(columns: Any, rows: list[Any]) -> list[str]:
    return [
        _cell(column, sum(row[number] or 0 for row in rows)) if column.summed else ""
        for number, column in enumerate(columns)
    ]


def _cell(column: Column, value: Any) -> str:
    return "" if value is None else SHOWN[column.kind](value)


def _amount(ore: int) -> str:
    return formatters.kroner(ore).removeprefix(f"kr{formatters.NBSP}")


SHOWN: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: str,
    Kind.LONG_TEXT: str,
    Kind.INTEGER: formatters.grouped,
    Kind.DECIMAL: formatters.decimal,
    Kind.MONEY: _amount,
    Kind.DATE: formatters.day,
    Kind.MONTH: lambda first: f"{first:%m.%Y}",
    Kind.DATETIME: formatters.moment,
}


def fact(value: Any) -> str:
    """What a cover tells: words, or the moment it was made."""
    return formatters.moment(value) if isinstance(value, datetime) else str(value or "")
