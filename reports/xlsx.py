"""A report as an Excel file: a cover, then one sheet per table."""

import re
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, zip_longest
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

import xlsxwriter
from xlsxwriter.chart_bar import ChartBar
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from reports.charts import drawn_columns
from reports.stream_sheet import MAX_ROWS, Look, StreamSheet, clean, excel_day, excel_moment
from reports.table import DRAWN, Cell, Choices, Column, Emphasis, Kind, Sheet, Workbook

_WIDTHS = {
    Kind.TEXT: 24,
    Kind.LONG_TEXT: 48,
    Kind.INTEGER: 12,
    Kind.DECIMAL: 14,
    Kind.MONEY: 16,
    Kind.DATE: 12,
    Kind.MONTH: 12,
    Kind.DATETIME: 17,
}
_NUMBERS = {
    Kind.TEXT: "@",  # keeps leading zeros when someone edits the cell
    Kind.LONG_TEXT: "General",  # "@" shows ##### for long texts
    Kind.INTEGER: "0",
    Kind.DECIMAL: "#,##0.00##",
    Kind.MONEY: "#,##0.00",
    Kind.DATE: "dd.mm.yyyy",
    Kind.MONTH: "mm.yyyy",
    Kind.DATETIME: "dd.mm.yyyy hh:mm",
}
_FILLS = {Emphasis.MANDATORY: "#FFC27A", Emphasis.VOLUNTARY: "#B7DFA8", None: "#D5DEE8"}
_DARK, _PALE, _BAR, _PALER = "#1F2933", "#4A5560", "#1F63B5", "#A9B7C4"
_REQUIRED = '@" *"'  # shows a star, and is not read as one
# What a protected sheet still lets people do. Only cells that are not locked are sorted or deleted.
_ALLOWED = ("sort", "autofilter", "format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows")
_LABELS, _WORDS, _LINE = 36, 70, 15  # the columns of a cover in letters, and the points of a line
_A4, _A3 = 9, 8
_READABLE = 300  # characters that one page holds in readable type


def write(workbook: Workbook, target: str | Path | BinaryIO) -> None:
    """Write the report. Every row is read before `target` is touched. Raises OSError when the disk is full."""
    book = xlsxwriter.Workbook(target)
    book.use_zip64()
    book.set_properties({"title": clean(workbook.cover.title, 255)})
    book.set_custom_property("Language", workbook.language)
    chosen = _chosen_from(workbook)
    sheets = [*workbook.sheets, *([_choices_sheet(workbook, chosen)] if chosen else [])]
    cover_name, *names = sheet_names([workbook.cover_title, *(sheet.title for sheet in sheets)])
    styles = _Styles(book)

    heading = f"&L{_on_paper(workbook.whose)}&R{_on_paper(workbook.made)}"
    with ExitStack() as spools:
        _write_cover(book.add_worksheet(cover_name), workbook, names[: len(workbook.sheets)], styles)
        for sheet, name in zip(sheets, names, strict=True):
            page = cast(StreamSheet, book.add_worksheet(name, worksheet_class=StreamSheet))
            looks = [styles.look(column, protected=sheet.protected) for column in sheet.columns]
            if sheet.bars is not None:
                sheet.rows = list(sheet.rows)
            spool = spools.enter_context(TemporaryFile())
            last = page.stream(sheet, looks, workbook.sum_label, spool)
            _arrange(page, sheet, looks, last)
            _draw(book, page, sheet)
            page.set_header(heading)
        if chosen:
            _name_choices(book, names[-1], chosen)
        try:
            book.close()
        except FileCreateError as error:  # which says nothing of what was wrong with the file
            raise error.args[0] from error


def _chosen_from(workbook: Workbook) -> list[Choices]:
    """Every list that a cell of the workbook is chosen from, once."""
    found = {
        column.choices.name: column.choices for sheet in workbook.sheets for column in sheet.columns if column.choices
    }
    return list(found.values())


def _choices_sheet(workbook: Workbook, chosen: list[Choices]) -> Sheet:
    rows = zip_longest(*(one.values for one in chosen))
    return Sheet(workbook.choices_title, [Column(one.name) for one in chosen], rows)


