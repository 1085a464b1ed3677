"""The documents of a run handed to the access point as a job: what was delivered, and what was not and why, is kept for
each, and a rerun delivers only what was not. Each is committed by itself: what is done stays done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from exchange import invoices as files
from exchange.ehf.delivery import Place, Undelivered, deliver
from exchange.ehf.sending import Prepared
from exchange.ehf.validating import PATIENCE, NotCheckedError
from exchange.taking import EVERYBODYS, Ended, Queue, Sayings, Worker
from models.declare.clock import now
from models.declare.words import N_, Problem
from models.registers.billing import Charge
from models.registers.deliveries import Delivery, DeliveryJob
from models.registers.invoices import ISSUED, ChargeRun, Invoice, documents_of
from models.registers.jobs import DONE, GOES_ON, LONGEST_SAYING, REFUSED, STOPPED, TAKEN, WAITING
from models.tenancy import scope
from models.tenancy.roles import Actor, may_charge
from reports.language import translator

BEAT = 5.0  # seconds after which who delivers says so again
UNHEARD = timedelta(seconds=PATIENCE + 60)  # longer than the rules may take, when nothing is heard
NOTHING = N_("Alle dokumentene er levert fra før.")
UNDERWAY = N_("Du har bedt om dette, og det er ikke ferdig. Vent til det er det.")
NO_ACCESS = N_("Du har ikke lenger tilgang til å levere fakturaer. Ingenting er levert.")
AT_ONCE = N_("Noen andre endret noe av dette i samme øyeblikk. Prøv igjen: det som er levert, leveres ikke på nytt.")
TWICE = N_("Leveringen stanset to ganger før den var ferdig. Prøv igjen: det som er levert, leveres ikke på nytt.")
NO_ROOM = N_("Disken på tjeneren er full. Si fra til den som drifter Orden, og prøv igjen.")
BROKEN = N_("Noe gikk galt. Feilen er skrevet ned. Prøv igjen: det som er levert, leveres ikke på nytt.")
NOT_CHECKED = N_("Fakturaene kunne ikke kontrolleres mot reglene for EHF nå, og ingenting er levert. Prøv igjen.")
CAME_TO = N_("%(done)s levert, %(failed)s ikke levert.")
LACKS = N_("%(name)s kan ikke sendes: %(why)s")
Reached = Callable[[], tuple[AbstractContextManager[Place], str]]
"""How the access point is reached, and what it is called. Raises Problem where it is not set up."""


def ask_for(session: Any, run: ChargeRun, language: str) -> DeliveryJob:
    """Let a run be delivered by the next worker that is free; to be committed. Raises Problem."""
    if not waiting(session, documents_of(session, run)):
        raise Problem(NOTHING)
    who = scope.current()
    mine = (DeliveryJob.user_id == who.user_id, DeliveryJob.run_id == run.id, DeliveryJob.state.in_(GOES_ON))
    if session.scalar(select(DeliveryJob.id).where(*mine).limit(1)) is not None:
        raise Problem(UNDERWAY)
    job = DeliveryJob(user_id=who.user_id, run_id=run.id, language=language, event=who.request_id)
    session.add(job)
    session.flush()
    return job


def delivered(session: Any, invoices: Iterable[Invoice]) -> dict[int, list[Delivery]]:
    """What was tried with some invoices, the first first."""
    found = select(Delivery).where(Delivery.invoice_id.in_([one.id for one in invoices])).order_by(Delivery.id)
    told: dict[int, list[Delivery]] = {}
    for one in session.scalars(found):
        told.setdefault(one.invoice_id, []).append(one)
    return told


def waiting(session: Any, invoices: Sequence[Invoice]) -> list[Invoice]:
    """Those that are not delivered."""
    there = {number for number, tried in delivered(session, invoices).items() if any(one.is_delivered for one in tried)}
    return [one for one in invoices if one.id not in there]


@dataclass
class DeliveryWorker(Worker):
    """Hands over what people ask for, to what is `reached`, when it keeps to the `rules`."""

    reached: Reached
    rules: str
    queue: ClassVar[Queue] = Queue(DeliveryJob, {WAITING: TAKEN}, {TAKEN: UNHEARD}, dict.fromkeys(GOES_ON, STOPPED))
    says: ClassVar[Sayings] = Sayings(NO_ACCESS, AT_ONCE, {STOPPED: TWICE}, NO_ROOM, BROKEN)

    def asks_for(self, job: DeliveryJob) -> tuple[int, int | None, str]:
        return job.user_id, None, job.event

    def may(self, actor: Actor, _job: DeliveryJob) -> bool:
        return may_charge(actor)

    def work(self, job: DeliveryJob, actor: Actor) -> None:
        run, number, attempt = self.session.get(ChargeRun, job.run_id), job.id, job.attempts
        if run is None or run.state != ISSUED:
            raise Problem(NO_ACCESS)
        left, language = waiting(self.session, documents_of(self.session, run)), job.language
        reached, where = self.reached()
        about = {"register": Charge.__tablename__, "deletes": False, "place": None, "rows": len(left), "sends": run.id}
        with self.progress.telling(job.user_id, job.event, about) as tell, reached as place:
            ready = list(zip(_keys(left), self._prepared(left), strict=True))
            done = _Handing(self, place, where, actor.name, language, number, attempt).all(ready, self.told(tell))
        said = translator(language)(CAME_TO, done=str(done), failed=str(len(left) - done))
        ended = {"state": DONE, "ended_at": now(), "said": said}
        self.session.execute(update(DeliveryJob).where(self.mine(number, attempt).whereclause).values(ended))
        self.session.commit()

    def _prepared(self, left: list[Invoice]) -> list[Prepared]:
        earlier = files.earlier_of(self.session, left)
        return files.Files(left, "nb", "", earlier, self.rules).prepared()

    def failed(self, number: int, attempt: int, error: Exception) -> None:
        if isinstance(error, NotCheckedError):
            self.note(number, attempt, [Problem(NOT_CHECKED)], is_refused=False)
        else:
            super().failed(number, attempt, error)

    def note(self, number: int, attempt: int, problems: Iterable[Problem], *, is_refused: bool = True) -> None:
        self.session.rollback()
        with scope.use(EVERYBODYS):
            t = translator(self.session.scalar(select(DeliveryJob.language).where(DeliveryJob.id == number)) or "nb")
            said = " ".join(t(problem.text, **problem.params) for problem in problems)[:LONGEST_SAYING]
            ended = {"state": REFUSED if is_refused else STOPPED, "said": said, "ended_at": now()}
            mine = (DeliveryJob.id == number, DeliveryJob.attempts == attempt)
            self.session.execute(update(DeliveryJob).where(*mine).values(ended))
            self.session.commit()


def _keys(invoices: Sequence[Invoice]) -> list[tuple[int, int]]:
    return [(one.id, one.municipality_id) for one in invoices]


@dataclass
class _Handing:
    """The handing over of some documents."""

    worker: DeliveryWorker
    place: Place
    where: str
    by: str
    language: str
    job: int
    attempt: int

    def all(self, ready: Sequence[tuple[tuple[int, int], Prepared]], tell: Callable[[int, int], None]) -> int:
        """How many are delivered. Where the same stands in the way twice running, it stands in the way of all."""
        done, heard, before = 0, time.monotonic(), ""
        for number, (key, one) in enumerate(ready, 1):
            said = self._one(key, one)
            done += not said
            if said and said == before:
                break
            before = said
            tell(number, len(ready))
            if time.monotonic() > heard + BEAT:
                heard = time.monotonic()
                self._beat()
        return done

    def _one(self, key: tuple[int, int], one: Prepared) -> str:
        """Hand over one and keep what came of it: why it was not, or nothing."""
        told: dict[str, Any] = {"name": one.name, "place": self.where, "by": self.by, "at": now()}
        try:
            if not one.may_leave:
                raise self._lacking(one)
            came = deliver(one, self.place)
            told |= {"sha256": came.sha256, "at": came.at, "is_new": came.is_new, "is_delivered": True, "said": ""}
        except Undelivered as why:
            said = translator(self.language)(why.text, **why.params)[:LONGEST_SAYING]
            told |= {"is_new": False, "is_delivered": False, "said": said}
        session = self.worker.session
        session.add(Delivery(invoice_id=key[0], municipality_id=key[1], **told))
        try:
            session.commit()
        except IntegrityError:  # somebody else has delivered it in the meantime, and that is kept
            session.rollback()
        return str(told["said"])

    def _lacking(self, one: Prepared) -> Undelivered:
        t, why = translator(self.language), files.NotReady(one)
        told = " ".join([*(t(said.text, **said.params) for said in why.faults), *why.rules])
        return Undelivered(LACKS, name=one.name, why=told)

    def _beat(self) -> None:
        mine = self.worker.mine(self.job, self.attempt).whereclause
        session = self.worker.session
        if not session.execute(update(DeliveryJob).where(mine).values(taken_at=now())).rowcount:
            raise Ended
        session.commit()
