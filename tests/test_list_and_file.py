"""«Last ned» gives what the list shows: the same rows in the same order, however it is narrowed and sorted."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare.base import field_of
from models.declare.choices import AgreementStatus, ProcessingRole
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.tenancy.people import Membership, ProjectRole
from tests.conftest import inside
from tests.test_registers import As, address
from tests.test_statements import add, people
from tests.test_told_alike import sheet

pytestmark = pytest.mark.usefixtures("unhindered")

TOLD = r'(?! class="more")[^>]*'  # of a cell that tells something: not the one with the menu of its row


@pytest.fixture
def browser(as_on: Any) -> Any:
    """Kari's, with more than a page of agreements and of activities."""
    with inside("Tinn"), db.session.no_autoflush:
        for number in range(60):
            day = date(2030, 1 + number % 12, 1) if number % 7 else None
            status = list(AgreementStatus)[number % 3]
            name = f"{'ZÅaéØb'[number % 6]} avtale {number}"
            db.session.add(Agreement(name=name, ends=day, status=status))
            role = ProcessingRole.PROCESSOR if number % 5 == 0 else ProcessingRole.CONTROLLER
            due = date(2020, 1, 1) if number % 3 else date(2090, 1, 1)
            db.session.add(ProcessingActivity(name=f"Behandling {number}", role=role, review_due=due))
        db.session.commit()
    return as_on("kari")


def names_on_pages(browser: Any, url: str) -> list[str]:
    """The names in the list, page after page."""
    found: list[str] = []
    following: str | None = url
    while following:
        page = browser.get(following).text
        found += [unescape(name) for name in re.findall(r'<tr[^>]*><th scope="row"><a [^>]*>([^<]*)</a>', page)]
        onward = re.search(r'<a href="([^"]+)"[^>]*rel="next"', page) or re.search(
            r'<a [^>]*rel="next"[^>]*href="([^"]+)"', page
        )
        following = unescape(onward[1]) if onward else None
    return found


def names_in_file(browser: Any, url: str) -> list[str]:
    path, _, query = url.partition("?")
    with browser.get(f"{path}export/xlsx/?{query}") as answer:
        sheet = openpyxl.load_workbook(BytesIO(answer.data)).worksheets[1]
    heading, *lines = sheet.iter_rows(values_only=True)
    register = Agreement if path == "/agreement/" else ProcessingActivity
    at = heading.index(field_of(register, "name").label)
    return [str(line[at]) for line in lines]


@pytest.mark.parametrize(
    "url",
    [
        "/agreement/",
        "/agreement/?sort=ends",
        "/agreement/?sort=-ends",
        "/agreement/?sort=name",
        "/agreement/?sort=-name",
        "/agreement/?search=avtale&status=active&sort=-ends",
        "/processing-activity/?lacks=article6&due=1",
        "/processing-activity/?lacks=article6&due=1&sort=name",
    ],
)
def test_the_file_holds_the_rows_of_the_list_in_the_order_of_the_list(browser: Any, url: str) -> None:
    on_pages = names_on_pages(browser, url)

    assert names_in_file(browser, url) == on_pages
    assert len(on_pages) > 15


@pytest.mark.parametrize("direction", ["", "-"])
def test_what_is_empty_comes_last_whichever_way_a_list_is_sorted(browser: Any, direction: str) -> None:
    with inside("Tinn"):
        ends = {row.name: row.ends for row in db.session.scalars(select(Agreement))}

    shown = [ends[name] for name in names_on_pages(browser, f"/agreement/?sort={direction}ends")]

    days = sorted((day for day in ends.values() if day), reverse=bool(direction))
    assert shown == [*days, *[None] * (len(ends) - len(days))]


def table(page: str) -> list[list[str]]:
    """The headings and the cells of a list, as text."""
    whole = page.partition("<table>")[2].partition("</table>")[0]
    lines = re.findall(r"<tr[^>]*>(.*?)</tr>", whole, re.DOTALL)
    return [
        [unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in re.findall(rf"<t[hd]{TOLD}>(.*?)</t[hd]>", line)]
        for line in lines
    ]


@pytest.mark.parametrize("register", models.REGISTERS, ids=lambda register: register.__tablename__)
def test_the_menu_of_a_list_gives_its_columns_or_every_field(register: type[Any], as_: As) -> None:
    if register in {Membership, ProjectRole}:
        people()
    add(register, range(59, 60))
    for name in ("per", "siri", "lars", "frida"):
        browser = as_(name)
        page = browser.get(address(register)).text
        if found := [unescape(one) for one in re.findall(r'href="([^"]*/export/xlsx/[^"]*)"', page)]:
            break

    shown, whole = [sheet(browser, url)[0] for url in found]

    identity = [] if register.__written_once__ else ["Orden-nummer", "Orden-versjon"]
    assert [label for label in shown if label] == [*table(page)[0], *identity]
    assert len(whole) >= len(shown)


@pytest.mark.parametrize("name", ["kari", "per"])
def test_the_cells_of_the_file_are_those_of_the_page(name: str, as_on: As) -> None:
    browser = as_on(name)
    with inside("Tinn"):
        units = [OrganisationalUnit(name=one) for one in ("Kultur", "Helse")]
        db.session.add_all([Application(name="Prøve 1", unit=units[0]), Application(name="Prøve 2", unit=units[1])])
        db.session.commit()

    heading, *lines = table(browser.get("/application/?search=pr%C3%B8ve&sort=-name").text)
    labels, *rows = sheet(browser, "/application/export/xlsx/?search=pr%C3%B8ve&sort=-name")

    told = [[str(cell or "") for cell in row[:-2]] for row in rows]
    assert list(labels) == [*heading, "Orden-nummer", "Orden-versjon"]
    assert [[re.sub(r"^\W ", "", cell) for cell in line] for line in lines] == told
    assert [row[0] for row in told] == ["Prøve 2", "Prøve 1"]
