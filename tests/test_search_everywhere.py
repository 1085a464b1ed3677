"""One search over everything one may read: grouped by register, as many as the lists have, and nothing beyond."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare.base import Group
from models.declare.domains import Domain
from models.queries import everywhere, searching
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.organisation import ContactPerson
from models.registers.risk import RiskAssessment
from tests.conftest import inside, municipality, user
from tests.test_registers import As, address
from tests.test_search_links import furnish, main_of
from views.pages.search import marked


def groups(browser: Any, typed: str) -> dict[str, tuple[str, list[str]]]:
    """What is found, by the heading it stands under: how many, and the names with their marks."""
    page = main_of(browser.get("/search/", query_string={"q": typed}).text)
    sections = re.findall(r'<section class="hits">\s*<h2>(.*?)</h2>(.*?)</section>', page, re.DOTALL)
    told = {}
    for heading, body in sections:
        name, _, count = re.sub(r"<[^>]*>", "\t", heading).partition("\t")
        told[html.unescape(name).strip()] = (count.strip("\t "), re.findall(r"<li><a[^>]*>(.*?)</a>", body))
    return told


def test_every_kind_of_row_is_found_where_it_stands_with_the_words_marked(as_on: As) -> None:
    kari = as_on("kari")
    furnish("Tinn")

    found = groups(kari, "NORDKART")

    assert found["Leverandører"] == ("1", ["<mark>Nordkart</mark> AS"])
    assert found["Avtaler"] == ("1", ["Rammeavtale"])
    assert found["Applikasjoner"] == ("1", ["Kartløsning"])
    assert next(iter(found)) == "Leverandører"  # named so before what is only linked
    assert groups(kari, "mæland")["Kontaktpersoner"] == ("1", ["Sissel <mark>Mæland</mark>"])
    assert groups(kari, "geopl")["Applikasjoner"] == ("1", ["Kartløsning"])
    assert groups(kari, "finst ikkje noko stad") == {}


def test_as_many_are_found_as_the_list_shows_when_one_follows_the_link(as_on: As) -> None:
    kari = as_on("kari")
    with inside("Tinn"):
        db.session.add_all([Application(name=f"Prøvesystem {number}") for number in range(7)])
        db.session.commit()

    page = kari.get("/search/?q=prøvesystem").text
    listed = kari.get(address(Application, search="prøvesystem")).text

    assert groups(kari, "prøvesystem")["Applikasjoner"][0] == "7"
    assert len(groups(kari, "prøvesystem")["Applikasjoner"][1]) == everywhere.FIRST
    assert "Vis alle 7 i Applikasjoner" in page
    assert "7 treff" in listed
    assert 'href="/application/?search=pr%C3%B8vesystem"' in page


def test_what_was_changed_last_comes_first(as_: As) -> None:
    kari = as_("kari")
    with inside("Tinn"):
        for name in ("Rekke a", "Rekke b", "Rekke c"):
            db.session.add(Application(name=name))
            db.session.commit()
        db.session.scalars(select(Application).where(Application.name == "Rekke a")).one().description = "Endret"
        db.session.commit()

    names = [re.sub("<[^>]*>", "", one) for one in groups(kari, "rekke")["Applikasjoner"][1]]

    assert names == ["Rekke a", "Rekke c", "Rekke b"]


@pytest.mark.parametrize("name", ["kari", "ola", "siri", "lars", "per", "sol", "frida"])
def test_nobody_finds_more_than_the_lists_show_them(as_on: As, name: str) -> None:
    browser = as_on(name)
    furnish("Tinn")
    names = {one.__register__.name: one for one in models.REGISTERS}

    for typed in ("hemmeleg", "åpen", "kart", "løyndom", "test"):
        for heading, (count, _hits) in groups(browser, typed).items():
            if heading == "Sider":
                continue
            answer = browser.get(address(names[heading], search=typed))
            assert answer.status_code == 200
            assert f"{count} treff" in answer.text


def test_what_one_may_not_read_is_neither_named_nor_counted(as_on: As) -> None:
    kari, ola, sol = as_on("kari"), as_on("ola"), as_on("sol")

    assert groups(kari, "hemmeleg") == groups(ola, "hemmeleg") == groups(sol, "hemmeleg") == {}
    assert RiskAssessment.__register__.name in groups(kari, "åpen")
    assert RiskAssessment.__register__.name not in groups(ola, "åpen")
    owned = {one.__register__.name for one in models.REGISTERS if one.__domain__ in {Domain.CONTENT, Domain.RISK}}
    assert owned & set(groups(kari, "test")) != set()
    assert owned & set(groups(sol, "test")) == set()
    secret = main_of(kari.get("/search/?q=hemmeleg").text)
    assert secret.replace("hemmeleg", "xyzzyxyz") == main_of(kari.get("/search/?q=xyzzyxyz").text)


def test_one_sees_which_municipality_a_row_is_in_where_several_are_shown(as_on: As) -> None:
    siri = as_on("siri")
    siri.post("/municipality/", data={"municipality": ""})

    page = main_of(siri.get("/search/?q=skoleprogram").text)
    applications = page.partition("<h2>Applikasjoner")[2].partition("</section>")[0]

    assert sorted(re.findall(r'class="muted">(Tinn|Seljord)<', applications)) == ["Seljord", "Tinn"]


@pytest.mark.parametrize("name", ["kari", "per", "sol"])
def test_a_search_in_all_registers_is_one_statement_however_much_there_is(
    as_: As, statements: list[str], name: str
) -> None:
    browser = as_(name)
    browser.get("/search/?q=prøve")

    def counted() -> int:
        statements.clear()
        browser.get("/search/?q=prøve")
        return len(statements)

    few = counted()
    with inside("Tinn"):
        db.session.add_all([Application(name=f"Prøve {number}") for number in range(50)])
        db.session.add_all([ContactPerson(name=f"Prøve {number}") for number in range(50)])
        db.session.commit()
    browser.get("/search/?q=prøve")

    assert (few, counted()) == (2, 2)


@pytest.mark.parametrize(
    ("name", "typed", "leads"),
    [
        ("kari", "ny applikasjon", "/new-application/"),
        ("kari", "nytt datasett", "/dataset/new/"),
        ("tone", "protokoll", "/reports/behandlingsprotokoll/"),
        ("sol", "brukere", "/user-account/"),
        ("sol", "ny bruker", "/user-account/new/"),
        ("kari", "hjelp", "/help/"),
    ],
)
def test_the_name_of_a_page_or_a_command_finds_it(as_: As, name: str, typed: str, leads: str) -> None:
    page = as_(name).get("/search/", query_string={"q": typed}).text

    assert f'<li><a href="{leads}">' in main_of(page)


def test_no_command_is_offered_that_would_be_refused(as_: As) -> None:
    for name in ("ola", "per", "frida"):
        assert "/new/" not in main_of(as_(name).get("/search/?q=ny+applikasjon").text)
    assert "/user-account/" not in main_of(as_("kari").get("/search/?q=ny+bruker").text)


@pytest.mark.parametrize("typed", ["", " ", "\0", "%", "_", "'", "\\", "a" * 5_000, "å " * 500, "<script>", "{{ 1 }}"])
def test_whatever_is_typed_gets_an_answer(as_on: As, typed: str) -> None:
    answer = as_on("kari").get("/search/", query_string={"q": typed})

    assert answer.status_code == 200
    assert "<script>" not in main_of(answer.text)


def test_more_than_is_looked_for_is_answered_with_a_sentence(as_: As) -> None:
    kari = as_("kari")

    assert "Søket bruker de 3 første ordene." in kari.get("/search/?q=a+b+c+d").text
    assert "Søket bruker" not in kari.get("/search/?q=a+b+c").text
    assert "Ingen treff på «xyzzy»" in html.unescape(kari.get("/search/?q=xyzzy").text)


@pytest.mark.parametrize(
    ("name", "asked", "right"),
    [
        ("Ås skole", "as", "Ås skole"),
        ("Ås skole", "ås SKOLE", "<mark>Ås</mark> <mark>skole</mark>"),
        ("Café <b>", "cafe", "<mark>Café</mark> &lt;b&gt;"),
        ("Œuvre", "oeu", "<mark>Œu</mark>vre"),
        ("aaa", "aa", "<mark>aa</mark>a"),
        ("Skole", "finst", "Skole"),
        ("", "a", ""),
    ],
)
def test_what_was_looked_for_is_marked_as_it_was_found(name: str, asked: str, right: str) -> None:
    assert marked(name, asked) == right


def test_strangers_find_nothing(as_: As, app: Any) -> None:
    answer = app.test_client().get("/search/?q=skole")

    assert (answer.status_code, "/sign-in/" in answer.headers["Location"]) == (302, True)


def test_code_lists_are_found_by_those_who_keep_them(as_: As) -> None:
    codes = {str(one.__register__.name) for one in models.REGISTERS if one.__register__.group is Group.CODES}

    assert codes & set(groups(as_("per"), "lov")) != set()
    assert codes & set(groups(as_("kari"), "lov")) == set()


def test_the_rows_one_looked_at_last_stand_in_the_menu_of_the_municipality_they_are_in(as_: As) -> None:
    siri = as_("siri")
    rows = {}
    for town in ("Tinn", "Seljord"):
        with inside(town):
            rows[town] = next((one.id, one.name) for one in db.session.scalars(select(Agreement)))

    def recent() -> list[str]:
        page = siri.get("/help/").text
        return re.findall(r'class="cut" href="[^"]*">([^<]*)<', page)

    seen = []
    for town in ("Tinn", "Seljord"):
        siri.post("/municipality/", data={"municipality": municipality(town)})
        siri.get(address(Agreement, "details/", id=rows[town][0]))
        siri.get(address(Agreement, "details/", id=rows[town][0]))
        seen.append(recent())

    assert seen == [[rows["Tinn"][1]], [rows["Seljord"][1]]]
    siri.post("/municipality/", data={"municipality": ""})
    assert recent() == [rows["Seljord"][1], rows["Tinn"][1]]


def test_no_more_than_five_are_kept_and_none_after_signing_out(as_: As) -> None:
    kari = as_("kari")
    with inside("Tinn"):
        made = [Application(name=f"Sett {number}") for number in range(7)]
        db.session.add_all(made)
        db.session.commit()
        ids = [one.id for one in made]
    for one in ids:
        kari.get(address(Application, "details/", id=one))

    shown = re.findall(r'class="cut" href="[^"]*">([^<]*)<', kari.get("/").text)
    kari.post("/sign-out/")

    assert shown == [f"Sett {number}" for number in (6, 5, 4, 3, 2)]
    assert kari.get_cookie("recent") is None
    assert user("kari").active


def test_the_search_box_of_the_header_has_no_more_words_than_a_list() -> None:
    assert everywhere.MOST_WORDS <= searching.MOST_WORDS
