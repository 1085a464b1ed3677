"""The catalogue of a municipality: RDF in three formats by one address, valid, and of nobody."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyshacl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF, SKOS

from exchange.out import dcat
from exchange.out.dcat import VCARD, Catalogue, graph_of, written
from models.database import db
from models.declare.choices import AccessRight, Answer, Frequency, LanguageForm
from models.queries.opened import PUBLIC, Opened
from models.registers.data import Dataset
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson
from tests.conftest import inside, municipality
from tests.support.opening import full_dataset, open_to_all, sparse_dataset

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
CATALOGUE = "/open/4026/catalog"
HERE = URIRef(f"http://localhost{CATALOGUE}")
# rdflib 7 reads JSON-LD by a class of its own that it is about to leave.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
FORMATS = {"ttl": "text/turtle", "jsonld": "application/ld+json", "rdf": "application/rdf+xml"}
PUBLISHER = "https://organization-catalog.fellesdatakatalog.digdir.no/organizations/"
MANDATORY = {
    DCAT.Catalog: {DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.identifier, DCAT.contactPoint},
    DCAT.Dataset: {
        DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.identifier, DCAT.theme, DCAT.contactPoint,
    },
    DCAT.Distribution: {DCAT.accessURL},
    FOAF.Agent: {FOAF.name, DCTERMS.identifier},
    VCARD.Organization: {VCARD.fn, VCARD.hasEmail},
}  # fmt: skip


def get(app: Any, url: str = CATALOGUE, **headers: str) -> Any:
    return app.test_client().get(url, headers=headers)


def graph(app: Any, ending: str = "ttl") -> Graph:
    return Graph().parse(data=get(app, f"{CATALOGUE}.{ending}").data, format=dcat.FORMATS[FORMATS[ending]])


@pytest.fixture
def opened(app: Any) -> Any:
    """Tinn's catalogue, with a dataset that says all and one that says little."""
    open_to_all("Tinn")
    full_dataset("Tinn")
    sparse_dataset("Tinn")
    return app


def test_all_that_is_mandatory_in_both_profiles_is_there(opened: Any) -> None:
    found = graph(opened)

    for kind, wanted in MANDATORY.items():
        nodes = set(found.subjects(RDF.type, kind))
        assert nodes
        assert {node: wanted - set(found.predicates(node)) for node in nodes} == {node: set() for node in nodes}
    assert len(set(found.subjects(RDF.type, DCAT.Dataset))) == 2


def test_everything_has_an_address_of_its_own_and_is_said_in_a_language(opened: Any) -> None:
    found = graph(opened)

    assert {type(one) for one in found.subjects()} == {URIRef}
    addresses = {str(one) for one in found.all_nodes() if isinstance(one, URIRef)}
    assert {one for one in addresses if not one.startswith(("http://", "https://", "mailto:"))} == set()
    assert set(found.objects(HERE, DCTERMS.publisher)) == {URIRef(PUBLISHER + number(opened))}
    titles = {(str(one), one.language) for one in found.objects(HERE, DCTERMS.title) if isinstance(one, Literal)}
    assert titles == {
        ("Datakatalogen til Tinn kommune", "nb"), ("Datakatalogen til Tinn kommune", "nn"),
        ("Data catalogue of Tinn municipality", "en"),
    }  # fmt: skip
    datasets = set(found.subjects(RDF.type, DCAT.Dataset))
    said = {getattr(one, "language", None) for node in datasets for one in found.objects(node, DCTERMS.title)}
    assert len(said) == 1
    assert said <= {"nb", "nn"}


def number(app: Any) -> str:
    with inside("Tinn"):
        return str(db.session.get_one(Municipality, municipality("Tinn")).organisation_number)


def test_what_is_known_by_the_worlds_codes_is_said_so_and_what_is_not_is_left_out(opened: Any) -> None:
    found, eu = graph(opened), dcat.AUTHORITY
    (me,) = set(found.subjects(DCAT.distribution))
    files = {str(found.value(one, DCAT.accessURL)): one for one in found.objects(me, DCAT.distribution)}
    csv, wms = files["https://tinn.example/a%20b%3Cc%3E.csv"], files["https://tinn.example/wms"]

    assert str(found.value(me, DCTERMS.accessRights)) == f"{eu}access-right/PUBLIC"
    assert str(found.value(me, DCTERMS.accrualPeriodicity)) == f"{eu}frequency/ANNUAL"
    assert str(found.value(csv, DCTERMS["format"])) == f"{eu}file-type/CSV"
    assert str(found.value(csv, DCTERMS.license)) == f"{eu}licence/NLOD_2_0"
    assert [found.value(wms, one) for one in (DCTERMS["format"], DCTERMS.license)] == [None] * 2
    assert f"{eu}data-theme/EDUC" in {str(one) for one in found.objects(me, DCAT.theme)}
    assert {str(one) for one in found.objects(me, DCAT.keyword)} == {"skole", "krets"}
    assert {str(found.value(one, VCARD.hasEmail)) for one in found.objects(me, DCAT.contactPoint)} == {
        "mailto:oppvekst@tinn.example"
    }


