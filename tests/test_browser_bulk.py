"""Several rows changed at once in a real browser: by mouse, by keyboard alone, and without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Windows, press
from tests.test_browser_use import KARI, PLAIN, tab_to

pytest_plugins = ["tests.support.browser_fixtures"]
FIVE = 5


def statuses(windows: Windows) -> int:
    """How many applications of Tinn are retired."""
    owner = "select id from municipality where name = 'Tinn'"
    return int(
        windows.site.value(f"select count(*) from application where municipality_id = ({owner}) and status = 'retired'")
    )


def done(page: Page) -> None:
    expect(page.locator(".message.tone-success")).to_contain_text("5 rader er endret.")


def test_the_status_of_five_applications_is_changed_in_six_clicks(windows: Windows) -> None:
    page, before, clicks = windows.page(KARI), statuses(windows), 0
    page.goto("/application/")
    ticks = page.locator("tbody .tick")

    ticks.nth(0).click()
    ticks.nth(FIVE - 1).click(modifiers=["Shift"])
    expect(page.locator(".bulk-told")).to_have_text("5 valgt")
    page.click(".bulk-bar button[value=change]")
    page.select_option("select[name=status]", "retired")
    page.click(".save-bar button")
    expect(page.locator(".bulk-rows tbody")).to_have_count(FIVE)
    page.click(".bulk-do .primary")
    clicks = 6

    done(page)
    assert (clicks, statuses(windows) - before, page.url.endswith("/application/")) == (6, FIVE, True)


def test_five_rows_are_ticked_changed_and_taken_back_by_keyboard_alone(windows: Windows) -> None:
    page, before = windows.page(KARI), statuses(windows)
    page.goto("/application/")

    for _ in range(FIVE):
        page.keyboard.press("j")
        page.keyboard.press("x")
    tab_to(page, ".bulk-bar button[value=change]", 200)
    page.keyboard.press("Enter")
    page.wait_for_url("**/bulk/**")
    tab_to(page, "select[name=status]")
    page.keyboard.type("Avviklet")
    tab_to(page, ".save-bar button")
    page.keyboard.press("Enter")
    expect(page.locator(".bulk-do")).to_be_visible()
    tab_to(page, ".bulk-do .primary")
    page.keyboard.press("Enter")
    done(page)
    changed = statuses(windows) - before
    tab_to(page, ".message a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/changes/event/**")
    tab_to(page, "a[href*='/undo/event/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/undo/event/**")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")

    expect(page.locator(".message.tone-success")).to_contain_text("5 rader er som før")
    assert (changed, statuses(windows) - before) == (FIVE, 0)


def test_five_rows_are_changed_and_taken_back_without_javascript(windows: Windows) -> None:
    page, before = windows.page(KARI, **PLAIN), statuses(windows)
    page.goto("/application/")

    for number in range(FIVE):
        page.locator("tbody .tick").nth(number).check()
    page.click(".bulk-bar button[value=change]")
    page.select_option("select[name=status]", "retired")
    page.click(".save-bar button")
    page.click(".bulk-do .primary")
    done(page)
    changed = statuses(windows) - before
    page.click(".message a")
    page.click("a[href*='/undo/event/']")
    page.click("main form button:has-text('Angre')")

    expect(page.locator(".message.tone-success")).to_contain_text("5 rader er som før")
    assert (changed, statuses(windows) - before) == (FIVE, 0)


@pytest.mark.parametrize("options", [{}, PLAIN], ids=["with JavaScript", "without"])
def test_all_the_rows_of_a_list_are_meant_by_one_tick(windows: Windows, options: dict[str, Any]) -> None:
    page = windows.page(KARI, **options)
    page.goto("/application/")
    total = page.locator(".count").inner_text().split()[0]

    page.locator("tbody .tick").first.check()
    page.check(".bulk-bar input[name=whole]")
    page.click(".bulk-bar button[value=confirm]")

    expect(page.locator("h1")).to_have_text(f"Stemmer fortsatt: {total} rader")


def test_back_after_a_change_of_mind_keeps_the_ticks_and_the_bar(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/application/")
    expect(page.locator(".bulk-bar")).to_be_hidden()

    page.locator("thead .tick").check()
    press(page, ".bulk-bar button[value=change]")
    page.go_back()

    expect(page.locator(".bulk-told")).to_have_text("50 valgt")
    page.click(".bulk-bar .drop")
    expect(page.locator(".bulk-bar")).to_be_hidden()
