"""What people do with difficult words: open what they mean where they stand."""

from __future__ import annotations

from playwright.sync_api import Page


def open_first(page: Page) -> None:
    page.locator("main [popovertarget^='t-']").first.click()
    page.locator(".term:popover-open").wait_for()


def open_in_help(page: Page) -> None:
    """Open the help of a field, and a word in it."""
    page.locator(".hint:has(#role-help) > summary").click()
    page.locator("#role-help a").first.click()
    page.locator(".term:popover-open").wait_for()
