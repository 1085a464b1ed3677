"""What one has said oneself is said otherwise or taken back: a remark until it is settled, advice in the open."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from models.database import db
from models.declare.choices import CommentState
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.comments import MOST_EARLIER, RiskComment
from models.registers.organisation import ContactPerson
from models.registers.risk import RiskAssessment
from tests.conftest import inside
from tests.support.attack import browser as stranger
from tests.support.attack import loot
from tests.test_checks import NEW_NUMBER
from tests.test_comments import page, said, say, settle
from tests.test_following import told
from tests.test_forms import first, reread
from tests.test_history import changes
from tests.test_registers import As, address

DOORS = ("edit", "take-back")


def door(comment: Any, name: str) -> str:
    kind = "risk" if isinstance(comment, RiskComment) else "content"
    return f"/comments/{kind}/{comment.id}/{name}/"


def reword(browser: Any, comment: Any, text: str = "Rettet", **more: str) -> Any:
    return browser.post(door(comment, "edit"), data={"text": text, "stamp": comment.stamp} | more)


def take_back(browser: Any, comment: Any, **more: str) -> Any:
    return browser.post(door(comment, "take-back"), data={"stamp": comment.stamp} | more)


def forms(browser: Any, row: Any) -> list[str]:
    """The ways a page offers to what is said of a row."""
    return re.findall(r'action="(/comments/\w+/\d+/(?:edit|take-back)/)"', page(browser, row))


# -- a remark ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ola", "kari", "tone", "siri"])
@pytest.mark.parametrize("register", [Application, Supplier])
def test_a_remark_is_said_otherwise_by_who_made_it_and_says_so(
    name: str, register: type[Any], as_on: As, engine_app: Any
) -> None:
    row, browser = first(register), as_on(name)
    say(browser, row, "Stemer dette?")
    before, log = reread(row, "version", "updated_at"), len(changes(row))

    answer = reword(browser, said(row)[0], "Stemmer dette?")

    newest = said(row)[0]
    assert (answer.status_code, answer.location) == (303, address(register, "details/", id=row.id) + "#comments")
    assert (newest.text, newest.earlier, newest.edited_at is None) == ("Stemmer dette?", [], False)
    assert (reread(row, "version", "updated_at"), len(changes(row))) == (before, log)
    shown = page(browser, row)
    assert ("· endret " in shown, "Stemer" in shown) == (True, False)


@pytest.mark.parametrize("register", [Application, RiskAssessment])
def test_a_remark_that_is_taken_back_leaves_no_more_than_that_there_was_one(
    register: type[Any], as_on: As, engine_app: Any
) -> None:
    row, tone, chief = first(register), as_on("tone"), first(ContactPerson)
    say(tone, row, f"Skrevet i feil rad, @{chief.name}")

    answer = take_back(tone, said(row)[0])

    newest, shown = said(row)[0], page(as_on("kari"), row)
    assert (answer.status_code, newest.text, newest.mentions) == (303, "", {})
    assert ("Tone Test slettet en kommentar, " in shown, "Skrevet i feil rad" in shown) == (True, False)
    assert [one.status_code for one in (reword(tone, newest), take_back(tone, newest))] == [403, 403]
    assert settle(as_on("kari"), newest, "settled").status_code == 403


def test_what_is_settled_stands_until_it_is_opened_again(as_: As) -> None:
    row, ola = first(Application), as_("ola")
    say(ola, row, "Stemmer dette?")
    settle(as_("kari"), said(row)[0], "settled")
    settled = said(row)[0]

    offered = forms(ola, row)
    answers = [reword(ola, settled), take_back(ola, settled)]
    stands = said(row)[0]
    settle(ola, settled, "open")
    again = take_back(ola, said(row)[0])

    assert (offered, [one.status_code for one in answers], stands.text) == ([], [422, 303], "Stemmer dette?")
    assert "Dette er besvart" in answers[0].text
    assert (again.status_code, said(row)[0].text) == (303, "")


def test_the_same_words_once_more_change_nothing(as_: As) -> None:
    row, ola = first(Application), as_("ola")
    say(ola, row, "Stemmer dette?")

    reword(ola, said(row)[0], " Stemmer dette? ")

    assert said(row)[0].edited_at is None


def test_who_is_named_when_it_is_said_otherwise_is_told_and_of_what_is_gone_nobody(as_: As) -> None:
    row, kari = first(Application), as_("kari")
    with inside("Tinn"):
        person = db.session.get(ContactPerson, first(ContactPerson).id)
        person.email, name = "tone@test.example", person.name
        db.session.commit()
    say(kari, row, "Spør noen")
    before = told(as_("tone"))

    reword(kari, said(row)[0], f"Spør @{name}")
    named = told(as_("tone"))
    linked = said(row)[0].mentions
    take_back(kari, said(row)[0])

    assert (before, named) == ([], [str(row), "Kari Test skrev en kommentar"])
    assert (linked, told(as_("tone"))) == ({name: first(ContactPerson).id}, [])


# -- advice ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", [Application, RiskAssessment, Supplier])
def test_advice_that_is_changed_shows_what_it_said_before(register: type[Any], as_on: As, engine_app: Any) -> None:
    row, siri = first(register), as_on("siri")
    siri.post("/municipality/", data={"municipality": row.municipality_id if register is not Supplier else "1"})
    say(siri, row, "Vurder dette", kind="advice")

    for text in ("Vurder dette på nytt", "Vurder dette før sommeren"):
        reword(siri, said(row)[0], text)

    newest, shown = said(row)[0], page(siri, row)
    assert [one["text"] for one in newest.earlier] == ["Vurder dette", "Vurder dette på nytt"]
    assert newest.earlier[0]["at"] == newest.at.isoformat()
    assert ("Slik sto rådet før" in shown, newest.text) == (True, "Vurder dette før sommeren")


@pytest.mark.parametrize("state", ["open", "followed", "not_followed"])
def test_advice_is_withdrawn_in_the_open_with_what_came_of_it(state: str, as_: As) -> None:
    row, siri = first(RiskAssessment), as_("siri")
    say(siri, row, "Vurder på nytt", kind="advice")
    if state != "open":
        settle(as_("kari"), said(row)[0], state, "Ble vurdert i fjor")
    stood = said(row)[0]

    changed = reword(siri, stood).status_code
    stands = said(row)[0]
    answer = take_back(siri, stands)

    gone, shown = said(row)[0], page(as_("kari"), row)
    assert (changed, stands.text) == ((303, "Rettet") if state == "open" else (422, "Vurder på nytt"))
    assert (answer.status_code, gone.text, str(gone.state), gone.answer, gone.settled_by) == (
        303, stands.text, state, stood.answer, stood.settled_by,
    )  # fmt: skip
    assert ("Trukket tilbake" in shown, "Siri Test trakk rådet tilbake, " in shown) == (True, True)
    assert settle(as_("kari"), gone, "followed").status_code == 403


def test_advice_is_the_officers_own_as_long_as_somebody_is_the_officer(as_: As, app: Any) -> None:
    row = first(RiskAssessment)
    say(as_("siri"), row, "Vurder på nytt", kind="advice")
    advice = said(row)[0]
    with inside("Tinn"):
        db.session.get(RiskComment, advice.id).author_id = None
        db.session.commit()

    assert [reword(as_(name), advice).status_code for name in ("siri", "kari", "lars")] == [403] * 3


def test_advice_that_is_changed_again_and_again_is_better_written_anew(as_: As) -> None:
    row, siri = first(RiskAssessment), as_("siri")
    say(siri, row, "Råd", kind="advice")
    for number in range(MOST_EARLIER):
        reword(siri, said(row)[0], f"Råd {number}")

    answer = reword(siri, said(row)[0], "En gang til")

    assert (answer.status_code, "endret så mange ganger" in answer.text) == (422, True)
    assert (said(row)[0].text, len(said(row)[0].earlier)) == (f"Råd {MOST_EARLIER - 1}", MOST_EARLIER)


# -- attacks and mishaps -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kari", "lars", "tone", "siri", "per"])
def test_what_another_has_said_is_nobodys_to_change(name: str, as_on: As, engine_app: Any) -> None:
    row = first(Application)
    say(as_on("ola"), row)
    comment, browser = said(row)[0], as_on(name)
    browser.post("/municipality/", data={"municipality": row.municipality_id})

    answers = [reword(browser, comment).status_code, take_back(browser, comment).status_code]

    assert (answers, forms(browser, row)) == ([403, 403], [])
    assert (said(row)[0].text, said(row)[0].gone_at) == ("Stemmer dette?", None)


@pytest.mark.parametrize("who", ["kari", "ola", "lars", "tone", "siri", "sol", "frida"])
@pytest.mark.parametrize("register", [Application, RiskAssessment])
def test_what_is_said_in_another_municipality_is_not_there(who: str, register: type[Any], engine_app: Any) -> None:
    theirs = said(first(register, "Seljord"), "Seljord")[0]
    visitor = stranger(engine_app, who)

    answers = [reword(visitor, theirs), take_back(visitor, theirs)]

    assert ([one.status_code for one in answers], [loot(one) for one in answers]) == ([404, 404], [[], []])
    assert said(first(register, "Seljord"), "Seljord")[0].stamp == theirs.stamp


@pytest.mark.parametrize("name", DOORS)
def test_a_post_without_the_token_and_addresses_of_nothing_are_refused(name: str, as_: As) -> None:
    row, ola = first(Application), as_("ola")
    say(ola, row)
    comment = said(row)[0]

    forged = ola.post(door(comment, name), data={"text": "x", "stamp": comment.stamp}, csrf=False).status_code
    nowhere = [
        ola.post(f"/comments/{one}/{name}/", data={"text": "x"}).status_code
        for one in ("content/0", "content/99999999999", "money/1", "risk/1")
    ]

    assert (forged, nowhere, ola.get(door(comment, name)).status_code) == (400, [404] * 4, 405)
    assert said(row)[0].text == "Stemmer dette?"


@pytest.mark.parametrize("stamp", [None, "", "open|||", "x" * 5000])
def test_who_saw_something_else_is_told_and_loses_nothing(stamp: str | None, as_on: As, engine_app: Any) -> None:
    row, ola = first(Application), as_on("ola")
    say(ola, row)
    seen = said(row)[0]
    reword(ola, seen, "I en annen fane")
    more = {} if stamp is None else {"stamp": stamp}

    late = ola.post(door(seen, "edit"), data={"text": "Skrevet lenge", **more})
    back = ola.post(door(seen, "take-back"), data=more)
    again = html.unescape(re.search(r'name="stamp" value="([^"]*)"', late.text)[1])  # type: ignore[index]

    assert (late.status_code, "Skrevet lenge" in late.text, back.status_code) == (422, True, 303)
    assert "er endret eller besvart etter at du åpnet siden" in ola.get(back.location).text
    assert said(row)[0].text == "I en annen fane"
    assert reword(ola, seen, "Skrevet lenge", stamp=again).status_code == 303
    assert said(row)[0].text == "Skrevet lenge"


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001, NEW_NUMBER])
def test_what_no_comment_may_be_it_does_not_become(text: str, as_: As) -> None:
    row, ola = first(Application), as_("ola")
    say(ola, row)

    answer = reword(ola, said(row)[0], text)

    assert answer.status_code == (422 if text.strip() else 303)
    assert (said(row)[0].text, said(row)[0].state) == ("Stemmer dette?", CommentState.OPEN)
