"""Makers of dirty and hostile files: spreadsheets as people keep them, and as nobody should have to open them.

What no library of ours can write (old Excel, binary Excel, OpenDocument) is put together by hand, as small as it goes.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from openpyxl import Workbook

Rows = Sequence[Sequence[Any]]
HEAD, ROW = ["Navn", "Leverandør", "Status"], ["Gerica", "Tietoevry", "I bruk"]
SIMPLE: Rows = [HEAD, ROW]


def xlsx(
    rows: Rows = SIMPLE, *, more: Callable[[Any, Any], Any] | None = None, at: tuple[int, int] = (0, 0), **how: Any
) -> bytes:
    """A workbook of one sheet with rows from a place on; `more` does what it wants with the book and the sheet."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "dd.mm.yyyy", **how})
    sheet = book.add_worksheet("Ark1")
    for number, row in enumerate(rows, at[0]):
        sheet.write_row(number, at[1], row)
    if more:
        more(book, sheet)
    book.close()
    return file.getvalue()


def in_sheets(**sheets: str) -> bytes:
    """A workbook of several sheets, each told as lines of cells with semicolons between."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    for name, text in sheets.items():
        page = book.add_worksheet(name)
        for number, line in enumerate(text.splitlines()):
            page.write_row(number, 0, line.split(";"))
    book.close()
    return file.getvalue()


def merged(rows: Rows, *ranges: tuple[int, int, int, int]) -> bytes:
    """A workbook in which some cells are one: first row, first column, last row, last column."""

    def merge(book: Any, sheet: Any) -> None:
        for top, left, bottom, right in ranges:
            sheet.merge_range(top, left, bottom, right, rows[top][left])

    return xlsx(rows, more=merge)


def by_openpyxl(fill: Callable[[Any], Any]) -> bytes:
    """A workbook of the kind that keeps no values of its formulas."""
    file, book = io.BytesIO(), Workbook()
    fill(book)
    book.save(file)
    return file.getvalue()


def repacked(package: bytes, changed: dict[str, Any], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A package with some parts changed: bytes that replace one, or what makes them of what it was."""
    out, old = io.BytesIO(), zipfile.ZipFile(io.BytesIO(package))
    with zipfile.ZipFile(out, "w", method, compresslevel=1) as new:
        for name in dict.fromkeys((*old.namelist(), *changed)):
            change = changed.get(name)
            was = old.read(name) if name in old.namelist() else b""
            new.writestr(name, was if change is None else change(was) if callable(change) else change)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def with_sheet(change: Callable[[bytes], bytes], package: bytes | None = None) -> bytes:
    return repacked(package or xlsx(), {SHEET: change})


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return out.getvalue()


def csv(rows: Rows = SIMPLE, separator: str = ";", code: str = "utf-8", end: str = "\r\n") -> bytes:
    return end.join(separator.join(str(one) for one in row) for row in (*rows, [])).encode(code)


# -- OpenDocument ------------------------------------------------------------------------------------------------------


def ods(rows: Rows = SIMPLE, *, sheets: str = "", body: str = "", mimetype: str = "spreadsheet") -> bytes:
    """An OpenDocument spreadsheet of texts; `body` is put in after the rows, `sheets` after the sheet."""
    cells = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    namespaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{namespaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Ark1">{cells}{body}</table:table>{sheets}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", f"application/vnd.oasis.opendocument.{mimetype}", zipfile.ZIP_STORED)
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()


def _ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        told = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {told}><text:p>{value}</text:p></table:table-cell>"
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


# -- binary Excel (MS-XLSB) --------------------------------------------------------------------------------------------


def xlsb(rows: Rows = SIMPLE) -> bytes:
    """A binary workbook of texts, numbers and errors (given as an int of its code in a tuple)."""
    name = "Ark1"
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide(name)
    book = _record(0x83) + _record(0x8F) + _record(0x9C, bundle) + _record(0x90) + _record(0x84)
    width = max(map(len, rows))
    sheet = _record(0x81) + _record(0x94, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1)) + _record(0x91)
    for number, row in enumerate(rows):
        sheet += _record(0x00, struct.pack("<I", number) + bytes(21))
        for column, value in enumerate(row):
            sheet += _xlsb_cell(struct.pack("<II", column, 0), value)
    sheet += _record(0x92) + _record(0x82)
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.bin"/></Relationships>'
    )
    parts = {"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": book, "xl/worksheets/sheet1.bin": sheet}
    return zipped(**parts, **{"xl/_rels/workbook.bin.rels": relations.encode()})


def _xlsb_cell(at: bytes, value: Any) -> bytes:
    if value is None:
        return b""
    if isinstance(value, tuple):
        return _record(0x03, at + bytes(value))
    return (
        _record(0x05, at + struct.pack("<d", value))
        if isinstance(value, int | float)
        else _record(0x06, at + _wide(value))
    )


def _record(kind: int, body: bytes = b"") -> bytes:
    length, sizes = len(body), b""
    while length > 0x7F:
        sizes += bytes([length & 0x7F | 0x80])
        length >>= 7
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + sizes + bytes([length]) + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


# -- old Excel (BIFF8 in a compound file) ------------------------------------------------------------------------------


