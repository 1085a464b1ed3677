"""The making of an inspection package, when something is in the way: a right that is gone, a full disk, a worker that
dies, and others who change what is told meanwhile."""

from __future__ import annotations

import errno
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from exchange import packages as jobs
from models import migrating
from models.changes.emptying import stored_names
from models.database import db
from models.declare.choices import RecordStatus
from models.declare.clock import now
from models.registers.jobs import DONE, REFUSED, STOPPED
from models.registers.packages import Package, prune
from models.registers.processing import ProcessingActivity
from models.tenancy.people import Membership, MunicipalRole
from reports.pdf import NotSetError
from tests.conftest import inside, user
from tests.support.interrupting import ended_after, statements_of
from tests.test_keeping import owner_url
from tests.test_packages import PAGE, a_full_activity, ask, fetched, job, manifest, pack, work, worker
from tests.test_registers import As


def test_who_lost_the_right_meanwhile_gets_none_and_is_told(as_: As) -> None:
    kari = as_("kari")
    ask(kari)
    with inside("Tinn"):
        for one in db.session.scalars(select(Membership).where(Membership.user_id == user("kari").id)):
            one.role = MunicipalRole.READER
        db.session.commit()

    assert (work(), job().state, job().said, job().package_id) == (True, REFUSED, jobs.NO_ACCESS, None)


def test_so_many_wait_at_once_and_no_more(as_: As) -> None:
    kari = as_("kari")
    answers = [ask(kari) for _time in range(jobs.MOST_GOING + 1)]

    assert [answer.status_code for answer in answers] == [303] * jobs.MOST_GOING + [422]
    assert "Du har bedt om 2 tilsynspakker som ikke er ferdige." in answers[-1].text


def full(*_given: Any, **_more: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_told_and_leaves_nothing(as_: As, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kari, folder = as_("kari"), Path(app.instance_path) / "files"
    states = []
    for where in ("models.keeping.files.os.fsync", "reports.protocol.package.add"):
        ask(kari)
        with monkeypatch.context() as broken:
            broken.setattr(where, full)
            work()
        states.append((job().state, job().said, job().package_id))

    assert states == [(STOPPED, jobs.NO_ROOM, None)] * 2
    assert [one.name for one in folder.iterdir()] == []
    assert jobs.NO_ROOM in kari.get(PAGE).text


def test_a_document_that_cannot_be_set_is_told_of(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_given: Any, **_more: Any) -> None:
        raise NotSetError("no")

    ask(as_("kari"))
    monkeypatch.setattr("reports.pdf.subprocess.run", fails)
    work()

    assert (job().state, job().said) == (STOPPED, jobs.NOT_SET)


def test_a_worker_that_dies_leaves_no_package_and_the_next_one_makes_it(as_: As, app: Any) -> None:
    kari = as_("kari")
    whole = statements_of(lambda: pack(kari))
    ask(kari)
    db.session.remove()
    db.engine.dispose()

    died = ended_after(whole - 8, lambda: worker().once())
    with inside("Tinn"):
        left = db.session.scalar(select(func.count()).select_from(Package))

    assert (died, left) == (True, 1)
    assert (work(), job().state, job().attempts) == (True, DONE, 2)


def test_all_files_of_a_package_tell_of_one_moment(on_postgres: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.conftest import sign_in

    sheets_of = jobs.package._sheets

    def changed_beside(*given: Any) -> int:
        rows = sheets_of(*given)
        with on_postgres.app_context(), inside("Tinn"):
            db.session.add(ProcessingActivity(name=f"Ny {rows}", status=RecordStatus.REVISE))
            db.session.commit()
            db.session.remove()
        return rows

    with on_postgres.app_context():
        kari = sign_in(on_postgres, "kari")
        ask(kari)
        monkeypatch.setattr(jobs.package, "_sheets", changed_beside)
        work()
        package = fetched(kari, 1)
        rows = [one["rows"] for one in manifest(package)["files"]]
        db.session.remove()
        db.engine.dispose()

    assert len({rows[0], *rows[2:]}) == 1


def test_many_activities_take_no_more_statements_than_some(as_: As, statements: list[str]) -> None:
    a_full_activity()
    kari = as_("kari")
    pack(kari)  # so that there is something to have changed since
    counts = []
    for more in (5, 45):
        with inside("Tinn"):
            db.session.add_all(ProcessingActivity(name=f"Mer {more} {one}", status=RecordStatus.REVISE) for one in range(more))  # fmt: skip # noqa: E501 - one row
            db.session.commit()
        ask(kari)
        before = len(statements)
        work()
        counts.append(len(statements) - before)

    assert counts[0] == counts[1]


def test_a_package_is_never_swept_away_and_what_was_asked_is_forgotten(as_: As, engine_app: Any) -> None:
    from tests.conftest import sign_in

    pack(sign_in(engine_app, "kari"))
    with inside():
        stored = db.session.scalars(select(Package.stored)).all()
    db.session.remove()
    with migrating.engine_for(owner_url(engine_app)).begin() as connection:
        named = stored_names(connection)
        forgotten = [prune(connection, now() - timedelta(days=1)), prune(connection, now())]

    assert (set(stored) <= named, forgotten) == (True, [0, 1])
