"""Attacks on the link to an owner: what it opens, how often, for how long, and what it never tells."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlalchemy import select

from models import migrating
from models.changes import confirming
from models.changes.emptying import empty_trash
from models.database import db
from models.declare.clock import now
from models.registers.accessrequests import AccessInquiry
from models.registers.architecture import Application
from models.registers.breaches import Breach
from models.registers.comments import Comment
from models.registers.data import Dataset
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson
from models.registers.processing import ControllerRow, ProcessingActivity
from models.tenancy import confirmations
from models.tenancy.confirmations import Confirmation
from models.tenancy.log import ContentChange
from models.tenancy.people import Membership, MunicipalRole, User
from tests.conftest import inside, municipality, user
from tests.support import asking, attack
from tests.support.asking import LEADER, answered, ask, link_on, logged, opened, prepared, stranger, words
from tests.test_keeping import owner_url
from tests.test_registers import As
from tests.world import SECRETS
from views import guesses


def said_of_all() -> tuple[Any, ...]:
    """What an answer would have left behind."""
    with inside():
        remarks = len(db.session.scalars(select(Comment).where(Comment.author_name != "Verda")).all())
        taken = [one for one in db.session.scalars(select(Confirmation)) if one.answer is not None]
        changes = select(ContentChange).where(ContentChange.actor_name.contains("lenke"))
        return remarks, len(taken), len(db.session.scalars(changes).all())


# -- what a GET does ---------------------------------------------------------------------------------------------------


def test_whatever_opens_the_link_answers_nothing(as_on: As, engine_app: Any) -> None:
    prepared()
    link = link_on(ask(as_on("kari")))
    scanner = stranger(engine_app)

    for _ in range(3):
        page = opened(scanner, link)
    scanner.head(link)
    asked = page.text.partition('action="')[2].partition('"')[0]
    scanner.get(asked, query_string={"answer": "stands", "version": "1"})
    scanner.head(asked)

    assert (said_of_all(), asking.question().state.value) == ((0, 0, 0), "open")
    assert opened(stranger(engine_app), link).status_code == 200


def test_the_key_stays_in_no_address_and_no_cache_keeps_the_page(as_: As, app: Any) -> None:
    prepared()
    link, owner = link_on(ask(as_("kari"))), stranger(app)

    first = owner.get(link)
    page = owner.get(first.location)

    assert (first.status_code, first.location) == (303, f"/confirm/{asking.question().id}/")
    assert [one.headers["Cache-Control"] for one in (first, page)] == ["no-store"] * 2
    assert link.partition("key=")[2] not in page.text


def test_an_answer_needs_the_token_of_the_page_and_one_of_the_three(as_: As, app: Any) -> None:
    prepared()
    owner = stranger(app)
    opened(owner, link_on(ask(as_("kari"))))
    url = f"/confirm/{asking.question().id}/"

    statuses = [owner.post(url, data={"answer": "stands"}, csrf=False).status_code]
    statuses += [owner.post(url, data={"answer": one, "version": "1"}).status_code for one in ("", "x", "STANDS")]

    assert (statuses, said_of_all()) == ([400] * 4, (0, 0, 0))


# -- what the page shows -----------------------------------------------------------------------------------------------


def test_the_page_shows_the_one_row_and_nothing_of_what_stands_around_it(as_on: As, engine_app: Any) -> None:
    prepared(superusers="Superbruker Hege", notes="Notat til eieren")
    with inside("Tinn"):
        row = db.session.scalars(select(Application)).one()
        row.manager = ContactPerson(name="Mona Forvalter", email="mona@test.example", phone="35 11 22 33")
        db.session.add(Application(name="Et annet system", description="Ikke for eieren", owner=row.owner))
        db.session.commit()
    owner = stranger(engine_app)

    page = opened(owner, link_on(ask(as_on("kari"))))

    text = words(page)
    seen = ["Åpen skoleprogram", "Notat til eieren", "Mona Forvalter", "Åpen oppvekst", "Åpen avtale"]
    hidden = [
        "Åpen merknad", "Åpen ROS", "Åpen DPIA", "Åpen hendelse", "Åpen elevadministrasjon", "Åpen elevregister",
        "Et annet system", "Ikke for eieren", "Superbruker", "mona@", "35 11 22 33", LEADER, "ombod@", "/details/",
        "history", "Opprettet", *SECRETS, "Seljord",
    ]  # fmt: skip
    assert [one for one in seen if one not in text] == []
    assert [one for one in hidden if one in text] == []


def test_how_another_authority_is_reached_is_not_told_with_an_activity(as_: As, app: Any) -> None:
    prepared()
    with inside("Tinn"):
        row = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id)).first()
        row.role, row.controllers = "processor", [
            ControllerRow(name="Nabo IKS", contact="post@iks.example", representative="Per Ombud", categories="Lønn")
        ]  # fmt: skip
        db.session.commit()
    owner = stranger(app)

    text = words(opened(owner, link_on(ask(as_("kari"), ProcessingActivity))))

    assert ("Nabo IKS; Lønn" in text, "post@iks.example" in text, "Per Ombud" in text) == (True, False, False)


def test_the_page_of_a_row_that_points_across_the_border_tells_nothing_from_there(as_: As, app: Any) -> None:
    prepared()
    link = link_on(ask(as_("kari")))
    attack.plant_cross_links(app)
    with attack.outside(app) as truth:  # the owner is who was asked, all else is Seljord's
        mine = attack.first_id(app, "contact_person", "Tinn") + 1
        truth.execute(f"update application set owner_id = {mine}")
        truth.execute(f"update contact_person set email = '{LEADER}' where id = {mine}")
        truth.execute(f"update confirmation set person_id = {mine}")

    page = opened(stranger(app), link)

    assert (page.status_code, attack.loot(page)) == (200, [])


# -- whose key ---------------------------------------------------------------------------------------------------------


def test_the_key_of_one_row_answers_for_no_other(as_on: As, engine_app: Any) -> None:
    prepared()
    kari = as_on("kari")
    ask(kari, Dataset)
    other = asking.question().id
    owner = stranger(engine_app)
    page = opened(owner, link_on(ask(kari)))

    answers = [
        owner.get(f"/confirm/{other}/"),
        owner.post(f"/confirm/{other}/", data={"answer": "stands", "version": "1"}),
    ]

    assert [(one.status_code, "elevregister" in one.text) for one in answers] == [(404, False)] * 2
    assert said_of_all() == (0, 0, 0)
    assert answered(owner, page).status_code == 303


def test_two_links_open_in_one_browser_each_answer_for_their_own(as_: As, app: Any) -> None:
    prepared()
    kari, owner = as_("kari"), stranger(app)
    first = opened(owner, link_on(ask(kari)))
    opened(owner, link_on(ask(kari, Dataset)))

    answered(owner, first)

    assert (asking.row_of(Application).confirmed is not None, asking.question().answer) == (True, None)


def test_a_key_reaches_the_municipality_that_made_it_and_no_other(as_on: As, engine_app: Any) -> None:
    prepared()
    prepared(town="Seljord")
    link = link_on(ask(as_on("kari")))
    moved = link.replace(f"key={municipality('Tinn')}-", f"key={municipality('Seljord')}-")

    answer = opened(stranger(engine_app), moved)

    assert (moved != link, answer.status_code, attack.loot(answer)) == (True, 404, [])


@pytest.mark.parametrize("key", ["", "x", "1-", "0-abc", "99999999999999-abc", "\0", "æ-ø", "1-" + "a" * 9000])
def test_an_odd_key_is_as_good_as_none(key: str, app: Any) -> None:
    browser = stranger(app)

    statuses = [browser.get("/confirm/", query_string={"key": key}).status_code]
    statuses += [browser.get(f"/confirm/{number}/").status_code for number in (0, 1, 10**30)]

    assert statuses == [404] * 4


def test_guessing_is_slowed_down_and_keeps_nobody_from_signing_in(as_: As, app: Any) -> None:
    prepared()
    link, browser = link_on(ask(as_("kari"))), stranger(app)

    statuses = [browser.get(f"/confirm/?key=1-{number}").status_code for number in range(guesses.MOST + 1)]

    assert statuses == [404] * guesses.MOST + [429]
    assert (opened(browser, link).status_code, as_("ola").get("/").status_code) == (429, 200)


def test_the_number_of_a_question_opens_nothing_to_who_is_signed_in_and_not_asked(as_: As) -> None:
    prepared()
    ask(as_("kari"))
    url = f"/confirm/{asking.question().id}/"

    for name in ("tone", "lars", "berit", "sol"):
        browser = as_(name)
        answers = [browser.get(url), browser.post(url, data={"answer": "stands", "version": "1"})]
        assert [one.status_code for one in answers] == [404, 404], name
    assert said_of_all() == (0, 0, 0)


# -- when it is over ---------------------------------------------------------------------------------------------------


def change_role(**values: Any) -> None:
    with inside("Tinn"):
        role = db.session.scalars(select(Membership).where(Membership.user_id == user("kari").id)).one()
        for key, value in values.items():
            setattr(role, key, value)
        db.session.commit()


def change_user(**values: Any) -> None:
    with inside():
        for key, value in values.items():
            setattr(db.session.get_one(User, user("kari").id), key, value)
        db.session.commit()


def delete_the_row() -> None:
    with inside("Tinn"):
        row = db.session.scalars(select(Application)).one()
        for one in db.session.scalars(select(Dataset)):
            one.applications = []
        for links in (row.processing_activities, row.services):
            for one in list(links):
                one.applications = []
        for one in [*row.risk_assessments, *db.session.scalars(select(AccessInquiry))]:
            one.application = None
        for breach in db.session.scalars(select(Breach)):
            breach.applications = []
        db.session.flush()
        db.session.delete(row)
        db.session.commit()


def another_owner() -> None:
    with inside("Tinn"):
        row = db.session.scalars(select(Application)).one()
        row.owner = ContactPerson(name="Ny Eier", email="ny@test.example")
        db.session.commit()


def end_tinn() -> None:
    with inside():
        db.session.get_one(Municipality, municipality("Tinn")).ended = date(2020, 1, 1)
        db.session.commit()


ENDS: dict[str, Callable[[], Any]] = {
    "the role has ended": lambda: change_role(valid_to=date(2020, 1, 1)),
    "the role is a smaller one": lambda: change_role(role=MunicipalRole.READER),
    "who asked may not sign in": lambda: change_user(active=False),
    "the row is deleted": delete_the_row,
    "the row has no owner": lambda: asking.row_of(Application, owner=None),
    "the row has another owner": another_owner,
    "the owner has another address": lambda: prepared(email="annen@test.example"),
    "the municipality has ended": end_tinn,
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_what_has_changed_since_it_was_asked_ends_the_link_in_the_same_words(
    end: Any, as_on: As, engine_app: Any
) -> None:
    prepared()
    owner = stranger(engine_app)
    link = link_on(ask(as_on("kari")))
    page = opened(owner, link)
    end()
    before = said_of_all()

    answers = [opened(owner, link), answered(owner, page), opened(stranger(engine_app), link)]

    told = "Det du ble spurt om, er ikke lenger slik det var, så lenken gjelder ikke."
    assert [(one.status_code, told in words(one)) for one in answers] == [(404, True)] * 3
    assert len({words(one) for one in answers}) == 1
    assert said_of_all() == before == (0, 0, 0)
    assert logged()[1:] == [("owner_refused", "Åpen Leiar", logged()[0][2])] * 3


SPOILED: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "withdrawn": (lambda: {"withdrawn_at": now()}, "brukt, trukket tilbake eller for gammel"),
    "too old": (lambda: {"expires_at": now() - timedelta(seconds=1)}, "Lenken er for gammel"),
}


@pytest.mark.parametrize(("spoiled", "told"), SPOILED.values(), ids=SPOILED.keys())
def test_a_link_that_is_withdrawn_or_too_old_opens_nothing(spoiled: Any, told: str, as_: As, app: Any) -> None:
    prepared()
    owner, link = stranger(app), link_on(ask(as_("kari")))
    page = opened(owner, link)
    asking.question(**spoiled())

    answers = [opened(owner, link), answered(owner, page)]

    assert [(one.status_code, told in words(one), "skoleprogram" in one.text) for one in answers] == [
        (404, True, False)
    ] * 2
    assert (said_of_all(), [event for event, _who, _what in logged()]) == (
        (0, 0, 0), ["owner_asked", "owner_refused", "owner_refused"],
    )  # fmt: skip


def test_a_withdrawn_link_and_one_that_never_was_are_told_alike(as_: As, app: Any) -> None:
    prepared()
    link = link_on(ask(as_("kari")))
    asking.question(withdrawn_at=now())

    answers = [opened(stranger(app), one) for one in (link, link[:-3] + "xyz")]

    assert [one.status_code for one in answers] == [404, 404]
    assert len({words(one) for one in answers}) == 1


def test_a_link_lasts_a_fortnight(as_: As) -> None:
    prepared()
    ask(as_("kari"))

    one = asking.question()

    assert timedelta(days=13, hours=23) < one.expires_at - one.made_at <= timedelta(days=14, seconds=1)


def test_a_link_that_is_used_tells_what_was_answered_and_nothing_of_the_row_even_after_it_is_gone(
    as_on: As, engine_app: Any
) -> None:
    prepared()
    owner, link = stranger(engine_app), link_on(ask(as_on("kari")))
    page = opened(owner, link)
    answered(owner, page)
    once = said_of_all()

    answers = [opened(stranger(engine_app), link), answered(owner, page, "change", text="Nei"), answered(owner, page)]

    assert [(one.status_code, "Du svarte «Stemmer»" in words(one)) for one in answers] == [
        (200, True), (409, True), (409, True),
    ]  # fmt: skip
    assert [one for one in answers if "skoleprogram" in one.text or "oppvekst" in one.text] == []
    assert said_of_all() == once == (0, 1, 1)
    end_tinn()
    delete_the_row()
    assert "Du svarte «Stemmer»" in words(opened(stranger(engine_app), link))


def test_two_who_answer_at_once_make_one_answer(as_on: As, engine_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waits, once both have read, for the other."""
    prepared()
    link = link_on(ask(as_on("kari")))
    owners = [stranger(engine_app) for _ in range(2)]
    pages, both, answer = [opened(one, link) for one in owners], Barrier(2), confirming.answer

    def answer_together(*told: Any) -> None:
        with suppress(BrokenBarrierError):
            both.wait(timeout=2)
        answer(*told)

    def answer_by(number: int) -> int:
        return int(answered(owners[number], pages[number], "change", text=f"Svar {number}").status_code)

    monkeypatch.setattr(confirming, "answer", answer_together)
    db.session.remove()
    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(answer_by, range(2)))

    assert statuses[0] == 303
    assert statuses[1] in {303, 409, 503}  # told what was answered; or SQLite could not wait
    assert said_of_all() == (1, 1, 0)


