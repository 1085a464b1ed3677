"""The page of a person with an account says the truth: who comes in, who does not, and why."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.tenancy.accesslog import AccessEntry
from models.tenancy.people import Membership, User
from tests import world
from tests.conftest import inside, sign_in, user
from tests.support.client import LintingClient
from tests.test_forms import send
from tests.test_registers import As, address, form_of
from tests.test_session import change, try_to_sign_in


@pytest.fixture
def browser(app: Any) -> LintingClient:
    app.test_client_class = LintingClient
    client: LintingClient = app.test_client()
    return client


def card(browser: LintingClient, name: str) -> dict[str, str]:
    """What the page of a person says, by label; `problems` holds what is to be mended."""
    page = browser.get(address(User, "details/", id=user(name).id)).text
    facts = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page, re.DOTALL)
    found = {label: html.unescape(re.sub("<[^>]+>", "", value)).strip() for label, value in facts}
    problems = re.findall(r'<ul class="problems">(.*?)</ul>', page, re.DOTALL)
    return found | {"problems": html.unescape(re.sub("<[^>]+>", " ", "".join(problems))), "page": page}


def without_roles(name: str) -> None:
    with inside():
        for row in db.session.scalars(select(Membership).where(Membership.user_id == user(name).id)):
            row.valid_to = date(2020, 1, 1)
        db.session.commit()


def test_who_signs_in_is_seen_to_have_come_in(as_: As) -> None:
    as_("ola")

    told = card(as_("sol"), "ola")

    assert re.fullmatch(r"\d\d\.\d\d\.\d{4} kl\. \d\d\.\d\d", told["Sist logget inn"])
    assert (told["Kan logge inn"], told["problems"]) == ("Ja", "")


@pytest.mark.parametrize(
    ("stands", "password", "why", "comes_in", "problem"),
    [
        (lambda: None, "feil", "Feil passord", "Ja", ""),
        (lambda: change("ola", password_hash=None), "feil", "Har ikke fått passord", "Nei, mangler passord", "passord"),
        (lambda: change("ola", active=False), world.PASSWORD, "Krysset for å logge inn er fjernet", "Nei", ""),
        (lambda: without_roles("ola"), world.PASSWORD, "Ingen rolle gjelder", "Nei, ingen rolle gjelder her i dag",
         "Gi en rolle"),
    ],
)  # fmt: skip
def test_the_card_says_when_somebody_did_not_come_in_and_why(
    stands: Any, password: str, why: str, comes_in: str, problem: str, browser: LintingClient, as_: As
) -> None:
    stands()
    try_to_sign_in(browser, "ola@test.example", password)

    told = card(as_("sol"), "ola")

    assert (told["Hvorfor det ikke gikk"], told["Kan logge inn"]) == (why, comes_in)
    assert "Sist forsøkt uten å komme inn" in told
    assert (problem in told["problems"], bool(told["problems"])) == (True, bool(problem))


def test_the_card_of_who_is_locked_says_until_when_and_support_unlocks(
    browser: LintingClient, as_: As, long_waits: None
) -> None:
    for _ in range(6):
        try_to_sign_in(browser, "ola@test.example", "feil")
    sol = as_("sol")
    locked = card(sol, "ola")

    answer = sol.post(f"/user-account/{user('ola').id}/unlock/")

    assert re.fullmatch(r"Nei, låst til \d\d\.\d\d\.\d{4} kl\. \d\d\.\d\d", locked["Kan logge inn"])
    assert ("Innlogging er låst" in locked["problems"], "Lås opp" in locked["page"]) == (True, True)
    assert locked["Hvorfor det ikke gikk"] == "Låst en stund etter for mange feil passord"
    assert (answer.status_code, card(sol, "ola")["Kan logge inn"]) == (303, "Ja")
    assert try_to_sign_in(browser, "ola@test.example").status_code == 303


def test_the_log_tells_who_unlocked(as_on: As, engine_app: Any) -> None:
    with inside():
        db.session.get(User, user("ola").id)

    as_on("sol").post(f"/user-account/{user('ola').id}/unlock/")

    with inside("Tinn"):
        last = db.session.scalars(select(AccessEntry).order_by(AccessEntry.id.desc())).first()
        assert last is not None
        assert (last.event.value, last.actor_name, last.subject) == ("unlocked", "Sol Test", "Ola Test")


@pytest.mark.parametrize(("name", "whom", "status"), [("lars", "ola", 403), ("kari", "ola", 403), ("sol", "per", 403)])
def test_nobody_else_unlocks(name: str, whom: str, status: int, as_: As) -> None:
    assert as_(name).post(f"/user-account/{user(whom).id}/unlock/").status_code == status


@pytest.mark.parametrize("name", ["lars", "sol"])
def test_six_wrong_passwords_are_told_on_the_start_page_of_those_who_keep_people(
    name: str, browser: LintingClient, as_: As, long_waits: None
) -> None:
    keeper = as_(name)
    before = keeper.get("/").text
    for _ in range(6):
        try_to_sign_in(browser, "ola@test.example", "feil")

    told = keeper.get("/").text.partition("Får ikke logget inn")[2].partition("</section>")[0]

    assert "Får ikke logget inn" not in before
    assert re.findall(r'href="(/user-account/[^"]+)">([^<]+)<', told) == [
        (address(User, "details/", id=user("ola").id), "Ola Test")
    ]
    assert ("5 forsøk på rad" in told, "Låst til" in told) == (True, True)


def test_who_is_kept_out_elsewhere_or_whoever_keeps_no_people_is_told_nothing(
    browser: LintingClient, as_: As, long_waits: None
) -> None:
    for _ in range(6):
        try_to_sign_in(browser, "berit@test.example", "feil")

    pages = [as_(name).get("/").text for name in ("lars", "kari", "per")]

    assert ["Får ikke logget inn" in page for page in pages] == [False] * 3


def test_a_new_user_without_password_or_role_is_not_said_to_be_finished(as_: As) -> None:
    sol = as_("sol")
    form = form_of(sol.get(address(User, "new/")).text)

    answer = sol.post(
        address(User, "new/"), data=form.values | {"name": "Ny Bruker", "email": "ny@test.example", "active": "y"}
    )
    told = html.unescape(sol.get(answer.location).text)

    assert answer.status_code == 303
    assert ("Alt som trengs, er fylt ut" in told, "noe må rettes" in told) == (False, True)


def test_nothing_of_a_sign_in_is_typed(as_: As) -> None:
    row = user("ola")

    send(as_("sol"), row, last_failed="2020-01-01T10:00", last_failure="locked", last_sign_in="2020-01-01T10:00")

    assert (user("ola").last_failed, user("ola").last_failure) == (None, None)


def test_a_person_who_comes_in_again_is_told_of_no_more(app: Any, browser: LintingClient, as_: As) -> None:
    with inside():
        row = db.session.get(User, user("ola").id)
        assert row is not None
        for _ in range(6):
            row.note_failure()
        row.unlock()
        db.session.commit()

    sign_in(app, "ola")

    assert "Får ikke logget inn" not in as_("lars").get("/").text
