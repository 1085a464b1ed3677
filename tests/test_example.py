"""The example everybody may look at: finished, changed by nobody, and in no figure, list or report of anybody else."""

from __future__ import annotations

import html
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

import models
from models.database import db
from models.declare.base import Base
from models.declare.clock import today
from models.declare.fields import is_owned
from models.queries.quality import gaps, missing
from models.queries.rules import INFO, broken_rules
from models.registers.architecture import Application
from models.registers.municipality import Municipality, all_ids, example_id
from models.registers.processing import ProcessingActivity
from models.seed import example, facts
from models.tenancy import scope
from models.tenancy.scope import TenantError
from tests.conftest import municipality
from tests.support.client import LintingClient
from tests.test_registers import As
from tests.test_structure import rules

EVERYBODY = ("kari", "ola", "tone", "lars", "berit", "siri", "sol", "per", "frida")
# What of the example is written down when somebody takes a file out of it: the access log, as everywhere.
LOGS = {"access_entry"}
# Pages that tell of the machine, or of what one has just done.
TELLING = ("static", "health", "session.", "access_entry.", "project_access_entry.")


def made() -> int:
    """The example, made."""
    example.load(db.session, db.engine.url.render_as_string(hide_password=False))
    found = example_id(db.session)
    db.session.rollback()
    assert found
    return found


@contextmanager
def looking(place: int) -> Iterator[None]:
    db.session.rollback()
    with scope.use(replace(scope.of([place], active=place), example=True)):
        yield
    db.session.rollback()


def looks(browser: LintingClient) -> LintingClient:
    """Somebody who has gone to look at it."""
    answer = browser.post("/municipality/", data={"municipality": "example"})
    assert answer.status_code == 303
    browser.get("/")  # what is posted next belongs there
    return browser


def everything(place: int) -> dict[str, list[Any]]:
    """All rows of all owned tables of a municipality, straight from the database."""
    tables = [one for one in Base.metadata.sorted_tables if "municipality_id" in one.c and one.name not in LOGS]
    connection = sqlite3.connect(str(db.engine.url.database))
    try:
        return {
            one.name: connection.execute(f"select * from {one.name} where municipality_id = {place}").fetchall()
            for one in tables
        }
    finally:
        connection.close()


# -- what it is --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_it_is_finished_nothing_lacks_and_no_rule_is_broken() -> None:
    with looking(made()):
        rows = {one: list(db.session.scalars(select(one))) for one in models.REGISTERS if is_owned(one)}
        lacks = [(str(row), [one.key for one in (*gaps(row), *missing(row))]) for some in rows.values() for row in some]
        broken = [
            (str(row), rule.code)
            for some in rows.values()
            for row in some
            for rule in broken_rules(row, today())
            if rule.severity != INFO
        ]
        statuses = {str(row.status) for row in rows[ProcessingActivity]}

    assert [one for one in lacks if one[1]] == []
    assert broken == []
    assert len(rows[Application]) >= 40
    assert len(rows[ProcessingActivity]) >= 25
    assert statuses == {"approved"}


def test_it_names_no_real_municipality_and_nobody_of_the_demo() -> None:
    told = (facts.FACTS / example.CONTENT).read_text(encoding="utf-8")
    real = {row["name"] for row in facts.read_csv("municipalities.csv")} | {"Rjukan"}

    assert {name for name in real if re.search(rf"\b{re.escape(name)}\b", told)} == set()
    assert "tinn" not in told.lower()


@pytest.mark.usefixtures("app")
def test_it_is_made_once_and_anew_when_what_it_is_made_of_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    url = db.engine.url.render_as_string(hide_password=False)
    first = [example.load(db.session, url), example.load(db.session, url)]
    before = example_id(db.session)
    db.session.rollback()
    monkeypatch.setattr(example, "fingerprint", lambda: "something else")

    again = [example.load(db.session, url), example.load(db.session, url)]

    assert (first, again) == ([True, False], [True, False])
    assert example_id(db.session) not in {before, None}
    db.session.rollback()
    assert before
    assert {name: rows for name, rows in everything(before).items() if rows} == {}


