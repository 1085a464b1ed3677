"""A cell that says several things, and a value that is said of all rows: each row and part gets its own, and no cell
is counted twice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from exchange.rows.plan import Plan, What
from models.database import db
from models.declare.choices import Answer
from models.registers.catalogue import Supplier
from models.registers.codes import Article9
from models.registers.processing import ProcessingActivity
from tests.conftest import inside
from tests.support.sheets import differences, kinds, planned, problems, sheet

TRANSFERS, GROUND = "Overføringer til tredjeland", "Art. 46 nr. 2 bokstav c – EUs standardvilkår (SCC)"


def told(found: Plan, label: str) -> list[list[str]]:
    return [[new for one, _old, new in row if one == label] for row in differences(found)]


def test_each_of_several_countries_is_a_transfer_with_the_ground_beside_it(app: Any) -> None:
    table = sheet(
        ["name", "transfers.country", "transfers.ground"],
        ("En", "India, Sverige og USA", "SCC"),
        ("To", "Ja, USA", None),
        ("Tre", "USA (Microsoft)", "SCC"),
        ("Fire", "India\nUSA", "SCC\nSCC"),
    )

    found = planned("kari", ProcessingActivity, table)

    assert told(found, TRANSFERS) == [
        [f"{one}; {GROUND}; Ikke vurdert" for one in ("India", "Sverige", "USA")],
        ["USA; Ikke vurdert"],
        [f"USA (Microsoft); {GROUND}; Ikke vurdert"],
        [f"{one}; {GROUND}; Ikke vurdert" for one in ("India", "USA")],
    ]
    assert told(found, "Overføres til tredjeland?") == [["Ja"]] * 4
    assert found.proof().holds


def test_several_countries_where_there_is_room_for_one_are_a_fault_that_names_them(app: Any) -> None:
    found = planned("per", Supplier, sheet(["name", "country"], ("Nordisk", "Norge og Sverige")), place=None)

    assert problems(found) == [
        [("B2", "Feltet holder ett land, men cellen nevner flere: Norge, Sverige. Behold det ene.")]
    ]


def test_grounds_of_both_articles_in_one_cell_go_each_to_their_field(app: Any) -> None:
    table = sheet(
        ["name", "article6", "article9", "special"],
        ("En", "6.1.e og 9.2.h", None, None),
        ("To", "6.1.e\n9.2.h", "9.2.b", "Ja"),
        ("Tre", "9.2.g", None, None),
        ("Fire", "6.1.c og 9.2.h", None, "Nei"),
    )

    found = planned("kari", ProcessingActivity, table)

    letters = [
        [line.split(" –")[0][-1] for one in some for line in one.split("\n")]
        for some in told(found, "Grunnlag, artikkel 9")
    ]
    assert letters == [["h"], ["b", "h"], ["g"], []]
    assert [len(one) for one in told(found, "Behandlingsgrunnlag, artikkel 6")] == [1, 1, 0, 1]
    assert [[one.address for one in row.left] for row in found.rows] == [[], [], [], ["B5"]]
    assert found.proof().holds


def test_grounds_told_beside_those_of_the_other_article_add_to_what_the_row_has(app: Any) -> None:
    with inside("Tinn"):
        row = db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.special == Answer.NO)).one()
        row.special, row.article9 = (
            Answer.YES,
            list(db.session.scalars(select(Article9).where(Article9.code == "9.2.b"))),
        )
        db.session.commit()
        row_id = row.id
    beside = "6.1.e og 9.2.h"

    silent = planned("kari", ProcessingActivity, sheet(["id", "article6"], (row_id, beside)))
    empty = planned("kari", ProcessingActivity, sheet(["id", "article6", "article9"], (row_id, beside, None)))
    said = planned("kari", ProcessingActivity, sheet(["id", "article6", "article9"], (row_id, beside, "9.2.g")))
    cleared = planned("kari", ProcessingActivity, sheet(["id", "article6", "article9"], (row_id, beside, "#TØM")))
    blank = planned(
        "kari", ProcessingActivity, sheet(["id", "article6", "article9"], (row_id, beside, None)), blank_clears=True
    )

    letters = [
        sorted(line.split(" –")[0][-1] for one in told(found, "Grunnlag, artikkel 9")[0] for line in one.split("\n"))
        for found in (silent, empty, said, cleared, blank)
    ]
    assert letters == [["b", "h"], ["b", "h"], ["g", "h"], ["h"], ["h"]]


def test_a_cell_of_two_fields_neither_of_which_the_row_is_asked_is_left_out_once(app: Any) -> None:
    table = sheet(["name", "role", "article6"], ("En", "Databehandler", "6.1.e og 9.2.h"))

    found = planned("kari", ProcessingActivity, table)

    assert [one.address for one in found.rows[0].left] == ["C2"]
    assert (found.proof().read, found.proof().placed, found.proof().holds) == (3, 2, True)


def test_a_value_for_all_rows_that_some_are_not_asked_is_told_of_those_and_counted_as_no_cell(app: Any) -> None:
    table = sheet(["name", "role"], ("En", "Databehandler"), ("To", "Behandlingsansvarlig"))

    found = planned("kari", ProcessingActivity, table, fixed={"special": "Ja"})

    assert kinds(found) == [What.NEW] * 2
    assert told(found, "Behandles særlige kategorier?") == [[], ["Ja"]]
    assert [[(one.heading, one.address) for one in row.left] for row in found.rows] == [
        [("Behandles særlige kategorier?", "")], [],
    ]  # fmt: skip
    assert (found.proof().read, found.proof().placed, dict(found.proof().left)) == (4, 4, {})


def test_a_value_for_all_rows_gives_way_to_what_a_row_says_itself(app: Any) -> None:
    table = sheet(["name", "special"], ("En", "Nei"), ("To", None))

    found = planned("kari", ProcessingActivity, table, fixed={"special": "Ja"})

    assert told(found, "Behandles særlige kategorier?") == [["Nei"], ["Ja"]]
