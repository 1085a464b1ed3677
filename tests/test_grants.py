"""Giving roles: to others only, once in a period, and never those who run the project by support."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.words import Problem
from models.tenancy.people import Membership, MunicipalRole, ProjectRole, ProjectRoleName, User
from tests.conftest import inside, municipality, user
from tests.test_forms import reread, send
from tests.test_registers import As, address, errors, form_of

TODAY = date(2026, 3, 1)


def membership_of(name: str) -> Any:
    with inside("Tinn"):
        row = db.session.scalars(select(Membership).where(Membership.user_id == user(name).id)).first()
        db.session.expunge(row)
    return row


def test_a_role_given_to_another_is_not_turned_into_ones_own(as_: As) -> None:
    row = membership_of("ola")

    answer = send(as_("lars"), row, user=[str(user("lars").id)])

    assert (answer.status_code, reread(row, "user_id")) == (422, [user("ola").id])


def test_support_neither_edits_nor_resets_those_who_run_the_project(as_: As) -> None:
    browser, per, kari = as_("sol"), user("per"), user("kari")

    doors = {
        who.email: [
            browser.get(address(User, "edit/", id=who.id)).status_code,
            browser.get(address(User, "delete/", id=who.id)).status_code,
            browser.post(f"/user-account/{who.id}/password/").status_code,
        ]
        for who in (per, kari)
    }

    assert doors == {per.email: [403, 403, 403], kari.email: [200, 200, 200]}
    assert user("per").password_hash == per.password_hash


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "status"), [("", "", 422), ("", "2020-01-01", 422), ("2031-01-01", "", 422)]
)
def test_the_same_role_is_not_given_twice_in_one_period(valid_from: str, valid_to: str, status: int, as_: As) -> None:
    browser = as_("lars")
    form = form_of(browser.get(address(Membership, "new/")).text)
    values = {"user": [str(user("ola").id)], "role": ["reader"], "valid_from": valid_from, "valid_to": valid_to}

    answer = browser.post(address(Membership, "new/"), data=form.values | values)

    assert (answer.status_code, len(errors(answer.text))) == (status, 1)
    assert "har denne rollen i perioden fra før" in answer.text


def test_the_same_role_may_follow_itself_in_a_later_period(app: Any) -> None:
    with inside("Tinn"):
        held = db.session.get(Membership, membership_of("ola").id)
        held.valid_to = date(2026, 1, 1)
        db.session.commit()
        again = Membership(user=held.user, role=MunicipalRole.READER, valid_from=date(2026, 1, 1))
        db.session.add(again)
        db.session.commit()

        assert again.id is not None


def test_a_role_in_the_project_is_held_once(app: Any) -> None:
    with inside():
        held = db.session.scalars(select(ProjectRole).where(ProjectRole.user_id == user("sol").id)).one()
        db.session.add(ProjectRole(user=held.user, role=ProjectRoleName.SUPPORT, valid_from=TODAY))
        with pytest.raises(Problem):
            db.session.commit()


def test_a_local_administrator_sees_whom_support_gave_a_role_until_it_is_seen(as_on: As, engine_app: Any) -> None:
    sol, lars = as_on("sol"), as_on("lars")
    sol.post("/municipality/", data={"municipality": municipality("Tinn")})
    values = form_of(sol.get(address(Membership, "new/")).text).values
    values |= {"user": [str(user("berit").id)], "role": [MunicipalRole.EDITOR.value]}
    assert sol.post(address(Membership, "new/"), data=values).status_code == 303

    told = html.unescape(lars.get("/").text).partition("Tilganger gitt av prosjektet")[2].partition("</section>")[0]
    last = re.search(r'name="last" value="(\d+)"', told)
    lines = re.findall(r"<li><a href=\"/membership/[^>]*>([^<]+)</a>", told)
    answer = lars.post("/grants/seen/", data={"last": last[1] if last else ""})

    assert [line.split(" ga ")[1] for line in lines] == ["Sol Test Berit Test rollen Registrator i Tinn."]
    assert (answer.status_code, "Tilganger gitt av prosjektet" in lars.get("/").text) == (303, False)


def test_nobody_else_is_told(as_: As) -> None:
    with inside("Tinn"):
        db.session.add(Membership(user=user("berit"), role=MunicipalRole.EDITOR))
        db.session.commit()

    assert "Tilganger gitt av prosjektet" not in as_("kari").get("/").text
