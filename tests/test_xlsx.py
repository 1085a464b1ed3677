"""What people get when they open a report in Excel, read back with two other readers."""

import errno
import gc
import inspect
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from unicodedata import category
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet as ReadSheet
from python_calamine import CalamineWorkbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports import stream_sheet, xlsx
from reports.table import Cell, Column, Cover, Emphasis, Kind, Sheet, Workbook

NAME = Column("Navn")
MONEY = Column("Årlig kostnad", Kind.MONEY, summed=True)


def a_workbook(*sheets: Sheet, cover: Cover | None = None) -> Workbook:
    return Workbook(
        cover=cover or Cover("Systemoversikt"),
        sheets=sheets,
        language="nb",
        cover_title="Forside",
        contents_label="Innhold",
        sum_label="Sum",
    )


def written(workbook: Workbook) -> BytesIO:
    target = BytesIO()
    xlsx.write(workbook, target)
    target.seek(0)
    return target


def opened(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> ReadSheet:
    file = written(a_workbook(Sheet("Data", columns, iter(rows))))
    return openpyxl.load_workbook(file)["Data"]


def both_readings(column: Column, value: Cell) -> tuple[object, object]:
    file = written(a_workbook(Sheet("Data", [column], [[value]])))
    by_openpyxl = openpyxl.load_workbook(file)["Data"]["A2"].value
    file.seek(0)
    rows = CalamineWorkbook.from_filelike(file).get_sheet_by_name("Data").to_python()
    return by_openpyxl, rows[1][0] if len(rows) > 1 else ""


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Kind.TEXT, "Ærlig Østre Ålesund 🦌", "Ærlig Østre Ålesund 🦌"),
        (Kind.TEXT, "012345678", "012345678"),
        (Kind.TEXT, '=HYPERLINK("https://x.example")', '=HYPERLINK("https://x.example")'),
        (Kind.TEXT, "+1", "+1"),
        (Kind.TEXT, "-1", "-1"),
        (Kind.TEXT, "@x", "@x"),
        (Kind.TEXT, "https://x.example", "https://x.example"),
        (Kind.TEXT, "<r>&amp;</r>", "<r>&amp;</r>"),
        (Kind.TEXT, "  luft foran og bak ", "  luft foran og bak "),
        (Kind.TEXT, "be\x00fo\x1bre\x7f", "before"),
        (Kind.LONG_TEXT, "én\nto\r\ntre\rfire", "én\nto\ntre\nfire"),
        (Kind.INTEGER, 2026, 2026),
        (Kind.INTEGER, -3, -3),
        (Kind.DECIMAL, Decimal("0.1"), 0.1),
        (Kind.DECIMAL, 37.5, 37.5),
        (Kind.DECIMAL, 4, 4),
        (Kind.MONEY, 4711500, 47115),
        (Kind.MONEY, 123463, 1234.63),
        (Kind.MONEY, 5, 0.05),
        (Kind.MONEY, -5, -0.05),
        (Kind.MONEY, -123400, -1234),
        (Kind.MONEY, 0, 0),
    ],
)
def test_a_value_is_read_back_as_the_same_value(kind: Kind, value: Cell, expected: Cell) -> None:
    assert both_readings(Column("Verdi", kind), value) == (expected, expected)


def test_a_date_is_a_date() -> None:
    by_openpyxl, by_calamine = both_readings(Column("Fra", Kind.DATE), date(2026, 2, 28))

    assert by_openpyxl == datetime(2026, 2, 28)  # noqa: DTZ001 - Excel knows no time zones
    assert by_calamine == date(2026, 2, 28)


def test_the_first_day_excel_counts_right_is_a_date_and_the_day_before_a_text() -> None:
    column = Column("Fra", Kind.DATE)

    assert both_readings(column, date(1900, 3, 1))[1] == date(1900, 3, 1)
    assert both_readings(column, date(1900, 2, 28)) == ("28.02.1900", "28.02.1900")


@pytest.mark.parametrize(
    ("moment", "in_norway"),
    [
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), "2026-02-01 00:30"),
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "2026-07-01 14:00"),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "2026-03-29 01:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "2026-03-29 03:00"),
    ],
)
def test_a_moment_is_shown_as_the_clock_in_norway(moment: datetime, in_norway: str) -> None:
    expected = datetime.strptime(in_norway, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - as above

    assert both_readings(Column("Endret", Kind.DATETIME), moment) == (expected, expected)


@pytest.mark.parametrize("kind", Kind)
def test_nothing_is_an_empty_cell(kind: Kind) -> None:
    assert both_readings(Column("Verdi", kind), None) == (None, "")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("-Infinity")])
