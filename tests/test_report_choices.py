"""What a report may be asked for: the same by page, address and command, told on the cover, refused when unknown."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import Answer, RecordStatus
from models.registers.catalogue import Supplier
from models.registers.codes import KostraFunction, LosTheme
from models.registers.municipality import Municipality
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity
from reports import choices
from tests.conftest import inside
from tests.test_registers import As
from tests.test_reports import book_of, cells, run

PAGE = "/reports/behandlingsprotokoll/"


@pytest.fixture
def known(app: Any) -> dict[str, str]:
    """Two activities that are told of in Tinn, and each choice by the text that picks out the one of the world."""
    with inside("Tinn"):
        row = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id)).first()
        theme, function = (db.session.scalars(select(c).order_by(c.id)).first() for c in (LosTheme, KostraFunction))
        row.status, row.theme, row.function = RecordStatus.APPROVED, theme, function
        row.special = Answer.YES
        db.session.add(ProcessingActivity(name="Åpen annen", status=RecordStatus.REVISE, special=Answer.NO))
        db.session.commit()
        unit = db.session.scalars(select(OrganisationalUnit)).one()
        supplier = db.session.scalars(select(Supplier).order_by(Supplier.id)).first()
        return {
            "status": "approved", "unit": str(unit.id), "theme": theme.code, "function": function.code,
            "supplier": str(supplier.id), "special": "yes",
        }  # fmt: skip


def told_of(book: Any) -> tuple[list[str], str]:
    """The names on the first sheet, and what the cover says was chosen."""
    facts = {row[0]: row[1] for row in cells(book.worksheets[0]) if row[0]}
    return [row[0] for row in cells(book.worksheets[1])[1:]], facts["Utvalg"]


COVERS = {
    "status": "Status: Godkjent",
    "unit": "Ansvarlig enhet: Åpen oppvekst",
    "theme": "Tjenesteområde (LOS): ",
    "function": "KOSTRA-funksjon: ",
    "supplier": "Leverandør: ",
    "special": "Særlige kategorier: Ja",
}


@pytest.mark.parametrize("name", COVERS)
def test_a_choice_works_by_page_by_address_and_by_command_and_stands_on_the_cover(
    name: str, known: dict[str, str], as_: As, app: Any, tmp_path: Path
) -> None:
    browser, target = as_("tone"), tmp_path / "p.xlsx"

    page = html.unescape(browser.get(f"{PAGE}?{name}={known[name]}").text)
    by_address = told_of(book_of(browser.get(f"{PAGE}download/?{name}={known[name]}")))
    answer = run(app, "behandlingsprotokoll", "--municipality", "4026", f"--{name}", known[name], "--out", str(target))
    by_command = told_of(openpyxl.load_workbook(target))

    assert (answer.exit_code, by_command) == (0, by_address)
    assert (by_address[0], COVERS[name] in by_address[1]) == (["Åpen elevadministrasjon"], True)
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert ("Åpen elevadministrasjon" in body, "Åpen annen" in body) == (True, False)
    assert f"{PAGE}download/pdf/?{name}={known[name]}" in page


def test_a_row_is_chosen_by_its_name_too_and_without_a_choice_both_are_told(known: dict[str, str], as_: As) -> None:
    browser = as_("tone")

    named = told_of(book_of(browser.get(f"{PAGE}download/?unit=Åpen oppvekst")))
    every = told_of(book_of(browser.get(f"{PAGE}download/?unit=&drafts=0")))

    assert named[0] == ["Åpen elevadministrasjon"]
    assert every == (["Åpen annen", "Åpen elevadministrasjon"], "Status: Godkjent, Trenger revidering")


def test_a_part_of_a_name_is_enough_where_one_name_has_it_and_else_the_names_are_told(
    known: dict[str, str], as_: As
) -> None:
    alone = [as_("tone").get(f"{PAGE}?unit={asked}").status_code for asked in ("oppvekst", '"', "%25", "_")]
    assert alone == [200, 400, 400, 400]
    with inside("Tinn"):
        for name in ("Åpen teknisk", "Drift 100 %"):
            db.session.add(OrganisationalUnit(name=name))
        db.session.commit()
    browser = as_("tone")

    one = told_of(book_of(browser.get(f"{PAGE}download/?unit=OPPVEKST")))
    by_sign = told_of(book_of(browser.get(f"{PAGE}download/?unit=100 %25")))
    several, none, signs, number = (browser.get(f"{PAGE}?unit={asked}") for asked in ("åpen", "%25%25", '"', "100"))

    assert (one[0], by_sign[0]) == (["Åpen elevadministrasjon"], [])
    assert [answer.status_code for answer in (several, none, signs, number)] == [400] * 4
    assert "«åpen» står i flere navn: Åpen oppvekst, Åpen teknisk. Skriv hele navnet." in html.unescape(several.text)
    assert "«100» er ikke noe en kan velge som Ansvarlig enhet." in html.unescape(number.text)


def test_of_more_rows_than_anybody_looks_through_the_name_is_written_and_what_is_written_stays(
    known: dict[str, str], as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.choices.MOST_OPTIONS", 1)
    monkeypatch.setattr("reports.choices._in_use", choices._in_use.__wrapped__)  # type: ignore[attr-defined]
    monkeypatch.setattr("views.pages.reports.MOST_OPTIONS", 1)
    with inside("Tinn"):
        second = OrganisationalUnit(name="Åpen teknisk")
        db.session.add(second)
        db.session.flush()
        db.session.add(ProcessingActivity(name="Åpen tredje", unit_id=second.id))
        db.session.commit()
    browser = as_("tone")

    page, refused = (browser.get(f"{PAGE}?unit={asked}").text for asked in ("oppvekst", "åpen <b>"))

    assert '<select id="choice-unit"' not in page
    assert page.count('id="choice-unit" name="unit" maxlength="2000" value="oppvekst"') == 1
    assert "Skriv navnet, eller nok av det til at bare ett passer." in page
    assert refused.count('value="åpen &lt;b&gt;"') == 1


def test_the_page_offers_what_is_in_use_and_shows_what_is_chosen(known: dict[str, str], as_: As) -> None:
    page = as_("tone").get(f"{PAGE}?function={known['function']}&status=draft&drafts=1").text

    assert page.count('<select id="choice-unit"') == page.count("Åpen oppvekst</option>") == 1
    assert ("Hemmeleg" in page, page.count(f'<option value="{known["function"]}" selected>')) == (False, 1)
    checked = [value for value in RecordStatus if f'name="status" value="{value.value}" checked' in page]
    assert (checked, 'name="drafts" value="1" checked' in page) == ([RecordStatus.DRAFT], True)


NO_CHOICE, NO_VALUE = "Rapporten har ikke noe valg som heter «%s».", "«%s» er ikke noe en kan velge som %s."
WRONG = {
    "kommune=1": NO_CHOICE % "kommune",
    "date=2020-01-01": NO_CHOICE % "date",
    "status=ferdig": NO_VALUE % ("ferdig", "Status"),
    "status=approved&status=%3Cb%3E": NO_VALUE % ("approved, <b>", "Status"),
    "unit=999999": NO_VALUE % ("999999", "Ansvarlig enhet"),
    f"unit={10**20}": NO_VALUE % (10**20, "Ansvarlig enhet"),
    "special=yes&special=no": "Særlige kategorier kan bare velges én gang.",
    "drafts=2": NO_VALUE % ("2", "Med utkast som vedlegg"),
    "language=sv": NO_VALUE % ("sv", "Språk"),
}


@pytest.mark.parametrize("asked", WRONG)
@pytest.mark.parametrize("door", ["", "download/", "download/pdf/", "download/docx/", "document/"])
def test_what_is_no_choice_is_refused_with_a_sentence_on_the_page(door: str, asked: str, as_: As) -> None:
    answer = as_("tone").get(f"{PAGE}{door}?{asked}")

    page = html.unescape(answer.text)
    assert (answer.status_code, f"{WRONG[asked]} Velg på siden til rapporten." in page, "<tbody>" in page) == (
        400,
        True,
        False,
    )


@pytest.mark.parametrize("asked", ["year=2017", "year=2101", "year=x", "year=2018&year=2019", "aar=2018"])
def test_so_is_a_year_out_of_range_or_said_twice(asked: str, as_: As) -> None:
    browser = as_("lars")

    statuses = [browser.get(f"/reports/fakturagrunnlag/{door}?{asked}").status_code for door in ("", "download/")]

    assert statuses == [400, 400]


@pytest.mark.parametrize(
    "options",
    [
        ["--status", "ferdig"], ["--unit", "Hemmeleg oppvekst"], ["--kommune", "1"],
        ["--special", "yes", "--special", "no"],
        ["--language", "sv"],
    ],
)  # fmt: skip
def test_a_command_that_asks_for_what_is_no_choice_ends_with_2_and_writes_nothing(
    options: list[str], app: Any, as_: As, tmp_path: Path
) -> None:
    target = tmp_path / "p.xlsx"

    answer = run(app, "behandlingsprotokoll", "--municipality", "4026", *options, "--out", str(target))

    assert (answer.exit_code, target.exists()) == (2, False)


@pytest.mark.parametrize("ending", ["txt", "html", "", "pdf.exe"])
def test_so_does_a_file_of_no_kind_there_is(ending: str, app: Any, as_: As, tmp_path: Path) -> None:
    target = tmp_path / f"p.{ending}"

    assert run(app, "avtaler", "--municipality", "4026", "--out", str(target)).exit_code == 2
    assert run(app, "behandlingsprotokoll", "--municipality", "4026", "--out", str(target)).exit_code == 2


def test_what_another_municipality_has_cannot_be_chosen_and_is_answered_as_what_does_not_exist(as_: As) -> None:
    with inside("Seljord"):
        theirs = db.session.scalars(select(OrganisationalUnit)).one()
        row_id, name = theirs.id, theirs.name
    browser = as_("tone")

    answers = [browser.get(f"{PAGE}?unit={one}") for one in (row_id, name, 10**6)]

    assert [one.status_code for one in answers] == [400] * 3
    said = [html.unescape(one.text).partition('role="alert">')[2].partition("<p>")[2] for one in answers]
    told_of = [one.partition("</p>")[0] for one in said]
    assert told_of[0].replace(f"«{row_id}»", "«N»") == told_of[2].replace(f"«{10**6}»", "«N»")
    assert told_of[1].replace(name, "N") == told_of[2].replace(str(10**6), "N")


# -- language ----------------------------------------------------------------------------------------------------------


def test_one_who_asks_in_one_language_after_another_reads_the_code_lists_in_it(known: dict[str, str], as_: As) -> None:
    with inside():
        theme = db.session.scalars(select(LosTheme).where(LosTheme.code == known["theme"])).one()
        theme.name, theme.name_nn, theme.name_en = "Tema på bokmål", "Tema på nynorsk", "Theme in English"
        db.session.commit()

    def read(language: str) -> set[str]:
        book = book_of(as_("tone").get(f"{PAGE}download/?language={language}"))
        told = {str(value) for sheet in book.worksheets[1:] for row in cells(sheet) for value in row}
        return told & {theme.name, theme.name_nn, theme.name_en}

    assert [read(one) for one in ("nb", "nn", "en")] == [{theme.name}, {theme.name_nn}, {theme.name_en}]


def test_a_report_has_the_language_of_the_municipality_by_page_and_by_command_unless_another_is_chosen(
    as_: As, app: Any, tmp_path: Path
) -> None:
    with inside():
        seljord = db.session.scalars(select(Municipality).where(Municipality.name == "Seljord")).one()
        form, number = seljord.language.value, seljord.codes[-1].code
    browser, target = as_("berit"), tmp_path / "p.xlsx"
    browser.post("/language/", data={"language": "en"})

    page = browser.get(f"{PAGE}?status=draft").text
    books = [book_of(browser.get(f"{PAGE}download/{asked}")) for asked in ("", "?language=en")]
    run(app, "behandlingsprotokoll", "--municipality", number, "--out", str(target))
    headings = [one.worksheets[1]["A1"].value for one in (*books, openpyxl.load_workbook(target))]

    assert (form, headings[0], headings[2]) == ("nn", "Namn på behandlinga", "Namn på behandlinga")
    assert headings[1] == "Name of the processing activity"
    assert ('<html lang="en"' in page, '<div lang="nn">' in page, "Namn på behandlinga" in page) == (True, True, True)
