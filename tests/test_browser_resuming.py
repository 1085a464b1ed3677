"""In a real browser, with and without JavaScript: the session ends under a form, and nothing of it is lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support import acts
from tests.support.browser import PASSWORD, Windows
from tests.support.pagekinds import KARI

pytest_plugins = ["tests.support.browser_fixtures"]
WAYS: list[dict[str, Any]] = [{}, {"java_script_enabled": False}]


@pytest.mark.parametrize("way", WAYS, ids=["script", "plain"])
def test_who_signs_in_again_has_the_form_as_it_was_and_saves_it(way: dict[str, Any], windows: Windows) -> None:
    page = windows.page(KARI, **way)
    page.goto("/application/new/")
    acts.send_too_late(page)
    windows.cookies.pop(KARI)

    page.fill("#email", KARI)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#name")).to_have_value("Halvskrevet")
    told = page.locator(".message.tone-info").first.inner_text()
    page.click("form.record-form .save-bar button.primary")

    assert told == "Du er logget inn igjen. Skjemaet står slik du skrev det. Det er ikke lagret ennå."
    expect(page.locator("h1")).to_have_text("Halvskrevet")
