"""What who leads the project does when municipalities are merged, as the mouse does it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.browser import press


def plan_it(page: Page) -> None:
    """Plan what the facts propose: Bø and Sauherad to Midt-Telemark, and a part to Notodden."""
    press(page, ".merger-list form button")
    page.locator(".merger-leg").first.wait_for()


def open_a_plan(page: Page) -> None:
    plan_it(page)
    page.locator(".merger-part summary").click()


def choose_rows(page: Page) -> None:
    """What belongs to a unit goes along to Notodden."""
    plan_it(page)
    press(page, page.locator(".merger-leg", has_text="en del går til Notodden").get_by_role("link"))
    page.locator(".merger-units summary").click()
    page.locator("input[name=unit]").first.check()
    page.get_by_role("button", name="Ta med det som hører til dem").click()
    page.get_by_text("Valget er lagret.").wait_for()
    page.locator(".merger-units summary").click()


def see_twins(page: Page) -> None:
    plan_it(page)
    page.get_by_role("link", name="Se dem side om side").click()
    page.get_by_role("button", name="Lagre valgene").wait_for()


def look_over(page: Page) -> None:
    plan_it(page)
    page.get_by_role("link", name="Se over og før over").click()
    page.get_by_role("button", name="Før over").wait_for()


def ask_for_it(page: Page) -> None:
    """The page that waits until a worker has done it."""
    look_over(page)
    page.get_by_role("button", name="Før over").click()
    page.locator(".underway progress").wait_for()


def carry_over(page: Page) -> None:
    ask_for_it(page)
    page.get_by_role("button", name="Angre sammenslåingen").wait_for()


def plan_what_is_refused(page: Page) -> None:
    """Into one that has ended."""
    page.locator("#day").fill("2030-01-01")
    page.get_by_label("Tinn", exact=True).check()
    page.locator("#target").select_option(label="Bø")
    page.get_by_role("button", name="Lag planen").click()
    expect(page.locator("main [role=alert]")).to_contain_text("Bø finnes ikke lenger fra 01.01.2020")


def see_a_copy(page: Page) -> None:
    """The page of a row that says where it came from."""
    carry_over(page)
    page.locator("#switch-municipality").select_option(label="Midt-Telemark")
    press(page, "form.switcher button")
    page.goto("/".join([*page.url.split("/", 3)[:3], "application/?search=p360"]))
    page.locator("tbody th a").last.click()
    page.locator(".origin").wait_for()
