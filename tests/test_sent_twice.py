"""A form that is sent twice, by two presses or by Back and again, makes one row."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.organisation import OrganisationalUnit
from models.tenancy.log import change_class
from models.tenancy.people import Membership
from tests.conftest import inside, municipality, sign_in
from tests.test_registers import As, address, every_register, fill, form_of, keeper

pytestmark = pytest.mark.usefixtures("unhindered")


def opened(browser: Any, **values: str) -> dict[str, Any]:
    """A form for a new row as somebody fills it in."""
    return form_of(browser.get(address(Application, "new/")).text).values | values


def named(name: str) -> list[int]:
    with inside("Tinn"):
        return list(db.session.scalars(select(Application.id).where(Application.name == name)))


def test_back_and_save_again_goes_to_the_row_that_was_made(as_on: As) -> None:
    kari = as_on("kari")
    values = opened(kari, name="Lagret to ganger")

    first, second = (kari.post(address(Application, "new/"), data=values) for _ in range(2))

    assert (first.status_code, second.status_code, second.location) == (303, 303, first.location)
    assert len(named("Lagret to ganger")) == 1
    assert "Dette er lagret fra før." in kari.get(second.location).text


def test_a_form_that_is_opened_anew_by_back_is_the_same_form_and_the_next_one_another(as_: As) -> None:
    kari = as_("kari")
    links = [
        html.unescape(re.findall(r'href="(/application/new/[^"]+)"', kari.get("/new-application/").text)[0])
        for _visit in range(2)
    ]

    marks = [form_of(kari.get(link).text).values["made_by"] for link in (links[0], links[0], links[1])]

    assert (marks[0] == marks[1], marks[0] == marks[2]) == (True, False)


@pytest.mark.parametrize("spoilt", ["", "x", "%22%3E%3Cscript%3E", "0" * 40])
def test_a_mark_in_the_address_that_is_none_of_ours_is_not_taken(spoilt: str, as_: As) -> None:
    page = as_("kari").get(address(Application, "new/", form=spoilt)).text

    assert re.fullmatch("[0-9a-f]{32}", form_of(page).values["made_by"][0])


def test_two_presses_at_once_make_one_row(engine_app: Any) -> None:
    browsers = [sign_in(engine_app, "kari") for _ in range(2)]
    values = opened(browsers[0], name="Trykket to ganger")

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: one.post(address(Application, "new/"), data=values), browsers))

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.location for answer in answers}) == 1
    assert len(named("Trykket to ganger")) == 1


def test_back_and_something_else_is_asked_about_before_it_becomes_a_second_row(as_on: As) -> None:
    kari = as_on("kari")
    values = opened(kari, name="Den første")
    made = kari.post(address(Application, "new/"), data=values).location

    asked = kari.post(address(Application, "new/"), data=values | {"name": "Den andre"})

    assert (asked.status_code, named("Den andre")) == (409, [])
    assert f'href="{made}">Den første</a>: Dette skjemaet er lagret før.' in asked.text
    again = kari.post(address(Application, "new/"), data=form_of(asked.text).values)
    assert (again.status_code, len(named("Den første")), len(named("Den andre"))) == (303, 1, 1)


def test_a_form_whose_row_has_been_deleted_since_is_asked_about_too(as_: As) -> None:
    kari = as_("kari")
    values = opened(kari, name="Slettet siden")
    made = kari.post(address(Application, "new/"), data=values).location
    with inside("Tinn"):
        db.session.delete(db.session.get(Application, named("Slettet siden")[0]))
        db.session.commit()

    asked = kari.post(address(Application, "new/"), data=values)

    assert (asked.status_code, made in asked.text, named("Slettet siden")) == (409, True, [])


@pytest.mark.parametrize("name", ["", "x", "A" * 32, "0" * 33])
def test_a_form_without_a_name_of_ours_is_saved_as_often_as_it_is_sent(name: str, as_: As) -> None:
    kari = as_("kari")
    values = opened(kari, name="Uten merke", made_by=name)

    answers = [kari.post(address(Application, "new/"), data=values).status_code for _ in range(2)]

    assert (answers, len(named("Uten merke"))) == ([303, 303], 2)


def test_a_form_that_was_refused_can_be_sent_again(as_: As) -> None:
    kari = as_("kari")
    refused = kari.post(address(Application, "new/"), data=opened(kari, name=""))

    answer = kari.post(address(Application, "new/"), data=form_of(refused.text).values | {"name": "Rettet"})

    assert (refused.status_code, answer.status_code, len(named("Rettet"))) == (422, 303, 1)


@every_register
def test_no_register_gets_two_rows_from_one_form(register: type[Any], as_: As) -> None:
    browser = keeper(register, as_)
    form = form_of(browser.get(address(register, "new/")).text)
    values = fill(register, form)
    first = browser.post(address(register, "new/"), data=values)

    second = browser.post(address(register, "new/"), data=values)

    with inside("Tinn"):
        found = db.session.scalars(select(register.id)).all()
    assert second.status_code in {303, 409, 422}
    assert (first.status_code, max(found)) == (303, int(first.location.rpartition("=")[2]))


def test_there_are_registers_of_one_and_of_all() -> None:
    assert {Application, Supplier} <= set(models.REGISTERS)


@pytest.mark.parametrize("thief", ["lars", "berit"])
def test_another_person_with_the_mark_of_a_form_gets_a_row_and_sees_nobody_elses(thief: str, as_on: As) -> None:
    kari, other = as_on("kari"), as_on(thief)
    values = opened(kari, name="Karis eget")
    hers = kari.post(address(Application, "new/"), data=values).location

    answer = other.post(address(Application, "new/"), data=opened(other, name="Min", made_by=values["made_by"]))

    assert (answer.status_code, answer.location != hers) == (303, True)
    assert "Karis eget" not in other.get(answer.location).text


def test_the_mark_of_a_form_of_another_register_is_one_of_its_own(as_on: As) -> None:
    kari = as_on("kari")
    values = opened(kari, name="Et system")
    kari.post(address(Application, "new/"), data=values)
    unit = form_of(kari.get(address(OrganisationalUnit, "new/")).text).values

    answer = kari.post(
        address(OrganisationalUnit, "new/"), data=unit | {"name": "En enhet", "made_by": values["made_by"]}
    )

    assert (answer.status_code, address(OrganisationalUnit, "details/") in answer.location) == (303, True)


def test_a_form_that_was_saved_in_one_municipality_is_not_told_of_in_another(as_on: As) -> None:
    sol, mark = as_on("sol"), "a" * 32
    made = []
    for name in ("Tinn", "Seljord"):
        sol.post("/municipality/", data={"municipality": municipality(name)})
        values = form_of(sol.get(address(Membership, "new/")).text)
        data = fill(Membership, values) | {"made_by": mark}
        made.append(sol.post(address(Membership, "new/"), data=data))

    assert [answer.status_code for answer in made] == [303, 303]
    assert made[0].location != made[1].location


@pytest.mark.parametrize("spoilt", ["' OR 1=1 --", "\u0660" * 32, "0" * 31 + "\n", "a" * 100_000])
def test_a_mark_that_nobody_gave_is_saved_as_none(spoilt: str, as_: As) -> None:
    kari = as_("kari")

    answer = kari.post(address(Application, "new/"), data=opened(kari, name="Rart merke", made_by=spoilt))

    with inside("Tinn"):
        log = change_class(Application)
        kept = db.session.scalars(select(log.made_by).where(log.row_name == "Rart merke")).all()
    assert (answer.status_code, kept) == (303, [None])
