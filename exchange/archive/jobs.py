"""Archives as jobs: asked for by a local administrator, made by a worker, and kept as they are."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import func, select

from exchange.archive.writing import Asked, within, write
from exchange.packages import AT_ONCE, MOST_GOING, NO_ROOM, KeepingWorker
from exchange.taking import LEFT, Queue, Sayings
from models.declare.clock import now
from models.declare.words import N_, Problem
from models.registers.jobs import DONE, GOES_ON, STOPPED, TAKEN, WAITING
from models.registers.municipality import Municipality
from models.registers.packages import Archive, ArchiveJob
from models.tenancy import scope
from models.tenancy.roles import Actor, may_archive

NO_ACCESS = N_("Du har ikke lenger tilgang til å hente kommunens arkiv. Det er ikke laget.")
TWICE = N_("Arbeidet stanset to ganger før det var ferdig. Prøv igjen.")
BROKEN = N_("Noe gikk galt, og arkivet er ikke laget. Feilen er skrevet ned. Prøv igjen, eller be om hjelp.")
ENOUGH = N_("Du har bedt om %(most)s arkiver som ikke er ferdige. Vent til et av dem er det.")


def ask_for(session: Any, place: int, language: str) -> ArchiveJob:
    """Let an archive be made by the next worker that is free; to be committed. Raises a Problem for too many."""
    who = scope.current()
    mine = (ArchiveJob.user_id == who.user_id, ArchiveJob.state.in_(GOES_ON))
    if session.scalar(select(func.count()).select_from(ArchiveJob).where(*mine)) >= MOST_GOING:
        raise Problem(ENOUGH, most=str(MOST_GOING))
    job = ArchiveJob(user_id=who.user_id, place=place, language=language, event=who.request_id)
    session.add(job)
    session.flush()
    return job


@dataclass
class ArchiveWorker(KeepingWorker):
    """Makes archives."""

    queue: ClassVar[Queue] = Queue(ArchiveJob, {WAITING: TAKEN}, {TAKEN: LEFT}, dict.fromkeys(GOES_ON, STOPPED))
    says: ClassVar[Sayings] = Sayings(NO_ACCESS, AT_ONCE, {STOPPED: TWICE}, NO_ROOM, BROKEN)

    def may(self, actor: Actor, job: ArchiveJob) -> bool:
        return may_archive(actor, job.place)

    def work(self, job: ArchiveJob, actor: Actor) -> None:
        about = {"register": Municipality.__tablename__, "deletes": False, "place": job.place, "rows": 0}
        about |= {"archives": job.id}
        asked = Asked(job.place, actor.name, now(), job.language)
        self.files.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (
            self.progress.telling(job.user_id, job.event, about) as tell,
            tempfile.NamedTemporaryFile(dir=self.files.folder, prefix=".archive-") as file,
        ):
            made = write(self.session, asked, self.files, file, self.told(tell))
            size = file.seek(0, 2)
            file.seek(0)
            stored, digest = self.files.put(file)
        kept = Archive(
            municipality_id=job.place, made_at=asked.moment, made_by=actor.name, language=job.language, name=made.name,
            stored=stored, digest=digest, bytes=size, rows=made.rows,
        )  # fmt: skip
        with scope.use(within(job.place)):
            self.session.add(kept)
            self.session.flush()
        job.state, job.ended_at, job.said, job.archive_id = DONE, now(), "", kept.id
        self.session.commit()
