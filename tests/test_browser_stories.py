"""The user stories 1 and 3 to 9 of the domain handbook, played in a browser as they are written there.

Where another test plays a story whole it is not played again here:

| story | module | test |
|---|---|---|
| 1 | test_browser_clicks | test_an_application_of_the_catalogue_says_all_it_must_in_eight_presses |
| 6 | test_browser_forms | test_a_draft_is_offered_again_after_a_closed_tab_and_is_gone_when_saved |
| 6 | test_browser_resuming | test_who_signs_in_again_has_the_form_as_it_was_and_saves_it |
| 9 | test_browser_owners | test_an_owner_confirms_in_two_presses_on_a_small_screen |
| 9 | test_browser_owners | test_an_owner_says_what_must_be_changed_by_the_keyboard |
"""

from __future__ import annotations

import importlib
import re

from playwright.sync_api import Page, expect

from models.declare.clock import today
from tests.support import acts, owners
from tests.support.browser import PASSWORD, Presses, Windows, press
from tests.test_browser_use import KARI

pytest_plugins = ["tests.support.browser_fixtures"]
LARS = "lars@tinn.example"
TEN = 10
PLAYED = re.compile(r"^\| (\d) \| (\w+) \| (\w+) \|$", re.MULTILINE)


def name_of(page: Page) -> str:
    return page.locator("main h1").inner_text()


def test_every_story_is_played_here_or_by_a_test_that_is_there() -> None:
    told = PLAYED.findall(__doc__ or "")
    here = {int(found[1]) for name in globals() if (found := re.match(r"test_story_(\d+)_", name))}

    assert {int(story) for story, *_ in told} | here == {1, 3, 4, 5, 6, 7, 8, 9}
    assert [
        name for _story, module, name in told if not hasattr(importlib.import_module(f"tests.{module}"), name)
    ] == []


