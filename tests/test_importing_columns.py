"""The page on which a person says what the columns are: one value for all rows, sheets of parts, what is only told."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from tests.conftest import inside
from tests.support.dirty import xlsx
from tests.support.looking import read_here
from tests.test_importing_pages import job_of, send, stored, work
from tests.test_registers import As, address

SHEET = "Navn;Beskrivelse\nKalender;fin\nTimeplan;fin\n"


def look(browser: Any, job: str, **said: str) -> Any:
    return browser.post(f"{job}columns/", data={"look": "1", **said})


def add(browser: Any, job: str, field: str, **said: str) -> str:
    answer = browser.post(f"{job}columns/", data={"add": "1", "field": field, **said})
    assert answer.status_code == 200
    return str(answer.text)


# -- one value for all rows --------------------------------------------------------------------------------------------


def test_a_field_without_a_column_is_added_and_given_one_value_in_all_rows(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari, SHEET))

    first = add(kari, job, "status")
    second = add(kari, job, "user_count", **{"fixed-status": "Avviklet", "column-1": "#note"})
    looked = look(kari, job, **{"fixed-status": "Avviklet", "fixed-user_count": "12 ", "column-1": "#note"})
    page, again = kari.get(job).text, kari.get(f"{job}columns/").text

    assert ('name="fixed-status" autofocus' in first, "fixed-user_count" in first) == (True, False)
    assert ("<option selected>Avviklet</option>" in second, 'name="fixed-user_count"' in second) == (True, True)
    assert '<option value="#note" selected>' in second
    assert looked.status_code == 303
    assert (page.count("<dd>Avviklet</dd>"), page.count("<dd>12</dd>")) == (2, 2)
    assert ("<option selected>Avviklet</option>" in again, 'name="fixed-user_count" value="12"' in again) == (
        True,
        True,
    )


def test_what_has_a_column_what_names_the_row_and_what_is_no_field_are_not_offered_and_not_taken(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari, SHEET))

    page = kari.get(f"{job}columns/").text
    looked = look(kari, job, **{f"fixed-{one}": "1" for one in ("name", "description", "municipality_id", "version")})

    offered = page.partition('name="field"')[2].partition("</select>")[0]
    keys = ("status", "supplier", "name", "description", "municipality_id", "laws")
    assert [f'value="{one}"' in offered for one in keys] == [True, True, False, False, False, False]
    assert looked.status_code == 303
    assert stored()[0].how["how"]["fixed"] == {}


def test_a_value_for_all_rows_is_checked_as_a_cell_is(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari, SHEET))

    look(kari, job, **{"fixed-user_count": "mange", "fixed-supplier": "Finnes Ikke AS"})
    page = kari.get(job).text

    assert page.count("Antall brukere: Skriv et helt tall") == 2
    assert page.count("Leverandør: «Finnes Ikke AS» finnes ikke her.") == 2
    assert "Det er ingenting å importere." in page


def test_a_national_identity_number_for_all_rows_is_refused_before_it_is_kept(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari, SHEET))

    answer = look(kari, job, **{"fixed-short_name": "01017010006"})

    assert (answer.status_code, "Teksten inneholder et fødselsnummer." in answer.text) == (422, True)
    assert "01017010006" not in str(stored()[0].how)


def test_pressing_enter_in_a_field_looks_at_the_rows_where_none_is_to_be_added(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari, SHEET))

    answer = kari.post(f"{job}columns/", data={"add": "1", "field": "", "fixed-user_count": "3"})

    assert answer.status_code == 303
    assert kari.get(job).text.count("<dd>3</dd>") == 2


# -- sheets of parts ---------------------------------------------------------------------------------------------------


def with_laws(heading: str) -> bytes:
    """An activity that is there, with a law on a sheet of its own, where the place in it has a heading of one's own."""
    with inside("Tinn"):
        row = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id)).first()
        assert row is not None
        number, name = row.id, row.name

    def more(book: Any, _sheet: Any) -> None:
        laws = book.add_worksheet("Supplerende rettsgrunnlag")
        laws.write_row(0, 0, ("Hører til nummer", "Lov", heading, "Hvem sa det"))
        laws.write_row(1, 0, (number, "Arkivlova", "§ 47", "Kari"))

    return xlsx([("Orden-nummer", "Navn på behandlingen"), (number, name)], more=more)


def test_the_columns_of_a_sheet_of_parts_are_chosen_anew_and_remembered(as_: As) -> None:
    kari = as_("kari")
    sheet = with_laws("Hvor står det")
    job = job_of(send(kari, sheet, "processing_activity", "ark.xlsx"))

    page = kari.get(f"{job}columns/").text
    looked = look(kari, job, **{"column-1-2": "section", "column-1-3": "#note"})
    seen = kari.get(job).text
    again = send(kari, sheet, "processing_activity", "ark.xlsx")

    assert "<h2>Arket «Supplerende rettsgrunnlag»</h2>" in page
    assert '<details class="card form-part import-known" open><summary><h2>Arket' in page
    assert looked.status_code == 303
    assert ("Arkivlova; § 47" in seen, "Hvem sa det: Kari" in seen) == (True, True)
    assert again.location.endswith("/imports/2/")
    folded = kari.get(f"{again.location}columns/").text
    assert '<details class="card form-part import-known"><summary><h2>Arket' in folded
    assert "Slik du valgte sist" in folded


