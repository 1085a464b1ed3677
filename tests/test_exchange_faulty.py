"""The sheet that goes back with its faults marked: the same file but for a colour and a note on what is wrong."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from exchange import faulty
from exchange.files import marking
from exchange.files.reading import read
from exchange.rows.planned import Planned, Said, What
from reports.xlsx import write

SHEET = "Fag & systemer"


def made(*, note: bool = False, tables: bool = False) -> bytes:
    """An xlsx with formats, in which the last row says little."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page, bold, date = book.add_worksheet(SHEET), book.add_format({"bold": True}), book.add_format({"num_format": 14})
    page.write_row(0, 1, ("Navn", "Brukere", "Dato"), bold)
    page.write_row(1, 1, ("Kalender", "mange", 44000), date)
    page.write_row(2, 1, ("Timeplan",))
    page.set_column(1, 1, 40)
    page.conditional_format("C2:C9", {"type": "data_bar", "data_bar_2010": True})
    if note:
        page.write_comment("C2", "Skriv et tall")
        page.write_comment("B2", "Et navn")
    if tables:
        page.add_table("F1:G3")
    book.close()
    return out.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        return {one: package.read(one) for one in package.namelist()}


@pytest.mark.parametrize("options", [{}, {"note": True}, {"tables": True}])
def test_the_faults_are_marked_and_said_and_the_rest_is_the_same(options: dict[str, Any]) -> None:
    before = made(**options)

    after = marking.marked(before, {SHEET: {"C2": "Skriv <et> tall", "C3": "Mangler"}})

    old, new = parts(before), parts(after)
    sheet = new["xl/worksheets/sheet1.xml"].decode()
    comments = b"".join(
        content for name, content in new.items() if "omments" in name and name.endswith(".xml")
    ).decode()
    allowed = {
        "xl/styles.xml",
        "[Content_Types].xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/_rels/sheet1.xml.rels",
    }
    changed = {name for name in old if old[name] != new[name]} - allowed
    assert changed == ({"xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"} if options.get("note") else set())
    assert comments.count('ref="C2"') == comments.count('ref="C3"') == 1
    assert "Skriv &lt;et&gt; tall" in comments
    assert sheet.count("<legacyDrawing ") == 1
    assert '<c r="C3" s="' in sheet
    cells = [
        CalamineWorkbook.from_filelike(io.BytesIO(one)).get_sheet_by_name(SHEET).to_python() for one in (before, after)
    ]
    assert cells[0][1] == cells[1][1]


def test_a_format_that_is_marked_is_otherwise_as_it_was() -> None:
    styles = parts(marking.marked(made(), {SHEET: {"D2": "En feil"}}))["xl/styles.xml"].decode()

    formats = styles[styles.index("<cellXfs") : styles.index("</cellXfs>")]
    assert formats.count('numFmtId="14"') == 2
    assert f'count="{formats.count("<xf ")}"' in formats
    assert marking.COLOUR in styles


def rows(*said: Said) -> list[Planned]:
    return [Planned(0, 2, SHEET, What.ERROR, problems=list(said))]


def test_what_is_said_of_a_row_is_said_of_its_first_cell_and_the_file_can_be_read_again(tmp_path: Path) -> None:
    place = tmp_path / "ark.xlsx"
    place.write_bytes(made())
    book = read(place, "ark.xlsx")

    with place.open("rb") as file:
        content = faulty.marked(file, book, rows(Said("Skriv et tall", "C2", "Brukere"), Said("Mangler", "", "Status")))

    assert content is not None
    assert b"Status: Mangler" in parts(content)["xl/ordenComments0.xml"]
    assert list(read(content, "ark.xlsx").tables[0].rows) == list(book.tables[0].rows)


def test_what_is_said_of_a_part_is_said_on_its_own_sheet(tmp_path: Path) -> None:
    place = tmp_path / "ark.xlsx"
    with xlsxwriter.Workbook(place) as made_here:
        for name in ("Behandlinger", "Grunnlag"):
            made_here.add_worksheet(name).write_column(0, 0, ("Navn", "Skatt"))
    book = read(place, "ark.xlsx")
    row = Planned(0, 2, "Behandlinger", What.ERROR, problems=[Said("Ukjent", "Grunnlag!A2", "Navn")])

    with place.open("rb") as file:
        content = faulty.marked(file, book, [row])

    assert content is not None
    new, old = parts(content), parts(place.read_bytes())
    assert new["xl/worksheets/sheet1.xml"] == old["xl/worksheets/sheet1.xml"]
    assert b"Ukjent" in new["xl/ordenComments0.xml"]
    assert b"ordenComments0" in new["xl/worksheets/_rels/sheet2.xml.rels"]


def test_of_another_kind_of_file_the_rows_go_back_with_what_is_wrong_behind_them() -> None:
    book = read(b"Navn;Brukere\nKalender;mange\nTimeplan;7\n", "ark.csv")
    table = book.tables[0]
    out = io.BytesIO()

    said = [Planned(0, 2, table.name, What.ERROR, problems=[Said("Skriv et tall", "B2", "Brukere")])]
    write(faulty.anew(table, said, "Applikasjoner", "nb"), out)

    assert faulty.marked(io.BytesIO(), book, said) is None
    again = next(one for one in read(out.getvalue(), "x.xlsx").tables if "Navn" in one.headings)
    assert (again.headings, list(again.rows)) == (
        ("Navn", "Brukere", "Feil"), [("Kalender", "mange", "Brukere: Skriv et tall")]
    )  # fmt: skip


def test_a_file_that_is_written_in_an_unknown_way_is_let_be() -> None:
    out, before = io.BytesIO(), parts(made())
    with ZipFile(out, "w") as package:
        for name, content in before.items():
            package.writestr(name, content.replace(b"sheetData", b"x:sheetData") if "sheet1.xml" in name else content)

    with pytest.raises(marking.Unknown):
        marking.marked(out.getvalue(), {SHEET: {"C2": "En feil"}})
