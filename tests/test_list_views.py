"""A way to look at a list has a name, and is one press away: those of use to all, and one's own."""

from __future__ import annotations

import html
import re

import pytest

import models
from models.database import db
from models.registers.architecture import Application
from models.registers.organisation import ContactPerson, answerer, views_of
from tests.conftest import inside
from tests.test_finding import names_on
from tests.test_registers import As
from views import preferences

LIST, ARRANGE = "/application/", "/application/arrange/"
VIEWS = [(register, *view) for register in models.REGISTERS for view in views_of(register)]


def named(page: str) -> dict[str, str]:
    """The views a list offers: address by name."""
    menu = page.partition('<ul class="view-list">')[2].partition("</ul>")[0]
    return {
        html.unescape(name): html.unescape(url) for url, name in re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', menu)
    }


@pytest.mark.parametrize(("register", "name", "query"), VIEWS)
def test_every_shipped_view_asks_what_the_list_can_answer(register: type, name: str, query: str, as_: As) -> None:
    page = as_("kari").get(f"/{register.__tablename__.replace('_', '-')}/?{query}")

    assert (page.status_code, 'tone-warning" role="status"' in page.text) == (200, False)
    assert 'aria-label="Filtre som er på"' in page.text
    assert name in named(page.text)


def test_applications_without_an_owner_are_two_presses_away(as_: As) -> None:
    with inside("Tinn"):
        db.session.add(Application(name="Uten eier"))
        db.session.commit()
    kari = as_("kari")

    url = named(kari.get(LIST).text)["Mangler eier"]

    assert names_on(kari.get(url).text)[-1:] == ["Uten eier"]


def test_what_a_list_shows_is_saved_under_a_name_and_is_ones_own(as_: As) -> None:
    kari = as_("kari")
    query = "status=planned&status=in_use&sort=-name&columns=name,status"

    answer = kari.post(ARRANGE, data={"view": "  Mine\u200b <b>", "back": f"{LIST}?{query}"})

    assert (answer.status_code, answer.location) == (303, f"{LIST}?{query}")
    page = kari.get(f"{LIST}?{query}").text
    assert named(page)["Mine <b>"] == f"{LIST}?{query}"
    assert 'aria-current="true">Mine &lt;b&gt;</a>' in page
    assert "Mine <b>" not in named(as_("ola").get(LIST).text)
    kari.post(ARRANGE, data={"drop": "Mine <b>", "back": LIST})
    assert "Mine <b>" not in named(kari.get(LIST).text)


@pytest.mark.parametrize("name", ["", "   ", "\u200b"])
def test_a_view_without_a_name_is_refused_in_a_sentence(name: str, as_: As) -> None:
    answer = as_("kari").post(ARRANGE, data={"view": name, "back": f"{LIST}?status=planned"}, follow_redirects=True)

    assert "Gi visningen et navn først." in answer.text


def test_a_view_whose_field_is_gone_says_so_and_shows_the_rest(as_: As) -> None:
    kari = as_("kari")
    kari.post(ARRANGE, data={"view": "Gammel", "back": f"{LIST}?borte=1&status=in_use&columns=name,borte"})

    page = kari.get(named(kari.get(LIST).text)["Gammel"])

    assert page.status_code == 200
    assert "«borte» finnes ikke som filter her" in page.text
    assert "Status er I bruk" in page.text


def test_every_register_whose_rows_somebody_answers_for_has_a_view_of_ones_own() -> None:
    mine = {one.__tablename__ for one in models.REGISTERS if "Mine" in dict(views_of(one))}

    assert mine == {one.__tablename__ for one in models.REGISTERS if answerer(one.__mapper__)}
    assert {"application", "agreement", "processing_activity", "risk_assessment"} <= mine


def test_mine_are_the_rows_whose_owner_has_ones_own_e_mail(as_on: As) -> None:
    for town, mine in (("Tinn", "Mitt"), ("Seljord", "Hemmeleg mitt")):
        with inside(town):
            kari = ContactPerson(name="Kari i registeret", email="KARI@test.example")
            db.session.add_all([kari, Application(name=mine, owner=kari), Application(name="Ingens")])
            db.session.commit()

    page = as_on("kari").get(f"{LIST}?owner.me=1").text

    assert names_on(page) == ["Mitt"]
    assert "Systemeier er meg" in html.unescape(page)
    assert names_on(as_on("ola").get(f"{LIST}?owner.me=1").text) == []


def test_whether_it_is_oneself_is_asked_of_people_alone(as_: As) -> None:
    page = as_("kari").get(f"{LIST}?unit.me=1").text

    assert "«1» kan ikke velges for Enhet, og filteret er ikke med." in html.unescape(page)