def xls(rows: Rows = SIMPLE, *, stream: str = "Workbook", extra: bytes = b"", is_short: bool = False) -> bytes:
    """An old workbook of texts, numbers and errors; `extra` stands among the records of the book."""
    begin = _biff(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 1996, 0, 6)) + _biff(0x42, struct.pack("<H", 1200)) + extra
    name = b"Ark1"
    sheet = _biff(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 1996, 0, 6))
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet += _xls_cell(struct.pack("<HHH", number, column, 0), value)
    sheet += _biff(0x0A)
    at = len(begin) + 4 + 8 + len(name) + 4
    bound = _biff(0x85, struct.pack("<IBBBB", at, 0, 0, len(name), 0) + name)
    whole = begin + bound + _biff(0x0A) + sheet
    return small_compound(stream, whole) if is_short else compound({stream: whole})


def _xls_cell(at: bytes, value: Any) -> bytes:
    if value is None:
        return b""
    if isinstance(value, tuple):
        return _biff(0x205, at + bytes([*value, 1]))
    if isinstance(value, int | float):
        return _biff(0x203, at + struct.pack("<d", value))
    return _biff(0x204, at + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))


def _biff(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _compound_header(first: int, smalls: int) -> bytes:
    """The head of a compound file with one table of sectors, and `smalls` of small ones from the sector `first`."""
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    named = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6)
    places = (0, 1, 1, 0, 4096, first, smalls, end, 0)
    return struct.pack("<8s16xHHHHH6xIIIIIIIII", *named, *places) + struct.pack("<109I", 0, *[free] * 108)


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file (MS-CFB) of large streams, each filled up to what a large one is."""
    sector, free, end, fat_sector = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    fat, body, entries = [fat_sector, end], b"", [_entry("Root Entry", 5, end, 0, 1)]
    for number, (name, stream) in enumerate(streams.items(), 1):
        padded = stream.ljust(4096, b"\0")
        padded += bytes(-len(padded) % sector)
        first, count = len(fat), len(padded) // sector
        fat += [*range(first + 1, first + count), end]
        body += padded
        entries.append(_entry(name, 2, first, len(padded), number + 1 if number < len(streams) else free))
    entries += [bytes(128)] * (4 - len(entries))
    assert len(fat) <= sector // 4, "One sector of sector numbers is all that is written."
    header = _compound_header(end, 0)
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(sector, b"\xff")
    return header + table + b"".join(entries[:4]) + body


def small_compound(name: str, stream: bytes) -> bytes:
    """A compound file of one short stream, which lies in small sectors within the stream of the root."""
    sector, small, free, end = 512, 64, 0xFFFFFFFF, 0xFFFFFFFE
    held = stream.ljust(-(-len(stream) // small) * small, b"\0")
    whole = held.ljust(-(-len(held) // sector) * sector, b"\0")
    count, smalls = len(whole) // sector, len(held) // small
    fat = [0xFFFFFFFD, end, end, *range(4, 3 + count), end]
    entries = [_entry("Root Entry", 5, 3, len(held), 1), _entry(name, 2, 0, len(stream), free), bytes(128), bytes(128)]
    header = _compound_header(2, 1)
    tables = [[*range(1, smalls), end], fat]
    mini, table = (struct.pack(f"<{len(one)}I", *one).ljust(sector, b"\xff") for one in tables)
    return header + table + b"".join(entries) + mini + whole


def _entry(name: str, kind: int, first: int, size: int, child_or_next: int) -> bytes:
    free, wide = 0xFFFFFFFF, name.encode("utf-16-le")
    left, right, child = (free, free, child_or_next) if kind == 5 else (free, child_or_next, free)
    return (
        wide.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(wide) + 2, kind, 1, left, right, child)
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )


def bombed(megabytes: int) -> bytes:
    """A package whose sheet unpacks to so many megabytes of nothing."""
    return repacked(
        xlsx(), {SHEET: lambda was: was.replace(b"</sheetData>", b"</sheetData>" + b" " * (megabytes << 20))}
    )


def lying(package: bytes, part: str, size: int) -> bytes:
    """A package that says of a part that it is smaller than it is."""
    changed = bytearray(package)
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        start = old.getinfo(part).header_offset
    changed[start + 22 : start + 26] = struct.pack("<I", size)
    at = package.rindex(part.encode())
    changed[at - 46 + 24 : at - 46 + 28] = struct.pack("<I", size)
    return bytes(changed)


def locked(package: bytes, part: str) -> bytes:
    """A package of which a part is said to be encrypted."""
    changed = bytearray(package)
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        changed[old.getinfo(part).header_offset + 6] |= 1
    changed[package.rindex(part.encode()) - 46 + 8] |= 1
    return bytes(changed)


def styled(count: int) -> bytes:
    """A sheet of one row with so many rows after it that have a colour and nothing else."""
    rows: Iterable[bytes] = (
        b'<row r="%d" s="1"><c r="A%d" s="1"/></row>' % (number, number) for number in range(3, count)
    )
    return with_sheet(lambda was: was.replace(b"</sheetData>", b"".join(rows) + b"</sheetData>"))
