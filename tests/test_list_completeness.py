"""How far each row has come is a column that may be chosen, on the page and in the file."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare.base import fields_of
from models.queries import quality
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from tests.conftest import inside
from tests.test_registers import As, address, keeper
from tests.test_statements import add
from tests.test_told_alike import sheet

pytestmark = pytest.mark.usefixtures("unhindered")
MEASURED = [one for one in models.REGISTERS if quality.is_measured(one)]


def told(page: str) -> dict[str, str]:
    """What the column «Utfylt» says, by the names of the rows."""
    rows = re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>(?:<input [^>]*>)?</th><td[^>]*>(.*?)</td>', page)
    return {html.unescape(name): html.unescape(re.sub("<[^>]*>", "", cell)).strip() for name, cell in rows}


def truth(register: type[Any]) -> dict[str, tuple[int, list[str]]]:
    with inside("Tinn"):
        rows = db.session.scalars(select(register)).all()
        return {str(row): (quality.completeness(row), [one.label for one in quality.missing(row)]) for row in rows}


def test_no_field_is_called_as_the_column_is() -> None:
    assert {
        one.__tablename__ for one in models.REGISTERS for f in fields_of(one) if f.key == quality.FILLED.key
    } == set()


@pytest.mark.parametrize("register", [Application, ProcessingActivity])
def test_the_column_says_how_much_is_filled_and_what_lacks(register: type[Any], as_on: As) -> None:
    found = told(as_on("kari").get(address(register, columns="name,filled")).text)

    assert found == {
        name: f"{percent}\u00a0% {', '.join(lacking)}".strip() for name, (percent, lacking) in truth(register).items()
    }


@pytest.mark.parametrize("register", MEASURED, ids=lambda register: register.__tablename__)
def test_the_column_can_be_chosen_wherever_something_counts(register: type[Any], as_: As) -> None:
    browser = keeper(register, as_)
    title = register.__register__.title

    panel = browser.get(address(register, panel="columns")).text
    answer = browser.get(address(register, columns=f"{title},filled"))

    assert ('value="filled"' in panel, answer.status_code, "finnes ikke her" in answer.text) == (True, 200, False)


def test_where_nothing_counts_there_is_no_such_column(as_: As) -> None:
    none = next(one for one in models.REGISTERS if one not in MEASURED and one.__domain__ is None)
    browser = keeper(none, as_)

    page = html.unescape(browser.get(address(none, columns=f"{none.__register__.title},filled")).text)

    assert "Kolonnen «filled» finnes ikke her" in page
    assert 'value="filled"' not in browser.get(address(none, panel="columns")).text


def test_the_column_is_sorted_and_filtered_by_nobody(as_: As) -> None:
    kari = as_("kari")

    page = html.unescape(kari.get(address(Application, columns="name,filled,status", sort="filled")).text)

    assert ('aria-sort="ascending"' in page, ">Utfylt</th>" in page) == (True, True)
    assert "«filled» finnes ikke som filter her" in html.unescape(kari.get(address(Application, filled="100")).text)


def test_the_file_holds_the_share_as_a_number(as_on: As) -> None:
    tone = as_on("tone")
    heading, *rows = sheet(tone, address(Application, "export/xlsx/", columns="name,filled"))

    assert heading[1] == "Utfylt (prosent)"
    assert dict(row[:2] for row in rows) == {name: percent for name, (percent, _) in truth(Application).items()}


@pytest.mark.parametrize("register", [Application, ProcessingActivity])
def test_the_column_costs_the_same_for_one_row_and_for_fifty(
    register: type[Any], as_: As, statements: list[str]
) -> None:
    kari = as_("kari")

    def asked() -> int:
        kari.get(address(register, columns="name,filled"))
        statements.clear()
        kari.get(address(register, columns="name,filled"))
        return len(statements)

    few = asked()
    add(register, range(50))

    assert (asked(), few) == (4, 4)
