"""Bars on paper: as wide as the numbers they stand for, said in words beside, and the table still there."""

from __future__ import annotations

import html
import re
from typing import Any

import docx
import pytest
from pypdf import PdfReader

from reports import pdf, word
from reports.document import Bar
from reports.table import DRAWN, Column, Kind, Sheet
from tests.test_coordinating import world  # noqa: F401 - a fixture
from tests.test_documents import set_as
from tests.test_registers import As
from tests.test_tabular import document

COLUMNS = [Column("Enhet"), Column("Kommune"), Column("Antall", Kind.INTEGER, summed=True)]
ROWS = [["Skole & <b>", "Tinn", 40], ["Heim", "Tinn", 10], ["Ingen", None, 0], ["Ukjent", "Tinn", None]]
TOLD = "Antall: Skole & <b>, Tinn 40; Heim, Tinn 10; Ingen 0; Ukjent, Tinn –"


def drawn(rows: Any = ROWS, **said: Any) -> Any:
    return document(Sheet("Ark", said.pop("columns", COLUMNS), rows, bars=2, **said))


def structure(element: Any) -> list[Any]:
    """The descriptions of all that is tagged in a PDF."""
    element = element.get_object()
    if not hasattr(element, "get"):
        return []
    kids = element.get("/K", [])
    below = kids if isinstance(kids, list) else [kids]
    mine = [str(element["/Alt"])] if "/Alt" in element else []
    return mine + [one for kid in below if not isinstance(kid, int) for one in structure(kid)]


@pytest.mark.usefixtures("app")
def test_the_longest_is_whole_and_the_others_are_as_long_as_their_numbers() -> None:
    (part,) = drawn().parts

    assert list(part.chart.bars) == [
        Bar("Skole & <b>, Tinn", "40", 1000), Bar("Heim, Tinn", "10", 250), Bar("Ingen", "0", 0),
        Bar("Ukjent, Tinn", "–", 0),
    ]  # fmt: skip
    assert (part.chart.label, part.chart.told) == ("Antall", TOLD)
    assert len(part.table.rows) == len(ROWS) + 1  # and the sum


@pytest.mark.usefixtures("app")
def test_of_per_cent_a_whole_bar_is_a_hundred_and_no_more_than_the_first_are_drawn() -> None:
    percent = [*COLUMNS[:2], Column("Utfylt", Kind.INTEGER, percent=True)]

    assert [one.width for one in drawn([["A", "B", 50]], columns=percent).parts[0].chart.bars] == [500]
    assert len(drawn([["A", "B", number] for number in range(40)]).parts[0].chart.bars) == DRAWN
    assert (drawn([]).parts[0].chart, document(Sheet("Ark", COLUMNS, ROWS)).parts[0].chart) == (None, None)


@pytest.mark.usefixtures("app")
def test_a_pdf_says_in_words_what_its_bars_show_and_has_the_table_too() -> None:
    found = PdfReader(set_as(pdf, drawn()))
    text = " ".join(page.extract_text() for page in found.pages)

    assert structure(found.trailer["/Root"]["/StructTreeRoot"]) == [TOLD]
    assert text.count("Heim") == 2


@pytest.mark.usefixtures("app")
def test_in_word_the_bars_are_a_table_with_a_description() -> None:
    bars, table = docx.Document(set_as(word, drawn())).tables

    assert html.unescape(re.findall(r'w:tblDescription w:val="([^"]*)"', bars._tbl.xml)[0]) == TOLD
    assert [[cell.text for cell in row.cells] for row in bars.rows] == [
        ["Skole & <b>, Tinn", "", "40"], ["Heim, Tinn", "", "10"], ["Ingen", "", "0"], ["Ukjent, Tinn", "", "–"],
    ]  # fmt: skip
    assert [cell.text for cell in table.rows[0].cells] == ["Enhet", "Kommune", "Antall"]
    indents = [int(one) for one in re.findall(r'<w:ind w:right="(\d+)"/>', bars._tbl.xml)]
    assert (indents[0], indents[2] == indents[3], indents[0] < indents[1] < indents[2]) == (0, True, True)
    assert bars._tbl.xml.count("<w:shd ") == 2


@pytest.mark.usefixtures("world")
def test_the_page_and_the_page_to_print_draw_the_same_bars(as_: As) -> None:
    browser = as_("tone")
    pages = [browser.get(f"/reports/uten-databehandleravtale/{end}").text for end in ("", "document/")]

    figures = [re.findall(r"<figure.*?</figure>", page, re.DOTALL) for page in pages]
    assert figures[0] == figures[1]
    assert [len(one) for one in figures] == [1, 1]


@pytest.mark.usefixtures("app")
def test_a_number_may_be_held_against_that_of_another_column() -> None:
    """Beneath it, paler, and by the name of its column: on paper as on the page."""
    columns = [Column("Kommune"), Column("Før", Kind.INTEGER), Column("Etter", Kind.INTEGER)]
    told = document(Sheet("Ark", columns, [["Tinn", 40, 10], ["Skien", None, 20]], bars=2, against=1))
    (part,) = told.parts
    text = " ".join(page.extract_text() for page in PdfReader(set_as(pdf, told)).pages)
    bars, _table = docx.Document(set_as(word, told)).tables

    assert list(part.chart.bars) == [
        Bar("Tinn", "10", 250), Bar("Før", "40", 1000, pale=True), Bar("Skien", "20", 500),
        Bar("Før", "–", 0, pale=True),
    ]  # fmt: skip
    assert part.chart.told == "Etter: Tinn 10; Før 40; Skien 20; Før –"
    assert text.count("Før") == 3
    assert re.findall(r'w:fill="(\w+)"', bars._tbl.xml) == ["1F4E79", "A9B7C4", "1F4E79"]