def test_a_view_holds_the_columns_and_the_density_the_person_sees_it_by(as_: As) -> None:
    kari = as_("kari")
    kari.post(ARRANGE, data={"density": "compact", "back": LIST})
    kari.post(ARRANGE, data={"column": ["name", "version_name"], "action": "apply", "back": LIST})

    kari.post(ARRANGE, data={"view": "Tett", "back": f"{LIST}?status=in_use"})

    url = named(kari.get(LIST).text)["Tett"]
    assert url == f"{LIST}?status=in_use&columns=name,version_name&density=compact"
    kari.post(ARRANGE, data={"density": "comfortable", "back": LIST})
    assert ('class="table-region list compact' in kari.get(url).text, "compact" in kari.get(LIST).text) == (True, True)
    assert 'class="table-region list comfortable' in kari.get(LIST).text


def test_density_that_is_none_is_not_asked_for(as_: As) -> None:
    assert 'class="table-region list comfortable' in as_("kari").get(f"{LIST}?density=%3Cb%3E").text


def test_a_view_of_ones_own_is_renamed_where_it_is_pinned_too(as_: As) -> None:
    kari = as_("kari")
    for name in ("Gammel", "Annen"):
        kari.post(ARRANGE, data={"view": name, "back": f"{LIST}?status=in_use"})
    kari.post(ARRANGE, data={"pin": "menu:own:Gammel", "back": LIST})
    kari.post(ARRANGE, data={"first": "own:Gammel", "back": LIST})

    kari.post(ARRANGE, data={"rename": "Gammel", "name": " Ny ", "back": LIST})

    page = kari.get(f"{LIST}?view=all").text
    assert ("Ny" in named(page), "Gammel" in named(page), "view=own%3ANy" in page) == (True, False, True)
    assert kari.get(LIST).location == f"{LIST}?status=in_use"
    kari.post(ARRANGE, data={"drop": "Ny", "back": LIST})
    page = kari.get(LIST)
    assert (page.status_code, "own%3ANy" in page.text) == (200, False)


def test_a_view_is_renamed_also_when_there_is_no_room_for_more_and_never_over_another(as_: As) -> None:
    kari = as_("kari")
    names = [f"Visning {number}" for number in range(preferences.MOST_VIEWS)]
    for name in names:
        kari.post(ARRANGE, data={"view": name, "back": f"{LIST}?status=in_use"})

    kari.post(ARRANGE, data={"rename": names[0], "name": "Nytt navn", "back": LIST})
    kari.post(ARRANGE, data={"rename": names[1], "name": names[2], "back": LIST})
    taken = html.unescape(kari.get(LIST).text)

    assert "Du har en visning som heter det fra før." in taken
    assert [one for one in named(taken) if one in {*names, "Nytt navn"}] == ["Nytt navn", *names[1:]]


@pytest.mark.parametrize("sent", [{"rename": "finst ikkje", "name": "x"}, {"rename": "", "name": ""}, {"drop": "x"}])
def test_what_is_no_view_is_neither_renamed_nor_deleted(sent: dict[str, str], as_: As) -> None:
    kari = as_("kari")
    before = named(kari.get(LIST).text)

    answer = kari.post(ARRANGE, data={**sent, "back": LIST})

    assert (answer.status_code, named(kari.get(LIST).text)) == (303, before)


def test_a_register_opens_with_what_one_has_chosen_and_one_press_leads_to_everything(as_: As) -> None:
    kari = as_("kari")
    kari.post(ARRANGE, data={"first": "shipped:Mangler eier", "back": f"{LIST}?panel=views"})

    answer = kari.get(LIST)

    assert (answer.status_code, answer.location) == (302, f"{LIST}?owner.none=1")
    everything = named(kari.get(answer.location).text)["Alle rader"]
    assert everything == f"{LIST}?view=all"
    assert names_on(kari.get(everything).text) == ["Åpen skoleprogram"]
    assert f'<a class="clear" href="{everything}">' in kari.get(f"{LIST}?status=in_use").text
    assert as_("ola").get(LIST).status_code == 200


def test_what_a_register_opens_with_is_chosen_away_by_the_same_button(as_: As) -> None:
    kari = as_("kari")
    for _ in range(2):
        kari.post(ARRANGE, data={"first": "shipped:Mangler eier", "back": f"{LIST}?panel=views"})

    assert (kari.get(LIST).status_code, "Alle rader" in named(kari.get(LIST).text)) == (200, True)


@pytest.mark.parametrize("name", ["sol", "frida"])
def test_an_empty_list_is_shown_to_those_with_whom_no_municipality_shares_views(name: str, as_: As) -> None:
    assert as_(name).get("/project-view/").status_code == 200
