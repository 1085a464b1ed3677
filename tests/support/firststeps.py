"""What people do on the pages of the first afternoon."""

from __future__ import annotations

from playwright.sync_api import Page


def write_some_units(page: Page) -> None:
    page.locator("textarea[name=lines]").fill("Rjukan skole\nTinn helsesenter")


def write_what_is_refused(page: Page) -> None:
    page.locator("textarea[name=lines]").fill("Ola Dahl; rektor; ola@")
    page.locator("main form button.primary").click()
    page.wait_for_selector("[role=alert]")
