"""What somebody does before the map over time is looked at: systems that come and go."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page

from models.declare.clock import today
from tests.support.acts import open_all
from tests.support.browser import press

SOON, LATER = today() + timedelta(days=120), today() + timedelta(days=500)
PLANS = (
    ("Nytt fagsystem for barnevern", "planned", SOON, None),
    ("Gammelt fagsystem for barnevern", "phasing_out", today() - timedelta(days=2000), SOON),
    ("Økonomisystemet fra 2019", "in_use", today() - timedelta(days=2500), today() - timedelta(days=9)),
)


def _plan(page: Page) -> None:
    for name, status, begin, end in PLANS:
        page.goto("/application/new/")
        open_all(page)
        page.fill("input[name=name]", name)
        page.select_option("select[name=status]", status)
        page.fill("input[name=in_use_from]", f"{begin}")
        page.fill("input[name=retires]", f"{end or ''}")
        press(page, ".save-bar button.primary")


def look_ahead(page: Page) -> None:
    _plan(page)
    page.goto(f"/map/?day={LATER}&layer=application&layer=platform")


def look_at_what_differs(page: Page) -> None:
    _plan(page)
    page.goto(f"/map/?day={LATER}&since={today()}&layer=application&layer=service")


def look_at_the_road(page: Page) -> None:
    _plan(page)
    page.goto("/map/roadmap/")