def test_every_vocabulary_of_ours_has_a_code() -> None:
    assert (set(dcat.ACCESS), set(dcat.FREQUENCIES)) == (set(AccessRight), set(Frequency))


# -- how it is asked for -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("accept", "mime"), [
    ("", "text/turtle"), ("*/*", "text/turtle"), ("text/turtle", "text/turtle"),
    ("application/ld+json", "application/ld+json"), ("application/rdf+xml", "application/rdf+xml"),
    ("text/html,application/rdf+xml;q=0.9,*/*;q=0.1", "application/rdf+xml"),
    ("application/ld+json;q=0.2, text/turtle;q=0.8", "text/turtle"),
    ("text/turtle;q=0, application/ld+json", "application/ld+json"),
])  # fmt: skip
def test_one_address_answers_in_the_format_that_is_asked_for(opened: Any, accept: str, mime: str) -> None:
    answer = get(opened, **({"Accept": accept} if accept else {}))

    assert (answer.status_code, answer.mimetype, "Accept" in answer.headers["Vary"]) == (200, mime, True)


def test_what_it_is_not_is_said_in_a_sentence(opened: Any) -> None:
    answer = get(opened, Accept="text/html")

    assert (answer.status_code, answer.mimetype) == (406, "text/plain")
    assert "text/turtle, application/ld+json, application/rdf+xml" in answer.text
    assert get(opened, f"{CATALOGUE}.csv").status_code == 404


def test_the_three_formats_say_the_same(opened: Any) -> None:
    turtle, json_ld, xml = (graph(opened, ending) for ending in FORMATS)

    assert (isomorphic(turtle, json_ld), isomorphic(turtle, xml), len(turtle) > 50) == (True, True, True)
    assert json.loads(get(opened, f"{CATALOGUE}.jsonld").data)


def test_who_has_it_asks_whether_it_still_holds(opened: Any) -> None:
    first = get(opened)
    tag = first.headers["ETag"]

    again = get(opened, **{"If-None-Match": tag})
    other = get(opened, f"{CATALOGUE}.rdf", **{"If-None-Match": tag})
    with inside("Tinn"):
        db.session.query(Dataset).filter_by(name="Lite").one().description = "Noe nytt."
        db.session.commit()
    changed = get(opened, **{"If-None-Match": tag})
    open_to_all("Tinn", public_catalogue=False)

    assert first.headers["Cache-Control"] == "public, no-cache"
    assert (again.status_code, again.data, other.status_code) == (304, b"", 200)
    assert ("Noe nytt." in changed.text, get(opened, **{"If-None-Match": tag}).status_code) == (True, 404)
    assert "Set-Cookie" not in first.headers


def test_addresses_stand_whatever_is_renamed_taken_out_or_asked_by_which_name(opened: Any) -> None:
    opened.config["PUBLIC_URL"] = "https://orden.example"
    try:
        before = set(graph(opened).subjects(RDF.type, DCAT.Dataset))
        with inside("Tinn"):
            full = db.session.query(Dataset).filter_by(name="Skolekretser").one()
            full.name, lite = "Kretser", db.session.query(Dataset).filter_by(name="Lite").one()
            lite_id = lite.id
            db.session.delete(lite)
            db.session.commit()
        asked = opened.test_client().get(f"{CATALOGUE}.ttl", base_url="http://another.example")
    finally:
        opened.config["PUBLIC_URL"] = ""

    after = set(Graph().parse(data=asked.data, format="turtle").subjects(RDF.type, DCAT.Dataset))
    root = f"https://orden.example{CATALOGUE}#dataset-"
    assert {str(one).startswith(root) for one in before} == {True}
    assert before - after == {URIRef(f"{root}{lite_id}")}
    assert "another.example" not in asked.text


# -- what is not in it -------------------------------------------------------------------------------------------------


def test_only_what_is_marked_and_says_enough_is_in_it(opened: Any) -> None:
    full_dataset("Tinn", "Ikke merket", publish=Answer.NO)
    full_dataset("Tinn", "Uten beskrivelse", description=None)
    full_dataset("Tinn", "Uten tema", themes=[])

    found = graph(opened)

    titles = {str(found.value(one, DCTERMS.title)) for one in found.subjects(RDF.type, DCAT.Dataset)}
    assert titles == {"Skolekretser", "Lite"}


