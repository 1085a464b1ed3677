"""Models of ArchiMate coming in: what goes out comes back, others' models keep their words, and nothing is let in that
no model holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

import models
from exchange.files import reading
from exchange.files.plain import MOST_BYTES, Told
from exchange.files.reading import TOLD, Workbook
from exchange.guests.archimate import REGISTERS, SHEETS
from exchange.importing import carry_out
from exchange.mapped import how_of
from exchange.matching import guest_of, likeliest
from exchange.rows.plan import Plan, What, plan
from models.database import db
from models.declare.base import field_of, fields_of
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.comments import Comment
from models.registers.data import Integration
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.tenancy.people import Membership, MunicipalRole, User
from tests.conftest import inside, municipality
from tests.support.archimate import broken, properties, said, ties
from tests.support.dirtymodels import DEFINITIONS, element, model, property_of, tie
from tests.support.looking import read_here
from tests.support.sheets import at_work
from tests.test_archimate_out import FILE, refurnish
from tests.test_registers import As

IN_ORDER = ("organisational_unit", "supplier", "platform", "agreement", "application", "dataset", "integration",
            "service", "process", "processing_activity")  # fmt: skip


def brought_in(book: Workbook, place: str, name: str = "kari") -> Iterator[Plan]:
    """What became of a model in a municipality, a register after the other, as its sheets are matched by themselves."""
    for register in (models.BY_NAME[one] for one in IN_ORDER if one != "supplier"):
        with at_work(name, place):
            tables = [table for table in book.tables if guest_of(register, table)]
        for table in tables:
            with at_work(name, place) as actor:
                found = plan(db.session(), actor, register, table, how_of(register, table, {}), language="nb")
            with at_work(name, place) as actor:
                carry_out(db.session(), actor, found)
                db.session.commit()
            yield found


def open_to_kari(place: str) -> None:
    with inside(place):
        kari = db.session.scalars(select(User).where(User.email == "kari@test.example")).one()
        db.session.add(Membership(user=kari, role=MunicipalRole.EDITOR))
        db.session.commit()


def test_what_goes_out_of_one_municipality_comes_into_an_empty_one_as_it_was(as_: As) -> None:
    refurnish()
    per = as_("per")
    per.post("/language/", data={"language": "nb"})
    per.post("/municipality/", data={"municipality": str(municipality("Tinn"))})
    sent = per.get(FILE).data
    open_to_kari("Nissedal")

    book = read_here(sent, "kart.xml")
    done = list(brought_in(book, "Nissedal"))

    per.post("/municipality/", data={"municipality": str(municipality("Nissedal"))})
    came = per.get(FILE).data
    wrong = [
        (row.name, row.kind, row.problems, row.left)
        for one in done
        for row in one.rows
        if row.kind is not What.NEW or row.left
    ]
    assert wrong == []
    assert sorted(said(came).values()) == sorted(
        (kind, "Nissedal" if name == "Tinn" else name) for kind, name in said(sent).values()
    )
    untaken = (
        "Association",
        "Åpen elevadministrasjon",
        "Åpen avtale",
    )  # which processor it is of, the format does not say
    assert ties(came) == ties(sent) - {untaken}
    assert untaken in ties(sent)
    assert told(came) == told(sent)
    assert broken(came) == []
    assert all(one.proof().holds for one in done)
    assert [one.text for one in book.told] == [TOLD[Told.VIEWS]]
    assert "Municipality" not in {one.name for one in book.tables}


def told(content: bytes) -> list[tuple[str, dict[str, str]]]:
    """What every element says of itself, by its name."""
    return sorted(
        (
            (name, properties(content, called))
            for called, (_kind, name) in said(content).items()
            if "municipality" not in called
        ),
        key=str,
    )


# -- models of others --------------------------------------------------------------------------------------------------


def rows(content: bytes) -> dict[str, list[dict[str, Any]]]:
    """What stands on each sheet, without empty cells."""
    return {
        table.name: [
            {key: one for key, one in zip(table.headings, row, strict=True) if one is not None} for row in table.rows
        ]
        for table in read_here(content, "gemma.xml").tables
    }


DESCRIBED = (
    '<name xml:lang="nb">Sakssystem</name><documentation xml:lang="nl">Volgt\n  zaken</documentation>'
    "<dc:rights>EUPL</dc:rights>"
)
OTHERS = model(
    element("id-a", "ApplicationComponent", "Zaaksysteem", DESCRIBED + property_of(1, "9377-1")),
    element("id-b", "ApplicationComponent", "Archief", property_of(2, "Referentiecomponent")),
    element("id-c", "Capability", "Zaken volgen"),
    element("id-d", "BusinessActor", "Burgerzaken"),
    '<element identifier="id-j" xsi:type="OrJunction"/>',
    element("id-e", "Device", "Kast"),
    ties="".join(
        [
            tie("Realization", "id-a", "id-c", "<name>helpt</name>" + property_of(1, "r-1")),
            tie("Composition", "id-a", "id-b"),
            tie("Flow", "id-a", "id-b", identifier="id-f"),
            tie("Association", "id-d", "id-f"),
            tie("Serving", "id-e", "id-b"),
            tie("Triggering", "id-j", "id-a"),
            tie("Access", "id-a", "id-nowhere"),
            tie("Access", "id-x", "id-y"),
            tie("Association", "id-c", "id-c", isDirected="true"),
            tie("Flow", "id-b", "id-c"),
        ]
    ),
    more=DEFINITIONS,
    views="<views><diagrams/></views>",
)
SHEETS_OF_OTHERS: dict[str, list[dict[str, str]]] = {
    "ApplicationComponent": [
        {
            "ApplicationComponent": "id-a",
            "Name": "Sakssystem",
            "Name (nl)": "Zaaksysteem",
            "Documentation": "Volgt\n  zaken",
            "rights": "EUPL",
            "Object ID": "9377-1",
            "Realization to Capability": "Zaken volgen",
            "Access to Relationship": "id-nowhere",
            "Relationships": "Realization to Capability Zaken volgen: helpt; Object ID: r-1",
        },
        {
            "ApplicationComponent": "id-b",
            "Name": "Archief",
            "GEMMA type": "Referentiecomponent",
            "Composition from ApplicationComponent": "Sakssystem",
            "Serving from Node": "Kast",
            "Flow to Capability": "Zaken volgen",
        },
    ],
    "Node": [{"Node": "id-e", "Name": "Kast", "Type of element": "Device"}],
    "BusinessActor": [{"BusinessActor": "id-d", "Name": "Burgerzaken", "Association to Flow": "Sakssystem – Archief"}],
    "Capability": [{"Capability": "id-c", "Name": "Zaken volgen", "Association to Capability": "Zaken volgen"}],
    "OrJunction": [{"OrJunction": "id-j", "Name": "OrJunction", "Triggering to ApplicationComponent": "Sakssystem"}],
    "Flow": [{"Flow": "id-f", "Name": "Sakssystem – Archief", "Source": "Sakssystem", "Target": "Archief"}],
}


def test_the_words_of_a_model_that_have_no_counterpart_are_kept(app: Any) -> None:
    found = rows(OTHERS)
    book = read_here(OTHERS, "gemma.xml")
    with at_work("kari") as actor:
        table = likeliest(Application, book.tables)
        assert table is not None
        planned = plan(db.session(), actor, Application, table, how_of(Application, table, {}), language="nb")
        carry_out(db.session(), actor, planned)
        row = db.session.scalars(select(Application).where(Application.name == "Archief")).one()
        assert row.part_of.name == "Sakssystem"
        noted = db.session.scalars(select(Comment.text).where(Comment.row_id == row.part_of.id)).one()

    assert found == SHEETS_OF_OTHERS
    assert [(one.text, one.params) for one in book.told] == [
        (TOLD[Told.KINDS], {"kinds": "Capability (1), OrJunction (1)"}), (TOLD[Told.VIEWS], {}),
    ]  # fmt: skip
    assert ([one.kind for one in planned.rows], planned.proof().holds, planned.proof().left) == (
        [What.NEW] * 2,
        True,
        {},
    )
    assert set(noted.split("\n")) == {
        "ApplicationComponent: id-a",
        "Object ID: 9377-1",
        "Realization to Capability: Zaken volgen",
        "Access to Relationship: id-nowhere",
        "Relationships: Realization to Capability Zaken volgen: helpt; Object ID: r-1",
        "Name (nl): Zaaksysteem",
        "rights: EUPL",
    }


def test_circles_in_a_model_end_and_the_rows_of_one_are_told_what_is_wrong(app: Any) -> None:
    content = model(
        *[element(f"id-{one}", "ApplicationComponent", one) for one in "abc"],
        ties=tie("Composition", "id-a", "id-b")
        + tie("Composition", "id-b", "id-a")
        + tie("Composition", "id-c", "id-c")
        + tie("Association", "id-2", "id-3", identifier="id-2")
        + tie("Association", "id-2", "id-2", identifier="id-3"),
    )
    table = read_here(content, "a.xml").tables[0]

    with at_work("kari") as actor:
        found = plan(db.session(), actor, Application, table, how_of(Application, table, {}), language="nb")

    assert {row.kind for row in found.rows} == {What.ERROR}
    told = {one.text.partition("» ")[2].partition(".")[0] for row in found.rows for one in row.problems}
    assert "kan ikke vise til seg selv, heller ikke gjennom andre" in told


KINDS = ("ApplicationComponent", "BusinessProcess", "DataObject", "BusinessObject", "Capability", "Requirement")
TIES = ("Composition", "Serving", "Association", "Realization", "Access", "Aggregation", "Flow")


def large(elements: int, relations: int) -> bytes:
    """A model as GEMMA is: 2 741 elements and 5 790 relationships, with an Object ID each (its release of 2025)."""
    said = "Een uitgebreide toelichting op het element, zoals die in GEMMA staat. " * 8
    more = f"<documentation>{said}</documentation>"
    made = [
        element(f"id-{one}", KINDS[one % len(KINDS)], f"Element {one}", more + property_of(1, f"oid-{one}"))
        for one in range(elements)
    ]
    joined = [
        tie(
            TIES[one % len(TIES)],
            f"id-{one * 7 % elements}",
            f"id-{(one * 11 + 1) % elements}",
            property_of(1, f"r-{one}"),
            identifier=f"r-{one}",
        )
        for one in range(1, relations + 1)
    ]
    return model(*made, ties="".join(joined), more=DEFINITIONS)


def test_a_model_of_the_size_of_gemma_is_looked_at_within_the_bounds_of_any_file(
    app: Any, statements: list[str]
) -> None:
    content = large(3_000, 6_000)

    book = reading.read(content, "gemma.xml")  # by the process that has the bounds: memory, time and size

    table = next(one for one in book.tables if one.name == "ApplicationComponent")
    with at_work("kari") as actor:
        how = how_of(Application, table, {})
        statements.clear()
        found = plan(db.session(), actor, Application, table, how, language="nb")
        asked = len(statements)
    assert 1_000_000 < len(content) < MOST_BYTES
    assert sum(len(one.rows) for one in book.tables if one.name != "Flow") == 3_000
    assert len(table.rows) == 500
    assert found.proof().holds
    assert found.proof().left == {}
    assert {row.kind for row in found.rows} == {What.NEW}
    assert asked <= 60  # for some hundreds of rows at a time, not for each


def test_actors_of_others_are_units_or_suppliers_as_one_chooses(app: Any) -> None:
    content = model(
        element("id-u", "BusinessActor", "Skolen"), element("id-s", "BusinessService", "Skole"),
        ties=tie("Assignment", "id-u", "id-s"),
    )  # fmt: skip
    tables = read_here(content, "a.xml").tables

    with at_work("kari"):
        meant = {
            one.__tablename__: likeliest(one, tables).name
            for one in (Supplier, OrganisationalUnit, models.BY_NAME["service"])
        }  # type: ignore[union-attr]
        how = how_of(models.BY_NAME["service"], tables[0], {})

    assert meant == {"supplier": "BusinessActor", "organisational_unit": "BusinessActor", "service": "BusinessService"}
    assert how.columns == {1: "name", 2: "unit"}


def test_every_sheet_that_is_known_names_fields_there_are() -> None:
    by_class = {one.__name__: one for one in models.REGISTERS}
    wrong = [
        (guest.key, key)
        for guest in SHEETS
        for key in guest.headings.values()
        if key and key.partition(".")[0] not in {one.key for one in fields_of(by_class[guest.register])}
    ]

    assert wrong == []
    assert {models.BY_NAME[name].__name__ for name in REGISTERS} == {*REGISTERS.values()}
    assert field_of(ProcessingActivity, "processors").key == "processors"
    assert [one.key for one in SHEETS if one.register == Integration.__name__] == [
        "archimate-integration-Flow", "archimate-integration-ApplicationInterface"
    ]  # fmt: skip


def test_what_is_in_other_namespaces_is_no_element_of_ours(app: Any) -> None:
    foreign = (
        '<m:element xmlns:m="urn:m" identifier="id-b" xsi:type="ApplicationComponent"><name>Fremmed</name></m:element>'
    )
    content = model(element("id-a", "ApplicationComponent"), foreign, element("id-c", "m:ApplicationComponent", "C"))

    assert [one["Name"] for one in rows(content)["ApplicationComponent"]] == ["id-a", "C"]
