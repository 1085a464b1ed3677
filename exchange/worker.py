"""Who does the imports that people ask for, one job after the other, each in one transaction, and looks at the sheets
that take long.

A job is taken as `exchange/taking.py` says; the doing holds it locked until it is committed with what it did. One that
is taken and not locked was left by a worker that died: it is taken again, and after that said to have stopped. A look
saves nothing and holds no lock: who looks says so again now and then, and one of whom nothing is heard has died.
"""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

import models
from exchange import jobs, preview
from exchange.files.reading import PATIENCE
from exchange.importing import FROM, carry_out
from exchange.rows.planned import Plan, Tell
from exchange.taking import EVERYBODYS, Queue, take
from models.declare.clock import now
from models.declare.words import N_, Problem
from models.keeping.files import Files
from models.keeping.progress import Progress
from models.keeping.turns import held
from models.queries.acting import actor_of, reach_of
from models.registers.imports import (
    DONE,
    LONGEST_SAYING,
    LOOKED_AT,
    LOOKING,
    REFUSED,
    STOPPED,
    TAKEN,
    TO_LOOK,
    WAITING,
    Import,
)
from models.tenancy import scope
from models.tenancy.roles import Actor
from reports.language import translator

LEFT = timedelta(seconds=30)  # between the taking of a job and the lock on it: longer than that takes
BEAT = 5.0  # seconds after which who looks says so again
UNHEARD = timedelta(seconds=PATIENCE + 30)  # longer than it takes to read a file, when nothing is heard
NEXT = {TO_LOOK: LOOKING, WAITING: TAKEN}  # what becomes of a job that is taken
NO_ACCESS = N_("Du har ikke lenger tilgang til å endre dette her. Ingenting er importert.")
AT_ONCE = N_("Noen andre endret noe av dette i samme øyeblikk. Ingenting er importert. Se over på nytt.")
TOLD_TWICE = N_("Importen stanset to ganger før den var ferdig. Ingenting er importert. Prøv igjen, eller del filen.")
LOOKED_TWICE = N_("Gjennomgangen av radene stanset to ganger før den var ferdig. Prøv igjen, eller del filen.")
NO_ROOM = N_("Disken på tjeneren er full, og ingenting er importert. Si fra til den som drifter Orden, og prøv igjen.")
BROKEN = N_("Noe gikk galt, og ingenting er importert. Feilen er skrevet ned. Prøv igjen, eller be om hjelp.")
TOLD = {STOPPED: TOLD_TWICE, LOOKED_AT: LOOKED_TWICE}
ENDS = {TO_LOOK: LOOKED_AT, LOOKING: LOOKED_AT, LOOKED_AT: LOOKED_AT}  # what a job is that could not be looked at
_log = logging.getLogger("app.worker")


class Ended(Exception):  # noqa: N818 - not an error: somebody wants the worker to end
    """The worker is to end in the middle of a job, which is then taken again."""


