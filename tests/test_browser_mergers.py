"""Bø and Sauherad become Midt-Telemark in a real browser, with a part to Notodden: presses counted, with and without
JavaScript, confirmed or undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Presses, Windows
from tests.support.importing import working


@pytest.fixture(autouse=True)
def at_work(windows: Windows) -> Iterator[None]:
    """A worker beside the pages."""
    with working(windows.site):
        yield


pytest_plugins = ["tests.support.browser_fixtures"]
PER = "per@orden.example"
WAYS: list[dict[str, Any]] = [{}, {"java_script_enabled": False}]
WANTED = 10


def carry_over(page: Page) -> Presses:
    """From the start page to what is carried over, with the administration of Sauherad to Notodden."""
    page.goto("/")
    press = Presses(page)
    press(".menu a[href='/mergers/']")
    press(".merger-list button:has-text('Planlegg')")
    press(".merger-leg:has-text('en del går til Notodden') a")
    press(".merger-units summary")
    press(".merger-units label:has-text('Administrasjon')")
    press("button:has-text('Ta med det som hører til dem')")
    expect(page.locator(".message").first).to_contain_text("Valget er lagret.")
    press("a.back")
    press("a:has-text('Se over og før over')")
    press("button:has-text('Før over')")
    expect(page.locator("main")).to_contain_text("rader er ført over.")
    return press


@pytest.mark.parametrize("way", WAYS, ids=["script", "plain"])
def test_a_merger_is_planned_looked_at_carried_over_and_confirmed_in_ten_presses(
    way: dict[str, Any], windows: Windows
) -> None:
    page = windows.page(PER, **way)

    press = carry_over(page)
    press("button:has-text('Bekreft')")

    expect(page.locator(".message").first).to_contain_text("Sammenslåingen er bekreftet")
    expect(page.locator("button:has-text('Angre')")).to_have_count(0)
    assert press.count == WANTED


def test_what_was_carried_over_is_seen_there_and_gone_again_when_it_is_undone(windows: Windows) -> None:
    page = windows.page(PER)
    press = carry_over(page)
    mine = page.url

    page.select_option("#switch-municipality", label="Notodden")
    press("form.switcher button")
    expect(page.locator("form.switcher option[selected]")).to_have_text("Notodden")
    page.goto("/application/?search=p360")
    page.locator("tbody th a").last.click()  # its own of the same name stands before
    expect(page.locator(".origin")).to_contain_text("Hentet fra Sauherad 01.01.2020")
    press(".origin button:has-text('Se originalen')")
    expect(page.locator(".message").first).to_contain_text("Sauherad finnes ikke lenger fra 01.01.2020.")
    page.goto(mine)
    press("button:has-text('Angre sammenslåingen')")

    expect(page.locator(".message:has-text('Angret.')")).to_contain_text("de gamle kommunene er som før")
    page.goto("/application/?search=p360")
    expect(page.locator("form.switcher option[selected]")).to_have_text("Sauherad")
    expect(page.locator("tbody tr th a")).to_have_count(1)
