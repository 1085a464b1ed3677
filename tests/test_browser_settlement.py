"""Story 29 of the domain handbook, played in a browser as it is written: year-end settlement."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Presses, Windows
from tests.support.settling import as_another

pytest_plugins = ["tests.support.browser_fixtures"]
FRIDA, PER, TONE = "frida@orden.example", "per@orden.example", "tone@tinn.example"
WAYS: list[dict[str, Any]] = [{}, {"java_script_enabled": False}]
YEAR = 2025
SUM = "select sum({}) from settlement_line"


def enter(page: Page, nature: str, text: str, kroner: str) -> None:
    """A line of the accounts, as it stands there."""
    page.goto("/self-cost/new/")
    for name, value in (("year", str(YEAR)), ("name", text), ("amount_ore", kroner)):
        page.fill(f"[name={name}]", value)
    page.select_option("select[name=nature]", nature)
    page.locator(".save-bar button").first.click()
    expect(page.locator(".message").first).to_contain_text("Lagret")


@pytest.mark.parametrize("way", WAYS, ids=["script", "plain"])
@pytest.mark.parametrize("handling", ["now", "next", "fund"])
def test_story_29_a_year_is_settled_from_ledger_cost_to_board_paper(
    way: dict[str, Any], handling: str, windows: Windows
) -> None:
    page = windows.page(FRIDA, **way)
    enter(page, "management", "Regnskapsføring", "kr 12 500,50")
    enter(page, "elected", "Kontrollutvalget", "9 000")
    page.goto("/")
    press = Presses(page)
    press(".menu a[href='/settlements/']")
    press(f"th a:has-text('{YEAR}')")

    left_out = page.locator("section", has=page.get_by_role("heading", name="Ikke med i selvkost")).locator("tbody tr")
    expect(left_out.filter(has_text="Kontrollutvalget")).to_contain_text(
        "Selvkostforskriften § 4: folkevalgte organer er ikke en del av selvkost."
    )
    expect(page.locator("table.shares tfoot")).to_contain_text("kr 422 500,50")
    expect(page.locator("table.shares tbody tr")).to_have_count(21)
    page.select_option("#handling", handling)
    press("button:has-text('Lagre utkastet')")
    expect(page.locator("#approve")).to_contain_text("Du laget utkastet selv. En annen må godkjenne det.")

    as_another(page, PER)
    press("#approve button")
    expect(page.locator(".message").first).to_contain_text("Avregningen er godkjent og frosset som versjon 1.")
    assert windows.site.value(SUM.format("share_ore")) == 42_250_050
    owed = windows.site.value(SUM.format("share_ore - on_account_ore"))
    page.goto("/settlements/funds/")
    account = {"now": "Gjøres opp med kommunene", "next": "Neste års a konto", "fund": "Selvkostfond"}[handling]
    kroner = f"{-owed // 100:,}".replace(",", "\u00a0") + f",{-owed % 100:02d}"
    expect(page.locator("section", has_text="Regnskapet").last).to_contain_text(
        re.compile(f"Årets selvkost\\s*{account}\\s*kr\u00a0{kroner}")
    )

    page.goto(f"/settlements/{YEAR}/")
    press("a:has-text('Styresak')")
    for kind in ("Excel", "PDF", "Word"):
        with page.expect_download() as got:
            page.get_by_role("link", name=f"Last ned {kind}").click()
        assert got.value.path().stat().st_size > 5_000


def test_a_municipality_sees_what_it_is_itself_settled_for(windows: Windows) -> None:
    page = windows.page(FRIDA)
    page.goto(f"/settlements/{YEAR}/")
    page.get_by_role("button", name="Lagre utkastet").click()
    as_another(page, PER)
    page.get_by_role("button", name="Godkjenn og frys").click()

    as_another(page, TONE)
    page.goto("/")
    page.locator(".menu a[href='/settlements/']").click()

    expect(page.locator("main h2")).to_have_text(["Tinn 2025"])
    expect(page.locator("main")).to_contain_text("Til gode kr 1 163,35")
