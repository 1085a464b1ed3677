"""The map as a model of ArchiMate: whole, allowed, the same the next time, with views that have positions; and nothing
of anybody else."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from sqlalchemy import select

import models
from exchange.archimate import details
from exchange.archimate.kinds import ALLOWED, ELEMENTS, SOFTWARE, TIES
from models.database import db
from models.declare.base import fields_of
from models.declare.choices import AccessEvent, Criticality, Direction, PlatformKind, Technique
from models.declare.fields import Personal
from models.landscape.declared import KINDS, LAYERS, links
from models.registers.agreements import Agreement
from models.registers.architecture import Application, Platform, Process, Service
from models.registers.data import Dataset, Integration
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.tenancy.accesslog import AccessEntry
from tests.conftest import inside
from tests.support.archimate import NS, SHARED, broken, broken_by_schema, properties, said, ties
from tests.support.client import LintingClient
from tests.test_landscape_pages import furnish
from tests.test_registers import As
from tests.world import SECRETS

FILE = "/map/file.xml"
LONG, FROM_THE_RIGHT = "Å" * 200, "مكتبة المدرسة"
VIEWS = ["orden-view-landscape", "orden-view-integrations", "orden-view-services"]


def refurnish() -> dict[str, int]:
    """What the map knows of beside what `furnish` makes: circles, long names, every way that data goes, and people."""
    ids = furnish("Tinn", "Ny", 2)
    with inside("Tinn"), db.session.no_autoflush:
        main, side = (db.session.get(Application, ids[one]) for one in ("main", "side"))
        main.description, side.replaced_by = "Til <alt> & mer\ufffe", main
        main.owner = ContactPerson(name="Hemmelig Navn", email="hemmelig@tinn.example")
        school = OrganisationalUnit(name=LONG)
        main.unit, main.used_by = OrganisationalUnit(name="Under", parent_unit=school), [school]
        below = Platform(name="Under skyen", nature=PlatformKind.DATABASE)
        main.platform.runs_on = below
        data = Dataset(name=FROM_THE_RIGHT, applications=[main], copies=[side])
        made = [
            Process(name="Ta opp elever", service=db.session.get(Service, ids["service"]), applications=[main]),
            Integration(name="Tilbake", source=main, destination=side, direction=Direction.BACK, datasets=[data]),
            Integration(
                name="Begge", source=main, destination=side, direction=Direction.BOTH, technique=Technique.REST
            ),
            Integration(name="Halv", source=main, datasets=[data]),
        ]
        db.session.add_all(made)
        db.session.commit()
        return ids | {"back": made[1].id, "both": made[2].id, "half": made[3].id, "below": below.id}


@pytest.mark.needs_shared
def test_every_model_is_as_the_schema_of_the_open_group_says(as_: As) -> None:
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there")
    empty = model_of_nothing(as_)
    refurnish()
    tone = as_("tone")

    found = [tone.get(f"{FILE}{way}").data for way in ("", "?layer=service&by=unit", "?application:criticality=1")]

    assert [broken_by_schema(one) for one in (empty, *found)] == [[]] * 4
    assert broken_by_schema(found[0].replace(b'"BusinessService"', b'"Business"', 1)) != []


def model_of_nothing(as_: As) -> bytes:
    """What a municipality without a row takes along."""
    per = as_("per")
    with inside("Tinn"):
        place = db.session.scalars(select(Municipality.id).where(Municipality.name == "Nissedal")).one()
    per.post("/municipality/", data={"municipality": str(place)})
    return bytes(per.get(FILE).data)


def test_a_model_says_only_what_archimate_allows_also_of_circles_and_strange_names(as_: As) -> None:
    ids = refurnish()

    content = as_("tone").get(FILE).data
    elements = said(content)

    assert broken(content) == []
    assert elements[f"orden-application-{ids['main']}"] == ("ApplicationComponent", "Ny hovedsystem")
    assert elements[f"orden-platform-{ids['below']}"] == ("SystemSoftware", "Under skyen")
    assert elements[f"orden-integration-{ids['half']}"] == ("ApplicationInterface", "Halv")
    assert {("BusinessActor", LONG), ("DataObject", FROM_THE_RIGHT), ("BusinessActor", "Tinn")} <= set(
        elements.values()
    )
    main, side, data = "Ny hovedsystem", "Ny sidesystem", FROM_THE_RIGHT
    assert {one for one in ties(content) if {main, side, "Halv", "Tilbake", data} & {*one[1:]}} == {
        ("Serving", main, "Ny tjeneste"), ("Serving", main, "Ta opp elever"), ("Composition", main, side),
        ("Association", side, main), ("Association", "Under", main),
        ("Serving", main, LONG), ("Serving", "Ny sky", main), ("Association", main, "Ny leieavtale"),
        *[("AccessWrite", one, f"Ny data {number}") for one in (main, side) for number in (0, 1)],
        ("AccessWrite", main, data), ("AccessRead", side, data), ("Flow", main, side), ("Flow", side, main),
        ("Association", data, "Tilbake"), ("Composition", main, "Halv"), ("Access", "Halv", data),
    }  # fmt: skip
    assert {("Composition", LONG, "Under"), ("Serving", "Under skyen", "Ny sky")} <= ties(content)


def test_data_flows_the_way_it_goes_and_both_ways_by_two(as_: As) -> None:
    ids = refurnish()

    content = as_("tone").get(FILE).data

    root = etree.fromstring(content)
    flows = {one.get("identifier"): one for one in root.iterfind(".//a:relationship", NS)}
    main, side = f"orden-application-{ids['main']}", f"orden-application-{ids['side']}"
    told = {
        name: (
            flows[f"orden-integration-{ids[key]}{more}"].get("source"),
            flows[f"orden-integration-{ids[key]}{more}"].get("target"),
        )
        for name, key, more in (
            ("there", "data", ""),
            ("back", "back", ""),
            ("both", "both", ""),
            ("again", "both", "-back"),
        )
    }
    assert told == {"there": (main, side), "back": (side, main), "both": (main, side), "again": (side, main)}
    assert properties(content, f"orden-integration-{ids['both']}") == {
        "": "", "Retning": "Begge veier", "Teknikk": "REST", "Status": "I bruk"
    }  # fmt: skip
    assert "Retning" not in properties(content, f"orden-integration-{ids['back']}")


def test_what_rows_say_is_told_in_the_language_of_the_reader_and_names_nobody(as_: As) -> None:
    ids = refurnish()
    tone = as_("tone")

    nb = tone.get(FILE).data
    tone.post("/language/", data={"language": "en"})
    en = tone.get(FILE).data

    told = properties(nb, f"orden-application-{ids['main']}")
    assert told == {
        "": "Til <alt> & mer", "Status": "I bruk", "Kritikalitet": str(Criticality.C1.label), "Lisens per år": "2000000"
    }  # fmt: skip
    assert {"Status": "In use", "Licence per year": "2000000"}.items() <= properties(
        en, f"orden-application-{ids['main']}"
    ).items()
    with inside("Tinn"):
        ending = db.session.scalars(select(Agreement).where(Agreement.name == "Ny leieavtale")).one()
        assert properties(nb, f"orden-agreement-{ending.id}")["Gjelder til"] == ending.ends.isoformat()
    assert {
        one.get("{http://www.w3.org/XML/1998/namespace}lang")
        for one in etree.fromstring(en).iter()
        if one.text and one.text.strip()
    } == {"en"}
    assert said(nb).keys() == said(en).keys()
    assert [word for word in ("Hemmelig Navn", "hemmelig@tinn", *SECRETS) if word.encode() in nb] == []


def test_no_field_that_names_a_person_goes_out_and_every_link_is_told_or_left_out_on_purpose() -> None:
    told = {
        register: {*keys, details.DOCUMENTATION.get(register)} - {None} for register, keys in details.PROPERTIES.items()
    }
    fields = {register: {one.key: one for one in fields_of(models.BY_NAME[register])} for register in told}

    named = [(register, key, fields[register][key]) for register, keys in told.items() for key in keys]
    wrong = [
        (register, key)
        for register, key, one in named
        if one.personal is not Personal.NONE or one.target is ContactPerson
    ]
    assert wrong == []
    beside = {
        name
        for name, one in links().items()
        if {one.target.__tablename__, one.register.__tablename__} & {"contact_person", "los_theme"}
    }
    assert {name: tie.far for name, tie in TIES.items()} == {
        name: one.target.__tablename__ for name, one in links().items() if name not in beside
    }
    assert {one.__tablename__ for one in (*LAYERS, *KINDS)} - ELEMENTS.keys() == {"contact_person", "los_theme"}
    assert {*SOFTWARE} <= {*PlatformKind}


def test_every_link_is_a_relationship_that_archimate_allows_between_what_it_may_join() -> None:
    kinds = {
        register: {element, "SystemSoftware"} if element == "Node" else {element}
        for register, element in ELEMENTS.items()
    }
    ends = {
        (name, (far, near) if tie.back else (near, far))
        for name, tie in TIES.items()
        for near in kinds[name.partition(".")[0]]
        for far in kinds[tie.far]
    }

    assert [(name, pair) for name, pair in ends if TIES[name].kind not in ALLOWED[pair]] == []


def test_three_views_show_where_everything_stands(as_: As) -> None:
    refurnish()

    root = etree.fromstring(as_("tone").get(FILE).data)

    views = {one.get("identifier"): one for one in root.iterfind(".//a:view", NS)}
    shown = {
        name: {one.get("elementRef") for one in view.iterfind(".//a:node[@elementRef]", NS)}
        for name, view in views.items()
    }
    kinds = {name: {one.split("-")[1] for one in some} for name, some in shown.items()}
    lines = {name: len(view.findall("a:connection", NS)) for name, view in views.items()}
    assert [*views] == VIEWS
    assert kinds["orden-view-landscape"] == {one.__tablename__ for one in LAYERS}
    assert kinds["orden-view-integrations"] == {"application", "integration"}
    assert kinds["orden-view-services"] == {"service", "process", "application"}
    assert min(lines.values()) > 3
    labels = [one.findtext("a:label", namespaces=NS) for one in views["orden-view-landscape"].iterfind("a:node", NS)]
    assert {"Tjenester", "Applikasjoner", "Leverandører"} <= set(labels)
    assert None not in labels


def test_a_model_is_narrowed_as_the_map_is_and_the_same_rows_are_called_the_same(as_: As) -> None:
    ids = refurnish()
    tone = as_("tone")

    whole, again, some, layer = (
        tone.get(f"{FILE}{way}").data for way in ("", "", "?application:criticality=1", "?layer=platform&by=supplier")
    )

    assert whole == again
    assert [broken(one) for one in (some, layer)] == [[], []]
    assert said(some).items() < said(whole).items()
    assert f"orden-application-{ids['main']}" in said(some)
    assert f"orden-application-{ids['side']}" not in said(some)
    assert {kind for kind, _name in said(layer).values()} == {"Node", "SystemSoftware", "BusinessActor"}


def test_a_municipality_with_nothing_is_itself_the_one_element(as_: As) -> None:
    content = model_of_nothing(as_)

    assert broken(content) == []
    assert [name for _kind, name in said(content).values()] == ["Nissedal"]
    assert [len(view) for view in etree.fromstring(content).iterfind(".//a:view", NS)] == [1, 1, 1]


def test_more_than_the_map_draws_goes_along(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    refurnish()
    tone = as_("tone")
    whole = said(tone.get(FILE).data)
    monkeypatch.setattr("views.landscape.shown.MOST", 3)

    assert said(tone.get(FILE).data) == whole


def test_the_model_costs_as_many_statements_for_forty_rows_as_for_one(as_: As, statements: list[str]) -> None:
    tone, counted = as_("tone"), []
    tone.get(FILE)
    for many in (1, 40):
        furnish("Tinn", f"Ny {many}", many)
        statements.clear()
        assert tone.get(FILE).status_code == 200
        counted.append(len(statements))

    assert counted[0] == counted[1]


def test_who_may_not_take_the_map_along_gets_no_model_and_it_is_written_down_for_who_may(as_: As) -> None:
    furnish("Tinn", "Ny")
    tone, siri = as_("tone"), as_("siri")
    siri.post("/municipality/", data={"municipality": ""})

    answer = tone.get(FILE)
    page = tone.get("/map/?by=unit").text

    assert (answer.mimetype, f'href="{FILE}?by=unit"' in page) == ("application/xml", True)
    assert answer.headers["Content-Disposition"].partition("filename=")[2].startswith("kart")
    with inside("Tinn"):
        line = db.session.scalars(select(AccessEntry).where(AccessEntry.event == AccessEvent.REPORT)).one()
        assert (line.subject, line.selection, line.rows) == ("ArchiMate, Tinn", "xml", len(said(answer.data)))
    assert [one.get(FILE).status_code for one in (as_("ola"), as_("sol"), siri)] == [403, 403, 404]
    assert FILE not in as_("ola").get("/map/").text


def test_nothing_of_another_municipality_is_in_a_model_by_any_way_to_ask(as_on: Any, engine_app: Any) -> None:
    furnish("Tinn", "Ny")
    theirs = furnish("Seljord", "Hemmeleg", 3)
    berit: LintingClient = as_on("berit")
    berit.get("/map/")  # remembered before anybody in Tinn looks
    tone = as_on("tone")
    ways = ("", "?by=supplier", f"?pick=application-{theirs['main']}", "?dataset:name.has=Hemmeleg", "?search=Hemmeleg",
            "?supplier:name.has=a")  # fmt: skip

    found = [tone.get(f"{FILE}{way}") for way in ways]

    assert [one.status_code for one in found] == [200] * len(ways)
    assert [word for one in found for word in (*SECRETS, "Hemmeleg", "Seljord") if word in one.text] == []
    there = {f"orden-{kind}-{theirs[key]}" for kind, key in (("application", "main"), ("service", "service"))}
    assert [one for one in found if there & said(one.data).keys()] == []
