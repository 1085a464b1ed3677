"""Large sheets looked at by the worker: as the person would see them, once, and left to the next when a worker dies."""

from __future__ import annotations

import io
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from exchange import jobs, preview, worker
from exchange.jobs import Reading
from exchange.rows.planned import GOES, How, PartSheet, Plan, What
from exchange.table import Table
from exchange.taking import EVERYBODYS
from exchange.worker import alone
from models.database import db
from models.declare.clock import now
from models.declare.words import Problem
from models.keeping.files import Files
from models.keeping.progress import Progress
from models.registers.architecture import Application
from models.registers.imports import DONE, LOOKED_AT, LOOKING, TO_LOOK, Import
from models.tenancy import scope
from tests.conftest import inside, user
from tests.support.interrupting import ended_after
from tests.support.sheets import at_work
from tests.test_exchange_worker import at, becomes_reader, ends_role, is_shut_out, names, of

HEAD = "Orden-nummer;Orden-versjon;Navn;Antall brukere;Leverandør;Merknad\n"
ROWS = (
    ";;Kalender;12;;Et ord",
    ";;Timeplan;mange;;",
    ";;Åpen skoleprogram;7;;",
    ";;Kalender;3;Nytt firma;",
    "{other};1;Av andre;3;;",
    "{mine};1;Åpen skoleprogram;44;;",
    "{mine};9;Åpen skoleprogram;45;;",
)
COLUMNS = {0: "id", 1: "version", 2: "name", 3: "user_count", 4: "supplier"}
HOW = How(COLUMNS, notes=frozenset({5}), make=frozenset({"supplier"}))
READING = Reading(0, HOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def files(folder: Path) -> Files:
    return Files(folder / "imports")


def sheet() -> str:
    ids = {}
    for key, place in (("mine", "Tinn"), ("other", "Seljord")):
        with inside(place):
            ids[key] = db.session.scalars(select(Application.id)).first()
    return HEAD + "".join(f"{one.format(**ids)}\n" for one in ROWS)


def begun(files: Files, name: str = "kari", language: str = "nb") -> int:
    """A file somebody sent in at work in Tinn."""
    content = sheet()
    with at_work(name):
        job = jobs.begin(db.session(), files, Application, io.BytesIO(content.encode()), "ark.csv", language)
        db.session.commit()
        return int(job.id)


def to_look(files: Files, name: str = "kari", language: str = "nb") -> int:
    """One that is asked to be looked at."""
    number = begun(files, name, language)
    with at_work(name):
        job = jobs.found(db.session(), number)
        assert job is not None
        jobs.look_later(db.session(), job, READING, language)
        db.session.commit()
    return number


def seen(files: Files, number: int) -> tuple[Any, ...] | None:
    """All that is kept of what was seen: in the database, and beside the file."""
    with scope.use(EVERYBODYS):
        job = db.session.get(Import, number)
        assert job is not None
        kept = preview.kept(files.place(job.stored), job.language)
        told = (job.seen, job.counts, job.chosen, job.how)
    db.session.rollback()
    return None if kept is None else (list(kept.rows), kept.outline, kept.cells, kept.makes, *told)


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_a_worker_sees_what_the_person_would_see(engine_app: Any, folder: Path, files: Files, language: str) -> None:
    mine, of_worker = begun(files, language=language), to_look(files, language=language)
    with at_work("kari") as actor:
        job = jobs.found(db.session(), mine)
        assert job is not None
        book, place = jobs.workbook(files, job), files.place(job.stored)
        found = preview.look(db.session(), actor, Plan(Application, book.tables[0], HOW, language), place)
        job = jobs.found(db.session(), mine)
        assert job is not None
        jobs.look(job, READING, found)
        db.session.commit()

    did = [of(folder).once(), of(folder).once()]

    there = seen(files, of_worker)
    assert (did, at(of_worker).state, at(of_worker).is_seen) == ([True, False], LOOKED_AT, True)
    assert there is not None
    assert there == seen(files, mine)
    assert [one.kind for one in there[0]] == [
        What.NEW, What.ERROR, What.DUPLICATE, What.DUPLICATE, What.ERROR, What.CHANGED, What.ERROR
    ]  # fmt: skip
    assert there[3] == [("supplier", "Nytt firma")]
    assert names() == ["Åpen skoleprogram"]
    assert [one.alive for one in Progress(folder / "progress").of(user("kari").id)] == [False]


def test_what_was_looked_at_is_neither_looked_at_nor_imported_by_the_same_attempt(
    app: Any, folder: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_look(files)
    looks, look = [], preview.look
    monkeypatch.setattr(preview, "look", lambda *given: looks.append(given) or look(*given))
    attempt = of(folder).take()
    assert attempt is not None

    for _time in range(2):
        of(folder).do(*attempt)

    assert (len(looks), at(attempt[0]).state, names()) == (1, LOOKED_AT, ["Åpen skoleprogram"])


def test_what_a_worker_saw_is_imported_when_it_is_asked_for(engine_app: Any, folder: Path, files: Files) -> None:
    number = to_look(files)
    of(folder).once()
    with at_work("kari"):
        job = jobs.found(db.session(), number)
        assert job is not None
        jobs.ask(db.session(), job, GOES)
        db.session.commit()

    of(folder).once()

    assert (at(number).state, at(number).attempts, names()) == (DONE, 1, ["Kalender", "Åpen skoleprogram"])


def test_how_far_it_has_come_is_told_of_all_rows(app: Any, folder: Path, files: Files) -> None:
    to_look(files)
    told: list[Any] = []

    def note() -> bool:
        told.extend(
            (one.about["looks"], one.done, one.whole) for one in Progress(folder / "progress").of(user("kari").id)
        )
        return True

    of(folder, goes_on=note).once()

    assert told == [(1, 0, 0), (1, 0, 7)]


@pytest.mark.parametrize("meanwhile", [ends_role, becomes_reader, is_shut_out])
def test_who_has_no_right_to_it_any_more_is_shown_nothing(
    engine_app: Any, folder: Path, files: Files, meanwhile: Any
) -> None:
    number = to_look(files)
    meanwhile()

    of(folder).once()

    job = at(number)
    assert (job.state, job.said, job.is_seen, seen(files, number)) == (LOOKED_AT, worker.NO_ACCESS, False, None)


def test_two_workers_never_look_at_the_same(engine_app: Any, folder: Path, files: Files) -> None:
    first, second = to_look(files), to_look(files, "lars")

    taken = [of(folder).take(), of(folder).take(), of(folder).take()]

    assert (taken, [at(one).state for one in (first, second)]) == ([(first, 1), (second, 1), None], [LOOKING] * 2)


def test_a_look_is_left_alone_as_long_as_something_is_heard_of_it(
    on_postgres: Any, folder: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "BEAT", -1)
    meanwhile: list[Any] = []

    def another() -> bool:
        with on_postgres.app_context():
            meanwhile.append(of(folder).take())
            db.session.remove()
        return True

    with on_postgres.app_context():
        number = to_look(files)
        taken = of(folder, goes_on=another)
        attempt = taken.take()
        unheard(number)
        taken.do(*attempt)

        assert (attempt, meanwhile, at(number).is_seen) == ((number, 1), [None, None], True)
        db.session.remove()
        db.engine.dispose()


def unheard(number: int) -> None:
    """As if nothing had been heard of a job for long."""
    with scope.use(EVERYBODYS):
        long_ago = now() - 2 * worker.UNHEARD
        db.session.execute(update(Import).where(Import.id == number).values(taken_at=long_ago))
        db.session.commit()


@pytest.mark.parametrize(
    ("beat", "error", "asked"),
    [(-1, False, 1), (1000, False, 2), (1000, True, 2)],
    ids=["at once", "at the end", "an error of theirs"],
)
def test_who_is_slow_keeps_nothing_when_another_has_taken_it(
    on_postgres: Any, folder: Path, files: Files, monkeypatch: pytest.MonkeyPatch, beat: float, error: bool, asked: int
) -> None:
    monkeypatch.setattr(worker, "BEAT", beat)
    taken: list[Any] = []
    times: list[None] = []

    def another() -> bool:
        times.append(None)
        if taken and error:
            raise ZeroDivisionError
        if not taken:
            with on_postgres.app_context():
                unheard(number)
                taken.append(of(folder).take())
                db.session.remove()
        return True

    with on_postgres.app_context():
        number = to_look(files)
        of(folder, goes_on=another).once()

        job = at(number)
        assert (taken, job.state, job.attempts, job.said) == ([(number, 2)], LOOKING, 2, "")
        assert len(times) == asked
        of(folder).do(number, 2)
        assert at(number).is_seen
        db.session.remove()
        db.engine.dispose()


def test_a_look_that_was_left_is_taken_again_and_at_last_said_to_have_stopped(
    app: Any, folder: Path, files: Files
) -> None:
    number = to_look(files)

    taken = [of(folder, alone=True).take() for _time in range(4)]

    job = at(number)
    assert taken == [(number, 1), (number, 2), None, None]
    assert (job.state, job.said, job.is_seen, job.how) == (LOOKED_AT, worker.LOOKED_TWICE, False, READING.written())


def test_on_sqlite_a_worker_that_is_not_alone_leaves_what_another_looks_at(
    app: Any, folder: Path, files: Files
) -> None:
    to_look(files)
    of(folder).take()

    with alone(folder) as first, alone(folder) as second:
        found = of(folder, alone=second).take()

    assert (first, second, found) == (True, False, None)


def test_wherever_the_worker_dies_the_rows_are_looked_at_in_the_end(app: Any, folder: Path, files: Files) -> None:
    states = set()
    for number in count():
        job_id = to_look(files)
        db.session.remove()
        db.engine.dispose()
        died = ended_after(number, lambda: of(folder, alone=True).once())
        states.add((at(job_id).state, at(job_id).is_seen))
        of(folder, alone=True).once()
        assert (at(job_id).state, at(job_id).is_seen, names()) == (LOOKED_AT, True, ["Åpen skoleprogram"])
        if not died:
            break

    assert states == {(TO_LOOK, False), (LOOKING, False), (LOOKED_AT, True)}


def test_a_worker_that_is_to_end_leaves_the_look_to_the_next(app: Any, folder: Path, files: Files) -> None:
    number = to_look(files)

    of(folder, goes_on=lambda: False).once()
    left = (at(number).state, seen(files, number))
    of(folder, alone=True).once()

    assert (left, at(number).is_seen) == ((LOOKING, None), True)


def test_a_file_that_was_replaced_is_not_looked_at(engine_app: Any, folder: Path, files: Files) -> None:
    number = to_look(files)
    files.place(at(number).stored).write_bytes(b"Navn\nNoe annet\n")

    of(folder).once()

    assert (at(number).state, at(number).said, at(number).is_seen) == (LOOKED_AT, jobs.GONE, False)


def test_an_error_of_ours_is_told_and_the_worker_looks_at_the_next(
    app: Any, folder: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = to_look(files), to_look(files)
    with monkeypatch.context() as broken:
        broken.setattr(worker.preview, "look", lambda *_given: 1 / 0)
        of(folder).once()

    of(folder).once()

    told = [(at(one).state, at(one).said, at(one).is_seen) for one in (first, second)]
    assert told == [(LOOKED_AT, worker.BROKEN, False), (LOOKED_AT, "", True)]


def test_a_job_that_is_to_be_looked_at_is_asked_for_nothing_more(engine_app: Any, files: Files) -> None:
    number = to_look(files)

    with at_work("kari"):
        job = jobs.found(db.session(), number)
        assert job is not None
        for act in (
            lambda: jobs.look_later(db.session(), job, READING, "nb"),
            lambda: jobs.ask(db.session(), job, GOES),
        ):
            with pytest.raises(Problem) as refused:
                act()
            assert refused.value.text == jobs.ASKED_BEFORE


def test_a_sheet_that_cannot_be_read_so_is_refused_without_its_rows(app: Any) -> None:
    table = Table("Ark", ("A", "B"), [("x", "y")], [2])

    with at_work("kari") as actor:
        for how in (How({0: "name", 1: "name"}), How({0: "nowhere"})):
            with pytest.raises(Problem):
                preview.check(db.session(), actor, Plan(Application, table, how, "nb"))
        preview.check(db.session(), actor, Plan(Application, table, How({0: "name"}), "nb"))


@pytest.mark.parametrize(("rows", "lines", "is_long"), [(2000, 0, False), (2001, 0, True), (1999, 2, True)])
def test_what_takes_long_is_counted_in_rows_and_in_lines_of_parts(rows: int, lines: int, is_long: bool) -> None:
    table, parts = (Table("Ark", ("A",), [("x",)] * one, range(one)) for one in (rows, lines))

    plan = Plan(Application, table, How({}), "nb", [PartSheet("x", parts, How({}))])

    assert preview.takes_long(plan) is is_long
