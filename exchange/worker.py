"""Who does the imports that people ask for, one job after the other, each in one transaction, and looks at the sheets
that take long.

A job is taken and done as `exchange/taking.py` says. One that is taken and not locked was left by a worker that died:
it is taken again, and after that said to have stopped. A look saves nothing and holds no lock: who looks says so again
now and then, and one of whom nothing is heard has died.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from sqlalchemy import case, select, update

import models
from exchange import jobs, preview
from exchange.files.reading import PATIENCE
from exchange.importing import FROM, carry_out
from exchange.rows.planned import Plan, Tell
from exchange.taking import EVERYBODYS, LEFT, Ended, Queue, Sayings, Worker
from models.declare.clock import now
from models.declare.words import N_, Problem
from models.keeping.files import Files
from models.keeping.turns import held
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

BEAT = 5.0  # seconds after which who looks says so again
UNHEARD = timedelta(seconds=PATIENCE + 30)  # longer than it takes to read a file, when nothing is heard
NEXT = {TO_LOOK: LOOKING, WAITING: TAKEN}  # what becomes of a job that is taken
NO_ACCESS = N_("Du har ikke lenger tilgang til å endre dette her. Ingenting er importert.")
AT_ONCE = N_("Noen andre endret noe av dette i samme øyeblikk. Ingenting er importert. Se over på nytt.")
TOLD_TWICE = N_("Importen stanset to ganger før den var ferdig. Ingenting er importert. Prøv igjen, eller del filen.")
LOOKED_TWICE = N_("Gjennomgangen av radene stanset to ganger før den var ferdig. Prøv igjen, eller del filen.")
NO_ROOM = N_("Disken på tjeneren er full, og ingenting er importert. Si fra til den som drifter Orden, og prøv igjen.")
BROKEN = N_("Noe gikk galt, og ingenting er importert. Feilen er skrevet ned. Prøv igjen, eller be om hjelp.")
UNSEEN = {TO_LOOK: LOOKED_AT, LOOKING: LOOKED_AT, LOOKED_AT: LOOKED_AT}  # what a job is that could not be looked at
ENDS = {**dict.fromkeys((WAITING, TAKEN), STOPPED), **UNSEEN}


@dataclass
class ImportWorker(Worker):
    """Imports the sheets that lie in `files`."""

    files: Files
    queue: ClassVar[Queue] = Queue(Import, NEXT, {TAKEN: LEFT, LOOKING: UNHEARD}, ENDS)
    says: ClassVar[Sayings] = Sayings(
        NO_ACCESS, AT_ONCE, {STOPPED: TOLD_TWICE, LOOKED_AT: LOOKED_TWICE}, NO_ROOM, BROKEN
    )

    def asks_for(self, job: Import) -> tuple[int, int | None, str]:
        return job.user_id, job.place, job.event

    def may(self, actor: Actor, job: Import) -> bool:
        return jobs.may_import(actor, models.BY_NAME[job.register], job.place)

    def work(self, job: Import, actor: Actor) -> None:
        asked = jobs.asked(job, jobs.workbook(self.files, job))
        about = {"register": job.register, "deletes": False, "place": job.place, "rows": len(asked.table.rows)}
        about["looks" if job.state == LOOKING else "imports"] = job.id
        with self.progress.telling(job.user_id, job.event, about) as tell:
            if job.state == LOOKING:
                self._look(job, actor, asked, tell)
            else:
                self._carry_out(job, actor, asked, tell)

    def _look(self, job: Import, actor: Actor, asked: Plan, tell: Tell) -> None:
        mine = self.mine(job.id, job.attempts)
        reading, place, heard = jobs.Reading.of(job.how), self.files.place(job.stored), time.monotonic()

        def told(done: int, whole: int) -> None:
            nonlocal heard
            if time.monotonic() > heard + BEAT:
                heard = time.monotonic()
                if not self.session.execute(update(Import).where(mine.whereclause).values(taken_at=now())).rowcount:
                    raise Ended
                self.session.commit()
            self.told(tell)(done, whole)

        found = preview.look(self.session, actor, asked, place, told)
        fresh = self.session.scalars(mine.with_for_update()).one_or_none()
        if fresh is None:
            raise Ended
        jobs.look(fresh, reading, found)
        self.session.commit()

    def _carry_out(self, job: Import, actor: Actor, asked: Plan, tell: Tell) -> None:
        kinds, without = jobs.chosen(job)
        asked.rows = jobs.rows_seen(job)
        with scope.saying(translator(job.language)(FROM, name=job.name)):
            done = carry_out(self.session, actor, asked, kinds=kinds, without=without, tell=self.told(tell))
        job.state, job.ended_at, job.said = DONE, now(), ""
        job.counts = {str(kind): number for kind, number in done.counts.items()}
        self.session.commit()

    def note(self, number: int, attempt: int, problems: Iterable[Problem], *, is_refused: bool = True) -> None:
        """One that was not looked at goes back to where its columns are chosen."""
        self.session.rollback()
        with scope.use(EVERYBODYS):
            t = translator(self.session.scalar(select(Import.language).where(Import.id == number)) or "nb")
            said = " ".join(t(problem.text, **problem.params) for problem in problems)[:LONGEST_SAYING]
            ends = case(UNSEEN, value=Import.state, else_=REFUSED if is_refused else STOPPED)
            ended = {"state": ends, "said": said, "ended_at": now()}
            mine = (Import.id == number, Import.attempts == attempt)
            self.session.execute(update(Import).where(*mine).values(ended))
            self.session.commit()


def alone(folder: Path) -> AbstractContextManager[bool]:
    """Whether this is the one worker there is on the machine, for as long as the block lasts. Who comes second asks
    again later."""
    return held(folder / "worker.lock")
