"""The way to where a municipality is, month by month: what the history says, drawn and as a table."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from models.changes import audit, restoring
from models.database import db
from models.declare.choices import RecordStatus
from models.queries import progress
from models.queries.progress import Month
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment, RiskAssessment
from reports.drawing import charts
from reports.drawing.picture import WIDTH
from tests.conftest import inside
from tests.test_progress import add, at, page_of, tiles
from tests.test_registers import As
from views.pages import burnup

DAY = date(2026, 11, 29)


def change(called: str, **values: Any) -> None:
    with inside("Tinn"):
        row = db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.name == called)).one()
        for key, value in values.items():
            setattr(row, key, value)
        db.session.commit()


def delete(name: str) -> int:
    with inside("Tinn"):
        row = db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.name == name)).one()
        db.session.delete(row)
        db.session.commit()
        return int(row.id)


def bring_back(row_id: int) -> None:
    with inside("Tinn"):
        gone = restoring.deletion_of(db.session, ProcessingActivity, row_id)
        restoring.bring_back(db.session, ProcessingActivity, gone)
        db.session.commit()


def drawn() -> list[tuple[int, int]]:
    with inside("Tinn"):
        rows = list(db.session.scalars(select(ProcessingActivity.status)))
        months = progress.burn_up(db.session, DAY, len(rows), rows.count(RecordStatus.APPROVED))
    assert [one.first for one in months] == progress.months_until(DAY)
    return [(one.registered, one.approved) for one in months]


def test_the_way_is_what_the_history_says_month_by_month(engine_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two there are were made before anything is drawn; the last of a month is of that month."""
    already = drawn()[-1]
    at(monkeypatch, 2, 10)
    add("Tinn", ProcessingActivity(name="Første"), ProcessingActivity(name="Andre"))
    at(monkeypatch, 4, 30)
    change("Første", status=RecordStatus.APPROVED)
    change("Andre", status=RecordStatus.REVIEW, name='"field": "status", "new": "approved"')
    at(monkeypatch, 5, 1)
    add("Tinn", *[ProcessingActivity(name=f"Ny {n}", status=RecordStatus.APPROVED) for n in range(7)])
    at(monkeypatch, 6, 15)
    gone = [delete("Første"), delete("Ny 0"), delete("Ny 1")]
    at(monkeypatch, 8, 1)
    bring_back(gone[0])
    at(monkeypatch, 9, 1)
    change("Ny 2", status=RecordStatus.REVISE)
    change("Ny 3", status=RecordStatus.ENDED)

    way = drawn()

    steps = [(0, 0)] * 2 + [(2, 0)] * 2 + [(2, 1), (9, 8), (6, 5), (6, 5), (7, 6), (7, 4), (7, 4), (7, 4)]
    made_today = [way[0][0] - steps[0][0], way[0][1] - steps[0][1]]
    assert already == (2, 0)
    assert [(made - made_today[0], won - made_today[1]) for made, won in way[:-1]] == steps[:-1]
    assert way[-1] == (9, 4)


def test_what_was_deleted_twice_comes_back_with_what_it_was_last(
    engine_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 1, 10)
    add("Tinn", ProcessingActivity(name="Fram og tilbake"))
    first = delete("Fram og tilbake")
    bring_back(first)
    change("Fram og tilbake", status=RecordStatus.APPROVED)
    delete("Fram og tilbake")
    at(monkeypatch, 3, 10)
    bring_back(first)

    way = [won for _made, won in drawn()]

    assert way == [0, 0, 0, *[1] * 9]


def test_a_month_ends_when_it_is_midnight_in_norway(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = drawn()
    monkeypatch.setattr(audit, "now", lambda: datetime(2026, 6, 30, 21, 59, tzinfo=UTC))
    add("Tinn", ProcessingActivity(name="I juni"))
    monkeypatch.setattr(audit, "now", lambda: datetime(2026, 6, 30, 22, 0, tzinfo=UTC))
    add("Tinn", ProcessingActivity(name="I juli"))

    way = [one[0] for one in drawn()]

    june = progress.months_until(DAY).index(date(2026, 6, 1))
    assert [way[june] - way[june - 1], way[june + 1] - way[june]] == [1, 1]
    assert way[june - 1] == before[june - 1][0]


def test_the_months_of_a_year_end_with_this_one() -> None:
    found = progress.months_until(date(2026, 1, 31))

    assert (len(found), found[0], found[-2:]) == (12, date(2025, 2, 1), [date(2025, 12, 1), date(2026, 1, 1)])


def test_the_picture_and_its_table_say_the_same_and_the_picture_in_a_sentence(as_: As) -> None:
    page = page_of(as_("kari"))

    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="num">(\d+)</td><td class="num">(\d+)</td>', page)

    assert len(rows) == 12
    assert rows[-1][1:] == ("2", "0")
    assert re.search(r"<desc[^>]*>Fra 0 registrerte og 0 godkjente i .* til 2 registrerte og 0 godkjente nå.<", page)
    assert page.partition("<desc")[2].count("<polyline") == 2


def test_the_lines_stay_within_the_picture(app: Any) -> None:
    """Also where all are approved, where none are registered, and where there are very many."""
    with app.test_request_context():
        for registered, approved in ((5, 5), (0, 0), (1, 0), (12_345, 99)):
            months = [Month(first, registered, approved) for first in progress.months_until(DAY)]
            told = burnup.drawn(months)
            lines = [str(one.at["points"]) for one in told.marks if one.tag == "polyline"]
            ends = [[float(one) for one in line.split()[-1].split(",")] for line in lines]
            low = charts.HEIGHT - charts.BOTTOM
            assert [(x < WIDTH, charts.TOP <= y <= low) for x, y in ends] == [(True, True)] * 2
            assert ends[0][1] <= ends[1][1]
            assert (told.marks[-1].kind, told.legend[1][0]) == ("line line-2", 2)


def test_an_empty_municipality_is_told_that_the_way_begins_with_the_first(as_: As) -> None:
    with inside("Tinn"):
        for row in db.session.scalars(select(RiskAssessment)):
            db.session.delete(row)
        db.session.commit()
    with inside("Tinn"):
        for register in (ImpactAssessment, ProcessingActivity):
            for row in db.session.scalars(select(register)):
                db.session.delete(row)
            db.session.commit()

    page = page_of(as_("kari"))

    assert tiles(page)["behandlinger er registrert"] == ("0", "", "")
    assert ("<polyline" in page, "Ingen behandlinger ennå" in page) == (False, True)
