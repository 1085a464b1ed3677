"""The record as it was on a day, and what has changed since: the same forms, read from what the history tells."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from models.database import db
from models.declare.clock import today
from models.registers.agreements import Agreement
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity
from tests.conftest import inside
from tests.support.aged import age
from tests.support.recorded import EVERY
from tests.test_registers import As

REPORT = "/reports/behandlingsprotokoll/"
YESTERDAY = today() - timedelta(days=1)


def sheets(browser: Any, **choices: str) -> dict[str, list[tuple[Any, ...]]]:
    """The sheets of the downloaded report, by their names, without the cover."""
    query = EVERY + "".join(f"&{name}={value}" for name, value in choices.items())
    book = openpyxl.load_workbook(BytesIO(browser.get(f"{REPORT}download/{query}").data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets[1:]}


def cover(browser: Any, **choices: str) -> dict[str, str]:
    query = EVERY + "".join(f"&{name}={value}" for name, value in choices.items())
    book = openpyxl.load_workbook(BytesIO(browser.get(f"{REPORT}download/{query}").data))
    return {str(row[0]): str(row[1]) for row in book.worksheets[0].iter_rows(values_only=True, max_col=2) if row[0]}


def differing(one: dict[str, Any], other: dict[str, Any]) -> list[Any]:
    """The cells that are not the same, with their headings."""
    assert {name: len(rows) for name, rows in one.items()} == {name: len(rows) for name, rows in other.items()}
    return [
        (one[name][0][place], cell, other[name][number][place])
        for name, rows in one.items()
        for number, row in enumerate(rows)
        for place, cell in enumerate(row)
        if cell != other[name][number][place]
    ]


def activity(name: str) -> ProcessingActivity:
    return db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.name == name)).one()


def first_name() -> str:
    with inside("Tinn"):
        return str(db.session.scalars(select(ProcessingActivity.name).order_by(ProcessingActivity.sort_key)).first())


def test_a_day_that_has_been_is_told_as_it_was_with_the_name_the_municipality_had(as_on: As, engine_app: Any) -> None:
    age(engine_app, timedelta(days=4))
    kari, name = as_on("kari"), first_name()
    before = sheets(kari)
    with inside():
        db.session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one().name = "Nye Tinn"
        db.session.commit()
    with inside("Nye Tinn"):
        row = activity(name)
        row.name, row.purpose = "Noe annet", "Et annet formål"
        db.session.add(ProcessingActivity(name="Aldri før", purpose="Nytt"))
        db.session.commit()

    after, then = sheets(kari), sheets(kari, day=f"{YESTERDAY}")
    told = cover(kari, day=f"{YESTERDAY}")

    assert after != before
    assert differing(then, before) == []
    assert told["Kommune"] == "Tinn"
    assert f"{YESTERDAY:%d.%m.%Y}" in told["Kilde"]


def test_what_has_changed_since_a_day_is_told_field_by_field_also_of_what_it_points_at(
    as_on: As, engine_app: Any
) -> None:
    age(engine_app, timedelta(days=4))
    kari = as_on("kari")
    with inside("Tinn"):
        rows = list(db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.sort_key)))
        row = next(one for one in rows if one.processors and one.processors[0].agreement)
        was = row.purpose
        row.purpose = "Et annet formål"
        agreement, old = row.processors[0].agreement, row.processors[0].agreement.name
        db.session.get(Agreement, agreement.id).name = "Avtalen med nytt navn"
        db.session.add(ProcessingActivity(name="Aldri før", purpose="Nytt"))
        db.session.commit()
        name = row.name

    lines = sheets(kari, since=f"{YESTERDAY}")["Endringer siden"][1:]

    assert ("Aldri før", "Ny", None, None, None) in lines
    assert (name, "Endret", "Formål", was, "Et annet formål") in lines
    changed = [line for line in lines if line[0] == name and old in str(line[3])]
    assert [str(line[3]).replace(old, "Avtalen med nytt navn") for line in changed] == [line[4] for line in changed]
    assert len(changed) > 0


def test_nothing_has_changed_since_today_and_it_says_so(as_on: As, engine_app: Any) -> None:
    kari = as_on("kari")

    page = kari.get(f"{REPORT}document/{EVERY}&since={today()}")
    preview = kari.get(f"{REPORT}{EVERY}&since={today()}")

    assert sheets(kari, since=f"{today()}")["Endringer siden"][1:] == []
    assert "Ingenting er endret siden da." in page.text
    assert "Ingenting er endret siden da." in preview.text


def test_a_day_before_there_was_anything_is_a_whole_report_without_rows(as_on: As, engine_app: Any) -> None:
    kari = as_on("kari")

    found = sheets(kari, day="2018-01-01")
    page = kari.get(f"{REPORT}document/{EVERY}&day=2018-01-01")

    assert [len(rows) for rows in found.values()] == [1, 1, 1]
    assert page.status_code == 200
    assert "Ingen behandlinger i dette utvalget." in page.text


@pytest.mark.parametrize("day", ["2017-12-31", f"{today() + timedelta(days=1)}", "31.12.2025", "x", "2026-02-30"])
@pytest.mark.parametrize("choice", ["day", "since"])
def test_a_day_that_has_not_been_or_is_none_is_refused(choice: str, day: str, as_: As) -> None:
    page = as_("kari").get(f"{REPORT}?{choice}={day}")

    assert page.status_code == 400
    assert "Velg en dag som har vært" in page.text


def test_the_past_of_several_municipalities_at_once_is_refused(as_: As) -> None:
    page = as_("per").get(f"{REPORT}?day={YESTERDAY}")

    assert page.status_code == 400
    assert "Velg én kommune først." in page.text


def test_the_page_shows_the_day_in_its_choices_and_leads_on_with_it(as_: As) -> None:
    page = as_("kari").get(f"{REPORT}?day={YESTERDAY}")

    assert page.status_code == 200
    assert f'name="day" min="2018-01-01" max="{today()}" value="{YESTERDAY}"' in page.text
    assert f"download/?day={YESTERDAY}" in page.text
