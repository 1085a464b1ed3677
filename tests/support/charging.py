"""What the clerks do when municipalities are invoiced, as the mouse does it: one makes a run, another approves it."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.support import settling
from tests.support.browser import press, sign_in

PER, FRIDA = "per@orden.example", "frida@orden.example"
FIGURES = "region;statistikkvariabel;år;07459\n" + "\n".join(
    f"{who};Personer;{said}"
    for who, said in (("4026 Tinn", "2026;5 700"), ("4026 Tinn", "2027;5 650"), ("9999 X", "2027;1"))
)


def make_a_run(page: Page) -> None:
    press(page, page.get_by_role("button", name="Lag kjøringen"))
    page.get_by_text("Du har laget kjøringen.").wait_for()


def as_another(page: Page, who: str, does: str) -> None:
    """The same page as somebody else, and back."""
    here = page.url
    page.context.clear_cookies()
    sign_in(page, who)
    page.goto(here)
    press(page, page.get_by_role("button", name=does))


def issue_a_run(page: Page) -> None:
    make_a_run(page)
    as_another(page, PER, "Godkjenn")
    as_another(page, FRIDA, "Utsted fakturaene")
    page.get_by_text("Fakturaene er utstedt og låst.").wait_for()


def settle_now(page: Page) -> None:
    """A year is settled, and its credit notes are looked at."""
    settling.freeze(page)
    press(page, page.get_by_role("link", name="Fakturer avregningen"))
    page.get_by_text("Til sammen").first.wait_for()


def open_an_invoice(page: Page) -> None:
    issue_a_run(page)
    press(page, page.get_by_role("link", name="Faktura 1", exact=True))
    page.get_by_role("heading", name="Om fakturaen").wait_for()


def look_at_a_correction(page: Page) -> None:
    open_an_invoice(page)
    press(page, page.get_by_role("link", name="Rett", exact=True))
    page.get_by_text("En retting ville ikke endret noe").wait_for()


def look_at_figures(page: Page) -> None:
    file = {"name": "07459.csv", "mimeType": "text/csv", "buffer": FIGURES.encode()}
    page.locator("input[type=file]").set_input_files(files=[file])
    press(page, page.get_by_role("button", name="Se hva som endres"))
    page.get_by_role("button", name="Skriv inn folketallene").wait_for()
