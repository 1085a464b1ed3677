"""Undoing, bringing back and commenting in a real browser: by mouse, by keyboard alone, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Windows, press
from tests.test_browser_use import KARI, PLAIN, SIRI, tab_to

pytest_plugins = ["tests.support.browser_fixtures"]
WORDS = "Skrevet ved et uhell"


def save_by_accident(page: Page, windows: Windows) -> None:
    page.goto(f"/application/edit/?id={windows.site.ids()['used']}")
    page.fill("textarea[name=description]", WORDS)
    page.click(".save-bar button")
    expect(page.locator("main")).to_contain_text(WORDS)


@pytest.mark.parametrize("options", [{}, PLAIN], ids=["with JavaScript", "without"])
def test_a_change_is_taken_back_in_three_clicks_and_the_undoing_too(windows: Windows, options: dict[str, bool]) -> None:
    page = windows.page(KARI, **options)
    save_by_accident(page, windows)

    page.click("main a[href*='/history/']")
    page.click(".timeline li:first-child a[href*='/undo/']")
    expect(page.locator("main del")).to_have_text(WORDS)
    press(page, "main form button:has-text('Angre')")

    expect(page.locator(".message")).to_contain_text("1 rad er som før")
    page.click(".timeline li:first-child a[href*='/undo/']")
    press(page, "main form button:has-text('Angre')")
    page.goto(f"/application/details/?id={windows.site.ids()['used']}")
    expect(page.locator("main")).to_contain_text(WORDS)


def test_a_whole_event_is_taken_back_by_keyboard_alone(windows: Windows) -> None:
    page = windows.page(KARI)
    save_by_accident(page, windows)
    page.goto("/changes/")

    tab_to(page, ".events li:first-child h2 a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/event/**")
    tab_to(page, "a[href*='/undo/event/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/undo/event/**")
    tab_to(page, "#reason")
    page.keyboard.type("Feil system")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")

    expect(page.locator(".message")).to_contain_text("er som før")
    page.goto("/changes/")
    expect(page.locator(".events li").first).to_contain_text("Feil system")


def test_deleted_rows_are_ticked_and_brought_back_without_javascript(windows: Windows) -> None:
    page = windows.page(KARI, **PLAIN)
    page.goto(f"/application/delete/?id={windows.site.ids()['unused']}")
    press(page, ".danger-solid")
    page.goto("/changes/deleted/")

    page.check("tbody input[type=checkbox]")
    page.click("main form button")

    expect(page.locator(".message")).to_contain_text("Hentet tilbake")
    expect(page.locator("tbody input[type=checkbox]")).to_have_count(0)


def test_advice_is_given_and_answered_without_javascript(windows: Windows) -> None:
    details = f"/processing-activity/details/?id={windows.site.ids()['processing_activity']}"
    officer, keeper = windows.page(SIRI, **PLAIN), windows.page(KARI, **PLAIN)
    officer.goto(details)
    officer.fill("#comment-text", "Vurder om opplysningene trengs.")
    officer.check("#comment-kind")
    press(officer, "section.comments form:has(#comment-text) button")
    keeper.goto(details)

    keeper.click(".advice summary")
    keeper.fill(".advice textarea", "De trengs etter loven.")
    keeper.click(".advice details button")

    expect(keeper.locator(".advice")).to_contain_text("Ikke fulgt")
    expect(keeper.locator(".advice")).to_contain_text("De trengs etter loven.")


def test_add_here_opens_a_form_that_knows_the_row(windows: Windows) -> None:
    page = windows.page(KARI, **PLAIN)
    row = windows.site.ids()["used"]
    page.goto(f"/application/details/?id={row}")

    page.click("a[href*='/dataset/new/']")

    expect(page.locator(f"input[name=applications][value='{row}']")).to_be_checked()