@pytest.mark.parametrize("register", [Application, ProcessingActivity])
def test_a_whole_workbook_that_went_out_needs_no_columns_when_it_comes_back(as_: As, register: Any) -> None:
    kari = as_("kari")
    sheet = kari.get(address(register, "export/xlsx/", columns="all")).data

    job = send(kari, sheet, register.__tablename__, "ut.xlsx").location

    assert job.endswith("/imports/1/")
    assert "Det er ingenting å importere." in kari.get(job).text


def test_a_column_of_parts_is_no_field_of_the_row_nor_of_other_parts(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari, with_laws("Paragraf"), "processing_activity", "ark.xlsx"))

    answers = [look(kari, job, **{"column-1-2": key}).status_code for key in ("name", "supplier", "municipality_id")]

    assert answers == [400, 400, 400]


def test_two_columns_of_parts_for_one_field_are_refused(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari, with_laws("Paragraf"), "processing_activity", "ark.xlsx"))

    answer = look(kari, job, **{"column-1-3": "section"})

    assert (answer.status_code, "To kolonner er koblet til «Paragraf»." in answer.text) == (422, True)


# -- what is only told -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("register", "columns", "headings"),
    [
        (Application, "name,supplier.website,processing_agreement,filled", 3),
        (ProcessingActivity, "name,number,status,approved_by,filled", 4),
    ],
)
def test_what_orden_tells_of_a_row_is_said_to_be_told_when_it_comes_back(
    as_: As, register: Any, columns: str, headings: int
) -> None:
    kari = as_("kari")
    sheet = kari.get(address(register, "export/csv/", columns=columns)).data

    answer = kari.post(f"/imports/from/{register.__tablename__}/", data={"file": (io.BytesIO(sheet), "a.csv")})
    job = answer.location
    page, rows = kari.get(f"{job}columns/").text, kari.get(job).text

    assert not job.endswith("columns/")
    assert page.count("Leses ikke inn: Orden regner den ut") == headings
    assert "Kolonnen er ikke koblet til noe felt." not in rows
    assert "Kolonnen leses ikke inn: Orden regner den ut." in rows


# -- a first row that is no headings -----------------------------------------------------------------------------------

WORDS = "Kalender;Hjelper oss\nTimeplan;Viser timene\nLås;\n"
OFFER = "Den første raden er ikke overskrifter, og skal med som de andre"


def test_a_first_row_that_is_no_headings_comes_along_as_a_row(app: Any, as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari, WORDS))
    said = {"column-0": "name", "column-1": "description"}

    page = kari.get(f"{job}columns/").text
    without = [look(kari, job, **said).status_code, kari.get(job).text.count("Ta med ")]
    within = [look(kari, job, headless="on", **said).status_code, kari.get(job).text.count("Ta med ")]
    rows = kari.get(job).text
    again = kari.get(f"{job}columns/").text
    kari.post(job, data={"shown": "0,1,2", "row": ["0", "1", "2"], "do": "1"})
    work(app)

    assert (OFFER in page, f"{OFFER}</span>" in again) == (True, True)
    assert 'name="headless" checked' in again
    assert (without, within) == ([303, 2], [303, 3])
    assert "5 celler lest: 5 får plass, 0 står som utelatt." in rows
    with inside("Tinn"):
        made = db.session.execute(select(Application.name, Application.description).order_by(Application.id.desc()))
        assert [tuple(one) for one in made][2::-1] == [
            ("Kalender", "Hjelper oss"), ("Timeplan", "Viser timene"), ("Lås", None),
        ]  # fmt: skip


def test_what_is_wrong_in_a_first_row_that_is_no_headings_is_told_where_it_stands_and_comes_back(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari, "Kalender;mange\nTimeplan;flere\n"))

    look(kari, job, headless="on", **{"column-0": "name", "column-1": "user_count"})
    page, left = kari.get(job).text, kari.get(f"{job}left-out/").data

    assert [f"<strong>{one}</strong> Skriv et helt tall" in page for one in ("B1", "B2")] == [True, True]
    rows = [row for table in read_here(left, "a.xlsx").tables for row in table.rows]
    assert [row[:2] for row in rows if row[0] in {"Kalender", "Timeplan"}] == [
        ("Kalender", "mange"),
        ("Timeplan", "flere"),
    ]


def test_what_is_no_heading_is_not_remembered_as_one(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari, WORDS))

    look(kari, job, headless="on", **{"column-0": "name", "column-1": "description"})

    assert "Slik du valgte sist" not in kari.get(f"{job_of(send(kari, WORDS))}columns/").text


def test_a_sheet_with_a_heading_that_is_known_is_not_said_to_have_none(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari, "Navn;Ord\nKalender;fine\n"))

    page = kari.get(f"{job}columns/").text
    look(kari, job, headless="on", **{"column-1": "#skip"})

    assert OFFER not in page
    assert stored()[0].how["how"]["headless"] is False
    assert len(stored()[0].seen) == 1
