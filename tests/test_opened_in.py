"""A form is saved in the municipality it was opened in, or nowhere."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from models.database import db
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from models.tenancy.people import Membership, MunicipalRole, User
from tests.conftest import inside, municipality
from tests.test_registers import As, address, fetch, form_of


def choose(browser: Any, name: str) -> None:
    assert browser.post("/municipality/", data={"municipality": municipality(name)}).status_code == 303


def in_both(name: str = "kari") -> None:
    with inside("Seljord"):
        who = db.session.scalars(select(User).where(User.email == f"{name}@test.example")).one()
        db.session.add(Membership(user=who, role=MunicipalRole.EDITOR))
        db.session.commit()


def test_a_form_is_saved_where_it_was_opened(as_: As) -> None:
    in_both()
    browser = as_("kari")
    choose(browser, "Tinn")
    values = form_of(browser.get(address(Application, "new/")).text).values
    choose(browser, "Seljord")

    answer = browser.post(address(Application, "new/"), data=values | {"name": "Begynt i Tinn"})

    row = fetch(Application, int(answer.location.rpartition("=")[2]))
    assert (row.name, row.municipality_id) == ("Begynt i Tinn", municipality("Tinn"))
    assert "Begynt i Tinn" in browser.get(answer.location).text


def test_a_form_that_claims_another_municipality_is_saved_nowhere(as_: As) -> None:
    browser = as_("kari")
    values = form_of(browser.get(address(Application, "new/")).text).values

    claim = {"name": "Smuglet", "opened_in": str(municipality("Seljord"))}
    answer = browser.post(address(Application, "new/"), data=values | claim)

    with inside():
        found = db.session.scalar(select(func.count()).where(Application.name == "Smuglet"))
    assert (answer.status_code, found) == (404, 0)


def test_a_form_opened_where_one_has_no_role_is_answered_with_a_whole_page(as_: As) -> None:
    answer = as_("kari").post("/processing-activity/new/", data={"opened_in": municipality("Seljord"), "name": "x"})

    assert (answer.status_code, "<h1>" in answer.text, "Behandlinger" in answer.text) == (404, True, True)
    with inside("Seljord"):
        assert "x" not in db.session.scalars(select(ProcessingActivity.name)).all()
