"""Views of lists in a real browser: pinned, counted, opened and shared, with JavaScript and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Windows, axe_finds, look, press, too_wide

pytest_plugins = ["tests.support.browser_fixtures"]

KARI, TONE = "kari@tinn.example", "tone@tinn.example"
BOTH = pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}], ids=["with JavaScript", "without"])


def names(page: Page) -> list[str]:
    expect(page.locator(".list-head .count")).to_be_visible()
    page.wait_for_load_state()
    return page.locator(".list tbody th a").all_text_contents()


def open_views(page: Page) -> None:
    page.click(".views summary")
    page.click("text=Fest, del og ordne visninger")


@BOTH
def test_a_view_is_pinned_seen_on_the_start_page_with_its_count_and_opened_in_one_press(
    windows: Windows, options: dict[str, bool]
) -> None:
    page = windows.page(KARI, **options)
    page.goto("/application/")
    open_views(page)
    press(page, page.get_by_role("button", name="Mangler eier: På startsiden"))

    page.goto("/")
    line = page.locator(".pinned li", has_text="Mangler eier")
    number = line.locator(".task-count").inner_text()
    line.get_by_role("link").click()

    expect(page.locator(".active-filters")).to_contain_text("Systemeier er ikke fylt ut")
    assert [str(len(names(page)))] == [number]


@BOTH
def test_a_segment_of_the_bar_filters_and_is_pressed_out_again(windows: Windows, options: dict[str, bool]) -> None:
    page = windows.page(KARI, **options)
    page.goto("/application/")
    whole = page.locator(".list-head .count").inner_text()
    segment = page.locator(".bar-filter a", has_text="Planlagt")
    number = segment.locator("strong").inner_text()

    segment.click()

    expect(page.locator(".bar-filter a[aria-current]")).to_contain_text("Planlagt")
    assert str(len(names(page))) == number
    page.locator(".bar-filter a[aria-current]").click()
    expect(page.locator(".list-head .count")).to_have_text(whole)


@BOTH
def test_a_register_opens_with_the_view_one_has_chosen_and_one_press_leads_to_all(
    windows: Windows, options: dict[str, bool]
) -> None:
    page = windows.page(KARI, **options)
    page.goto("/application/")
    open_views(page)
    page.get_by_role("button", name="Mangler eier: Vises først").click()

    page.locator("nav.menu").get_by_role("link", name="Applikasjoner").click()

    expect(page.locator(".active-filters")).to_contain_text("Systemeier er ikke fylt ut")
    page.click(".active-filters .clear")
    expect(page.locator(".active-filters")).to_have_count(0)
    assert len(names(page)) > 10


@BOTH
def test_a_view_is_shared_with_the_municipality_in_the_same_breath_as_it_is_saved(
    windows: Windows, options: dict[str, bool]
) -> None:
    tone = windows.page(TONE, **options)
    tone.goto("/application/?status=planned")
    tone.click(".views summary")
    tone.fill("#view-name", "Kommer")
    tone.select_option("#view-share", "municipality")
    tone.press("#view-name", "Enter")

    kari = windows.page(KARI, **options)
    kari.goto("/application/")
    kari.click(".views summary")
    kari.locator(".view-list a", has_text="Kommer").click()

    expect(kari.locator(".bar-filter a[aria-current]")).to_contain_text("Planlagt")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panel_the_bar_and_the_sums_are_for_everyone(windows: Windows, scheme: str) -> None:
    page = windows.page(KARI)
    for address in ("/application/?panel=views", "/application/?status=planned&columns=name,status,licence_ore"):
        page.goto(address)
        for width in (1280, 320):
            look(page, width, scheme)
            assert (address, width, axe_finds(page), too_wide(page)) == (address, width, [], [])