def test_what_is_not_a_number_is_an_empty_cell(value: Cell) -> None:
    assert both_readings(Column("Verdi", Kind.DECIMAL), value) == (None, "")


@pytest.mark.parametrize(
    ("kind", "value", "complaint"),
    [
        (Kind.DATETIME, datetime(2026, 1, 1), "no time zone"),  # noqa: DTZ001 - the point
        (Kind.DATE, datetime(2026, 1, 1, tzinfo=UTC), "compare"),
        (Kind.MONEY, 47.5, "format code"),
        (Kind.INTEGER, "4", "format code"),
        (Kind.DECIMAL, "4", "must be real number"),
        (Kind.TEXT, 974760673, "'int' object"),
    ],
)
def test_a_value_of_the_wrong_kind_stops_the_report_and_names_the_row(kind: Kind, value: Cell, complaint: str) -> None:
    workbook = a_workbook(Sheet("Avtaler", [Column("Verdi", kind)], [[None], [value]]))

    with pytest.raises(ValueError, match=f"“Avtaler”, row 3: .*{complaint}"):
        written(workbook)


def test_a_row_with_a_missing_cell_stops_the_report() -> None:
    with pytest.raises(ValueError, match="“Data”, row 2"):
        opened([NAME, MONEY], [["Visma"]])


def test_a_text_longer_than_excel_takes_ends_in_an_ellipsis() -> None:
    just_fits, too_long = "å" * 32_767, "å" * 32_768
    emoji = "🦌" * 20_000  # Excel counts each as two

    sheet = opened([NAME], [[just_fits], [too_long], [emoji]])

    assert sheet["A2"].value == just_fits
    assert sheet["A3"].value == "å" * 32_766 + "…"
    assert sheet["A4"].value == "🦌" * 16_383 + "…"


def test_what_excel_would_take_for_an_escaped_letter_stays_as_written() -> None:
    _, by_calamine = both_readings(NAME, "felt_x0041_x0042_ og _x_")
    by_openpyxl, _ = both_readings(NAME, "felt_x0041_x0042_ og _x_")

    assert by_calamine == "felt_x0041_x0042_ og _x_"
    assert by_openpyxl == "felt_x005F_x0041_x005F_x0042_ og _x_"  # openpyxl does not unescape


def without_control(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        char for char in text if char in "\t\n" or (category(char) not in {"Cc", "Cs"} and char not in "\ufffe\uffff")
    )


@given(st.lists(st.text(st.characters(), max_size=40), min_size=1, max_size=30))
def test_any_text_comes_back_without_its_control_characters(texts: list[str]) -> None:
    file = written(a_workbook(Sheet("Data", [NAME, Column("Nr")], [[text, "x"] for text in texts])))

    rows = CalamineWorkbook.from_filelike(file).get_sheet_by_name("Data").to_python()
    assert [row[0] for row in rows[1:]] == [without_control(text) for text in texts]


def test_sums_are_exact_numbers_in_a_bold_last_row() -> None:
    amounts = [2_013_971 + 3 * number for number in range(21)]
    amounts.append(44_307_300 - sum(amounts))
    hours = Column("Timer", Kind.DECIMAL, summed=True)
    rows: list[list[Cell]] = [["Visma", amount, "", 0.1] for amount in amounts]
    rows += [["Uten beløp", None, None, float("nan")]]

    sheet = opened([NAME, MONEY, Column("Merknad"), hours], rows)

    assert [cell.value for cell in sheet[sheet.max_row]] == ["Sum", 443073, None, 2.2]
    assert [cell.font.b for cell in sheet[sheet.max_row]] == [True, True, True, True]
    assert sheet.max_row == 1 + 23 + 1


def test_the_sum_label_moves_aside_when_the_first_column_is_summed() -> None:
    sheet = opened([MONEY, NAME], [[100, "a"], [250, "b"]])

    assert [cell.value for cell in sheet[4]] == [3.5, "Sum"]


def test_only_numbers_can_be_summed() -> None:
    with pytest.raises(ValueError, match="only numbers can be summed"):
        Column("Navn", summed=True)


def test_the_heading_is_frozen_filtered_and_repeated_on_paper() -> None:
    sheet = opened([NAME, MONEY], [["Visma", 100], ["Acos", 200]])

    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:B3"  # the sums in row 4 are not filtered away
    assert sheet.dimensions == "A1:B4"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)


