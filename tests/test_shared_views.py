"""Views that are shared, with a municipality or with all: who may, who sees them, and what they never tell."""

from __future__ import annotations

import html
from typing import Any

import pytest
from sqlalchemy import func, select

from models.database import db
from models.registers.listviews import ListedRegister, ProjectView, SharedView
from tests.conftest import inside, municipality
from tests.test_finding import names_on
from tests.test_list_views import named
from tests.test_registers import As
from views.register import saved

LIST, ARRANGE = "/application/", "/application/arrange/"
EVERYONE = ("kari", "ola", "tone", "lars", "siri", "berit", "sol", "per", "frida")


def share(browser: Any, name: str, query: str, with_whom: str = "municipality", **options: Any) -> Any:
    data = {"view": name, "share": with_whom, "back": f"{LIST}?{query}"}
    return browser.post(ARRANGE, data=data, **options)


def kept(cls: type[Any]) -> int:
    with inside():
        return int(db.session.scalar(select(func.count()).select_from(cls)) or 0)


def put(name: str, query: str, town: str = "Tinn", of: str = "application", **more: Any) -> int:
    with inside(town):
        row = SharedView(name=name, list_of=ListedRegister(of), query=query, **more)
        db.session.add(row)
        db.session.commit()
        return int(row.id)


def test_a_view_shared_with_the_municipality_is_seen_there_and_nowhere_else(as_on: As) -> None:
    tone = as_on("tone")

    answer = share(tone, "Kritiske", "criticality=1")

    assert (answer.status_code, answer.location) == (303, f"{LIST}?criticality=1")
    assert named(as_on("kari").get(LIST).text)["Kritiske"] == f"{LIST}?criticality=1"
    assert "Kritiske" not in named(as_on("berit").get(LIST).text)
    assert "Kritiske" not in as_on("berit").get("/search/?q=kritiske").text


def test_a_view_shared_with_all_is_seen_by_all(as_on: As) -> None:
    share(as_on("per"), "Felles", "criticality=1", "project")

    assert [named(as_on(name).get(LIST).text).get("Felles") for name in ("kari", "berit", "per")] == [
        f"{LIST}?criticality=1"
    ] * 3


@pytest.mark.parametrize("name", EVERYONE)
def test_who_may_share_is_what_the_table_of_roles_says(name: str, as_: As) -> None:
    browser = as_(name)
    if name == "siri":
        browser.post("/municipality/", data={"municipality": municipality("Tinn")})
    reads = name not in {"sol", "frida"}
    offered = [f'<option value="{one}">' in browser.get(f"{LIST}?status=in_use", lint=False).text for one in WHOM]

    answers = [share(browser, "X", "status=in_use", one).status_code for one in WHOM]

    may = [name in {"tone", "lars", "siri"}, name == "per"]
    assert answers == [303 if one else 403 for one in may]
    assert offered == [one and reads for one in may]
    assert [kept(SharedView) - 2, kept(ProjectView)] == [int(one) for one in may]


WHOM = ("municipality", "project")


def test_with_no_municipality_chosen_nothing_is_shared_with_one(as_: As) -> None:
    siri = as_("siri")
    siri.post("/municipality/", data={"municipality": ""})

    assert share(siri, "X", "status=in_use").status_code == 403


def test_one_of_the_same_name_is_replaced(as_: As) -> None:
    tone = as_("tone")
    for query in ("status=planned", "status=in_use"):
        share(tone, "Felles", query)

    assert named(tone.get(LIST).text)["Felles"] == f"{LIST}?status=in_use"
    assert kept(SharedView) == 2 + 1


@pytest.mark.parametrize("name", ["", " ", "\u200b"])
def test_a_shared_view_without_a_name_is_refused_in_a_sentence(name: str, as_: As) -> None:
    answer = share(as_("tone"), name, "status=in_use", follow_redirects=True)

    assert "Gi visningen et navn først." in answer.text
    assert kept(SharedView) == 2


def test_a_shared_view_stands_in_the_history_and_is_changed_by_those_who_may(as_: As) -> None:
    share(as_("tone"), "Felles", "status=in_use")
    with inside("Tinn"):
        row = db.session.scalars(select(SharedView).where(SharedView.name == "Felles")).one()
        edit, history = f"/shared-view/edit/?id={row.id}", f"/shared-view/history/?id={row.id}"

    statuses = {name: as_(name).get(edit).status_code for name in ("tone", "lars", "kari", "ola", "berit")}

    assert statuses == {"tone": 200, "lars": 200, "kari": 403, "ola": 403, "berit": 404}
    assert "Tone Test" in as_("kari").get(history).text
    assert edit in html.unescape(as_("tone").get(f"{LIST}?panel=views").text)
    assert edit not in html.unescape(as_("kari").get(f"{LIST}?panel=views").text)


def test_the_registers_of_shared_views_are_in_the_menu_of_those_who_keep_them(as_: As) -> None:
    found = {
        name: [one for one in ("/shared-view/", "/project-view/") if f'<a href="{one}"' in as_(name).get("/help/").text]
        for name in ("kari", "tone", "per")
    }

    assert found == {"kari": [], "tone": ["/shared-view/"], "per": ["/project-view/"]}


