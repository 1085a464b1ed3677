"""Story 28 in a real browser, with and without JavaScript: a run is looked at with its faults first, made, approved by
another, issued, and an invoice opened as PDF."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.browser import Windows
from tests.support.charging import FRIDA, PER, as_another

pytest_plugins = ["tests.support.browser_fixtures"]
WAYS: list[dict[str, Any]] = [{}, {"java_script_enabled": False}]


@pytest.mark.parametrize("way", WAYS, ids=["script", "plain"])
def test_a_year_is_looked_at_made_approved_by_another_issued_and_opened(way: dict[str, Any], windows: Windows) -> None:
    page = windows.page(FRIDA, **way)
    page.goto("/")
    page.locator(".menu").get_by_role("link", name="Fakturering").click()
    page.get_by_label("År").fill("2024")
    page.get_by_role("button", name="Se hva det blir").click()
    expect(page.get_by_role("button", name="Lag kjøringen")).to_be_visible()
    headings = page.locator("main h2").all_inner_texts()
    page.get_by_role("button", name="Lag kjøringen").click()
    expect(page.get_by_role("button", name="Godkjenn")).to_have_count(0)
    as_another(page, PER, "Godkjenn")
    expect(page.get_by_role("button", name="Utsted fakturaene")).to_have_count(0)
    as_another(page, FRIDA, "Utsted fakturaene")
    page.get_by_role("link", name="Faktura 7", exact=True).click()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="PDF").click()

    assert headings[0] == "1 kommune kan ikke faktureres ennå"
    assert headings[1].replace("\xa0", " ").startswith("20 fakturaer, kr ")
    assert fetched.value.path().read_bytes()[:5] == b"%PDF-"
    expect(page.get_by_role("link", name="Rett", exact=True)).to_have_count(1)
