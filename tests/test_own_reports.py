"""Reports that people make of a list: put together, added up, saved, shared, pinned, and told in every file."""

from __future__ import annotations

import html
import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from models.database import db
from models.declare.base import told_fields
from models.declare.choices import Lifecycle
from models.declare.fields import Field
from models.queries.finding import Query
from models.queries.grouping import can_group, grouped
from models.registers.architecture import Application
from models.registers.listviews import SharedView
from models.registers.organisation import OrganisationalUnit
from models.tenancy.accesslog import AccessEntry
from tests.conftest import inside
from tests.test_opened_in import choose
from tests.test_registers import As
from tests.test_reports import book_of, cells, tables
from tests.test_statements import counted  # noqa: F401 - a fixture

OF = "/reports/egen-application/"
SAVE, CHANGE = "/own-reports/application/save/", "/own-reports/application/change/"
QUERY = "report=1&group=unit&sum=licence_ore&search=rapport&columns=name,status,licence_ore,user_count"
MADE = (  # name, unit, status, licence in øre, users
    ("Rapport A", "skole", Lifecycle.IN_USE, 100_000, 3),
    ("Rapport B", "skole", Lifecycle.PLANNED, 25_050, None),
    ("Rapport C", "heim", Lifecycle.IN_USE, 500_000, 4),
    ("Rapport D", None, Lifecycle.IN_USE, None, None),
)


def furnish(town: str = "Tinn", word: str = "Tinn") -> None:
    """Four systems of two units, one of none, in a municipality."""
    with inside(town), db.session.no_autoflush:
        units = {name: OrganisationalUnit(name=f"{word} {name}") for name in ("skole", "heim")}
        for name, unit, status, licence, users in MADE:
            row = Application(name=f"{name} {word}", status=status, licence_ore=licence, user_count=users)
            row.unit = units.get(unit or "")
            db.session.add(row)
        db.session.commit()


@pytest.fixture
def world(app: Any) -> None:
    furnish()
    furnish("Seljord", "Hemmeleg")


def save(browser: Any, name: str = "Helse per enhet", query: str = QUERY, share: str = "", **more: Any) -> Any:
    return browser.post(SAVE, data={"name": name, "query": query, "share": share}, **more)


def change(browser: Any, called: str, **button: str) -> Any:
    return browser.post(CHANGE, data={"view": called, **button})


def told(page: str) -> list[list[list[str]]]:
    """The rows of each table of a page, with its head and foot."""
    return [[[cell.replace("\u00a0", " ") for cell in row] for row in table] for table in tables(page)]


GROUPS = [
    ["Enhet", "Antall", "Lisens per år", "Antall brukere"],
    ["Tinn heim", "1", "5 000,00", "4"],
    ["Tinn skole", "2", "1 250,50", "3"],
    ["Ikke fylt ut", "1", "", ""],
    ["Sum", "4", "6 250,50", "7"],
]


@pytest.mark.usefixtures("world")
def test_rows_are_put_together_added_up_and_drawn_and_stand_below_in_the_order_of_the_groups(as_: As) -> None:
    page = as_("tone").get(f"{OF}?{QUERY}").text

    groups, rows = told(page)
    assert groups == GROUPS
    assert [row[:2] for row in rows] == [
        ["Navn", "Enhet"],
        ["Rapport C Tinn", "Tinn heim"],
        ["Rapport A Tinn", "Tinn skole"],
        ["Rapport B Tinn", "Tinn skole"],
        ["Rapport D Tinn", ""],
        ["Sum", ""],
    ]
    assert len(re.findall(r'<a href="/application/details/\?id=\d+">Rapport A Tinn</a>', page)) == 1
    drawn = html.unescape(re.findall(r'role="img" aria-label="([^"]+)"', page)[0]).replace("\u00a0", " ")
    assert drawn == "Lisens per år: Tinn heim 5 000,00; Tinn skole 1 250,50; Ikke fylt ut –"
    assert "Hemmeleg" not in page


