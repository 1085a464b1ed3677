"""A landscape in ArchiMate's exchange format: the model, its properties, its folders, and views with positions.

Archi reads no model without elements, and the schema allows no empty list of anything: what there is nothing of is left
out, and the municipality itself is always an element.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from exchange.archimate.concepts import Concepts, Element, Relationship
from exchange.archimate.details import Definition, definitions
from exchange.archimate.kinds import INSTANCE, LAYERS, NAMESPACE, SCHEMA
from models.landscape.graph import Key
from models.landscape.layout import INSIDE, SIDE, TALL, WIDE, Layout

MARGIN = 12
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_Node = ET.Element


@dataclass(frozen=True)
class View:
    """What is shown where; `group` and `layer` say what the columns and bands of the layout are called."""

    key: str
    name: str
    layout: Layout
    group: Callable[[Key], str]
    layer: Callable[[str], str]
    viewpoint: str = ""


@dataclass(frozen=True)
class Model:
    """All that a file says. `folder` is what a register is called."""

    name: str
    about: str
    language: str
    concepts: Concepts
    views: tuple[View, ...]
    folder: Callable[[str], str]
    views_folder: str


def written(model: Model) -> bytes:
    """The file."""
    return _Writer(model).file()


class _Writer:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.definitions = definitions(model.language)

    def file(self) -> bytes:
        model, concepts = self.model, self.model.concepts
        root = ET.Element("model", {
            "xmlns": NAMESPACE, "xmlns:xsi": INSTANCE, "xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}",
            "identifier": f"orden-model-{concepts.place[1]}",
        })  # fmt: skip
        root.extend([self._text("name", model.name), self._text("documentation", model.about)])
        parts = (
            ("elements", map(self._element, concepts.elements.values())),
            ("relationships", map(self._relationship, concepts.relationships)),
            ("organizations", self._folders()),
            ("propertyDefinitions", map(self._definition, self._used())),
        )
        for tag, some in parts:
            if inside := list(some):
                ET.SubElement(root, tag).extend(inside)
        ET.SubElement(ET.SubElement(root, "views"), "diagrams").extend(map(self._view, model.views))
        ET.indent(root)
        return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"

    def _text(self, tag: str, said: str) -> _Node:
        node = ET.Element(tag, {"xml:lang": self.model.language})
        node.text = _NOT_XML.sub("", said)
        return node

    # -- the model

    def _element(self, one: Element) -> _Node:
        node = ET.Element("element", {"identifier": one.identifier, "xsi:type": one.type})
        node.append(self._text("name", one.name))
        node.extend(self._detail(one.key[0], one.detail.documentation, one.detail.properties))
        return node

    def _relationship(self, one: Relationship) -> _Node:
        said = {"identifier": one.identifier, "source": one.source, "target": one.target, "xsi:type": one.tie.kind}
        if one.tie.how:
            said["accessType"] = one.tie.how
        if one.tie.directed:
            said["isDirected"] = "true"
        node = ET.Element("relationship", said)
        if one.name:
            node.append(self._text("name", one.name))
        if one.register:
            node.extend(self._detail(one.register, one.detail.documentation, one.detail.properties))
        return node

    def _detail(self, register: str, documentation: str, properties: Mapping[str, str]) -> Iterator[_Node]:
        if documentation:
            yield self._text("documentation", documentation)
        if properties:
            node = ET.Element("properties")
            for key, said in properties.items():
                ref = self.definitions[register, key].identifier
                ET.SubElement(node, "property", {"propertyDefinitionRef": ref}).append(self._text("value", said))
            yield node

    def _used(self) -> Iterable[Definition]:
        """The definitions there are properties of."""
        concepts = self.model.concepts
        told = [(one.key[0], one.detail) for one in concepts.elements.values()]
        told += [(one.register, one.detail) for one in concepts.relationships]
        found = {self.definitions[register, key] for register, detail in told for key in detail.properties}
        return [one for one in dict.fromkeys(self.definitions.values()) if one in found]

    def _definition(self, one: Definition) -> _Node:
        node = ET.Element("propertyDefinition", {"identifier": one.identifier, "type": one.type})
        node.append(self._text("name", one.name))
        return node

    # -- folders

    def _folders(self) -> Iterator[_Node]:
        """A folder for each register in that of its layer, which is called as Archi calls it; relationships by kind."""
        layers: dict[str, dict[str, list[str]]] = {}
        for one in self.model.concepts.elements.values():
            registers = layers.setdefault(LAYERS[one.type], {})
            registers.setdefault(self.model.folder(one.key[0]), []).append(one.identifier)
        for tie in self.model.concepts.relationships:
            layers.setdefault("Relations", {}).setdefault(tie.tie.kind, []).append(tie.identifier)
        views = [_view_called(one) for one in self.model.views]
        for layer, folders in {**layers, "Views": {self.model.views_folder: views}}.items():
            yield self._folder(layer, [self._folder(name, map(_item, called)) for name, called in folders.items()])

    def _folder(self, name: str, inside: Iterable[_Node]) -> _Node:
        node = ET.Element("item")
        node.append(self._text("label", name))
        node.extend(inside)
        return node

    # -- views

    def _view(self, view: View) -> _Node:
        called = _view_called(view)
        said = {"identifier": called, "xsi:type": "Diagram"} | ({"viewpoint": view.viewpoint} if view.viewpoint else {})
        node = ET.Element("view", said)
        node.append(self._text("name", view.name))
        node.extend(self._nodes(view, called))
        for one in self.model.concepts.relationships:
            if one.ends and one.ends[0] != one.ends[1] and set(one.ends) <= view.layout.places.keys():
                ends = {
                    end: f"{called}-{key[0]}-{key[1]}" for end, key in zip(("source", "target"), one.ends, strict=True)
                }
                said = {"identifier": f"{called}-{one.identifier}", "relationshipRef": one.identifier, **ends}
                ET.SubElement(node, "connection", {**said, "xsi:type": "Relationship"})
        return node

    def _nodes(self, view: View, called: str) -> Iterator[_Node]:
        """A container for each column with the elements in it, and a label for each layer. Positions count from the
        upper left corner of the whole, also within containers."""
        layout, concepts = view.layout, self.model.concepts
        down = MARGIN - layout.top
        for band in layout.bands:
            yield self._box("Label", f"{called}-layer-{band.register}", (MARGIN, band.y + down, SIDE - MARGIN, TALL),
                            view.layer(band.register))  # fmt: skip
        for number, column in enumerate(layout.columns):
            edge = (column.x + MARGIN, MARGIN, column.width, layout.height + INSIDE)
            box = self._box("Container", f"{called}-column-{number}", edge, view.group(column.group))
            for key, (x, y) in layout.places.items():
                if column.x <= x < column.x + column.width:
                    inside = self._box("Element", f"{called}-{key[0]}-{key[1]}", (x + MARGIN, y + down, WIDE, TALL))
                    inside.set("elementRef", concepts.elements[key].identifier)
                    box.append(inside)
            yield box

    def _box(self, kind: str, called: str, place: tuple[int, int, int, int], label: str = "") -> _Node:
        sides = dict(zip("xywh", map(str, place), strict=True))
        node = ET.Element("node", {"identifier": called, "xsi:type": kind, **sides})
        if label:
            node.append(self._text("label", label))
        return node


def _item(called: str) -> _Node:
    return ET.Element("item", {"identifierRef": called})


def _view_called(view: View) -> str:
    return f"orden-view-{view.key}"
