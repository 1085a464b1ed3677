"""Every kind of page on paper: nothing to press stands there, nothing is cut, and it says whose it is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.support.browser import Windows, too_wide
from tests.support.pagekinds import KARI, PER, TONE, Kind
from tests.support.pages import KINDS, visit

pytest_plugins = ["tests.support.browser_fixtures"]

A4 = {"width": 688, "height": 993}  # what the margins of the stylesheet leave of a sheet, in CSS pixels
SEEN = """const seen = e => e.checkVisibility() && !e.closest('.visually-hidden')
    && e.getBoundingClientRect().width > 1 && e.getBoundingClientRect().height > 1;"""
OPEN = "summary:not(:has(h2), .merge-equal > *, .told > *)"  # but for those that stand open on paper
PRESSED = f"button:not([popovertarget^=t-]), .button, [role=search] input, {OPEN}, [type=file], [type=search]"
WAYS = ".site-header, .menu, .toolbar, .breadcrumbs, .pager, .tabs, .section-index, .bulk-bar, .save-bar, .hint"


def pressed(page: Page) -> list[str]:
    """What a finger would press, and the ways to other pages, as far as they are seen."""
    return list(
        page.evaluate(
            "which => {"
            + SEEN
            + """ return [...document.querySelectorAll(which)].filter(seen)
                .map(e => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 30)}`); }""",
            f"{PRESSED}, {WAYS}",
        )
    )


def cut(page: Page) -> list[str]:
    """What has more in it than is seen: paper does not scroll, and has no more width."""
    return list(
        page.evaluate(
            "() => {"
            + SEEN
            + """ const holds = e => /(auto|scroll|hidden|clip)/.test(getComputedStyle(e).overflowX);
            const edge = document.documentElement.clientWidth + 1;
            const parts = 'main :is(table, th, td, dl, dd, p, ul, section, form, .table-region)';
            const full = e => holds(e) && e.scrollWidth > e.clientWidth + 1;
            const all = [...document.querySelectorAll(parts)].filter(seen);
            return all.filter(e => full(e) || e.getBoundingClientRect().right > edge)
                .map(e => `${e.tagName}.${e.className} ${e.scrollWidth} in ${e.clientWidth}`).slice(0, 5); }"""
        )
    )


def on_paper(windows: Windows, kind: Kind) -> Page:
    page = visit(windows, kind)
    page.set_viewport_size(A4)  # type: ignore[arg-type]
    page.emulate_media(media="print")
    return page


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name.replace(" ", "-"))
def test_on_paper_nothing_is_to_be_pressed_and_nothing_is_cut(windows: Windows, kind: Kind) -> None:
    page = on_paper(windows, kind)

    assert (pressed(page), cut(page), too_wide(page)) == ([], [], [])


def test_a_list_on_paper_says_whose_it_is_and_what_it_is_narrowed_to(windows: Windows) -> None:
    page = on_paper(windows, Kind("", KARI, "/application/?personal_data=yes"))

    assert page.locator(".on-paper").inner_text() == "Orden · Tinn"
    assert page.locator(".active-filters").inner_text() == "Personopplysninger er Ja"


def test_an_import_on_paper_tells_what_each_row_says_and_leaves_out(windows: Windows) -> None:
    page = on_paper(windows, next(one for one in KINDS if one.name == "import, its rows"))

    texts = page.locator("main").inner_text()
    assert page.locator("form .on-paper").inner_text() == (
        "Alle: 40 · Ny: 30 · Mulig duplikat: 8 · Feil: 2 · Viser 1–40 av 40"
    )
    shut = page.locator(".import-rows details, .import-do details").evaluate_all(
        "all => all.filter(e => !e.querySelector('dd, li').checkVisibility()).length"
    )
    assert (shut, "Last ned arket" in texts) == (0, False)


@pytest.mark.parametrize("language", ["nb-NO", "nn-NO", "en-GB"])
def test_how_far_a_municipality_has_come_is_one_sheet_of_paper(windows: Windows, language: str) -> None:
    page = windows.page(KARI, locale=language)
    page.goto("/progress/")
    page.set_viewport_size(A4)  # type: ignore[arg-type]
    page.emulate_media(media="print")

    seen = [page.locator(which).count() for which in (".tile", ".burn-up tbody tr", ".told-errors li")]
    assert (page.locator("html").get_attribute("lang"), seen) == (language[:2], [11, 12, 6])
    assert page.locator("main").evaluate("main => main.lastElementChild.getBoundingClientRect().bottom") < A4["height"]


@pytest.mark.parametrize(("who", "path"), [(TONE, "/control/"), (PER, "/control/?place=2")])
@pytest.mark.parametrize("language", ["nb-NO", "nn-NO", "en-GB"])
def test_whether_we_are_in_control_is_one_sheet_of_paper(windows: Windows, who: str, path: str, language: str) -> None:
    page = windows.page(who, locale=language)
    page.goto(path)
    page.set_viewport_size(A4)  # type: ignore[arg-type]
    page.emulate_media(media="print")

    assert page.locator(".in-control > li").count() == {TONE: 10, PER: 7}[who]
    assert page.locator("main").evaluate("main => main.lastElementChild.getBoundingClientRect().bottom") < A4["height"]


def test_a_sheet_wider_than_paper_is_written_row_by_row_with_its_labels(windows: Windows) -> None:
    page = on_paper(windows, Kind("", TONE, "/reports/behandlingsprotokoll/"))

    row = page.locator(".sheet.wide tbody tr").first
    cells = row.locator("td").evaluate_all(
        "all => all.filter(e => e.checkVisibility()).map(e => getComputedStyle(e, '::before').content)"
    )

    assert len(cells) == row.locator("td:not(:empty)").count() > 5
    assert cells[:2] == ['"Status"', '"Behandlingsansvarlig"']


def test_the_pages_of_a_print_are_numbered_and_white_also_for_who_reads_in_dark(windows: Windows) -> None:
    page = on_paper(windows, Kind("", KARI, "/application/"))
    page.emulate_media(media="print", color_scheme="dark")

    grounds = page.evaluate("() => [document.body, document.querySelector('td')].map(e => getComputedStyle(e).color)")
    numbered = page.evaluate(
        """() => [...document.styleSheets].flatMap(s => [...s.cssRules]).filter(r => r instanceof CSSPageRule)
            .map(r => r.cssText.includes('counter(page) " / " counter(pages)'))"""
    )

    assert (grounds, numbered) == (["rgb(0, 0, 0)"] * 2, [True])


def test_a_document_on_paper_begins_each_activity_on_a_page_and_says_whose_it_is_on_all(windows: Windows) -> None:
    page = on_paper(windows, next(one for one in KINDS if one.name == "protocol as a document"))

    head = page.locator(".on-every-page")
    assert (head.is_visible(), "Tinn, org.nr. 864 963 552" in head.inner_text()) == (True, True)
    assert head.evaluate("e => getComputedStyle(e).position") == "fixed"  # the browser draws it on every page
    assert page.locator("main").evaluate("e => getComputedStyle(e).boxDecorationBreak") == "clone"
    assert (page.locator(".on-paper").is_visible(), page.locator(".document article h3").inner_text()) == (
        False, "Barnehageopptak og foreldrebetaling",
    )  # fmt: skip