@pytest.mark.usefixtures("app")
def test_one_that_was_broken_off_half_made_is_made_whole_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    url = db.engine.url.render_as_string(hide_password=False)
    with monkeypatch.context() as patched:
        patched.setattr(example.House, "furnish", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            example.load(db.session, url)
        db.session.rollback()

    assert [example.load(db.session, url), example.load(db.session, url)] == [True, False]
    place = example_id(db.session)
    db.session.rollback()
    assert place
    assert len(everything(place)["application"]) == 51


# -- the walls ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_it_is_in_no_statement_but_those_of_who_looks_at_it_and_they_see_no_other() -> None:
    before = all_ids(db.session)
    db.session.rollback()
    place = made()

    assert all_ids(db.session) == before
    with scope.use(scope.of([*before, place])):
        assert db.session.scalar(select(func.count()).select_from(Municipality)) == len(before)
        assert db.session.get(Municipality, place) is None
    db.session.rollback()
    with looking(place):
        assert list(db.session.scalars(select(Municipality.id))) == [place]
        assert db.session.scalar(select(func.count()).select_from(Application)) >= 40


def cleaned(page: str) -> str:
    """A page without what differs from time to time, and without the way to the example."""
    page = re.sub(r'<option value="example">[^<]*</option>', "", page)
    page = re.sub(
        r'<form method="post" action="/municipality/">(?:(?!</form>).)*value="example".*?</form>',
        "",
        page,
        flags=re.DOTALL,
    )
    page = re.sub(
        r'name="csrf_token"[^>]*|nonce="[^"]*"|data-ends="[^"]*"|\b[0-9a-f]{32}\b|\d\d\.\d\d\.\d{4} kl\. \d\d\.\d\d',
        "",
        page,
    )
    page = re.sub(r'<div class="actions">\s*</div>', "", page)
    return re.sub(r"\s+", " ", page)


def seen_by(browser: LintingClient, addresses: list[str]) -> dict[str, tuple[int, str]]:
    found = {}
    for address in addresses:
        with browser.get(address, lint=False) as answer:
            is_page = answer.mimetype == "text/html"
            found[address] = (answer.status_code, cleaned(answer.text) if is_page else "")
    return found


@pytest.mark.parametrize("who", ["lars", "per"])  # who reach most, at home and everywhere
def test_that_it_is_there_changes_no_page_of_anybody(who: str, app: Any, as_: As) -> None:
    addresses = [url for endpoint, url in rules(app, "GET") if not endpoint.startswith(TELLING)]
    browser = as_(who)
    seen_by(browser, addresses)  # what one has visited lately is among what pages tell
    before = seen_by(browser, addresses)
    made()

    after = seen_by(browser, addresses)

    assert {url for url in addresses if before[url] != after[url]} == set()


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_sees_it_whole_and_meanwhile_nothing_else(who: str, as_: As) -> None:
    made()
    browser = looks(as_(who))

    pages = {
        path: html.unescape(browser.get(path).text)
        for path in ("/", "/processing-activity/", "/application/", "/municipality/", "/reports/behandlingsprotokoll/")
    }

    assert [path for path, page in pages.items() if "Dette er et eksempel. Ingenting kan endres her." not in page] == []
    assert [
        path for path, page in pages.items() if re.search("Åpen (oppvekst|elev|skole|avtale|ROS)|Hemmeleg", page)
    ] == []
    assert "Barnehageopptak" in pages["/processing-activity/"]


def test_it_is_seen_on_both_engines_and_nothing_is_written_there(as_on: As) -> None:
    place = made()
    kari = looks(as_on("kari"))

    page = html.unescape(kari.get("/processing-activity/").text)
    answer = kari.post("/application/new/", data={"name": "Ny"}, lint=False)

    assert "Barnehageopptak" in page
    assert answer.status_code == 403
    with looking(place):
        assert db.session.scalar(select(func.count()).select_from(Application).where(Application.name == "Ny")) == 0


@pytest.mark.parametrize("who", EVERYBODY)
def test_one_comes_back_to_where_one_was(who: str, as_: As) -> None:
    made()
    browser = as_(who)
    before = browser.get("/").text
    page = looks(browser).get("/").text
    way = re.search(r'<button class="button secondary small" name="municipality" value="(\d*)">(.*?)</button>', page)
    assert way

    browser.post("/municipality/", data={"municipality": way[1]})

    assert cleaned(browser.get("/").text) == cleaned(before)


def test_where_there_is_no_example_nobody_is_led_to_one(as_: As) -> None:
    kari = as_("kari")

    assert kari.post("/municipality/", data={"municipality": "example"}).status_code == 404
    assert ['value="example"' in kari.get(path).text for path in ("/first-steps/", "/introduction/7/")] == [
        False,
        False,
    ]


def test_the_example_is_chosen_only_by_its_name_never_by_its_number(as_: As) -> None:
    place = made()

    for who in EVERYBODY:
        assert as_(who).post("/municipality/", data={"municipality": str(place)}).status_code == 404


# -- attacks -----------------------------------------------------------------------------------------------------------


def forms_of(browser: LintingClient, place: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every door that takes something, with what it would take."""
    with looking(place):
        row = db.session.scalars(select(Application)).first()
        activity = db.session.scalars(select(ProcessingActivity)).first()
        assert row
        assert activity
        ids = {"application": (row.id, row.version), "processing-activity": (activity.id, activity.version)}
    for register, (row_id, version) in ids.items():
        values = {"name": "Endret", "version": version, "id": row_id, "row": row_id, "field": "name", "url": "/"}
        for door in ("edit", "delete", "quick", "merge", "copy", "bulk", "approve", "follow", "ask"):
            yield f"/{register}/{door}/?id={row_id}", values
        yield f"/{register}/new/", {"name": "Ny"}
        kind = register.replace("-", "_")
        for door in ("file", "link"):
            yield f"/attachments/{kind}/{row_id}/{door}/", {"url": "https://x.example", "name": "x"}
        yield f"/comments/{kind}/{row_id}/", {"text": "Hei"}


@pytest.mark.parametrize("who", ["lars", "per", "siri"])
def test_nothing_of_it_is_changed_by_any_door(who: str, app: Any, as_: As) -> None:
    place = made()
    browser = looks(as_(who))
    before = everything(place)
    doors = [
        (url, {"name": "Endret", "id": 1, "text": "Hei"}) for end, url in rules(app, "POST") if "session" not in end
    ]

    answers = {}
    for url, values in [*doors, *forms_of(browser, place)]:
        answer = browser.post(url, data={"opened_in": str(place), **values}, lint=False)
        answers[url] = answer.status_code
        looks(browser)

    assert everything(place) == before
    assert {url for url, status in answers.items() if status not in {400, 403, 404, 405}} == {"/introduction/seen/"}


@pytest.mark.parametrize("who", ["kari", "lars", "per"])
def test_no_form_is_offered_in_it(who: str, as_: As) -> None:
    place = made()
    browser = looks(as_(who))
    with looking(place):
        row_id = db.session.scalars(select(Application.id)).first()

    answers = [
        browser.get(path).status_code
        for path in (
            "/application/new/",
            f"/application/edit/?id={row_id}",
            f"/application/delete/?id={row_id}",
            "/imports/from/application/",
            "/invitations/",
        )
    ]
    page = browser.get(f"/application/details/?id={row_id}").text

    assert answers == [403] * 5
    assert "/application/edit/" not in page
    assert "/comments/" not in page


@pytest.mark.usefixtures("app")
def test_the_session_refuses_a_write_by_who_looks_at_it(app: Any) -> None:
    from models.tenancy.roles import Actor, looking_at, scope_for

    place = made()
    actor = Actor(1, "Kari", looking_at(place), frozenset([place]))
    with scope.use(scope_for(actor, [place], place, example=True)):
        row = db.session.scalars(select(Application)).first()
        assert row
        row.name = "Endret"
        with pytest.raises(TenantError):
            db.session.flush()
        db.session.rollback()


def test_a_form_opened_at_home_is_saved_at_home_also_when_one_has_gone_to_look(as_: As) -> None:
    place = made()
    kari, home = as_("kari"), municipality("Tinn")
    before = everything(place)
    looks(kari)

    answer = kari.post("/application/new/", data={"opened_in": str(home), "name": "Hjemme"})

    assert answer.status_code in {200, 302, 303, 422}
    assert everything(place) == before


def test_nobody_who_has_no_role_comes_in_to_look(app: Any) -> None:
    made()

    app.test_client_class = LintingClient
    assert app.test_client().post("/municipality/", data={"municipality": "example"}).status_code == 401


def test_its_content_is_json_that_refers_to_nothing_but_facts() -> None:
    told: dict[str, Any] = json.loads((facts.FACTS / example.CONTENT).read_text(encoding="utf-8"))
    suppliers = {row["name"] for row in facts.read_csv("suppliers.csv")}

    assert {one["supplier"] for one in told["agreements"]} - suppliers == set()
