"""A list as CSV: what people and spreadsheets make of it, and that nothing in it is a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.formulas import guarded, restored
from exchange.out.csvfile import write
from models.database import db
from models.registers.architecture import Application
from models.registers.organisation import OrganisationalUnit
from reports.stream_sheet import clean
from reports.table import Cell, Column, Kind, Sheet
from tests.conftest import inside
from tests.support.attack import found_in
from tests.test_registers import As
from tests.test_told_alike import sheet as sheet_of

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
SIGNS = st.text(st.sampled_from([*FORMULAS, "'", '"', ";", ",", " ", "a", "å", "1"]), max_size=6)


def written(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> bytes:
    target = BytesIO()
    write(Sheet("Data", columns, iter(rows)), target)
    return target.getvalue()


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


@given(st.one_of(st.text(), SIGNS))
def test_what_is_guarded_is_restored_exactly_and_is_no_formula(text: str) -> None:
    safe = guarded(text)

    assert restored(safe) == text
    assert not safe.startswith(FORMULAS)


@pytest.mark.parametrize("text", ["'s-Gravenhage", "O'Brien", "'", "''", "'a=1", "", "a=1", "1-2", " =1"])
def test_what_is_no_formula_stands_as_it_is_both_ways(text: str) -> None:
    assert (guarded(text), restored(text)) == (text, text)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+47 35 00 00 00", "'+47 35 00 00 00"),
        ("-", "'-"),
        ("@kari", "'@kari"),
        ("\t=1", "'\t=1"),
        ("'=1", "''=1"),
    ],
)
def test_what_looks_like_a_formula_has_an_apostrophe_before_it(text: str, safe: str) -> None:
    assert (guarded(text), restored(safe)) == (safe, text)


@given(st.lists(st.one_of(st.text(st.characters(exclude_categories=["Cs"])), SIGNS), min_size=1, max_size=5))
def test_any_text_comes_back_from_a_file(texts: list[str]) -> None:
    data = written([Column("Navn"), Column("Nr")], [[text, "x"] for text in texts])

    assert [restored(row[0]) for row in read(data)[1:]] == [clean(text) for text in texts]


def test_the_file_is_as_a_norwegian_spreadsheet_wants_it() -> None:
    columns = [Column(kind, kind) for kind in Kind]
    moment = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    row: list[Cell] = [
        "æ; ø", "to\nlinjer", -3, Decimal("-0.5"), -150, date(2026, 2, 1), date(2026, 2, 1), moment,
    ]  # fmt: skip

    data = written(columns, [row, [None] * len(row)])

    assert data.startswith(b"\xef\xbb\xbftext;long_text;")
    assert data.endswith(b";;;;;;;\r\n")
    assert read(data)[1] == [
        "æ; ø", "to\nlinjer", "-3", "-0,5", "-1,50", "01.02.2026", "02.2026", "01.02.2026 00.30",
    ]  # fmt: skip


def test_rows_are_let_go_as_they_are_written() -> None:
    target, sizes = BytesIO(), []

    def rows() -> Iterator[list[Cell]]:
        for _ in range(2_000):
            sizes.append(len(target.getvalue()))
            yield ["å" * 100]

    write(Sheet("Data", [Column("Navn")], rows()), target)

    assert len(target.getvalue()) - sizes[-1] < 40_000 < sizes[-1]


@pytest.mark.parametrize("name", ["kari", "per"])
def test_a_list_as_csv_says_what_it_says_in_excel(name: str, as_on: As) -> None:
    browser = as_on(name)
    with inside("Tinn"):
        units = [OrganisationalUnit(name=one) for one in ("-Kultur", "Helse")]
        db.session.add_all([Application(name="=Prøve 1", unit=units[0]), Application(name="Prøve; 2", used_by=units)])
        db.session.commit()
    asked = "search=pr%C3%B8ve&sort=-name&columns=name,unit,used_by,status"

    with browser.get(f"/application/export/csv/?{asked}") as answer:
        data, kind, name_of_file = answer.data, answer.content_type, answer.headers["Content-Disposition"]

    rows = [[restored(cell) for cell in row] for row in read(data)]
    assert rows == [
        [str(cell or "") for cell in row] for row in sheet_of(browser, f"/application/export/xlsx/?{asked}")
    ]
    assert kind == "text/csv; charset=utf-8"
    assert re.search(r"applikasjoner-(tinn|alle)-[\d-]+\.csv$", name_of_file)
    assert b"'=Pr\xc3\xb8ve 1" in data


def test_csv_holds_nothing_of_seljord_and_is_not_for_readers(as_: As) -> None:
    with as_("kari").get("/application/export/csv/?columns=all") as answer:
        told = answer.get_data(as_text=True)

    assert ("Åpen skoleprogram" in told, found_in(told)) == (True, [])
    assert as_("ola").get("/application/export/csv/").status_code == 403
    assert as_("kari").get("/application/export/ods/").status_code == 404


def test_a_list_of_what_is_written_once_has_no_numbers_and_no_form(as_: As) -> None:
    lars: Any = as_("lars")

    with lars.get("/access-entry/export/csv/") as answer:
        heading = read(answer.data)[0]

    assert "Orden-nummer" not in heading
    assert lars.get("/access-entry/export/form/").status_code == 404
