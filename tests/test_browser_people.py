"""In a real browser, with and without JavaScript: a colleague let in. The presses of the mouse are counted."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.browser import Presses, Windows

pytest_plugins = ["tests.support.browser_fixtures"]

LARS = "lars@tinn.example"
WAYS: list[dict[str, Any]] = [{}, {"java_script_enabled": False}]


@pytest.mark.parametrize("way", WAYS, ids=["script", "plain"])
def test_a_role_for_a_new_person_takes_eight_presses_at_most(way: dict[str, Any], windows: Windows) -> None:
    page = windows.page(LARS, **way)
    page.goto("/")
    press = Presses(page)

    press("summary.menu-group:has-text('Forvaltning')")
    press(".menu a[href='/membership/']")
    press("a[href='/invitations/']")
    page.fill("#name", "Nora Ny")
    page.fill("#email", "nora@tinn.example")
    press("label:has(input[value=editor])")
    press("button:has-text('Lag lenke')")
    link = page.input_value("#link")
    stranger = windows.page(None, **way)
    stranger.goto(link)
    stranger.fill("#password", "et helt nytt passord")
    stranger.click("button:has-text('Lagre passordet')")
    stranger.fill("#email", "nora@tinn.example")
    stranger.fill("#password", "et helt nytt passord")
    stranger.click("#sign-in button.primary")
    stranger.click("button:has-text('Ta imot')")

    expect(stranger.locator("h1")).to_contain_text("Nora")
    assert press.count + 1 <= 8  # and one for copying the link
