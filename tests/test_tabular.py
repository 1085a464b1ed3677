"""A narrow report as a document: one shape for all of them, as PDF, Word and a page to print."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT
from pypdf import PdfReader

from models.database import db
from reports import pdf, report, word
from reports.base import Ask, Told
from reports.table import Column, Kind, Sheet
from reports.tabular import PAPER, Tabular
from tests.conftest import inside
from tests.test_documents import NASTY, places, set_as
from tests.test_registers import As
from tests.test_reports import ASK, run
from tests.test_statements import furnish

COLUMNS = [
    Column("Navn"),
    Column("Tomt"),
    Column("Beløp", Kind.MONEY, summed=True),
    Column("Antall", Kind.INTEGER, summed=True),
    Column("Dag", Kind.DATE),
]
ROWS = [[NASTY, None, 123_456_700, 1, date(2026, 1, 31)], ["Æ Ø Å", None, 50, None, None]]


@dataclass(frozen=True)
class Made(Tabular):
    """A report of the sheets it is given."""

    given: tuple[Sheet, ...] = ()

    def sheets(self, _session: Any, _ask: Ask) -> list[Told]:
        return [Told(one, lambda _most, one=one: len(list(one.rows))) for one in self.given]  # type: ignore[misc]


def document(*given: Sheet) -> Any:
    with inside("Tinn"):
        return Made("laget", "Laget", "En rapport.", given=given).document(db.session, ASK)


@pytest.mark.usefixtures("app")
def test_a_table_leaves_out_empty_columns_sums_what_is_summed_and_tells_numbers_apart() -> None:
    (part,) = document(Sheet("Ark", COLUMNS, ROWS)).parts

    assert part.table is not None
    assert list(part.table.columns) == ["Navn", "Beløp", "Antall", "Dag"]
    assert [list(row) for row in part.table.rows] == [
        [NASTY, "1\u00a0234\u00a0567,00", "1", "31.01.2026"],
        ["Æ Ø Å", "0,50", "", ""],
        ["Sum", "1\u00a0234\u00a0567,50", "1", ""],
    ]
    assert list(part.table.numbers) == [1, 2]


@pytest.mark.usefixtures("app")
def test_what_has_no_rows_and_what_no_paper_holds_say_so() -> None:
    wide: Sequence[Column] = [Column(f"K{number}") for number in range(PAPER + 1)]
    told = document(
        Sheet("Tomt", COLUMNS, [], empty="Ingen her."),
        Sheet("Uten ord", COLUMNS, []),
        Sheet("Bredt", wide, [["x"] * len(wide)]),
    )

    assert [(part.title, part.empty, part.table) for part in told.parts] == [
        ("Tomt", "Ingen her.", None),
        ("Uten ord", "Ingen rader i dette utvalget.", None),
        ("Bredt", "Tabellen er for bred til papir. Se den på siden eller i Excel.", None),
    ]


@pytest.mark.usefixtures("app")
def test_the_pdf_lies_down_has_tags_a_bookmark_for_each_sheet_and_every_word() -> None:
    found = PdfReader(set_as(pdf, document(Sheet("Ark", COLUMNS, ROWS), Sheet("Neste", COLUMNS, ROWS))))
    page = found.pages[0]

    assert page.mediabox.width > page.mediabox.height
    assert (found.trailer["/Root"]["/Lang"], found.trailer["/Root"]["/MarkInfo"]["/Marked"]) == ("nb", True)
    assert [title for _depth, title, _page in places(found)] == ["Ark", "Neste"]
    text = " ".join(one.extract_text() for one in found.pages)
    assert ("1\u00a0234\u00a0567,50" in text.replace(" ", "\u00a0"), "Æ Ø Å" in text, "Tomt" in text) == (
        True,
        True,
        False,
    )


@pytest.mark.usefixtures("app")
def test_word_has_the_same_table_with_its_head_repeated() -> None:
    told = docx.Document(set_as(word, document(Sheet("Ark", COLUMNS, ROWS))))

    (table,) = told.tables
    assert [cell.text for cell in table.rows[0].cells] == ["Navn", "Beløp", "Antall", "Dag"]
    assert [row.cells[1].text for row in table.rows[1:]] == ["1\u00a0234\u00a0567,00", "0,50", "1\u00a0234\u00a0567,50"]
    assert told.sections[0].orientation == WD_ORIENT.LANDSCAPE
    assert "tblHeader" in table.rows[0]._tr.xml


def test_the_page_to_print_has_the_rows_of_the_whole_report(as_: As) -> None:
    furnish(range(30))
    page = html.unescape(as_("tone").get("/reports/lagring-og-sletting/document/").text)
    with inside("Tinn"):
        (told,) = report("lagring-og-sletting").sheets(db.session, ASK)
        rows = list(told.sheet.rows)

        totals = (told.total, report("lagring-og-sletting").chapters(db.session, ASK))

    assert (page.count('<th scope="row">'), *totals) == (len(rows),) * 3
    assert len(rows) > 25
    assert all(str(row[0]) in page for row in rows)


@pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")])
def test_the_command_writes_the_same_choices_as_the_page(ending: str, start: bytes, app: Any, tmp_path: Path) -> None:
    furnish(range(2))
    target = tmp_path / f"a.{ending}"

    answer = run(app, "avtalefrister", "--municipality", "0826", "--months", "3", "--out", str(target))
    refused = run(app, "avtalefrister", "--municipality", "0826", "--months", "61", "--out", str(target))

    assert (answer.exit_code, target.read_bytes()[: len(start)]) == (0, start)
    assert "Avtaler med frist: 2" in answer.output
    assert (refused.exit_code, "Skriv et tall fra 1 til 60." in refused.output) == (2, True)
    if ending == "pdf":
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(target.read_bytes())).pages)
        assert "Innen antall måneder: 3" in text
