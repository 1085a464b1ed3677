"""Lists in a real browser: what is in sight, what it takes to ask, by mouse, by keyboard and without JavaScript."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Presses, Windows, press

pytest_plugins = ["tests.support.browser_fixtures"]

KARI, TONE = "kari@tinn.example", "tone@tinn.example"
PLAIN = {"java_script_enabled": False}
WHOLE = """() => [...document.querySelectorAll('.list tbody tr')].filter(row => {
    const { top, bottom } = row.getBoundingClientRect(); return top >= 0 && bottom <= innerHeight; }).length"""


def names(page: Page) -> list[str]:
    return page.locator(".list tbody th a").all_text_contents()


@pytest.mark.parametrize(("density", "fewest"), [("comfortable", 13), ("compact", 20)])
def test_so_many_rows_are_in_sight_on_a_laptop(windows: Windows, density: str, fewest: int) -> None:
    page = windows.page(KARI)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/application/")
    press(page, f"button[value={density}]")

    assert page.evaluate(WHOLE) >= fewest
    assert page.evaluate("document.querySelector('.list').scrollHeight <= document.querySelector('.list').clientHeight")


def test_the_heading_of_a_list_stays_when_the_page_is_scrolled(windows: Windows) -> None:
    page = windows.page(KARI)
    for columns in (
        "name,status",
        ",".join(["name", "status", "supplier", "owner", "unit", "short_name", "version_name"]),
    ):
        page.goto(f"/application/?columns={columns},product,platform,in_use_from,retires,confirmed,review_due")
        page.mouse.wheel(0, 900)
        page.wait_for_timeout(200)

        top = page.locator(".list thead th").first.bounding_box()

        assert top is not None
        assert -1 <= top["y"] <= 2


@pytest.mark.parametrize("options", [{}, PLAIN], ids=["with JavaScript", "without"])
def test_all_without_an_owner_are_two_presses_away(windows: Windows, options: dict[str, bool]) -> None:
    page = windows.page(KARI, **options)
    page.goto("/application/")

    page.click(".views summary")
    page.click(".view-list a:has-text('Mangler eier')")

    expect(page.locator(".active-filters")).to_contain_text("Systemeier er ikke fylt ut")


@pytest.mark.parametrize("options", [{}, PLAIN], ids=["with JavaScript", "without"])
def test_a_question_through_a_link_is_asked_in_the_panel(windows: Windows, options: dict[str, bool]) -> None:
    page = windows.page(KARI, **options)
    page.goto("/application/")
    page.click(".filters:not(.views) summary")
    page.click(".popover .more")
    page.select_option("#panel-field", "product.name")
    page.click("button:has-text('Velg vilkår')")
    page.fill("#panel-value", "visma")
    page.click("button:has-text('Bruk filteret')")

    expect(page.locator(".active-filters")).to_contain_text("Produkt › Navn inneholder «visma»")
    first = names(page)
    page.goto(f"{page.url}&panel=filter&field=status")
    page.locator(".panel").get_by_label("Avviklet").check()
    page.select_option("#panel-alternative", "product.name.has")
    page.click("button:has-text('Bruk filteret')")

    expect(page.locator(".active-filters")).to_contain_text("inneholder «visma» eller Status er Avviklet")
    assert set(first) < set(names(page))


@pytest.mark.parametrize("options", [{}, PLAIN], ids=["with JavaScript", "without"])
def test_five_columns_and_just_them_in_the_file_take_five_presses(
    windows: Windows, tmp_path: Path, options: dict[str, bool]
) -> None:
    page = windows.page(TONE, **options)
    page.goto("/application/?columns=name,status")
    press = Presses(page)

    press(".toolbar a:has-text('Kolonner')")
    for label in ("Leverandør", "Versjon", "Enhet"):
        press(f".more-columns >> nth=0 >> label:text-is('{label}')")
    with page.expect_download() as download:
        press("button:has-text('Last ned Excel med disse')")
    download.value.save_as(tmp_path / "liste.xlsx")

    sheet = openpyxl.load_workbook(tmp_path / "liste.xlsx").worksheets[1]
    page.goto("/application/")
    *labels, number, version = [cell.value for cell in sheet[1]]
    assert labels == page.locator(".list thead th").all_text_contents()
    assert sorted(labels) == ["Enhet", "Leverandør", "Navn", "Status", "Versjon"]
    assert (number, version) == ("Orden-nummer", "Orden-versjon")
    assert press.count == 5


def test_on_a_phone_a_row_is_a_card_that_fits(windows: Windows) -> None:
    page = windows.page(KARI)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/application/")

    cells = page.locator(".list tbody tr").first.locator("td[data-label]:visible")

    labels = cells.evaluate_all("all => all.map(one => one.dataset.label)")
    assert labels == ["Status", "Personopplysninger", "Kritikalitet"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_row_of_long_cells_stands_still_under_the_press_that_opens_it(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/processing-template/")

    page.locator("tbody th a").nth(1).click()

    expect(page).to_have_url(re.compile("/processing-template/details/"))


@pytest.mark.parametrize("options", [{}, PLAIN], ids=["with JavaScript", "without"])
def test_a_list_is_taken_out_in_two_presses_as_excel_csv_or_an_empty_form(
    windows: Windows, tmp_path: Path, options: dict[str, bool]
) -> None:
    page = windows.page(TONE, **options)
    page.goto("/application/?columns=name,status&sort=-name")
    found = {}

    *files, report = page.locator(".fetch a").all_text_contents()
    assert report == "Lag rapport"
    for words in files:
        press = Presses(page)
        page.goto("/application/?columns=name,status&sort=-name")
        press(".fetch summary")
        with page.expect_download() as download:
            press(f".fetch a:text-is('{words}')")
        found[words] = (press.count, download.value.suggested_filename.rpartition(".")[2])

    assert found == {
        "Excel, som lista viser": (2, "xlsx"),
        "Excel, alle kolonner": (2, "xlsx"),
        "CSV, som lista viser": (2, "csv"),
        "Tomt skjema": (2, "xlsx"),
    }


def test_what_a_list_is_taken_out_as_is_chosen_by_keyboard_and_closed_by_escape(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/application/")

    page.focus(".fetch summary")
    page.keyboard.press("Enter")
    expect(page.locator(".fetch a").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".fetch a").first).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    with page.expect_download() as download:
        page.keyboard.press("Enter")

    assert download.value.suggested_filename.endswith(".xlsx")


def test_on_a_phone_what_a_list_is_taken_out_as_stands_within_the_page(windows: Windows) -> None:
    page = windows.page(KARI)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/application/")

    page.click(".fetch summary")

    box = page.locator(".fetch .popover").bounding_box()
    assert box is not None
    assert (box["x"] >= 0, box["x"] + box["width"] <= 320) == (True, True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
