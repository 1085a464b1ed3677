"""The catalogue of a municipality by DCAT-AP-NO, as RDF that data.norge.no and others harvest.

It says what both 2.2 (25.05.2022) and the draft of 3.0 (30.01.2025) ask for, as far as it is known: `spatial` is left
out, as we have it in words and they want an address, and so is the status of a distribution, as the shapes of 2.2 and
the tables of data.norge.no know it by different codes. Which of the two data.norge.no takes as current is for whoever
registers the catalogue there. Vocabularies: the EU's authority tables as data.norge.no uses them. Only who writes RDF
comes here: rdflib is slow to load.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDFS, XSD

from models.declare.choices import AccessRight, Frequency
from models.declare.words import N_
from models.queries.opened import Opened, Told
from reports.language import LANGUAGES, translator

TURTLE, JSON_LD, XML = "text/turtle", "application/ld+json", "application/rdf+xml"
FORMATS = {TURTLE: "turtle", JSON_LD: "json-ld", XML: "xml"}
PROFILE = "DCAT-AP-NO 2.2, with what the draft of 3.0 asks for beside it."
TITLE = N_("Datakatalogen til %(name)s kommune")
ABOUT = N_("Beskrivelser av datasett som %(name)s kommune har ansvar for eller bruker, og vil at andre skal finne.")

AUTHORITY = "http://publications.europa.eu/resource/authority/"
PUBLISHER = "https://organization-catalog.fellesdatakatalog.digdir.no/organizations/"  # as the profile's own examples
VCARD, CPSV, DCATAP = (
    Namespace(one)
    for one in (
        "http://www.w3.org/2006/vcard/ns#",
        "http://purl.org/vocab/cpsv#",
        "http://data.europa.eu/r5r/",
    )
)
PREFIXES = {"dcat": DCAT, "dct": DCTERMS, "foaf": FOAF, "vcard": VCARD, "cpsv": CPSV, "dcatap": DCATAP}
ACCESS = {one: f"access-right/{one.value}" for one in AccessRight}
FREQUENCIES = {
    Frequency.CONTINUOUS: "frequency/CONT", Frequency.DAILY: "frequency/DAILY", Frequency.WEEKLY: "frequency/WEEKLY",
    Frequency.MONTHLY: "frequency/MONTHLY", Frequency.YEARLY: "frequency/ANNUAL",
    Frequency.ON_DEMAND: "frequency/IRREG",
}  # fmt: skip
# What people write, by its letters and digits alone; what is not here is left out rather than guessed.
LICENCES = {
    **dict.fromkeys(("nlod", "nlod2", "nlod20", "norsklisensforoffentligedata"), "licence/NLOD_2_0"),
    **dict.fromkeys(("ccby", "ccby4", "ccby40"), "licence/CC_BY_4_0"),
    **dict.fromkeys(("cc0", "cc010"), "licence/CC0"),
}
FILE_TYPES = {
    **{
        one.replace("_", "").lower(): f"file-type/{one}"
        for one in (
            "CSV", "TSV", "XLSX", "XLS", "XLSB", "ODS", "JSON", "JSON_LD", "GEOJSON", "XML", "GML", "KML", "KMZ", "SHP",
            "GPKG", "GDB", "GEOTIFF", "PDF", "HTML", "TXT", "ZIP", "DOCX", "ODT", "RDF_XML", "RDF_TURTLE", "RSS",
            "ATOM", "ICS", "GTFS", "SQL", "YAML", "DWG", "DXF", "REST",
        )
    },
    **dict.fromkeys(("excel",), "file-type/XLSX"), "turtle": "file-type/RDF_TURTLE", "ical": "file-type/ICS",
    "wms": "file-type/WMS_SRVC", "wfs": "file-type/WFS_SRVC", "wcs": "file-type/WCS_SRVC",
    "shape": "file-type/SHP", "geopackage": "file-type/GPKG",
}  # fmt: skip
_UNSAFE = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f]")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is written: whose it is, at which address it is found, and its datasets."""

    of: Opened
    address: str
    datasets: tuple[Told, ...]


