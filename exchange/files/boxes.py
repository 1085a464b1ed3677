"""The boxes in which a spreadsheet shows the notes of cells: VML, which no newer way has taken the place of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import ceil

_NAMES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
NONE = f"<xml {_NAMES}></xml>".encode()
_TYPE = (
    f'<v:shapetype {_NAMES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
# Each box tells its own names: other programs than Excel tell them elsewhere than at the top.
_BOX = (
    f"<v:shape {_NAMES}"
    ' id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;margin-top:5pt;'
    'width:240pt;height:{height}pt;z-index:1;visibility:{seen}" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note">'
    "<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left}, 15, {top}, 2, {right}, 15, {bottom}, 4</x:Anchor>"
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>{visible}</x:ClientData></v:shape>"
)
_SHAPE = re.compile(rb"<(\w+:)?shape\b.*?</(?:\w+:)?shape>", re.DOTALL)
_ROW, _COLUMN = re.compile(rb"\bRow>\s*(\d+)\s*</"), re.compile(rb"\bColumn>\s*(\d+)\s*</")
_VISIBLE = re.compile(rb"\bVisible\s*/?>")
_NUMBER = re.compile(rb'\bid=["\']_x0000_s(\d+)["\']')
_COL = re.compile(rb"<col\b[^>]*>")
_TOLD = re.compile(rb'\b(min|max|width|hidden)="([^"]*)"')
LETTERS, LINE, WIDE = 44, 15, 320  # letters in a line of a box, points between lines, pixels across
_USUAL, _MOST_ACROSS = 64, 12  # pixels of a column nobody has changed; columns that a box covers
_FIRST = 90_000


def drawn(shown: bytes, sheet: bytes, notes: Mapping[tuple[int, int], str]) -> bytes:
    """Boxes with those of some notes among them, each as large as its text asks for, instead of any that were there.
    Notes by row and column from 0. Raises ValueError for what is not written so."""
    if b"</xml>" not in shown:
        raise ValueError
    seen = set[tuple[int, int]]()

    def kept(found: re.Match[bytes]) -> bytes:
        at = _place(found[0])
        if at is None or at not in notes:
            return found[0]
        if _VISIBLE.search(found[0]):
            seen.add(at)
        return b""

    shown, width = _SHAPE.sub(kept, shown), _widths(sheet)
    first = max([_FIRST, *(int(one) + 1 for one in _NUMBER.findall(shown))])
    new = "" if b'"_x0000_t202"' in shown else _TYPE
    for number, (at, text) in enumerate(notes.items()):
        new += _box(first + number, at, text, width, is_seen=at in seen)
    return shown.replace(b"</xml>", new.encode() + b"</xml>")


def without(shown: bytes, places: frozenset[tuple[int, int]]) -> bytes:
    """Boxes without those of some cells."""
    return _SHAPE.sub(lambda found: b"" if _place(found[0]) in places else found[0], shown)


def _place(shape: bytes) -> tuple[int, int] | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return (int(row[1]), int(column[1])) if row and column and b'"Note"' in shape else None


def _box(number: int, at: tuple[int, int], text: str, width: Callable[[int], int], *, is_seen: bool) -> str:
    row, column = at
    lines = max(4, 1 + sum(ceil(max(1, len(one)) / LETTERS) for one in text.split("\n")))
    right, across = column + 1, 0
    while across < WIDE and right < column + _MOST_ACROSS:
        across += width(right)
        right += 1
    return _BOX.format(
        id=number, row=row, column=column, left=column + 1, right=right, top=max(row - 1, 0), height=lines * LINE,
        bottom=row + lines, seen="visible" if is_seen else "hidden", visible="<x:Visible/>" if is_seen else "",
    )  # fmt: skip


def _widths(sheet: bytes) -> Callable[[int], int]:
    """How wide each column of a sheet is, in pixels, by its place from 0."""
    ranges: list[tuple[int, int, int]] = []
    for one in _COL.findall(sheet.partition(b"<sheetData")[0]):
        told = {key: value.decode() for key, value in _TOLD.findall(one)}
        is_hidden = told.get(b"hidden") in {"1", "true"}
        pixels = 0 if is_hidden else round(float(told[b"width"]) * 7 + 5) if b"width" in told else _USUAL
        ranges.append((int(told.get(b"min", 0)), int(told.get(b"max", 0)), pixels))

    def width(place: int) -> int:
        return next((pixels for first, last, pixels in ranges if first <= place + 1 <= last), _USUAL)

    return width