def _name_choices(book: xlsxwriter.Workbook, sheet: str, chosen: list[Choices]) -> None:
    """Hide the sheet of choices, and give each of its columns the name by which cells find it."""
    quoted = sheet.replace("'", "''")
    for index, one in enumerate(chosen):
        place = xl_range_abs(1, index, len(one.values), index)
        book.define_name(one.name, f"='{quoted}'!{place}")
    cast(Worksheet, book.get_worksheet_by_name(sheet)).hide()


def sheet_names(titles: Iterable[str]) -> list[str]:
    """Names Excel accepts: 31 characters, none of []:*?/\\, and no two alike."""
    names: list[str] = []
    taken = {"", "history"}  # Excel keeps "History" to itself
    for title in titles:
        words = re.sub(r"[\[\]:*?/\\\s]+", " ", clean(title)).strip(" '")
        name, number = clean(words, 31).strip(" '"), 1
        while name.lower() in taken:
            number += 1
            ending = f" {number}"
            name = (clean(words, 31 - len(ending)).strip(" '") + ending).strip()
        taken.add(name.lower())
        names.append(name)
    return names


class _Styles:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[object, ...], Format] = {}

    def get(self, **properties: object) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"valign": "top", **properties})
        return self._made[key]

    def look(self, column: Column, *, protected: bool = False) -> Look:
        number = _NUMBERS[column.kind]
        fill = _FILLS[None if column.locked else column.emphasis]
        marked = {"num_format": _REQUIRED} if column.required else {}
        pale = {"italic": True, "font_color": _PALE} if column.locked else {"font_color": _DARK}
        opened = {"locked": False} if protected and not column.locked else {}
        return Look(
            header=self.get(bold=True, text_wrap=True, bottom=1, bg_color=fill, **pale, **marked),
            body=self.get(num_format=number, text_wrap=column.kind in {Kind.TEXT, Kind.LONG_TEXT}, **opened),
            total=self.get(num_format=number, bold=True, top=1),
            width=column.width or _WIDTHS[column.kind],
        )


def _arrange(page: StreamSheet, sheet: Sheet, looks: list[Look], last: int) -> None:
    right = len(sheet.columns) - 1
    for index, (column, look) in enumerate(zip(sheet.columns, looks, strict=True)):
        page.set_column(index, index, look.width, look.body)
        if column.note:
            help_text = {
                "input_title": clean(column.label, 32),
                "input_message": clean(column.note, 255),
            }
            page.data_validation(0, index, 0, index, {"validate": "any", **help_text})
        if rule := _rule(column):
            page.data_validation(1, index, MAX_ROWS - 1, index, rule)
    if sheet.protected:
        page.protect("", dict.fromkeys(_ALLOWED, True))
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, last, right)
    page.repeat_rows(0)
    page.repeat_columns(0, 0)
    page.ignore_errors({"number_stored_as_text": xl_range(1, 0, last + 1, right)})
    page.hide_gridlines(0)  # none hidden, on paper neither
    _print_setup(page, sum(look.width for look in looks), sheet.pages)


def _draw(book: xlsxwriter.Workbook, page: StreamSheet, sheet: Sheet) -> None:
    """The picture that the page has, as a chart of the cells beside it. What they hold is told too: a program that does
    not read them has it from there."""
    place, drawn = sheet.bars, list(islice(sheet.rows, DRAWN))
    if place is None or not drawn:
        return
    places = drawn_columns(sheet)
    name, end, named = page.get_name(), len(drawn), sheet.named_by
    levels = [[str(row[level] or "") for row in drawn] for level in range(named)]
    parts = 100 if sheet.columns[place].kind is Kind.MONEY else 1
    chart = cast(ChartBar, book.add_chart({"type": "bar"}))
    for one, colour in zip(places, (_BAR, _PALER), strict=False):
        chart.add_series({
            "name": [name, 0, one],
            "categories": [name, 1, 0, end, named - 1], "categories_data": levels if named > 1 else levels[0],
            "values": [name, 1, one, end, one], "values_data": [cast(Any, row[one] or 0) / parts for row in drawn],
            "fill": {"color": colour}, "gap": 40, "data_labels": {"value": True},
        })  # fmt: skip
    title = clean(sheet.title, 255)
    chart.set_title({"name": title, "overlay": False})
    chart.set_legend({"position": "bottom"} if len(places) > 1 else {"none": True})
    chart.set_y_axis({"reverse": True})  # the first row on top
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_size({"width": 640, "height": 90 + 26 * end * len(places)})
    label = sheet.columns[place].label
    page.insert_chart(1, len(sheet.columns) + 1, chart, {"description": clean(f"{title}: {label}", 255)})


