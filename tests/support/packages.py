"""What Excel would ask to repair in an xlsx, found without Excel: what ECMA-376 says of its parts and their order."""

from __future__ import annotations

import io
import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_EXCEL = "{urn:schemas-microsoft-com:office:excel}"
_TIE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# CT_Worksheet, ECMA-376 part 1, 18.3.1.99
ORDER = """
sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios
autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations
hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches
ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls webPublishItems
tableParts extLst
""".split()  # noqa: SIM905 - read as words


class Package:
    """An xlsx as its parts, read as XML."""

    def __init__(self, content: bytes) -> None:
        with ZipFile(io.BytesIO(content)) as package:
            assert package.testzip() is None
            self.names = package.namelist()
            self.parts = {one: package.read(one) for one in self.names}
        self.read = {
            one: ET.fromstring(part)  # noqa: S314 - we have made it
            for one, part in self.parts.items() if one.endswith((".xml", ".rels", ".vml"))
        }  # fmt: skip

    def ties(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part is tied to: by their keys the kind and the name of the part."""
        folder, name = posixpath.split(part)
        found = self.read.get(f"{folder}/_rels/{name}.rels".lstrip("/"), [])
        return {
            one.get("Id"): (one.get("Type").rsplit("/", 1)[-1], _absolute(folder, one.get("Target")))
            for one in found if one.get("TargetMode") != "External"
        }  # fmt: skip

    @property
    def sheets(self) -> list[str]:
        return [one for one in self.names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", one)]

    def tied(self, sheet: str, kind: str) -> Any:
        names = [name for of, name in self.ties(sheet).values() if of == kind]
        return self.read[names[0]] if names else None


def _absolute(folder: str, target: str) -> str:
    return target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def wrong(content: bytes) -> list[str]:
    """All that is wrong with a package, in words for who mends it."""
    package = Package(content)
    found = [*_typed(package), *_tied(package), *_formats(package)]
    for sheet in package.sheets:
        found += [f"{sheet}: {one}" for one in (*_ordered(package, sheet), *_noted(package, sheet))]
    return found


def _twice(what: str, some: Any) -> Iterator[str]:
    yield from (f"{what} {one} {number} times" for one, number in Counter(some).items() if number > 1)


def _typed(package: Package) -> Iterator[str]:
    yield from _twice("part", map(str.lower, package.names))
    types = package.read["[Content_Types].xml"]
    endings = [one.get("Extension", "").lower() for one in types if one.tag.endswith("Default")]
    parts = [one.get("PartName", "")[1:] for one in types if one.tag.endswith("Override")]
    yield from _twice("type of", [*endings, *parts])
    for one in package.names:
        if one not in parts and one.rsplit(".", 1)[-1].lower() not in endings and one != "[Content_Types].xml":
            yield f"{one} has no type"
    yield from (f"a type of {one}, which is not there" for one in parts if one not in package.names)


def _tied(package: Package) -> Iterator[str]:
    for name, part in package.read.items():
        if name.endswith(".rels"):
            yield from _twice(f"{name}: key", (one.get("Id") for one in part))
    for one in package.names:
        yield from (f"{one} is tied to {to}" for _kind, to in package.ties(one).values() if to not in package.names)


def _formats(package: Package) -> Iterator[str]:
    styles = package.read["xl/styles.xml"]
    for kind in ("cellXfs", "fills"):
        there: Any = styles.find(f"{_MAIN}{kind}")
        if int(there.get("count", len(there))) != len(there):
            yield f"{kind}: {there.get('count')} are told, {len(there)} there"


def _ordered(package: Package, sheet: str) -> Iterator[str]:
    read = package.read[sheet]
    tags = [one.tag.removeprefix(_MAIN) for one in read if one.tag.startswith(_MAIN)]
    if sorted(tags, key=ORDER.index) != tags:
        yield f"in the wrong order: {tags}"
    yield from _twice("element", [one for one in tags if one != "conditionalFormatting"])
    formats, row = len(package.read["xl/styles.xml"].find(f"{_MAIN}cellXfs") or ()), 0
    for line in read.iter(f"{_MAIN}row"):
        number, column = int(line.get("r", row + 1)), -1
        if number <= row:
            yield f"row {number} after {row}"
        row = number
        first, last = map(int, line.get("spans", "1:16384").split()[0].split(":"))
        for cell in line.iter(f"{_MAIN}c"):
            at = _at(cell.get("r", ""))
            if at[0] != number - 1 or at[1] <= column or not first <= at[1] + 1 <= last:
                yield f"cell {cell.get('r')} in row {number}"
            column = at[1]
            if int(cell.get("s", 0)) >= formats:
                yield f"cell {cell.get('r')} has no format"


def _at(cell: str) -> tuple[int, int]:
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()  # type: ignore[union-attr]  # or it is wrong
    column = 0
    for one in letters:
        column = column * 26 + ord(one) - 64
    return int(digits) - 1, column - 1


def _noted(package: Package, sheet: str) -> Iterator[str]:
    """What is wrong with the notes of a sheet, which are told in one part and drawn in another."""
    comments, ties = package.tied(sheet, "comments"), package.ties(sheet)
    yield from _twice("tie to", [kind for kind, _name in ties.values() if kind == "comments"])
    if comments is None:
        return
    authors, told = len(comments.find(f"{_MAIN}authors")), list(comments.iter(f"{_MAIN}comment"))
    yield from _twice("note", [one.get("ref") for one in told])
    yield from (f"note {one.get('ref')} is nobody's" for one in told if int(one.get("authorId")) >= authors)
    drawing = package.read[sheet].find(f"{_MAIN}legacyDrawing")
    if drawing is None or ties.get(drawing.get(_TIE, ""), ("",))[0] != "vmlDrawing":
        yield "notes without boxes"
        return
    boxes = package.read[ties[drawing.get(_TIE, "")][1]]
    drawn = [one for one in boxes.iter(f"{_EXCEL}ClientData") if one.get("ObjectType") == "Note"]
    places = sorted((int(one.findtext(f"{_EXCEL}Row", "")), int(one.findtext(f"{_EXCEL}Column", ""))) for one in drawn)
    if places != sorted(_at(one.get("ref")) for one in told):
        yield f"boxes at {places}"
    shapes = [one for one in boxes if one.tag.endswith("}shape")]
    types = {one.get("id") for one in boxes if one.tag.endswith("}shapetype")}
    yield from _twice("box", [one.get("id") for one in shapes])
    yield from (f"a box of no kind {one.get('type')}" for one in shapes if one.get("type", "#")[1:] not in types)
