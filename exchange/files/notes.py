"""Notes on the cells of an xlsx: what each says, the box it is shown in, and what ties both to the sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import PurePosixPath
from xml.parsers.expat import ExpatError, ParserCreate

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = "[Content_Types].xml"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
# What stands behind the boxes of notes in a sheet (ECMA-376, part 1, 18.3.1.99).
_LATER = {
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
}
_LINK = re.compile(rb"<Relationship\b[^>]*>")
_NOTED = re.compile(rb'<comment\b[^>]*\bref="([^"]*)"')
_ATTRIBUTE = re.compile(rb'\b(Id|Type|Target)="([^"]*)"')
_BOXES = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202" coordsize="21600,21600" '
    b'o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    b'<v:path gradientshapeok="t" o:connecttype="rect"/>'
    b"</v:shapetype></xml>"
)
_BOX = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;margin-top:5pt;'
    'width:240pt;height:90pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note">'
    "<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left}, 15, {top}, 2, {right}, 15, {bottom}, 4</x:Anchor>"
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


class Untold(ValueError):  # noqa: N818 - no error: the file is written in a way that this does not know
    """The notes of a file are written in a way that this does not know."""


@dataclass
class Parts:
    """The parts of a package as they become: those `changed`, and the others as they are."""

    changed: dict[str, bytes]
    stored: Callable[[str], bytes | None]

    def text(self, name: str) -> bytes:
        found = self.changed.get(name) or self.stored(name)
        if found is None:
            raise Untold
        return found

    def has(self, name: str) -> bool:
        return name in self.changed or self.stored(name) is not None


def add(parts: Parts, sheet: str, cells: Mapping[str, str], number: int) -> None:
    """Say something of cells of a sheet, beside what is said of them already."""
    place = PurePosixPath(sheet)
    links = f"{place.parent}/_rels/{place.name}.rels"
    if not parts.has(links):
        parts.changed[links] = f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_PACKAGE}"/>'.encode()
    comments = _linked(parts.text(links), place, "/comments")
    boxes = _linked(parts.text(links), place, "/vmlDrawing", of=_shown(parts.text(sheet)))
    if comments is None:
        comments = f"xl/ordenComments{number}.xml"
        parts.changed[comments] = (
            f'<?xml version="1.0" encoding="UTF-8"?><comments xmlns="{_MAIN}"><authors><author>Orden</author></authors>'
            "<commentList></commentList></comments>"
        ).encode()
        _link(parts, links, "comments", comments)
        _type(parts, f'<Override PartName="/{comments}" ContentType="{_COMMENTS}"/>', comments)
    if boxes is None:
        boxes = f"xl/drawings/ordenNotes{number}.vml"
        parts.changed[boxes] = _BOXES
        key = _link(parts, links, "vmlDrawing", boxes)
        parts.changed[sheet] = _with_boxes(parts.text(sheet), key)
        drawing = "application/vnd.openxmlformats-officedocument.vmlDrawing"
        _type(parts, f'<Default Extension="vml" ContentType="{drawing}"/>', 'Extension="vml"')
    _say(parts, comments, boxes, cells)


def _say(parts: Parts, comments: str, boxes: str, cells: Mapping[str, str]) -> None:
    told, shown = parts.text(comments), parts.text(boxes)
    if b"</commentList>" not in told or b"</xml>" not in shown or b"xmlns:x=" not in shown:
        raise Untold
    new, drawn, noted = [], [], {one.decode() for one in _NOTED.findall(told)}
    for number, (cell, text) in enumerate(cells.items()):
        run = f'<r><t xml:space="preserve">{_spelt(text)}</t></r>'
        before = rf'<comment\b[^>]*\bref="{cell}"[^>]*>.*?</text>'.encode()
        there = re.search(before, told, re.DOTALL) if cell in noted else None
        if there:
            said = there[0][: -len(b"</text>")]
            told = told.replace(there[0], said + run.replace('preserve">', 'preserve">\n', 1).encode() + b"</text>", 1)
        else:
            new.append(f'<comment ref="{cell}" authorId="0"><text>{run}</text></comment>')
            drawn.append(_box(cell, 90_000 + number))
    parts.changed[comments] = told.replace(b"</commentList>", "".join(new).encode() + b"</commentList>")
    parts.changed[boxes] = shown.replace(b"</xml>", "".join(drawn).encode() + b"</xml>")


def _box(cell: str, number: int) -> str:
    letters, digits = re.fullmatch(r"([A-Z]+)([0-9]+)", cell).groups()  # type: ignore[union-attr]  # asked before
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    row = int(digits) - 1
    return _BOX.format(
        id=number, row=row, column=column - 1, left=column, right=column + 3, top=max(row - 1, 0), bottom=row + 5
    )


def _linked(links: bytes, sheet: PurePosixPath, kind: str, of: str | None = None) -> str | None:
    """The part that a sheet is tied to, of a kind; of several the one it names `of`."""
    for link in _LINK.findall(links):
        told = {key: value.decode() for key, value in _ATTRIBUTE.findall(link)}
        if told.get(b"Type", "").endswith(kind) and (kind != "/vmlDrawing" or told.get(b"Id") == of):
            return _resolved(sheet.parent, told.get(b"Target", ""))
    return None


def _resolved(folder: PurePosixPath, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    steps: list[str] = []
    for step in (folder / target).parts:
        steps = steps[:-1] if step == ".." else [*steps, step]
    return "/".join(steps)


def _shown(sheet: bytes) -> str | None:
    """By which tie a sheet finds the boxes of its notes."""
    found = re.search(rb'<legacyDrawing\b[^>]*\b\w+:id="([^"]+)"', sheet)
    return found[1].decode() if found else None


def _link(parts: Parts, links: str, kind: str, target: str) -> str:
    key = f"orden{kind}"
    told = f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="/{target}"/>'.encode()
    there = parts.text(links)
    if b"</Relationships>" in there:
        parts.changed[links] = there.replace(b"</Relationships>", told + b"</Relationships>")
    else:
        parts.changed[links] = re.sub(
            rb"(<Relationships\b[^>]*?)/>", rb"\1>" + told + b"</Relationships>", there, count=1
        )
    return key


def _type(parts: Parts, told: str, unless: str) -> None:
    there = parts.text(_TYPES)
    if unless.encode() in there:
        return
    begins = re.search(rb"<Types\b[^>]*>", there)
    if begins is None:
        raise Untold
    parts.changed[_TYPES] = there[: begins.end()] + told.encode() + there[begins.end() :]


def _with_boxes(sheet: bytes, key: str) -> bytes:
    """The sheet with a tie to the boxes, where the order of a sheet has it."""
    told = f'<legacyDrawing xmlns:r="{_OFFICE}" r:id="{key}"/>'.encode()
    parser, found, depth = ParserCreate(), list[int](), [0]

    def start(name: str, _attributes: object) -> None:
        depth[0] += 1
        if depth[0] == 2 and name in _LATER:
            found.append(parser.CurrentByteIndex)

    def end(_name: str) -> None:
        depth[0] -= 1
        if not depth[0]:
            found.append(parser.CurrentByteIndex)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(sheet, True)
    except ExpatError as error:
        raise Untold from error
    return sheet[: found[0]] + told + sheet[found[0] :]


def _spelt(text: str) -> str:
    return escape(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", text), quote=False)
