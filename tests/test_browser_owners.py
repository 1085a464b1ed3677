"""In a real browser, on a small screen, with and without JavaScript: an owner answers without an account."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support import owners
from tests.support.browser import Windows, axe_finds, look, press, too_wide

pytest_plugins = ["tests.support.browser_fixtures"]

LARS = "lars@tinn.example"
WAYS: list[dict[str, Any]] = [{}, {"java_script_enabled": False}]


def asked(windows: Windows) -> str:
    """The link to the owner of a system in a municipality that lets owners answer by it."""
    page = windows.page(LARS)
    page.goto(f"/municipality/edit/?id={windows.site.ids()['tinn']}")
    owners.allow_and_ask(page)
    return page.input_value("#link-1-1")


def small(windows: Windows, link: str, **way: Any) -> Page:
    page = windows.page(None, **way)
    look(page, 320, "light")
    page.goto(link)
    return page


@pytest.mark.parametrize("way", WAYS, ids=["script", "plain"])
def test_an_owner_confirms_in_two_presses_on_a_small_screen(way: dict[str, Any], windows: Windows) -> None:
    link = asked(windows)
    page = small(windows, link, **way)
    sideways = too_wide(page)

    press(page, page.get_by_role("button", name="Stemmer"))

    expect(page.locator("main")).to_contain_text("Du svarte «Stemmer»")
    assert (sideways, too_wide(page)) == ([], [])
    page.goto(link)
    expect(page.locator("main")).to_contain_text("Du svarte «Stemmer»")


@pytest.mark.parametrize("way", WAYS, ids=["script", "plain"])
def test_an_owner_says_what_must_be_changed_by_the_keyboard(way: dict[str, Any], windows: Windows) -> None:
    page = small(windows, asked(windows), **way)
    page.locator("summary", has_text="Noe må endres").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Vi byttet system i fjor.")
    sideways, found = too_wide(page), axe_finds(page) if not way else []
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text("Du svarte «Noe må endres»")
    assert (sideways, found) == ([], [])
    assert windows.site.value("select text from comment order by id desc") == "Vi byttet system i fjor."