def test_story_1_an_application_of_the_catalogue_is_registered_with_what_is_known_filled_in(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/new-application/")
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type("Visma Fl")
    page.keyboard.press("Enter")
    page.wait_for_url("**name=Visma**")
    press(page, page.locator(".product-cards button:has-text('Velg')").first)

    expect(page.locator("main h1")).to_contain_text("Visma Flyt")
    supplier = windows.site.value(
        "select supplier.name from application join product on product.id = product_id"
        " join supplier on supplier.id = product.supplier_id order by application.id desc"
    )
    page.select_option("select[name=owner]", label="Mona Sæther")
    page.select_option("select[name=unit]", label="Kultur og bibliotek")
    page.click(".save-bar button.primary")

    expect(page.locator(".message").first).to_contain_text(re.compile(r"Lagret\. \d+ av \d+ felt er fylt ut"))
    expect(page.locator("main")).to_contain_text(supplier)


def test_story_3_ten_rows_are_edited_at_once_with_a_summary_and_a_history_event_for_each(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/application/")
    ticks = page.locator("tbody .tick")
    first = page.locator("tbody th a").first.get_attribute("href")

    ticks.nth(0).click()
    ticks.nth(TEN - 1).click(modifiers=["Shift"])
    page.click(".bulk-bar button[value=change]")
    page.select_option("select[name=owner]", label="Mona Sæther")
    page.select_option("select[name=status]", "phasing_out")
    page.click(".save-bar button")

    expect(page.locator(".bulk-rows tbody")).to_have_count(TEN)
    expect(page.locator(".bulk-rows tbody").first).to_contain_text("Mona Sæther")
    page.click(".bulk-do .primary")
    expect(page.locator(".message.tone-success")).to_contain_text("10 rader er endret.")
    page.goto(str(first))
    expect(page.locator(".essentials")).to_contain_text("Mona Sæther")
    page.click(".page-head a:has-text('Historikk')")
    newest = page.locator(".timeline > li").first
    expect(newest).to_contain_text("Mona Sæther")
    expect(newest).to_contain_text("Under utfasing")


def test_story_4_what_neighbours_share_is_compared_and_copied_with_the_local_owner_left_to_fill_in(
    windows: Windows,
) -> None:
    site, page = windows.site, windows.page(KARI)
    shared = (
        "select min(id) from shown_card where register = 'processing_activity' and template_id is not null"
        " and municipality_id != ? group by template_id order by count(distinct municipality_id) desc, 1"
    )
    card = site.value(shared, site.ids()["tinn"])
    name = site.value("select name from shown_card where id = ?", card)
    page.goto(f"/neighbours/{card}/")

    expect(page.locator("main")).to_contain_text(f"12 kommuner har delt «{name}».")
    expect(page.locator("main form.card")).to_contain_text("Dere fyller ut selv: Daglig behandlingsansvarlig")
    expect(page.locator("main section.card")).to_contain_text("Formål")
    sister = page.locator(".lead").inner_text().removeprefix("Delt av ")
    press(page, page.get_by_role("button", name="Hent hit som utkast"))

    expect(page.locator(".message.tone-success")).to_contain_text(f"Hentet fra {sister} som utkast")
    expect(page.locator("#record-form")).to_contain_text("Daglig behandlingsansvarlig")
    row_id = re.search(r"id=(\d+)", page.url)
    assert row_id is not None
    page.goto(f"/processing-activity/details/?id={row_id[1]}")
    expect(page.locator("main h1")).to_have_text(name)
    expect(page.locator("main")).to_contain_text(
        re.compile(rf"Hentet fra en annen kommune\s*{sister} \d\d\.\d\d\.\d{{4}}")
    )
    expect(page.locator(".quality")).to_contain_text("Daglig behandlingsansvarlig")
    page.goto(f"/neighbours/{card}/")
    expect(page.locator("main form.card")).to_contain_text("Dere har den fra før.")
    expect(page.locator("table.alike tbody tr", has_text="Formål").first).to_contain_text("Det samme")


def test_story_5_what_hangs_on_an_application_is_told_and_listed_before_it_is_retired(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto(f"/application/details/?id={windows.site.ids()['used']}")
    heads = page.locator(".related-rows .related-head h3:has(a)").all()
    told = {str(one.locator("a").get_attribute("href")): one.locator(".task-count").inner_text() for one in heads}

    lists = {url: page.request.get(url).text() for url in told}
    press(page, ".page-head a:has-text('Slett')")

    assert told
    assert [f"{many} treff" in lists[url] for url, many in told.items()] == [True] * len(told)
    expect(page.locator("main")).to_contain_text("Kan ikke slettes ennå, fordi dette er i bruk.")
    blockers = page.locator("ul.related li a").evaluate_all("links => links.map(one => one.getAttribute('href'))")
    assert set(blockers) <= set(told)
    assert blockers != []

    page.goto(f"/application/details/?id={windows.site.ids()['used']}")
    press(page, "a:has-text('Hva stopper uten den?')")
    expect(page.locator("main")).to_contain_text("Oppsigelsesfrist")
    with page.expect_download() as checklist:
        page.click("a:has-text('Last ned sjekkliste')")
    assert checklist.value.suggested_filename.endswith(".xlsx")


def test_story_6_what_was_written_is_kept_while_the_session_ends_and_offered_with_the_time_it_was_left(
    windows: Windows,
) -> None:
    page = windows.page(KARI)
    page.goto("/processing-activity/new/")
    page.fill("input[name=name]", "Halvferdig")
    page.wait_for_function("() => Object.keys(localStorage).some(key => key.startsWith('orden-draft:'))")
    at = page.evaluate("() => new Date().toLocaleTimeString('nb', { timeStyle: 'short' })")
    acts.end_session(page)
    page.goto("/processing-activity/new/")
    windows.cookies.pop(KARI, None)
    page.fill("#email", KARI)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")

    bar = page.locator("main").get_by_text(re.compile(r"Du har et utkast fra .* som ikke er lagret"))
    expect(bar).to_be_visible()
    hour = bar.inner_text().partition(" som ikke")[0][-5:]
    page.get_by_role("button", name="Hent det fram").click()

    expect(page.locator("input[name=name]")).to_have_value("Halvferdig")
    assert abs(minutes(hour) - minutes(at)) <= 1


def minutes(clock: str) -> int:
    hour, minute = re.split(r"[.:]", clock)
    return int(hour) * 60 + int(minute)


def test_story_7_what_was_deleted_by_mistake_comes_back_with_its_links(windows: Windows) -> None:
    page = windows.page(KARI)
    free = " and ".join(
        f"id not in (select {column} from {table} where {column} is not null)"
        for table, column in (
            ("impact_assessment", "activity_id"), ("risk_assessment", "activity_id"),
            ("ai_system_activities", "processing_activity_id"),
        )
    )  # fmt: skip
    links = "id in (select processing_activity_id from processing_activity_applications)"
    activity = windows.site.id_of("processing_activity", extra=f"{links} and {free}")
    linked = "select count(*) from processing_activity_applications where processing_activity_id = ?"
    before = windows.site.value(linked, activity)
    page.goto(f"/processing-activity/details/?id={activity}")
    name = name_of(page)

    press(page, ".page-head a:has-text('Slett')")
    expect(page.locator("main")).to_contain_text("Den kan hentes tilbake i 30 dager")
    press(page, "button:has-text('Slett')")
    assert windows.site.value(linked, activity) == 0
    page.goto("/changes/deleted/")
    page.check(f"input[aria-label='Velg {name}']")
    press(page, "button:has-text('Hent tilbake de valgte')")

    page.goto(f"/processing-activity/details/?id={activity}")
    expect(page.locator("main h1")).to_have_text(name)
    assert (windows.site.value(linked, activity), before > 0) == (before, True)


def test_story_8_the_start_page_says_what_must_be_done_now_and_each_is_two_presses_away(windows: Windows) -> None:
    page = windows.page(LARS)
    page.goto("/")
    tasks = page.locator(".todo > li").all()
    told = {str(one.locator("a").first.get_attribute("href")): one.locator(".task-count").inner_text() for one in tasks}
    lists = {url: page.request.get(url).text() for url in told if "?" in url}
    assert lists
    assert [f"{told[url]} treff" in text for url, text in lists.items()] == [True] * len(lists)

    way = Presses(page)
    waits = ".todo .waiting a[href*='/processing-activity/']"
    name = page.locator(waits).first.inner_text()
    way(waits)
    expect(page.locator("main h1")).to_have_text(name)
    way("button:has-text('Godkjenn')")
    expect(page.locator(".message").first).to_contain_text("Godkjent.")
    assert way.count == 2


def test_story_9_the_owner_sees_that_card_alone_and_the_answer_is_when_it_was_last_confirmed(windows: Windows) -> None:
    confirmed = "select count(*) from application where confirmed = ?"
    lars = windows.page(LARS)
    lars.goto(f"/municipality/edit/?id={windows.site.ids()['tinn']}")
    owners.allow_and_ask(lars)
    owner = windows.page(None)
    owner.goto(lars.input_value("#link-1-1"))
    before = windows.site.value(confirmed, today().isoformat())

    expect(owner.locator("main details summary")).to_have_text(["Noe må endres", "Ikke min"])
    expect(owner.locator(".menu")).to_have_count(0)
    press(owner, owner.get_by_role("button", name="Stemmer"))
    expect(owner.locator("main")).to_contain_text("Du svarte «Stemmer»")

    assert windows.site.value(confirmed, today().isoformat()) == before + 1
