"""Inspection packages as jobs: asked for by who reads all that is told, made by a worker, and kept as they are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import func, select, update

from exchange.taking import EVERYBODYS, LEFT, Queue, Sayings, Worker
from models.declare.clock import now
from models.declare.domains import Domain
from models.declare.words import N_, Problem
from models.keeping.files import Files
from models.registers.jobs import DONE, GOES_ON, LONGEST_SAYING, REFUSED, STOPPED, TAKEN, WAITING
from models.registers.packages import Package, PackageJob
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from models.tenancy.roles import Actor, may_report
from reports import report
from reports.base import Ask, active_municipality
from reports.choices import SINCE
from reports.language import translator
from reports.pdf import NotSetError
from reports.protocol import package

PROTOCOL = "behandlingsprotokoll"
MOST_GOING = 2  # of one person
NO_ACCESS = N_("Du har ikke lenger tilgang til å hente rapporter her. Ingen tilsynspakke er laget.")
AT_ONCE = N_("Noen andre endret noe av dette i samme øyeblikk. Prøv igjen.")
TWICE = N_("Arbeidet stanset to ganger før det var ferdig. Prøv igjen, med færre behandlinger.")
NO_ROOM = N_("Disken på tjeneren er full, og pakken er ikke laget. Si fra til den som drifter Orden, og prøv igjen.")
BROKEN = N_("Noe gikk galt, og pakken er ikke laget. Feilen er skrevet ned. Prøv igjen, eller be om hjelp.")
NOT_SET = N_("PDF-en kunne ikke lages nå, og da er heller ikke pakken laget. Prøv igjen.")
ENOUGH = N_("Du har bedt om %(most)s tilsynspakker som ikke er ferdige. Vent til en av dem er det.")
ONE_PLACE = N_("Velg én kommune først. En tilsynspakke gjelder én kommune.")
Given = Mapping[str, list[str]]


def may_pack(actor: Actor, place: int | None) -> bool:
    """Whether the person may make and fetch packages in a municipality: has reports, and reads all that is told."""
    return place is not None and may_report(actor, place) and place in scope.current().readable(Domain.TOLD)


def ask_for(session: Any, given: Given, language: str) -> PackageJob:
    """Let a package be made by the next worker that is free, with choices as an address says them; to be committed.
    Raises a Problem for what is no choice, and for too many at once."""
    who = scope.current()
    if who.active is None:
        raise Problem(ONE_PLACE)
    asked = report(PROTOCOL).asked(session, given, language, translator(language))
    mine = (PackageJob.user_id == who.user_id, PackageJob.state.in_(GOES_ON))
    if session.scalar(select(func.count()).select_from(PackageJob).where(*mine)) >= MOST_GOING:
        raise Problem(ENOUGH, most=str(MOST_GOING))
    written = {name: [text for text in texts if text] for name, texts in given.items()}
    job = PackageJob(
        user_id=who.user_id, place=who.active, language=asked.language, event=who.request_id,
        asked={name: texts for name, texts in written.items() if texts},
    )  # fmt: skip
    session.add(job)
    session.flush()
    return job


def last_before(session: Any, moment: datetime) -> datetime | None:
    """The moment that the last package within the scope tells of, before another."""
    return session.scalar(select(func.max(Package.told)).where(Package.told < moment))  # type: ignore[no-any-return]


@dataclass
class KeepingWorker(Worker):
    """Makes files of all that is told of a municipality at one moment, and keeps them in `files`."""

    files: Files

    def begin(self) -> None:
        """Everything in a file is read as it stood at one moment."""
        self.session.hold_one_moment()

    def asks_for(self, job: Any) -> tuple[int, int | None, str]:
        return job.user_id, job.place, job.event

    def note(self, number: int, attempt: int, problems: Iterable[Problem], *, is_refused: bool = True) -> None:
        self.session.rollback()
        table = self.queue.table
        with scope.use(EVERYBODYS):
            t = translator(self.session.scalar(select(table.language).where(table.id == number)) or "nb")
            said = " ".join(t(problem.text, **problem.params) for problem in problems)[:LONGEST_SAYING]
            ended = {"state": REFUSED if is_refused else STOPPED, "said": said, "ended_at": now()}
            mine = (table.id == number, table.attempts == attempt)
            self.session.execute(update(table).where(*mine).values(ended))
            self.session.commit()


@dataclass
class PackageWorker(KeepingWorker):
    """Makes packages."""

    queue: ClassVar[Queue] = Queue(PackageJob, {WAITING: TAKEN}, {TAKEN: LEFT}, dict.fromkeys(GOES_ON, STOPPED))
    says: ClassVar[Sayings] = Sayings(NO_ACCESS, AT_ONCE, {STOPPED: TWICE}, NO_ROOM, BROKEN)

    def may(self, actor: Actor, job: PackageJob) -> bool:
        return may_pack(actor, job.place)

    def work(self, job: PackageJob, actor: Actor) -> None:
        protocol, ask = report(PROTOCOL), self._ask(job)
        about = {"register": ProcessingActivity.__tablename__, "deletes": False, "place": job.place, "packs": job.id}
        about["rows"] = protocol.chapters(self.session, ask)
        self.files.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (
            self.progress.telling(job.user_id, job.event, about) as tell,
            tempfile.NamedTemporaryFile(dir=self.files.folder, prefix=".package-") as file,
        ):
            made = package.write(protocol, self.session, ask, actor.name, file, self.told(tell))
            size = file.seek(0, 2)
            file.seek(0)
            stored, digest = self.files.put(file)
        here = active_municipality(self.session)
        kept = Package(
            municipality_id=job.place, told=ask.told_at, made_at=ask.moment, made_by=actor.name, language=ask.language,
            choices=package.choices_of(protocol, self.session, ask), files=[asdict(one) for one in made],
            name=package.named(here.name if here else "", ask), stored=stored, digest=digest, bytes=size,
        )  # fmt: skip
        self.session.add(kept)
        self.session.flush()
        job.state, job.ended_at, job.said, job.package_id = DONE, now(), "", kept.id
        self.session.commit()

    def _ask(self, job: PackageJob) -> Ask:
        """What was asked for, with what has changed since the last package unless another day was chosen."""
        ask = report(PROTOCOL).asked(self.session, job.asked, job.language, translator(job.language))
        last = None if SINCE.name in ask.chosen else last_before(self.session, ask.told_at)
        return ask if last is None else replace(ask, chosen={**ask.chosen, SINCE.name: (last,)})

    def failed(self, number: int, attempt: int, error: Exception) -> None:
        if isinstance(error, NotSetError):
            self.note(number, attempt, [Problem(NOT_SET)], is_refused=False)
        else:
            super().failed(number, attempt, error)