def test_headings_are_bold_wrapped_and_coloured_by_emphasis() -> None:
    columns = [
        Column("Må", emphasis=Emphasis.MANDATORY, note="Skal alltid fylles ut."),
        Column("Kan", emphasis=Emphasis.VOLUNTARY, width=40),
        Column("Ellers", Kind.DATE),
    ]

    sheet = opened(columns, [])

    assert [cell.value for cell in sheet[1]] == ["Må", "Kan", "Ellers"]
    fills = [cell.fill.fgColor.rgb for cell in sheet[1]]
    assert fills == ["FFFFC27A", "FFB7DFA8", "FFD5DEE8"]
    assert all(cell.font.b and cell.alignment.wrap_text for cell in sheet[1])
    assert round(sheet.column_dimensions["B"].width) == 41
    (help_text,) = sheet.data_validations.dataValidation
    assert (str(help_text.sqref), help_text.prompt) == ("A1", "Skal alltid fylles ut.")


def test_cells_are_formatted_by_kind() -> None:
    columns = [Column(kind, kind) for kind in Kind]
    moment = datetime(2026, 1, 1, tzinfo=UTC)

    sheet = opened(columns, [["a", "b", 1, Decimal(2), 300, moment.date(), moment.date(), moment]])

    assert {column.label: cell.number_format for column, cell in zip(columns, sheet[2], strict=True)} == {
        "text": "@",
        "long_text": "General",
        "integer": "0",
        "decimal": "#,##0.00##",
        "money": "#,##0.00",
        "date": "dd.mm.yyyy",
        "month": "mm.yyyy",
        "datetime": "dd.mm.yyyy hh:mm",
    }
    assert [bool(cell.alignment.wrap_text) for cell in sheet[2]] == [True, True] + [False] * 6
    assert {cell.alignment.vertical for cell in sheet[2]} == {"top"}


def test_rows_are_as_tall_as_their_wrapped_text_also_where_the_program_does_not_find_out() -> None:
    columns = [Column("Formål", Kind.LONG_TEXT, width=10)]

    sheet = opened(columns, [["kort"], ["to linjer til"], ["a\nb\nc"], ["x" * 100_000]])

    assert [sheet.row_dimensions[number].height for number in (2, 3, 4, 5)] == [None, 31, 46, 409]


def test_a_sheet_without_rows_has_its_heading_and_sums_of_nothing() -> None:
    sheet = opened([NAME, MONEY], [])

    assert [[cell.value for cell in row] for row in sheet] == [
        ["Navn", "Årlig kostnad"],
        ["Sum", 0],
    ]
    assert sheet.auto_filter.ref == "A1:B1"


@pytest.mark.parametrize(("summed", "room"), [(False, 9), (True, 8)])
def test_more_rows_than_excel_takes_raises(monkeypatch: pytest.MonkeyPatch, summed: bool, room: int) -> None:
    monkeypatch.setattr(stream_sheet, "MAX_ROWS", 10)
    column = Column("Antall", Kind.INTEGER, summed=summed)

    assert opened([column], [[1]] * room).max_row == 10
    with pytest.raises(stream_sheet.TooManyRowsError, match="Narrow the selection"):
        opened([column], [[1]] * (room + 1))


def test_the_real_row_limit_is_that_of_excel() -> None:
    assert stream_sheet.MAX_ROWS == Worksheet().xls_rowmax == 2**20


def test_rows_that_fail_leave_no_file(tmp_path: Path) -> None:
    def rows() -> Iterator[list[Cell]]:
        yield ["Visma"]
        raise ConnectionError("The database went away.")

    with pytest.raises(ConnectionError):
        xlsx.write(a_workbook(Sheet("Data", [NAME], rows())), tmp_path / "report.xlsx")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_disk_that_is_full_is_told_as_such() -> None:
    class Full(BytesIO):
        def write(self, _content: object) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    told = None
    try:
        xlsx.write(a_workbook(Sheet("Data", [NAME], [["Visma"]])), Full())
    except OSError as error:
        told = error.errno
    gc.collect()  # the zip of xlsxwriter tries to write once more when it is thrown away

    assert told == errno.ENOSPC


def test_a_report_can_be_written_to_a_path(tmp_path: Path) -> None:
    xlsx.write(a_workbook(Sheet("Data", [NAME], [["Visma"]])), tmp_path / "report.xlsx")

    assert openpyxl.load_workbook(tmp_path / "report.xlsx").sheetnames == ["Forside", "Data"]


