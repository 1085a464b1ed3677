"""Whatever a cell can hold comes back as it was written, and whatever a value is written as is read as that value."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from exchange.cells import articles, dates, durations, values
from exchange.formulas import guarded
from models.declare.choices import Answer, Lifecycle
from models.declare.cleaning import line
from models.declare.fields import Field, field
from models.declare.shapes import POINTING, Shape
from models.declare.words import Problem
from reports import columns
from reports.language import LANGUAGES, translator
from reports.table import Kind
from tests.support.looking import read_here

NB = translator("nb")
FEW = settings(max_examples=25)
FIELDS = [field("Felt", {Shape.ANSWER: Answer, Shape.CHOICE: Lifecycle}.get(one, one)).column.info["field"]
          for one in sorted({*Shape} - POINTING - {Shape.REASONS})]  # fmt: skip
ANY_TEXT: Field = field("Felt", Shape.LONG_TEXT).column.info["field"]


def writable(text: str) -> bool:
    """Whether a cell can hold a text that says something: openpyxl takes what begins with = for a formula."""
    return not (ILLEGAL_CHARACTERS_RE.search(text) or text.startswith(("=", "#")) or "_x" in text or not text.strip())


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(writable)
CELLS = st.one_of(
    TEXTS,
    st.integers(-(2**53), 2**53),
    st.floats(-1e15, 1e15, allow_nan=False).map(lambda number: float(f"{number:.12g}")),
    st.booleans(),
    st.dates(date(1900, 3, 1), date(2199, 12, 31)),
    st.datetimes(datetime(1901, 1, 1), datetime(2199, 1, 1)).map(lambda m: m.replace(microsecond=0)),  # noqa: DTZ001
)


@FEW
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_what_a_spreadsheet_holds_comes_back_the_same(rows: list[tuple[Any, Any]]) -> None:
    file, book = io.BytesIO(), Workbook()
    book.active.append(["Navn", "Verdi"])
    for row in rows:
        book.active.append(row)
    book.save(file)

    found = read_here(file.getvalue(), "a.xlsx").tables[0]

    assert [tuple(map(_day, row)) for row in found.rows] == [tuple(map(_day, row)) for row in rows]


def _day(value: Any) -> Any:
    """Spreadsheets know no day but as the moment it begins."""
    return value.date() if isinstance(value, datetime) and not (value.hour or value.minute or value.second) else value


@FEW
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5), st.sampled_from([";", "\t", ","]))
def test_what_a_csv_holds_comes_back_the_same(rows: list[tuple[str, str]], separator: str) -> None:
    quoted = [[f'"{guarded(one).replace(chr(34), chr(34) * 2)}"' for one in row] for row in [("Navn", "Verdi"), *rows]]

    data = "\r\n".join(separator.join(row) for row in quoted).encode("utf-8-sig")
    found = read_here(data, "a.csv").tables[0]

    assert list(found.rows) == rows


@FEW
@given(st.sampled_from(LANGUAGES), st.data())
@pytest.mark.parametrize(
    ("shape", "given_values"),
    [
        (Shape.MONEY, st.integers(-(10**12), 10**12)), (Shape.WHOLE, st.integers(-(2**31) + 1, 2**31 - 1)),
        (Shape.DECIMAL, st.decimals(-(10**8), 10**8, places=4)), (Shape.PERCENTAGE, st.decimals(-1000, 1000, places=2)),
        (Shape.DATE, st.dates(date(1900, 3, 1), date(2199, 12, 31))),
        (Shape.MONTH, st.dates(date(1900, 3, 1), date(2199, 12, 31)).map(lambda day: day.replace(day=1))),
        (Shape.MONTHS, st.integers(0, 1200)), (Shape.DAYS, st.integers(0, 10**6)), (Shape.YEARS, st.integers(0, 500)),
        (Shape.TEXT, TEXTS.map(line).filter(bool)),
    ],
)  # fmt: skip
def test_what_is_written_of_a_value_is_that_value(shape: Shape, given_values: Any, language: str, data: Any) -> None:
    known, t, value = field("Felt", shape).column.info["field"], translator(language), data.draw(given_values)
    typed = {Kind.MONEY: lambda ore: float(Decimal(ore) / 100), Kind.DECIMAL: float}.get(columns.kind_of(known), _same)
    written = columns.SAID.get(columns.kind_of(known), str)(value)
    assume(not refusal(lambda: values.read(ANY_TEXT, written, NB)))  # digits that chance to be a fødselsnummer

    found = [values.read(known, cell, t) for cell in (typed(value), written)]

    assert found == [value, value]


def refusal(act: Callable[[], Any]) -> str:
    """The sentence something is refused with; nothing where it is not."""
    try:
        act()
    except Problem as problem:
        return NB(problem.text, **problem.params)
    return ""


def _same(value: Any) -> Any:
    return value


@settings(max_examples=60)
@given(st.text(max_size=30))
def test_no_text_makes_a_reader_fall(text: str) -> None:
    dates.day(text)
    dates.moment(text)
    durations.whole(text, "months")
    articles.codes_in(text, 6)
    for known in FIELDS:
        refusal(lambda known=known: values.read(known, text, NB))


@settings(max_examples=40)
@given(st.binary(max_size=200))
def test_no_bytes_make_the_reading_fall(data: bytes) -> None:
    refusal(lambda: read_here(data, "a.xlsx"))
