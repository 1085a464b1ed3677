"""What is done when a municipality leaves, and when a role passes to another organisation, as the mouse does it."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page

from models.declare.clock import today
from tests.support.browser import press, sign_in
from tests.support.charging import as_another

PER, LARS = "per@orden.example", "lars@tinn.example"


def _notice(page: Page, days: int) -> None:
    page.locator("#place").select_option(label="Tinn")
    page.locator("#noticed_on").fill((today() - timedelta(days=400)).isoformat())
    page.locator("#noticed_by").fill("Kommunedirektøren")
    page.locator("#last_day").fill((today() + timedelta(days=days)).isoformat())
    page.locator("#agreed").fill("Vedtak i styret, sak 12/26")
    press(page, page.get_by_role("button", name="Se hva det blir"))


def look_at_a_notice(page: Page) -> None:
    _notice(page, 60)
    page.get_by_role("button", name="Før utmeldingen").wait_for()


def note_a_notice(page: Page, days: int = 60) -> None:
    _notice(page, days)
    press(page, page.get_by_role("button", name="Før utmeldingen"))
    page.get_by_text("Utmeldingen er ført.").wait_for()


def make_an_archive(page: Page) -> None:
    press(page, page.get_by_role("button", name="Lag arkivet"))
    page.get_by_role("link", name="Last ned").first.wait_for(timeout=60_000)


def delete_it_all(page: Page) -> None:
    """Tinn has left; Lars fetches the archive, Per asks, Lars approves, Per reads the receipt."""
    note_a_notice(page, -1)
    here = page.url
    page.context.clear_cookies()
    sign_in(page, LARS)
    page.goto("/archives/")
    make_an_archive(page)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Last ned").first.click()
    fetched.value.path()
    page.context.clear_cookies()
    sign_in(page, PER)
    page.goto(here)
    press(page, page.get_by_role("button", name="Be om sletting"))
    as_another(page, LARS, "Godkjenn og slett alt")
    page.context.clear_cookies()
    sign_in(page, PER)
    page.goto(here)
    press(page, page.get_by_role("link", name="Se kvitteringen"))


def look_at_a_handover(page: Page) -> None:
    """The processor becomes another; the contract party too."""
    for one in page.locator("label:has(input[name=role])").all():
        if not one.inner_text().endswith("ingen"):
            one.locator("input").check()
    page.locator("#supplier").select_option(label="KS Digital")
    page.locator("#day").fill((today() + timedelta(days=30)).isoformat())
    page.locator("#basis").fill("Vedtak i eiermøtet, sak 4/26")
    press(page, page.get_by_role("button", name="Se hva som skjer"))
    page.get_by_role("button", name="Gjennomfør overføringen").wait_for()


def hand_over(page: Page) -> None:
    look_at_a_handover(page)
    press(page, page.get_by_role("button", name="Gjennomfør overføringen"))
    page.get_by_text("Rollene går over den dagen.").wait_for()