def test_the_cover_tells_what_the_report_is_about() -> None:
    facts: list[tuple[str, Cell]] = [
        ("Kommune", "Ålesund"),
        ("Systemer", 412),
        ("Andel", Decimal("0.25")),
        ("Gjelder fra", date(2026, 1, 1)),
        ("Laget", datetime(2026, 7, 1, 12, tzinfo=UTC)),
        ("Filter", None),
        ("Søk", "<r>=1+1</r>"),
    ]
    cover = Cover("Oversikt", "Per kommune", facts, ["Tallene er foreløpige."])
    sheet = Sheet("Kostnader / år", [NAME], [], lead="Alle avtaler.")

    book = openpyxl.load_workbook(written(a_workbook(sheet, cover=cover)))

    page = book["Forside"]
    assert book.active == page
    assert (page["A1"].value, page["A2"].value) == ("Oversikt", "Per kommune")
    assert [(page.cell(row, 1).value, page.cell(row, 2).value) for row in range(4, 11)] == [
        ("Kommune", "Ålesund"),
        ("Systemer", 412),
        ("Andel", 0.25),
        ("Gjelder fra", datetime(2026, 1, 1)),  # noqa: DTZ001 - Excel knows no time zones
        ("Laget", datetime(2026, 7, 1, 14)),  # noqa: DTZ001
        ("Filter", None),
        ("Søk", " <r>=1+1</r>"),
    ]
    assert page["B12"].value == "Tallene er foreløpige."
    assert page["A14"].value == "Innhold"
    assert (page["A15"].value, page["B15"].value) == ("Kostnader år", "Alle avtaler.")
    assert page["A15"].hyperlink.location == "'Kostnader år'!A1"
    assert (page.page_setup.orientation, page.sheet_properties.pageSetUpPr.fitToPage) == ("landscape", True)


def test_the_properties_name_the_report_and_no_person() -> None:
    book = openpyxl.load_workbook(written(a_workbook()))

    assert book.properties.title == "Systemoversikt"
    assert book.properties.creator in {None, ""}
    assert book.properties.lastModifiedBy in {None, ""}
    assert [(item.name, item.value) for item in book.custom_doc_props] == [("Language", "nb")]


def test_sheet_names_are_ones_excel_accepts() -> None:
    titles = [
        "Avtaler [2026]: a*b?c/d\\e",
        "avtaler 2026 A B C D E",
        "Behandlinger av personopplysninger",
        "Behandlinger av personopplysninger per kommune",
        "'Sitert'",
        "",
        "History",
    ]

    names = xlsx.sheet_names(titles)

    assert names == [
        "Avtaler 2026 a b c d e",
        "avtaler 2026 A B C D E 2",
        "Behandlinger av personopplysni…",
        "Behandlinger av personopplys… 2",
        "Sitert",
        "2",
        "History 2",
    ]
    book = written(a_workbook(*(Sheet(title, [NAME], []) for title in titles)))
    assert openpyxl.load_workbook(book).sheetnames == ["Forside", *names]


def test_no_part_of_the_file_holds_a_formula() -> None:
    rows: list[list[Cell]] = [["=1+1", 100], ["{=1+1}", 200]]
    cover = Cover("=1+1", "=1+1", [("=1+1", "=1+1")], ["=1+1"])

    with ZipFile(written(a_workbook(Sheet("=1", [NAME, MONEY], rows), cover=cover))) as file:
        parts = [file.read(name) for name in file.namelist() if "worksheets/sheet" in name]

    assert [b"<f>" in part or b"<f " in part for part in parts] == [False, False]


def test_the_private_parts_of_xlsxwriter_are_still_where_we_left_them() -> None:
    """Fails on purpose when XlsxWriter is upgraded: read StreamSheet, then raise the version."""
    assert xlsxwriter.__version__ == "3.3.1"
    assert list(inspect.signature(Worksheet._write_sheet_data).parameters) == ["self"]
    assert list(inspect.signature(Format._get_xf_index).parameters) == ["self"]
    assembling = inspect.getsource(Worksheet._assemble_xml_file)
    assert assembling.index("_write_sheet_data") < assembling.index("_write_auto_filter")
    fresh = vars(Worksheet())
    assert {"fh", "dim_rowmin", "dim_rowmax", "dim_colmin", "dim_colmax"} <= set(fresh)
