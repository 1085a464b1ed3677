"""What an invitation tells of an address, which is nothing; how many there may be, and how long they are known."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.clock import now
from models.tenancy import invitations
from models.tenancy.invitations import Invitation
from tests import world
from tests.conftest import inside, municipality, user
from tests.test_invitations import NORA, WORDS, invitation, invite, link_on, opened, roles_of, stranger
from tests.test_keeping import run
from tests.test_registers import As


def test_an_address_that_has_a_user_gets_the_same_answers_and_keeps_its_password(as_on: As, engine_app: Any) -> None:
    app, lars, answers = engine_app, as_on("lars"), []
    for email in (NORA, "berit@test.example"):
        browser, link = stranger(app), link_on(made := invite(lars, email, name="Nora Ny"))
        pages = [made.text, opened(browser, link).text]
        posted = browser.post("/invitation/", data={"password": WORDS})
        listed = lars.get("/invitations/").text.partition("<li>")[2].partition("</li>")[0]
        around = [lars.get(path).text for path in ("/user-account/", "/membership/", "/changes/")]
        pages += [browser.get(posted.location).text, listed, *around]
        odd = r'(value|action)="[^"]*"|mailto:[^"]*|https?://\S*|form=\w+|\d'
        same = [re.sub(odd, "", one).replace(email, "") for one in pages]
        answers.append((posted.status_code, posted.location, same))

    assert answers[0] == answers[1]
    assert user("berit").password_matches(world.PASSWORD)
    assert roles_of("berit@test.example") == ["editor"]


def test_to_invite_costs_the_same_whether_the_address_has_a_user(as_: As, statements: list[str]) -> None:
    lars, counts = as_("lars"), []
    for email in ("forst@test.example", NORA, "berit@test.example"):
        statements.clear()
        assert invite(lars, email).status_code == 200
        counts.append(len(statements))

    assert counts[1] == counts[2]


def test_what_is_old_is_forgotten_by_the_daily_command_also_when_nobody_invites(as_on: As, engine_app: Any) -> None:
    lars = as_on("lars")
    invite(lars)
    invitation(made_at=now() - timedelta(days=91), expires_at=now() - timedelta(days=84))
    invite(lars, "pia@test.example")

    _code, told = run(engine_app, "log", "prune")

    assert "1 invitations older than 90 days are forgotten." in told
    assert invitation().email == "pia@test.example"


def test_so_many_wait_in_a_municipality_and_no_more(as_on: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "MOST", 2)
    lars, sol = as_on("lars"), as_on("sol")
    first, second = (invite(lars, email) for email in ("en@test.example", "to@test.example"))
    sol.post("/municipality/", data={"municipality": municipality("Seljord")})

    third, elsewhere = invite(lars, "tre@test.example"), invite(sol, "fire@test.example")
    with inside("Tinn"):
        db.session.scalars(select(Invitation)).first().taken_at = now()
        db.session.commit()
    later = invite(lars, "tre@test.example")

    statuses = [one.status_code for one in (first, second, third, elsewhere, later)]
    assert statuses == [200, 200, 422, 200, 200]
    assert "har sendt ut 2 invitasjoner den siste uka" in third.text


def test_to_invite_and_withdraw_over_and_over_comes_to_an_end(app: Any, as_: As, monkeypatch: Any) -> None:
    monkeypatch.setattr(invitations, "MOST", 3)
    lars = as_("lars")

    statuses = [invite(lars).status_code for _ in range(5)]

    assert statuses == [200, 200, 200, 422, 422]
