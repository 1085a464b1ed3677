"""A municipality joins, as the mouse does it: asked by anybody, taken step by step by who leads the project."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page

from models.declare.clock import today
from tests.support.browser import press

PDF = {"name": "signert.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\nSignert\n%%EOF\n"}
WHEN = (today() + timedelta(days=40)).isoformat()


def _at(page: Page, path: str) -> None:
    page.goto("/".join([*page.url.split("/", 3)[:3], path]))


def write(page: Page, municipality: str = "Larvik") -> None:
    """The question, written and sent."""
    page.select_option("#municipality", municipality)
    for name, said in (("name", "Nina Nes"), ("role", "IKT-leder"), ("email", "nina@larvik.example"), ("from", WHEN)):
        page.fill(f"#{name}", said)
    page.fill("#note", "Vi går over fra et regneark.")
    press(page, page.get_by_role("button", name="Send spørsmålet"))


def ask_of_a_member(page: Page) -> None:
    write(page, "Tinn")
    page.get_by_text("Tinn er med i samarbeidet alt.").wait_for()


def ask(page: Page) -> None:
    _at(page, "quote/ask/")
    write(page)
    _at(page, "accessions/")


def open_it(page: Page) -> None:
    ask(page)
    press(page, page.get_by_role("link", name="Larvik", exact=True))


def quote(page: Page) -> None:
    open_it(page)
    quote_from_here(page)


def quote_from_here(page: Page) -> None:
    press(page, page.get_by_role("button", name="Utsted tilbudet", exact=True))


def sign(page: Page, times: int) -> None:
    for number in range(times):
        page.fill("#signed-by", f"Ordfører {number}")
        page.locator("#file").set_input_files(files=[PDF])
        press(page, page.get_by_role("button", name="Før signaturen"))


def send_from_here(page: Page) -> None:
    page.select_option("#consent", "general")
    press(page, page.get_by_role("button", name="Lag avtalene", exact=True))
    press(page, page.get_by_role("button", name="Avtalene er sendt"))
    sign(page, 1)


def send(page: Page) -> None:
    quote(page)
    send_from_here(page)


def settle_from_here(page: Page) -> None:
    quote_from_here(page)
    send_from_here(page)
    sign(page, 3)
    page.fill("#first", today().isoformat())
    press(page, page.get_by_role("button", name="Sett i kraft"))
    page.get_by_text("Avtalene er satt i kraft.").wait_for()


def settle(page: Page) -> None:
    open_it(page)
    settle_from_here(page)
