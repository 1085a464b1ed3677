"""The sheet that goes back with its faults marked, whoever wrote it: Excel finds nothing to repair in it, and what is
said is read where it should be. Each kind was opened in a real office program when it was written."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from exchange import faulty
from exchange.files import boxes, marking
from exchange.files.reading import read
from exchange.rows.planned import Planned, Said, What
from tests.support.dirty import repacked
from tests.support.packages import Package, wrong
from tests.test_importing_pages import job_of, send
from tests.test_registers import As

SHEET = "Fag & systemer"
PART, NOTES, BOXES = "xl/worksheets/sheet1.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"
TYPES, MACROS = "[Content_Types].xml", b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def made(more: Callable[[Any, Any], Any] = lambda _book, _page: None, **how: Any) -> bytes:
    """An xlsx of three rows, and what `more` does with it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **how})
    page = book.add_worksheet(SHEET)
    head = book.add_format({"bold": True, "bg_color": "#1F4E78", "font_color": "#FFFFFF"})
    for row, cells in enumerate(
        (("Navn", "Antall brukere", "I bruk fra"), ("Kalender", "mange", ""), ("Timeplan", "få", ""))
    ):
        page.write_row(row, 0, cells, head if not row else None)
    page.write_datetime("C2", datetime(2026, 12, 31), book.add_format({"num_format": "d. mmm yyyy", "italic": True}))  # noqa: DTZ001 - what sheets hold
    more(book, page)
    book.close()
    return out.getvalue()


def notes(page: Any) -> None:
    page.write_comment("B2", "Er dette riktig?", {"author": "Kari", "visible": True})
    page.write_comment("A3", "Et navn", {"author": "Ola"})


def everything(book: Any, page: Any) -> None:
    """What municipalities have in their sheets beside rows."""
    notes(page)
    page.data_validation("B2:B9", {"validate": "list", "source": ["I bruk", "Planlagt"]})
    page.conditional_format("B2:B9", {"type": "data_bar", "data_bar_2010": True})
    page.insert_textbox("H2", "Fritekst")
    page.insert_button("H9", {"caption": "Trykk"})
    page.set_header("&LTinn")
    page.autofilter("A1:C3")
    page.protect()
    page.write_url("A9", "https://example.no")
    book.define_name("Statuser", f"='{SHEET}'!$B$2:$B$9")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"='{SHEET}'!$B$2:$B$9"})
    page.insert_chart("H20", chart)
    book.add_worksheet("Tabell").add_table("A1:B4")


def by_openpyxl(*, with_note: bool = True) -> bytes:
    """The same by another program, which writes otherwise: no ties at the top of its boxes, and texts in cells."""
    out, book = io.BytesIO(), Workbook()
    page = book.active
    page.title = SHEET
    for row in (("Navn", "Antall brukere", "I bruk fra"), ("Kalender", "mange", None), ("Timeplan", "få", None)):
        page.append(row)
    page["B2"].fill = PatternFill("solid", fgColor="4472C4")
    if with_note:
        page["B2"].comment = Comment("Er dette riktig?", "Kari")
    kinds = DataValidation(type="list", formula1='"I bruk,Planlagt"')
    page.add_data_validation(kinds)
    kinds.add("B2:B9")
    book.save(out)
    return out.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "plain": made,
    "notes": lambda: made(lambda _book, page: notes(page)),
    "days since 1904": lambda: made(date_1904=True),
    "buttons, which are boxes of another kind": lambda: made(lambda _book, page: page.insert_button("E2")),
    "pictures, lists, names and tables": lambda: made(everything),
    "openpyxl": by_openpyxl,
    "openpyxl without notes": lambda: by_openpyxl(with_note=False),
    "ties in single quotes": lambda: repacked(
        made(lambda _book, page: notes(page)),
        {
            "xl/worksheets/_rels/sheet1.xml.rels": lambda was: was.replace(b'"', b"'"),
            PART: lambda was: re.sub(rb'<legacyDrawing r:id="(\w+)"', rb"<legacyDrawing r:id='\1'", was),
            TYPES: lambda was: was.replace(b'Extension="vml"', b"Extension='VML'"),
        },
    ),
    "controls as newer programs write them": lambda: repacked(
        made(lambda _book, page: page.insert_textbox("E2", "x")),
        {PART: lambda was: was.replace(b"</worksheet>", b'<mc:AlternateContent xmlns:mc="urn:mc"/></worksheet>')},
    ),
}


def opened(content: bytes) -> Any:
    """A workbook as another program reads it, which says what it does not know of."""
    with warnings.catch_warnings(action="ignore"):
        return load_workbook(io.BytesIO(content))


def said_in(content: bytes) -> dict[str, tuple[str, str]]:
    """What the notes of a sheet say, and who says it."""
    page = opened(content)[SHEET]
    return {
        cell.coordinate: (cell.comment.author, cell.comment.text)
        for row in page.iter_rows() for cell in row if cell.comment
    }  # fmt: skip


