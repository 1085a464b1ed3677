"""Mergers of municipalities as jobs: asked for on the page of a plan, and done by whichever worker is free, so that the
page may be closed.

The plan holds its job, which is taken and done as `exchange/taking.py` says: a worker that dies leaves nothing by half,
and what it left is taken again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import case, select, update

from exchange.taking import EVERYBODYS, LEFT, Queue, Sayings, Worker
from models.changes import uniting
from models.changes.undoing import Obstacle
from models.declare.words import N_, Problem
from models.keeping.progress import Tell
from models.registers.architecture import Application
from models.registers.mergers import CARRIED, CARRYING, OPEN, PLANNED, TO_CARRY, TO_UNDO, UNDOING, Merger
from models.tenancy import scope
from models.tenancy.roles import Actor, may_merge_places
from models.tenancy.scope import TenantError
from reports.language import Translate, translator

NEXT = {TO_CARRY: CARRYING, TO_UNDO: UNDOING}
ENDS = {TO_CARRY: PLANNED, CARRYING: PLANNED, TO_UNDO: CARRIED, UNDOING: CARRIED}  # what a plan is that was not done
ASKED_BEFORE = N_("Planen er endret siden du åpnet siden. Se hvor den står nå.")
NO_ACCESS = N_("Den som ba om dette, leder ikke prosjektet lenger. Ingenting er endret.")
AT_ONCE = N_("Noen andre endret noe av dette i samme øyeblikk. Ingenting er endret. Prøv igjen.")
TWICE = N_("Arbeidet stanset to ganger før det var ferdig. Ingenting er endret. Prøv igjen, eller be om hjelp.")
NO_ROOM = N_("Disken på tjeneren er full, og ingenting er endret. Si fra til den som drifter Orden, og prøv igjen.")
BROKEN = N_("Noe gikk galt, og ingenting er endret. Feilen er skrevet ned. Prøv igjen, eller be om hjelp.")


def ask(
    session: Any, actor: Actor, merger: Merger, *, undoes: bool, place: int | None, language: str, reason: str
) -> None:
    """Let a plan be carried over, or what was be undone, by the next worker that is free; to be committed. `place` is
    where the person works, who is told there how far it has come. Raises uniting.Refused for what is known to stand in
    the way, and StaleDataError for who comes second."""
    if not may_merge_places(actor):
        raise TenantError("Municipalities are merged by who leads the project.")
    if merger.state not in ({CARRIED} if undoes else OPEN):
        raise uniting.Refused([Problem(ASKED_BEFORE)])
    if not undoes and (problems := uniting.refusals(session, merger)):
        raise uniting.Refused(problems)
    who = scope.current()
    merger.become(TO_UNDO if undoes else TO_CARRY, actor.name)
    merger.job, merger.asked_by, merger.asked_in = who.request_id, actor.user_id, place
    merger.language, merger.reason = language, reason
    merger.attempts, merger.taken_at, merger.said = 0, None, []
    session.flush()


@dataclass
class MergerWorker(Worker):
    """Carries over and undoes, with `room` bytes for what hangs on the rows of each municipality."""

    room: int
    queue: ClassVar[Queue] = Queue(Merger, NEXT, dict.fromkeys(NEXT.values(), LEFT), ENDS)
    says: ClassVar[Sayings] = Sayings(NO_ACCESS, AT_ONCE, dict.fromkeys(ENDS.values(), TWICE), NO_ROOM, BROKEN)

    def asks_for(self, job: Merger) -> tuple[int, int | None, str]:
        return job.asked_by or 0, None, job.job

    def may(self, actor: Actor, _job: Merger) -> bool:
        return may_merge_places(actor)

    def work(self, job: Merger, actor: Actor) -> None:
        undoes = job.state == UNDOING
        about = {"register": Application.__tablename__, "deletes": False, "place": job.asked_in}
        about |= {"rows": job.number or 0, "merges": job.id, "unmerges": undoes}
        number, attempt = job.id, job.attempts
        try:
            with self.progress.telling(actor.user_id, job.job, about) as tell:
                self._work(actor, job, self.told(tell), undoes=undoes)
        except uniting.Refused as refused:
            self._note(number, attempt, refused.problems, refused.obstacles)

    def _work(self, actor: Actor, plan: Merger, tell: Tell, *, undoes: bool) -> None:
        with scope.saying(plan.reason, undoes=plan.event if undoes else ""):
            if undoes:
                plan.number = uniting.undo(self.session, actor, plan, tell)
            else:
                plan.number = uniting.carry_over(self.session, actor, plan, self.room, tell)
            self.session.commit()

    def note(self, number: int, attempt: int, problems: Iterable[Problem], *, is_refused: bool = True) -> None:  # noqa: ARG002 - a plan is told of alike
        self._note(number, attempt, problems)

    def _note(self, number: int, attempt: int, problems: Iterable[Problem], obstacles: Iterable[Obstacle] = ()) -> None:
        """It stands still, or is a plan again."""
        self.session.rollback()
        with scope.use(EVERYBODYS):
            t = translator(self.session.scalar(select(Merger.language).where(Merger.id == number)) or "nb")
            said = [sentence(one, t) for one in problems] + [_in_the_way(one, t) for one in obstacles]
            mine = (Merger.id == number, Merger.attempts == attempt)
            ends = case(ENDS, value=Merger.state, else_=Merger.state)
            ended = {"state": ends, "said": list(dict.fromkeys(said)), "version": Merger.version + 1}
            self.session.execute(update(Merger).where(*mine).values(ended))
            self.session.commit()


def sentence(problem: Problem, t: Translate) -> str:
    """A problem in words, its days as people write them."""
    told = {key: f"{one:%d.%m.%Y}" if isinstance(one, date) else one for key, one in problem.params.items()}
    return t(problem.text, **told)


def _in_the_way(obstacle: Obstacle, t: Translate) -> str:
    labels = ", ".join(dict.fromkeys([*(t(known.label) for known in obstacle.fields), *obstacle.names]))
    if obstacle.problem is not None:
        said = sentence(obstacle.problem, t)
        return f"«{obstacle.change.row_name}», {labels}: {said}" if labels else said
    return t(obstacle.text, name=obstacle.change.row_name, fields=labels)
