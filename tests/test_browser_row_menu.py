"""The menu of a row in a real browser: by mouse, by keyboard alone, on a phone and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Windows

pytest_plugins = ["tests.support.browser_fixtures"]

KARI = "kari@tinn.example"
LIST = "/application/?search=visma"
ALL = ["Åpne", "Endre", "Be eieren bekrefte", "Lag kopi", "Følg", "Historikk", "Slå sammen med …", "Slett"]


@pytest.fixture
def page(windows: Windows) -> Page:
    page = windows.page(KARI)
    page.goto(LIST)
    return page


def shown(page: Page) -> list[str]:
    return [word.strip() for word in page.locator(".ways .button:visible").all_text_contents()]


def test_two_presses_lead_from_a_row_to_its_history_and_one_closes_the_menu(page: Page) -> None:
    button = page.locator("[form=more]").nth(2)
    button.click()
    expect(page.locator(".ways")).to_be_visible()
    assert shown(page) == ALL

    page.mouse.click(400, 20)
    expect(page.locator(".ways")).to_have_count(0)
    expect(page).to_have_url(re.compile(re.escape(LIST)))

    button.click()
    page.click(".ways >> text=Historikk")
    expect(page).to_have_url(re.compile("/application/history/"))


def test_by_keyboard_it_opens_is_gone_through_and_closes_where_one_was(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(page.locator(".ways a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".ways a", has_text="Endre")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".ways a", has_text="Slett")).to_be_focused()

    page.keyboard.press("Escape")

    expect(page.locator(".ways")).to_have_count(0)
    expect(page.locator("tbody th a").first).to_be_focused()
    page.locator("[form=more]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ways a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[form=more]").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".ways a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/application/details/"))


def test_what_is_followed_from_the_menu_is_said_there_and_the_list_stays(page: Page) -> None:
    page.locator("[form=more]").first.click()
    page.click(".ways >> text=Følg")
    expect(page).to_have_url(re.compile(re.escape(LIST)))

    page.locator("[form=more]").first.click()

    expect(page.locator(".ways >> text=Slutt å følge")).to_be_visible()


def test_deleting_still_asks(page: Page) -> None:
    page.locator("[form=more]").first.click()
    page.click(".ways >> text=Slett")

    expect(page).to_have_url(re.compile("/application/delete/"))
    expect(page.locator("main h1")).to_contain_text("Slett")


def test_on_a_phone_the_menu_is_a_corner_of_the_card_and_within_the_window(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    button = page.locator("[form=more]").nth(4)
    button.scroll_into_view_if_needed()
    button.click()

    box, pressed = page.locator(".ways").bounding_box(), button.bounding_box()

    assert box is not None
    assert pressed is not None
    assert 0 <= box["x"] <= 320 - box["width"]
    assert min(pressed["width"], pressed["height"]) >= 24
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_javascript_the_menu_is_a_page_that_leads_back(windows: Windows) -> None:
    page = windows.page(KARI, java_script_enabled=False)
    page.goto(LIST)
    page.locator("[form=more]").first.click()
    expect(page).to_have_url(re.compile("/application/menu/"))
    assert shown(page) == ALL

    page.click(".ways >> text=Lag kopi")
    page.click("text=Åpne kopien")
    expect(page).to_have_url(re.compile("/application/new/.*copy="))
    page.go_back()
    page.click("text=Tilbake til lista")

    expect(page).to_have_url(re.compile(re.escape(LIST)))


def test_a_menu_that_the_server_does_not_give_is_told_of_by_its_page(page: Page) -> None:
    page.locator("[form=more]").first.evaluate("one => { one.value = '987654' }")
    page.locator("[form=more]").first.click()

    expect(page.locator("main h1")).to_have_text("Siden finnes ikke")


def test_icons_are_drawn_in_the_colour_of_the_words(page: Page) -> None:
    icon = page.locator(".list-head .primary .icon")

    box = icon.bounding_box()

    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (round(box["height"]), round(box["width"]))
    assert icon.evaluate("one => getComputedStyle(one).stroke") == icon.evaluate(
        "one => getComputedStyle(one.parentElement).color"
    )
    assert page.evaluate(
        "async () => (await fetch(document.querySelector('use').href.baseVal)).headers.get('Content-Type')"
    ).startswith("image/svg+xml")
