"""The packages that newer spreadsheets are (xlsx, xlsb, ods): their bounds are held before anything parses them, and
what the parser does not tell is looked up in them: macros, links, formulas, and cells that show an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree as ET
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as BadPacking  # noqa: N812 - an error by another name

from exchange.files.plain import Kind, Place, Refused, Why
from exchange.table import UNCOUNTED

MOST_PARTS, MOST_UNPACKED, LARGEST_PART, LARGEST_TEXTS = 5000, 512 << 20, 256 << 20, 128 << 20
MOST_DEEP, _STRETCH = 1000, 64 << 10  # elements, bytes
_LONGEST_RUN = 128 << 10  # bytes without a tag: a cell of the longest kind, with every letter spelt out
_PART_OF_WORKBOOK = 4 << 20
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>])([^>]*(?<!/))>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE, _SHOWN = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"'), re.compile(rb"<(?:\w+:)?v>([^<]+)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BROKEN = (BadZipFile, BadPacking, KeyError, NotImplementedError, RuntimeError, ValueError, OSError, EOFError)


class Package:
    """A package within its bounds. Raises Refused when it is outside them, or encrypted."""

    def __init__(self, data: bytes) -> None:
        try:
            self.zip = ZipFile(BytesIO(data))
        except _BROKEN as error:
            raise Refused(Why.DAMAGED) from error
        self.parts = {one.filename.replace("\\", "/").lower(): one for one in self.zip.infolist()}
        self._bounded(list(self.zip.infolist()))
        self.kind = self._kind(data)

    def _bounded(self, parts: list[ZipInfo]) -> None:
        if any(one.flag_bits & 1 for one in parts):
            raise Refused(Why.ENCRYPTED)
        texts = self.parts.get("xl/sharedstrings.xml")
        swollen = sum(one.file_size for one in parts) > MOST_UNPACKED or len(parts) > MOST_PARTS
        swollen |= any(one.file_size > LARGEST_PART for one in parts)
        if swollen or (texts and texts.file_size > LARGEST_TEXTS):
            raise Refused(Why.SWELLS)

    def _kind(self, data: bytes) -> Kind:
        if data[30:84].startswith(b"mimetypeapplication/vnd.oasis.opendocument"):
            if b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" not in data[:128]:
                raise Refused(Why.WRITING)
            return Kind.ODS
        found = {"xl/workbook.xml": Kind.XLSX, "xl/workbook.bin": Kind.XLSB, "content.xml": Kind.ODS}
        for name, kind in found.items():
            if name in self.parts:
                return kind
        raise Refused(Why.WRITING if {"word/document.xml", "ppt/presentation.xml"} & self.parts.keys() else Why.ARCHIVE)

    def read(self, name: str, most: int = LARGEST_PART) -> bytes:
        """A part as it is unpacked, and no more of it than it says that it holds."""
        part = self.parts[name]
        if part.file_size > most:
            raise Refused(Why.SWELLS)
        try:
            return self.zip.read(part)
        except _BROKEN as error:
            raise Refused(Why.DAMAGED) from error

    def check(self) -> None:
        """Every part that a parser will read: no document type, no cell longer than cells are, and encrypted none."""
        if "meta-inf/manifest.xml" in self.parts and b"encryption-data" in self.read("meta-inf/manifest.xml"):
            raise Refused(Why.ENCRYPTED)
        for name in self.parts:
            if name.endswith((".xml", ".rels")) and not name.startswith(("docprops/", "xl/drawings", "xl/media")):
                checked(self.read(name))

    @property
    def macros(self) -> bool:
        return any("vbaproject" in name or name.startswith(("basic/", "scripts/")) for name in self.parts)

    @property
    def links(self) -> bool:
        return any(name.startswith("xl/externallinks/externallink") for name in self.parts)

    def sheets(self) -> Iterator[tuple[str, str]]:
        """The sheets of an xlsx by name, with the part each is."""
        try:
            book = ET.fromstring(self.read("xl/workbook.xml", _PART_OF_WORKBOOK))  # noqa: S314 - checked before
            links = ET.fromstring(self.read("xl/_rels/workbook.xml.rels", _PART_OF_WORKBOOK))  # noqa: S314
        except (ET.ParseError, KeyError) as error:
            raise Refused(Why.DAMAGED) from error
        targets = {one.get("Id"): str(one.get("Target")) for one in links}
        for one in book.iter():
            if one.tag.endswith("}sheet") or one.tag == "sheet":
                target = targets.get(one.get(_RELATION), "").lstrip("/")
                part = target if target.lower().startswith("xl/") else f"xl/{target}"
                if part.lower() in self.parts:
                    yield str(one.get("name")), part.lower()


def checked(part: bytes) -> None:
    if part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in part[:64]:
        raise Refused(Why.DAMAGED)  # no spreadsheet program writes wide letters, and they would hide what is looked for
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise Refused(Why.ENTITIES)
    if _is_deep(part):
        raise Refused(Why.NESTED)
    for start in range(0, len(part) - _LONGEST_RUN, _LONGEST_RUN):
        if part.find(b"<", start, start + _LONGEST_RUN) < 0:
            raise Refused(Why.LONG_CELL)


def _is_deep(part: bytes) -> bool:
    """Whether elements lie deeper in each other than in any spreadsheet. Where every sign of a tag surely is one it is
    enough to count them, a stretch at a time; else each tag is looked at."""
    if b"<!" in part or part.count(b"<") != part.count(b">"):
        return _is_deep_by_tags(part)
    depth = 0
    for start in range(0, len(part), _STRETCH):
        end = start + _STRETCH
        closing, said = part.count(b"</", start, end + 1), part.count(b"<?", start, end + 1)
        depth += part.count(b"<", start, end) - said - 2 * closing - part.count(b"/>", start, end + 1)
        if depth > MOST_DEEP:
            return True
    return False


def _is_deep_by_tags(part: bytes) -> bool:
    depth = deepest = 0

    def begin(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, deepest
        depth += 1
        deepest = max(deepest, depth)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    for start in range(0, len(part), _STRETCH):
        try:
            parser.Parse(part[start : start + _STRETCH], start + _STRETCH >= len(part))
        except expat.ExpatError:
            break  # what is no XML is refused by whoever reads it
        if deepest > MOST_DEEP:
            return True
    return deepest > MOST_DEEP


def marks(sheet: bytes) -> tuple[dict[Place, str], bool]:
    """The cells of a sheet of an xlsx that show an error, with its code, and whether any holds a formula."""
    formulas = bool(_FORMULA.search(sheet))
    if not formulas and b't="e"' not in sheet:
        return {}, False
    found: dict[Place, str] = {}
    for cell in _CELL.finditer(sheet):
        attributes, inside = cell.groups()
        shown, place = _SHOWN.search(inside), _PLACE.search(attributes)
        if place is None:
            continue
        if b't="e"' in attributes:
            found[_at(place)] = shown[1].decode("ascii", "replace") if shown else "#N/A"
        elif shown is None and _FORMULA.search(inside) and b't="str"' not in attributes:
            found[_at(place)] = UNCOUNTED
    return found, formulas


def _at(place: re.Match[bytes]) -> Place:
    column = 0
    for letter in place[1]:
        column = column * 26 + letter - 64
    return int(place[2]) - 1, column - 1
