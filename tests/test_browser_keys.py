"""Moving about with single keys, and the menu that stays as it was folded."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Windows

pytest_plugins = ["tests.support.browser_fixtures"]

KARI = "kari@tinn.example"
PLAIN = {"java_script_enabled": False}


@pytest.fixture
def page(windows: Windows) -> Page:
    page = windows.page(KARI)
    page.goto("/application/")
    return page


def test_a_row_is_found_from_any_page_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("webcruiter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    expect(page.locator("main mark").first).to_have_text("Webcruiter")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/details/**")
    page.keyboard.press("Control+k")
    expect(page.locator("#find")).to_be_focused()


def test_the_name_of_a_command_leads_to_it(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("ny applikasjon")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/new-application/**")


def test_rows_new_edit_and_registers_have_keys(page: Page) -> None:
    names = page.locator("main tbody th[scope=row] a")
    page.keyboard.press("j")
    expect(names.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(names.nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("x")  # no tick boxes here: nothing happens
    expect(names.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/details/**")
    page.keyboard.press("e")
    page.wait_for_url("**/edit/**")
    page.goto("/application/")
    page.keyboard.press("n")
    page.wait_for_url("**/new-application/**")
    page.goto("/")
    key = page.locator(".menu a[href='/dataset/']").get_attribute("data-key") or ""
    page.keyboard.press("g")
    page.keyboard.press(key)
    page.wait_for_url("**/dataset/")


def test_no_key_does_anything_while_somebody_types(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("/?njxeg")
    expect(page.locator("#find")).to_have_value("/?njxeg")
    expect(page.locator("dialog")).to_have_count(0)
    assert page.url.endswith("/application/")


def test_the_keys_are_shown_in_a_dialog_and_can_be_turned_off_there(page: Page) -> None:
    page.keyboard.press("?")
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text("Gå til søkefeltet")
    dialog.get_by_role("button", name="Slå av hurtigtastene").click()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("/")
    expect(page.locator("#find")).not_to_be_focused()
    page.goto("/help/keys/")
    page.get_by_role("button", name="Slå på hurtigtastene").click()
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()


def test_the_menu_stays_as_it_was_folded_but_for_the_group_one_is_in(page: Page) -> None:
    page.goto("/")
    page.click(".menu-fold[data-group=architecture] summary")
    page.click(".menu-fold[data-group=catalogue] summary")
    page.goto("/help/")
    expect(page.locator(".menu a[href='/dataset/']")).to_be_hidden()
    expect(page.locator(".menu a[href='/product/']")).to_be_visible()
    page.goto("/dataset/")
    expect(page.locator(".menu a[href='/dataset/']")).to_be_visible()


def test_the_menu_fits_a_small_screen(windows: Windows) -> None:
    page = windows.page(KARI)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/application/")
    for address in page.locator("main tbody th[scope=row] a").evaluate_all("all => all.slice(0, 5).map(a => a.href)"):
        page.goto(address)
    page.goto("/application/")
    expect(page.locator(".menu .cut")).to_have_count(5)

    box = page.locator(".menu").evaluate("e => [e.scrollHeight, e.clientHeight]")

    assert box[0] <= box[1]


@pytest.mark.parametrize("width", [320, 390])
def test_the_head_of_the_page_is_one_line_on_a_phone(windows: Windows, width: int) -> None:
    page = windows.page(KARI)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/")

    tops = page.locator(".brand, #find, .person summary").evaluate_all(
        "all => all.map(e => { const r = e.getBoundingClientRect(); return Math.round((r.top + r.bottom) / 2); })"
    )

    assert max(tops) - min(tops) <= 2
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_javascript_the_box_the_menu_and_the_list_of_keys_are_there(windows: Windows) -> None:
    page = windows.page(KARI, **PLAIN)
    page.goto("/product/")
    expect(page.locator(".menu a[href='/supplier/']")).to_be_visible()
    page.fill("#find", "webcruiter")
    page.press("#find", "Enter")
    page.wait_for_url("**/search/**")
    page.get_by_role("link", name="Vis i Applikasjoner").click()
    page.wait_for_url("**/application/?search=webcruiter")
    page.goto("/help/keys/")
    expect(page.locator("#keys")).to_contain_text("Gå til søkefeltet")
    expect(page.locator("#keys button")).to_be_hidden()


SEEN = """() => {
    const e = document.activeElement, r = e.getBoundingClientRect();
    const there = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
    return e.closest('thead') === null || (r.width > 1 && there !== null && e.contains(there));
}"""


def test_on_a_narrow_screen_whoever_comes_to_the_head_of_a_list_by_tab_sees_where_they_are(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.locator("thead a").first.focus()
    stops = []

    while page.evaluate("document.activeElement.closest('thead') !== null"):
        stops.append(page.evaluate(SEEN))
        page.keyboard.press("Tab")

    assert stops == [True] * page.locator("thead :is(a, input)").count()
    assert page.locator("thead").bounding_box()["width"] <= 1  # type: ignore[index]