def red_in(content: bytes) -> set[str]:
    page = opened(content)[SHEET]
    return {
        cell.coordinate for row in page.iter_rows() for cell in row if cell.fill.fgColor.rgb == marking.COLOUR
    }  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_there_is_nothing_to_repair_in_it_and_every_fault_is_marked_and_said(kind: str) -> None:
    before = FILES[kind]()
    asked = {"B2": "Skriv et helt tall.", "B3": "Skriv et tall.", "E3": "Mangler"}

    after = marking.marked(before, {SHEET: asked})

    assert (wrong(before), wrong(after)) == ([], [])
    told = said_in(after)
    assert {cell: text.endswith(asked[cell]) for cell, (_by, text) in told.items() if cell in asked} == dict.fromkeys(
        asked, True
    )
    assert {cell: text for cell, text in said_in(before).items() if cell not in asked} == {
        cell: text for cell, text in told.items() if cell not in asked
    }
    assert red_in(after) == set(asked)


@pytest.mark.parametrize("before", [made(lambda _book, page: notes(page)), by_openpyxl()])
def test_what_somebody_had_noted_stays_theirs_and_what_is_wrong_is_ours(before: bytes) -> None:
    after = marking.marked(before, {SHEET: {"B2": "Skriv et tall.", "B3": "Skriv et tall."}})

    told = said_in(after)
    assert (told["B2"], told["B3"]) == (("Kari", "Er dette riktig?\nSkriv et tall."), ("Orden", "Skriv et tall."))


def test_a_note_that_was_shown_stays_shown_in_a_box_that_holds_both() -> None:
    before = made(lambda _book, page: notes(page))

    after = Package(marking.marked(before, {SHEET: {"B2": "Et ord som er langt nok til mer. " * 12}})).parts[BOXES]

    box = next(one for one in boxes._SHAPE.finditer(after) if boxes._place(one[0]) == (1, 1))[0].decode()
    height = re.search(r"height:(\d+)pt", box)
    assert "<x:Visible/>" in box
    assert height is not None
    assert int(height[1]) >= 10 * boxes.LINE


@pytest.mark.parametrize(("width", "last"), [(2, 13), (40, 4)])
def test_a_box_is_as_wide_over_narrow_columns_as_over_wide_ones(width: int, last: int) -> None:
    before = made(lambda _book, page: page.set_column(2, 60, width))

    shown = Package(marking.marked(before, {SHEET: {"B2": "En feil"}})).parts["xl/drawings/ordenNotes0.vml"].decode()

    assert re.findall(r"<x:Anchor>\d+, 15, \d+, 2, (\d+)", shown) == [str(last)]


def test_a_cell_that_is_one_with_others_is_marked_where_it_is_shown() -> None:
    before = made(lambda _book, page: page.merge_range("B2:B3", "mange"))

    after = marking.marked(before, {SHEET: {"B2": "Skriv et tall.", "B3": "Skriv et tall.", "A3": "Mangler"}})

    assert (wrong(after), red_in(after)) == ([], {"B2", "A3"})
    assert {cell: text for cell, (_by, text) in said_in(after).items()} == {"B2": "Skriv et tall.", "A3": "Mangler"}


def test_what_was_mended_is_neither_marked_nor_said_the_next_time() -> None:
    first = marking.marked(made(lambda _book, page: notes(page)), {SHEET: {"B3": "Skriv et tall.", "C3": "Mangler"}})

    second = marking.marked(first, {SHEET: {"C3": "Skriv en dato."}})
    whole = marking.marked(second, {})

    assert [wrong(one) for one in (first, second, whole)] == [[], [], []]
    assert [red_in(one) for one in (first, second, whole)] == [{"B3", "C3"}, {"C3"}, set()]
    ours = [{cell: text for cell, (by, text) in said_in(one).items() if by == "Orden"} for one in (second, whole)]
    assert ours == [{"C3": "Skriv en dato."}, {}]
    assert said_in(whole).keys() == {"B2", "A3"}


def test_notes_of_one_sheet_never_take_the_place_of_those_of_another() -> None:
    before = made(lambda book, _page: book.add_worksheet("Annet").write_row(0, 0, ("Kode", "Betyr")))

    first = marking.marked(before, {SHEET: {"B3": "Skriv et tall."}})
    second = marking.marked(first, {SHEET: {"B3": "Skriv et tall."}, "Annet": {"A1": "Ukjent"}})

    assert (wrong(second), said_in(second)) == ([], {"B3": ("Orden", "Skriv et tall.")})
    other = opened(second)["Annet"]["A1"].comment
    assert other is not None
    assert other.text == "Ukjent"


THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
SAID = "Er dette riktig?"


