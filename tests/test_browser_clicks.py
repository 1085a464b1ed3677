"""What README's table says of clicks, counted in a real browser: from a template to an approved activity, an
application of the catalogue, who is behind. What is typed is not counted; a choice in a list counts as one."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.browser import Presses, Windows

pytest_plugins = ["tests.support.browser_fixtures"]
KARI, LARS = "kari@tinn.example", "lars@tinn.example"
WAYS: list[dict[str, Any]] = [{}, {"java_script_enabled": False}]
WANTED = 9
TEMPLATE = "Elevadministrasjon og vurdering"


@pytest.mark.parametrize("way", WAYS, ids=["script", "plain"])
def test_a_template_becomes_an_approved_activity_in_nine_presses_by_two_people(
    way: dict[str, Any], windows: Windows
) -> None:
    kari = windows.page(KARI, **way)
    kari.goto("/")
    press = Presses(kari)

    press(".menu a[href='/processing-activity/']")
    press(".list-head a:has-text('Bruk en mal')")
    press(f"tbody a[href^='/processing-template/']:has-text('{TEMPLATE}')")
    press("button:has-text('Bruk malen i kommunen')")
    press.choose("transferred", "no")
    press("input[name=scale]")
    kari.keyboard.type("640")
    press(".save-bar button:has-text('Lagre og send til godkjenning')")

    expect(kari.locator(".message").first).to_contain_text("Lagret. Alt som trengs, er fylt ut. Sendt til godkjenning.")
    expect(kari.locator(".quality")).to_contain_text("Alle felt er fylt ut")
    lars = windows.page(LARS, **way)
    lars.goto("/")
    last = Presses(lars)
    last(f".todo a:has-text('{TEMPLATE}')")
    last("button:has-text('Godkjenn')")
    expect(lars.locator(".message").first).to_contain_text("Godkjent. Neste revisjon er")
    assert press.count + last.count == WANTED


@pytest.mark.parametrize("way", WAYS, ids=["script", "plain"])
def test_an_application_of_the_catalogue_says_all_it_must_in_eight_presses(
    way: dict[str, Any], windows: Windows
) -> None:
    kari = windows.page(KARI, **way)
    kari.goto("/")
    press = Presses(kari)

    press(".menu a[href='/application/']")
    press(".list-head a:has-text('Legg til ny')")
    expect(kari.locator("#name")).to_be_focused()
    kari.keyboard.type("qgis")
    kari.keyboard.press("Enter")
    kari.wait_for_url("**name=qgis**")
    press(".product-cards button:has-text('Velg')")
    press.choose("owner", "Mona Sæther")
    press.choose("unit", "Kultur og bibliotek")
    press.choose("confidentiality", "2")
    press.choose("criticality", "3")
    press(".save-bar button.primary")

    expect(kari.locator("main h1")).to_have_text("QGIS")
    kari.locator(".page-head a:has-text('Endre')").click()
    expect(kari.locator("#record-form")).to_be_visible()
    expect(kari.locator(".lacks")).to_have_count(0)
    assert press.count == 8


def test_who_is_behind_and_why_is_one_press_away(windows: Windows) -> None:
    tone = windows.page("tone@tinn.example")
    tone.goto("/")
    press = Presses(tone)

    press("main a:has-text('Utfylling')")

    expect(tone.locator("main table thead").first).to_contain_text("Kreves, mangler")
    assert press.count == 1
