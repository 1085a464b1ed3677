"""Reports: the page and the file say the same, nothing is left out, and the money adds up."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from models.database import db
from models.declare.base import told_fields
from models.declare.choices import ContactRole, PriceKind
from models.money.lines import FOUNDER as FOUNDER_NOTE
from models.money.lines import formula
from models.queries.finding import Query
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.billing import Price
from models.registers.municipality import Municipality, Population
from models.registers.organisation import ContactPerson
from reports import REPORTS, report
from reports.base import Ask, dpo_lines
from reports.coordinating.control import CONTROL
from reports.coordinating.procurement import PROCUREMENT
from reports.invoice_basis import MISSING
from reports.registers import RegisterReport
from tests.conftest import inside, municipality
from tests.support.recorded import EVERY, STATES
from tests.test_registers import As
from tests.test_statements import furnish

ASK = Ask("nb", date(2026, 6, 1), datetime(2026, 6, 1, 12, tzinfo=UTC), 2018)
PEOPLE = {
    "databehandlerprotokoll": "per", "fakturagrunnlag": "lars", "avregning": "frida", "prissimulering": "per",
}  # fmt: skip
TOLD_OF_ALL = (CONTROL, PROCUREMENT)  # beside what all have, or of it: in tests of their own
ASKED = {"fakturagrunnlag": "?year=2018", "arsrapport-personvern": "?year=2018", "behandlingsprotokoll": EVERY}


def told(slug: str, *towns: str, ask: Ask = ASK) -> list[list[dict[str, Any]]]:
    """The sheets of a report, each row by its headings."""
    with inside(*towns):
        sheets = [one.sheet for one in report(slug).sheets(db.session, ask)]
        return [[dict(zip([c.label for c in s.columns], row, strict=True)) for row in s.rows] for s in sheets]


def book_of(answer: Any) -> Any:
    with answer:
        return openpyxl.load_workbook(BytesIO(answer.data))


def cells(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


# -- page and file -----------------------------------------------------------------------------------------------------


def tables(page: str) -> list[list[list[str]]]:
    """The tables of a page as rows of texts."""
    hidden = r'<span class="emphasis">.*?</span>|<[^>]+>'
    plain = lambda cell: html.unescape(re.sub(hidden, "", cell)).strip()  # noqa: E731 - a word for the lines below
    bodies = [one.partition("</table>")[0] for one in page.split("<table")[1:]]
    found = [
        [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("<tr")[1:]] for body in bodies
    ]
    return [[[plain(cell) for cell in row] for row in table] for table in found]


def as_shown(value: Any, form: str) -> str:
    """A cell of the file as the page would write it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y kl. %H.%M}" if "hh" in form else f"{value:%d.%m.%Y}"
    if isinstance(value, int | float):
        whole = f"{value:,.2f}" if "0.00" in form else f"{value:,}"
        return whole.replace(",", "\u00a0").replace(".", ",")
    return str(value).strip()


