"""A report of one's own in a real browser, from the list to the monthly letter, with JavaScript and without."""

from __future__ import annotations

import re
from io import BytesIO

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Presses, Windows, axe_finds, look, press, too_wide

pytest_plugins = ["tests.support.browser_fixtures"]

TONE = "tone@tinn.example"
BOTH = pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}], ids=["with JavaScript", "without"])


def first_table(page: Page) -> list[list[str]]:
    return [row.locator("th, td").all_inner_texts() for row in page.locator("main table").first.locator("tr").all()]


@BOTH
def test_a_coordinator_makes_a_report_of_a_list_groups_it_saves_it_takes_it_out_pins_it_and_has_it_sent(
    windows: Windows, options: dict[str, bool]
) -> None:
    page = windows.page(TONE, **options)
    name = f"I bruk per enhet {len(options)}"
    page.goto("/application/?status=in_use&columns=name,unit,status,licence_ore")
    listed = re.sub(r"\D", "", page.locator(".list-head .count").inner_text())

    page.locator("details.fetch summary").click()
    press(page, page.get_by_role("link", name="Lag rapport"))
    page.get_by_label("Grupper etter").select_option(label="Enhet")
    page.get_by_label("Søylene viser").select_option(label="Lisens per år")
    press(page, page.get_by_role("button", name="Oppdater"))
    expect(page.locator("figure.bars figcaption")).to_have_text("Lisens per år")
    assert first_table(page)[0] == ["Enhet", "Antall", "Lisens per år"]
    assert first_table(page)[-1][1] == listed

    page.fill("#report-name", name)
    press(page, page.get_by_role("button", name="Lagre rapporten"))
    expect(page.locator("h1")).to_have_text(name)
    saved = page.url

    with page.expect_download() as download:
        page.get_by_role("link", name="Last ned Excel").click()
    book = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()))
    assert [sheet.title for sheet in book][1:] == ["Applikasjoner etter enhet", "Applikasjoner"]
    assert len(book.worksheets[1]._charts) == 1

    press(page, page.get_by_role("button", name="På startsiden"))
    press(page, page.get_by_role("button", name="Lenke på e-post hver måned"))
    expect(page.get_by_role("button", name="Lenke på e-post hver måned")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="På startsiden")).to_have_attribute("aria-pressed", "true")

    page.goto("/")
    line = page.locator(".pinned li", has_text=name)
    assert line.locator(".task-count").inner_text() == listed
    press(page, line.get_by_role("link"))
    assert page.url == saved

    page.goto("/reports/")
    press(page, page.get_by_role("link", name=name, exact=True))
    press(page, page.get_by_role("button", name="Slett rapporten"))
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)


def test_from_a_list_to_a_report_that_is_saved_takes_so_many_clicks(windows: Windows) -> None:
    page = windows.page(TONE)
    page.goto("/application/")
    presses = Presses(page)

    presses("details.fetch summary")
    presses("text=Lag rapport")
    presses.choose("group", "unit")
    presses("text=Oppdater")
    expect(page.locator("figure.bars")).to_be_visible()
    page.fill("#report-name", "Talt")
    presses("text=Lagre rapporten")

    expect(page.locator("h1")).to_have_text("Talt")
    assert presses.count == 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_own_reports_are_for_everyone(windows: Windows, scheme: str) -> None:
    page = windows.page(TONE)
    for address in ("/reports/egen-application/?group=unit&sum=licence_ore", "/reports/", "/application/"):
        page.goto(address)
        for width in (1280, 320):
            look(page, width, scheme)
            assert (address, width, axe_finds(page), too_wide(page)) == (address, width, [], [])