def _on_paper(text: str) -> str:
    """A text for the head of a printed page, where & begins a command; no more than there is room for."""
    return clean(text, 100).replace("\n", " ").replace("&", "&&")


def _rule(column: Column) -> dict[str, object] | None:
    """What the spreadsheet says to what is typed in a column: chosen from a list, or nothing at all where it is locked.
    Where other values may be right it asks, and takes them."""
    told = {"error_title": clean(column.label, 32), "error_message": clean(column.refusal, 255)}
    if column.locked:
        return {"validate": "custom", "value": "=FALSE", "ignore_blank": False, "error_type": "stop", **told}
    if column.choices is None:
        return None
    kind = "stop" if column.choices.closed else "warning"
    return {"validate": "list", "source": f"={column.choices.name}", "error_type": kind, **told}


def _print_setup(page: Worksheet, width: int = 0, pages: int | None = None) -> None:
    """Landscape, as many pages wide as is said or as it takes to stay readable; beyond one page on A3."""
    pages = pages or -(-width // _READABLE) or 1
    page.set_landscape()
    page.set_paper(_A4 if pages == 1 else _A3)
    page.fit_to_pages(pages, 0)
    page.set_footer("&L&A&R&P / &N")


def _write_cover(page: Worksheet, workbook: Workbook, names: list[str], styles: _Styles) -> None:
    cover, bold, wrapped = workbook.cover, styles.get(bold=True, text_wrap=True), styles.get(text_wrap=True)
    page.set_column(0, 0, _LABELS)
    page.set_column(1, 1, _WORDS)
    page.set_row(0, 30)
    page.write_string(0, 0, _shared(cover.title), styles.get(bold=True, font_size=20))
    page.write_string(1, 0, _shared(cover.subtitle), styles.get(font_size=12))
    row = 3
    for label, value in cover.facts:
        page.write_string(row, 0, _shared(label), bold)
        _write_fact(page, row, value, styles)
        _make_room(page, row, label, str(value or ""))
        row += 1
    for note in cover.notes:
        row += 1
        page.write_string(row, 1, _shared(note), wrapped)
        _make_room(page, row, "", note)
    row += 2
    page.write_string(row, 0, _shared(workbook.contents_label), bold)
    for name, sheet in zip(names, workbook.sheets, strict=True):
        row += 1
        place = "internal:'{}'!A1".format(name.replace("'", "''"))
        page.write_url(row, 0, place, string=name)
        page.write_string(row, 1, _shared(sheet.lead), wrapped)
        _make_room(page, row, name, sheet.lead)
    _print_setup(page)


def _make_room(page: Worksheet, row: int, label: str, words: str) -> None:
    """Let a row of the cover be as high as its lines: not every program finds that out by itself."""
    by_width = ((label, _LABELS), (words, _WORDS))
    lines = max(sum(-(-len(line) // (width - 4)) or 1 for line in text.split("\n")) for text, width in by_width)
    if lines > 1:
        page.set_row(row, _LINE * lines)


def _shared(text: str) -> str:
    # XlsxWriter takes a shared text between <r> and </r> for XML of its own making.
    text = clean(text)
    return f" {text}" if text.startswith("<r>") else text


def _write_fact(page: Worksheet, row: int, value: Cell, styles: _Styles) -> None:
    match value:
        case None:
            return
        case str():
            page.write_string(row, 1, _shared(value), styles.get(text_wrap=True))
            return
        case datetime():
            number, form = excel_moment(value), _NUMBERS[Kind.DATETIME]
        case date():
            number, form = excel_day(value), _NUMBERS[Kind.DATE]
        case int():
            number, form = value, "#,##0"
        case float() | Decimal():
            number, form = float(value), "#,##0.00"
    page.write_number(row, 1, number, styles.get(num_format=form, align="left"))
