"""Spreadsheets as grids: xlsx, xlsb, xls and ods by python-calamine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from functools import partial
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from exchange.files.binary import Errors, binary_errors, binary_sheets, old_errors
from exchange.files.package import Package, marks
from exchange.files.plain import ERRORS, Cells, Grid, Kind, Marked, Opened, Place, Refused, Told, Why
from exchange.table import UNCOUNTED

_WORKSHEET = "WorkSheet"
_VBA = "_VBA_PROJECT".encode("utf-16-le")
Marks = Mapping[Place, str]


def open_package(data: bytes) -> Opened:
    """A newer spreadsheet: its bounds first, then what is in it."""
    package = Package(data)
    package.check()
    opened = Opened(package.kind, [])
    if package.macros:
        opened.told.append((Told.MACROS, {}))
    if package.links:
        opened.told.append((Told.LINKS, {}))
    found: dict[str, Marks] = {}
    if package.kind is Kind.XLSX:
        found, formulas = _marks(package)
        if formulas:
            opened.told.append((Told.FORMULAS, {}))
        if any(code == UNCOUNTED for cells in found.values() for code in cells.values()):
            opened.told.append((Told.UNCOUNTED, {}))
    if package.kind is Kind.XLSB and {"xl/workbook.bin", "xl/_rels/workbook.bin.rels"} <= package.parts.keys():
        sheets = binary_sheets(package.read("xl/workbook.bin"), package.read("xl/_rels/workbook.bin.rels"))
        found = {name: binary_errors(package.read(part)) for name, part in sheets if part in package.parts}
    return _filled(opened, data, found)


def open_old(data: bytes) -> Opened:
    """An old Excel file."""
    return _filled(Opened(Kind.XLS, [], [(Told.MACROS, {})] if _VBA in data else []), data, old_errors(data))


def _marks(package: Package) -> tuple[dict[str, Marks], bool]:
    found: dict[str, Marks] = {}
    formulas = False
    for name, part in package.sheets():
        found[name], has_formulas = marks(package.read(part))
        formulas |= has_formulas
    return found, formulas


def _filled(opened: Opened, data: bytes, found: Mapping[str, Marks] | list[Errors]) -> Opened:
    """The grids of a spreadsheet, with its errors by the names of its sheets, or in their order."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        if isinstance(found, list):
            found = dict(zip((one.name for one in book.sheets_metadata), found, strict=False))
        for sheet in book.sheets_metadata:
            if sheet.visible is not SheetVisibleEnum.Visible:
                opened.told.append((Told.HIDDEN, {"sheet": sheet.name}))
            elif str(sheet.typ).endswith(_WORKSHEET):
                as_text = opened.kind is Kind.ODS
                opened.grids.append(_grid(book.get_sheet_by_name(sheet.name), found.get(sheet.name, {}), as_text))
    except PasswordError as error:
        raise Refused(Why.ENCRYPTED) from error
    except (CalamineError, ValueError, OSError) as error:
        raise Refused(Why.ENCRYPTED if "password" in str(error).lower() else Why.DAMAGED) from error
    return opened


def _grid(sheet: CalamineSheet, found: Marks, errors_as_text: bool) -> Grid:
    left = sheet.start[1] if sheet.start else 0  # columns begin with the first one used, rows with the first of all
    merged = tuple(sheet.merged_cell_ranges or ())
    return Grid(sheet.name, partial(_rows, sheet, _by_row(found, left), errors_as_text), left, merged)


def _by_row(found: Marks, left: int) -> dict[int, dict[int, str]]:
    rows: dict[int, dict[int, str]] = {}
    for (row, column), code in found.items():
        rows.setdefault(row, {})[column - left] = code
    return rows


def _rows(sheet: CalamineSheet, marked: dict[int, dict[int, str]], errors_as_text: bool) -> Iterator[tuple[int, Cells]]:
    for row, values in enumerate(sheet.iter_rows()):
        cells = [_cell(value) for value in values]
        for column, code in marked.get(row, {}).items():
            if 0 <= column < len(cells):
                cells[column] = Marked(code)
        if errors_as_text:
            cells = [Marked(one) if isinstance(one, str) and is_error(one) else one for one in cells]
        if any(one is not None for one in cells):
            yield row + 1, cells


def is_error(text: str) -> bool:
    """Whether a text is how a spreadsheet writes an error where it has no other way."""
    return text in ERRORS or (text.startswith("Err:") and text[4:].isdigit())


def _cell(value: Any) -> Any:
    """A value as it is handed on. Times of the day and lengths of time are words: no field holds one."""
    if isinstance(value, str):
        return value if value and not value.isspace() else None
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, time):
        return f"{value:%H.%M}"
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}.{minutes % 60:02}"
    return value
