"""What one person's imports may take of everybody's: room, turns and time; and what the history says of them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from exchange import jobs
from exchange.taking import EVERYBODYS
from models.database import db
from models.registers.billing import Price
from models.registers.imports import STOPPED, Import
from models.tenancy import scope
from models.tenancy.log import change_class
from tests.conftest import inside
from tests.test_importing_pages import SHEET, job_of, send, stored, work
from tests.test_registers import As
from views import storing


def test_only_the_newest_sheets_of_a_person_are_kept_and_those_that_go_on(
    engine_app: Any, as_on: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    kari, lars = as_on("kari"), as_on("lars")
    job_of(send(lars))
    going = job_of(send(kari))
    kari.post(going, data={"do": "1"})
    monkeypatch.setattr(jobs, "MOST_KEPT", 2)

    for number in range(4):
        job_of(send(kari, SHEET, name=f"{number}.csv"))

    assert [one.name for one in stored()] == ["ark.csv", "ark.csv", "2.csv", "3.csv"]
    assert set(storing.imports().names()) == {one.stored for one in stored()}
    kept = {one.name.partition(".")[0] for one in storing.imports().folder.iterdir()}
    assert kept == {one.stored for one in stored()}


def test_a_sheet_that_two_jobs_rest_on_stays_while_one_is_kept(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    kari = as_("kari")
    job_of(send(kari))
    with scope.use(EVERYBODYS):
        old = db.session.scalars(select(Import)).one()
        old.state = STOPPED
        db.session.commit()
    job_of(kari.post(f"/imports/{stored()[0].id}/", data={"again": "1"}))
    monkeypatch.setattr(jobs, "MOST_KEPT", 2)

    job_of(send(kari, name="ny.csv"))

    first, last = stored()
    assert (first.name, last.name) == ("ark.csv", "ny.csv")
    assert set(storing.imports().names()) == {first.stored, last.stored}


def test_nobody_has_more_than_a_few_imports_going(as_: As) -> None:
    kari = as_("kari")
    asked = [job_of(send(kari, name=f"{number}.csv")) for number in range(4)]

    answers = [kari.post(one, data={"do": "1"}) for one in asked]

    assert [one.status_code for one in answers] == [303, 303, 303, 409]
    assert "Du har 3 importer i gang. Vent til en av dem er ferdig." in answers[-1].text
    assert [one.state for one in stored()] == ["waiting"] * 3 + ["looked_at"]


def test_places_of_rows_that_are_none_are_left_out(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))

    answer = kari.post(job, data={"shown": f"0,{'9' * 5000},x,²", "row": ["9" * 5000, "-1"], "page": "9" * 5000})

    assert (answer.status_code, stored()[0].chosen["without"]) == (303, [0])


def test_the_history_says_which_file_what_was_imported_came_from_also_where_a_reason_is_asked_for(
    app: Any, as_: As
) -> None:
    with inside():
        row_id = db.session.scalars(select(Price.id).order_by(Price.id)).first()
    per = as_("per")
    job = job_of(send(per, f"Orden-nummer;Merknad\n{row_id};Vedtak 12/26\n", "price", "priser 2027.csv"))

    per.post(job, data={"do": "1"})
    assert work(app)

    with inside():
        kept = db.session.get(Price, row_id)
        told = db.session.scalars(select(change_class(Price)).order_by(change_class(Price).id.desc())).first()
        assert (kept.note, told.reason) == ("Vedtak 12/26", "Importert fra «priser 2027.csv».")
