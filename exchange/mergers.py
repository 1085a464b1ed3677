"""Mergers of municipalities as jobs: asked for on the page of a plan, and done by whichever worker is free, so that the
page may be closed.

The plan holds its job. The doing is one transaction, which holds the plan locked until it is committed with what was
done: a worker that dies leaves nothing by half, and what it left is taken again (`exchange/taking.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from exchange.taking import EVERYBODYS, Queue, take
from models.changes import uniting
from models.changes.undoing import Obstacle
from models.declare.words import N_, Problem
from models.keeping.progress import Progress, Tell
from models.queries.acting import actor_of, reach_of
from models.registers.architecture import Application
from models.registers.mergers import CARRIED, CARRYING, OPEN, PLANNED, TO_CARRY, TO_UNDO, UNDOING, Merger
from models.tenancy import scope
from models.tenancy.roles import Actor, may_merge_places
from models.tenancy.scope import TenantError
from reports.language import Translate, translator

LEFT = timedelta(seconds=30)  # between the taking of a job and the lock on it: longer than that takes
NEXT = {TO_CARRY: CARRYING, TO_UNDO: UNDOING}
ENDS = {TO_CARRY: PLANNED, CARRYING: PLANNED, TO_UNDO: CARRIED, UNDOING: CARRIED}  # what a plan is that was not done
ASKED_BEFORE = N_("Planen er endret siden du åpnet siden. Se hvor den står nå.")
NO_ACCESS = N_("Den som ba om dette, leder ikke prosjektet lenger. Ingenting er endret.")
AT_ONCE = N_("Noen andre endret noe av dette i samme øyeblikk. Ingenting er endret. Prøv igjen.")
TWICE = N_("Arbeidet stanset to ganger før det var ferdig. Ingenting er endret. Prøv igjen, eller be om hjelp.")
BROKEN = N_("Noe gikk galt, og ingenting er endret. Feilen er skrevet ned. Prøv igjen, eller be om hjelp.")
_log = logging.getLogger("app.worker")


class Ended(Exception):  # noqa: N818 - not an error: somebody wants the worker to end
    """The worker is to end in the middle of a job, which is then taken again."""


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
class MergerWorker:
    """Does such jobs in a session, with `room` bytes for what hangs on the rows of each municipality. `alone` says that
    no other worker is at work; `goes_on` is asked now and then whether to go on."""

    session: Any
    progress: Progress
    room: int
    alone: bool = False
    goes_on: Callable[[], bool] = lambda: True

    def once(self) -> bool:
        """Do the job that has waited longest; whether there was one."""
        queue = Queue(Merger, NEXT, dict.fromkeys(NEXT.values(), LEFT), ENDS)
        taken = take(self.session, queue, alone=self.alone)
        if taken is None:
            return False
        if taken.is_over:
            self._note(taken.id, taken.attempt, [Problem(TWICE)])
        else:
            self.do(taken.id, taken.attempt)
        return True

    def do(self, number: int, attempt: int) -> None:
        """Do a job that was taken, in the reach its person has now."""
        try:
            self._do(number, attempt)
        except Ended:
            self.session.rollback()
        except uniting.Refused as refused:
            self._note(number, attempt, refused.problems, refused.obstacles)
        except Problem as problem:
            self._note(number, attempt, [problem])
        except (IntegrityError, StaleDataError):
            self._note(number, attempt, [Problem(AT_ONCE)])
        except Exception:
            _log.exception("Merger %s failed", number)
            self._note(number, attempt, [Problem(BROKEN)])

    def _do(self, number: int, attempt: int) -> None:
        self.session.rollback()
        mine = (Merger.id == number, Merger.state.in_(NEXT.values()), Merger.attempts == attempt)
        with scope.use(EVERYBODYS):
            plan = self.session.scalars(select(Merger).where(*mine).with_for_update()).one_or_none()
            if plan is None:
                return  # somebody else took it for left behind
            actor = actor_of(self.session, plan.asked_by or 0)
            reach = None if actor is None else reach_of(self.session, actor, None, plan.job)
        if actor is None or reach is None or not may_merge_places(actor):
            raise Problem(NO_ACCESS)
        undoes = plan.state == UNDOING
        about = {
            "register": Application.__tablename__,
            "deletes": undoes,
            "place": plan.asked_in,
            "rows": plan.number or 0,
        }
        about["merges"] = plan.id
        with scope.use(reach), self.progress.telling(actor.user_id, plan.job, about) as tell:
            self._work(actor, plan, self._told(tell), undoes=undoes)

    def _work(self, actor: Actor, plan: Merger, tell: Tell, *, undoes: bool) -> None:
        with scope.saying(plan.reason, undoes=plan.event if undoes else ""):
            if undoes:
                plan.number = uniting.undo(self.session, actor, plan, tell)
            else:
                plan.number = uniting.carry_over(self.session, actor, plan, self.room, tell)
            self.session.commit()

    def _told(self, tell: Tell) -> Tell:
        """The same, unless the worker is to end."""

        def told(done: int, whole: int) -> None:
            if not self.goes_on():
                raise Ended
            tell(done, whole)

        return told

    def _note(self, number: int, attempt: int, problems: Iterable[Problem], obstacles: Iterable[Obstacle] = ()) -> None:
        """Say why a plan was not carried over, or stands still, in a transaction of its own: what was begun is taken
        back before."""
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