@pytest.mark.usefixtures("world")
def test_without_a_sum_the_bars_count_and_without_groups_there_are_the_rows_alone(as_: As) -> None:
    tone = as_("tone")
    counted_page = tone.get(f"{OF}?search=rapport&columns=name,status&group=status").text
    plain = tone.get(f"{OF}?search=rapport&columns=name,licence_ore").text

    assert told(counted_page)[0] == [["Status", "Antall"], ["I bruk", "3"], ["Planlagt", "1"], ["Sum", "4"]]
    assert 'aria-label="Antall: I bruk 3; Planlagt 1"' in counted_page
    assert [row[-1] for row in told(plain)[0]] == ["Lisens per år", "1 000,00", "250,50", "5 000,00", "", "6 250,50"]
    assert 'role="img"' not in plain


@pytest.mark.usefixtures("world")
def test_days_are_put_together_by_their_year(as_: As) -> None:
    with inside("Tinn"):
        for name, day in (("A", date(2019, 1, 1)), ("B", date(2019, 12, 31)), ("C", date(2020, 1, 1))):
            db.session.execute(
                select(Application).where(Application.name == f"Rapport {name} Tinn")
            ).scalar_one().in_use_from = day
        db.session.commit()

    (groups, _rows) = told(as_("tone").get(f"{OF}?search=rapport&columns=name,status&group=in_use_from").text)

    assert groups == [["I bruk fra (år)", "Antall"], ["2019", "2"], ["2020", "1"], ["Ikke fylt ut", "1"], ["Sum", "4"]]


@pytest.mark.usefixtures("world")
def test_a_field_behind_a_link_groups_too(as_: As) -> None:
    (groups, _rows) = told(as_("tone").get(f"{OF}?search=rapport&columns=name,status&group=product.nature").text)

    assert groups == [["Produkt › Type", "Antall"], ["Ikke fylt ut", "4"], ["Sum", "4"]]


@pytest.mark.usefixtures("world")
def test_over_several_municipalities_each_has_its_own_groups_and_all_may_be_put_together_by_whose_they_are(
    as_: As,
) -> None:
    siri = as_("siri")
    siri.post("/municipality/", data={"municipality": ""})

    units = told(siri.get(f"{OF}?search=rapport&columns=name,licence_ore&group=unit&sum=licence_ore").text)[0]
    places = told(siri.get(f"{OF}?search=rapport&columns=name,licence_ore&group=municipality").text)[0]

    assert [row[:3] for row in units] == [
        ["Enhet", "Kommune", "Antall"],
        ["Hemmeleg heim", "Seljord", "1"],
        ["Tinn heim", "Tinn", "1"],
        ["Hemmeleg skole", "Seljord", "2"],
        ["Tinn skole", "Tinn", "2"],
        ["Ikke fylt ut", "Seljord", "1"],
        ["Ikke fylt ut", "Tinn", "1"],
        ["Sum", "", "8"],
    ]
    assert [row[:2] for row in places] == [["Kommune", "Antall"], ["Seljord", "4"], ["Tinn", "4"], ["Sum", "8"]]


@pytest.mark.usefixtures("world")
def test_the_workbook_has_the_choices_on_its_cover_both_sheets_and_a_chart(as_: As) -> None:
    book = book_of(as_("tone").get(f"{OF}download/?{QUERY}&status=in_use"))

    cover, groups, rows = book.worksheets
    facts = {row[0]: row[1] for row in cells(cover) if row[0]}
    assert facts["Utvalg"] == ("Søk: rapport; Status er I bruk; Grupper etter: Enhet; Søylene viser: Lisens per år")
    assert (groups.title, rows.title) == ("Applikasjoner etter enhet", "Applikasjoner")
    assert len(groups._charts) == 1
    assert ["Tinn heim", 1, 5000, 4] in cells(groups)
    assert "Rapport C Tinn" in str(cells(rows))
    assert "Rapport B Tinn" not in str(cells(rows))


@pytest.mark.usefixtures("world")
def test_it_is_a_document_too(as_: As) -> None:
    tone = as_("tone")
    saved = save(tone, "Helse & omsorg").location.partition("?")[2]
    kinds = ("download/", "download/pdf/", "download/docx/", "document/")

    answers = [tone.get(f"{OF}{kind}?{saved}") for kind in kinds]

    words = " ".join(page.extract_text() for page in PdfReader(BytesIO(answers[1].data)).pages)
    assert [one.status_code for one in answers] == [200] * 4
    assert ("Tinn heim" in words, "Helse & omsorg" in words) == (True, True)
    assert "helse-omsorg-tinn-" in answers[1].headers["Content-Disposition"]
    assert "Tinn heim" in answers[3].text


