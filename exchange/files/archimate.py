"""ArchiMate's exchange format as grids: a sheet for each kind of element and one for flows between components, a row
for each, a column for each property and for each kind of relationship.

A relationship is told once: on the row that would have it as a link (`exchange/archimate/kinds.py`), else on that of
its source. What it says itself, and what other namespaces say, stands in columns of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from xml.etree import ElementTree as ET

from exchange.archimate.kinds import (
    ELEMENTS,
    FLOW,
    FLOWS_BETWEEN,
    INSTANCE,
    NAMESPACE,
    RETURN,
    SOURCE,
    TARGET,
    TOLD,
    families_of,
    family,
    heading,
    is_ours,
)
from exchange.files.package import checked
from exchange.files.plain import (
    LONGEST_CELL,
    LONGEST_HEADING,
    MOST_COLUMNS,
    Cells,
    Grid,
    Kind,
    Opened,
    Refused,
    Told,
    Why,
)

NAME, DOCUMENTATION, TYPE = "Name", "Documentation", "Type of element"
SAID, REST = "Relationships", "Properties"  # what relationships say, and the properties there is no room for by name
ITSELF = "Municipality"  # a model from here has the one it is of as an element
LONGEST_NAME = 200  # of a flow that has none, and is called by its ends
_NS, _TYPE, _LANGUAGE = f"{{{NAMESPACE}}}", f"{{{INSTANCE}}}type", "{http://www.w3.org/XML/1998/namespace}lang"
_FIRST = ("nb", "nn", "no", "en")  # of a text in several languages
_MARK, _OTHERS = b"http://www.opengroup.org/xsd/archimate", b"http://www.archimatetool.com/archimate"
_HEAD = 4096
OURS = frozenset(one for register in ELEMENTS for one in families_of(register))


def is_model(data: bytes) -> bool:
    """Whether a text is a model of ArchiMate, in this format or in another."""
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \r\n\t")
    return head.startswith(b"<") and (_MARK in head or _OTHERS in head)


def open_model(data: bytes) -> Opened:
    """The elements and flows of a model. Raises Refused where it is in another format, or holds what no model does."""
    checked(data)
    try:
        root = ET.fromstring(data)  # noqa: S314 - checked before: no document type, and not too deep
    except ET.ParseError as error:
        raise Refused(Why.DAMAGED) from error
    if root.tag != f"{_NS}model":
        raise Refused(Why.MODEL)
    model = _Model(root)
    sheets = model.sheets()
    if not sheets:
        raise Refused(Why.NO_TABLE)
    opened = Opened(Kind.ARCHIMATE, [_grid(name, rows) for name, rows in sheets.items()])
    foreign = Counter({name: len(rows) for name, rows in sheets.items() if name not in OURS | {FLOW}})
    if foreign:
        kinds = ", ".join(f"{name} ({number})" for name, number in foreign.most_common(_FEW))
        opened.told.append((Told.KINDS, {"kinds": kinds}))
    if root.find(f"{_NS}views") is not None:
        opened.told.append((Told.VIEWS, {}))
    return opened


_FEW = 8


@dataclass(slots=True)
class _Row:
    """A concept as a row: lines by heading."""

    called: str
    family: str
    name: str
    cells: dict[str, list[str]] = field(default_factory=dict)
    properties: dict[str, list[str]] = field(default_factory=dict)

    def say(self, column: str, text: str) -> None:
        if text:
            self.cells.setdefault(column, []).append(text)


class _Model:
    def __init__(self, root: ET.Element) -> None:
        self.root = root
        found = root.iterfind(f"{_NS}propertyDefinitions/{_NS}propertyDefinition")
        self.properties = {one.get("identifier", ""): _text(one, "name") for one in found}
        self.elements = {row.called: row for row in map(self._element, root.iterfind(f"{_NS}elements/{_NS}element"))}
        ties = list(root.iterfind(f"{_NS}relationships/{_NS}relationship"))
        self.flows = {row.called: row for one in ties if (row := self._flow(one)) is not None}
        self._names = {one.get("identifier", ""): _text(one, "name") for one in ties}
        returning = {name for name in self.flows if name.removesuffix(RETURN) in self.flows.keys() - {name}}
        for name in returning:
            del self.flows[name]
        for one in ties:
            if one.get("identifier") not in self.flows.keys() | returning:
                self._tie(one)

    def sheets(self) -> dict[str, list[_Row]]:
        """The rows of each sheet: what may be ours first."""
        rows = [one for one in (*self.elements.values(), *self.flows.values()) if one.family != ITSELF]
        found: dict[str, list[_Row]] = {one: [] for register in ELEMENTS for one in reversed(families_of(register))}
        for row in rows:
            found.setdefault(row.family, []).append(row)
        return {name: some for name, some in found.items() if some}

    def _element(self, given: ET.Element) -> _Row:
        called, kind = given.get("identifier", ""), _type(given)
        row = _Row(called, family(kind, called), _text(given, "name") or kind)
        self._describe(row, given)
        if row.family != kind and not is_ours(called):
            row.say(TYPE, kind)
        return row

    def _flow(self, given: ET.Element) -> _Row | None:
        """A flow between two components, as a row."""
        ends = [self.elements.get(given.get(one, "")) for one in ("source", "target")]
        source, target = ends
        if _type(given) != FLOW or source is None or target is None:
            return None
        if {source.family, target.family} != {FLOWS_BETWEEN}:
            return None
        half = (LONGEST_NAME - 3) // 2
        row = _Row(given.get("identifier", ""), FLOW, f"{source.name[:half]} – {target.name[:half]}")
        row.name = _text(given, "name") or row.name
        self._describe(row, given)
        row.say(SOURCE, source.name)
        row.say(TARGET, target.name)
        return row

    def _describe(self, row: _Row, given: ET.Element) -> None:
        """What a concept says of itself."""
        row.cells |= {row.family: ["" if is_ours(row.called) else row.called], NAME: [row.name]}
        for tag, column in (("name", NAME), ("documentation", DOCUMENTATION)):
            first, *others = _texts(given, tag) or [("", "")]
            if tag == "documentation":
                row.say(column, first[1])
            for language, text in others:
                row.say(f"{column} ({language})", text)
        for one in given.iterfind(f"{_NS}properties/{_NS}property"):
            called = one.get("propertyDefinitionRef", "")
            name = " ".join((self.properties.get(called) or called).split())[:LONGEST_HEADING]
            row.properties.setdefault(name, []).extend(text for _language, text in _texts(one, "value"))
        for one in given:
            if not one.tag.startswith(_NS):
                row.say(one.tag.rpartition("}")[2], " ".join("".join(one.itertext()).split()))

    def _tie(self, given: ET.Element) -> None:
        """Tell a relationship on the row it belongs to; one that leads nowhere on the row it comes from."""
        ends = {end: given.get(end, "") for end in ("source", "target")}
        rows = {end: self._row(called) for end, called in ends.items()}
        how, kinds = given.get("accessType", ""), [row.family if row else "Relationship" for row in rows.values()]
        told, back = _said(_type(given), how, given.get("isDirected") == "true", *kinds)
        there, here = ("source", "target") if back else ("target", "source")
        row, other, kind = rows[here], rows[there], kinds[0 if back else 1]
        if row is None:
            row, other, kind, back, there = other, None, "Relationship", not back, here
        if row is None:
            return  # between what is not in the model
        name = other.name if other else self._names.get(ends[there]) or ends[there]
        row.say(heading(told, back, kind), name)
        own = _Row("", "", "")
        self._describe(own, given)
        said = [_text(given, "name"), *[line for key, some in own.cells.items() if key not in _OWN for line in some]]
        said += [f"{key}: {'; '.join(some)}" for key, some in own.properties.items()]
        said += [how] if how and not told.endswith(how) else []
        if words := "; ".join(one for one in said if one):
            row.say(SAID, f"{heading(told, back, kind)} {name}: {words}")

    def _row(self, called: str) -> _Row | None:
        return self.elements.get(called) or self.flows.get(called)


_OWN = {"", NAME}


def _said(kind: str, how: str, directed: bool, source: str, target: str) -> tuple[str, bool]:
    """How a relationship is told, and whether its target tells it. An access that says of no link how it is, is read as
    that of where data is kept."""
    if kind == "Association" and directed and ("AssociationDirected", source, target) in TOLD:
        return "AssociationDirected", TOLD["AssociationDirected", source, target]
    for said in (f"{kind}{how}", kind, f"{kind}Write"):
        if (said, source, target) in TOLD:
            return said, TOLD[said, source, target]
    return f"{kind}{how}", False


def _type(given: ET.Element) -> str:
    return given.get(_TYPE, "").rpartition(":")[2]


def _texts(given: ET.Element, tag: str) -> list[tuple[str, str]]:
    """What is said in each language, the one that is read first."""
    said = [(one.get(_LANGUAGE, ""), (one.text or "").strip()) for one in given.iterfind(f"{_NS}{tag}")]
    if tag != "documentation":
        said = [(language, " ".join(text.split())) for language, text in said]
    found = [one for one in said if one[1]]
    return sorted(found, key=lambda one: _FIRST.index(one[0]) if one[0] in _FIRST else len(_FIRST))


def _text(given: ET.Element, tag: str) -> str:
    return next((text for _language, text in _texts(given, tag)), "")


# -- grids -------------------------------------------------------------------------------------------------------------


def _grid(name: str, rows: list[_Row]) -> Grid:
    """A sheet: what its rows are, their names, their properties, the most usual first, and their relationships."""
    fixed = [name, NAME, DOCUMENTATION, TYPE, SOURCE, TARGET]
    used = Counter(key for row in rows for key in row.properties)
    tied = Counter(key for row in rows for key in row.cells if key not in fixed and key != SAID)
    room = MOST_COLUMNS // 2
    known = [key for key, _times in used.most_common(room)]
    flat = [dict(_flat(row, set(known), {key for key, _times in tied.most_common(room // 3)})) for row in rows]
    there = {key for one in flat for key in one}
    order = [*fixed, *known, *[key for key in tied if key in there], REST, SAID]
    headings = tuple(dict.fromkeys(one for one in [*order, *sorted(there)] if one in there))
    return Grid(name, partial(_rows, flat, headings), given=headings)


def _flat(row: _Row, known: set[str], tied: set[str]) -> Iterator[tuple[str, str]]:
    lines: dict[str, list[str]] = {}
    for key, some in row.cells.items():
        is_seldom = key not in tied and (" from " in key or " to " in key)
        lines.setdefault(SAID if is_seldom else key, []).extend(
            [f"{key}: {one}" for one in some] if is_seldom else some
        )
    for key, some in row.properties.items():
        column, said = (key, some) if key in known else (REST, [f"{key}: {one}" for one in some])
        lines.setdefault(column, []).extend(said)
    for key, some in lines.items():
        yield from ((f"{key} ({number})" if number else key, text) for number, text in enumerate(_cells(some)))


def _cells(lines: Iterable[str]) -> Iterator[str]:
    """Lines as they go into cells: into more than one where they are too many."""
    room, some = LONGEST_CELL, list[str]()
    for one in dict.fromkeys(lines):
        if len(one) > LONGEST_CELL:
            raise Refused(Why.LONG_CELL)
        if len(one) + 1 > room:
            yield "\n".join(some)
            room, some = LONGEST_CELL, []
        some.append(one)
        room -= len(one) + 1
    yield "\n".join(some)


def _rows(flat: list[dict[str, str]], headings: tuple[str, ...]) -> Iterator[tuple[int, Cells]]:
    for number, one in enumerate(flat, 1):
        yield number, [one.get(key) or None for key in headings]
