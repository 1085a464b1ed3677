"""What who is new does: opens what difficult words mean where they stand, and looks at the example."""

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


def look_at_example(page: Page) -> None:
    page.get_by_role("button", name="Se et ferdig eksempel").click()
    page.locator(".looking").wait_for()


def look_at_an_activity_of_it(page: Page) -> None:
    look_at_example(page)
    page.goto("/processing-activity/")
    page.locator("tbody th a").first.click()
    page.locator(".essentials").wait_for()