def test_the_municipality_says_what_a_register_opens_with_until_somebody_chooses_otherwise(as_: As) -> None:
    put("Til alle", "status=in_use", is_first=True)
    kari = as_("kari")

    assert kari.get(LIST).location == f"{LIST}?status=in_use"
    assert as_("berit").get(LIST).status_code == 200
    kari.post(ARRANGE, data={"first": "all", "back": f"{LIST}?panel=views"})
    assert kari.get(LIST).status_code == 200
    assert as_("ola").get(LIST).location == f"{LIST}?status=in_use"


def test_what_one_municipality_opens_with_is_not_what_all_of_them_open_with(as_: As) -> None:
    put("Til alle i Tinn", "status=in_use", is_first=True)
    siri = as_("siri")

    siri.post("/municipality/", data={"municipality": ""})
    all_of_them = siri.get(LIST)
    siri.post("/municipality/", data={"municipality": municipality("Tinn")})

    assert (all_of_them.status_code, siri.get(LIST).location) == (200, f"{LIST}?status=in_use")


def test_what_is_gone_from_a_shared_view_is_told_of_and_the_rest_shown(as_: As) -> None:
    put("Gammel", "borte=1&status=in_use&columns=name,borte")
    ola = as_("ola")

    page = html.unescape(ola.get(named(ola.get(LIST).text)["Gammel"]).text)

    assert "«borte» finnes ikke som filter her" in page
    assert "Kolonnen «borte» finnes ikke her" in page
    assert names_on(page) == ["Åpen skoleprogram"]


def test_a_shared_view_is_no_way_round_a_register_one_may_not_read(as_: As) -> None:
    """Ola reads no risk assessments: neither a filter nor a column nor a pin tells of them, wherever it comes from."""
    risky = put("Med risiko", "risk_assessments.residual=high&columns=name,risk_assessments")
    of_risk = put("Høy risiko", "residual=high", of="risk_assessment")
    ola = as_("ola")

    page = html.unescape(ola.get(named(ola.get(LIST).text)["Med risiko"]).text)
    answer = ola.get(f"/risk-assessment/?view=municipality:{of_risk}")
    for view, register in ((risky, "application"), (of_risk, "risk-assessment")):
        ola.post(f"/{register}/arrange/", data={"pin": f"start:municipality:{view}", "back": "/"})
    start = html.unescape(ola.get("/").text)

    assert ("finnes ikke som filter her" in page, names_on(page)) == (True, ["Åpen skoleprogram"])
    assert answer.status_code == 403
    assert ("Høy risiko" in start, start.count('<span class="task-count">1</span>') > 0) == (False, True)


@pytest.mark.parametrize("view", ["municipality:999999", "municipality:x", "project:-1", "own:x", "x", "\0", "all:1"])
def test_a_view_that_is_none_leads_to_the_whole_list_with_a_sentence(view: str, as_: As) -> None:
    answer = as_("kari").get(LIST, query_string={"view": view}, follow_redirects=True)

    assert "Visningen finnes ikke lenger, eller er ikke delt med deg. Her er hele lista." in answer.text


def test_the_view_of_another_municipality_is_none(as_: As) -> None:
    theirs = put("Hemmeleg", "status=in_use", "Seljord")

    answer = as_("kari").get(f"{LIST}?view=municipality:{theirs}", follow_redirects=True)

    assert ("Hemmeleg" in answer.text, "Visningen finnes ikke lenger" in answer.text) == (False, True)


def test_each_list_has_room_for_its_own_views_and_a_full_one_says_so(
    as_on: As, engine_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "MOST_SHARED", 2)
    tone = as_on("tone")
    for number in range(3):
        put(f"A{number}", "status=in_use", of="agreement")
    share(tone, "Ene", "criticality=1")
    share(tone, "Andre", "criticality=2")

    full = share(tone, "Tredje", "criticality=3", follow_redirects=True)
    again = share(tone, "Andre", "criticality=3", follow_redirects=True)

    assert "Det er delt 2 visninger av denne lista" in html.unescape(full.text)
    assert "Det er delt 2 visninger" not in html.unescape(again.text)
    there = named(tone.get(LIST).text)
    assert ("Ene" in there, there["Andre"], "Tredje" in there) == (True, f"{LIST}?criticality=3", False)
    shown = named(tone.get("/agreement/").text)
    assert [name for name in shown if name in {"A0", "A1", "A2"}] == ["A0", "A1"]


def test_lists_cost_the_same_with_many_shared_views(as_: As, statements: list[str]) -> None:
    kari = as_("kari")

    def asked() -> int:
        kari.get(LIST)
        statements.clear()
        kari.get(LIST)
        return len(statements)

    few = asked()
    for number in range(20):
        put(f"V{number}", f"status=in_use&search={number}")

    assert (asked(), few) == (2, 2)


@pytest.mark.parametrize(
    "query", ["view=municipality:{id}", "view=municipality:{id}&status=in_use", "?x", "%00=1", "a&b"]
)
def test_what_is_typed_as_a_view_never_leads_round_in_a_ring(query: str, as_: As) -> None:
    row = put("Ring", "x", is_first=True)
    tone = as_("tone")
    page = tone.get(f"/shared-view/edit/?id={row}").text
    with inside("Tinn"):
        one = db.session.get(SharedView, row)
        assert one is not None
        one.query = query.format(id=row)
        db.session.commit()

    answer = tone.get(LIST, follow_redirects=True)

    assert ('name="query"' in page, answer.status_code, len(answer.history) < 3) == (True, 200, True)
