"""What people do in a real browser: by keyboard, without JavaScript, and the coordinator's two clicks."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from models.declare.choices import HeldPersonalData, RecordStatus
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.processing import ProcessingActivity
from tests.support.browser import PASSWORD, Windows, press

pytest_plugins = ["tests.support.browser_fixtures"]

KARI, TONE, SIRI = "kari@tinn.example", "tone@tinn.example", "siri@tinn.example"
PLAIN = {"java_script_enabled": False}


def tab_to(page: Page, selector: str, most: int = 150) -> None:
    """Press Tab until the focus is there; it must be seen all the way."""
    for _ in range(most):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
                return e === document.body || (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2
                    && r.width > 0 && r.bottom > 0 && r.top < innerHeight); }"""
        )
        assert seen, f"the focus cannot be seen on {page.evaluate('document.activeElement.outerHTML')[:200]}"
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector} on {page.url}")


def saved(page: Page) -> None:
    expect(page.locator(".message")).to_contain_text("Lagret")


def add_suppliers(windows: Windows, number: int = 210) -> None:
    """So many that the field becomes a search box."""
    with windows.site.inside("Tinn") as session:
        session.add_all([Supplier(name=f"Leverandør {one:03d}") for one in range(number)])


def test_from_sign_in_to_a_saved_application_by_keyboard_alone(windows: Windows) -> None:
    page = windows.page()
    page.goto("/")
    tab_to(page, "input[name=email]")
    page.keyboard.type(KARI)
    tab_to(page, "input[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".site-header .person").wait_for()
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    expect(page.locator(".skip-link")).to_be_in_viewport()
    tab_to(page, ".menu a[href='/application/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/application/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    tab_to(page, "a[href^='/new-application/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/new-application/**")
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type("Bare tastatur")
    page.keyboard.press("Enter")
    page.wait_for_url("**name=Bare**")
    tab_to(page, "main form[method=post] .actions button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/application/edit/**")
    tab_to(page, "select[name=criticality]")
    page.keyboard.type("3")
    tab_to(page, ".save-bar button.primary")
    page.keyboard.press("Enter")
    saved(page)
    expect(page.locator("h1")).to_have_text("Bare tastatur")


def test_a_supplier_is_found_among_hundreds_by_keyboard(windows: Windows) -> None:
    add_suppliers(windows)
    page = windows.page(KARI)
    page.goto("/agreement/edit/?id={agreement}".format(**windows.site.ids()))
    box = page.locator("input[name=supplier][role=combobox]")
    box.fill("")
    box.press_sequentially("leverandør 04", delay=20)
    options = page.locator(".suggestions [role=option]")
    expect(options).to_have_count(10)
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    box.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    box.press("Enter")
    expect(box).to_have_value("Leverandør 041")
    expect(page.locator("#supplier-list")).to_be_hidden()
    box.press("Enter")
    saved(page)
    expect(page.locator("main")).to_contain_text("Leverandør 041")


def test_escape_closes_the_suggestions_and_a_name_without_hits_is_told(windows: Windows) -> None:
    add_suppliers(windows)
    page = windows.page(KARI)
    page.goto("/agreement/new/")
    box = page.locator("input[name=supplier][role=combobox]")
    box.press_sequentially("leverandør 0", delay=20)
    expect(page.locator(".suggestions [role=option]").first).to_be_visible()
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("zzz", delay=20)
    expect(page.get_by_text("Fant ikke «leverandør 0zzz».")).to_be_visible()
    page.fill("input[name=name]", "Avtale uten treff")
    page.click(".save-bar button")
    expect(page.locator("#errors")).to_contain_text("Fant ingen «leverandør 0zzz»")
    expect(page.locator("input[name=name]")).to_have_value("Avtale uten treff")


def test_an_edited_form_warns_before_it_is_left(windows: Windows) -> None:
    page = windows.page(KARI)
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    page.goto("/application/new/")
    page.click(".menu a[href='/dataset/']")
    page.wait_for_url("**/dataset/")
    assert asked == []
    page.goto("/application/new/")
    page.locator("input[name=name]").press_sequentially("Halvferdig")
    page.click(".menu a[href='/dataset/']")
    page.wait_for_url("**/dataset/")
    assert asked == ["beforeunload"]


def test_saving_an_edited_form_does_not_warn(windows: Windows) -> None:
    page = windows.page(KARI)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/application/new/")
    page.locator("input[name=name]").press_sequentially("Helt ferdig")
    page.click(".save-bar button")
    saved(page)
    assert asked == []


@pytest.mark.parametrize("options", [{}, PLAIN], ids=["with-javascript", "without"])
def test_the_coordinator_of_tinn_has_the_protocol_in_two_clicks(
    windows: Windows, tmp_path: Path, options: dict[str, bool]
) -> None:
    page = windows.page(TONE, **options)
    page.goto("/")
    page.click(".menu a[href='/reports/']")  # the first click
    with page.expect_download() as coming:
        page.click("a[href='/reports/behandlingsprotokoll/download/']")  # the second
    assert coming.value.suggested_filename.startswith("behandlingsprotokoll-tinn-")
    file = tmp_path / "protokoll.xlsx"
    coming.value.save_as(file)
    text = workbook_text(file)
    mine, theirs = names(windows, "Tinn"), names(windows, "Seljord")
    approved = names(windows, "Tinn", RecordStatus.APPROVED, RecordStatus.REVISE)  # what is told unless more is chosen
    assert (approved != set(), sorted(one for one in approved if one not in text)) == (True, [])
    told = [one for one in theirs - mine if any(one == cell for cell in text.split("\n"))]
    assert told == []
    assert "Seljord" not in text


def names(windows: Windows, where: str, *states: RecordStatus) -> set[str]:
    """The processing activities of a municipality, in some states or in all."""
    with windows.site.inside(where) as session:
        return {one.name for one in session.query(ProcessingActivity) if not states or one.status in states}


def workbook_text(file: Path) -> str:
    book = openpyxl.load_workbook(file)
    return "\n".join(
        str(cell) for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line if cell is not None
    )


# Without JavaScript: every action works.


def test_without_javascript_an_application_is_registered_with_its_product(windows: Windows) -> None:
    page = windows.page(KARI, **PLAIN)
    page.goto("/application/")
    page.click("text=Legg til ny")
    page.fill("input[name=name]", "qgis")
    page.click("text=Finn kortet")
    page.click("text=Begynn med et tomt skjema")
    page.fill("input[name=name]", "Uten skript")
    page.fill("input[name=product]", "Acos Interact")
    page.select_option("select[name=owner]", index=1)
    page.select_option("select[name=unit]", index=1)
    page.click(".save-bar button")
    saved(page)
    expect(page.locator("main")).to_contain_text("Acos Interact")


def test_without_javascript_a_supplier_among_hundreds_is_typed_by_name(windows: Windows) -> None:
    add_suppliers(windows)
    page = windows.page(KARI, **PLAIN)
    page.goto("/agreement/new/")
    page.fill("input[name=name]", "Avtale skrevet for hånd")
    page.fill("input[name=supplier]", "leverandør 117")
    page.click(".save-bar button")
    saved(page)
    expect(page.locator("main")).to_contain_text("Leverandør 117")


def test_without_javascript_rows_are_added_to_an_activity(windows: Windows) -> None:
    page = windows.page(KARI, **PLAIN)
    page.goto("/processing-activity/edit/?id={processing_activity}".format(**windows.site.ids()))
    rows = page.locator("#laws .row-line")
    before = rows.count()
    page.fill("textarea[name=purpose]", "Skrevet før det ble flere rader")
    page.click("button[name=laws-add]")
    expect(rows).to_have_count(before + 3)
    expect(page.locator("textarea[name=purpose]")).to_have_value("Skrevet før det ble flere rader")
    fresh = rows.nth(before)
    fresh.get_by_label("Lov", exact=False).first.fill("Barnevernsloven")
    fresh.locator("input[type=text]").last.fill("§ 99-1")
    page.click(".save-bar button")
    saved(page)
    expect(page.locator("main")).to_contain_text("§ 99-1")
    expect(page.locator("main")).to_contain_text("Skrevet før det ble flere rader")


def test_without_javascript_siri_switches_municipality(windows: Windows) -> None:
    page = windows.page(SIRI, **PLAIN)
    page.goto("/")
    for name in ("Seljord", "Tinn"):
        page.select_option("select[name=municipality]", label=name)
        page.click("form.switcher button")
        expect(page.locator("main .lead")).to_contain_text(name)


def test_without_javascript_the_language_is_changed_and_kept(windows: Windows) -> None:
    page = windows.page(KARI, **PLAIN)
    page.goto("/application/?personal_data=yes")
    for code in ("nn", "en", "nb"):
        page.click(".person summary")
        page.click(f"button[name=language][value={code}]")
        expect(page.locator("html")).to_have_attribute("lang", code)
        assert page.url.endswith("/application/?personal_data=yes")
    page.click(".person summary")
    press(page, "button[name=language][value=nn]")
    page.goto("/help/")
    expect(page.locator("html")).to_have_attribute("lang", "nn")


def test_without_javascript_a_half_written_form_is_there_in_the_other_language(windows: Windows) -> None:
    page = windows.page(KARI, **PLAIN)
    page.goto("/application/new/")
    page.fill("input[name=name]", "Halvskrevet")
    page.click(".person summary")
    page.click("button[name=switch_language][value=nn]")
    expect(page.locator("html")).to_have_attribute("lang", "nn")
    expect(page.locator("input[name=name]")).to_have_value("Halvskrevet")
    page.press("input[name=name]", "Enter")
    expect(page.locator("main .message")).to_contain_text("Lagra.")
    expect(page.locator("h1")).to_have_text("Halvskrevet")


@pytest.mark.parametrize("settings", [{}, PLAIN], ids=["with", "without JavaScript"])
def test_back_and_save_again_makes_no_second_row(settings: dict[str, bool], windows: Windows) -> None:
    page = windows.page(KARI, **settings)
    page.goto("/application/")
    page.click("text=Legg til ny")
    page.click("text=Begynn med et tomt skjema")
    page.fill("input[name=name]", "Lagret to ganger")
    page.click(".save-bar button")
    saved(page)
    made = page.url
    page.go_back()
    expect(page.locator("input[name=name]")).to_have_value("Lagret to ganger")
    page.click(".save-bar button")
    expect(page.locator("main .message")).to_contain_text("Dette er lagret fra før.")
    assert page.url == made
    page.go_back()
    page.fill("input[name=name]", "Noe annet")
    page.click(".save-bar button")
    expect(page.locator("#errors")).to_contain_text("Lagret to ganger: Dette skjemaet er lagret før.")
    page.click("#errors a")
    page.wait_for_url(made)


def test_without_javascript_a_list_is_searched_and_filtered(windows: Windows) -> None:
    page = windows.page(KARI, **PLAIN)
    page.goto("/application/")
    rows = page.locator("tbody tr")
    page.fill("input[name=search]", "ACOS")
    page.press("input[name=search]", "Enter")
    expect(rows.first).to_contain_text("Acos")
    page.goto("/application/")
    page.click(".filters > summary")
    page.select_option("select[name=personal_data]", label="Nei")
    page.click("text=Vis treff")
    expect(page.locator(".active-filters")).to_contain_text("Nei")
    with windows.site.inside("Tinn") as session:
        without = session.query(Application).filter_by(personal_data=HeldPersonalData.NONE).count()
    assert without
    expect(rows).to_have_count(without)
    page.click(".active-filters .clear")
    expect(page.locator(".active-filters")).to_have_count(0)


def test_without_javascript_an_application_is_deleted_after_a_question(windows: Windows) -> None:
    page = windows.page(KARI, **PLAIN)
    unused = windows.site.ids()["unused"]
    name = windows.site.value("select name from application where id = ?", unused)
    page.goto(f"/application/details/?id={unused}")
    page.click("main a[href*='/delete/']")
    expect(page.locator("main")).to_contain_text(name)
    assert windows.site.value("select count(*) from application where id = ?", unused) == 1
    page.click("main button.danger-solid")
    expect(page.locator(".message")).to_contain_text(name)
    assert windows.site.value("select count(*) from application where id = ?", unused) == 0