@pytest.mark.parametrize("slug", [one.slug for one in REPORTS])
def test_what_you_see_is_what_you_download(slug: str, as_: As) -> None:
    furnish(range(1))
    browser = as_(PEOPLE.get(slug, "tone"))
    asked = ASKED.get(slug, "")

    page = browser.get(f"/reports/{slug}/{asked}").text
    book = book_of(browser.get(f"/reports/{slug}/download/{asked}"))

    shown = tables(page)
    sheets = [one for one in book.worksheets[1:] if one.title != "Vedlegg alle felt" and one["A2"].value]
    sheets = [one for one in sheets if one["A2"].value != "Sum"]  # of nothing
    assert len(shown) == len(sheets)
    for table, sheet in zip(shown, sheets, strict=True):
        filed = [[as_shown(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]
        filed = [row for row in filed if any(row) and row[0] != "Sum"]
        assert [row for row in table if row[0] != "Sum"] == filed


@pytest.mark.parametrize("slug", [one.slug for one in REPORTS if not one.project])
def test_the_cover_says_who_what_and_when(slug: str, as_: As) -> None:
    browser = as_(PEOPLE.get(slug, "tone"))

    book = book_of(browser.get(f"/reports/{slug}/download/"))

    facts = {row[0]: row[1] for row in cells(book.worksheets[0]) if row[0] and len(row) > 1 and row[1] is not None}
    assert facts["Kommune"] == "Tinn"
    assert facts["Organisasjonsnummer"] == "864 963 552"
    assert facts["Personvernombud"] == "Åpen Ombod, ombod@test.example, 35 00 00 00"
    assert {"Laget", "Utvalg", "Kilde"} <= facts.keys()
    assert [key for key in facts if key.startswith("Antall rader i")]


@pytest.mark.parametrize(("who", "said"), [("siri", "Seljord, Tinn"), ("per", "Alle kommuner")])
def test_what_is_about_several_municipalities_names_them_unless_it_is_about_all(who: str, said: str, as_: As) -> None:
    browser = as_(who)
    browser.post("/municipality/", data={"municipality": ""})

    cover = cells(book_of(browser.get("/reports/avtaler/download/")).worksheets[0])

    assert ["Kommune", said] in [row[:2] for row in cover]
    assert f'<p class="lead">{said} samlet.</p>' in browser.get("/").text


def test_a_filtered_list_is_exported_as_filtered_and_says_so(as_: As) -> None:
    book = book_of(as_("kari").get("/application/export/xlsx/?columns=all&search=skole&status=in_use"))
    nothing = book_of(as_("kari").get("/application/export/xlsx/?columns=all&status=retired"))

    facts = dict(row[:2] for row in cells(book.worksheets[0]) if row[0])
    assert (facts["Utvalg"], book.worksheets[1].max_row) == ("Søk: skole; Status er I bruk", 2)
    assert nothing.worksheets[1].max_row == 1


def test_text_that_looks_like_a_formula_stays_text(as_: As) -> None:
    with inside("Tinn"):
        db.session.scalars(select(Application)).one().name = '=HYPERLINK("http://evil.example";"x")'
        db.session.commit()

    sheet = book_of(as_("tone").get("/reports/applikasjoner/download/")).worksheets[1]

    assert (sheet["A2"].data_type, sheet["A2"].value) in {
        (kind, '=HYPERLINK("http://evil.example";"x")') for kind in ("s", "inlineStr")
    }


# -- whose rows --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "slug", [one.slug for one in REPORTS if not (one.billing or one.project or one in TOLD_OF_ALL)]
)
def test_a_report_of_one_municipality_holds_nothing_of_another(slug: str) -> None:
    furnish(range(1), "Tinn", "Åpen ")
    furnish(range(1), "Seljord", "Hemmeleg ")
    ask = replace(ASK, chosen=STATES)
    text = str(told(slug, "Tinn", ask=ask))

    assert ("Åpen" in text, "Hemmeleg" in text, "Løyndom" in text) == (True, False, False)
    assert "Hemmeleg" in str(told(slug, "Seljord", ask=ask))


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("slug", ["applikasjoner", "datasett", "avtaler"])
def test_a_register_report_has_every_field_with_its_names(slug: str) -> None:
    ((row,),) = told(slug, "Tinn")
    register = report(slug).register  # type: ignore[attr-defined]

    labels = [label.partition(" (")[0] for label in row]
    assert labels == [known.label.partition(" (")[0] for known in told_fields(register) if known.exported]
    assert "Åpen" in str(row)


# -- the invoice basis -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_the_founders_of_2018_add_up() -> None:
    lines, sums = told("fakturagrunnlag")
    fee = [line for line in lines if line["Linje"] == "Tilkoblingsavgift"]
    yearly = [line for line in lines if line["Linje"] != "Tilkoblingsavgift"]

    assert (len(sums), len(fee), len(yearly)) == (22, 22, 44)
    assert sum(line["Etter regelen (kr)"] for line in fee) == 95_500_000
    assert sum(line["Etter regelen (kr)"] for line in yearly) == 44_307_300
    assert sum(line["Skal belastes (kr)"] for line in fee) == 0
    assert sum(line["Skal belastes (kr)"] for line in yearly) == 44_307_300
    assert sum(row["Skal belastes (kr)"] for row in sums) == 44_307_300
    assert sum(row["Sum etter regelen (kr)"] for row in sums) == 95_500_000 + 44_307_300
    assert {line["Grunnlegger"] for line in lines} == {"Ja"}
    assert {line["Merknad"] for line in fee} == {FOUNDER_NOTE}
    assert {type(line["Folketall"]) for line in lines} == {int}
    assert {line["Dato for folketall"] for line in lines} == {date(2018, 1, 1)}


@pytest.mark.usefixtures("app")
def test_each_line_carries_its_calculation() -> None:
    lines, _ = told("fakturagrunnlag", "Tinn")

    by_kind = {line["Linje"]: line for line in lines}
    people = by_kind["A konto, per innbygger"]
    inhabitants = people["Folketall"]
    kroner = f"{inhabitants * 150 // 100:,}".replace(",", "\u00a0") + f",{inhabitants * 150 % 100:02}"
    assert by_kind["A konto, fast del"]["Utregning"] == "1 × 6\u00a0000,00 = 6\u00a0000,00"
    assert (
        people["Utregning"]
        == f"{inhabitants:,} × 1,50 = ".replace(",", "\u00a0", 1).replace("1\u00a050", "1,50") + kroner
    )
    assert people["Kommunenummer"] == "0826"


@pytest.mark.usefixtures("app")
def test_what_has_been_invoiced_stands_beside_what_is_due() -> None:
    lines, _ = told("fakturagrunnlag", "Tinn")

    assert {line["Linje"]: line["Er fakturert (kr)"] for line in lines}["A konto, fast del"] == 600_000


@pytest.mark.usefixtures("app")
def test_a_missing_figure_marks_one_municipality_and_leaves_the_others() -> None:
    with inside():
        db.session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one().populations = []
        db.session.commit()

    lines, sums = told("fakturagrunnlag")

    assert [(line["Kommune"], line["Merknad"]) for line in lines if line["Linje"] is None] == [("Tinn", MISSING)]
    assert (len(lines), len(sums)) == (21 * 3 + 1, 22)


@pytest.mark.usefixtures("app")
def test_a_missing_price_marks_every_line_it_concerns() -> None:
    with inside():
        db.session.delete(db.session.scalars(select(Price).where(Price.nature == PriceKind.FIXED)).one())
        db.session.commit()

    lines, _ = told("fakturagrunnlag")

    assert {line["Merknad"] for line in lines} == {MISSING}


def test_the_page_of_the_project_sums_all_municipalities(as_: As) -> None:
    page = as_("frida").get("/reports/fakturagrunnlag/?year=2018").text

    assert "443\u00a0073,00" in html.unescape(page)


# -- by command --------------------------------------------------------------------------------------------------------


def run(app: Any, *arguments: str) -> Any:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["report", *arguments])