def test_the_contact_point_is_never_a_person(opened: Any) -> None:
    with inside("Tinn"):
        db.session.add(ContactPerson(name="Gyda Fjellvang", email="oppvekst@tinn.example"))
        db.session.commit()
    fell_back = {str(one) for one in graph(opened).objects(None, VCARD.hasEmail)}
    with inside("Tinn"):
        place = db.session.get_one(Municipality, municipality("Tinn"))
        db.session.add(ContactPerson(name="Ola Fjellvang", email=place.email))
        db.session.commit()

    assert len(fell_back) == 1
    assert "mailto:oppvekst@tinn.example" not in fell_back
    assert set(graph(opened).objects(None, VCARD.hasEmail)) == set()


# -- what people write -------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(str.strip)
PLACE = Opened(1, "Å<&>\"'", "4026", LanguageForm.NYNORSK, "964963193", "post@tinn.example", True, True, True)


@given(TEXT, TEXT, st.text(st.characters(exclude_categories=["Cs", "Zs", "Cc", "Zl", "Zp"]), max_size=40))
@settings(max_examples=40)
def test_whatever_is_written_the_three_formats_hold_it_alike(name: str, text: str, path: str) -> None:
    at = f"https://x.example/{path}"
    file = {"access_url": at, "licence": text, "description": text, "format_": name}
    row = dict.fromkeys(PUBLIC[Dataset], None) | {
        "id": 5, "updated": date(2026, 11, 30), "name": name, "description": text, "keywords": text, "source": name,
        "themes": [dcat.AUTHORITY + "data-theme/EDUC"], "los_themes": [], "landing_page": at,
        "laws": [{"name": name, "name_nn": None, "name_en": text, "url": f"https://lovdata.no/{path}"}],
        "distributions": [file, file],
    }  # fmt: skip
    whole = Catalogue(PLACE, "https://orden.example/open/4026/catalog", (row,))

    read = [Graph().parse(data=written(whole, mime)[0], format=form) for mime, form in dcat.FORMATS.items()]

    meant = graph_of(whole)
    assert [isomorphic(meant, one) for one in read] == [True] * 3
    assert {one.language for one in meant.objects(None, DCAT.keyword) if isinstance(one, Literal)} <= {"nn"}
    assert len(set(meant.subjects(RDF.type, DCAT.Distribution))) == 1


def test_rdflib_is_loaded_by_the_first_who_asks_for_rdf() -> None:
    asked = "import app, sys; app.create_app; print(sorted({'rdflib', 'pyshacl'} & sys.modules.keys()))"

    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


# -- by other hands ----------------------------------------------------------------------------------------------------

SHAPES = SHARED / "dcat-ap-no" / "DCAT-AP-NO-shacl_shapes_2.00.ttl"
TABLES = SHARED / "reference-tables"
FILE_TYPE = URIRef("http://publications.europa.eu/ontology/euvoc#FileType")


def shared(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"{path.name} is kept in ../shared only")
    return path


def tables() -> Graph:
    """What data.norge.no knows of the EU's codes and of the Los words, which the shapes ask of values."""
    found = Graph()
    for file in sorted(shared(TABLES).glob("*.ttl")):
        found.parse(file, format="turtle")
    for one in list(found.subjects(RDF.type, FILE_TYPE)):  # whose table does not say which scheme it is of
        found.add((one, SKOS.inScheme, URIRef(f"{dcat.AUTHORITY}file-type")))
    return found


@pytest.mark.needs_shared
def test_every_code_we_name_is_in_the_tables_of_data_norge_no() -> None:
    known = {str(one) for one in tables().subjects()}

    assert [one for one in dcat.codes() if dcat.AUTHORITY + one not in known] == []


@pytest.mark.needs_shared
@pytest.mark.parametrize("kind", ["full", "sparse", "both", "none"])
def test_the_catalogue_is_clean_by_the_shapes_of_the_profile(app: Any, kind: str) -> None:
    open_to_all("Tinn")
    if kind in {"full", "both"}:
        full_dataset("Tinn")
    if kind in {"sparse", "both"}:
        sparse_dataset("Tinn")

    found = violations(graph(app))

    assert found == ""


@pytest.mark.needs_shared
def test_the_shapes_see_what_lacks(app: Any) -> None:
    open_to_all("Tinn")
    sparse_dataset("Tinn")
    found = graph(app)
    found.remove((None, DCAT.theme, None))

    assert "dcat:theme" in violations(found)


def violations(data: Graph) -> str:
    """What the shapes say is wrong, warnings aside."""
    shapes = Graph().parse(shared(SHAPES), format="turtle")
    conforms, _graph, text = pyshacl.validate(data + tables(), shacl_graph=shapes, allow_warnings=True)
    return "" if conforms else str(text)
