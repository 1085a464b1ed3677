"""A municipality asks to join, as anybody may: what is kept, what is refused, and what is told to nobody."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from models.changes import acceding
from models.database import db
from models.declare.acceding import PaperKind
from models.declare.clock import now
from models.registers.accessions import KEPT, Accession, prune
from tests.conftest import sign_in
from tests.support import attack
from tests.support.acceding import CONTACT, ask, day, do, found, papers, walk
from tests.test_acceding import error
from tests.test_checks import NEW_NUMBER
from tests.test_keeping import owner_url
from tests.test_registers import As
from views.pages import asking


def number() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count(Accession.id))))


def test_a_stranger_asks_and_is_told_what_happens_next(engine_app: Any) -> None:
    answer = ask(engine_app)

    one = found()
    assert (answer.status_code, answer.location) == (303, "/quote/asked/")
    assert (one.name, one.code, one.contact_name, one.contact_email, one.wished_from, one.place_id) == (
        "Larvik", "3909", CONTACT["name"], CONTACT["email"], date.fromisoformat(day(40)), None,
    )  # fmt: skip
    page = attack.visitor(engine_app).get("/quote/asked/")
    assert (page.status_code, "Dette skjer nå" in page.get_data(as_text=True)) == (200, True)


def test_the_price_of_who_is_no_member_leads_to_the_form_and_carries_what_was_chosen(app: Any) -> None:
    browser = attack.visitor(app)
    page = browser.get(f"/quote/?municipality=Larvik&from={day(40)}").get_data(as_text=True)
    address = html.unescape(re.search(r'href="(/quote/ask/[^"]+)"', page)[1])  # type: ignore[index]

    form = browser.get(address).get_data(as_text=True)

    assert ("<option selected>Larvik" in form, f'name="from" required min="{day()}" value="{day(40)}"' in form) == (
        True, True,
    )  # fmt: skip
    members = [
        browser.get(f"/quote/?{asked}").get_data(as_text=True) for asked in ("municipality=Tinn", "inhabitants=9")
    ]
    assert ["/quote/ask/" in one for one in members] == [False, False]


def test_one_question_is_open_and_the_next_is_told_so_without_who_asked(app: Any) -> None:
    ask(app)

    again = ask(app, email="another@larvik.example", name="En Annen")

    said = again.get_data(as_text=True)
    assert (again.status_code, error(again), number()) == (422, acceding.ASKED_ALREADY % {"name": "Larvik"}, 1)
    assert [one for one in (CONTACT["name"], CONTACT["email"], CONTACT["note"]) if one in error(again)] == []
    assert CONTACT["email"] not in said


BAD = {
    "municipality": ["", "Ingenby", "Tinn", "Sauherad", "x" * 5000],
    "name": ["", "   ", "N" * 201, f"Per {NEW_NUMBER}"],
    "email": ["", "ingen adresse", "a@b", f"{'x' * 200}@y.example"],
    "from_": ["", "i morgen", day(-1), "2199-01-01", "0000-00-00"],
    "role": ["R" * 201], "note": ["N" * 1001],
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_right_is_a_sentence_and_nothing_is_kept(name: str, app: Any) -> None:
    answers = []
    for value in BAD[name]:
        given = {"municipality": "Larvik", name: value}
        answers.append(ask(app, given.pop("municipality"), **given))

    assert [(one.status_code, bool(error(one))) for one in answers] == [(422, True)] * len(answers)
    assert number() == 0


def test_what_is_written_is_shown_as_text_and_never_as_markup(app: Any, as_: As) -> None:
    wicked = '=HYPERLINK("http://evil.example")<script>alert(1)</script>'
    assert ask(app, name=wicked, role=wicked, note=wicked).status_code == 303
    per = as_("per")

    pages = [per.get(f"/accessions/{found().id}/"), per.get("/accessions/")]

    assert ["<script>alert" in one.get_data(as_text=True) for one in pages] == [False, False]
    assert html.escape(wicked, quote=False) in pages[0].get_data(as_text=True).replace("&#34;", '"')
    walk(per, "papers")
    for kind in ("pdf", "docx"):
        assert per.get(f"/accessions/papers/1/{kind}/").status_code == 200


def test_a_flood_from_one_place_is_stopped_and_bound_by_how_many_municipalities_there_are(app: Any) -> None:
    browser = attack.visitor(app)

    answers = [ask(app, browser=browser).status_code for _ in range(asking.MOST + 2)]

    assert answers == [303, *[422] * (asking.MOST - 1), 429, 429]
    late = ask(app, "Horten")
    assert (late.status_code, 0 < int(late.headers["Retry-After"]) <= 15 * 60, number()) == (429, True, 1)


def test_a_question_needs_the_token_of_its_form(app: Any) -> None:
    answer = attack.visitor(app).post("/quote/ask/", data={"municipality": "Larvik", **CONTACT}, csrf=False)

    assert (answer.status_code, number()) == (400, 0)


def test_who_asked_is_forgotten_a_year_after_nothing_came_of_it(engine_app: Any) -> None:
    per = sign_in(engine_app, "per")
    for name in ("Larvik", "Horten", "Bodø"):
        ask(engine_app, name)
    for name in ("Larvik", "Horten"):
        assert do(per, "withdraw", name, reason="Ikke nå").status_code == 303
    walk(per, "quote", "Bodø")
    db.session.rollback()

    with attack.outside(engine_app) as cursor:
        cursor.execute("UPDATE accession SET changed_at = '2020-01-01 00:00:00.000000' WHERE name <> 'Horten'")
    with create_engine(owner_url(engine_app), poolclass=NullPool).begin() as connection:
        forgotten = prune(connection, now() - KEPT)

    known = {name: found(name).contact_email for name in ("Larvik", "Horten", "Bodø")}
    assert (forgotten, known) == (1, {"Larvik": "", "Horten": CONTACT["email"], "Bodø": CONTACT["email"]})
    assert CONTACT["name"] not in str(papers(PaperKind.QUOTE, "Bodø")[0].document)


def test_who_is_signed_in_may_ask_as_well(app: Any, as_: As) -> None:
    assert ask(app, browser=as_("kari")).status_code == 303
    assert number() == 1
