"""Documents of ours that are broken in one place, as tests/data/ehf_broken.txt lists them, with what sees it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from exchange.ehf.bill import Kind
from exchange.ehf.ubl import ubl
from tests.support.ehf import EXEMPT, NAMES, OUTSIDE, STANDARD, bill, root_of

TABLE = Path(__file__).resolve().parents[1] / "data" / "ehf_broken.txt"
WHOLE = {
    "outside": ubl(bill(OUTSIDE)),
    "exempt": ubl(bill(EXEMPT)),
    "standard": ubl(bill(STANDARD)),
    "credit": ubl(bill(kind=Kind.CREDIT_NOTE)),
}


@dataclass(frozen=True, slots=True)
class Broken:
    """Which document, where and how it is broken, and the rules that must see it."""

    document: str
    path: str
    how: str
    rules: frozenset[str]

    @property
    def name(self) -> str:
        return f"{self.document} {self.path} {self.how}".replace("cac:", "").replace("cbc:", "")

    def made(self) -> bytes:
        root = root_of(WHOLE[self.document])
        _change(root.find(self.path, NAMES), self.how)
        return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def listed() -> list[Broken]:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [Broken(document, path, how, frozenset(rules.split())) for document, path, how, rules in rows]


def _change(node: Any, how: str) -> None:
    name, is_other, value = how[1:].partition("=")
    if how == "gone":
        node.getparent().remove(node)
    elif how == "emptied":
        node[:], node.text = [], None
    elif how == "twice":
        node.addnext(deepcopy(node))
    elif how[0] == "=":
        node.text = how[1:]
    elif how[0] == "@":
        del node.attrib[name]
        node.attrib.update({name: value} if is_other else {})
    elif how == "+VAT":
        scheme = root_of(WHOLE["standard"]).find(".//cac:PartyTaxScheme", NAMES)
        node.find("cac:PostalAddress", NAMES).addnext(scheme)
    else:
        prefix, _, tag = name.removeprefix("+").partition(":")
        made = etree.Element(f"{{{NAMES[prefix]}}}{tag}")
        made.text = value
        node.insert(1, made)