def test_the_command_lists_the_reports_of_the_page(app: Any, as_: As) -> None:
    answer = run(app, "list")

    assert [line.split()[0] for line in answer.output.splitlines()] == [*[one.slug for one in REPORTS], "egen-REGISTER"]


def test_the_command_makes_the_invoice_basis_of_all_municipalities(app: Any, tmp_path: Path) -> None:
    target = tmp_path / "f.xlsx"

    answer = run(app, "fakturagrunnlag", "--municipality", "all", "--year", "2018", "--out", str(target))

    assert answer.exit_code == 0, answer.output
    lines = cells(openpyxl.load_workbook(target).worksheets[1])
    rule, charged = (lines[0].index(name) for name in ("Etter regelen (kr)", "Skal belastes (kr)"))
    assert (lines[-1][0], lines[-1][rule], lines[-1][charged]) == ("Sum", 955_000 + 443_073, 443_073)
    assert "Linjer: 66" in answer.output


@pytest.mark.parametrize("number", ["0826", "3818", "4026"])
def test_the_command_takes_the_number_of_any_year(number: str, app: Any, tmp_path: Path, as_: As) -> None:
    target = tmp_path / "p.xlsx"

    answer = run(app, "behandlingsprotokoll", "--municipality", number, "--out", str(target))

    assert answer.exit_code == 0, answer.output
    by_command = openpyxl.load_workbook(target)
    by_page = book_of(as_("tone").get("/reports/behandlingsprotokoll/download/"))
    assert [cells(sheet) for sheet in by_command.worksheets[1:]] == [cells(sheet) for sheet in by_page.worksheets[1:]]


