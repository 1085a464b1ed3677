"""What a list shows, its file and the reports tell alike: the order of names, the cells, the name of the file."""

from __future__ import annotations

import random
import re
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from models.database import db
from models.declare.cleaning import line
from models.declare.folding import sort_key
from models.registers.architecture import Application
from models.registers.municipality import Municipality
from models.registers.organisation import OrganisationalUnit
from tests.conftest import inside, municipality
from tests.test_registers import As, address

SIGNS = "aAbzZæÆøØåÅäÖéđŋŧßœÉłŁ«»\"'’–- 0123456789"


def sheet(browser: Any, url: str) -> list[tuple[Any, ...]]:
    with browser.get(url) as answer:
        return list(openpyxl.load_workbook(BytesIO(answer.data)).worksheets[1].iter_rows(values_only=True))


def on_page(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'<tr[^>]*><th scope="row"><a [^>]*>([^<]*)</a>', page)]


def test_names_stand_in_one_order_in_list_and_file_on_both_engines(as_on: As) -> None:
    chance = random.Random(7)  # noqa: S311 - the same names each time
    made = {line("ord " + "".join(chance.choices(SIGNS, k=chance.randint(1, 9)))) for _ in range(45)}
    kari = as_on("kari")
    with inside("Tinn"):
        db.session.add_all([Application(name=name) for name in made])
        db.session.commit()

    shown = on_page(kari.get(address(Application, search="ord")).text)
    heading, *lines = sheet(kari, "/application/export/xlsx/?columns=all&search=ord")

    assert {*shown} >= made
    assert shown == [row[heading.index("Navn")] for row in lines]
    assert [sort_key(name) for name in shown] == sorted(map(sort_key, shown))


def test_names_with_separators_stand_one_on_a_line_of_the_cell(as_: As) -> None:
    kari = as_("kari")
    with inside("Tinn"):
        units = [OrganisationalUnit(name=one) for one in ("Kultur; idrett", "Kultur")]
        db.session.add(Application(name="Brukt av to", used_by=units))
        db.session.commit()

    heading, row = sheet(kari, "/application/export/xlsx/?columns=all&search=brukt+av+to")

    assert row[heading.index("Brukes også av")] == "Kultur\nKultur; idrett"


def test_the_name_of_a_file_is_letters_digits_and_hyphens(as_: As) -> None:
    with inside("Tinn"):
        db.session.get(Municipality, municipality("Tinn")).name = 'Unjárga / Nesseby "test"'
        db.session.commit()

    with as_("kari").get("/application/export/xlsx/?columns=all") as answer:
        given = answer.headers["Content-Disposition"]

    assert re.search(r"applikasjoner-unj%C3%A1rga-nesseby-test-\d{4}-\d\d-\d\d\.xlsx$", given)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("nb-NO,en;q=0.9", "nb"),
        ("no-NO,en;q=0.8", "nb"),
        ("nn-NO,nb;q=0.9", "nn"),
        ("no", "nb"),
        ("en-GB,nb;q=0.5", "en"),
        ("de-DE,nn-NO;q=0.7,en;q=0.9", "en"),
        ("de", "nb"),
        ("", "nb"),
    ],
)
def test_the_language_is_the_first_of_ours_that_the_browser_asks_for(asked: str, given: str, app: Any) -> None:
    page = app.test_client().get("/sign-in/", headers={"Accept-Language": asked}).text

    assert f'<html lang="{given}">' in page
