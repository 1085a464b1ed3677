"""Notes on the cells of an xlsx: what each says, the box it is shown in, and what ties both to the sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from itertools import count
from pathlib import PurePosixPath
from xml.parsers.expat import ExpatError, ParserCreate

from exchange.files import boxes

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = "[Content_Types].xml"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
# What stands behind the boxes of notes in a sheet (ECMA-376, part 1, 18.3.1.99).
_LATER = {
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "mc:AlternateContent",  # in which newer programs put the two before
    "webPublishItems",
    "tableParts",
    "extLst",
}
AUTHOR = "Orden"
_LINK = re.compile(rb"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb"""\b(Id|Type|Target)=["']([^"']*)["']""")
_AUTHORS = re.compile(rb"<authors\b[^>]*>(.*?)</authors>|<authors\s*/>", re.DOTALL)
_AUTHOR = re.compile(rb"<author\b[^>]*/>|<author\b[^>]*>(.*?)</author>", re.DOTALL)
_COMMENT = re.compile(rb"<comment\b[^>]*>.*?</comment>", re.DOTALL)
_REF, _BY = re.compile(rb"""\bref=["']([^"']*)["']"""), re.compile(rb"""\bauthorId=["'](\d+)["']""")
_TEXT = re.compile(rb"<text\b[^>]*/>|<text\b[^>]*>(.*?)</text>", re.DOTALL)
_PLAIN = re.compile(rb"^\s*<t\b.*?</t>|^\s*<t\b[^>]*/>", re.DOTALL)
_SAID = re.compile(rb"<t\b[^>]*>(.*?)</t>", re.DOTALL)
_CELL = re.compile(r"([A-Z]+)([0-9]+)")


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


def place_of(cell: str) -> tuple[int, int]:
    """C7 as row and column, counted from 0."""
    found = _CELL.fullmatch(cell)
    if found is None:
        raise Untold
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def forget(parts: Parts, sheet: str) -> frozenset[str]:
    """Take away the notes that this has put on cells of a sheet before; which ones. Where somebody sends back a sheet
    that went to them with its faults said, what they have mended is said no longer."""
    links = links_of(sheet)
    place = PurePosixPath(sheet)
    comments = linked(parts.text(links), place, "/comments") if parts.has(links) else None
    if comments is None or not parts.has(comments):
        return frozenset()
    told, gone = parts.text(comments), set[str]()
    ours = next((number for number, one in enumerate(_authors(told)) if one == AUTHOR), -1)

    def kept(found: re.Match[bytes]) -> bytes:
        ref, by = _REF.search(found[0]), _BY.search(found[0])
        if not ref or not by or int(by[1]) != ours:
            return found[0]
        gone.add(ref[1].decode())
        return b""

    parts.changed[comments] = _COMMENT.sub(kept, told)
    shown = linked(parts.text(links), place, "/vmlDrawing", of=_shown(parts.text(sheet)))
    if shown and gone:
        parts.changed[shown] = boxes.without(parts.text(shown), frozenset(map(place_of, gone)))
    return frozenset(gone)


def add(parts: Parts, sheet: str, cells: Mapping[str, str]) -> None:
    """Say something of cells of a sheet, beside what is said of them already."""
    place, links = PurePosixPath(sheet), links_of(sheet)
    number = next(one for one in count() if not parts.has(f"xl/ordenComments{one}.xml"))
    if not parts.has(links):
        parts.changed[links] = f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_PACKAGE}"/>'.encode()
    comments = linked(parts.text(links), place, "/comments")
    shown = linked(parts.text(links), place, "/vmlDrawing", of=_shown(parts.text(sheet)))
    if comments is None:
        comments = f"xl/ordenComments{number}.xml"
        parts.changed[comments] = (
            f'<?xml version="1.0" encoding="UTF-8"?><comments xmlns="{_MAIN}">'
            f"<authors><author>{AUTHOR}</author></authors><commentList></commentList></comments>"
        ).encode()
        _link(parts, links, "comments", comments)
        _type(parts, f'<Override PartName="/{comments}" ContentType="{_COMMENTS}"/>', comments)
    if shown is None:
        shown = f"xl/drawings/ordenNotes{number}.vml"
        parts.changed[shown] = boxes.NONE
        key = _link(parts, links, "vmlDrawing", shown)
        parts.changed[sheet] = _with_boxes(parts.text(sheet), key)
        _type(parts, f'<Default Extension="vml" ContentType="{_DRAWING}"/>', 'Extension="vml"')
    notes = _say(parts, comments, cells)
    try:
        parts.changed[shown] = boxes.drawn(parts.text(shown), parts.text(sheet), notes)
    except ValueError:
        raise Untold from None


def links_of(sheet: str) -> str:
    place = PurePosixPath(sheet)
    return f"{place.parent}/_rels/{place.name}.rels"


def _say(parts: Parts, comments: str, cells: Mapping[str, str]) -> dict[tuple[int, int], str]:
    """Write what is said of cells, and give all that is said of each of them."""
    told = re.sub(rb"<commentList\s*/>", b"<commentList></commentList>", parts.text(comments))
    if b"</commentList>" not in told:
        raise Untold
    told, author = _with_author(told)
    notes: dict[tuple[int, int], str] = {}

    def more(found: re.Match[bytes]) -> bytes:
        ref = _REF.search(found[0])
        cell = ref[1].decode() if ref else ""
        text = _TEXT.search(found[0]) if cell in cells else None
        if text is None:
            return found[0]
        runs = text[1] or b""
        runs = _PLAIN.sub(lambda plain: b"<r>" + plain[0].strip() + b"</r>", runs)
        before = unescape(b"".join(_SAID.findall(runs)).decode())
        notes[place_of(cell)] = f"{before}\n{cells[cell]}"
        run = _run(f"\n{cells[cell]}" if before else cells[cell])
        return found[0].replace(text[0], b"<text>" + runs + run + b"</text>", 1)

    told = _COMMENT.sub(more, told)
    new = b""
    for cell, text in cells.items():
        if place_of(cell) not in notes:
            notes[place_of(cell)] = text
            new += f'<comment ref="{cell}" authorId="{author}"><text>'.encode() + _run(text) + b"</text></comment>"
    parts.changed[comments] = told.replace(b"</commentList>", new + b"</commentList>")
    return notes


def _run(text: str) -> bytes:
    return f'<r><t xml:space="preserve">{spelt(text)}</t></r>'.encode()


def _authors(told: bytes) -> list[str]:
    found = _AUTHORS.search(told)
    return [unescape(one.decode()).strip() for one in _AUTHOR.findall(found[0])] if found else []


def _with_author(told: bytes) -> tuple[bytes, int]:
    """Notes with this among those who write them, and by which number: what one is told is not in another's name."""
    known, found = _authors(told), _AUTHORS.search(told)
    if found is None:
        raise Untold
    if AUTHOR in known:
        return told, known.index(AUTHOR)
    inside = (found[1] or b"") + f"<author>{AUTHOR}</author>".encode()
    return told.replace(found[0], b"<authors>" + inside + b"</authors>", 1), len(known)


def linked(links: bytes, sheet: PurePosixPath, kind: str, of: str | None = None) -> str | None:
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
    found = re.search(rb"""<legacyDrawing\b[^>]*\b\w+:id=["']([^"']+)["']""", sheet)
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
    if unless.lower() in there.decode().lower().replace("'", '"'):
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


def spelt(text: str) -> str:
    """A text as XML has it, without what XML cannot hold."""
    return escape(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", " ", text), quote=False)
