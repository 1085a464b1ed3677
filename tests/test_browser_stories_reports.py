"""The user stories of the coordinator and of the director, 11 to 17 and 30 of the domain handbook, played in a browser
as they are written there. Story 18 is played where reports are sent."""

from __future__ import annotations

import re
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from models.declare.clock import today
from reports.coordinating.control import LINES
from tests.support.browser import Windows, axe_finds, press

pytest_plugins = ["tests.support.browser_fixtures"]
TONE, KARI, PER = "tone@tinn.example", "kari@tinn.example", "per@orden.example"
LOCAL_ADMINISTRATOR = "lars@tinn.example"


def fetched(page: Page, what: str) -> BytesIO:
    """The file that a press gives."""
    with page.expect_download() as coming:
        page.click(what)
    return BytesIO(Path(coming.value.path()).read_bytes())


def workbook(page: Page, what: str = ".page-head a:has-text('Last ned Excel')") -> Any:
    return openpyxl.load_workbook(fetched(page, what))


def cover(book: Any) -> dict[str, Any]:
    rows = book.worksheets[0].iter_rows(values_only=True, max_col=2)
    return {str(label): value for label, value in rows if label}


def test_story_11_the_whole_protocol_is_one_press_away_and_ready_for_datatilsynet(windows: Windows) -> None:
    page = windows.page(TONE)
    page.goto("/reports/")

    book = workbook(page, "a[href$='/reports/behandlingsprotokoll/download/']")

    told, sheet = cover(book), book.worksheets[1]
    assert [told["Kommune"], told["Organisasjonsnummer"], told["Personvernombud"][:10]] == [
        "Tinn", "864 963 552", "Siri Aasen",
    ]  # fmt: skip
    assert isinstance(told["Laget"], datetime)
    assert told["Utvalg"] == "Status: Godkjent, Trenger revidering"
    assert told["Antall rader i «Behandlingsansvarlig (30 nr. 1)»"] == sheet.max_row - 1 > 20
    names = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert len(set(names)) == len(names)
    assert (sheet.freeze_panes is not None, sheet.auto_filter.ref is not None) == (True, True)
    assert all(cell.alignment.wrap_text for cell in sheet[2] if isinstance(cell.value, str))
    assert len({cell.fill.fgColor.rgb for cell in sheet[1]}) >= 1


def test_story_12_the_same_is_read_as_a_document_with_headings_on_the_page_and_as_pdf(windows: Windows) -> None:
    page = windows.page(TONE)
    page.goto("/reports/behandlingsprotokoll/")
    told = PdfReader(fetched(page, ".page-head a:has-text('Last ned PDF')"))
    press(page, ".page-head a:has-text('Les og skriv ut')")

    headings = page.locator(".document article > h3").all_inner_texts()
    titles = [str(one.title) for group in told.outline if isinstance(group, list) for one in group]
    assert len(headings) > 20
    assert titles[: len(headings)] == headings
    assert str(told.trailer["/Root"]["/MarkInfo"]["/Marked"]) == "True"
    assert axe_finds(page) == []


def test_story_13_what_lacks_an_agreement_is_counted_in_red_with_words_by_unit_with_a_link_to_each(
    windows: Windows,
) -> None:
    page = windows.page(TONE)
    page.goto("/reports/")
    page.click("main a:text-is('Uten databehandleravtale')")

    red = page.locator("main .chip.tone-danger")
    expect(red).to_have_text(re.compile(r"^\d+ må rettes$"))
    number = int(red.inner_text().split()[0])
    links = page.locator("main tbody a[href*='/application/details/']")
    expect(links).to_have_count(number)
    units = page.locator("figure.bars strong").all_inner_texts()
    assert sum(map(int, units)) == number
    name = links.first.inner_text()
    press(page, links.first)
    expect(page.locator("main h1")).to_have_text(name)


def test_story_14_only_a_part_is_chosen_stays_in_the_address_and_is_printed_on_the_sheet(windows: Windows) -> None:
    page = windows.page(TONE)
    page.goto("/reports/behandlingsprotokoll/")
    page.select_option("select[name=unit]", label="Helse og omsorg")
    press(page, "main form button:has-text('Oppdater')")
    address = page.url
    book = workbook(page)

    assert re.search(r"[?&]unit=\d+", address)
    assert "Ansvarlig enhet: Helse og omsorg" in cover(book)["Utvalg"]
    again = windows.page(TONE)
    again.goto(address)
    expect(again.locator("main .report-facts")).to_contain_text("Ansvarlig enhet: Helse og omsorg")
    expect(again.locator("select[name=unit] option:checked")).to_have_text("Helse og omsorg")


