"""What of a sheet did not go in, for who brought it: their own sheet with the faults marked and said, or where that is
not an xlsx, a new one of the rows with what is wrong beside them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from typing import IO, Any

from exchange.cells.wording import told
from exchange.files.plain import Kind, Told
from exchange.files.reading import PATIENCE, ROOT, TOLD, Workbook
from exchange.rows.planned import Planned, Said
from exchange.table import Table, column_letters
from models.declare.words import N_
from reports.language import translator
from reports.table import Column, Cover, Sheet
from reports.table import Kind as CellKind
from reports.table import Workbook as Book

LEFT_OUT = N_("Raden ble valgt bort.")


def marked(file: IO[bytes], book: Workbook, rows: Sequence[Planned]) -> bytes | None:
    """The file with what is wrong marked and said in notes, everything else as it was; by a process of its own. None
    where it is no xlsx, or is written in a way that is not known."""
    if book.kind is not Kind.XLSX:
        return None
    done = subprocess.run(
        [sys.executable, "-E", "-s", "-m", "exchange.files.marking"],
        input=json.dumps(_by_cell(book, rows)).encode() + b"\n" + file.read(), capture_output=True, cwd=ROOT,
        env={"LC_ALL": "C.UTF-8"}, timeout=PATIENCE, check=False, close_fds=True,
    )  # fmt: skip
    return done.stdout if done.returncode == 0 else None


def ending(book: Workbook) -> str:
    """What the name of a marked file ends in: Excel opens no file with macros by another name."""
    return "xlsm" if any(one.text == TOLD[Told.MACROS] for one in book.told) else "xlsx"


def _by_cell(book: Workbook, rows: Iterable[Planned]) -> dict[str, dict[str, str]]:
    """What is said of each cell, also of parts on their own sheets; of a row as a whole it is said of its first one."""
    left = {table.name: table.left for table in book.tables}
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        first = f"{column_letters(left.get(row.sheet, 0))}{row.number}"
        for one in row.problems:
            sheet, _mark, cell = one.address.rpartition("!")
            found.setdefault(sheet or row.sheet, {}).setdefault(cell or first, []).append(_said(one))
    return {sheet: {cell: "\n".join(some) for cell, some in cells.items()} for sheet, cells in found.items()}


def _said(one: Said) -> str:
    return one.text if one.address or not one.heading else f"{one.heading}: {one.text}"


def anew(table: Table, rows: Sequence[Planned], title: str, language: str) -> Book:
    """The rows that did not go in as a new workbook, in their own columns, with what is wrong behind them."""
    t = translator(language)
    faults = {row.number: row for row in rows if row.sheet == table.name}
    columns = [Column(heading or column_letters(table.left + place)) for place, heading in enumerate(table.headings)]
    lines = [
        [*map(told, cells), _faults(faults[number]) or t(LEFT_OUT)]
        for number, cells in zip(table.numbers, table.rows, strict=True)
        if number in faults
    ]
    sheet = Sheet(table.name or t("Rader"), [*columns, Column(t("Feil"), CellKind.LONG_TEXT)], lines)
    cover = Cover(title, t("Det som ikke gikk inn"))
    return Book(
        cover=cover, sheets=[sheet], language=language, cover_title=t("Forside"), contents_label=t("Innhold"),
        sum_label=t("Sum"), total=len(lines),
    )  # fmt: skip


def _faults(row: Planned) -> str:
    some: list[Any] = [f"{one.heading}: {one.text}" if one.heading else one.text for one in row.problems]
    return "\n".join(some)
