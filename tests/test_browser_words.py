"""Difficult words in a real browser: opened and closed by the keyboard, in place, with script and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browser import Windows
from tests.support.pagekinds import KARI

pytest_plugins = ["tests.support.browser_fixtures"]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_word_that_stands_open_is_opened_and_closed_by_the_keyboard(windows: Windows, script: bool) -> None:
    page = windows.page(KARI, java_script_enabled=script)
    page.goto("/help/rules/")
    word = page.locator("main [popovertarget='t-behandlingsgrunnlag']")
    box = page.locator("#t-behandlingsgrunnlag")

    word.focus()
    page.keyboard.press("Enter")
    expect(box).to_be_visible()
    page.keyboard.press("Tab")
    expect(box.get_by_role("link")).to_be_focused()
    page.keyboard.press("Escape")

    expect(box).to_be_hidden()
    expect(word).to_be_focused()


def test_a_word_in_the_help_of_a_field_opens_in_place_and_nothing_typed_is_lost(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/processing-activity/new/")
    page.fill("#name", "Barnehageopptak")
    page.locator(".hint:has(#role-help) > summary").press("Enter")
    word = page.locator("#role-help a")
    for _ in range(2):
        word.press("Enter")
        expect(page.locator(".term")).to_contain_text("Den kan bare gjøre det kommunen har bedt om.")
        page.keyboard.press("Escape")
        expect(page.locator(".term")).to_have_count(0)
        expect(word).to_be_focused()

    expect(page.locator("#name")).to_have_value("Barnehageopptak")
    expect(page.locator("#role-help")).to_have_text(
        "Databehandler betyr at kommunen gjør dette på vegne av noen andre."
    )


def test_without_script_the_word_leads_to_what_it_means(windows: Windows) -> None:
    page = windows.page(KARI, java_script_enabled=False)
    page.goto("/processing-activity/new/")
    page.locator(".hint:has(#role-help) > summary").click()
    page.locator("#role-help a").click()

    expect(page.locator("#databehandler")).to_be_in_viewport()
    assert page.url.endswith("/glossary/#databehandler")


def test_what_a_field_is_called_by_a_screen_reader_is_its_name_alone(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/processing-activity/new/")

    expect(page.locator("#role")).to_have_accessible_name("Kommunens rolle må fylles ut")
    expect(page.locator("#role")).to_have_accessible_description(
        "Databehandler betyr at kommunen gjør dette på vegne av noen andre."
    )
