"""Every way round the ticks: rows of others, broken seals, fields that are not in the form, forged filters."""

from __future__ import annotations

from typing import Any

import pytest
from itsdangerous import URLSafeSerializer

from models.database import db
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.organisation import ContactPerson
from models.tenancy.people import Membership, MunicipalRole, User
from tests.conftest import inside, municipality, user
from tests.support.attack import browser as stranger
from tests.support.attack import loot
from tests.support.bulk import do, look, person, refused, seal, some, told
from tests.test_bulk import values
from tests.test_forms import first
from tests.test_registers import As, address

UNKNOWN = 987654


@pytest.mark.parametrize("work", ["change", "owner", "confirm", "delete"])
def test_rows_of_another_municipality_are_answered_as_rows_that_never_were(work: str, engine_app: Any) -> None:
    kari, ids = stranger(engine_app, "kari"), some(1)
    theirs = first(Application, "Seljord").id
    said = {"change": {"status": "retired"}, "owner": {"owner": person()}}.get(work, {})

    alone = [look(kari, Application, [one], work, **said).status_code for one in (theirs, UNKNOWN)]
    beside = [look(kari, Application, [ids[0], one], work, **said) for one in (theirs, UNKNOWN)]
    done = do(kari, Application, beside[0], mode="some")

    assert alone == [404, 404]
    assert [(loot(one), "1 rad finnes ikke lenger." in one.text) for one in beside] == [([], True)] * 2
    assert (done.status_code, first(Application, "Seljord").version) == (303, 1)


def test_a_link_to_a_row_of_another_municipality_is_none_of_the_choices(engine_app: Any) -> None:
    kari, ids = stranger(engine_app, "kari"), some(2)
    theirs = {one: first(one, "Seljord").id for one in (ContactPerson, Agreement)}

    answers = [
        look(kari, Application, ids, **said)
        for said in ({"owner": theirs[ContactPerson]}, {"comes-agreements": theirs[Agreement]}, {"owner": UNKNOWN})
    ]

    assert [(one.status_code, loot(one)) for one in answers] == [(422, [])] * 3


def test_a_list_of_another_municipality_is_an_empty_one(engine_app: Any) -> None:
    kari, theirs = stranger(engine_app, "kari"), first(ContactPerson, "Seljord").id
    said = {"work": "delete", "whole": "1"}

    answers = [
        kari.get("/application/bulk/", query_string=said | {"back": f"/application/?{asked}"})
        for asked in (f"owner={theirs}", f"owner={UNKNOWN}", "search=Hemm")
    ]

    assert [(one.status_code, loot(one)) for one in answers] == [(303, [])] * 3


@pytest.mark.parametrize("asked", ["nothing_of_ours=1", "status=no_such", "owner.salary.has=1"])
def test_a_filter_that_cannot_be_read_never_means_every_row(asked: str, as_: As) -> None:
    kari, ids = as_("kari"), some(2)
    said = {"work": "delete", "whole": "1", "back": f"/application/?{asked}"}

    page = kari.get("/application/bulk/", query_string=said)

    assert (page.status_code, "vet ikke hvilke rader" in told(page), len(values(ids, "id"))) == (422, True, 2)


def test_the_list_that_is_meant_is_the_registers_own(as_: As) -> None:
    kari, ids = as_("kari"), some(1)

    elsewhere = kari.get(
        "/application/bulk/", query_string={"work": "change", "row": ids, "back": "https://x.example/"}
    )
    other = kari.get("/application/bulk/", query_string={"work": "change", "row": ids, "back": "/agreement/"})

    assert (elsewhere.status_code, other.status_code) == (400, 200)
    assert 'name="back" value="/application/"' in other.text


def test_a_broken_seal_or_somebody_elses_is_not_read(as_: As, app: Any) -> None:
    kari, ids = as_("kari"), some(2)
    good = seal(look(kari, Application, ids, status="retired"))["sealed"]
    forged = URLSafeSerializer("guessed", salt="bulk").dumps(
        ["application", 1, "change", False, "/", 0, [[ids[0], 1]], []]
    )

    answers = [
        kari.post(address(Application, "bulk/"), data={"sealed": one}).status_code for one in ("x", good[:-2], forged)
    ]
    others = as_("lars").post(address(Application, "bulk/"), data={"sealed": good}).status_code
    register = kari.post(address(Agreement, "bulk/"), data={"sealed": good}).status_code

    assert (answers, others, register) == ([400] * 3, 400, 400)
    assert {str(one) for one in values(ids, "status")} == {"in_use"}


@pytest.mark.parametrize("name", ["name", "municipality_id", "version", "id", "search_text", "nothing"])
def test_fields_that_are_not_in_the_form_are_refused(name: str, as_: As) -> None:
    kari, ids = as_("kari"), some(1)

    page = look(kari, Application, ids, status="retired", **{name: "2"})

    assert page.status_code == 400


def test_a_reader_is_refused_at_the_door_whatever_is_sent(as_: As) -> None:
    kari, ola, ids = as_("kari"), as_("ola"), some(1)
    page = look(kari, Application, ids, status="retired")

    answers = [
        look(ola, Application, ids, status="retired"),
        look(ola, Application, ids, "delete"),
        do(ola, Application, page),
        ola.get(address(Application, "bulk/")),
    ]

    assert [one.status_code for one in answers] == [403] * 4


def test_nothing_is_changed_without_the_token_of_the_form(as_: As) -> None:
    kari, ids = as_("kari"), some(1)
    page = look(kari, Application, ids, status="retired")

    bare = kari.post(address(Application, "bulk/"), data=seal(page), csrf=False)
    by_address = kari.get(address(Application, "bulk/"), query_string=seal(page) | {"work": "change", "row": ids})

    assert (bare.status_code, by_address.status_code) == (400, 200)
    assert [str(one) for one in values(ids, "status")] == ["in_use"]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"work": "change"}, 303),
        ({"work": "change", "row": "x"}, 404),
        ({"work": "change", "row": "-1"}, 404),
        ({"work": "change", "row": str(10**30)}, 404),
        ({"work": "change", "row": "1\x00"}, 404),
        ({"work": "nothing", "row": "1"}, 404),
        ({"row": "1"}, 404),
        ({"work": "confirm", "whole": "1", "back": "/application/?search=%00%00"}, 200),
    ],
)
def test_bad_input_gets_an_answer(said: dict[str, str], status: int, as_: As) -> None:
    assert as_("kari").get(address(Application, "bulk/"), query_string=said).status_code == status


def test_of_two_municipalities_together_a_row_is_not_given_a_link_across_the_border(as_: As) -> None:
    siri, places = user("siri").id, [municipality(name) for name in ("Tinn", "Seljord")]
    with inside():
        who, editor = db.session.get(User, siri), MunicipalRole("editor")
        held = [Membership(user=who, role=editor, municipality_id=place) for place in places]
        db.session.add_all(held)
        db.session.commit()
    browser = as_("siri")
    browser.post("/municipality/", data={"municipality": ""})
    ids, owner = [*some(1), *some(1, "Seljord")], person()

    page = look(browser, Application, ids, owner=owner)
    done = do(browser, Application, page, mode="some")

    ((why, names),) = refused(page).items()
    assert (why.endswith("hører til en annen kommune."), names) == (True, ["Sak 0001"])
    assert (done.status_code, values(ids[:1], "owner_id")) == (303, [owner])
