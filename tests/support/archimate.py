"""Models of ArchiMate as tests look at them: held to the schema where that is at hand, and to our own checks always."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from exchange.archimate.kinds import ALLOWED, INSTANCE, LAYERS, NAMESPACE, RELATION, Is

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "archimate" / "xsd-3.1"
NS = {"a": NAMESPACE}
XSI = f"{{{INSTANCE}}}type"
NCNAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


class _Here(etree.Resolver):
    def resolve(self, url: str, _public: Any, context: Any) -> Any:
        return self.resolve_filename(str(SHARED / url.rpartition("/")[2]), context)


@cache
def schema() -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Here())
    return etree.XMLSchema(etree.parse(str(SHARED / "archimate3_Diagram.xsd"), parser))


def broken_by_schema(content: bytes) -> list[str]:
    """What of a model is not as The Open Group's schema says."""
    schema().validate(etree.fromstring(content))
    return [f"{one.line}: {one.message}" for one in schema().error_log]


def broken(content: bytes) -> list[str]:
    """What of a model Archi would complain of, and what our own rules say beside the schema."""
    root = etree.fromstring(content)
    elements, ties = (_all(root, f".//a:{tag}") for tag in ("element", "relationship"))
    types = {one.get("identifier"): one.get(XSI) for one in elements}
    ends = types | {one.get("identifier"): RELATION for one in ties}
    every = [one.get("identifier") for one in root.iter() if one.get("identifier")]
    found = [f"{one} stands twice" for one, times in Counter(every).items() if times > 1]
    found += [f"{one} is no name" for one in every if not NCNAME.fullmatch(one)]
    found += [] if elements else ["Archi reads no model without elements"]
    found += [f"{one} is in no layer" for one in set(types.values()) - LAYERS.keys()]
    found += [f"{one.get('identifier')} has no name" for one in elements if not one.findtext("a:name", namespaces=NS)]
    for one in ties:
        pair = tuple(ends.get(one.get(end), "nothing") for end in ("source", "target"))
        if Is(one.get(XSI)) not in ALLOWED.get(pair, ()):
            found.append(f"{one.get('identifier')}: {one.get(XSI)} from {pair[0]} to {pair[1]}")
    found += [f"nothing is {ref}" for ref in _refs(root) - set(every)]
    filed = [one.get("identifierRef") for one in _all(root, ".//a:item[@identifierRef]")]
    views = [one.get("identifier") for one in _all(root, ".//a:view")]
    found += [] if sorted(filed) == sorted([*ends, *views]) else ["not all stand in one folder"]
    return found + [
        line for view in _all(root, ".//a:view") for line in _view(view, {one.get("identifier"): one for one in ties})
    ]


def _view(view: Any, ties: dict[str, Any]) -> list[str]:
    """What of a view points at what it should not, or lies outside what holds it."""
    nodes = _all(view, ".//a:node")
    shows = {one.get("identifier"): one.get("elementRef") for one in nodes}
    found = []
    for one in nodes:
        x, y, w, h = (int(one.get(side)) for side in "xywh")
        above = one.getparent()
        if min(x, y) < 0 or min(w, h) < 1:
            found.append(f"{one.get('identifier')} is off the drawing")
        if above.get("x") and not (int(above.get("x")) <= x and x + w <= int(above.get("x")) + int(above.get("w"))):
            found.append(f"{one.get('identifier')} stands outside its column")
    for one in _all(view, "a:connection"):
        tie = ties[one.get("relationshipRef")]
        if [shows.get(one.get(end)) for end in ("source", "target")] != [tie.get("source"), tie.get("target")]:
            found.append(f"{one.get('identifier')} joins others than its relationship")
    return found


def _refs(root: Any) -> set[str]:
    names = ("elementRef", "relationshipRef", "propertyDefinitionRef", "identifierRef", "source", "target")
    return {ref for one in root.iter() for name in names if (ref := one.get(name))}


def _all(root: Any, path: str) -> list[Any]:
    return list(root.iterfind(path, NS))


def said(content: bytes) -> dict[str, tuple[str, str]]:
    """What each element is and is called, by its identifier."""
    found = _all(etree.fromstring(content), ".//a:element")
    return {one.get("identifier"): (one.get(XSI), one.findtext("a:name", namespaces=NS)) for one in found}


def ties(content: bytes) -> set[tuple[str, ...]]:
    """The relationships by kind and by what their ends are called."""
    root = etree.fromstring(content)
    names = {
        one.get("identifier"): one.findtext("a:name", "", NS)
        for one in root.iter(f"{{{NAMESPACE}}}element", f"{{{NAMESPACE}}}relationship")
    }
    return {
        (f"{one.get(XSI)}{one.get('accessType', '')}", names[one.get("source")], names[one.get("target")])
        for one in _all(root, ".//a:relationship")
    }  # fmt: skip


def properties(content: bytes, identifier: str) -> dict[str, str]:
    """What an element or relationship says of itself, by the names of its properties."""
    root = etree.fromstring(content)
    names = {
        one.get("identifier"): one.findtext("a:name", namespaces=NS) for one in _all(root, ".//a:propertyDefinition")
    }
    there = root.find(f".//*[@identifier='{identifier}']")
    told = {
        names[one.get("propertyDefinitionRef")]: one.findtext("a:value", namespaces=NS)
        for one in _all(there, ".//a:property")
    }
    return told | {"": there.findtext("a:documentation", "", NS)}
