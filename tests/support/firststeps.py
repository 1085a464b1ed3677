"""What people do on the pages of the first afternoon."""

from __future__ import annotations

from playwright.sync_api import Page


def write_some_units(page: Page) -> None:
    page.locator("textarea[name=lines]").fill("Rjukan skole\nTinn helsesenter")


def write_what_is_refused(page: Page) -> None:
    page.locator("textarea[name=lines]").fill("Ola Dahl; rektor; ola@")
    page.locator("main form button.primary").click()
    page.wait_for_selector("[role=alert]")


def see_what_is_new(page: Page) -> None:
    """From the list of what is behind its template to the page that shows what has changed."""
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="Se hva som er nytt").click()
    page.locator(".renew-field, form.merge").first.wait_for()


def see_the_original(page: Page) -> None:
    """Fetch what a sister shares, and see whether she has changed it since."""
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="Hent hit som utkast").click()
    page.wait_for_url("**/edit/**")
    row_id = page.url.partition("id=")[2].partition("&")[0]
    page.goto(f"/processing-activity/template/{row_id}/")
