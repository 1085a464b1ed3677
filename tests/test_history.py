"""What happened: who, when, field by field, links and parts included, and not to be rewritten."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from models.database import db
from models.declare.clock import now
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from models.tenancy.log import CHANGES, PeopleChange, change_class
from models.tenancy.people import Membership, User
from models.tenancy.scope import TenantError
from tests.conftest import inside, user
from tests.test_forms import first, send
from tests.test_registers import As, address, create, delete_row


def changes(row: Any) -> list[Any]:
    """The logged changes of a row, newest first."""
    log = change_class(type(row))
    with inside("Tinn"):
        found = select(log).where(log.register == type(row).__tablename__, log.row_id == row.id)
        rows = list(db.session.scalars(found.order_by(log.id.desc())))
        db.session.expunge_all()
    return rows


def test_a_change_says_who_when_and_what_was_and_is(as_: As) -> None:
    row = first(Application)

    send(as_("kari"), row, name="Nytt navn", licence_ore="100", status="retired")

    newest = changes(row)[0]
    assert newest.fields == [
        {"field": "name", "old": row.name, "new": "Nytt navn"},
        {"field": "status", "old": "in_use", "new": "retired"},
        {"field": "licence_ore", "old": None, "new": 10_000},
    ]
    assert (newest.action, newest.actor_name, newest.actor_id, newest.row_name) == (
        "changed",
        "Kari Test",
        user("kari").id,
        "Nytt navn",
    )
    assert timedelta() <= now() - newest.at < timedelta(minutes=5)
    assert len(newest.request_id) == 16


def test_the_page_shows_a_change_as_people_read_it(as_: As) -> None:
    browser, row = as_("kari"), first(Application)
    send(browser, row, licence_ore="100", status="retired", in_use_from="24.12.2020")

    page = html.unescape(browser.get(address(Application, "history/", id=row.id)).text).split('<li class="card">')[1]

    cells = re.findall(r'<th scope="row">(.*?)</th>\s*<td>(.*?)</td>\s*<td>(.*?)</td>', page)
    empty = '<span class="muted">Tomt</span>'
    assert cells == [
        ("Status", "<del>I bruk</del>", "<ins>Avviklet</ins>"),
        ("I bruk fra", empty, "<ins>24.12.2020</ins>"),
        ("Lisens per år", empty, "<ins>kr\u00a0100,00</ins>"),
    ]
    assert ("Kari Test" in page, "Endret" in page) == (True, True)


def test_links_are_logged_as_added_and_removed_by_name(as_: As) -> None:
    browser, row = as_("kari"), first(Application)
    send(browser, row, agreements=[])

    send(browser, row, agreements=[str(first(Agreement).id)])

    added, removed = changes(row)[:2]
    assert removed.fields == [{"field": "agreements", "added": [], "removed": ["Åpen avtale"]}]
    assert added.fields == [{"field": "agreements", "added": ["Åpen avtale"], "removed": []}]


def test_parts_are_logged_with_their_parent(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)
    send(browser, row, **{"retention-0-months": "12"})
    send(browser, row, **{"retention-5-start": "Ny rad"})
    send(browser, row, "retention-1-")

    removed, added, changed = (one.fields for one in changes(row)[:3])

    assert changed == [{"field": "months", "old": 60, "new": 12, "part": "RetentionRow"}]
    assert added == [
        {"field": "disposal", "new": "undecided", "part": "RetentionRow"},
        {"field": "start", "new": "Ny rad", "part": "RetentionRow"},
    ]
    assert removed == [
        {"field": "disposal", "old": "undecided", "part": "RetentionRow"},
        {"field": "start", "old": "Ny rad", "part": "RetentionRow"},
    ]
    page = browser.get(address(ProcessingActivity, "history/", id=row.id)).text
    assert "Slettefrister: Antall måneder" in page


def test_links_of_parts_are_logged_with_their_parent(as_: As) -> None:
    row = first(ProcessingActivity)

    send(as_("kari"), row, **{"subjects-0-personal_data": []})

    (entry,) = changes(row)[0].fields
    assert (entry["field"], entry["part"], entry["added"], len(entry["removed"])) == (
        "personal_data",
        "SubjectRow",
        [],
        2,
    )


def test_a_deletion_keeps_what_was_there(as_: As) -> None:
    row = first(RiskAssessment)

    delete_row(as_("kari"), RiskAssessment, row.id)

    newest = changes(row)[0]
    assert (newest.action, newest.actor_name, newest.row_name) == ("deleted", "Kari Test", "Åpen ROS")
    assert {"field": "name", "old": "Åpen ROS"} in newest.fields
    assert [one["old"] for one in newest.fields if one["field"] == "application"] == ["Åpen skoleprogram"]


def test_shared_registers_have_a_history_too(as_: As) -> None:
    row = first(Supplier)

    send(as_("per"), row, parent_company="Konsernet")

    assert [(one.actor_name, one.fields) for one in changes(row)[:1]] == [
        ("Per Test", [{"field": "parent_company", "old": None, "new": "Konsernet"}])
    ]


def test_giving_a_role_is_logged_for_the_person_it_is_about(as_: As) -> None:
    row_id = create(Membership, as_("lars"))

    with inside("Tinn"):
        row = db.session.get(Membership, row_id)
        log = db.session.scalars(select(PeopleChange).order_by(PeopleChange.id.desc())).first()
        assert (log.row_id, log.user_id, log.actor_name) == (row_id, row.user_id, "Lars Test")


def test_saving_without_changing_anything_logs_nothing(as_: As) -> None:
    browser = as_("kari")
    rows = [first(register) for register in (Application, ProcessingActivity, RiskAssessment, Agreement)]
    before = [len(changes(row)) for row in rows]

    answers = [send(browser, row).status_code for row in rows]

    assert answers == [303] * 4
    assert [len(changes(row)) for row in rows] == before


def test_signing_in_is_no_change_of_the_person_and_passwords_are_never_logged(as_: As) -> None:
    as_("ola")
    row = first(User)
    with inside():
        db.session.get(User, row.id).set_password("et helt nytt passord")
        db.session.commit()

    newest = changes(row)[0]
    text = str([one.fields for one in changes(row)])

    assert newest.fields == [{"field": "password_hash", "new": "•••"}]
    assert ("argon2" in text, "session_key" in text) == (False, False)
    assert (changes(user("ola"))[:-1], user("ola").version) == ([], 1)


def test_nothing_is_logged_when_saving_fails(as_: As) -> None:
    row = first(Application)
    before = len(changes(row))

    answer = send(as_("kari"), row, name="", notes="Forgjeves")

    assert (answer.status_code, len(changes(row))) == (422, before)


@pytest.mark.parametrize("log", [cls for cls in CHANGES.values() if cls], ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("way", ["change", "delete", "update", "remove"])
def test_the_log_cannot_be_rewritten(log: type[Any], way: str, as_: As) -> None:
    send(as_("per"), first(Supplier), parent_company="Konsernet")

    with inside(), pytest.raises((TenantError, RuntimeError, PermissionError)):
        rewrite(log, way)


def rewrite(log: type[Any], way: str) -> None:
    one = db.session.scalars(select(log)).first()
    if way == "change":
        one.actor_name = "En annen"
    elif way == "delete":
        db.session.delete(one)
    else:
        db.session.execute(update(log).values(actor_name="En annen") if way == "update" else delete(log))
    db.session.commit()


def test_long_histories_come_in_pages(as_: As) -> None:
    row = first(Application)
    with inside("Tinn"):
        for number in range(35):
            db.session.get(Application, row.id).notes = f"Endring {number}"
            db.session.commit()
    browser = as_("kari")

    newest = browser.get(address(Application, "history/", id=row.id)).text
    older = browser.get(html.unescape(re.search(r'href="([^"]+before=\d+)"', newest)[1])).text

    assert (newest.count('<li class="card">'), older.count('<li class="card">')) == (30, 6)
    assert ("Opprettet" in newest, "Opprettet" in older) == (False, True)


def test_a_history_begins_where_its_own_row_was_made(as_: As) -> None:
    browser = as_("kari")
    old = create(Application, browser, name=["Den gamle"])
    delete_row(browser, Application, old)
    new = create(Application, browser, name=["Den nye"])

    page = browser.get(address(Application, "history/", id=new)).text

    assert (new > old, "Den nye" in page, "Den gamle" in page) == (True, True, False)
