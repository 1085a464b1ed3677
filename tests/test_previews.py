"""A preview reads and counts what it shows: few statements however many rows there are, and the same as the file."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from models.database import db
from models.declare.base import fields_of
from models.declare.choices import ProcessingRole
from models.queries import quality, rules
from models.queries.reading import Reader, in_chunks
from models.queries.standing import standing, standing_together
from models.registers.architecture import Application
from models.registers.processing import ControllerRow, ProcessingActivity
from reports import report
from tests.conftest import inside
from tests.support.recorded import EVERY, STATES
from tests.test_quality import TODAY
from tests.test_saving import As, executed, read_by  # noqa: F401 - a fixture is asked for by name
from tests.test_statements import ASK, furnish
from views.pages.previews import PREVIEW

MOST = {"behandlingsprotokoll": 17, "utfylling": 8}  # with a sheet of processors that has rows
ASKED = {"behandlingsprotokoll": EVERY}
PAGES = [(slug, name) for slug in MOST for name in ("kari", "per")]  # one municipality, and all of them


def process_for_others(how_many: int) -> None:
    with inside("Tinn"), db.session.no_autoflush:
        for number in range(how_many):
            row = ProcessingActivity(name=f"For andre {number}", role=ProcessingRole.PROCESSOR)
            row.controllers = [ControllerRow(name="IKS"), ControllerRow(name="Nabo")]
            db.session.add(row)
        db.session.commit()


@pytest.mark.parametrize(("slug", "name"), PAGES)
def test_a_preview_costs_the_same_for_few_rows_and_for_many(
    slug: str,
    name: str,
    as_on: As,
    executed: list[str],  # noqa: F811
) -> None:
    browser, counts, page = as_on(name), [], f"/reports/{slug}/"
    for number in (PREVIEW, 2 * PREVIEW):
        furnish(range(number))
        process_for_others(number)
        browser.get(page)  # the first time fills caches that are no concern here
        executed.clear()
        browser.get(page)
        counts.append(len(read_by(executed)))

    assert counts[0] == counts[1] <= MOST[slug]


def test_a_preview_says_how_many_rows_there_are_and_shows_the_first(as_: As) -> None:
    with inside("Tinn"):
        own = ProcessingActivity.role != ProcessingRole.PROCESSOR
        before = db.session.scalar(select(func.count()).select_from(ProcessingActivity).where(own)) or 0
    furnish(range(PREVIEW))

    page = as_("kari").get(f"/reports/behandlingsprotokoll/{EVERY}").text

    assert f"Viser {PREVIEW} av {before + PREVIEW} rader" in page
    assert page.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>") == PREVIEW


def test_what_stands_in_a_cell_is_text_and_no_more(as_: As) -> None:
    with inside("Tinn"):
        long = "<i>" + "lang " * 50
        db.session.add(ProcessingActivity(name="<b>A & B</b>", purpose=long, measures_text="<u>kort</u>"))
        db.session.commit()

    page = as_("kari").get(f"/reports/behandlingsprotokoll/{EVERY}").text

    assert '<th scope="row">&lt;b&gt;A &amp; B&lt;/b&gt;</th>' in page
    assert re.search('<td[^>]*><div class="clamp">&lt;i&gt;lang lang', page)
    assert re.search("<td[^>]*>&lt;u&gt;kort&lt;/u&gt;</td>", page)


def test_rows_read_together_stand_as_each_does_alone(engine_app: Any) -> None:
    furnish(range(3))
    with inside("Tinn"):
        for register in (ProcessingActivity, Application):
            rows = list(db.session.scalars(select(register).order_by(register.id)))
            together = [_judged(one) for one in standing_together(db.session, rows)]

            assert together == [_judged(standing(db.session, row)) for row in rows] == [_judged(row) for row in rows]
            assert len({str(one) for one in together}) > 1


def _judged(row: Any) -> Any:
    percent, gaps = quality.progress(row)
    return percent, [known.key for known in gaps], [rule.code for rule in rules.broken_rules(row, TODAY)]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_rows_are_the_same_in_chunks_of_any_size(size: int, engine_app: Any) -> None:
    furnish(range(7))
    with inside("Tinn", "Seljord"):
        reader = Reader(ProcessingActivity, fields_of(ProcessingActivity), "nb")
        statement = reader.statement().order_by(ProcessingActivity.id)
        chunks = [list(reader.complete(db.session, chunk)) for chunk in in_chunks(db.session, statement, size=size)]
        whole = list(reader.rows(db.session, statement))

    assert [row for chunk in chunks for row in chunk] == whole
    assert max(map(len, chunks)) == min(size, len(whole))


def test_nothing_of_another_municipality_hangs_on_the_rows_of_a_report(engine_app: Any) -> None:
    """Both have applications, units and people linked to their activities."""
    furnish(range(2))
    with inside("Seljord"):
        theirs = _names()
    with inside("Tinn"):
        ours = _names()
    with inside():
        both = _names()

    assert theirs
    assert ours
    assert (ours & theirs, both) == (set(), ours | theirs)


def _names() -> set[str]:
    """The names of the applications of all activities within the scope, as the protocol tells them."""
    ask = replace(ASK, chosen=STATES)
    (*_, sheet) = [told.sheet for told in report("behandlingsprotokoll").sheets(db.session, ask)]
    place = [column.label for column in sheet.columns].index("Applikasjoner")
    return {name for row in sheet.rows for name in str(row[place] or "").splitlines()}


def test_a_preview_of_very_many_rows_says_that_there_are_over_so_many(
    as_on: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in ("views.pages.previews", "views.formatters", "reports.protocol.reading"):
        monkeypatch.setattr(f"{room}.COUNT_LIMIT", PREVIEW + 2)
    browser = as_on("kari")
    furnish(range(PREVIEW + 5))
    process_for_others(1)

    pages = [
        browser.get(f"/reports/{slug}/{ASKED.get(slug, '')}").text for slug in ("behandlingsprotokoll", "utfylling")
    ]

    for page in pages:
        assert f"Viser {PREVIEW} av over {PREVIEW + 2} rader. Last ned Excel for å få alle." in page
    assert "For andre 0" in pages[0]
