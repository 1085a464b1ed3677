"""The process that marks what is wrong in a sheet that came in: `python -m exchange.files.marking < asked > marked`.

What is asked is a line of JSON, {sheet: {cell: what is said of it}}, and then the xlsx. Cells get a colour and a note;
everything else in the file stays as it was, byte for byte. It ends with 1, and writes nothing, where a file is written
in a way that this does not know.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from exchange.files import notes
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
_FILLED = re.compile(rb'\s(?:fillId|applyFill)="[^"]*"')
STYLES = "xl/styles.xml"


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
    names = {name.lower(): one.filename for name, one in package.parts.items()}
    parts = notes.Parts({}, lambda name: package.read(name.lower()) if name.lower() in names else None)
    formats, places = Formats(parts.text(STYLES)), dict(package.sheets())
    for number, (sheet, cells) in enumerate(sorted(asked.items())):
        place = places.get(sheet)
        if place is None:
            raise Unknown
        parts.changed[place] = coloured(parts.text(place), frozenset(cells), formats)
        notes.add(parts, place, cells, number)
    parts.changed[STYLES] = formats.written()
    return _packed(package.zip, parts.changed, names)


class Formats:
    """The formats of the cells of a workbook, with the marked ones of them that are asked for."""

    def __init__(self, styles: bytes) -> None:
        fills, formats = _FILLS.search(styles), _FORMATS.search(styles)
        if fills is None or formats is None:
            raise Unknown
        self.styles, self.fills, self.formats = styles, fills[0], formats[0]
        self.all = _FORMAT.findall(self.formats)
        self.fill = len(re.findall(rb"<fill\b", self.fills))
        self.made: dict[int, int] = {}
        self.new: list[bytes] = []

    def marked(self, number: int) -> int:
        """The number of a format that is like another, but for the colour."""
        if number not in self.made:
            if number >= len(self.all):
                raise Unknown
            self.made[number] = len(self.all) + len(self.new)
            plain = _FILLED.sub(b"", self.all[number])
            self.new.append(plain.replace(b"<xf", b'<xf fillId="%d" applyFill="1"' % self.fill, 1))
        return self.made[number]

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


def coloured(sheet: bytes, cells: frozenset[str], formats: Formats) -> bytes:
    """A sheet with some of its cells in another format; those that are not there are made."""
    if b"<sheetData" not in sheet:
        raise Unknown
    by_row: dict[int, dict[str, int]] = {}
    for cell in cells:
        row, column = _at(cell)
        by_row.setdefault(row, {})[cell] = column

    def of_row(found: re.Match[bytes]) -> bytes:
        number = _R.search(found[1])
        if number is None:
            raise Unknown
        wanted = by_row.get(int(number[1]))
        return _row(found, wanted, formats) if wanted else found[0]

    return _ROW.sub(of_row, sheet)


def _row(found: re.Match[bytes], wanted: dict[str, int], formats: Formats) -> bytes:
    cells: dict[int, bytes] = {}
    for one in _CELL.finditer(found[2] or b""):
        place = _R.search(one[1])
        if place is None:
            raise Unknown
        name = place[1].decode()
        column = _at(name)[1]
        cells[column] = _cell(one, formats) if name in wanted else one[0]
    for name, column in wanted.items():
        cells.setdefault(column, b'<c r="%s" s="%d"/>' % (name.encode(), formats.marked(0)))
    return b"<row" + found[1] + b">" + b"".join(cells[column] for column in sorted(cells)) + b"</row>"


def _cell(one: re.Match[bytes], formats: Formats) -> bytes:
    style = _S.search(one[1])
    number = formats.marked(int(style[1]) if style else 0)
    bare = _S.sub(b"", one[1]).rstrip()
    return b"<c" + bare + b' s="%d"' % number + one[2]


def _at(name: str) -> tuple[int, int]:
    """C7 as row and column, counted from 1."""
    found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", name)
    if found is None:
        raise Unknown
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


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
