"""What the project does when a year is settled, as the mouse does it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.browser import PASSWORD, press

PER, TONE = "per@orden.example", "tone@tinn.example"


def as_another(page: Page, email: str) -> None:
    """Sign in as somebody else in the same window, and come back."""
    here = page.url
    page.context.clear_cookies()
    page.goto("/".join([*here.split("/", 3)[:3], "sign-in/"]))
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    press(page, "main form button.primary")
    page.goto(here)


def draft(page: Page, handling: str = "now", key: str = "on_account") -> None:
    page.select_option("#key", key)
    page.select_option("#handling", handling)
    page.get_by_role("button", name="Lagre utkastet").click()
    page.locator(".message").first.wait_for()


def draft_for_another(page: Page) -> None:
    """The page as the one who may approve it sees it."""
    draft(page)
    as_another(page, PER)
    expect(page.get_by_role("button", name="Godkjenn og frys")).to_be_visible()


def freeze(page: Page, handling: str = "now") -> None:
    draft(page, handling)
    as_another(page, PER)
    page.get_by_role("button", name="Godkjenn og frys").click()
    expect(page.locator(".message").first).to_contain_text("frosset som versjon 1")


def freeze_and_see_ones_own(page: Page) -> None:
    freeze(page)
    as_another(page, TONE)
    page.goto("/".join([*page.url.split("/", 3)[:3], "settlements/"]))
    expect(page.locator("main h2")).to_have_text("Tinn 2025")


def freeze_into_the_fund(page: Page) -> None:
    freeze(page, "fund")
    page.goto("/".join([*page.url.split("/", 3)[:3], "settlements/funds/"]))
    expect(page.locator("main")).to_contain_text("2030")


def draft_nothing(page: Page) -> None:
    """Of a year in which nobody was invoiced."""
    page.get_by_role("button", name="Lagre utkastet").click()
    expect(page.locator("main [role=alert]")).to_contain_text("Ingen kommuner er fakturert")
