"""A view is held fast on the start page, with how many rows it has now, and in the menu."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.registers.architecture import Application
from models.registers.listviews import ListedRegister, SharedView
from tests.conftest import inside, municipality
from tests.test_registers import As
from views.preferences import MOST_PINS

LIST, ARRANGE = "/application/", "/application/arrange/"
OWNERLESS = "shipped:Mangler eier"


def pin(browser: Any, called: str, place: str = "start", register: str = "application") -> Any:
    back = f"/{register}/?panel=views"
    return browser.post(f"/{register}/arrange/", data={"pin": f"{place}:{called}", "back": back}, follow_redirects=True)


def pinned(page: str) -> list[tuple[str, str, str]]:
    """What the start page holds fast: name, address, number."""
    part = page.partition('<ul class="todo pinned">')[2].partition("</ul>")[0]
    found = re.findall(r'<a href="([^"]*)">([^<]*)</a> <span class="task-count">([^<]*)<', part)
    return [(html.unescape(name), html.unescape(url), number) for url, name, number in found]


def in_menu(page: str) -> dict[str, str]:
    menu = page.partition('data-group="pinned"')[2].partition("</details>")[0]
    return {html.unescape(name): html.unescape(url) for url, name in re.findall(r'<a href="([^"]*)">([^<]*)<', menu)}


def add_without_owner(*names: str, town: str = "Tinn") -> None:
    with inside(town):
        db.session.add_all([Application(name=name) for name in names])
        db.session.commit()


def test_what_is_pinned_stands_on_the_start_page_with_how_many_rows_it_has_now(as_on: As) -> None:
    kari = as_on("kari")
    add_without_owner("Uten eier 1", "Uten eier 2")
    add_without_owner("Hemmeleg utan", town="Seljord")
    pin(kari, OWNERLESS)

    before = pinned(kari.get("/").text)
    add_without_owner("Uten eier 3")

    assert before == [("Mangler eier", f"{LIST}?owner.none=1", "2")]
    assert pinned(kari.get("/").text) == [("Mangler eier", f"{LIST}?owner.none=1", "3")]
    assert pinned(as_on("ola").get("/").text) == []


def test_a_pin_is_let_go_of_by_the_same_button(as_: As) -> None:
    kari = as_("kari")
    pin(kari, OWNERLESS)
    pin(kari, OWNERLESS, "menu")

    pin(kari, OWNERLESS)

    assert (pinned(kari.get("/").text), in_menu(kari.get("/").text)) == (
        [],
        {"Mangler eier": f"{LIST}?view=shipped%3AMangler+eier"},
    )


def test_a_view_in_the_menu_opens_what_it_shows_today(as_: As) -> None:
    kari = as_("kari")
    kari.post(ARRANGE, data={"view": "Mitt", "back": f"{LIST}?status=planned"})
    pin(kari, "own:Mitt", "menu")
    kari.post(ARRANGE, data={"view": "Mitt", "back": f"{LIST}?status=in_use"})

    answer = kari.get(in_menu(kari.get(LIST).text)["Mitt"])

    assert (answer.status_code, answer.location) == (302, f"{LIST}?status=in_use")


def test_counts_of_searches_and_filters_of_several_registers_do_not_meet(as_on: As) -> None:
    kari = as_on("kari")
    for name, query in (
        ("A", "search=skoleprogram"),
        ("B", "search=finst"),
        ("C", "status=in_use"),
        ("D", "name.has=Å"),
    ):
        kari.post(ARRANGE, data={"view": name, "back": f"{LIST}?{query}"})
        pin(kari, f"own:{name}")
    pin(kari, "shipped:Utkast", register="processing-activity")
    with inside("Tinn"):
        alive = len(db.session.scalars(select(Application).where(Application.status == "in_use")).all())

    found = {name: number for name, _url, number in pinned(kari.get("/").text)}

    assert (found["A"], found["B"], found["C"], found["D"]) == ("1", "0", str(alive), "1")
    assert "Utkast" in found


def test_no_more_are_pinned_than_the_start_page_counts(as_: As) -> None:
    kari = as_("kari")
    for number in range(MOST_PINS):
        kari.post(ARRANGE, data={"view": f"V{number}", "back": f"{LIST}?status=in_use"})
        pin(kari, f"own:V{number}")

    answer = pin(kari, OWNERLESS)

    assert "Det er ikke plass til flere festede visninger." in html.unescape(answer.text)
    assert [name for name, _url, _number in pinned(kari.get("/").text)] == [f"V{n}" for n in range(MOST_PINS)]


def test_counting_what_is_pinned_is_one_statement_for_one_view_and_for_eight(as_: As, statements: list[str]) -> None:
    kari = as_("kari")

    def asked() -> int:
        kari.get("/")
        statements.clear()
        kari.get("/")
        return len(statements)

    without = asked()
    pin(kari, OWNERLESS)
    with_one = asked()
    for number in range(MOST_PINS - 1):
        kari.post(ARRANGE, data={"view": f"V{number}", "back": f"{LIST}?status=in_use&search=a{number}"})
        pin(kari, f"own:V{number}")
    add_without_owner(*[f"Uten {number}" for number in range(50)])

    assert (with_one, asked()) == (without + 1, without + 1)


def test_what_is_pinned_to_the_menu_costs_no_page_a_statement(as_: As, statements: list[str]) -> None:
    kari = as_("kari")
    kari.get(LIST)
    statements.clear()
    kari.get(LIST)
    before = len(statements)
    pin(kari, OWNERLESS, "menu")
    kari.get(LIST)
    statements.clear()

    kari.get(LIST)

    assert len(statements) == before


def test_a_pinned_view_that_is_deleted_says_so_and_is_let_go_of(as_: As) -> None:
    tone = as_("tone")
    tone.post(ARRANGE, data={"view": "Felles", "share": "municipality", "back": f"{LIST}?status=in_use"})
    with inside("Tinn"):
        row = db.session.scalars(select(SharedView).where(SharedView.name == "Felles")).one()
        called = f"municipality:{row.id}"
        pin(as_("kari"), called)
        with inside("Tinn"):
            db.session.delete(db.session.scalars(select(SharedView).where(SharedView.name == "Felles")).one())
            db.session.commit()
    kari = as_("kari")

    page = html.unescape(kari.get("/").text)

    assert "Visningen «Felles» finnes ikke lenger, eller du kan ikke se den." in page
    kari.post(ARRANGE, data={"pin": f"start:{called}", "back": "/"})
    assert "«Felles»" not in html.unescape(kari.get("/").text)


def test_a_pinned_view_of_a_register_one_may_no_longer_read_tells_nothing(as_: As) -> None:
    lars = as_("lars")
    pin(lars, "shipped:Mine", register="risk-assessment")
    assert [name for name, *_ in pinned(lars.get("/").text)] == ["Mine"]
    _make_reader_of("lars")

    page = html.unescape(lars.get("/").text)

    assert (pinned(page), "Visningen «Mine» finnes ikke lenger, eller du kan ikke se den." in page) == ([], True)


def _make_reader_of(name: str) -> None:
    from models.tenancy.people import Membership, MunicipalRole, User

    with inside("Tinn"):
        held = select(Membership).join(User, Membership.user_id == User.id).where(User.email == f"{name}@test.example")
        db.session.scalars(held).one().role = MunicipalRole("reader")
        db.session.commit()


def test_what_is_pinned_in_one_municipality_is_not_missed_in_another(as_: As) -> None:
    siri, tinn, seljord = as_("siri"), municipality("Tinn"), municipality("Seljord")
    siri.post("/municipality/", data={"municipality": tinn})
    with inside("Tinn"):
        view = SharedView(name="Tinns", list_of=ListedRegister("application"), query="status=in_use")
        db.session.add(view)
        db.session.commit()
        called = f"municipality:{view.id}"
    pin(siri, called)
    assert [name for name, *_ in pinned(siri.get("/").text)] == ["Tinns"]

    siri.post("/municipality/", data={"municipality": seljord})

    assert "Tinns" not in html.unescape(siri.get("/").text)


@pytest.mark.parametrize("sent", ["", "start", "start:", "nowhere:shipped:Mangler eier", "start:own:finst", "start:\0"])
def test_what_is_no_view_is_not_pinned(sent: str, as_: As) -> None:
    kari = as_("kari")

    answer = kari.post(ARRANGE, data={"pin": sent, "back": LIST})

    assert (answer.status_code, pinned(kari.get("/").text), in_menu(kari.get("/").text)) == (303, [], {})
