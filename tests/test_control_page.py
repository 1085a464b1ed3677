"""The page of whether a municipality is in control, and its files: who sees what, and where each figure leads."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from models.database import db
from models.declare.domains import Domain
from models.declare.words import Problem
from models.queries.control import FEWEST, MEASURES
from reports.coordinating.control import CONTROL, LINES
from reports.language import translator
from tests.conftest import inside, municipality
from tests.test_control import ASK, BY_KEY, begin, furnish, told
from tests.test_registers import As
from tests.test_reports import book_of
from views.pages.control import LISTS

FIGURE = re.compile(r'<p class="in-control-number">(.*?)</p>\s*<div>\s*<h2>(.*?)</h2>\s*<p>(.*?)</p>', re.DOTALL)


@pytest.fixture
def world(engine_app: Any) -> None:
    furnish("Tinn")
    furnish("Seljord", times=3)


def page_of(browser: Any, path: str = "/control/") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return html.unescape(answer.text.partition("<main")[2]).replace("\u00a0", " ")


@pytest.mark.usefixtures("world")
def test_the_page_says_each_figure_in_large_type_with_its_sentence(as_on: As) -> None:
    found = FIGURE.findall(page_of(as_on("kari")))

    assert [number for number, _, _ in found] == [
        "3", "66 %", "50 %", "33 %", "1", "1", "50 %", "1", "1", "1,00",
    ]  # fmt: skip
    assert [[title, words] for _, title, words in found] == [[row[0], row[-1]] for row in told("Tinn")]


def links(page: str) -> Iterator[tuple[str, str]]:
    for one in re.findall(r"<li>\s*<p class=\"in-control-number.*?</li>", page, re.DOTALL):
        address = re.search(r'<p class="rest"><a href="([^"]+)"', one)
        title = re.search(r"<h2>(.*?)</h2>", one)
        yield title[1] if title else "", address[1] if address else ""


@pytest.mark.usefixtures("world")
def test_each_figure_leads_to_where_the_rest_is_told(as_on: As) -> None:
    kari, ola = as_on("kari"), as_on("ola")

    found = dict(links(page_of(kari)))
    assert [kari.get(one).status_code for one in found.values()] == [200] * 10
    assert found["Databehandleravtaler"] == "/reports/uten-databehandleravtale/"
    assert found["Personvernavvik over fristen"].startswith("/breach/?")
    read = dict(links(page_of(ola)))
    assert [ola.get(one).status_code for one in read.values() if one] == [200] * 6
    assert "/reports/" not in "".join(read.values())


def test_every_figure_without_a_report_has_a_list() -> None:
    assert [one.key for one in MEASURES if not LINES[one.key].report and one.key not in LISTS] == []
    assert LINES.keys() == BY_KEY.keys()


@pytest.mark.parametrize(
    ("name", "page", "file"),
    [("kari", 200, 200), ("tone", 200, 200), ("siri", 200, 200), ("lars", 200, 200), ("per", 200, 200),
     ("ola", 200, 403), ("sol", 403, 403), ("frida", 403, 403)],
)  # fmt: skip
def test_who_reads_what_is_counted_sees_the_page_and_who_takes_out_reports_the_files(
    name: str, page: int, file: int, as_: As
) -> None:
    browser = as_(name)

    with browser.get("/reports/har-vi-kontroll/download/") as answer:
        assert (browser.get("/control/").status_code, answer.status_code) == (page, file)


def test_of_risk_nothing_is_told_to_who_may_not_read_of_it(as_: As) -> None:
    page = page_of(as_("ola")).lower()

    assert [word in page for word in ("risiko", "dpia", "avvik")] == [False, False, False]


def test_the_sheet_has_the_figures_as_numbers(as_: As) -> None:
    sheet = book_of(as_("tone").get("/reports/har-vi-kontroll/download/")).worksheets[1]

    heads = [cell.value for cell in sheet[1]]
    assert (heads, sheet["B2"].value) == (["Hva", "Tall", "Av", "Prosent", "I ord"], 1)


def test_the_start_page_and_the_reports_lead_here(as_: As) -> None:
    kari = as_("kari")

    assert '<a href="/control/">Har vi kontroll?</a>' in kari.get("/").text
    assert '<a href="/reports/har-vi-kontroll/">Har vi kontroll?</a>' in kari.get("/reports/").text


# -- beside the others -------------------------------------------------------------------------------------------------


def test_whoever_reads_one_municipality_is_told_nothing_of_the_others(app: Any, as_: As) -> None:
    begin(FEWEST)
    for name in ("kari", "ola", "tone", "lars"):
        browser = as_(name)
        assert ("edian" in page_of(browser), "Velg kommune" in page_of(browser)) == (False, False)
        assert browser.get(f"/control/?place={municipality('Seljord')}").status_code == 404
    with inside("Tinn"), pytest.raises(Problem):
        CONTROL.asked(db.session, {"place": ["Seljord"]}, "nb", translator("nb"))


def test_who_is_in_two_municipalities_reads_those_and_no_median(app: Any, as_: As) -> None:
    towns = begin(FEWEST)
    siri = as_("siri")
    siri.post("/municipality/", data={"municipality": ""})

    page = page_of(siri)
    places = re.findall(r'<option value="(\d+)"', page)

    assert ("Færre enn 5 kommuner" in page, "edianen" in page) == (True, False)
    assert {int(one) for one in places} <= {municipality("Tinn"), municipality("Seljord")}
    assert siri.get(f"/control/?place={municipality(towns[3])}").status_code == 404


def test_who_leads_the_project_chooses_a_municipality_and_reads_no_risk(app: Any, as_: As) -> None:
    begin(FEWEST)

    page = page_of(as_("per"), f"/control/?place={municipality('Tinn')}")

    found = {title: number for number, title, _ in FIGURE.findall(page)}
    assert "<h1>Har Tinn kontroll?</h1>" in page
    assert found["Systemer med eier"] == "10 %"
    assert "Dårligere enn medianen av 5 kommuner, som er 30 %." in page
    assert {LINES[one.key].title for one in MEASURES if one.reads is Domain.CONTENT} == found.keys()


def test_the_cover_is_about_the_municipality_that_is_chosen(app: Any) -> None:
    towns = begin(FEWEST)
    chosen = replace(ASK, chosen={"place": (municipality("Tinn"),)})

    with inside(*towns):
        one, all_ = CONTROL.document(db.session, chosen), CONTROL.document(db.session, ASK)
        book = CONTROL.workbook(db.session, chosen)

    assert (one.whose.partition(",")[0], book.whose.partition(",")[0], all_.whose.count(",")) == ("Tinn", "Tinn", 4)
    assert dict(one.facts)["Kommune"] == dict(book.cover.facts)["Kommune"] == "Tinn"
