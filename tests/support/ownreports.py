"""What somebody does with a report of their own before it is looked at (tests/support/pages.py)."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.browser import press


def keep(page: Page) -> None:
    """A report of one's own that is saved, pinned, and sent the way to each month."""
    page.fill("#report-name", "Kostnader per enhet")
    press(page, page.get_by_role("button", name="Lagre rapporten"))
    for name in ("På startsiden", "Lenke på e-post hver måned"):
        button = page.get_by_role("button", name=name)
        if button.get_attribute("aria-pressed") == "false":
            press(page, button)


def keep_and_see_all(page: Page) -> None:
    """The reports there are, with one of one's own."""
    keep(page)
    page.goto("/reports/")
    expect(page.locator("#group-own")).to_be_visible()