def test_the_formula_names_the_months_of_part_of_a_year() -> None:
    from models.money.lines import Line

    line = Line(PriceKind.INHABITANT, 1_411, 150, 7, 123_463, 123_463)

    assert formula(line) == "1\u00a0411 × 1,50 × 7/12 = 1\u00a0234,63"


@pytest.mark.parametrize(
    ("name", "slug", "status"),
    [
        ("ola", "avtaler", 403),
        ("sol", "avtaler", 403),
        ("kari", "fakturagrunnlag", 403),
        ("kari", "avtaler", 200),
        ("frida", "fakturagrunnlag", 200),
    ],
)
def test_reports_are_for_those_whose_role_says_so(name: str, slug: str, status: int, as_: As) -> None:
    browser = as_(name)

    assert browser.get(f"/reports/{slug}/").status_code == status
    with browser.get(f"/reports/{slug}/download/") as answer:
        assert answer.status_code == status


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("year", "code"), [(2019, "0826"), (2020, "3818"), (2024, "4026")])
def test_the_invoice_basis_names_the_number_a_municipality_had_that_year(year: int, code: str) -> None:
    (rows, *_) = told("fakturagrunnlag", ask=replace(ASK, year=year))

    assert {row["Kommunenummer"] for row in rows if row["Kommune"] == "Tinn"} == {code}


@pytest.mark.usefixtures("app")
def test_names_of_what_is_linked_stand_in_the_order_of_the_alphabet() -> None:
    with inside("Tinn"):
        row = db.session.scalars(select(Application)).one()
        for name in ("Åse", "Berit", "Ærfugl", "Anne"):
            row.agreements = [*row.agreements, Agreement(name=name)]
            db.session.flush()
        db.session.commit()

    ((told_of,),) = told("applikasjoner", "Tinn")

    assert told_of["Avtaler"] == "Anne\nBerit\nÆrfugl\nÅpen avtale\nÅse"


@pytest.mark.usefixtures("app")
def test_who_joins_within_a_year_is_told_with_the_number_and_the_population_of_that_day() -> None:
    joined, counted = date(2020, 7, 1), date(2020, 4, 1)
    with inside():
        tinn = db.session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one()
        before, after, _now = sorted(tinn.codes, key=lambda one: one.valid_from)
        tinn.joined = before.valid_to = after.valid_from = joined
        tinn.populations.append(Population(day=counted, inhabitants=1, source="SSB"))
        db.session.commit()

    (rows, _) = told("fakturagrunnlag", "Tinn", ask=replace(ASK, year=2020))

    assert [(row["Kommunenummer"], row["Dato for folketall"]) for row in rows] == [
        ("3818", counted),
        ("3818", counted),
        ("3818", counted),
    ]


@pytest.mark.usefixtures("app")
def test_data_protection_officers_are_told_in_the_order_of_the_alphabet() -> None:
    with inside("Tinn"):
        for name in ("Åse", "Berit"):
            db.session.add(ContactPerson(name=name, role=ContactRole.DPO))
            db.session.flush()

        told_of = dpo_lines(db.session)[municipality("Tinn")]

    assert [line.partition(",")[0] for line in told_of] == ["Berit", "Åpen Ombod", "Åse"]


@pytest.mark.usefixtures("app")
def test_a_report_that_is_only_begun_reads_no_further_and_counts_all_the_same() -> None:
    with inside("Tinn", "Seljord"):
        (found,) = report("applikasjoner").sheets(db.session, replace(ASK, most=1))

        assert (len(list(found.sheet.rows)), found.total) == (1, 2)


@pytest.mark.usefixtures("app")
def test_a_list_that_is_narrowed_counts_what_it_has_and_no_further_than_is_asked() -> None:
    with inside("Tinn"):
        db.session.add_all([Application(name=name) for name in ("Prøve 1", "Prøve 2", "Prøve 3", "Annet")])
        db.session.commit()
        (told,) = RegisterReport("x", "x", "", register=Application, query=Query(search="prøve")).sheets(
            db.session, ASK
        )

        assert (len(list(told.sheet.rows)), told.total, told.count(1)) == (3, 3, 2)
