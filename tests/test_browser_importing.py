"""A sheet of a small municipality from its file to the register, in a real browser: with JavaScript and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import Locator, Page, expect

from exchange import preview
from tests.support.browser import Windows, axe_finds, bleeding, look, press, too_wide
from tests.support.dirtysheet import ACTIVITY_NAME, activities, applications
from tests.support.importing import choose, work, working
from tests.test_browser_print import cut, pressed
from tests.test_browser_use import KARI, PLAIN

CHOOSING, FILE = 1, 2  # presses: a list; the window of files and the file in it

pytest_plugins = ["tests.support.browser_fixtures"]


@pytest.fixture
def at_work(windows: Windows) -> Iterator[None]:
    """A worker beside the pages."""
    with working(windows.site):
        yield


class Counted:
    """Presses that lead to another page, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.number = page, 0

    def __call__(self, what: Locator) -> None:
        press(self.page, what)
        self.number += 1


def number_of(windows: Windows, table: str = "application") -> int:
    owner = "select id from municipality where name = 'Tinn'"
    return int(windows.site.value(f"select count(*) from {table} where municipality_id = ({owner})"))


def undo(page: Page) -> None:
    """Take an import back from the page that tells how it went."""
    press(page, page.get_by_role("link", name="Se eller angre"))
    press(page, page.get_by_role("link", name="Angre hele endringen"))
    press(page, "main form button:has-text('Angre')")


@pytest.mark.parametrize("options", [{}, PLAIN], ids=["with JavaScript", "without"])
def test_forty_applications_of_a_small_municipality_are_in_the_register_in_ten_presses(
    windows: Windows, at_work: None, tmp_path: Path, options: dict[str, Any]
) -> None:
    file = applications(tmp_path / "Fagsystemer.xlsx")
    page, before = windows.page(KARI, **options), number_of(windows)
    page.goto("/application/")

    presses = Counted(page)
    presses(page.get_by_role("link", name="Hent inn"))
    page.set_input_files("#file", file)
    presses(page.get_by_role("button", name="Se hva som skjer"))
    choose(page, "System", "Navn")
    choose(page, "Nettside", "Adresse")
    choose(page, "Gamle notater", "Ta med som merknad")
    presses(page.get_by_role("button", name="Se hva som skjer"))
    expect(page.locator(".import-do")).to_contain_text(
        "30 rader kan importeres. 8 mulige duplikater er ikke krysset av."
    )
    presses(page.get_by_role("button", name="Importer 30 rader"))
    expect(page.locator("h1")).to_have_text("Importert")

    if not options:
        look(page, 320, "dark")
        assert axe_finds(page) + too_wide(page) + bleeding(page) == []
    expect(page.locator(".message.tone-success")).to_contain_text("30 rader er nye.")
    expect(page.locator("#stays")).to_have_text("10 rader ble ikke importert")
    page.emulate_media(media="print")
    assert (pressed(page), cut(page), page.get_by_text("Se eller angre").is_visible()) == ([], [], False)
    page.emulate_media(media="screen")
    assert presses.number + 3 * CHOOSING + FILE == 9
    assert number_of(windows) - before == 30
    with page.expect_download() as download:
        page.get_by_role("link", name="Last ned det som ikke gikk inn").click()
    notes = ZipFile(download.value.path()).read("xl/ordenComments0.xml").decode()
    assert notes.count("Skriv et helt tall med bare siffer.") == 2

    undo(page)
    assert number_of(windows) - before == 0


@pytest.mark.parametrize("options", [{}, PLAIN], ids=["with JavaScript", "without"])
def test_thirty_five_activities_under_two_rows_of_headings_are_in_the_register_in_seven_presses(
    windows: Windows, at_work: None, tmp_path: Path, options: dict[str, Any]
) -> None:
    parts = ("activity_subject", "activity_law", "activity_processor", "activity_retention", "activity_transfer")
    page, tables = windows.page(KARI, **options), ("processing_activity", *parts)
    before = [number_of(windows, one) for one in tables]
    page.goto("/processing-activity/")

    presses = Counted(page)
    presses(page.get_by_role("link", name="Hent inn"))
    page.set_input_files("#file", activities(tmp_path / "Protokoll.xlsx"))
    presses(page.get_by_role("button", name="Se hva som skjer"))
    expect(page.locator("main")).to_contain_text("Arket er kjent igjen: Datatilsynets oppsett.")
    choose(page, ACTIVITY_NAME, "Navn på behandlingen")
    presses(page.get_by_role("button", name="Se hva som skjer"))
    expect(page.locator(".import-do")).to_contain_text(
        "32 rader kan importeres. 2 mulige duplikater er ikke krysset av. 1 rad har feil og blir ikke med."
    )
    expect(page.locator(".import-rows")).to_contain_text("Personopplysninger: Cellen inneholder et fødselsnummer.")
    presses(page.get_by_role("button", name="Importer 32 rader"))
    expect(page.locator(".message.tone-success")).to_contain_text("32 rader er nye.")

    assert presses.number + CHOOSING + FILE == 7
    made = [number_of(windows, one) - was for one, was in zip(tables, before, strict=True)]
    assert made == [32, 41, 27, 24, 32, 2]
    undo(page)
    assert [number_of(windows, one) for one in tables] == before


