"""What would become of each row of a sheet, and that nothing of it is lost or saved."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from exchange.rows.plan import PartSheet, What, plan
from models.database import db
from models.registers.architecture import Application, Service
from models.registers.catalogue import Product, Supplier
from models.registers.comments import Comment
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity
from tests.conftest import inside
from tests.support.sheets import at_work, differences, how, kinds, planned, problems, sheet


def one(cls: type[Any], name: str, place: str = "Tinn") -> Any:
    with inside(place):
        found = db.session.scalars(select(cls).where(cls.name == name)).one()
        db.session.expunge(found)
        return found


def test_a_row_is_new_changed_unchanged_in_conflict_a_duplicate_or_wrong(engine_app: Any) -> None:
    there = one(Application, "Åpen skoleprogram")
    table = sheet(
        ["id", "version", "name", "status", "user_count"],
        (None, None, "Kalender", "Planlagt", 12),
        (there.id, there.version, "Åpen skoleprogram", "Avviklet", None),
        (None, None, "Åpent skoleprogram to", "I bruk", "mange"),
        (None, None, "kalender", None, None),
        (999_999, None, "Noe", None, None),
    )

    found = planned("kari", Application, table)

    assert kinds(found) == [What.NEW, What.CHANGED, What.ERROR, What.DUPLICATE, What.ERROR]
    assert differences(found)[1] == [("Status", "I bruk", "Avviklet")]
    assert differences(found)[0] == [("Navn", "", "Kalender"), ("Status", "", "Planlagt"), ("Antall brukere", "", "12")]
    assert [at for at, _text in problems(found)[2]] == ["E4"]
    assert found.proof().holds


def saved() -> list[Any]:
    """All there is of what the tests here import, in every municipality."""
    with inside():
        cls: tuple[Any, ...] = (Application, OrganisationalUnit, ContactPerson, ProcessingActivity, Supplier, Comment)
        return [sorted(db.session.execute(select(one.id, *_versions(one))).all()) for one in cls]


def _versions(one: type[Any]) -> tuple[Any, ...]:
    return (one.version,) if hasattr(one, "version") else ()


def test_nothing_is_saved_by_looking(engine_app: Any) -> None:
    before = saved()
    table = sheet(["name", "unit", "note"], ("Kalender", "Ny enhet", "Ord"), ("Timeplan", "Åpen oppvekst", None))

    found = planned("kari", Application, table, make=frozenset({"unit"}))

    assert (kinds(found), found.makes) == ([What.NEW] * 2, [(OrganisationalUnit, "Ny enhet")])
    assert (saved(), len(db.session.new), len(db.session.dirty)) == (before, 0, 0)


# -- references --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "said", "meant"),
    [
        ("theme", "Barnehage", "Barnehage"),
        ("laws", "barnehageloven", "Barnehageloven"),
        ("laws", "BARNEHAGELOVEN ", "Barnehageloven"),
        ("laws", "Kindergarten Act", "Barnehageloven"),
        ("laws", "Barnehageloven, Forvaltningsloven", "Barnehageloven\nForvaltningsloven"),
        ("laws", "Forvaltningsloven og barnehageloven", "Barnehageloven\nForvaltningsloven"),
        ("unit", "åpen OPPVEKST", "Åpen oppvekst"),
    ],
)
def test_what_a_cell_names_is_found_by_name_in_every_language_and_however_written(
    app: Any, field: str, said: str, meant: str
) -> None:
    found = planned("kari", Service, sheet(["name", field], ("Tjeneste", said)))

    assert [(new) for _label, _old, new in differences(found)[0]][1:] == [meant]


def test_a_cell_may_name_by_number_alias_organisation_number_and_code(engine_app: Any) -> None:
    unit = one(OrganisationalUnit, "Åpen oppvekst")
    with inside("Tinn"):
        db.session.scalars(select(Application)).one().aliases = "Skoleportalen, SP"
        supplier = db.session.scalars(select(Supplier).order_by(Supplier.id)).first()
        supplier.organisation_number = "974760673"
        told = (supplier.name, supplier.organisation_number)
        db.session.commit()
    spaced = f"{told[1][:3]} {told[1][3:6]} {told[1][6:]}"
    table = sheet(
        ["name", "unit", "supplier", "replaced_by"],
        ("Kalender", unit.id, spaced, "skoleportalen"),
        ("Timeplan", f"#{unit.id}", int(told[1]), "Åpen skoleprogram"),
    )

    found = planned("kari", Application, table)

    names = [{new for _label, _old, new in one} for one in differences(found)]
    assert problems(found) == [[], []]
    assert [{"Åpen oppvekst", told[0], "Åpen skoleprogram"} <= one for one in names] == [True, True]


def test_an_article_is_known_however_it_is_spelt(app: Any) -> None:
    said = ("6.1.c", "Artikkel 6. Bokstav c - rettslig forpliktelse", "art 6 nr 1 bokstav c)", "6 (1) c")

    rows = [(f"Behandling {place}", one) for place, one in enumerate(said)]
    found = planned("kari", ProcessingActivity, sheet(["name", "article6"], *rows))

    grounds = [[new for _label, _old, new in one][1:] for one in differences(found)]
    assert (kinds(found), len(grounds[0])) == ([What.NEW] * 4, 1)
    assert grounds == [grounds[0]] * 4


def test_a_near_miss_is_suggested_and_what_is_nowhere_is_said_to_be(app: Any) -> None:
    found = planned("kari", Application, sheet(["name", "unit"], ("A1", "Åpen opvekst"), ("A2", "Zzzz")))

    assert problems(found) == [
        [("B2", "«Åpen opvekst» finnes ikke her. Mente du «Åpen oppvekst»?")],
        [("B3", "«Zzzz» finnes ikke her. Skriv et navn eller et Orden-nummer som finnes.")],
    ]


def test_of_several_with_one_name_the_one_the_row_has_is_meant_else_it_is_asked(app: Any) -> None:
    with inside("Tinn"):
        row = db.session.scalars(select(Application)).one()
        row.unit = OrganisationalUnit(name="Åpen oppvekst")
        db.session.commit()
        row_id, unit_id = row.id, row.unit_id
    table = sheet(["id", "name", "unit"], (row_id, "Åpen skoleprogram", "Åpen oppvekst"), (None, "B", "Åpen oppvekst"))

    found = planned("kari", Application, table)

    assert kinds(found) == [What.UNCHANGED, What.ERROR]
    assert problems(found)[1][0][1].startswith("Flere heter «Åpen oppvekst». Skriv Orden-nummeret i stedet: ")
    assert str(unit_id) in problems(found)[1][0][1]


def test_what_is_another_municipalitys_is_as_unknown_as_what_is_nowhere(engine_app: Any) -> None:
    theirs, unit = (
        one(Application, "Hemmeleg skoleprogram", "Seljord"),
        one(OrganisationalUnit, "Hemmeleg oppvekst", "Seljord"),
    )
    rows = [(theirs.id, "Tinn", "A1", None), (888_888, "Tinn", "A2", None), (None, "Seljord", "A3", None)]
    rows += [(None, "Ingensteds", "A4", None)]
    rows += [(None, "Tinn", "A5", unit.id), (None, "Tinn", "A6", 888_888), (None, "4026", "A7", "Hemmeleg oppvekst")]

    found = planned("kari", Application, sheet(["id", "municipality", "name", "unit"], *rows))

    said = [{text for _address, text in one} for one in problems(found)]
    assert kinds(found) == [What.ERROR] * 7
    assert (said[0] == said[1] == said[2] == said[3], len(said[0])) == (True, 1)
    assert [text.replace(str(unit.id), "#") for text in said[4]] == [text.replace("888888", "#") for text in said[5]]
    assert said[6] == {"«Hemmeleg oppvekst» finnes ikke her. Skriv et navn eller et Orden-nummer som finnes."}


def test_a_new_shared_entry_is_a_proposal_and_made_once_however_often_it_is_named(app: Any) -> None:
    table = sheet(["name", "supplier"], ("A1", "Nyvare AS"), ("A2", "nyvare as"), ("A3", "Nyvare AS"))

    refused = planned("kari", Application, table)
    made = planned("kari", Application, table, make=frozenset({"supplier"}))

    assert kinds(refused) == [What.ERROR] * 3
    assert (kinds(made), made.makes) == ([What.NEW] * 3, [(Supplier, "Nyvare AS")])


def test_rows_of_the_sheet_may_stand_under_each_other_in_any_order(app: Any) -> None:
    table = sheet(["name", "parent_unit"], ("Skole", "Oppvekst"), ("Oppvekst", "Kommunen"), ("Kommunen", None))

    found = planned("kari", OrganisationalUnit, table)

    assert kinds(found) == [What.NEW] * 3
    assert sorted(row.number for row in found.rows) == [2, 3, 4]


def test_rows_that_stand_under_each_other_in_a_ring_are_refused(app: Any) -> None:
    found = planned("kari", OrganisationalUnit, sheet(["name", "parent_unit"], ("A1", "B1"), ("B1", "A1")))

    assert What.ERROR in kinds(found)


# -- blank cells, and what may not be changed --------------------------------------------------------------------------


def test_a_blank_cell_keeps_or_clears_by_choice_and_a_word_clears_always(app: Any) -> None:
    row = one(Application, "Åpen skoleprogram")
    blank, cleared = (sheet(["id", "notes", "owner", "agreements"], (row.id, *[said] * 3)) for said in (None, "#TØM"))

    kept, blanked, emptied = (
        planned("kari", Application, blank),
        planned("kari", Application, blank, blank_clears=True),
        planned("kari", Application, cleared),
    )

    wanted = [("Merknader", "Notat", ""), ("Systemeier", "Åpen Leiar", ""), ("Avtaler", "Åpen avtale", "")]
    assert differences(kept) == [[]]
    assert (sorted(differences(blanked)[0]), sorted(differences(emptied)[0])) == (sorted(wanted), sorted(wanted))


def test_what_a_row_must_have_is_not_cleared(app: Any) -> None:
    row = one(Application, "Åpen skoleprogram")

    found = planned("kari", Application, sheet(["id", "name", "two_factor"], (row.id, "#TØM", "#TØM")))

    assert problems(found) == [[("B2", "Feltet kan ikke stå tomt.")]]


def test_what_is_not_in_the_form_or_not_asked_is_told_and_no_error_when_it_stands_there_already(
    app: Any,
) -> None:
    activity = one(ProcessingActivity, "Åpen elevadministrasjon")
    table = sheet(
        ["id", "name", "status", "number", "joint_contact"],
        (activity.id, "Åpen elevadministrasjon", "Utkast", activity.number, None),
        (None, "Ny behandling", "Godkjent", "B-9999", "Ring oss"),
    )

    found = planned("kari", ProcessingActivity, table)

    assert kinds(found) == [What.UNCHANGED, What.NEW]
    assert [[(one.address, one.text) for one in row.left] for row in found.rows] == [
        [],
        [
            ("C3", "Du kan ikke endre feltet her."),
            ("D3", "Du kan ikke endre feltet her."),
            ("E3", "Feltet gjelder ikke for denne, slik den er."),
        ],
    ]
    assert found.proof().holds


def test_who_may_only_read_changes_and_makes_nothing(app: Any) -> None:
    row = one(Application, "Åpen skoleprogram")

    found = planned("ola", Application, sheet(["id", "name", "notes"], (row.id, None, "Nytt"), (None, "Ny", None)))

    assert kinds(found) == [What.ERROR] * 2
    assert [text for row in problems(found) for _at, text in row] == [
        "Du kan ikke endre denne.",
        "Du kan ikke lage nye her.",
    ]


# -- the same twice, and what no cell may hold -------------------------------------------------------------------------


def test_the_same_key_twice_in_a_sheet_or_taken_before_is_told_with_where(app: Any) -> None:
    row = one(Application, "Åpen skoleprogram")
    twice = planned("kari", Application, sheet(["id", "notes"], (row.id, "A"), (row.id, "B")))
    products = planned("per", Product, sheet(["name"], ("Nytt produkt",), ("Nytt produkt",)), place=None)

    assert problems(twice) == [[], [("A3", "Raden står også på linje 2 i arket. Behold den ene.")]]
    assert problems(products) == [[], [("A3", "«Nytt produkt» står også på linje 2 i arket.")]]


def test_what_alone_tells_a_row_finds_it_and_a_name_does_when_that_is_chosen(app: Any) -> None:
    activity = one(ProcessingActivity, "Åpen elevadministrasjon")

    by_key = planned("kari", ProcessingActivity, sheet(["number", "description"], (activity.number, "Ny")))
    table = sheet(["name", "notes"], ("åpen skoleprogram", "Ny"))
    asked, chosen = planned("kari", Application, table), planned("kari", Application, table, by_name=True)

    assert (kinds(by_key), by_key.rows[0].row_id) == ([What.CHANGED], activity.id)
    assert (kinds(asked), kinds(chosen)) == ([What.DUPLICATE], [What.CHANGED])


def test_a_national_identity_number_is_refused_wherever_it_stands_and_not_told_again(app: Any) -> None:
    table = sheet(
        ["name", "superusers", "user_count", "note"], ("Kari 13097248022", "01010750160", 1010750160, "13097248022")
    )

    found = planned("kari", Application, table)

    assert sorted(at for at, _text in problems(found)[0]) == ["A2", "B2", "C2", "D2"]
    assert "13097248022" not in str(problems(found)) + str(differences(found)) + found.rows[0].name


def test_a_row_that_was_changed_since_the_sheet_was_written_is_in_conflict_only_where_it_differs(
    app: Any,
) -> None:
    row = one(Application, "Åpen skoleprogram")
    with inside("Tinn"):
        db.session.get(Application, row.id).user_count = 7
        db.session.commit()
    same, other = (row.id, row.version, "Notat"), (row.id, row.version, "Annet")

    found = [planned("kari", Application, sheet(["id", "version", "notes"], one)) for one in (same, other)]

    assert [kinds(one) for one in found] == [[What.UNCHANGED], [What.CONFLICT]]


@pytest.mark.parametrize("version", ["x", "-1", "1.5", "9" * 12, "9" * 5000])
def test_a_version_that_no_row_has_is_a_fault_in_its_cell(app: Any, version: str) -> None:
    row = one(Application, "Åpen skoleprogram")

    found = planned("kari", Application, sheet(["id", "version", "notes"], (row.id, version, "Annet")))

    assert (kinds(found), len(problems(found))) == ([What.ERROR], 1)


# -- parts, notes and the proof ----------------------------------------------------------------------------------------


def test_parts_come_from_sheets_of_their_own_and_none_is_taken_away(engine_app: Any) -> None:
    with inside("Tinn"):
        activity = db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.name.like("%elev%"))).one()
        row_id, part_id = activity.id, activity.retention[0].id
    main = sheet(["id", "name"], (None, "Ny behandling"))
    rows = sheet(
        ["parent", "parent_name", "id", "months", "start"],
        (row_id, "Åpen elevadministrasjon", part_id, 72, "Åpen slutt"),
        (row_id, "Åpen elevadministrasjon", None, 12, "Ny frist"),
        (None, "Ny behandling", None, 24, "Sak slutt"),
        (None, "Hvem da", None, 24, "Sak slutt"),
        name="Slettefrister",
    )

    found = planned("kari", ProcessingActivity, main, parts=[PartSheet("retention", rows, how(rows))])

    assert kinds(found) == [What.NEW, What.CHANGED, What.ERROR]
    assert differences(found)[1] == [
        ("Slettefrister", "", "Uavklart; 12; Ny frist"),
        ("Slettefrister: Antall måneder", "60", "72"),
    ]
    assert found.proof().holds


def test_parts_told_in_a_row_are_added_unless_they_are_there(app: Any) -> None:
    with inside("Tinn"):
        activity = db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.name.like("%elev%"))).one()
        row_id, law = activity.id, activity.laws[0].law.name
    table = sheet(
        ["id", "laws.law", "laws.section"],
        (row_id, f"{law}\nForvaltningsloven", "§ 1\n§ 2"),
    )
    together = sheet(["id", "laws.law"], (row_id, f"{law} § 1, forvaltningsloven kap. 25"))

    found, also = planned("kari", ProcessingActivity, table), planned("kari", ProcessingActivity, together)

    assert differences(found) == [[("Supplerende rettsgrunnlag", "", "Forvaltningsloven; § 2")]]
    assert differences(also) == [[("Supplerende rettsgrunnlag", "", "Forvaltningsloven; kap. 25")]]


def test_every_cell_is_placed_or_named_as_left_out(app: Any) -> None:
    table = sheet(
        ["name", "user_count", "skip farge", "note hvem"], ("A1", 1, "rød", "Per"), ("A2", "mange", "blå", None)
    )

    proof = planned("kari", Application, table).proof()

    assert (proof.read, proof.placed, dict(proof.left)) == (7, 3, {"skip farge": 1, "Ark1 3": 3})
    assert proof.holds


def test_words_without_a_field_are_a_comment_and_only_once(engine_app: Any) -> None:
    row = one(Application, "Åpen skoleprogram")
    with inside("Tinn"):
        db.session.add(Comment(register="application", row_id=row.id, text="note hvem: Per", author_name="K"))
        db.session.commit()

    found = planned("kari", Application, sheet(["id", "note hvem"], (row.id, "Per")))
    other = planned("kari", Application, sheet(["id", "note hvem"], (row.id, "Pål")))

    assert (kinds(found), kinds(other)) == ([What.UNCHANGED], [What.CHANGED])
    assert differences(other) == [[("Kommentar", "", "note hvem: Pål")]]


def test_as_many_statements_for_few_rows_as_for_many(app: Any, statements: list[str]) -> None:
    with inside("Tinn"):
        db.session.add_all(Application(name=f"Program {number}") for number in range(60))
        db.session.commit()
        ids = list(db.session.scalars(select(Application.id).order_by(Application.id)))
    keys, counts = ["id", "name", "unit", "agreements", "replaced_by"], []

    for number in (5, 55):
        rows = [(row_id, f"Nytt {row_id}", "Åpen oppvekst", "Åpen avtale", "Program 3") for row_id in ids[5:number]]
        rows += [(None, f"Helt nytt {one}", "Åpen oppvekst", "Åpen avtale", "Program 3") for one in range(number)]
        with at_work("kari") as actor:
            statements.clear()
            table = sheet(keys, (ids[4], "X", "Åpen oppvekst", "Åpen avtale", None), *rows)
            found = plan(db.session(), actor, Application, table, how(table), language="nb")
            counts.append(len(statements))
            assert set(kinds(found)) <= {What.NEW, What.CHANGED}

    assert counts[0] == counts[1]
