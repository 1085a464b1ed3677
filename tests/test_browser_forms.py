"""Forms in a real browser: fields that come and go, rows, answers beside the field, drafts; and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Windows, axe_finds, look, too_wide

pytest_plugins = ["tests.support.browser_fixtures"]

KARI = "kari@tinn.example"
PLAIN = {"java_script_enabled": False}
NEW = "/processing-activity/new/"


def height(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollHeight"))


def drafts(page: Page) -> list[str]:
    found = page.evaluate(
        "Object.keys(localStorage).filter(key => key.startsWith('orden-draft')).map(key => localStorage[key])"
    )
    return list(found)


def wait_for_draft(page: Page, words: str) -> None:
    for _ in range(100):
        if any(words in one for one in drafts(page)):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"no draft with {words}")


@pytest.mark.parametrize(("path", "most"), [(NEW, 3500), ("/application/new/", 2700), ("/agreement/new/", 1900)])
def test_a_freshly_opened_form_is_short(path: str, most: int, windows: Windows) -> None:
    page = windows.page(KARI)
    look(page, 1280, "light")
    page.goto(path)

    assert height(page) <= most


@pytest.mark.parametrize("plain", [False, True], ids=["with JavaScript", "without"])
def test_fields_come_with_the_answer_and_what_is_written_stays(plain: bool, windows: Windows) -> None:
    page = windows.page(KARI, **(PLAIN if plain else {}))
    page.goto(NEW)
    place = page.locator('[data-asked="joint_contact"]')
    expect(place).to_be_hidden()

    def answer(role: str) -> None:
        page.select_option("select[name=role]", role)
        if plain:
            page.get_by_role("button", name="Oppdater skjemaet").click()

    answer("joint")
    expect(place).to_be_visible()
    page.fill("input[name=joint_contact]", "Rådhuset")
    page.fill("input[name=name]", "Felles arkiv")
    answer("controller")
    expect(place.locator(".not-asked")).to_have_text("Gjelder ikke slik svarene er nå.")
    expect(page.locator("input[name=joint_contact]")).to_have_value("Rådhuset")
    page.get_by_role("button", name="Lagre", exact=True).click()
    expect(page.locator(".message")).to_contain_text("Lagret")
    expect(page.locator("main")).to_contain_text("Rådhuset")


def test_a_field_that_comes_is_announced_and_the_section_says_what_lacks(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto(NEW)
    others = page.locator(".section-index a", has_text="Mottakere og databehandlere")
    expect(others).to_contain_text("3 mangler")

    page.locator("#transferred label", has_text="Ja").click()

    expect(page.locator("form [role=status]", has_text="Overføringer til tredjeland")).to_have_count(1)
    expect(page.locator('[data-asked="transfers"] .row-line')).to_have_count(1)
    expect(others).to_contain_text("3 mangler")
    page.locator("#transferred label", has_text="Nei").click()
    expect(others).to_contain_text("2 mangler")
    expect(page.locator('[data-asked="transfers"]')).to_be_hidden()


@pytest.mark.parametrize("plain", [False, True], ids=["with JavaScript", "without"])
def test_rows_are_added_and_removed(plain: bool, windows: Windows) -> None:
    page = windows.page(KARI, **(PLAIN if plain else {}))
    page.goto(NEW)
    page.fill("input[name=name]", "Rader")
    rows = page.locator("#retention .row-line")
    page.fill("input[name=retention-0-start]", "Første")

    page.locator("button[name=retention-add]").click()

    expect(rows).to_have_count(4 if plain else 2)
    expect(page.locator("input[name=retention-0-start]")).to_have_value("Første")
    if not plain:
        assert page.evaluate("document.activeElement.closest('.row-line').contains(document.activeElement)")
    page.fill("input[name=retention-1-start]", "Andre")
    rows.first.get_by_role("button", name="Fjern rad 1").click()
    expect(page.locator("input[name=retention-0-start]")).to_have_count(0)
    page.get_by_role("button", name="Lagre", exact=True).click()
    expect(page.locator(".message")).to_contain_text("Lagret")
    expect(page.locator("main")).to_contain_text("Andre")
    expect(page.locator("main")).not_to_contain_text("Første")


def test_a_removed_row_is_brought_back_at_once(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto(NEW)
    page.fill("input[name=retention-0-start]", "Viktig")

    page.get_by_role("button", name="Fjern rad 1").nth(1).click()
    page.get_by_role("button", name="Angre").click()

    expect(page.locator("input[name=retention-0-start]")).to_have_value("Viktig")


def test_a_field_that_is_left_says_what_is_wrong_and_is_quiet_when_it_is_mended(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/application/new/")
    more = page.locator("#section-2 > .more > summary")
    more.click()
    box = page.locator("input[name=user_count]")

    box.fill("mange")
    box.press("Tab")

    expect(page.locator("#user_count-error")).to_be_visible()
    expect(box).to_have_attribute("aria-invalid", "true")
    assert "user_count-error" in str(box.get_attribute("aria-describedby"))
    box.fill("12")
    box.press("Tab")
    expect(page.locator("#user_count-error")).to_have_count(0)
    expect(box).not_to_have_attribute("aria-invalid", "true")


def test_a_name_that_is_there_already_is_warned_of_with_a_way_to_it(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/application/")
    name = page.locator("main tbody th a").first.inner_text()
    page.goto("/application/new/")

    page.fill("input[name=name]", name)
    page.press("input[name=name]", "Tab")

    expect(page.locator(".namesake")).to_contain_text(f"«{name}» finnes fra før")
    expect(page.locator(".namesake a")).to_have_attribute("href", re.compile(r"/application/details/\?id=\d+"))


def test_parts_stay_folded_as_they_were_left_but_for_what_lacks(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto(NEW)
    done, lacking = page.locator("#section-7"), page.locator("#section-2")
    done.locator("summary").first.press("Enter")
    lacking.locator("summary").first.click()
    expect(done).not_to_have_attribute("open", "")

    page.goto(NEW)

    expect(done).not_to_have_attribute("open", "")
    expect(lacking).to_have_attribute("open", "")
    page.goto(f"{NEW}#review_due")
    expect(page.locator("input[name=review_due]")).to_be_in_viewport()


def test_a_draft_is_offered_again_after_a_closed_tab_and_is_gone_when_saved(windows: Windows) -> None:
    context = windows.context(KARI)
    page = context.new_page()
    page.goto(NEW)
    page.fill("input[name=name]", "Halvferdig")
    page.select_option("select[name=role]", "joint")
    page.fill("input[name=joint_contact]", "Rådhuset")
    wait_for_draft(page, "Rådhuset")
    page.close()

    page = context.new_page()
    page.goto(NEW)
    page.get_by_role("button", name="Hent det fram").click()

    expect(page.locator("input[name=name]")).to_have_value("Halvferdig")
    expect(page.locator("input[name=joint_contact]")).to_have_value("Rådhuset")
    page.get_by_role("button", name="Lagre", exact=True).click()
    expect(page.locator(".message")).to_contain_text("Lagret")
    page.goto(NEW)
    expect(page.get_by_role("button", name="Hent det fram")).to_have_count(0)
    assert drafts(page) == []


def test_signing_out_takes_the_drafts_away(windows: Windows) -> None:
    page = windows.page(KARI)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(NEW)
    page.fill("input[name=name]", "Hemmelig")
    wait_for_draft(page, "Hemmelig")

    page.locator(".person summary").click()
    page.get_by_role("button", name="Logg ut").click()

    page.locator("input#password").wait_for()
    windows.cookies.pop(KARI)
    assert drafts(page) == []


def test_a_session_is_warned_of_before_it_ends_and_goes_on(windows: Windows) -> None:
    page = windows.page(KARI)
    page.clock.install()
    page.goto(NEW)
    warning = page.get_by_role("alert")

    page.clock.fast_forward("27:00")
    expect(warning).to_have_count(0)
    page.clock.fast_forward("01:30")

    expect(warning).to_contain_text("Om to minutter blir du logget ut")
    warning.get_by_role("button", name="Fortsett").click()
    expect(warning).to_have_count(0)


def test_typing_keeps_the_session_alive(windows: Windows) -> None:
    page = windows.page(KARI)
    page.clock.install()
    page.goto(NEW)
    page.clock.fast_forward("04:00")

    with page.expect_response("**/ask/**") as answer:
        page.locator("textarea[name=purpose]").press_sequentially("a")

    assert answer.value.status == 200


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_form_with_everything_in_it_is_clean(width: int, scheme: str, windows: Windows) -> None:
    page = windows.page(KARI)
    look(page, width, scheme)
    page.goto(NEW)
    page.select_option("select[name=role]", "joint")
    page.locator("#has_processors label", has_text="Ja").click()
    page.locator("#transferred label", has_text="Ja").click()
    expect(page.locator('[data-asked="transfers"]')).to_be_visible()
    page.locator("button[name=retention-add]").click()
    page.locator(".row-drop").first.click()
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")

    assert too_wide(page) == []
    assert axe_finds(page) == []


def test_tab_goes_from_field_to_field_and_help_is_a_key_away(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto(NEW)
    page.focus("input[name=name]")

    page.keyboard.press("F1")
    expect(page.locator("#name-help")).to_be_visible()
    page.keyboard.press("F1")
    expect(page.locator("#name-help")).to_be_hidden()
    page.keyboard.press("Tab")

    expect(page.locator("select[name=role]")).to_be_focused()
    page.focus("input[name=retention-0-start]")
    page.keyboard.press("F1")
    expect(page.locator("#retention-help-start")).to_be_visible()


def test_without_javascript_help_is_reached_by_tab(windows: Windows) -> None:
    page = windows.page(KARI, **PLAIN)
    page.goto(NEW)
    page.focus("input[name=name]")

    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#name-help")).to_be_visible()


def test_a_long_list_of_ticks_is_searched_and_chosen_from_by_keyboard(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto(NEW)
    page.fill("input[name=name]", "Valgt med tastatur")
    box = page.locator("#recipients-ticks")
    box.focus()

    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    first = page.locator("#recipients-ticks-list [role=option]:not(.every)").first
    name = first.inner_text()
    box.fill(name)
    box.press("ArrowDown")
    while not page.locator("#recipients-ticks-list .active:not(.every)").count():
        box.press("ArrowDown")
    chosen = page.locator("#recipients-ticks-list .active").inner_text()
    box.press("Enter")

    expect(page.locator("#recipients .pick")).to_have_text([chosen])
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    assert axe_finds(page) == []
    page.get_by_role("button", name="Lagre", exact=True).click()
    expect(page.locator("main")).to_contain_text(chosen)


def test_all_of_a_group_are_chosen_at_once_and_taken_away_one_by_one(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto(NEW)
    page.locator("#measures-ticks").click()
    every = page.locator("#measures-ticks-list .every").first
    expect(every).to_be_visible()

    every.click()

    picked = page.locator("#measures .pick")
    count = page.locator("#measures-ticks-list [role=group]").first.locator("[role=option]:not(.every)").count()
    expect(picked).to_have_count(count)
    picked.first.click()
    expect(picked).to_have_count(count - 1)
    expect(page.locator(".section-index a", has_text="Sikkerhet og vurderinger")).not_to_contain_text("mangler")