@pytest.mark.usefixtures("world")
def test_what_is_downloaded_is_written_down_without_what_somebody_searched_for(as_: As) -> None:
    as_("tone").get(f"{OF}download/?{QUERY}")

    with inside():
        told_of = db.session.scalars(select(AccessEntry).order_by(AccessEntry.id.desc())).first()
    assert told_of is not None
    assert (told_of.subject, told_of.selection) == (
        "Applikasjoner", "Grupper etter: Enhet; Søylene viser: Lisens per år",
    )  # fmt: skip


# -- saved, shared, pinned ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("world")
def test_a_list_leads_to_the_report_of_it_and_back(as_: As) -> None:
    tone = as_("tone")
    page = html.unescape(tone.get("/application/?status=in_use&columns=name,unit").text)
    (way,) = re.findall(r'href="(/reports/egen-[^"]+)"', page)

    there = html.unescape(tone.get(way).text)

    assert way == f"{OF}?status=in_use&columns=name,unit"
    assert 'href="/application/?status=in_use&columns=name,unit"' in there


@pytest.mark.usefixtures("world")
def test_a_report_of_ones_own_is_saved_opened_changed_and_deleted(as_: As) -> None:
    kari = as_("kari")
    answer = save(kari)
    page = kari.get(answer.location).text
    assert answer.location == f"{OF}?view=own:Helse+per+enhet"
    assert ("<h1>Helse per enhet</h1>" in page, told(page)[0]) == (True, GROUPS)

    save(kari, query="report=1&group=status&search=rapport")
    assert told(kari.get(answer.location).text)[0][0] == ["Status", "Antall"]
    assert kari.get("/reports/").text.count("Helse per enhet</a>") == 1

    change(kari, "own:Helse per enhet", drop="Helse per enhet")
    assert (kari.get(answer.location).status_code, "Helse per enhet" in kari.get("/reports/").text) == (404, False)


@pytest.mark.usefixtures("world")
def test_one_that_is_shared_is_the_municipalitys_and_one_for_all_is_everybodys(as_: As) -> None:
    ours = save(as_("tone"), "Vår", share="municipality").location
    all_s = save(as_("per"), "Alles", share="project").location

    found = {
        name: [as_(name).get(one).status_code for one in (ours, all_s)] for name in ("kari", "siri", "lars", "berit")
    }
    listed = {name: [one in as_(name).get("/reports/").text for one in ("Vår</a>", "Alles</a>")] for name in found}

    assert found == {"kari": [200, 200], "siri": [200, 200], "lars": [200, 200], "berit": [404, 200]}
    assert listed == {"kari": [True, True], "siri": [True, True], "lars": [True, True], "berit": [False, True]}
    edit, delete = re.findall(r'href="(/shared-view/(?:edit|delete)/[^"]+)"', html.unescape(as_("lars").get(ours).text))
    assert [as_("lars").get(one).status_code for one in (edit, delete)] == [200, 200]
    assert "/shared-view/" not in as_("kari").get(ours).text
    assert "Hemmeleg heim" in as_("berit").get(all_s).text
    assert "Tinn heim" not in as_("berit").get(all_s).text


@pytest.mark.usefixtures("world")
def test_a_report_is_pinned_with_its_count_and_leads_from_the_start_page_and_the_menu_to_itself(as_: As) -> None:
    kari = as_("kari")
    there = save(kari).location
    for place in ("start", "menu"):
        change(kari, "own:Helse per enhet", pin=f"{place}:own:Helse per enhet")

    start = html.unescape(kari.get("/").text)

    assert f'<a href="{there}">Helse per enhet</a> <span class="task-count">4</span>' in start
    (way,) = set(re.findall(r'href="(/application/\?view=own[^"]+)"', start))
    assert kari.get(way).location == there


@pytest.mark.usefixtures("world")
def test_a_report_is_no_view_of_its_list_and_never_what_a_register_opens_with(as_: As) -> None:
    tone = as_("tone")
    save(tone, "Zebra", share="municipality")
    with inside("Tinn"):
        db.session.scalars(select(SharedView).where(SharedView.name == "Zebra")).one().is_first = True
        db.session.commit()

    answer = as_("kari").get("/application/")

    assert (answer.status_code, "Zebra" in answer.text) == (200, False)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("share", ["", "municipality"])