# -- what is left ------------------------------------------------------------------------------------------------------


def test_questions_of_another_municipality_are_neither_seen_nor_withdrawn(as_on: As) -> None:
    prepared(town="Seljord")
    ask(as_on("berit"), town="Seljord")
    number, kari = asking.question().id, as_on("kari")

    page, answer = kari.get("/confirmations/"), kari.post(f"/confirmations/{number}/withdraw/")

    assert (attack.loot(page), LEADER in page.text, answer.status_code) == ([], False, 404)
    assert asking.question().state.value == "open"


def test_a_question_cannot_be_made_to_ask_about_a_row_elsewhere(as_on: As) -> None:
    prepared()
    prepared(town="Seljord")
    kari, theirs = as_on("kari"), asking.first(Application, "Seljord")

    answers = [
        kari.post(f"/confirmations/application/{theirs}/"),
        kari.post("/confirmations/application/", data={"row": [theirs], "back": "/application/"}),
        kari.post(f"/confirmations/risk_assessment/{theirs}/"),
        kari.post("/confirmations/risk_assessment/", data={"row": [1]}),
    ]

    assert [one.status_code for one in answers] == [404, 303, 404, 404]
    with inside():
        assert db.session.scalars(select(Confirmation)).all() == []


def test_questions_are_forgotten_in_time_and_with_the_row(as_on: As, engine_app: Any) -> None:
    prepared()
    kari = as_on("kari")
    ask(kari)
    ask(kari, Dataset)
    delete_the_row()

    db.session.remove()
    with migrating.engine_for(owner_url(engine_app)).begin() as connection:
        empty_trash(connection, now() + timedelta(days=1))
    left = attack.rows(engine_app, "select register from confirmation")
    with migrating.engine_for(owner_url(engine_app)).begin() as connection:
        gone = confirmations.prune(connection, now() + timedelta(days=1))

    assert (left, gone, attack.rows(engine_app, "select * from confirmation")) == ([("dataset",)], 1, [])
