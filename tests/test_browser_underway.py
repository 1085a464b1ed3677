"""How far a change of many rows has come, in a real browser: it is followed where one waits, elsewhere and later."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import expect

from models.changes import bulk
from models.keeping.progress import Progress
from tests.support.acts import look_at_five
from tests.support.browser import Windows, axe_finds, bleeding, look, too_wide
from tests.test_browser_use import KARI, PLAIN
from views.register import underway

pytest_plugins = ["tests.support.browser_fixtures"]


@pytest.fixture(autouse=True)
def nothing_else(windows: Windows) -> None:
    """What other tests began is forgotten."""
    shutil.rmtree(windows.site.folder / "progress", ignore_errors=True)


@pytest.fixture
def works(windows: Windows) -> Iterator[Any]:
    """Begin a change of a thousand of Kari's rows that goes on until it is ended; gives what tells of it, and what ends
    it as a process that is gone does."""
    site = windows.site
    kari = site.value("select id from user_account where email = ?", KARI)
    tinn = site.value("select id from municipality where name = 'Tinn'")
    about = {"register": "application", "deletes": False, "place": tinn, "rows": 1000}
    with ExitStack() as stack:
        yield stack.enter_context(Progress(site.folder / "progress").telling(kari, "0" * 16, about)), stack.close


def test_it_is_followed_without_the_page_being_drawn_anew_until_it_ends(windows: Windows, works: Any) -> None:
    page, (tell, end) = windows.page(KARI), works
    tell(200, 1000)
    page.goto("/")
    page.evaluate("window.same = true")
    bar = page.locator(".underway progress")

    expect(bar).to_have_attribute("value", "10")
    tell(900, 1000)
    expect(page.locator(".underway .come")).to_have_text("45 prosent")
    expect(page.locator(".underway .so-far")).to_have_text(
        "900 av 1 000 rader er gått gjennom".replace(" 0", "\u00a00")
    )
    assert page.evaluate("window.same") is True
    end()
    expect(page.locator(".underway strong")).to_have_text(
        "Endring av 1 000 rader stanset: ingenting er endret".replace(" 0", "\u00a00")
    )


def test_without_javascript_the_page_is_drawn_anew_by_itself(windows: Windows, works: Any) -> None:
    page, (tell, _end) = windows.page(KARI, **PLAIN), works
    tell(200, 1000)

    page.goto("/")
    page.click("text=Følg med på hvor langt det er kommet")
    expect(page.locator(".underway .come")).to_have_text("10 prosent")
    tell(900, 1000)

    expect(page.locator(".underway .come")).to_have_text("45 prosent")


@pytest.mark.parametrize("path", ["/", "/underway/"])
def test_what_goes_on_is_read_by_all(path: str, windows: Windows, works: Any) -> None:
    page, (tell, _end) = windows.page(KARI), works
    tell(640, 1000)
    page.goto(path)
    found = []

    for width, scheme in ((1280, "light"), (320, "dark"), (1280, "dark"), (320, "light")):
        look(page, width, scheme)
        found += axe_finds(page) + too_wide(page) + bleeding(page)

    assert found == []


def test_who_pressed_the_button_sees_it_go_on_where_they_wait(
    windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(underway, "MANY", 2)
    monkeypatch.setattr(bulk, "OFTEN", 1)
    page, noting, rows, goes_on = windows.page(KARI), bulk.Bulk._note, [], Event()
    page.goto("/application/")
    look_at_five(page)

    def noted(self: Any, row: Any, refused: Any) -> None:
        rows.append(row)
        if len(rows) == 3:
            goes_on.wait(30)
        noting(self, row, refused)

    monkeypatch.setattr(bulk.Bulk, "_note", noted)
    seen: list[str] = []
    page.expose_function("seen", lambda told: seen.extend([told]))
    page.evaluate("""() => {
        const place = document.querySelector(".bulk-do .underway");
        new MutationObserver(() => seen(place.innerText)).observe(place, { subtree: true, childList: true });
    }""")
    page.evaluate("document.querySelector('.bulk-do .primary').click()")
    for _ in range(100):
        if not seen:
            page.wait_for_timeout(100)
    goes_on.set()

    expect(page.locator(".message.tone-success")).to_contain_text("5 rader er endret.")
    assert " ".join(seen[0].split()) == "20 prosent 2 av 5 rader er gått gjennom"
