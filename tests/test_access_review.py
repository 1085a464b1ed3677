"""Once a year the local administrator goes through who has access: each role stands or goes, and it is written down."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.clock import now, today
from models.queries import year
from models.tenancy.accesslog import AccessEntry
from models.tenancy.people import Membership, MunicipalRole, User
from models.tenancy.reviews import AccessReview
from tests.conftest import inside, municipality, user
from tests.support import attack
from tests.test_registers import As

URL = "/access-review/"


def shown(page: Any) -> list[str]:
    return re.findall(r'name="shown" value="([\d.]+)"', page.text)


def send(browser: Any, page: Any, *, all_of_them: bool = False, **said: str) -> Any:
    """Post the page with what is said of some people, by name."""
    roles = dict(zip(names(page), re.findall(r'name="role-(\d+)" value="keep"', page.text), strict=True))
    data: dict[str, Any] = {f"role-{roles[name]}": value for name, value in said.items()}
    return browser.post(URL, data={"shown": shown(page), **data} | ({"all": "1"} if all_of_them else {}))


def names(page: Any) -> list[str]:
    """Who may be said something of, by first name in small letters."""
    return [one.lower() for one in re.findall(r'radiogroup" aria-label="(\w+) ', page.text)]


def roles_in(town: str = "Tinn") -> list[str]:
    """The roles that are in force, as «Kari Test – Registrator»."""
    with inside(town):
        found = db.session.scalars(select(Membership))
        return sorted(one.label for one in found if one.valid_to is None or one.valid_to > today())


def told(town: str = "Tinn") -> list[tuple[str, str | None, str | None]]:
    with inside(town):
        found = db.session.scalars(select(AccessEntry).order_by(AccessEntry.id))
        known = [(str(one.event), one.actor_name, one.subject) for one in found if one.actor_name == "Lars Test"]
        return [one for one in known if one[0] != "sign_in"]


def done() -> list[tuple[str, int, int, Any]]:
    with inside():
        return [(one.done_by_name, one.kept, one.removed, one.due) for one in db.session.scalars(select(AccessReview))]


def test_all_are_confirmed_at_once_and_the_year_tells_when_it_is_due_again(as_on: As) -> None:
    lars = as_on("lars")
    page = lars.get(URL)

    answer = send(lars, page, all_of_them=True)

    due = year.months_before(today(), -12)
    assert (names(page), "Din egen rolle ser en annen over." in page.text) == (["kari", "ola", "siri", "tone"], True)
    assert (answer.status_code, done()) == (303, [("Lars Test", 4, 0, due)])
    assert told() == [("access_reviewed", "Lars Test", "4 roller står, 0 er tatt bort")]
    assert f"Neste gang innen {due:%d.%m.%Y}" in lars.get(URL).text
    for name, sees in (("lars", True), ("siri", True), ("kari", False)):
        listed = as_on(name).get(f"/year/?year={due.year}").text
        assert (name, "Gjennomgang av tilganger" in listed) == (name, sees)


def test_who_is_taken_away_has_no_role_from_today_on_and_the_log_says_so(as_on: As) -> None:
    lars = as_on("lars")

    said = {"kari": "keep", "ola": "remove", "siri": "keep", "tone": "keep"}
    send(lars, lars.get(URL), **said)

    assert [one for one in roles_in() if one.startswith("Ola")] == []
    assert [(event, who) for event, who, _what in told()] == [
        ("role_changed", "Lars Test"), ("access_reviewed", "Lars Test"),
    ]  # fmt: skip
    assert done()[0][1:3] == (3, 1)
    assert roles_in("Seljord") == ["Berit Test – Registrator", "Siri Test – Personvernombud"]


def test_a_role_that_has_not_begun_is_deleted(as_: As) -> None:
    with inside("Tinn"):
        later = today() + timedelta(days=9)
        db.session.add(
            Membership(user=db.session.get(User, user("berit").id), role=MunicipalRole("reader"), valid_from=later)
        )
        db.session.commit()
    lars = as_("lars")
    page = lars.get(URL)

    send(lars, page, all_of_them=True, berit="remove")

    assert ("berit" in names(page), [one for one in roles_in() if one.startswith("Berit")]) == (True, [])


def test_nothing_is_saved_while_somebody_is_neither_to_stand_nor_to_go(as_: As) -> None:
    lars = as_("lars")

    answer = send(lars, lars.get(URL), ola="remove")

    assert (answer.status_code, "Velg Stemmer eller Fjern for alle" in answer.text, done(), len(roles_in())) == (
        422, True, [], 5,
    )  # fmt: skip
    assert re.search(r'value="remove" checked', answer.text)


def test_what_somebody_else_changed_meanwhile_is_gone_through_anew(as_: As) -> None:
    lars = as_("lars")
    page = lars.get(URL)
    with inside("Tinn"):
        db.session.add(Membership(user=db.session.get(User, user("berit").id), role=MunicipalRole("reader")))
        db.session.commit()

    answer = send(lars, page, all_of_them=True)

    assert (answer.status_code, "Se over på nytt" in html.unescape(answer.text), done()) == (422, True, [])


@pytest.mark.parametrize("name", ["kari", "ola", "tone", "siri", "per", "frida", "sol", "berit"])
def test_only_the_local_administrator_goes_through_access(name: str, as_: As) -> None:
    browser = as_(name)

    assert [browser.get(URL).status_code, browser.post(URL, data={"all": "1"}).status_code] == [403, 403]
    assert done() == []


def test_ones_own_role_and_those_of_other_municipalities_are_not_reached(as_on: As) -> None:
    lars = as_on("lars")
    page = lars.get(URL)
    with inside():
        people = [user(name).id for name in ("berit", "lars")]
        others = db.session.scalars(select(Membership).where(Membership.user_id.in_(people)))
        data = {f"role-{one.id}": "remove" for one in others}

    lars.post(URL, data={"shown": shown(page), "all": "1", **data})

    assert (roles_in("Seljord"), "Lars Test – Lokal administrator" in roles_in()) == (
        ["Berit Test – Registrator", "Siri Test – Personvernombud"], True,
    )  # fmt: skip
    assert attack.loot(page) == []


def test_the_year_tells_of_the_last_time_alone_and_of_ones_own_municipality(as_on: As) -> None:
    lars, seljord = as_on("lars"), municipality("Seljord")
    send(lars, lars.get(URL), all_of_them=True)
    send(lars, lars.get(URL), all_of_them=True)
    with inside("Seljord"):
        values = {"municipality_id": seljord, "done_at": now()}
        values |= {"due": today() + timedelta(days=360), "done_by": 1, "done_by_name": "Hemmeleg"}
        values |= {"kept": 1, "removed": 0}
        db.session().write_once(AccessReview.__table__, [values])
        db.session.commit()

    page = lars.get(f"/year/?year={year.months_before(today(), -12).year}")

    assert (page.text.count('href="/access-review/"'), attack.loot(page)) == (1, [])
