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

from models.database import db
from models.declare.base import field_of
from models.declare.choices import AgreementStatus, ProcessingRole
from models.registers.agreements import Agreement
from models.registers.processing import ProcessingActivity
from tests.conftest import inside


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
        found += [unescape(name) for name in re.findall(r'<tr><th scope="row"><a [^>]*>([^<]*)</a>', page)]
        onward = re.search(r'<a href="([^"]+)"[^>]*rel="next"', page) or re.search(
            r'<a [^>]*rel="next"[^>]*href="([^"]+)"', page
        )
        following = unescape(onward[1]) if onward else None
    return found


def names_in_file(browser: Any, url: str) -> list[str]:
    path, _, query = url.partition("?")
    with browser.get(f"{path}export/xlsx/?{query}") as answer:
        sheet = openpyxl.load_workbook(BytesIO(answer.data)).worksheets[-1]
    heading, *lines = sheet.iter_rows(values_only=True)
    register = Agreement if path == "/agreement/" else ProcessingActivity
    at = heading.index(field_of(register, "name").label)
    return [str(line[at]) for line in lines]


@pytest.mark.parametrize(
    "url",
    [
        "/agreement/",
        "/agreement/?sort=ends",
        "/agreement/?sort=ends&desc=1",
        "/agreement/?sort=name",
        "/agreement/?sort=name&desc=1",
        "/agreement/?search=avtale&status=active&sort=ends&desc=1",
        "/processing-activity/?lacks=article6&due=1",
        "/processing-activity/?lacks=article6&due=1&sort=name",
    ],
)
def test_the_file_holds_the_rows_of_the_list_in_the_order_of_the_list(browser: Any, url: str) -> None:
    on_pages = names_on_pages(browser, url)

    assert names_in_file(browser, url) == on_pages
    assert len(on_pages) > 15


@pytest.mark.parametrize("direction", ["", "&desc=1"])
def test_what_is_empty_comes_last_whichever_way_a_list_is_sorted(browser: Any, direction: str) -> None:
    with inside("Tinn"):
        ends = {row.name: row.ends for row in db.session.scalars(select(Agreement))}

    shown = [ends[name] for name in names_on_pages(browser, f"/agreement/?sort=ends{direction}")]

    days = sorted((day for day in ends.values() if day), reverse=bool(direction))
    assert shown == [*days, *[None] * (len(ends) - len(days))]
