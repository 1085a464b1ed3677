"""The pages of a sheet that takes long: it is looked at by the worker, and the pages wait for that."""

from __future__ import annotations

import re
from typing import Any

import pytest

from exchange import jobs, preview, worker
from exchange.rows.planned import What
from models.database import db
from models.keeping.progress import Progress
from models.registers.imports import DONE, LOOKED_AT, LOOKING, REFUSED, TO_LOOK
from tests.test_exchange_worker import becomes_reader
from tests.test_importing_pages import SHEET, job_of, send, stored, work
from tests.test_opened_in import choose, in_both
from tests.test_registers import As
from views import storing
from views.pages import undoing
from views.register import importpage


@pytest.fixture(autouse=True)
def two_rows_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "AT_ONCE", 1)


def waits(page: Any) -> bool:
    return "<h1>Vi ser gjennom radene …</h1>" in page.text


def test_a_large_sheet_is_looked_at_by_the_worker_and_its_pages_wait_for_that(app: Any, as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))

    before, told, mine = kari.get(job), kari.get("/imports/now/").json, kari.get("/imports/").text
    did = [work(app), work(app)]
    after, start = kari.get(job), kari.get("/").text

    assert (waits(before), [one["step"] for one in told.values()]) == (True, ["Venter på tur"])
    assert list(told) == re.findall('<progress[^>]* id="w([^"]*)"', before.text)
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in before.text
    assert "Venter på tur" in mine
    assert (did, kari.get("/imports/now/").json) == ([True, False], {})
    assert (waits(after), "1 rad kan importeres." in after.text) == (False, True)
    assert f'<a href="{job}">2 rader til import er sett gjennom</a>' in start


def test_it_is_imported_and_then_no_longer_told_as_looked_at(app: Any, as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))
    work(app)

    asked = kari.post(job, data={"shown": "0", "row": "0", "do": "1"})
    start = kari.get("/").text
    work(app)

    assert (asked.status_code, "er sett gjennom" in start) == (303, False)
    assert [(one.state, one.counts["new"]) for one in stored()] == [(DONE, 1)]


def test_the_pages_show_the_same_whoever_looked(app: Any, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    kari = as_("kari")
    large = job_of(send(kari))
    work(app)
    monkeypatch.setattr(preview, "AT_ONCE", 2)
    small = job_of(send(kari))

    shown = [re.sub(r"/imports/\d+/|value=\"[^\"]{30,}\"", "", kari.get(one).text) for one in (large, small)]

    assert shown[0] == shown[1]


@pytest.mark.parametrize("going", [True, False], ids=["that is looked at", "that waits"])
def test_of_a_sheet_nothing_else_is_asked_meanwhile(app: Any, as_: As, going: bool) -> None:
    kari = as_("kari")
    job = job_of(send(kari))
    before = stored()[0].event
    if going:
        with app.app_context():
            worker.ImportWorker(db.session(), None, storing.imports()).take()

    acts = [kari.post(job, data=one) for one in ({"do": "1", "shown": "0", "row": "0"}, {"again": "1"}, {})]
    columns = [kari.get(f"{job}columns/"), kari.post(f"{job}columns/", data={"look": "1"}), kari.get(f"{job}left-out/")]

    assert [(one.status_code, jobs.ASKED_BEFORE in one.text) for one in acts] == [(409, True)] * 3
    assert [(one.status_code, one.location) for one in columns] == [(302, job)] * 3
    assert [(one.event, one.chosen) for one in stored()] == [(before, {})]


def test_what_is_not_looked_at_yet_is_not_imported(app: Any, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    kari = as_("kari")
    job = job_of(send(kari, "Navn;Ukjent\nKalender;1\n"))

    answer = kari.post(job, data={"do": "1", "shown": "0", "row": "0"})
    again = kari.post(job, data={"again": "1"})

    assert (answer.status_code, answer.location, again.status_code) == (303, job, 409)
    assert [one.state for one in stored()] == [LOOKED_AT]
    assert (kari.get(job).location, kari.get(f"{job}left-out/").location) == (f"{job}columns/", job)


def test_the_look_of_somebody_else_is_nowhere_and_of_another_municipality_elsewhere(app: Any, as_: As) -> None:
    in_both()
    kari, lars = as_("kari"), as_("lars")
    choose(kari, "Tinn")
    job = job_of(send(kari))
    theirs = [lars.get(job), lars.post(job, data={"again": "1"}), lars.post(f"{job}columns/", data={"look": "1"})]
    nothing = (lars.get("/imports/now/").json, "ark.csv" in lars.get("/imports/").text)
    choose(kari, "Seljord")

    elsewhere = [kari.get(job), kari.post(f"{job}columns/", data={"look": "1"}), kari.post(job, data={"do": "1"})]
    away = kari.get("/imports/now/").json
    work(app)

    assert ([one.status_code for one in theirs], nothing) == ([404] * 3, ({}, False))
    assert ([one.status_code for one in elsewhere], away) == ([409] * 3, {})
    assert "er sett gjennom" not in kari.get("/").text + lars.get("/").text


def test_columns_that_cannot_be_read_so_are_said_at_once(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari, "Navn;Ord\nKalender;fine\nTimeplan;fine\n"))

    answer = kari.post(f"{job}columns/", data={"look": "1", "column-0": "name", "column-1": "name"})

    assert (answer.status_code, "To kolonner er koblet til «Navn»." in answer.text) == (422, True)
    assert [one.state for one in stored()] == [LOOKED_AT]


def test_a_look_that_failed_leads_back_to_the_columns_as_they_were_chosen(
    app: Any, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    kari = as_("kari")
    job = job_of(send(kari, "Navn;Ord\nKalender;fine\nTimeplan;fine\n"))
    chosen = {"look": "1", "column-0": "name", "column-1": "notes"}
    kari.post(f"{job}columns/", data=chosen)
    with monkeypatch.context() as broken:
        broken.setattr(worker.preview, "look", lambda *_given: 1 / 0)
        work(app)

    start, back = kari.get("/").text, kari.get(job)
    page = kari.get(back.location).text
    again = kari.post(f"{job}columns/", data=chosen)
    work(app)
    end = kari.get("/").text

    assert f'<a href="{job}">Gjennomgangen av 2 rader stanset</a>' in start
    assert (back.status_code, back.location, worker.BROKEN in page) == (302, f"{job}columns/", True)
    assert re.findall('<option value="([a-z]+)" selected>', page)[:2] == ["name", "notes"]
    assert "Tilbake til radene" not in page
    assert ("Gjennomgangen av" in end, end.count("2 rader til import er sett gjennom")) == (False, 1)
    assert (again.status_code, stored()[0].is_seen, stored()[0].said) == (303, True, "")


def test_who_lost_the_role_meanwhile_is_told_so(app: Any, as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))
    becomes_reader()

    work(app)

    assert [(one.state, one.said, one.is_seen) for one in stored()] == [(LOOKED_AT, worker.NO_ACCESS, False)]
    assert kari.get(job).status_code == 403


def test_what_was_not_done_is_looked_at_by_the_worker_again(app: Any, as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))
    work(app)
    kari.post(job, data={"shown": "0", "row": "0", "do": "1"})
    kari.post("/application/new/", data={"name": "Kalender"})
    work(app)

    again = kari.post(job, data={"again": "1"})
    waiting = kari.get(again.location)
    work(app)

    assert (again.status_code, waits(waiting)) == (303, True)
    assert [(one.state, one.is_seen) for one in stored()] == [(REFUSED, False), (LOOKED_AT, True)]
    assert stored()[1].counts[str(What.DUPLICATE)] == 1


