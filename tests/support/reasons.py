"""What people do in a form with fields that are not relevant to them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.browser import press

WHY = "Vi har ingen data der, og leverandøren tar vare på resten etter den avtalen som gjelder."


def say_so(page: Page) -> None:
    """A reason at one field, with the keyboard, and saved."""
    page.locator(".waive > summary").first.press("Enter")
    page.locator(".waive > input").first.fill(WHY)
    press(page, ".save-bar button")
    expect(page.get_by_text(f"Ikke relevant: {WHY}")).to_be_visible()


def say_so_again(page: Page) -> None:
    """The form as it is then, with every such place open."""
    say_so(page)
    press(page, page.get_by_role("link", name="Endre", exact=True).first)
    page.evaluate("document.querySelectorAll('.waive').forEach((one, place) => { one.open = place % 2 === 0 })")


def say_too_much(page: Page) -> None:
    """A reason that is too long, as the form says it."""
    page.evaluate("document.querySelectorAll('.waive').forEach(one => { one.open = true })")
    page.locator(".waive > input").first.fill("x" * 301)
    press(page, ".save-bar button")
    expect(page.locator(".waive .error")).to_be_visible()
