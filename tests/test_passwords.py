"""Passwords: poor ones, guessing, and what the history says of a new one."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from models.database import db
from models.declare import passwords
from models.declare.clock import now
from models.tenancy.people import User
from tests import world
from tests.conftest import inside, user
from tests.test_registers import As, address, form_of


def test_a_new_password_from_support_is_logged_without_the_password(as_: As) -> None:
    browser, ola = as_("sol"), user("ola")

    browser.post(f"/user-account/{ola.id}/password/")

    page = browser.get(address(User, "history/", id=ola.id)).text
    assert ("Sol Test" in page, "Passord" in page, "•••" in page, "argon2" in page) == (True, True, True, False)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("kort", "må ha minst 12 tegn"),
        (" " * 12, "må ha minst 12 tegn"),
        ("x" * 201, "kan ha høyst 200 tegn"),
        ("abababababab", "har for få ulike tegn"),
        (world.PASSWORD, "er det samme som det gamle"),
    ],
)
def test_a_poor_password_is_refused_with_the_reason(new: str, said: str, as_: As) -> None:
    answer = as_("kari").post("/password/", data={"old": world.PASSWORD, "new": new})

    assert (answer.status_code, said in answer.text) == (422, True)
    assert user("kari").password_matches(world.PASSWORD)


def test_guessing_at_the_old_password_is_slowed_down_too(as_: As, long_waits: None) -> None:
    browser = as_("kari")
    for _ in range(6):
        browser.post("/password/", data={"old": "feil", "new": "et helt nytt passord"})

    answer = browser.post("/password/", data={"old": world.PASSWORD, "new": "et helt nytt passord"})

    assert (answer.status_code, user("kari").locked_until > now()) == (422, True)


def test_signing_in_does_not_disturb_who_edits_the_person(as_: As) -> None:
    browser, row = as_("sol"), user("ola")
    url = address(User, "edit/", id=row.id)
    values = form_of(browser.get(url).text).values
    as_("ola")

    assert browser.post(url, data=values | {"name": "Ola Nordmann"}).status_code == 303


def test_a_good_password_takes_the_place_of_the_old_one(as_: As) -> None:
    answer = as_("kari").post("/password/", data={"old": world.PASSWORD, "new": "et helt nytt passord"})

    assert answer.status_code == 303
    kari = user("kari")
    assert [kari.password_matches(one) for one in ("et helt nytt passord", world.PASSWORD)] == [True, False]


@pytest.mark.parametrize(("minutes", "left"), [(0, 6), (4, 6), (5, 5), (14, 4), (29, 1), (30, 0), (600, 0)])
def test_a_wrong_guess_is_forgotten_for_every_five_minutes_without_another(minutes: int, left: int) -> None:
    last = datetime(2026, 6, 1, 8, tzinfo=UTC)
    locked_until = last + passwords.wait_after(6)

    assert passwords.remaining(6, locked_until, last + timedelta(minutes=minutes)) == left
    assert passwords.remaining(3, None, last) == 3  # nobody has had to wait yet: so few do no harm


@pytest.mark.parametrize(("minutes", "held_back"), [(4, True), (61, False)])
def test_after_an_hour_a_wrong_guess_is_the_first_one_again(minutes: int, held_back: bool, as_: As) -> None:
    with inside():
        row = db.session.get(User, user("kari").id)
        assert row is not None
        last = now() - timedelta(minutes=minutes)
        row.failed_attempts, row.locked_until = 9, last + passwords.wait_after(9)
        db.session.commit()
        row.note_failure()
        db.session.commit()

        assert (row.is_locked, row.failed_attempts) == ((True, 10) if held_back else (False, 1))


def test_what_is_stored_takes_as_long_to_guess_as_is_advised() -> None:
    told = "from models.declare import passwords; print(passwords.hashed('correct horse battery'))"
    stored = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True).stdout

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
