"""The start page: what is to be done first, for each role what concerns it, and one word for each grade."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

from sqlalchemy import select

from models.database import db
from models.queries import rules
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity
from models.tenancy.people import User
from tests.conftest import inside
from tests.test_registers import As, address

ALL_WELL = "Alt er i orden"


def start(browser: Any) -> str:
    return html.unescape(browser.get("/").text.partition("<main")[2])


def todo(page: str) -> dict[str, tuple[str, int]]:
    """Each line of what is to be done: its word, and how many."""
    lines = re.findall(r'<li><span class="chip[^>]*>([^<]*)</span> <a [^>]*>([^<]*)</a>.*?task-count">(\d+)<', page)
    return {text: (word, int(number)) for word, text, number in lines}


def test_what_is_to_be_done_comes_before_how_much_there_is(as_: As) -> None:
    page = start(as_("kari"))

    assert (
        0 < page.index("Dette bør gjøres nå") < page.index('class="figures"') < page.index("Avtaler som snart går ut")
    )
    assert todo(page)["Behandlinger som er utkast"] == ("Til orientering", 2)


def test_every_line_leads_to_the_list_of_what_it_counts(as_: As) -> None:
    kari = as_("kari")
    page = start(kari)
    links = re.findall(r'</span> <a href="([^"]*)"[^>]*>([^<]*)</a> <span class="task-count">(\d+)', page)

    assert len(links) == len(todo(page)) > 0
    for link, _text, number in links:
        assert f"{number} treff" in kari.get(link).text


def test_who_reads_no_register_is_not_told_that_all_is_well(as_: As) -> None:
    pages = {name: start(as_(name)) for name in ("sol", "frida")}

    assert [ALL_WELL in page for page in pages.values()] == [False, False]
    assert ["Avtaler som snart" in page for page in pages.values()] == [False, False]
    assert ["/reports/fakturagrunnlag/" in page for page in pages.values()] == [False, True]


def test_support_sees_who_cannot_get_anywhere(as_: As) -> None:
    sol = as_("sol")
    with inside():
        db.session.add(User(name="Uten Rolle", email="uten@test.example"))
        db.session.commit()

    told = todo(start(sol))

    assert told["Brukere uten tilgang"] == ("Må rettes", 1)
    assert "Uten Rolle" in sol.get(address(User, lacks="grant")).text
    assert "Brukere uten tilgang" not in start(as_("kari"))


def test_how_far_the_activities_have_come_is_told_in_one_sentence(as_: As) -> None:
    with inside("Tinn"):
        total = len(db.session.scalars(select(ProcessingActivity)).all())

    assert f"0 av {total} behandlinger er godkjent" in start(as_("kari"))


def test_one_word_stands_for_one_grade_on_every_page(as_: As) -> None:
    kari = as_("kari")
    with inside("Tinn"):
        row = db.session.scalars(select(ProcessingActivity.id).order_by(ProcessingActivity.id.desc())).first()
    details = kari.get(address(ProcessingActivity, "details/", id=row)).text

    words = set(rules.WORDS.values())
    assert {word for word, _ in todo(start(kari)).values()} <= words
    section = details.partition('class="problems"')[2].partition("</ul>")[0]
    assert set(re.findall(r'class="chip[^>]*>([^<]*)<', section)) <= words
    assert section


def test_a_municipality_that_has_ended_is_told_of_while_it_has_something(as_: As) -> None:
    names = ("Tinn", "Bamble")
    with inside():
        for name in names:
            row = db.session.scalars(select(Municipality).where(Municipality.name == name)).one()
            row.ended = date(2020, 1, 1)
        db.session.commit()

    told = re.findall(r'<tr><th scope="row">([^<]+)</th>', start(as_("per")).partition("Kommune for kommune")[2])

    assert [name in told for name in names] == [True, False]
    assert "Porsgrunn" in told
