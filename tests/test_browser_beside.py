"""What stands beside a row, in a real browser: files and links, following and its news; with JavaScript and without."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.acts import see_news
from tests.support.browser import Windows
from tests.test_browser_use import KARI, PLAIN, tab_to

pytest_plugins = ["tests.support.browser_fixtures"]
EITHER = pytest.mark.parametrize("options", [{}, PLAIN], ids=["with JavaScript", "without"])
PDF = b"%PDF-1.7 innhold"


@EITHER
def test_a_file_is_attached_fetched_taken_away_and_brought_back(
    windows: Windows, options: dict[str, bool], tmp_path: Path
) -> None:
    page = windows.page(KARI, **options)
    page.goto(f"/application/details/?id={windows.site.ids()['used']}")

    page.click("#attachments summary:has-text('Legg ved en fil')")
    page.fill("#file-title", "Signert avtale")
    page.set_input_files("#attached-file", {"name": "avtale.pdf", "mimeType": "", "buffer": PDF})
    page.click("#attachments button:has-text('Legg ved')")
    with page.expect_download() as fetched:
        page.click("#attachments a:has-text('Signert avtale')")
    fetched.value.save_as(tmp_path / "fetched")
    page.click("#attachments button:has-text('Ta bort')")
    expect(page.locator("#attachments > ul")).to_have_count(0)
    page.click("#attachments summary:has-text('Tatt bort')")
    page.click("#attachments button:has-text('Hent tilbake')")

    expect(page.locator("#attachments > ul")).to_contain_text("Signert avtale")
    assert (fetched.value.suggested_filename, (tmp_path / "fetched").read_bytes()) == ("avtale.pdf", PDF)


def test_a_link_is_added_by_keyboard_alone(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto(f"/application/details/?id={windows.site.ids()['used']}")

    tab_to(page, ".attach-ways details:nth-child(2) summary")
    page.keyboard.press("Enter")
    tab_to(page, "#attached-link")
    page.keyboard.type("https://arkiv.tinn.example/sak/1")
    page.keyboard.press("Enter")

    expect(page.locator("#attachments > ul")).to_contain_text("arkiv.tinn.example")


@EITHER
def test_what_others_do_is_told_until_it_is_seen_and_following_ends_with_one_press(
    windows: Windows, options: dict[str, bool]
) -> None:
    page = windows.page(KARI, **options)
    page.goto(f"/processing-activity/details/?id={windows.site.ids()['processing_activity']}")

    see_news(page)
    expect(page.locator(".news")).to_contain_text("Lars Myhre skrev en kommentar")
    page.click(".news button:has-text('Jeg har sett dette')")
    expect(page.locator(".news")).to_have_count(0)
    page.goto("/following/")
    page.locator("main .attached li").first.get_by_role("button").click()

    expect(page.locator("main .attached li")).to_have_count(1)
