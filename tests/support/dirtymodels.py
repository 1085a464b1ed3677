"""Models of ArchiMate as other tools write them, and what is no model: as nobody should have to open them."""

from __future__ import annotations

from exchange.archimate.kinds import INSTANCE, NAMESPACE
from exchange.files.plain import Told, Why
from tests.support.dirty import csv
from tests.support.dirtyfiles import Dirty, Sheet


def model(*elements: str, ties: str = "", more: str = "", views: str = "") -> bytes:
    """A model as Archi writes it."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<model xmlns="{NAMESPACE}" xmlns:xsi="{INSTANCE}" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" identifier="id-1"><name xml:lang="nl">GEMMA</name>'
        f"<elements>{''.join(elements)}</elements><relationships>{ties}</relationships>{more}{views}</model>"
    ).encode()


def element(called: str, kind: str, name: str = "", more: str = "") -> str:
    return (
        f'<element identifier="{called}" xsi:type="{kind}"><name xml:lang="nl">{name or called}</name>{more}</element>'
    )


def tie(kind: str, source: str, target: str, more: str = "", **said: str) -> str:
    words = "".join(f' {key}="{value}"' for key, value in said.items())
    called = said.get("identifier", f"id-{kind}-{source}-{target}")
    words = words if "identifier" in said else f'{words} identifier="{called}"'
    return f'<relationship{words} source="{source}" target="{target}" xsi:type="{kind}">{more}</relationship>'


DEFINITIONS = (
    '<propertyDefinitions><propertyDefinition identifier="propid-1" type="string"><name>Object ID</name>'
    '</propertyDefinition><propertyDefinition identifier="propid-2" type="string"><name>GEMMA type</name>'
    "</propertyDefinition></propertyDefinitions>"
)


def property_of(number: int, value: str) -> str:
    return (
        f'<properties><property propertyDefinitionRef="propid-{number}"><value>{value}</value></property></properties>'
    )


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE model [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f'<model xmlns="{NAMESPACE}"><name>&b;</name></model>'
).encode()
OUTSIDE = BOMB.replace(b'<!ENTITY a "aaaaaaaaaa">', b'<!ENTITY a SYSTEM "file:///etc/passwd">').replace(
    b"&a;" * 10, b"&a;"
)
NATIVE = (
    b'<archimate:model xmlns:archimate="http://www.archimatetool.com/archimate" name="x"><folder/></archimate:model>'
)
ONE = element("id-a", "ApplicationComponent")
DEEP = "<a>" * 40_000 + "</a>" * 40_000
TEXT = f"<documentation>{'x' * 40_000}</documentation>"
WHOLE = model(ONE, element("id-b", "Goal"), views="<views/>")
MODELS: dict[str, Dirty] = {
    "a model": (lambda: WHOLE, "a.xml", Sheet(("ApplicationComponent", "Name"), [("id-a", "id-a")],
    (Told.KINDS, Told.VIEWS), names=["ApplicationComponent", "Goal"])),
    "a sheet that tells of one": (lambda: csv([("Navn", "Lenke"), ("a <b>", NAMESPACE)]), "a.csv",
    Sheet(("Navn", "Lenke"), [("a <b>", NAMESPACE)])),
    "a model with a mark of bytes": (lambda: b"\xef\xbb\xbf" + WHOLE, "a.xml", Sheet(("ApplicationComponent", "Name"),
    [("id-a", "id-a")], (Told.KINDS, Told.VIEWS))),
    "an XML bomb": (lambda: BOMB, "a.xml", Why.ENTITIES),
    "an entity of a file": (lambda: OUTSIDE, "a.xml", Why.ENTITIES),
    "a bomb in wide letters": (lambda: BOMB.decode().replace("?>", ' encoding="utf-16"?>').encode("utf-16"), "a.xml",
    Why.MARKUP),
    "a bomb far down": (lambda: BOMB.replace(b"<!DOCTYPE", b"<!--" + b" " * 3000 + b"--><!DOCTYPE"), "a.xml",
    Why.ENTITIES),
    "a model of Archi itself": (lambda: NATIVE, "a.archimate", Why.MODEL),
    "a model of the version before": (lambda: WHOLE.replace(b"archimate/3.0/", b"archimate"), "a.xml", Why.MODEL),
    "a root that only names ours": (lambda: b'<m:model xmlns:m="urn:m" xmlns="' + NAMESPACE.encode() + b'"/>', "a.xml",
    Why.MODEL),
    "a model that breaks off": (lambda: WHOLE[:-20], "a.xml", Why.DAMAGED),
    "a model without an element": (model, "a.xml", Why.NO_TABLE),
    "a deep model": (lambda: model(DEEP), "a.xml", Why.NESTED),
    "a text without end": (lambda: model(element("id-a", "Node", more=TEXT)), "a.xml", Why.LONG_CELL),
}  # fmt: skip
