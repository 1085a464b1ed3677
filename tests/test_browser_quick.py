"""Cells of a list changed where they stand, in a real browser: by keyboard alone, by mouse, on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from models.registers.catalogue import Supplier
from tests.support.browser import Windows
from tests.test_browser_use import KARI, PLAIN, tab_to

pytest_plugins = ["tests.support.browser_fixtures"]

LIST = "/application/?columns=name,status,user_count"
FIVE = 5


def values(windows: Windows, column: str, page: Page) -> list[Any]:
    """What the first five rows of the list hold."""
    ids = page.locator("tbody tr").evaluate_all("all => all.slice(0, 5).map(one => one.id.slice(1))")
    return [windows.site.value(f"select {column} from application where id = ?", one) for one in ids]


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator("tbody tr").nth(row).locator("th, td").nth(column)


def told(page: Page) -> Locator:
    return page.locator(".list + .visually-hidden[role=status]")


def press_pen(page: Page, where: Locator) -> None:
    """The pen stands to the right in the cell that is pointed at."""
    where.hover()
    box = where.locator(".quick-open").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 12, box["y"] + box["height"] / 2)


def test_ten_cells_are_changed_by_keyboard_alone(windows: Windows) -> None:
    page, keys = windows.page(KARI), 0
    page.goto(LIST)
    tab_to(page, ".quick-open")
    expect(page.get_by_role("button", name="Endre Status for Acos Interact")).to_be_focused()

    page.keyboard.press("Enter")
    for number in range(FIVE):
        expect(cell(page, number, 1).locator(".quick select")).to_be_focused()
        page.keyboard.type("Av")
        page.keyboard.press("Tab")
        expect(cell(page, number, 2).locator(".quick input[type=text]")).to_be_focused()
        page.keyboard.type(str(number))
        page.keyboard.press("Tab" if number < FIVE - 1 else "Enter")
        keys += 2 + 1 + 1 + 1

    expect(told(page)).to_have_text(f"Lagret. Antall brukere for {cell(page, 4, 0).inner_text()}: 4")
    expect(page.locator(".quick")).to_have_count(0)
    expect(cell(page, 4, 2).locator(".quick-open")).to_be_focused()
    assert keys + 1 == 26
    assert values(windows, "status", page) == ["retired"] * FIVE
    assert values(windows, "user_count", page) == [0, 1, 2, 3, 4]


def test_ten_cells_are_changed_by_mouse(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto(LIST)

    for number in range(FIVE):
        cell(page, number, 1).dblclick()
        page.locator(".quick select").select_option("retired")
        page.locator(".quick .primary").click()
        expect(cell(page, number, 1)).to_contain_text("Avviklet")
        press_pen(page, cell(page, number, 2))
        page.locator(".quick input[type=text]").fill(str(number))
        page.locator(".quick .primary").click()
        expect(cell(page, number, 2)).to_have_text(str(number))

    assert (values(windows, "status", page), values(windows, "user_count", page)) == (["retired"] * 5, [0, 1, 2, 3, 4])


def test_a_press_on_another_cell_saves_the_one_that_is_open(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto(LIST)

    cell(page, 0, 2).dblclick()
    page.locator(".quick input[type=text]").fill("7")
    cell(page, 3, 1).scroll_into_view_if_needed()
    page.evaluate("document.querySelectorAll('tbody tr')[4].querySelector('.quick-open').click()")

    expect(cell(page, 4, 1).locator(".quick select")).to_be_focused()
    assert values(windows, "user_count", page)[0] == 7


def test_arrows_lead_from_cell_to_cell_and_escape_leaves_all_as_it_was(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto(LIST)
    before = values(windows, "status", page)
    page.keyboard.press("j")
    page.keyboard.press("j")

    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    expect(cell(page, 1, 1).locator(".quick-open")).to_be_focused()
    page.keyboard.press("F2")
    expect(page.locator(".quick select")).to_be_focused()
    page.keyboard.type("Av")
    page.keyboard.press("Escape")

    expect(page.locator(".quick")).to_have_count(0)
    expect(cell(page, 1, 1).locator(".quick-open")).to_be_focused()
    expect(told(page)).to_have_text("Ingenting er endret.")
    assert values(windows, "status", page) == before
    assert page.locator(".quick-open[tabindex='0']").count() == 1


def test_shift_and_tab_go_back_and_what_cannot_be_keeps_the_cell_open(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto(LIST)
    cell(page, 1, 2).dblclick()
    expect(page.locator(".quick input[type=text]")).to_be_focused()
    page.keyboard.type("mange")
    page.keyboard.press("Shift+Tab")

    error = page.locator(".quick .error")
    expect(error).to_be_visible()
    expect(told(page)).to_have_text(error.inner_text())
    expect(page.locator(".quick input[type=text]")).to_have_value("mange")
    expect(page.locator(".quick input[type=text]")).to_have_attribute(
        "aria-describedby", "quick-user_count-help quick-user_count-error"
    )
    page.keyboard.type("12")
    page.keyboard.press("Shift+Tab")

    expect(cell(page, 1, 1).locator(".quick select")).to_be_focused()
    assert values(windows, "user_count", page)[1] == 12


@pytest.mark.parametrize(("button", "stands"), [("Bruk min", "planned"), ("Behold deres", "retired")])
def test_two_at_once_choose_in_the_cell(windows: Windows, button: str, stands: str) -> None:
    page, other = windows.page(KARI), windows.page("lars@tinn.example")
    for window in (page, other):
        window.goto(LIST)
        cell(window, 0, 1).dblclick()
    other.locator(".quick select").select_option("retired")
    other.locator(".quick .primary").click()
    expect(cell(other, 0, 1)).to_contain_text("Avviklet")

    page.locator(".quick select").select_option("planned")
    page.keyboard.press("Enter")
    expect(page.locator(".quick-conflict")).to_contain_text("Lars")
    expect(page.locator(".quick-conflict")).to_contain_text("Nå står det «Avviklet».")
    expect(page.locator(".quick select")).to_have_value("planned")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Bruk min")).to_be_focused()
    page.get_by_role("button", name=button).press("Enter")

    expect(cell(page, 0, 1)).to_have_text("Planlagt" if stands == "planned" else "Avviklet")
    assert values(windows, "status", page)[0] == stands


def test_a_reference_among_hundreds_is_searched_for_in_the_cell(windows: Windows) -> None:
    with windows.site.inside("Tinn") as session:
        session.add_all([Supplier(name=f"Leverandør {one:03d}") for one in range(210)])
    page = windows.page(KARI)
    page.goto("/agreement/?columns=name,supplier")
    cell(page, 0, 1).dblclick()
    box = page.locator(".quick input[role=combobox]")
    expect(box).to_be_focused()

    page.keyboard.type("leverandør 041")
    expect(page.locator(".quick .suggestions [role=option]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Leverandør 041")
    page.keyboard.press("Enter")

    expect(cell(page, 0, 1)).to_have_text("Leverandør 041")


def test_what_somebody_deleted_meanwhile_is_told(windows: Windows) -> None:
    page, other = windows.page(KARI), windows.page(KARI)
    page.goto(LIST)
    unused = windows.site.ids()["unused"]
    other.goto(f"/application/delete/?id={unused}")
    other.click(".danger-solid")
    other.close()

    page.locator(f"#r{unused} td").first.dblclick()

    expect(page.locator(".quick-failed")).to_contain_text("Raden finnes ikke her. Den er slettet")


def test_keys_pressed_while_a_cell_opens_are_written_in_it_and_do_nothing_else(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto(LIST)
    page.route("**/quick/**", lambda route: (page.wait_for_timeout(300), route.continue_()))
    cell(page, 0, 2).locator(".quick-open").focus()

    page.keyboard.press("Enter")
    page.keyboard.type("31")
    expect(page.locator(".quick input[type=text]")).to_have_value("31")

    assert page.url.endswith(LIST)


def test_a_ticked_row_stays_ticked_when_it_is_drawn_anew(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto(LIST)
    page.locator("tbody .tick").first.check()

    cell(page, 0, 2).dblclick()
    page.locator(".quick input[type=text]").fill("9")
    page.keyboard.press("Enter")
    expect(cell(page, 0, 2)).to_have_text("9")

    expect(page.locator(".bulk-told")).to_have_text("1 valgt")
    page.locator("tbody .tick").first.uncheck()
    expect(page.locator(".bulk-bar")).to_be_hidden()


def test_what_is_told_of_all_the_rows_follows(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/application/?columns=name,status,licence_ore")
    bar = page.locator(".bar-filter li", has_text="Avviklet")
    expect(bar).to_have_text("Avviklet 1")
    before = page.locator("tfoot td:not(.more)").last.inner_text()

    cell(page, 0, 1).dblclick()
    page.locator(".quick select").select_option("retired")
    page.keyboard.press("Tab")
    page.locator(".quick input[type=text]").fill("1000")
    page.keyboard.press("Enter")

    expect(bar).to_have_text("Avviklet 2")
    expect(page.locator("tfoot td:not(.more)").last).not_to_have_text(before)


def test_on_a_phone_a_fact_on_a_card_is_changed_by_its_pen(windows: Windows) -> None:
    page = windows.page(KARI, has_touch=True)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(LIST)

    press_pen(page, cell(page, 1, 1))
    expect(page.locator(".quick select")).to_be_visible()
    opened = page.locator(".quick").bounding_box()
    page.locator(".quick select").select_option("retired")
    page.locator(".quick .primary").click()

    expect(cell(page, 1, 1)).to_have_text("Avviklet")
    assert opened is not None
    assert (opened["x"] >= 0, opened["x"] + opened["width"] <= 320) == (True, True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts_the_row_has_its_form_as_before(windows: Windows) -> None:
    page = windows.page(KARI, **PLAIN)
    page.goto(LIST)
    assert page.locator(".quick-open").count() == 0

    page.locator("tbody th a").first.click()
    page.click("main a[href*='/edit/']")

    expect(page.locator("select[name=status]")).to_be_visible()
