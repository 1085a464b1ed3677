"""The process that marks what is wrong in a sheet that came in: `python -m exchange.files.marking < asked > marked`.

What is asked is a line of JSON, {sheet: {cell: what is said of it}}, and then the xlsx. Cells get a colour and a note;
everything else in the file stays as it was, byte for byte. It ends with 1, and writes nothing, where a file is written
in a way that this does not know.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from exchange.files import notes, replies
from exchange.files.child import limit
from exchange.files.notes import Untold
from exchange.files.package import Package
from exchange.files.plain import MOST_BYTES, Kind, Refused

COLOUR = "FFFFC7CE"
_ROW = re.compile(rb"<row\b([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)
_CELL = re.compile(rb"<c\b([^>]*?)(/>|>.*?</c>)", re.DOTALL)
_R, _S, _COUNT = re.compile(rb'\br="([^"]+)"'), re.compile(rb'\bs="(\d+)"'), re.compile(rb'\bcount="\d+"')
_FILLS = re.compile(rb"<fills\b[^>]*>.*?</fills>", re.DOTALL)
_FORMATS = re.compile(rb"<cellXfs\b[^>]*>.*?</cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb"<xf\b[^>]*?/>|<xf\b.*?</xf>", re.DOTALL)
_FILL = re.compile(rb"<fill\b[^>]*/>|<fill\b.*?</fill>", re.DOTALL)
_FILL_ID = re.compile(rb'\bfillId="(\d+)"')
_SPANS = re.compile(rb'\sspans="[^"]*"')
_MERGED = re.compile(rb'<mergeCell\b[^>]*\bref="([A-Z]+[0-9]+):([A-Z]+[0-9]+)"')
_STRICT = b"http://purl.oclc.org/ooxml/"
_FILLED = re.compile(rb'\s(?:fillId|applyFill)="[^"]*"')
STYLES, TYPES = "xl/styles.xml", "[Content_Types].xml"
# What a workbook says that it is decides which ending its name must have: a template goes back as a workbook.
WITH_MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
WITHOUT = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_TYPE = re.compile(
    rb"application/vnd\.(?:openxmlformats-officedocument\.spreadsheetml\.(?:sheet|template)|"
    rb"ms-excel\.(?:sheet|template)\.macroEnabled)\.main\+xml"
)
MOST_MERGED = 10_000  # cells that are one; larger ones are a mistake, or hold no row
Change = Callable[[int], int]  # of the number of a format, to that of another


class Unknown(Exception):  # noqa: N818 - no error: the file is written in a way that this does not know
    """The file cannot be marked."""


def main() -> None:
    limit()
    asked = json.loads(sys.stdin.buffer.readline())
    try:
        marked_file = marked(sys.stdin.buffer.read(MOST_BYTES + 1), asked)
    except (Unknown, Untold, Refused, UnicodeError):
        raise SystemExit(1) from None
    sys.stdout.buffer.write(marked_file)


def marked(data: bytes, asked: Mapping[str, Mapping[str, str]]) -> bytes:
    """An xlsx with some cells marked and what is said of them. Raises Unknown or Refused."""
    package = Package(data)
    if package.kind is not Kind.XLSX:
        raise Unknown
    package.check()
    if _STRICT in package.read("xl/workbook.xml"):
        raise Unknown  # that way of writing has no notes of the kind that every program shows
    names = {name.lower(): one.filename for name, one in package.parts.items()}
    parts = notes.Parts({}, lambda name: package.read(name.lower()) if name.lower() in names else None)
    formats = Formats(parts.text(STYLES))
    places = {sheet: names[place] for sheet, place in package.sheets()}
    if not asked.keys() <= places.keys():
        raise Unknown
    for sheet, place in places.items():
        sheet_part = parts.text(place)
        said = anchored(sheet_part, asked.get(sheet, {}))
        mended = notes.forget(parts, place) - said.keys()
        if said or mended:
            changes = dict.fromkeys(mended, formats.unmarked) | dict.fromkeys(said, formats.marked)
            parts.changed[place] = coloured(sheet_part, changes)
        if said:
            notes.add(parts, place, said)
            replies.add(parts, place, said)
    parts.changed[STYLES] = formats.written()
    parts.changed[TYPES] = _TYPE.sub(WITH_MACROS if package.macros else WITHOUT, parts.text(TYPES))
    return _packed(package.zip, parts.changed, names)


def anchored(sheet: bytes, cells: Mapping[str, str]) -> dict[str, str]:
    """What is said of cells, of those that are one by the first of them: the others are not shown."""
    firsts: dict[tuple[int, int], str] = {}
    for first, last in _MERGED.findall(sheet) if cells else ():
        (top, left), (bottom, right) = notes.place_of(first.decode()), notes.place_of(last.decode())
        if (bottom - top + 1) * (right - left + 1) <= MOST_MERGED:
            firsts |= {(row, at): first.decode() for row in range(top, bottom + 1) for at in range(left, right + 1)}
    found: dict[str, list[str]] = {}
    for cell, text in cells.items():
        found.setdefault(firsts.get(notes.place_of(cell), cell), []).append(text)
    return {cell: "\n".join(dict.fromkeys(some)) for cell, some in found.items()}


class Formats:
    """The formats of the cells of a workbook, with the marked ones of them that are asked for."""

    def __init__(self, styles: bytes) -> None:
        fills, formats = _FILLS.search(styles), _FORMATS.search(styles)
        if fills is None or formats is None:
            raise Unknown
        self.styles, self.fills, self.formats = styles, fills[0], formats[0]
        self.all = _FORMAT.findall(self.formats)
        self.fill = len(_FILL.findall(self.fills))
        ours = re.compile(rb'rgb="%s"' % COLOUR.encode(), re.IGNORECASE)
        self.ours = {number for number, one in enumerate(_FILL.findall(self.fills)) if ours.search(one)}
        self.made: dict[tuple[int, int], int] = {}
        self.new: list[bytes] = []

    def marked(self, number: int) -> int:
        """The number of a format that is like another, but for the colour."""
        return self._filled(number, self.fill)

    def unmarked(self, number: int) -> int:
        """The number of a format as it is without the colour, of one that has it."""
        if number >= len(self.all):
            raise Unknown
        fill = _FILL_ID.search(self.all[number])
        return self._filled(number, 0) if fill and int(fill[1]) in self.ours else number

    def _filled(self, number: int, fill: int) -> int:
        if (number, fill) not in self.made:
            if number >= len(self.all):
                raise Unknown
            self.made[number, fill] = len(self.all) + len(self.new)
            plain = _FILLED.sub(b"", self.all[number])
            self.new.append(plain.replace(b"<xf", b'<xf fillId="%d" applyFill="1"' % fill, 1))
        return self.made[number, fill]

    def written(self) -> bytes:
        fill = (
            b'<fill><patternFill patternType="solid"><fgColor rgb="%s"/><bgColor indexed="64"/></patternFill></fill>'
            % COLOUR.encode()
        )
        fills = _grown(self.fills, b"</fills>", [fill], self.fill + 1)
        formats = _grown(self.formats, b"</cellXfs>", self.new, len(self.all) + len(self.new))
        return self.styles.replace(self.fills, fills, 1).replace(self.formats, formats, 1)


def _grown(part: bytes, end: bytes, new: list[bytes], count: int) -> bytes:
    begins, _end, rest = part.partition(b">")
    begins = _COUNT.sub(b'count="%d"' % count, begins)
    return begins + b">" + rest.replace(end, b"".join(new) + end)


def coloured(sheet: bytes, cells: Mapping[str, Change]) -> bytes:
    """A sheet with some of its cells in another format, each by its own; those that are not there are made."""
    if b"<sheetData" not in sheet:
        raise Unknown
    by_row: dict[int, dict[str, Change]] = {}
    for cell, change in cells.items():
        by_row.setdefault(notes.place_of(cell)[0] + 1, {})[cell] = change

    def of_row(found: re.Match[bytes]) -> bytes:
        number = _R.search(found[1])
        if number is None:
            raise Unknown
        wanted = by_row.get(int(number[1]))
        return _row(found, wanted) if wanted else found[0]

    return _ROW.sub(of_row, sheet)


def _row(found: re.Match[bytes], wanted: Mapping[str, Change]) -> bytes:
    cells: dict[int, bytes] = {}
    for one in _CELL.finditer(found[2] or b""):
        place = _R.search(one[1])
        if place is None:
            raise Unknown
        name = place[1].decode()
        cells[notes.place_of(name)[1]] = _cell(one, wanted[name]) if name in wanted else one[0]
    for name, change in wanted.items():
        cells.setdefault(notes.place_of(name)[1], b'<c r="%s" s="%d"/>' % (name.encode(), change(0)))
    told = _SPANS.sub(b"", found[1])  # which is a hint, and wrong where a cell was made outside it
    return b"<row" + told + b">" + b"".join(cells[column] for column in sorted(cells)) + b"</row>"


def _cell(one: re.Match[bytes], change: Change) -> bytes:
    style = _S.search(one[1])
    number = change(int(style[1]) if style else 0)
    bare = _S.sub(b"", one[1]).strip()
    return b"<c " + bare + b' s="%d"' % number + one[2]


def _packed(package: ZipFile, changed: Mapping[str, bytes], names: Mapping[str, str]) -> bytes:
    out, rest = BytesIO(), {names.get(name.lower(), name): content for name, content in changed.items()}
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        for part in package.infolist():
            made.writestr(part, rest.pop(part.filename) if part.filename in rest else package.read(part))
        for name, content in rest.items():
            made.writestr(name, content)
    return out.getvalue()


if __name__ == "__main__":
    main()
