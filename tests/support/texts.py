"""What the project's staff do with the texts of Orden."""

from __future__ import annotations

from playwright.sync_api import Page


def save_nothing_at_all(page: Page) -> None:
    """A text of blanks, as the page answers it."""
    page.locator("#words").fill("   ")
    page.get_by_role("button", name="Lagre teksten").click()
    page.wait_for_selector("[role=alert]")


def see_what_is_behind(page: Page) -> None:
    page.locator(".texts a").first.click()
    page.get_by_role("button", name="Behold prosjektets tekst").wait_for()


def see_what_is_shipped(page: Page) -> None:
    """Make a template the project's own, and see it beside the one Orden ships."""
    page.get_by_role("link", name="Endre", exact=True).first.click()
    page.locator("#purpose_nn").fill("Slik vi seier det her hos oss.")
    page.locator(".save-bar button").first.click()
    page.get_by_role("link", name="Se den leverte malen").click()
    page.locator(".renew-field").first.wait_for()
