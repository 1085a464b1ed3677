"""Imports as jobs: a person's own, done by one worker in the reach the person has by then, or not at all."""

from __future__ import annotations

import errno
import io
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import event, select, update

from exchange import jobs, worker
from exchange.jobs import Reading
from exchange.rows.plan import GOES, How, plan
from exchange.taking import EVERYBODYS
from exchange.worker import ImportWorker, alone
from models.database import db
from models.declare.clock import today
from models.declare.words import Problem
from models.keeping.files import Files
from models.keeping.progress import Progress
from models.registers.architecture import Application
from models.registers.imports import DONE, REFUSED, STOPPED, TAKEN, WAITING, ColumnMatch, Import
from models.tenancy import scope
from models.tenancy.log import ContentChange
from models.tenancy.people import Membership, MunicipalRole
from models.tenancy.scope import Scope
from tests.conftest import inside, municipality, user
from tests.support.interrupting import ended_after
from tests.support.sheets import at_work

SHEET = "Navn;Antall brukere\nKalender;12\nTimeplan;7\n"
HOW = How({0: "name", 1: "user_count"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def files(folder: Path) -> Files:
    return Files(folder / "imports")


def asked(files: Files, name: str = "kari", place: str = "Tinn", content: str = SHEET) -> int:
    """A job somebody looked at and asked for."""
    with at_work(name, place) as actor:
        job = jobs.begin(db.session(), files, Application, io.BytesIO(content.encode()), "ark.csv", "nb")
        job_id = job.id
        db.session.commit()
        book = jobs.workbook(files, job)
        found = plan(db.session(), actor, Application, book.tables[0], HOW, language="nb")
        job = jobs.found(db.session(), job_id)
        assert job is not None
        jobs.look(job, Reading(0, HOW), found)
        jobs.ask(db.session(), job, GOES)
        db.session.commit()
    return job_id


def is_left_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take what is taken and not locked for left behind, without waiting."""
    queue = worker.ImportWorker.queue
    monkeypatch.setattr(worker.ImportWorker, "queue", replace(queue, silent={**queue.silent, TAKEN: timedelta()}))


def at(job_id: int) -> Any:
    db.session.rollback()
    with scope.use(EVERYBODYS):
        found = db.session.get(Import, job_id)
        db.session.expunge(found)
        return found


def of(folder: Path, **more: Any) -> ImportWorker:
    return ImportWorker(db.session(), Progress(folder / "progress"), Files(folder / "imports"), **more)


def names(place: str = "Tinn") -> list[str]:
    with inside(place):
        return sorted(db.session.scalars(select(Application.name)))


def test_a_job_is_done_once_and_told_as_the_event_it_became(engine_app: Any, folder: Path, files: Files) -> None:
    job_id = asked(files)

    did = [of(folder).once(), of(folder).once()]

    job = at(job_id)
    assert (did, job.state, job.counts["new"], job.attempts) == ([True, False], DONE, 2, 1)
    assert names() == ["Kalender", "Timeplan", "Åpen skoleprogram"]
    with inside("Tinn"):
        log = db.session.scalars(select(ContentChange).where(ContentChange.request_id == job.event)).all()
        assert {(one.row_name, one.actor_name) for one in log} == {
            ("Kalender", "Kari Test"),
            ("Timeplan", "Kari Test"),
        }
    assert [one.alive for one in Progress(folder / "progress").of(user("kari").id)] == [False]


def test_two_workers_never_take_the_same(engine_app: Any, folder: Path, files: Files) -> None:
    first, second = asked(files), asked(files, "lars", content=SHEET.replace("Kalender", "Annen"))

    taken = [of(folder).take(), of(folder).take()]

    assert sorted(one[0] for one in taken if one) == [first, second]


def test_a_job_that_is_worked_at_is_left_alone_and_one_that_was_left_is_taken_again(
    on_postgres: Any, folder: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_left_at_once(monkeypatch)
    with on_postgres.app_context():
        job_id = asked(files)
        assert of(folder).take() == (job_id, 1)
        with scope.use(EVERYBODYS):
            db.session.execute(select(Import.id).where(Import.id == job_id).with_for_update())
            with on_postgres.app_context():
                meanwhile = of(folder).take()
                db.session.remove()
            db.session.rollback()

        again = of(folder).once()

        assert (meanwhile, again, at(job_id).state, at(job_id).attempts) == (None, True, DONE, 2)
        db.session.remove()
        db.engine.dispose()


def test_what_a_worker_left_is_taken_again_and_at_last_said_to_have_stopped(
    app: Any, folder: Path, files: Files
) -> None:
    job_id = asked(files)

    taken = [of(folder, alone=True).take() for _time in range(4)]

    job = at(job_id)
    assert taken == [(job_id, 1), (job_id, 2), None, None]
    assert (job.state, job.said) == (STOPPED, worker.TOLD_TWICE)


def test_on_sqlite_a_worker_that_is_not_alone_leaves_what_another_took(app: Any, folder: Path, files: Files) -> None:
    asked(files)
    of(folder).take()

    with alone(folder) as first, alone(folder) as second:
        found = of(folder, alone=second).take()

    assert (first, second, found) == (True, False, None)


def test_wherever_the_worker_dies_the_job_is_done_once_in_the_end(app: Any, folder: Path, files: Files) -> None:
    seen = set()
    for number in count():
        with inside("Tinn"):
            for row in db.session.scalars(select(Application).where(Application.name.in_(("Kalender", "Timeplan")))):
                db.session.delete(row)
            db.session.commit()
        job_id = asked(files)
        db.session.remove()
        db.engine.dispose()
        died = ended_after(number, lambda: of(folder, alone=True).once())
        state, there = at(job_id).state, "Kalender" in names()
        seen.add((state, there))
        of(folder, alone=True).once()
        assert (at(job_id).state, names()) == (DONE, ["Kalender", "Timeplan", "Åpen skoleprogram"])
        if not died:
            break

    assert seen == {(WAITING, False), (TAKEN, False), (DONE, True)}


def ends_role() -> None:
    with inside("Tinn"):
        held = db.session.scalars(select(Membership).where(Membership.user_id == user("kari").id)).one()
        held.valid_to = today()
        db.session.commit()


def becomes_reader() -> None:
    with inside("Tinn"):
        held = db.session.scalars(select(Membership).where(Membership.user_id == user("kari").id)).one()
        held.role = MunicipalRole.READER
        db.session.commit()


def is_shut_out() -> None:
    with inside():
        user_ = db.session.get(type(user("kari")), user("kari").id)
        user_.active = False
        db.session.commit()


@pytest.mark.parametrize("meanwhile", [ends_role, becomes_reader, is_shut_out])
def test_who_has_no_right_to_it_any_more_imports_nothing(
    engine_app: Any, folder: Path, files: Files, meanwhile: Any
) -> None:
    job_id = asked(files)
    meanwhile()

    of(folder).once()

    assert (at(job_id).state, at(job_id).said, names()) == (REFUSED, worker.NO_ACCESS, ["Åpen skoleprogram"])


def test_what_is_otherwise_by_then_is_refused_with_a_sentence(engine_app: Any, folder: Path, files: Files) -> None:
    job_id = asked(files)
    with inside("Tinn"):
        db.session.add(Application(name="Kalender"))
        db.session.commit()

    of(folder).once()

    job = at(job_id)
    assert (job.state, job.said.startswith("Noe er endret siden du så på det")) == (REFUSED, True)
    assert names() == ["Kalender", "Åpen skoleprogram"]


def test_a_file_that_was_replaced_or_is_gone_is_refused(engine_app: Any, folder: Path, files: Files) -> None:
    first, second = asked(files), asked(files)
    files.place(at(first).stored).write_bytes(b"Navn\nNoe annet\n")
    files.drop(at(second).stored)

    of(folder).once()
    of(folder).once()

    assert [at(one).said for one in (first, second)] == [jobs.GONE] * 2
    assert names() == ["Åpen skoleprogram"]


def test_an_error_of_ours_is_told_and_the_worker_goes_on(
    app: Any, folder: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = asked(files), asked(files, content="Navn\nEt annet\n")
    kept = worker.carry_out
    broken: Iterator[Any] = iter([ZeroDivisionError])
    monkeypatch.setattr(worker, "carry_out", _or(kept, broken))

    of(folder).once()
    of(folder).once()

    assert [at(one).state for one in (first, second)] == [STOPPED, DONE]


def _or(kept: Any, broken: Iterator[Any]) -> Any:
    def act(*given: Any, **more: Any) -> Any:
        if error := next(broken, None):
            raise error
        return kept(*given, **more)

    return act


def test_a_worker_that_is_to_end_leaves_the_job_to_the_next(app: Any, folder: Path, files: Files) -> None:
    job_id = asked(files)

    of(folder, goes_on=lambda: False).once()
    left = at(job_id).state
    of(folder, alone=True).once()

    assert (left, at(job_id).state) == (TAKEN, DONE)


def test_a_job_is_found_by_its_person_in_its_municipality_and_asked_for_once(engine_app: Any, files: Files) -> None:
    job_id = asked(files)

    with at_work("lars"):
        others = jobs.found(db.session(), job_id)
    with at_work("kari"):
        mine = jobs.found(db.session(), job_id)
        assert mine is not None
        with pytest.raises(Problem) as twice:
            jobs.ask(db.session(), mine, GOES)
    there = Scope(user_id=user("kari").id, active=municipality("Seljord"))
    with at_work("kari"), scope.use(there), pytest.raises(Problem) as elsewhere:
        jobs.found(db.session(), job_id)

    assert (others, twice.value.text, elsewhere.value.text) == (None, jobs.ASKED_BEFORE, jobs.ELSEWHERE)


def test_postgresql_keeps_jobs_and_matches_to_their_person(on_postgres: Any, files: Files) -> None:
    with on_postgres.app_context():
        asked(files)
        with at_work("kari"):
            jobs.remember(db.session(), Application, {"Systemnavn": "name"})
            db.session.commit()

        with at_work("lars"):
            seen = [db.session.scalars(select(cls.id)).all() for cls in (Import, ColumnMatch)]
            changed = db.session.execute(update(Import).values(state=DONE)).rowcount
            db.session.rollback()
        with at_work("kari"):
            mine = [len(db.session.scalars(select(cls.id)).all()) for cls in (Import, ColumnMatch)]

        assert (seen, changed, mine) == ([[], []], 0, [1, 1])
        db.session.remove()
        db.engine.dispose()


def test_what_headings_were_taken_for_is_remembered_for_each_person_and_register(engine_app: Any) -> None:
    for told in ({"Systemnavn": "name", "Eier": "owner"}, {"Eier": "manager"}):
        with at_work("kari"):
            jobs.remember(db.session(), Application, told)
            db.session.commit()

    with at_work("kari"):
        mine = jobs.remembered(db.session(), Application)
    with at_work("lars"):
        others = jobs.remembered(db.session(), Application)

    assert (mine, others) == ({"Systemnavn": "name", "Eier": "manager"}, {})


# -- two at once, a process that is killed, a disk that is full --------------------------------------------------------


def test_two_who_import_the_same_sheet_at_once_make_no_doubles(on_postgres: Any, folder: Path, files: Files) -> None:
    with on_postgres.app_context():
        first, second = asked(files), asked(files)
        db.session.remove()
    ready = Barrier(2)

    def work(job_id: int) -> None:
        with on_postgres.app_context():
            mine = of(folder)
            attempt = mine.take()
            ready.wait()
            mine.do(*attempt)
            db.session.remove()

    threads = [Thread(target=work, args=(one,)) for one in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with on_postgres.app_context():
        jobs_ = [at(one) for one in (first, second)]
        assert sorted(one.state for one in jobs_) == [DONE, REFUSED]
        assert next(one.said for one in jobs_ if one.state == REFUSED).startswith("Noe er endret siden du så på det")
        assert names() == ["Kalender", "Timeplan", "Åpen skoleprogram"]
        db.session.remove()
        db.engine.dispose()


def test_a_worker_that_is_killed_leaves_nothing_and_the_next_one_does_the_job(
    engine_app: Any, folder: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_left_at_once(monkeypatch)
    job_id = asked(files)
    db.session.remove()
    db.engine.dispose()
    reading, writing = os.pipe()

    child = os.fork()
    if child == 0:

        def wait(_session: Any, *_rest: Any) -> None:
            os.write(writing, b"x")  # the rows are in the transaction
            time.sleep(60)

        event.listen(db.session, "after_flush_postexec", wait)
        of(folder, alone=True).once()
        os._exit(0)
    os.close(writing)
    in_the_middle = os.read(reading, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)

    left = (at(job_id).state, names())
    of(folder, alone=True).once()
    assert (in_the_middle, left) == (b"x", (TAKEN, ["Åpen skoleprogram"]))
    assert (at(job_id).state, at(job_id).attempts) == (DONE, 2)
    assert names() == ["Kalender", "Timeplan", "Åpen skoleprogram"]


def test_a_disk_that_is_full_is_told_and_nothing_is_kept_by_half(
    app: Any, folder: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    first, second = asked(files), asked(files)
    monkeypatch.setattr("models.keeping.files.os.fsync", full)
    with at_work("kari"), pytest.raises(OSError, match="No space") as keeping:
        jobs.begin(db.session(), files, Application, io.BytesIO(SHEET.encode()), "ark.csv", "nb")
    db.session.rollback()
    monkeypatch.undo()
    for one in files.folder.glob("*.lines"):
        one.unlink()
    monkeypatch.setattr("exchange.files.reading._written", full)
    of(folder).once()
    monkeypatch.undo()
    monkeypatch.setattr("models.keeping.progress.os.pwrite", full)
    of(folder).once()

    assert keeping.value.errno == errno.ENOSPC  # which the pages tell as a sentence
    assert [(at(one).state, at(one).said) for one in (first, second)] == [(STOPPED, worker.NO_ROOM)] * 2
    kept = [at(first).stored, at(second).stored, f"{at(second).stored}.lines"]
    assert (sorted(one.name for one in files.folder.iterdir()), names()) == (sorted(kept), ["Åpen skoleprogram"])
