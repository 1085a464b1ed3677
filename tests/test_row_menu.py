"""The menu of a row in a list: what its page offers, to the same people, and next to nothing in the list itself."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.registers.architecture import Application
from models.registers.following import Follow
from tests.conftest import inside, user
from tests.support.attack import browser as stranger
from tests.support.attack import loot
from tests.test_registers import As, address, keeper

LIST = "/application/?search=skole&sort=-name"
BUTTON = re.compile(r'<button form="more" name="id" value="(\d+)" aria-label="Mer: ([^"]*)"></button>')
MOST = 4  # statements of a menu: the person, the row, whether it is followed, and what may be copied along


def ways(part: str) -> list[str]:
    """What a part of a page offers to do with its row: the words, and where each leads."""
    led = re.findall(r'(?:href|action)="([^"#]+)"|</svg>([^<]+)', re.sub(r'<use href="[^"]*"', "", part))
    return ["".join(one) for one in led]


def head(page: str) -> str:
    return re.split(r'<dl class="|<div class="record', page.partition('<div class="actions">')[2])[0]


def menu(page: str) -> str:
    """All of it but the way to the page of the row."""
    return page.partition('class="card ways"')[2].partition('<p><a class="back"')[0].partition("</a>")[2]


def first_id(register: type[Any], browser: Any) -> int | None:
    found = re.search(r'<tr id="r(\d+)"', browser.get(address(register)).text)
    return int(found[1]) if found else None


@pytest.mark.parametrize("register", models.REGISTERS, ids=lambda register: register.__tablename__)
@pytest.mark.parametrize("name", ["keeper", "ola"])
def test_the_menu_offers_what_the_page_of_the_row_offers(name: str, register: type[Any], as_: As) -> None:
    browser = keeper(register, as_) if name == "keeper" else as_(name)
    row_id = first_id(register, browser)
    if row_id is None:
        return

    there, here = (browser.get(address(register, door, id=row_id)) for door in ("details/", "menu/"))

    if register.__written_once__:
        assert here.status_code == 404
    else:
        assert ways(menu(here.text)) == ways(head(there.text)) != []


def test_an_editor_may_do_more_than_a_reader(as_: As) -> None:
    pages = [
        as_(name).get(address(Application, "menu/", id=first_id(Application, as_("kari")))).text
        for name in ("kari", "ola")
    ]

    words = [re.findall(r"</svg>([^<]+)", menu(page)) for page in pages]

    assert words == [
        ["Endre", "Be eieren bekrefte", "Lag kopi", "Følg", "Historikk", "Slå sammen med …", "Slett"],
        ["Følg", "Historikk"],
    ]


def test_each_row_has_one_button_with_its_name_and_none_where_rows_are_only_read(as_: As) -> None:
    page = as_("kari").get(address(Application)).text
    rows = re.findall(r'<tr id="r(\d+)"[^>]*><th scope="row"><a[^>]*>([^<]*)</a>', page)

    assert BUTTON.findall(page) == rows != []
    assert BUTTON.findall(as_("lars").get("/access-entry/").text) == []


def test_a_name_is_only_ever_text(as_: As) -> None:
    with inside("Tinn"):
        db.session.add(Application(name='"><b>%s</b>'))
        db.session.commit()

    page = as_("kari").get(address(Application)).text

    assert 'aria-label="Mer: &#34;&gt;&lt;b&gt;%s&lt;/b&gt;"></button>' in page


def test_the_menu_leads_back_to_the_list_as_it_was(as_: As) -> None:
    kari = as_("kari")
    row_id = first_id(Application, kari)

    page = html.unescape(kari.get("/application/menu/", query_string={"id": row_id, "back": LIST}).text)

    assert f'<a class="back" href="{LIST}">' in page
    assert f"/application/edit/?id={row_id}&back=/application/?search%3Dskole%26sort%3D-name" in page


def test_following_from_the_menu_leads_back_to_the_list(as_: As) -> None:
    kari = as_("kari")
    row_id = first_id(Application, kari)

    followed = kari.post(f"/following/application/{row_id}/", data={"back": LIST})
    elsewhere = kari.post(f"/following/application/{row_id}/", data={"back": "https://elsewhere.example/"})

    with inside():
        mine = db.session.scalars(select(Follow.row_id).where(Follow.user_id == user("kari").id)).all()
    assert (followed.status_code, followed.location, list(mine)) == (303, LIST, [row_id])
    assert elsewhere.status_code == 400


def test_the_menu_of_a_row_costs_few_statements_and_the_buttons_none(as_: As, statements: list[str]) -> None:
    kari = as_("kari")
    row_id = first_id(Application, kari)
    kari.get(address(Application, "menu/", id=row_id))
    statements.clear()

    kari.get(address(Application, "menu/", id=row_id))

    assert 0 < len(statements) <= MOST


def test_a_row_of_another_municipality_has_no_menu(engine_app: Any) -> None:
    with inside("Seljord"):
        theirs = db.session.scalars(select(Application.id)).first()
    kari = stranger(engine_app, "kari")

    answers = [kari.get(address(Application, "menu/", id=one)) for one in (theirs, 987_654)]

    assert [one.status_code for one in answers] == [404, 404]
    assert [loot(one) for one in answers] == [[], []]