def written(catalogue: Catalogue, mime: str) -> tuple[bytes, str]:
    """The catalogue in one of the FORMATS, and what names all that it says: each process writes it in an order of its
    own."""
    graph = graph_of(catalogue)
    said = "\n".join(sorted(graph.serialize(format="nt").splitlines()))
    return graph.serialize(format=FORMATS[mime], encoding="utf-8"), _short(mime, said)


def graph_of(catalogue: Catalogue) -> Graph:
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    writer = _Writer(graph, catalogue)
    writer.catalogue()
    for row in catalogue.datasets:
        writer.dataset(row)
    return graph


def address(text: str) -> URIRef:
    """What somebody has written as an address, so that all three formats can hold it."""
    return URIRef(_UNSAFE.sub(lambda found: quote(found[0], safe=""), text))


class _Writer:
    """Adds to a graph what is known of a catalogue. Every node has an address within the catalogue's own, made of ids
    that are never used again: what is harvested twice is the same."""

    def __init__(self, graph: Graph, catalogue: Catalogue) -> None:
        self.graph, self.whole, self.of = graph, catalogue, catalogue.of
        self.publisher = address(f"{PUBLISHER}{self.of.organisation_number}")

    def catalogue(self) -> None:
        me = address(self.whole.address)
        self.add(me, {RDF.type: DCAT.Catalog, DCTERMS.publisher: self.publisher, DCTERMS.identifier: str(me)})
        for language in LANGUAGES:
            t = translator(language)
            self.add(me, {
                DCTERMS.title: Literal(t(TITLE, name=self.of.name), lang=language),
                DCTERMS.description: Literal(t(ABOUT, name=self.of.name), lang=language),
            })  # fmt: skip
        self.add(me, {RDFS.comment: Literal(PROFILE, lang="en")})
        for language in ("NOB", "NNO", "ENG"):
            self.add(me, {DCTERMS.language: _code(f"language/{language}")})
        name = Literal(f"{self.of.name} kommune", lang=self.of.speaks)
        number = self.of.organisation_number
        self.add(self.publisher, {RDF.type: FOAF.Agent, FOAF.name: name, DCTERMS.identifier: number})
        if self.of.email:
            self.add(me, {DCAT.contactPoint: self.contact("contact", name, self.of.email)})
        for row in self.whole.datasets:
            self.add(me, {DCAT.dataset: self.node(f"dataset-{row['id']}")})

    def dataset(self, row: Told) -> None:
        here = f"dataset-{row['id']}"
        me = self.node(here)
        self.add(me, {
            RDF.type: DCAT.Dataset,
            DCTERMS.title: self.words(row["name"]),
            DCTERMS.description: self.words(row["description"]),
            DCTERMS.identifier: row["identifier"] or str(me),
            DCTERMS.publisher: self.publisher,
            DCTERMS.accessRights: _code_of(AccessRight, row["access"], ACCESS),
            DCTERMS.accrualPeriodicity: _code_of(Frequency, row["frequency"], FREQUENCIES),
            DCTERMS.issued: _day(row["issued"]),
            DCTERMS.modified: _day(row["updated"]),
            DCAT.landingPage: address(row["landing_page"]) if row["landing_page"] else None,
        })  # fmt: skip
        for uri in (*row["themes"], *row["los_themes"]):
            self.add(me, {DCAT.theme: address(uri)})
        for word in filter(None, (one.strip() for one in (row["keywords"] or "").split(","))):
            self.add(me, {DCAT.keyword: self.words(word)})
        if email := row["contact_email"] or self.of.email:
            name = Literal(row["unit"] or f"{self.of.name} kommune", lang=self.of.speaks)
            self.add(me, {DCAT.contactPoint: self.contact(f"{here}-contact", name, email)})
        self.about(me, here, row)
        for one in row["distributions"]:
            if one["access_url"]:
                self.add(me, {DCAT.distribution: self.distribution(here, one)})

    def about(self, me: URIRef, here: str, row: Told) -> None:
        """What has a node of its own: from when, from where, by which law."""
        if row["history_from"]:
            period = self.node(f"{here}-period")
            self.add(me, {DCTERMS.temporal: period})
            self.add(period, {RDF.type: DCTERMS.PeriodOfTime, DCAT.startDate: _day(row["history_from"])})
        if row["source"]:
            source = self.node(f"{here}-source")
            self.add(me, {DCTERMS.provenance: source})
            self.add(source, {RDF.type: DCTERMS.ProvenanceStatement, RDFS.label: self.words(row["source"])})
        for law in row["laws"]:
            if law["name"]:
                self.add(me, {CPSV.follows: self.law(law)})
                self.add(me, {DCATAP.applicableLegislation: address(law["url"]) if law["url"] else None})

    def contact(self, name: str, called: Literal, email: str) -> URIRef:
        """Where one asks: an office, never a person."""
        node = self.node(name)
        self.add(node, {RDF.type: VCARD.Organization, VCARD.fn: called, VCARD.hasEmail: address(f"mailto:{email}")})
        return node

    def law(self, law: Mapping[str, str | None]) -> URIRef:
        """A law as the rule a dataset follows; its name describes it too, as nothing else is known of it."""
        called = {"nb": law["name"], "nn": law["name_nn"], "en": law["name_en"]}
        node = self.node(f"law-{_short(law['url'] or law['name'] or '')}")
        self.add(node, {RDF.type: CPSV.Rule, DCTERMS.identifier: law["url"] or str(node)})
        for language, name in called.items():
            said = Literal(name, lang=language) if name else None
            self.add(node, {DCTERMS.title: said, DCTERMS.description: said})
        return node

    def distribution(self, here: str, one: Mapping[str, Any]) -> URIRef:
        node = self.node(f"{here}-{_short(one['access_url'], one['format_'] or '')}")
        if (node, RDF.type, None) in self.graph:
            return node  # the same address in the same format, written twice
        self.add(node, {
            RDF.type: DCAT.Distribution,
            DCAT.accessURL: address(one["access_url"]),
            DCTERMS.description: self.words(one["description"]),
            DCTERMS["format"]: _known(one["format_"], FILE_TYPES),
            DCTERMS.license: _known(one["licence"], LICENCES),
        })  # fmt: skip
        return node

    def node(self, name: str) -> URIRef:
        return address(f"{self.whole.address}#{name}")

    def words(self, text: str | None) -> Literal | None:
        """What the municipality has written, in the language it writes."""
        return Literal(text, lang=self.of.speaks) if text else None

    def add(self, subject: URIRef, said: Mapping[Any, Any]) -> None:
        """Say of a node what is known; what is not, is not said."""
        for predicate, value in said.items():
            if value is not None:
                node = value if isinstance(value, URIRef | Literal) else Literal(value)
                self.graph.add((subject, predicate, node))


def _code(name: str) -> URIRef:
    return URIRef(AUTHORITY + name)


def _code_of(choices: type[Any], stored: str | None, codes: Mapping[Any, str]) -> URIRef | None:
    return None if stored is None else _code(codes[choices(stored)])


def _known(text: str | None, codes: Mapping[str, str]) -> URIRef | None:
    plain = "".join(one for one in (text or "").lower() if one.isalnum())
    return _code(codes[plain]) if plain in codes else None


def _day(value: Any) -> Literal | None:
    return None if value is None else Literal(value.isoformat(), datatype=XSD.date)


def _short(*said: str) -> str:
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]


def codes() -> Iterable[str]:
    """Every code of the EU's tables that a catalogue may name."""
    told = (*ACCESS.values(), *FREQUENCIES.values(), *LICENCES.values(), *FILE_TYPES.values())
    return sorted({*told, *(f"language/{one}" for one in ("NOB", "NNO", "ENG"))})
