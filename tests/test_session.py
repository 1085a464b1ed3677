"""Signing in and out, staying signed in, and the language of the pages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare import passwords
from models.declare.choices import Language
from models.declare.clock import now
from models.tenancy.people import Membership, User
from tests import world
from tests.conftest import inside, sign_in, user
from tests.support.client import LintingClient
from tests.test_registers import As
from views import access

REFUSED = "E-post eller passord stemmer ikke"


@pytest.fixture
def browser(app: Any) -> LintingClient:
    """A browser nobody has signed in with."""
    app.test_client_class = LintingClient
    client: LintingClient = app.test_client()
    return client


def try_to_sign_in(browser: LintingClient, email: str, password: str = world.PASSWORD) -> Any:
    return browser.post("/sign-in/", data={"email": email, "password": password})


def change(name: str, **values: Any) -> None:
    """Change a user behind the scenes."""
    with inside():
        row = db.session.scalars(select(User).where(User.email == f"{name}@test.example")).one()
        for key, value in values.items():
            setattr(row, key, value)
        db.session.commit()


# -- signing in --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["kari@test.example", " Kari@Test.EXAMPLE "])
def test_the_right_password_opens_the_start_page(email: str, browser: LintingClient) -> None:
    answer = try_to_sign_in(browser, email)

    assert (answer.status_code, answer.location) == (303, "/")
    assert "God dag, Kari" in browser.get("/").text


def test_signing_in_leads_to_where_one_was_heading(browser: LintingClient) -> None:
    asked = browser.get("/application/?search=skole")

    answer = browser.post(asked.location, data={"email": "kari@test.example", "password": world.PASSWORD})

    assert (asked.status_code, answer.location) == (302, "/application/?search=skole")


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil", "https:evil.example"])
def test_signing_in_leads_nowhere_else(target: str, browser: LintingClient) -> None:
    answer = browser.post(
        "/sign-in/", query_string={"next": target}, data={"email": "kari@test.example", "password": world.PASSWORD}
    )

    assert answer.status_code == 400


def normal(page: str) -> str:
    """A page without what differs from one drawing to the next."""
    return re.sub(r'value="[^"]*"', "", page)


def test_wrong_password_unknown_and_deactivated_people_get_the_same_answer(browser: LintingClient) -> None:
    change("ola", active=False)

    answers = [
        try_to_sign_in(browser, "kari@test.example", "feil passord"),
        try_to_sign_in(browser, "ukjent@test.example"),
        try_to_sign_in(browser, "ola@test.example"),
        try_to_sign_in(browser, "", ""),
    ]

    assert [answer.status_code for answer in answers] == [401] * 4
    assert [REFUSED in answer.text for answer in answers] == [True] * 4
    assert len({normal(answer.text) for answer in answers}) == 1


@pytest.mark.parametrize("password", ["", "x" * 100_000, "\0", "æøå" * 50])
def test_odd_passwords_are_refused_quietly(password: str, browser: LintingClient) -> None:
    assert try_to_sign_in(browser, "kari@test.example", password).status_code == 401


def test_many_wrong_attempts_hold_the_right_password_back_for_a_while(browser: LintingClient, long_waits: None) -> None:
    for _ in range(6):
        try_to_sign_in(browser, "kari@test.example", "feil passord")

    held_back = try_to_sign_in(browser, "kari@test.example")
    someone_else = try_to_sign_in(browser, "ola@test.example").status_code
    change("kari", locked_until=now() - timedelta(seconds=1))
    later = try_to_sign_in(browser, "kari@test.example").status_code

    assert (held_back.status_code, REFUSED in held_back.text, someone_else, later) == (401, True, 303, 303)
    assert (user("kari").failed_attempts, user("kari").locked_until) == (0, None)


def test_the_wait_doubles_and_ends_at_a_quarter_of_an_hour() -> None:
    waits = [round(passwords.wait_after(failures).total_seconds()) for failures in range(1, 41)]

    assert (waits[:8], max(waits)) == ([0, 0, 0, 0, 1, 2, 4, 8], 900)


def test_a_person_without_a_role_today_is_let_in_nowhere(browser: LintingClient) -> None:
    with inside():
        db.session.scalars(select(Membership).where(Membership.user_id == user("ola").id)).one().valid_to = date(
            2020, 1, 1
        )
        db.session.commit()
    try_to_sign_in(browser, "ola@test.example")

    answer = browser.get("/application/")

    assert (answer.status_code, "Du har ingen rolle i Orden nå" in answer.text) == (403, True)
    assert browser.get("/application/").status_code == 302  # signed out


# -- staying signed in -------------------------------------------------------------------------------------------------


def signed_in(browser: LintingClient) -> bool:
    return bool(browser.get("/application/").status_code == 200)


@pytest.mark.parametrize(("seconds", "still"), [(access.IDLE_SECONDS - 5, True), (access.IDLE_SECONDS + 5, False)])
def test_half_an_hour_without_a_sign_ends_the_session(
    seconds: int, still: bool, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = as_("kari")
    began = access.time.time()

    monkeypatch.setattr(access.time, "time", lambda: began + seconds)

    assert signed_in(browser) is still


def test_eight_hours_end_the_session_however_busy_one_is(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, began, step = as_("kari"), access.time.time(), access.IDLE_SECONDS - 60
    lasted = []

    for moment in range(0, access.ABSOLUTE_SECONDS + 2 * step, step):
        monkeypatch.setattr(access.time, "time", lambda at=moment: began + at)
        lasted.append((moment <= access.ABSOLUTE_SECONDS, signed_in(browser)))

    assert [seen for _, seen in lasted] == [due for due, _ in lasted]
    assert {seen for _, seen in lasted} == {True, False}


def test_a_deactivated_person_is_out_at_the_next_click(as_: As) -> None:
    browser = as_("kari")
    change("kari", active=False)

    assert signed_in(browser) is False


def test_signing_out_ends_ones_sessions_everywhere(app: Any, as_: As) -> None:
    here, there, other = as_("kari"), sign_in(app, "kari"), as_("ola")
    assert [signed_in(one) for one in (here, there, other)] == [True] * 3

    answer = here.post("/sign-out/")

    assert (answer.status_code, answer.location) == (303, "/sign-in/")
    assert [signed_in(one) for one in (here, there, other)] == [False, False, True]


def test_a_change_after_the_session_ended_is_refused_with_a_sentence(browser: LintingClient) -> None:
    answer = browser.post("/application/new/", data={"name": "x"})

    assert (answer.status_code, "Logg inn i en ny fane" in answer.text) == (401, True)


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(browser: LintingClient) -> None:
    answer = try_to_sign_in(browser, "kari@test.example")

    flags = {part.strip().split("=")[0] for part in answer.headers["Set-Cookie"].split(";")[1:]}
    assert ({"HttpOnly", "SameSite", "Expires", "Path"} <= flags, "Domain" in flags) == (True, False)
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from app import create_app

    monkeypatch.setenv("ORDEN_INSTANCE", str(tmp_path))

    config = create_app({"TESTING": True, "DATABASE_URL": "sqlite://"}).config

    assert (config["SESSION_COOKIE_NAME"], config["SESSION_COOKIE_SECURE"], config["SESSION_COOKIE_HTTPONLY"]) == (
        "__Host-session",
        True,
        True,
    )


def test_pages_for_signed_in_people_are_kept_in_no_cache(as_: As) -> None:
    assert as_("kari").get("/application/").headers["Cache-Control"] == "no-store"


# -- language ----------------------------------------------------------------------------------------------------------


def lang(browser: LintingClient, url: str = "/", **headers: str) -> str:
    page = browser.get(url, headers={key.replace("_", "-"): value for key, value in headers.items()}).text
    return page.partition('<html lang="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("accepted", "shown"),
    [
        ("", "nb"),
        ("nn", "nn"),
        ("en-GB,en;q=0.9", "en"),
        ("no", "nb"),
        ("nb-NO", "nb"),
        ("de", "nb"),
        ("x" * 999, "nb"),
    ],
)
def test_strangers_are_met_in_the_language_of_their_browser(accepted: str, shown: str, browser: LintingClient) -> None:
    assert lang(browser, "/sign-in/", Accept_Language=accepted) == shown


def test_the_language_form_of_the_municipality_counts_before_the_browser(as_: As) -> None:
    assert lang(as_("berit"), Accept_Language="en") == "nn"


def test_a_neutral_municipality_leaves_it_to_the_browser(as_: As) -> None:
    browser = as_("kari")

    assert [lang(browser, Accept_Language=accepted) for accepted in ("nn", "en", "nb")] == ["nn", "en", "nb"]


@pytest.mark.parametrize("chosen", ["nb", "nn", "en"])
def test_ones_own_choice_counts_first_and_is_remembered(chosen: str, app: Any, as_: As) -> None:
    browser = as_("berit")

    answer = browser.post("/language/", data={"language": chosen, "next": "/application/?search=a"})

    assert (answer.status_code, answer.location, lang(browser)) == (303, "/application/?search=a", chosen)
    assert (user("berit").language, lang(sign_in(app, "berit"))) == (Language(chosen), chosen)


@pytest.mark.parametrize("chosen", ["", "de", "<script>", "NN"])
def test_a_language_there_is_none_of_changes_nothing(chosen: str, as_: As) -> None:
    browser = as_("berit")

    browser.post("/language/", data={"language": chosen})

    assert lang(browser) == "nn"


def test_only_demo_people_who_are_there_are_offered(
    browser: LintingClient, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "DEMO", True)
    monkeypatch.setitem(app.config, "DEMO_PASSWORD", world.PASSWORD)
    nobody = browser.get("/sign-in/").text
    change("kari", email="kari@tinn.example")

    somebody = browser.get("/sign-in/").text

    offered = [re.findall(r'<span class="muted">(\S+@\S+)</span>', page) for page in (nobody, somebody)]
    assert offered == [[], ["kari@tinn.example"]]
    assert ("Prøv Orden som" in nobody, "Prøv Orden som" in somebody) == (False, True)