@pytest.mark.parametrize("options", [{}, PLAIN], ids=["with JavaScript", "without"])
def test_a_large_sheet_is_looked_at_while_its_page_waits_or_is_closed(
    windows: Windows, tmp_path: Path, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "AT_ONCE", 20)
    file, page, before = tmp_path / "stor.csv", windows.page(KARI, **options), number_of(windows)
    file.write_text("Navn;Antall brukere\n" + "".join(f"Stort system {one};{one}\n" for one in range(60)))
    page.goto("/imports/from/application/")
    page.set_input_files("#file", file)
    press(page, page.get_by_role("button", name="Se hva som skjer"))

    expect(page.locator("h1")).to_have_text("Vi ser gjennom radene …")
    expect(page.locator(".underway")).to_contain_text("Venter på tur")
    if not options:
        look(page, 320, "dark")
        assert axe_finds(page) + too_wide(page) + bleeding(page) == []
    address = page.url
    page.goto("/imports/")
    press(page, page.get_by_role("link", name="stor.csv"))
    assert page.url == address
    assert work(windows.site)

    expect(page.locator("h1")).to_have_text("Slik blir radene")
    expect(page.locator(".import-do")).to_contain_text("60 rader kan importeres.")
    page.goto("/")
    press(page, page.get_by_role("link", name="60 rader til import er sett gjennom"))
    press(page, page.get_by_role("button", name="Importer 60 rader"))
    assert work(windows.site)
    expect(page.locator("h1")).to_have_text("Importert")
    assert number_of(windows) - before == 60


def test_a_sheet_that_orden_wrote_needs_no_columns_and_comes_back_with_what_was_changed(
    windows: Windows, at_work: None, tmp_path: Path
) -> None:
    page = windows.page(KARI)
    page.goto("/application/?search=bibliofil")
    page.click(".fetch summary")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV, som lista viser").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    file = tmp_path / "ut.csv"
    file.write_text(text.replace("I bruk", "Avviklet"), encoding="utf-8-sig")

    press(page, page.get_by_role("link", name="Hent inn"))
    page.set_input_files("#file", file)
    press(page, page.get_by_role("button", name="Se hva som skjer"))

    row = page.locator(".import-rows tbody tr")
    expect(row).to_have_count(1)
    expect(row.locator("dl")).to_have_text("StatusI bruk → Avviklet")
    page.locator("input[name=row]").uncheck()
    press(page, page.get_by_role("button", name="Endret"))
    expect(page.locator(".import-do")).to_contain_text("Det er ingenting å importere.")
    page.locator("input[name=row]").check()
    press(page, page.get_by_role("button", name="Alle"))
    press(page, page.get_by_role("button", name="Importer 1 rad"))
    expect(page.locator(".message.tone-success")).to_contain_text("1 rad er endret.")


def test_what_a_heading_was_taken_for_is_remembered(windows: Windows, tmp_path: Path) -> None:
    file, page = tmp_path / "liste.csv", windows.page(KARI)
    file.write_text("Fagprogram;Gamle ord\nSnøkart;om vinteren\n", encoding="utf-8")
    seen = []

    for _time in range(2):
        page.goto("/imports/from/application/")
        page.set_input_files("#file", file)
        press(page, page.get_by_role("button", name="Se hva som skjer"))
        seen.append(page.locator("h1").inner_text())
        if page.locator(".import-map").count():
            choose(page, "Fagprogram", "Navn")
            choose(page, "Gamle ord", "Ta med som merknad")
            press(page, page.get_by_role("button", name="Se hva som skjer"))

    assert seen == ["Hva er kolonnene?", "Slik blir radene"]
    expect(page.locator(".import-do")).to_contain_text("2 celler lest: 2 får plass, 0 står som utelatt.")
    expect(page.locator(".import-rows details")).to_contain_text("Gamle ord: om vinteren")


def test_a_file_that_cannot_be_read_is_said_at_the_field(windows: Windows, tmp_path: Path) -> None:
    file, page = tmp_path / "bilde.xlsx", windows.page(KARI)
    file.write_bytes(b"\x89PNG\r\n")
    page.goto("/imports/from/application/")

    page.set_input_files("#file", file)
    press(page, page.get_by_role("button", name="Se hva som skjer"))

    expect(page.locator("#file-error")).to_contain_text("Filen er et bilde, ikke et regneark.")
    expect(page.locator("#file")).to_have_attribute("aria-invalid", "true")


def test_a_file_that_is_too_large_is_not_sent_and_without_a_script_said_on_the_same_form(
    windows: Windows, tmp_path: Path
) -> None:
    file = tmp_path / "stor.csv"
    file.write_bytes(b"Navn\n" + b"a" * (25 << 20))
    page, plain = windows.page(KARI), windows.page(KARI, **PLAIN)
    for one in (page, plain):
        one.goto("/imports/from/application/")
        one.set_input_files("#file", file)

    page.get_by_role("button", name="Se hva som skjer").click()
    press(plain, plain.get_by_role("button", name="Se hva som skjer"))

    told = page.locator("#file").evaluate("input => input.validationMessage")
    assert (page.url.endswith("/imports/from/application/"), told.startswith("Filen er større enn 20 MB")) == (
        True,
        True,
    )
    expect(plain.locator("#file-error")).to_contain_text("Filen er større enn 20 MB")
    page.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": b"Navn\nKalender\n"})
    press(page, page.get_by_role("button", name="Se hva som skjer"))
    expect(page.locator("h1")).to_have_text("Slik blir radene")
