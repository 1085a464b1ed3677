"""A report of few columns, told as a document too: one shape for all of them, a table under the title of each sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from models.declare.numbers import grouped, kroner
from models.declare.words import N_
from reports.base import Ask, Report, whose
from reports.charts import chart
from reports.columns import SAID
from reports.document import PAGE, PAGES, Document, Grid, Part
from reports.table import DRAWN, Cell, Column, Kind, Sheet

NONE = N_("Ingen rader i dette utvalget.")
LEFT_OUT = N_("Kolonner der ingenting er fylt ut, står bare i Excel.")
TOO_WIDE = N_("Tabellen er for bred til papir. Se den på siden eller i Excel.")
PAPER = 13  # columns that a sheet of A4 holds, lying down
WEIGHTS = {Kind.LONG_TEXT: 5, Kind.INTEGER: 2, Kind.DATE: 2, Kind.DECIMAL: 2}
NUMBERS = {Kind.INTEGER, Kind.DECIMAL, Kind.MONEY}


@dataclass(frozen=True)
class Tabular(Report):
    """Its sheets as they stand, but for columns that no row says anything in. A document of it is counted in rows."""

    most_chapters: ClassVar[int] = 2_000  # of ten columns: it takes 0.8 GB to set them

    def document(self, session: Any, ask: Ask) -> Document:
        t, sheets = ask.t, [one.sheet for one in self.sheets(session, ask)]
        parts = [_part(one, t(NONE), t(TOO_WIDE), t("Sum")) for one in sheets]
        facts = [(label, _in_words(value)) for label, value in self.facts(session, ask) if value is not None]
        return Document(
            title=self.named(t), subtitle=t(self.text), whose=whose(session, t), made=ask.made,
            language=ask.language, facts=facts, notes=[*[t(note) for note in self.notes], t(LEFT_OUT)], parts=parts,
            contents_label=t("Innhold"), page_label=t("Side %(page)s av %(pages)s", page=PAGE, pages=PAGES),
            wide=True,
        )  # fmt: skip

    def chapters(self, session: Any, ask: Ask) -> int:
        """How many rows there are, counted no further than one past what a document holds."""
        return sum(one.count(self.most_chapters) for one in self.sheets(session, ask))


def _in_words(value: Cell) -> str:
    return SAID[Kind.DATETIME](value) if isinstance(value, datetime) else str(value)


def _part(sheet: Sheet, otherwise: str, too_wide: str, sum_label: str) -> Part:
    rows = [list(row) for row in sheet.rows]
    if not rows:
        return Part(sheet.title, (), sheet.empty or otherwise)
    texts = [[_said(value, one.kind) for value, one in zip(row, sheet.columns, strict=True)] for row in rows[:DRAWN]]
    kept = [place for place in range(len(sheet.columns)) if place == 0 or any(row[place] is not None for row in rows)]
    columns = [sheet.columns[place] for place in kept]
    if len(columns) > PAPER:
        return Part(sheet.title, (), too_wide)
    rows = [[row[place] for place in kept] for row in rows]
    told = [[_said(value, column.kind) for value, column in zip(row, columns, strict=True)] for row in rows]
    sums = list(_sums(columns, rows, sum_label))
    grid = Grid(
        [one.label for one in columns],
        [*told, sums] if any(sums[1:]) else told,
        numbers=[place for place, column in enumerate(columns) if column.kind in NUMBERS],
        weights=[WEIGHTS.get(column.kind, 3) for column in columns],
    )
    return Part(sheet.title, (), "", grid, chart(sheet, rows, texts))


def _said(value: Cell, kind: Kind) -> str:
    if value is None:
        return ""
    if kind is Kind.MONEY:
        return kroner(value)  # type: ignore[arg-type]
    return grouped(value) if isinstance(value, int) else SAID.get(kind, str)(value)


def _sums(columns: Sequence[Column], rows: Sequence[Sequence[Any]], label: str) -> Iterator[str]:
    for place, column in enumerate(columns):
        if column.summed:
            yield _said(sum(row[place] or 0 for row in rows), column.kind)
        else:
            yield label if place == 0 else ""
