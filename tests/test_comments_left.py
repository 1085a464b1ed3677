"""What was said by who has left: whoever keeps people in the municipality may delete it, and it is told who did."""

from __future__ import annotations

import html
from datetime import date
from typing import Any

import pytest

from models.database import db
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.comments import comment_class
from models.registers.risk import RiskAssessment
from models.tenancy import scope
from models.tenancy.people import Membership, User
from tests.conftest import inside, municipality, user
from tests.support.attack import browser as stranger
from tests.support.attack import loot
from tests.test_comments import page, said, settle
from tests.test_comments_amended import door
from tests.test_forms import first, reread
from tests.test_history import changes
from tests.test_registers import As
from tests.test_undoing import way_back

WORDS = "Ring meg på 900 00 000"


def write(who: str, register: type[Any] = Application, **more: Any) -> tuple[Any, Any]:
    """A row, and what was said of it by somebody of the tests, past the screens."""
    row = first(register)
    with inside("Tinn"):
        kept: Any = comment_class(register)
        place, author = municipality("Tinn"), user(who)
        about = {"register": register.__tablename__, "row_id": row.id, "municipality_id": place, "text": WORDS}
        db.session.add(kept(**about, author_id=author.id, author_name=author.name, **more))
        db.session.commit()
    return row, said(row)[0]


def loses_the_account(name: str) -> None:
    with scope.use(scope.Scope(everyone=True, user_name="Orden")):
        found = db.session.get(User, user(name).id)
        assert found is not None
        found.active = False
        db.session.commit()


def loses_the_role(name: str) -> None:
    with inside("Tinn"):
        for one in db.session.query(Membership).filter_by(user_id=user(name).id):
            one.valid_from, one.valid_to = None, date(2026, 1, 1)
        db.session.commit()


def remove(browser: Any, comment: Any, **more: str) -> Any:
    return browser.post(door(comment, "remove"), data={"stamp": comment.stamp} | more)


@pytest.mark.parametrize("leaves", [loses_the_account, loses_the_role])
@pytest.mark.parametrize("register", [Application, RiskAssessment])
def test_who_keeps_people_deletes_it_and_both_the_page_and_the_history_say_so(
    register: type[Any], leaves: Any, as_on: As, engine_app: Any
) -> None:
    row, comment = write("kari", register)
    version = reread(row, "version")
    leaves("kari")
    lars = as_on("lars")

    offered = door(comment, "remove") in page(lars, row)
    answer = remove(lars, comment)

    gone, newest, shown = said(row)[0], changes(row)[0], page(as_on("tone"), row)
    assert (offered, answer.status_code, gone.text, gone.removed_by) == (True, 303, "", "Lars Test")
    assert (newest.action, newest.actor_name, newest.fields) == (
        "unremarked", "Lars Test", [{"field": "comments", "old": 1}],
    )  # fmt: skip
    assert ("Lars Test slettet en kommentar fra Kari Test, " in shown, WORDS in shown) == (True, False)
    assert reread(row, "version") == version
    assert remove(lars, gone).status_code == 403


def test_what_was_said_of_a_shared_row_goes_without_a_word_to_other_municipalities(as_on: As, engine_app: Any) -> None:
    row, comment = write("kari", Supplier)
    loses_the_account("kari")
    before = len(changes(row))

    answer = remove(as_on("lars"), comment)

    assert (answer.status_code, said(row)[0].text, len(changes(row))) == (303, "", before)


def test_what_is_settled_may_be_deleted_too(as_: As) -> None:
    row, comment = write("kari")
    settle(as_("lars"), comment, "settled")
    loses_the_account("kari")

    answer = remove(as_("lars"), said(row)[0])

    assert (answer.status_code, said(row)[0].text, said(row)[0].removed_by) == (303, "", "Lars Test")


def test_an_account_that_is_gone_for_good_has_left(as_: As) -> None:
    row, _comment = write("kari")
    with inside("Tinn"):
        said_of: Any = comment_class(Application)
        for number in (None, 2**31 - 1):
            for one in db.session.query(said_of).filter_by(row_id=row.id):
                one.author_id = number
            db.session.commit()
            assert door(said(row)[0], "remove") in page(as_("lars"), row)


