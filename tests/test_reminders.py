"""Reminding the local administrators of a municipality: each in their own language, once a day, and told in the log."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlalchemy import select

from models.changes import reminding
from models.database import db
from models.declare.choices import AccessEvent, Language
from models.declare.clock import today
from models.registers.architecture import Application
from models.tenancy.accesslog import AccessEntry, ProjectAccessEntry
from models.tenancy.people import Membership, MunicipalRole, User
from tests.conftest import inside, municipality, sign_in, user
from tests.support.mail import Received
from tests.test_registers import As
from tests.world import SECRETS

pytest_plugins = ["tests.support.mail_fixtures"]


def remind(browser: Any, town: str = "Tinn") -> Any:
    return browser.post(f"/progress/{municipality(town)}/remind/")


def told(event: Any = AccessEvent.REMINDED) -> tuple[list[str | None], list[tuple[int, str | None]]]:
    """What the project's log and those of the municipalities say of reminders."""
    with inside():
        project = select(ProjectAccessEntry.subject).where(ProjectAccessEntry.event == event)
        own = select(AccessEntry.municipality_id, AccessEntry.subject).where(AccessEntry.event == event)
        return list(db.session.scalars(project)), [tuple(row) for row in db.session.execute(own)]


def admin(name: str, town: str = "Tinn", **values: Any) -> None:
    """Make somebody local administrator, from and to when that is said."""
    period = {key: values.pop(key) for key in ("valid_from", "valid_to") if key in values}
    with inside(town):
        role = MunicipalRole("local_admin")
        db.session.add(Membership(user=user(name), role=role, municipality_id=municipality(town), **period))
        db.session.commit()
    with inside():
        one = db.session.get_one(User, user(name).id)
        for key, value in values.items():
            setattr(one, key, value)
        db.session.commit()


def words(answer: Any) -> str:
    return html.unescape(answer.text.partition("<main")[2])


def flashed(browser: Any, answer: Any) -> str:
    assert answer.status_code == 303
    page = html.unescape(browser.get(answer.location).text)
    return " ".join(re.findall(r'class="message[^>]*>(?:<svg.*?</svg>)?\s*<p>(.*?)</p>', page, re.DOTALL))


def test_without_a_mail_server_the_letter_is_shown_to_be_sent(as_on: As) -> None:
    with inside("Tinn"):
        db.session.add_all([Application(name=f"S {number}") for number in range(3)])
        db.session.commit()

    answer = remind(as_on("per"))

    page = words(answer)
    assert answer.status_code == 200
    assert "Hei, Lars Test.\n\nDette er en påminnelse om behandlingsprotokollen i Tinn." in page
    assert "- 0 av 2 behandlinger er godkjent\n- Applikasjoner uten systemeier: 3" in page
    assert re.findall(r'href="mailto:([^?]+)\?', page) == ["lars%40test.example"]
    assert [secret in page for secret in (*SECRETS, "Seljord")] == [False, False, False]
    assert told() == (["Tinn"], [(municipality("Tinn"), "Lars Test <lars@test.example>")])


