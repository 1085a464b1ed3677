"""An agreement is made from within the form of an application, in a real browser: by mouse, by keyboard alone, and
without JavaScript. Nothing of the application's form is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Windows, axe_finds, look, too_wide
from tests.test_browser_use import tab_to

pytest_plugins = ["tests.support.browser_fixtures"]

KARI = "kari@tinn.example"
PLAIN = {"java_script_enabled": False}
NEW = "/application/new/"


def filled(page: Page) -> None:
    """The form of an application with a text, a choice and an answer in it."""
    page.goto(NEW)
    page.fill("input[name=name]", "Nytt fagsystem")
    page.select_option("select[name=nature]", index=2)
    page.locator("#archival label", has_text="Ja").click()


def expect_nothing_lost(page: Page, made: str) -> None:
    """One is back in the form of the application, and what was made is chosen."""
    expect(page.locator(".message")).to_contain_text(f"«{made}» er lagret og valgt her.")
    expect(page.locator("input[name=name]")).to_have_value("Nytt fagsystem")
    assert page.locator("select[name=nature]").evaluate("one => one.selectedIndex") == 2
    expect(page.locator("#archival input:checked")).to_have_value("yes")
    chosen = page.locator("input[name=agreements]:checked")
    assert chosen.evaluate_all("all => all.map(one => one.labels[0].textContent.trim())") == [made]


@pytest.mark.parametrize("plain", [False, True], ids=["with JavaScript", "without"])
def test_an_agreement_is_made_from_an_applications_form_with_two_presses(plain: bool, windows: Windows) -> None:
    page = windows.page(KARI, **(PLAIN if plain else {}))
    filled(page)

    page.click("button[name=make][value=agreements]")
    page.fill("input[name=name]", "Ny driftsavtale")
    page.get_by_role("button", name="Lagre og velg").last.click()

    expect_nothing_lost(page, "Ny driftsavtale")
    page.locator(".save-bar").get_by_role("button", name="Lagre", exact=True).click()
    expect(page.locator("main h1")).to_have_text("Nytt fagsystem")
    expect(page.locator("main")).to_contain_text("Ny driftsavtale")


def test_a_name_that_is_not_found_is_made_by_keyboard_alone(windows: Windows) -> None:
    page = windows.page(KARI)
    filled(page)
    page.locator("#archival input:checked").focus()

    tab_to(page, "#agreements-ticks")
    page.keyboard.type("Avtale som ikke finnes")
    expect(page.locator("#agreements .make-offer button")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#agreements .make-offer button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("input[name=name]")).to_have_value("Avtale som ikke finnes")
    page.locator("input[name=name]").focus()
    page.keyboard.press("Enter")

    expect_nothing_lost(page, "Avtale som ikke finnes")


def test_a_search_box_without_a_hit_offers_to_make_what_was_written(windows: Windows) -> None:
    page = windows.page(KARI)
    filled(page)

    page.locator("input[name=product]").click()
    page.keyboard.type("Et helt nytt produkt")
    expect(page.locator(".picker [role=status]", has_text="Fant ikke «Et helt nytt produkt».")).to_be_visible()
    page.get_by_role("button", name="Lag ny: produkt: Et helt nytt produkt").click()

    expect(page.locator("input[name=name]")).to_have_value("Et helt nytt produkt")
    page.get_by_role("button", name="Tilbake uten å lagre").click()
    expect(page.locator("input[name=name]")).to_have_value("Nytt fagsystem")
    expect(page.locator("input[name=product]")).to_have_value("Et helt nytt produkt")


def test_back_in_the_browser_and_a_second_save_make_no_second_row(windows: Windows) -> None:
    page = windows.page(KARI)
    filled(page)
    page.click("button[name=make][value=agreements]")
    page.fill("input[name=name]", "Bare én gang")
    page.locator(".save-bar button").first.dblclick()
    expect_nothing_lost(page, "Bare én gang")

    number = windows.site.value("select count(*) from agreement where name = 'Bare én gang'")

    assert number == 1


def test_back_in_the_browser_offers_what_was_written_in_the_form_one_left(windows: Windows) -> None:
    page = windows.page(KARI)
    filled(page)
    page.click("button[name=make][value=agreements]")
    expect(page.locator("input[name=within]")).to_be_attached()

    page.go_back()
    page.get_by_role("button", name="Hent det fram").click()

    expect(page.locator("input[name=name]")).to_have_value("Nytt fagsystem")
    expect(page.locator("#archival input:checked")).to_have_value("yes")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_within_the_form_is_clean_at_320(scheme: str, windows: Windows) -> None:
    page = windows.page(KARI)
    filled(page)
    page.click("button[name=make][value=agreements]")
    expect(page.locator("input[name=within]")).to_be_attached()
    look(page, 320, scheme)

    assert (axe_finds(page), too_wide(page)) == ([], [])


@pytest.mark.parametrize("plain", [False, True], ids=["with JavaScript", "without"])
def test_an_activity_is_written_one_step_at_a_time(plain: bool, windows: Windows) -> None:
    page = windows.page(KARI, **(PLAIN if plain else {}))
    page.goto("/processing-activity/new/")

    page.get_by_role("button", name="Ett steg om gangen").click()
    page.fill("input[name=name]", "Steg for steg")
    page.press("input[name=name]", "Enter")
    expect(page.locator(".step-head")).to_contain_text("Steg 2 av 7")
    expect(page.locator("#special")).to_be_visible()
    expect(page.locator("input[name=name]")).to_be_hidden()
    page.locator("#special label", has_text="Nei").click()
    page.get_by_role("button", name="Lagring og sletting").click()
    expect(page.locator(".step-head")).to_contain_text("Steg 5 av 7")
    page.get_by_role("button", name="Forrige").click()
    page.get_by_role("button", name="Vis hele skjemaet").click()

    expect(page.locator("input[name=name]")).to_have_value("Steg for steg")
    expect(page.locator("#special input:checked")).to_have_value("no")


def test_the_way_to_a_field_that_lacks_opens_its_step(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/processing-activity/new/")
    page.get_by_role("button", name="Ett steg om gangen").click()
    page.fill("input[name=name]", "Mangler alt")
    page.locator(".save-bar").get_by_role("button", name="Lagre", exact=True).click()

    page.locator("main a[href$='#retention']").first.click()

    expect(page.locator(".step-head")).to_contain_text("Steg 5 av 7")
    expect(page.locator("#retention")).to_be_visible()


def test_what_was_chosen_lately_comes_first(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto(NEW)
    box = page.locator("input[name=product]")
    box.click()
    options = page.locator(".suggestions:visible [role=option]")
    expect(options.nth(7)).to_be_visible()
    chosen = options.nth(7).inner_text()
    options.nth(7).click()

    page.goto(f"{NEW}?once=more")
    page.evaluate("localStorage.removeItem(Object.keys(localStorage).find(key => key.startsWith('orden-draft')))")
    box.click()

    expect(options.first).to_have_text(chosen)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_step_is_clean_at_320(scheme: str, windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/processing-activity/new/")
    page.get_by_role("button", name="Ett steg om gangen").click()
    expect(page.locator(".step-head")).to_be_visible()
    look(page, 320, scheme)

    assert (axe_finds(page), too_wide(page)) == ([], [])