def test_a_report_never_takes_the_place_of_a_view_nor_a_view_that_of_a_report(share: str, as_: As) -> None:
    tone = as_("tone")
    tone.post("/application/arrange/", data={"view": "Skoler", "share": share, "back": "/application/?status=in_use"})
    save(tone, "Rapporten", share=share)

    over_view = save(tone, "Skoler", share=share, follow_redirects=True).text
    data = {"view": "Rapporten", "share": share, "back": "/application/?status=in_use"}
    over_report = tone.post("/application/arrange/", data=data, follow_redirects=True).text

    words = "Lista har en visning eller rapport som heter det fra før."
    assert (words in over_view, words in over_report) == (True, True)


@pytest.mark.usefixtures("world")
def test_what_a_report_asks_for_and_is_no_more_is_said_and_the_rest_is_told(as_: As) -> None:
    kari = as_("kari")
    there = save(kari, query="report=1&group=gone&sum=lost&colour=red&columns=name,status,away&search=rapport").location

    page = html.unescape(kari.get(there).text)

    assert [
        "«gone» kan ikke velges som «Grupper etter», og er ikke med." in page,
        "«lost» kan ikke velges som «Søylene viser», og er ikke med." in page,
        "«colour» finnes ikke som filter her, og er ikke med." in page,
        "Kolonnen «away» finnes ikke her, og er ikke med." in page,
    ] == [True] * 4
    assert [row[0] for row in told(page)[0]] == ["Navn", *[f"{one[0]} Tinn" for one in MADE]]


@pytest.mark.usefixtures("world")
def test_a_report_speaks_the_language_of_the_municipality_and_any_other_that_is_asked_for(as_: As) -> None:
    english = as_("tone").get(f"{OF}?{QUERY}&language=en").text
    nynorsk = as_("berit").get(f"{OF}?{QUERY}").text

    assert told(english)[0][0] == ["Unit", "Number", "Licence per year", "Number of users"]
    assert told(nynorsk)[0][0] == ["Eining", "Tal", "Lisens per år", "Tal på brukarar"]


# -- what it costs -----------------------------------------------------------------------------------------------------


def test_a_report_costs_the_same_statements_for_few_rows_and_for_many(as_: As, counted: Any) -> None:  # noqa: F811
    for number in range(7):
        furnish(word=f"Tinn {number}")
    tone = as_("tone")
    few = counted(lambda: tone.get(f"{OF}?{QUERY}"))
    for number in range(7, 20):
        furnish(word=f"Tinn {number}")

    assert len(counted(lambda: tone.get(f"{OF}?{QUERY}"))) == len(few) == 7


def test_groups_say_of_every_row_what_a_count_by_hand_says(engine_app: Any) -> None:
    furnish()
    furnish("Seljord", "Hemmeleg")
    known: dict[str, Field] = {one.key: one for one in fields()}
    with inside("Tinn"):
        found = grouped(db.session, Application, Query(), known["status"], [known["licence_ore"]], "nb")
        by_hand = db.session.execute(
            select(Application.status, func.count(), func.sum(Application.licence_ore)).group_by(Application.status)
        )
        assert {(one.value, one.number, *one.sums) for one in found} == {(a.value, b, c) for a, b, c in by_hand}


def fields() -> list[Field]:
    return list(told_fields(Application))


def test_what_a_row_may_have_several_of_groups_nothing() -> None:
    assert {one.key for one in fields() if can_group(one)} & {"datasets", "name", "notes", "licence_ore"} == set()


def test_choosing_another_municipality_shows_its_rows(as_: As) -> None:
    furnish()
    furnish("Seljord", "Hemmeleg")
    siri = as_("siri")
    answers = []
    for town in ("Tinn", "Seljord"):
        choose(siri, town)
        answers.append([row[0] for row in told(siri.get(f"{OF}?{QUERY}").text)[0][1:-1]])

    assert answers == [
        ["Tinn heim", "Tinn skole", "Ikke fylt ut"],
        ["Hemmeleg heim", "Hemmeleg skole", "Ikkje fylt ut"],
    ]