def test_story_15_what_has_changed_since_a_day_stands_in_sheets_of_their_own(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/reports/endringer/")
    page.select_option("select[name=register]", label="Tjenester")
    page.fill("input[name=since]", f"{today().year - 1}-12-31")
    press(page, "main form button:has-text('Oppdater')")
    expect(page.locator("main h2")).to_have_text(["Nye", "Endret", "Borte"])
    book = workbook(page)

    titles = [sheet.title for sheet in book.worksheets[1:]]
    new = list(book["Nye"].iter_rows(min_row=2, values_only=True))
    assert titles == ["Nye", "Endret", "Borte"]
    assert {who for _name, who, _at in new} == {"Kari Haugen"}
    assert f"Endringer siden slutten av 31.12.{today().year - 1}" in cover(book)["Utvalg"]


def test_story_16_who_has_the_same_product_is_seen_and_the_terms_of_those_who_consent(windows: Windows) -> None:
    page = windows.page(TONE)
    page.goto("/reports/felles-anskaffelse/")

    expect(page.locator("figure.bars").first).to_contain_text("Antall kommuner")
    book = workbook(page)
    rows = list(book["Hos hver kommune"].iter_rows(min_row=2, values_only=True))
    sharing = set(windows.site.value("select group_concat(name) from municipality where shares_terms").split(","))
    told = {row[1] for row in rows if any(one is not None for one in row[4:])}
    assert "Tinn (dere)" in {row[1] for row in rows}
    assert told - {"Tinn (dere)"} <= sharing
    assert told - {"Tinn (dere)"} != set()

    lars = windows.page(LOCAL_ADMINISTRATOR)
    lars.goto(f"/municipality/edit/?id={windows.site.ids()['tinn']}")
    expect(lars.get_by_label("Deler versjon, kostnad og avtaletid")).to_be_visible()


def test_story_17_numbers_sum_dates_are_dates_and_organisation_numbers_text(windows: Windows) -> None:
    page = windows.page(TONE)
    page.goto("/reports/kostnader/")
    costs = workbook(page)
    page.goto("/reports/avtaler/")
    agreements = workbook(page)
    sheet = costs["Per leverandør"]
    *rows, total = list(sheet.iter_rows(min_row=2, values_only=True))
    assert all(isinstance(row[-1], int | float) for row in rows)
    assert str(total[-1]).startswith("=") or round(sum(row[-1] for row in rows), 2) == round(total[-1], 2)
    heads = [cell.value for cell in agreements.worksheets[1][1]]
    ends = [row[heads.index("Gjelder til")] for row in agreements.worksheets[1].iter_rows(min_row=2, values_only=True)]
    assert {type(one) for one in ends if one is not None} <= {date, datetime}
    assert cover(costs)["Organisasjonsnummer"] == "864 963 552"
    books = (costs, agreements)
    assert [one.merged_cells.ranges for book in books for one in book.worksheets[1:] if one.merged_cells.ranges] == []
    assert any(letter in str(rows) + str(ends) + str(heads) for letter in "æøå")


def test_story_30_the_director_reads_ten_figures_that_need_no_training_and_prints_them(windows: Windows) -> None:
    page = windows.page(TONE)
    page.goto("/")
    page.click("main a:has-text('Har vi kontroll?')")
    page.wait_for_url("**/control/**")

    titles = page.locator(".in-control h2").all_inner_texts()
    sentences = page.locator(".in-control h2 + p").all_inner_texts()
    assert titles[:6] == [
        "Systemer", "Systemer med eier", "Databehandleravtaler", "Risikovurderte systemer",
        "Kritiske systemer uten reserve", "Avtaler som går ut",
    ]  # fmt: skip
    assert titles[-1] == "Kroner per innbygger"
    assert len(titles) == len(LINES) == 10
    alive = windows.site.value(
        "select count(*) from application where municipality_id = ? and status != 'retired'", windows.site.ids()["tinn"]
    )
    assert sentences[0] == f"{alive} systemer er registrert."
    assert [sentence[-1] for sentence in sentences] == ["."] * 10
    page.emulate_media(media="print")
    assert axe_finds(page) == []

    per = windows.page(PER)
    per.goto(f"/control/?place={windows.site.ids()['tinn']}")
    expect(per.locator(".in-control li").last).to_contain_text("Kroner per innbygger")
    expect(per.locator(".in-control li").first).to_contain_text(re.compile(r"[Mm]edianen av \d+ kommuner|Færre enn 5"))