def test_a_second_one_the_same_day_is_refused_and_the_next_day_it_is_not(
    as_on: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    per = as_on("per")
    remind(per)
    page = per.get("/progress/").text

    again = flashed(per, remind(per))
    monkeypatch.setattr(reminding, "today", lambda: today() + timedelta(days=1))
    tomorrow = remind(per)

    assert again == "Tinn er påminnet i dag. Vent til i morgen med den neste."
    assert ("Påminnet i dag" in page, f"/progress/{municipality('Tinn')}/remind/" in page) == (True, False)
    assert (tomorrow.status_code, len(told()[0])) == (200, 2)


def test_one_municipality_is_no_other(as_: As) -> None:
    admin("berit", "Seljord")
    per = as_("per")

    statuses = [remind(per, town).status_code for town in ("Tinn", "Seljord", "Seljord")]

    assert statuses == [200, 200, 303]
    assert sorted(map(str, told()[0])) == ["Seljord", "Tinn"]


def test_two_presses_at_once_remind_once(engine_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waits, once it has written, for the other to have written too, unless that has to wait for it."""
    browsers, place = [sign_in(engine_app, "per") for _ in range(2)], municipality("Tinn")
    both, write = Barrier(2), reminding.witness.write

    def write_and_wait(*told: Any, **more: Any) -> None:
        write(*told, **more)
        with suppress(BrokenBarrierError):
            both.wait(timeout=0.5)

    monkeypatch.setattr(reminding.witness, "write", write_and_wait)
    db.session.remove()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: one.post(f"/progress/{place}/remind/"), browsers))

    assert sorted(answer.status_code for answer in answers) == [200, 303]
    assert told() == (["Tinn"], [(place, "Lars Test <lars@test.example>")])


def test_each_is_written_to_in_their_own_language(as_: As, post: Received) -> None:
    admin("tone", language=Language.EN)
    admin("berit", "Seljord")
    per = as_("per")

    said = flashed(per, remind(per))
    remind(per, "Seljord")

    subjects = {letter["To"]: letter["Subject"] for letter in post.letters}
    assert said == "Påminnelsen er sendt til Lars Test, Tone Test."
    assert subjects == {
        "lars@test.example": "Orden: påminnelse om behandlingsprotokollen i Tinn",
        "tone@test.example": "Orden: reminder about the record of processing activities in Tinn",
        "berit@test.example": "Orden: påminning om behandlingsprotokollen i Seljord",
    }
    bodies = {letter["To"]: str(letter.get_content()) for letter in post.letters}
    assert "https://orden.example/progress/" in bodies["lars@test.example"]
    assert "- 0 of 2 processing activities are approved" in bodies["tone@test.example"].splitlines()


def test_what_the_mail_server_refuses_is_shown_to_be_sent_and_told_in_the_log(as_: As, post: Received) -> None:
    admin("tone")
    post.refused["lars@test.example"] = "550 no such person"

    page = words(remind(as_("per")))

    assert [letter["To"] for letter in post.letters] == ["tone@test.example"]
    assert "Serveren tok ikke imot brevet. Send det selv." in page
    assert re.findall(r'href="mailto:([^?]+)\?', page) == ["lars%40test.example"]
    why = "lars@test.example: 550 no such person"
    assert told(AccessEvent.MAIL_UNSENT) == ([why], [(municipality("Tinn"), why)])


@pytest.mark.parametrize(
    "leaves",
    [{"valid_to": date(2020, 1, 1)}, {"valid_from": date(2100, 1, 1)}, {"active": False}],
    ids=["ended", "not yet", "inactive"],
)
def test_who_does_not_come_in_is_not_written_to_and_without_anybody_nothing_is_claimed(
    leaves: dict[str, Any], as_: As
) -> None:
    admin("berit", "Seljord", **leaves)
    per = as_("per")

    said = flashed(per, remind(per, "Seljord"))

    assert said == "Seljord har ingen lokal administrator som kan logge inn. Brukerstøtte kan gi rollen."
    assert told() == ([], [])


def test_who_reminds_one_municipality_is_not_written_to_for_keeping_another(as_: As) -> None:
    admin("per", "Seljord")
    per = as_("per")
    per.post("/municipality/", data={"municipality": ""})

    page = words(remind(per))

    assert re.findall(r'href="mailto:([^?]+)\?', page) == ["lars%40test.example"]


@pytest.mark.parametrize("name", ["kari", "ola", "tone", "lars", "siri", "sol", "frida"])
def test_nobody_else_reminds_anybody(name: str, as_on: As) -> None:
    assert remind(as_on(name)).status_code == 403
    assert told() == ([], [])


@pytest.mark.parametrize("place", [0, 999_999, 10**30])
def test_a_municipality_that_is_none_is_not_found(place: int, as_: As) -> None:
    assert as_("per").post(f"/progress/{place}/remind/").status_code == 404


def test_from_one_municipality_another_is_not_reminded(as_: As) -> None:
    per = as_("per")
    per.post("/municipality/", data={"municipality": str(municipality("Seljord"))})
    per.get("/progress/")

    assert remind(per).status_code == 404
    assert told() == ([], [])