def with_a_thread() -> bytes:
    """A sheet in which people talk about a cell: the note of it holds a copy, which Excel does not show."""
    kinds = "http://schemas.microsoft.com/office/2017/10/relationships"
    tie = f'<Relationship Id="rIdT{{kind}}" Type="{kinds}/{{kind}}" Target="{{to}}"/>'
    told = "application/vnd.ms-excel.{kind}+xml"
    thread = (
        f'<ThreadedComments xmlns="{THREADS}"><threadedComment ref="B2" dT="2026-01-01T10:00:00.00" personId="{{P}}" '
        f'id="{{T}}"><text>{SAID}</text></threadedComment></ThreadedComments>'
    )
    kari = '<person displayName="Kari" id="{P}" userId="k" providerId="None"/>'
    persons = f'<personList xmlns="{THREADS}">{kari}</personList>'

    def tied(kind: str, to: str) -> Callable[[bytes], bytes]:
        told = tie.format(kind=kind, to=to).encode()
        return lambda was: was.replace(b"</Relationships>", told + b"</Relationships>")

    def typed(was: bytes) -> bytes:
        parts = {"threadedComments/threadedComment1": "threadedcomments", "persons/person": "person"}
        more = "".join(
            f'<Override PartName="/xl/{name}.xml" ContentType="{told.format(kind=kind)}"/>'
            for name, kind in parts.items()
        )
        return was.replace(b"</Types>", more.encode() + b"</Types>")

    return repacked(
        made(lambda _book, page: page.write_comment("B2", f"[Threaded comment]\n{SAID}", {"author": "tc={T}"})),
        {
            "xl/threadedComments/threadedComment1.xml": thread.encode(), "xl/persons/person.xml": persons.encode(),
            "xl/worksheets/_rels/sheet1.xml.rels": tied("threadedComment", "../threadedComments/threadedComment1.xml"),
            "xl/_rels/workbook.xml.rels": tied("person", "persons/person.xml"), TYPES: typed,
        },
    )  # fmt: skip


def test_in_a_thread_the_fault_is_an_answer_by_nobody_but_us() -> None:
    before = with_a_thread()

    after = marking.marked(before, {SHEET: {"B2": "Skriv <et> tall.", "B3": "Skriv et tall."}})

    assert (wrong(before), wrong(after)) == ([], [])
    package = Package(after)
    people = {one.get("id"): one.get("displayName") for one in package.read["xl/persons/person.xml"]}
    thread = package.read["xl/threadedComments/threadedComment1.xml"]
    assert [(one.get("ref"), people[one.get("personId")], one.get("parentId"), one[0].text) for one in thread] == [
        ("B2", "Kari", None, SAID), ("B2", "Orden", "{T}", "Skriv <et> tall."),
    ]  # fmt: skip
    assert said_in(after)["B3"] == ("Orden", "Skriv et tall.")


def kind_of(content: bytes) -> str:
    found = re.search(rb'PartName="/xl/workbook.xml" ContentType="([^"]*)"', Package(content).parts[TYPES])
    assert found is not None
    return found[1].decode().rsplit(".", 2)[-2]


@pytest.mark.parametrize(
    ("told", "has_macros", "kind", "ending"),
    [
        (MACROS, True, "macroEnabled", "xlsm"),
        (MACROS.replace(b"sheet.m", b"template.m"), True, "macroEnabled", "xlsm"),
        (MACROS, False, "sheet", "xlsx"),
        (marking.WITHOUT.replace(b"sheet.m", b"template.m"), False, "sheet", "xlsx"),
    ],
)
def test_its_name_ends_in_what_it_is_or_excel_does_not_open_it(
    as_: As, told: bytes, has_macros: bool, kind: str, ending: str
) -> None:
    changed: dict[str, Any] = {TYPES: lambda was: was.replace(marking.WITHOUT, told)}
    if has_macros:
        changed["xl/vbaProject.bin"] = b"x"
    kari = as_("kari")
    job = job_of(send(kari, repacked(made(), changed), name="Makroer.xlsm"))

    answer = kari.get(f"{job}left-out/")

    assert (kind_of(answer.data), answer.headers["Content-Disposition"].rsplit(".", 1)[-1]) == (kind, ending)


def test_a_file_in_the_strict_way_of_writing_goes_back_as_a_new_one() -> None:
    names = b'<workbook xmlns:s="http://purl.oclc.org/ooxml/" '
    strict = repacked(made(), {"xl/workbook.xml": lambda was: was.replace(b"<workbook ", names)})

    with pytest.raises(marking.Unknown):
        marking.marked(strict, {SHEET: {"B2": "En feil"}})


def test_what_no_xml_can_hold_is_not_written_into_it() -> None:
    book = read(made(), "ark.xlsx")
    row = Planned(0, 2, SHEET, What.ERROR, problems=[Said("«a\x01b\ufffe» er ukjent", "B2", "Brukere")])

    content = faulty.marked(io.BytesIO(made()), book, [row])

    assert content is not None
    assert (wrong(content), said_in(content)["B2"]) == ([], ("Orden", "«a b » er ukjent"))