@pytest.mark.parametrize("author", ["kari", "siri", "per", "sol"])
def test_what_is_said_by_who_is_still_here_or_in_the_project_is_nobody_elses_to_delete(
    author: str, as_on: As, engine_app: Any
) -> None:
    row, comment = write(author)

    answers = [remove(as_on(name), comment).status_code for name in ("lars", "ola", "kari", "tone", "siri")]

    assert answers == [403] * 5
    assert door(comment, "remove") not in page(as_on("lars"), row)
    assert said(row)[0].text == WORDS


def test_a_role_in_another_municipality_is_no_role_here(as_on: As, engine_app: Any) -> None:
    row, comment = write("berit")

    answer = remove(as_on("lars"), comment)

    assert (answer.status_code, said(row)[0].text) == (303, "")


@pytest.mark.parametrize("name", ["kari", "ola", "tone", "siri", "per", "sol", "frida"])
def test_who_does_not_keep_people_there_deletes_nothing(name: str, as_on: As, engine_app: Any) -> None:
    row, comment = write("berit")
    browser = as_on(name)
    browser.post("/municipality/", data={"municipality": row.municipality_id})

    answer = remove(browser, comment)

    assert answer.status_code in (403, 404)
    assert said(row)[0].text == WORDS
    assert door(comment, "remove") not in browser.get(f"/application/details/?id={row.id}").text


def test_advice_is_evidence_and_stays_when_the_officer_has_left(as_on: As, engine_app: Any) -> None:
    row, comment = write("siri", kind="advice")
    loses_the_account("siri")
    lars = as_on("lars")

    answer = remove(lars, comment)

    assert (answer.status_code, door(comment, "remove") in page(lars, row), said(row)[0].text) == (403, False, WORDS)


@pytest.mark.parametrize("register", [Application, RiskAssessment])
def test_what_is_said_in_another_municipality_is_not_there(register: type[Any], engine_app: Any) -> None:
    theirs = said(first(register, "Seljord"), "Seljord")[0]
    with inside("Seljord"):
        db.session.get(type(theirs), theirs.id).author_id = None
        db.session.commit()

    answer = remove(stranger(engine_app, "lars"), theirs)

    assert (answer.status_code, loot(answer)) == (404, [])
    assert said(first(register, "Seljord"), "Seljord")[0].text == theirs.text


def test_without_the_token_or_of_nothing_or_late_nothing_is_deleted(as_: As) -> None:
    row, comment = write("berit")
    lars = as_("lars")

    forged = lars.post(door(comment, "remove"), data={"stamp": comment.stamp}, csrf=False).status_code
    nowhere = [
        lars.post(f"/comments/{one}/remove/", data={}).status_code
        for one in ("content/0", "content/99999999999", "money/1")
    ]
    late = lars.get(remove(lars, comment, stamp="settled|||").location).text

    assert (forged, nowhere, lars.get(door(comment, "remove")).status_code) == (400, [404] * 3, 405)
    assert "er endret eller besvart etter at du åpnet siden" in late
    assert (said(row)[0].text, changes(row)[0].action == "unremarked") == (WORDS, False)


def test_it_is_not_taken_back(as_: As) -> None:
    row, comment = write("berit")
    lars = as_("lars")
    remove(lars, comment)

    shown = html.unescape(lars.get(way_back(row)).text)

    assert f"Kommentaren på «{row}» er slettet for godt" in shown


def test_the_page_asks_once_whoever_has_spoken(as_: As, statements: list[str]) -> None:
    lars, counts = as_("lars"), []
    row = first(Application)
    for author in ("kari", "kari", "ola", "siri", "berit"):
        write(author)
        lars.get(f"/application/details/?id={row.id}")
        statements.clear()
        lars.get(f"/application/details/?id={row.id}")
        counts.append(len(statements))

    assert len(set(counts)) == 1
