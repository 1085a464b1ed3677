"""What people do to have an owner confirm what stands in a row, what the owner does, and a review of who has access."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.browser import press

ADDRESS, OWNED = "eier@tinn.example", "/application/?owner.some=1"


def let_owners_answer(page: Page) -> None:
    """The municipality lets owners answer without an account; from the form of the municipality."""
    page.get_by_label("Systemeiere kan bekrefte uten konto").check()
    press(page, ".save-bar button")


def ask(page: Page) -> None:
    """The owner of the first system there is, is asked: the link to send. An address that lacks is filled in first."""
    page.goto(OWNED)
    press(page, "main table tbody a")
    row = page.url
    press(page, page.get_by_role("button", name="Be eieren bekrefte"))
    if page.locator(".message a[href*='#email']").count():
        press(page, ".message a[href*='#email']")
        page.fill("#email", ADDRESS)
        press(page, ".save-bar button")
        page.goto(row)
        press(page, page.get_by_role("button", name="Be eieren bekrefte"))
    expect(page.locator("#link-1-1")).to_be_visible()


def allow_and_ask(page: Page) -> None:
    let_owners_answer(page)
    ask(page)


def ask_and_see_the_row(page: Page) -> None:
    """The row, where it stands that its owner is asked."""
    ask(page)
    press(page, page.get_by_role("link", name="Tilbake", exact=True))
    expect(page.locator("#confirm")).to_contain_text("er bedt om å bekrefte")


def open_as_owner(page: Page) -> None:
    """What the owner sees who has no account."""
    allow_and_ask(page)
    link = page.input_value("#link-1-1")
    page.context.clear_cookies()
    page.goto(link)
    expect(page.get_by_role("button", name="Stemmer")).to_be_visible()


def answer_nothing(page: Page) -> None:
    """What the owner writes that cannot be taken."""
    open_as_owner(page)
    page.get_by_text("Noe må endres").click()
    page.fill("#owner-text", "Ring 01010012356")
    press(page, page.get_by_role("button", name="Send svaret").first)
    expect(page.locator("#owner-text-why")).to_be_visible()


def confirm(page: Page) -> None:
    """What is told once it is answered."""
    open_as_owner(page)
    press(page, page.get_by_role("button", name="Stemmer"))
    expect(page.locator("h1")).to_have_text("Takk for svaret")


def lead_to_the_row(page: Page) -> None:
    """The choices on the row itself, to who has an account and the link."""
    ask(page)
    page.goto(page.input_value("#link-1-1"))
    expect(page.get_by_role("button", name="Stemmer")).to_be_visible()


def look_at_some(page: Page) -> None:
    """Whom one would ask about the rows that are ticked."""
    for number in range(5):
        page.locator("tbody input[type=checkbox]").nth(number).check()
    press(page, page.get_by_role("button", name="Be eierne bekrefte"))


def ask_and_see_all(page: Page) -> None:
    """Everyone who is asked."""
    ask(page)
    page.goto("/confirmations/")
    expect(page.locator(".invited")).to_be_visible()


def save_half_a_review(page: Page) -> None:
    """Somebody is to go, and nothing is said of the others."""
    page.locator("input[value=remove]").first.check()
    press(page, page.get_by_role("button", name="Lagre gjennomgangen"))
    expect(page.get_by_role("alert")).to_be_visible()