@dataclass
class Worker:
    """Does jobs in a session. `alone` says that no other worker is at work; `goes_on` is asked now and then whether to
    go on."""

    session: Any
    files: Files
    progress: Progress
    alone: bool = False
    goes_on: Callable[[], bool] = lambda: True

    def once(self) -> bool:
        """Do the job that has waited longest; whether there was one."""
        job_id, attempt = self.take() or (None, 0)
        if job_id is not None:
            self.do(job_id, attempt)
        return job_id is not None

    def take(self) -> tuple[int, int] | None:
        """The number of a job that nobody else does, and which attempt at it this is."""
        ends = {**dict.fromkeys((WAITING, TAKEN), STOPPED), **ENDS}
        queue = Queue(Import, NEXT, {TAKEN: LEFT, LOOKING: UNHEARD}, ends)
        while (taken := take(self.session, queue, alone=self.alone)) is not None and taken.is_over:
            self._note(taken.id, taken.attempt, STOPPED, Problem(TOLD[taken.state]))
        return (taken.id, taken.attempt) if taken else None

    def do(self, job_id: int, attempt: int) -> None:
        """Do a job that was taken, in the reach its person has now."""
        try:
            self._do(job_id, attempt)
        except Ended:
            self.session.rollback()
        except Problem as problem:
            self._note(job_id, attempt, REFUSED, problem)
        except (IntegrityError, StaleDataError):
            self._note(job_id, attempt, REFUSED, Problem(AT_ONCE))
        except Exception as error:
            is_full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
            _log.exception("Import %s failed", job_id)
            self._note(job_id, attempt, STOPPED, Problem(NO_ROOM if is_full else BROKEN))

    def _do(self, job_id: int, attempt: int) -> None:
        self.session.rollback()
        mine = (Import.id == job_id, Import.state.in_(NEXT.values()), Import.attempts == attempt)
        with scope.use(EVERYBODYS):
            job = self.session.scalars(select(Import).where(*mine).with_for_update()).one_or_none()
            if job is None:
                return  # somebody else took it for left behind
            actor = actor_of(self.session, job.user_id)
            reach = None if actor is None else reach_of(self.session, actor, job.place, job.event)
        if actor is None or reach is None or not jobs.may_import(actor, models.BY_NAME[job.register], job.place):
            raise Problem(NO_ACCESS)
        with scope.use(reach):
            asked = jobs.asked(job, jobs.workbook(self.files, job))
            about = {"register": job.register, "deletes": False, "place": job.place, "rows": len(asked.table.rows)}
            about["looks" if job.state == LOOKING else "imports"] = job_id
            with self.progress.telling(job.user_id, job.event, about) as tell:
                if job.state == LOOKING:
                    self._look(job, actor, asked, tell, mine)
                else:
                    self._carry_out(job, actor, asked, tell)

    def _look(self, job: Import, actor: Actor, asked: Plan, tell: Tell, mine: Sequence[Any]) -> None:
        reading, place, heard = jobs.Reading.of(job.how), self.files.place(job.stored), time.monotonic()

        def told(done: int, whole: int) -> None:
            nonlocal heard
            if time.monotonic() > heard + BEAT:
                heard = time.monotonic()
                if not self.session.execute(update(Import).where(*mine).values(taken_at=now())).rowcount:
                    raise Ended
                self.session.commit()
            self._told(tell)(done, whole)

        found = preview.look(self.session, actor, asked, place, told)
        fresh = self.session.scalars(select(Import).where(*mine).with_for_update()).one_or_none()
        if fresh is None:
            raise Ended
        jobs.look(fresh, reading, found)
        self.session.commit()

    def _carry_out(self, job: Import, actor: Actor, asked: Plan, tell: Tell) -> None:
        kinds, without = jobs.chosen(job)
        asked.rows = jobs.rows_seen(job)
        with scope.saying(translator(job.language)(FROM, name=job.name)):
            done = carry_out(self.session, actor, asked, kinds=kinds, without=without, tell=self._told(tell))
        job.state, job.ended_at, job.said = DONE, now(), ""
        job.counts = {str(kind): number for kind, number in done.counts.items()}
        self.session.commit()

    def _told(self, tell: Tell) -> Tell:
        """The same, unless the worker is to end."""

        def told(done: int, whole: int) -> None:
            if not self.goes_on():
                raise Ended
            tell(done, whole)

        return told

    def _note(self, job_id: int, attempt: int, state: str, problem: Problem) -> None:
        """Say why a job was not done, in a transaction of its own: what was begun is taken back before. One that was
        not looked at goes back to where its columns are chosen."""
        self.session.rollback()
        with scope.use(EVERYBODYS):
            language = self.session.scalar(select(Import.language).where(Import.id == job_id)) or "nb"
            text = translator(language)(problem.text, **problem.params)[:LONGEST_SAYING]
            ends = case(ENDS, value=Import.state, else_=state)
            ended = {"state": ends, "said": text, "ended_at": now()}
            mine = (Import.id == job_id, Import.attempts == attempt)
            self.session.execute(update(Import).where(*mine).values(ended))
            self.session.commit()


def alone(folder: Path) -> AbstractContextManager[bool]:
    """Whether this is the one worker there is on the machine, for as long as the block lasts. Who comes second asks
    again later."""
    return held(folder / "worker.lock")