def test_in_another_language_it_is_shown_as_it_was_looked_at_and_said_how_to_get_it_anew(app: Any, as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))
    work(app)

    kari.post("/language/", data={"language": "nn"})
    page = kari.get(job).text

    assert ("Skriv et helt tall" in page, "på språket de" in page or "på språket dei" in page) == (True, True)
    assert not [one for one in storing.imports().folder.iterdir() if one.name.endswith(".nn")]


def test_what_was_kept_of_a_large_sheet_and_is_gone_is_told_without_words(app: Any, as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))
    work(app)
    preview._beside(storing.imports().place(stored()[0].stored), "nb").unlink()

    page = kari.get(job)

    assert (page.status_code, "1 rad kan importeres." in page.text, "Skriv et helt tall" in page.text) == (
        200,
        True,
        False,
    )


def test_small_sheets_are_looked_at_while_the_person_waits(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "AT_ONCE", 2)
    kari = as_("kari")

    job = job_of(send(kari, SHEET))

    assert ("1 rad kan importeres." in kari.get(job).text, [one.state for one in stored()]) == (True, [LOOKED_AT])


def test_a_sheet_is_asked_to_be_looked_at_once(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari, "Navn;Ord\nKalender;fine\nTimeplan;fine\n"))
    chosen = {"look": "1", "column-0": "name", "column-1": "description"}

    answers = [kari.post(f"{job}columns/", data=chosen) for _time in range(2)]

    assert [(one.status_code, one.location) for one in answers] == [(303, job), (302, job)]
    assert [one.state for one in stored()] == [TO_LOOK]


@pytest.mark.parametrize(("most", "is_told"), [(2, False), (1, True)])
def test_that_an_import_is_too_large_to_be_undone_is_told_before_it_is_asked_for(
    app: Any, as_: As, monkeypatch: pytest.MonkeyPatch, most: int, is_told: bool
) -> None:
    monkeypatch.setattr(undoing, "MOST", most)
    kari = as_("kari")
    job = job_of(send(kari, "Navn;Antall brukere\nKalender;1\nTimeplan;2\n"))
    work(app)

    page = kari.get(job).text

    assert ("kan ikke angres på én gang" in page, "kan angres som én" in page) == (is_told, not is_told)


def test_of_many_rows_that_are_made_elsewhere_the_first_are_named(
    app: Any, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importpage, "SHOWN", 2)
    kari = as_("kari")
    rows = "".join(f"System {one};Firma {one}\n" for one in range(5))
    job = job_of(send(kari, f"Navn;Ukjent ord\n{rows}"))
    kari.post(f"{job}columns/", data={"look": "1", "column-0": "name", "column-1": "supplier", "make": "supplier"})
    work(app)

    page = kari.get(job).text

    assert re.findall("<p>(Lages i .*?)</p>", page) == ["Lages i Leverandører: Firma 0, Firma 1 … og 3 til"]


def test_a_look_that_a_worker_left_is_not_told_as_stopped(app: Any, as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))
    with app.app_context():
        progress = Progress(storing.imports().folder.with_name("progress"))
        worker.ImportWorker(db.session(), progress, storing.imports(), alone=True, goes_on=lambda: False).once()
        db.session.remove()

    start, page = kari.get("/").text, kari.get(job)

    assert ([one.state for one in stored()], waits(page), "Gjennomgangen av" in start) == ([LOOKING], True, False)
