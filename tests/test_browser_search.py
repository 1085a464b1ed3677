"""The search box of the header in a real browser: what is found is told while one types, or by a page of its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Windows, press

pytest_plugins = ["tests.support.browser_fixtures"]

KARI = "kari@tinn.example"


def found(page: Page) -> list[str]:
    """What stands under the box, once it does."""
    expect(page.locator(".find [role=option]").first).to_be_visible()
    return [" ".join(one.split()) for one in page.locator(".find [role=option]").all_inner_texts()]


def test_what_is_found_is_told_while_one_types_and_opened_by_keys_alone(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/")

    page.keyboard.press("/")
    page.keyboard.type("gerica")
    told = found(page)
    page.keyboard.press("ArrowDown")
    chosen = page.locator(".find [aria-selected=true]")

    expect(page.locator("#find")).to_have_attribute("aria-activedescendant", "find-list-0")
    assert " ".join(chosen.inner_text().split()) == told[0]
    assert page.locator(".find mark").first.inner_text().lower() == "gerica"
    name = chosen.inner_text().split("\n")[0].strip()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(name)


def test_enter_without_a_choice_opens_the_page_of_all_hits_and_escape_only_closes(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/help/")
    page.locator("#find").press_sequentially("visma")
    found(page)

    page.keyboard.press("Escape")
    expect(page.locator(".find [role=listbox]")).to_be_hidden()
    expect(page.locator("#find")).to_have_value("visma")
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{windows.site.address}/search/?q=visma")
    assert page.locator(".hits").count() > 3


def test_what_is_not_there_is_said_and_one_letter_asks_for_nothing(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/help/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.locator("#find").press_sequentially("x")
    page.wait_for_timeout(400)
    assert [url for url in asked if "/search/" in url] == []
    page.locator("#find").press_sequentially("yzzy")

    expect(page.locator(".find [role=status]")).to_contain_text("Ingen treff")
    expect(page.locator(".find [role=listbox]")).to_be_hidden()


@pytest.mark.parametrize("script", [True, False])
def test_the_box_works_with_and_without_javascript(windows: Windows, script: bool) -> None:
    page = windows.page(KARI, java_script_enabled=script)
    page.goto("/")

    page.fill("#find", "visma")
    press(page, ".find button")

    assert page.locator(".hits").count() > 3
