"""Two rows made one in a real browser: by mouse, by keyboard alone, and without JavaScript."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.browser import Windows, press
from tests.test_browser_use import KARI, PLAIN, tab_to

pytest_plugins = ["tests.support.browser_fixtures"]


def names(page: Page) -> list[str]:
    return page.locator(".merge-heads a").all_inner_texts()


def test_two_ticked_rows_are_merged_and_taken_back_by_mouse(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/application/")
    ticks, merge = page.locator("tbody .tick"), page.get_by_role("button", name="Slå sammen to")

    ticks.nth(0).check()
    expect(merge).to_be_hidden()
    ticks.nth(1).check()
    merge.click()
    _kept, gone = names(page)
    page.locator("input[name=pick-name][value=gone]").check()
    page.get_by_role("button", name="Slå sammen", exact=True).click()

    expect(page.locator("h1")).to_have_text(gone)
    page.click(".message a")
    page.click("a[href*='/undo/event/']")
    page.click("main form button")
    expect(page.locator(".message.tone-success")).to_contain_text("Angret.")


def test_a_row_is_merged_with_one_that_is_searched_for_by_keyboard_alone(windows: Windows) -> None:
    page, ids = windows.page(KARI), windows.site.ids()
    page.goto(f"/application/details/?id={ids['used']}")

    tab_to(page, "a[href*='/merge/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/merge/**")
    tab_to(page, "#merge-search")
    page.keyboard.type("fram")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=fram**")
    tab_to(page, ".merge-rows a")
    page.keyboard.press("Enter")
    expect(page.locator(".merge-heads")).to_be_visible()
    tab_to(page, "input[name=pick-name]")
    page.keyboard.press("ArrowRight")
    expect(page.locator("input[name=pick-name][value=gone]")).to_be_checked()
    tab_to(page, ".merge-moves .primary")
    page.keyboard.press("Enter")

    expect(page.locator(".message.tone-success")).to_contain_text("er slått sammen med denne")
    assert f"id={ids['used']}" in page.url


def test_two_ticked_rows_are_merged_without_javascript_and_the_old_number_leads_there(windows: Windows) -> None:
    page = windows.page(KARI, **PLAIN)
    page.goto("/application/")

    for number in range(2):
        page.locator("tbody .tick").nth(number).check()
    page.get_by_role("button", name="Slå sammen to").click()
    kept, _gone = names(page)
    old = page.locator(".merge-heads a").nth(1).get_attribute("href") or ""
    press(page, page.get_by_role("button", name="Slå sammen", exact=True))
    page.goto(old)

    expect(page.locator("h1")).to_have_text(kept)
    expect(page.locator(".message")).to_contain_text("Du er ført dit")
