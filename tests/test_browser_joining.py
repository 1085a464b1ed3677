"""A municipality joins, played in a browser without scripts: from a question to where both agreements hold."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.support import joining
from tests.support.browser import Windows, press

pytest_plugins = ["tests.support.browser_fixtures"]
PER = "per@orden.example"
SIGNED = "select count(*) from accession_event where what = 'signed'"


def test_a_municipality_goes_from_the_public_price_to_open(windows: Windows) -> None:
    stranger = windows.page(None, java_script_enabled=False)
    stranger.goto(f"/quote/?municipality=Larvik&from={joining.WHEN}")
    press(stranger, stranger.get_by_role("link", name="Spør om å bli med"))
    expect(stranger.locator("#municipality option[selected]")).to_have_text("Larvik")
    joining.write(stranger)
    expect(stranger.locator("h1")).to_have_text("Takk, spørsmålet er sendt")

    page = windows.page(PER, java_script_enabled=False)
    page.goto("/")
    press(page, page.get_by_role("link", name="Kommuner som vil bli med"))
    press(page, page.get_by_role("link", name="Larvik", exact=True))
    expect(page.locator("#next button.primary")).to_have_count(1)
    joining.settle_from_here(page)

    expect(page.locator(".page-head .chip")).to_have_text("I kraft")
    joined = "select joined is not null from municipality where name = 'Larvik'"
    assert (windows.site.value(SIGNED), windows.site.value(joined)) == (4, 1)
    for file in page.get_by_role("link", name="PDF").all()[:1]:
        with page.expect_download() as made:
            file.click()
        assert made.value.suggested_filename == "databehandleravtale-larvik-v1.pdf"
    press(page, page.get_by_role("link", name="Orden – databehandleravtale"))
    expect(page.locator("#attachments")).to_contain_text("signert.pdf")
