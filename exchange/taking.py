"""Jobs that wait in a table until a worker takes them: each is taken by one alone, and again when that one has died.

A job is taken in a transaction of its own, so that others see it is; what it takes to know that its worker lives is
said for each state. SQLite locks no rows: there one worker works at a time (`alone`), and what is taken was left. It is
done in one transaction, which holds the job locked until it is committed with what was done.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from models.declare.clock import now
from models.declare.words import Problem
from models.keeping.progress import Progress, Tell
from models.queries.acting import actor_of, reach_of
from models.tenancy import scope
from models.tenancy.roles import Actor
from models.tenancy.scope import Scope

MOST_ATTEMPTS = 2
LEFT = timedelta(seconds=30)  # between the taking of a job and the lock on it: longer than that takes
EVERYBODYS = Scope(personal=True, user_name="Orden")
_log = logging.getLogger("app.worker")


class Ended(Exception):  # noqa: N818 - not an error: somebody wants the worker to end
    """The worker is to end in the middle of a job, which is then taken again."""


@dataclass(frozen=True)
class Queue:
    """The jobs of a table that has `state`, `attempts` and `taken_at`. What waits in a state becomes the `next` when it
    is taken; one in that is left when nothing was heard of it for the time that is `silent`. Left too often it becomes
    what it `ends` as."""

    table: type[Any]
    next: Mapping[str, str]
    silent: Mapping[str, timedelta]
    ends: Mapping[str, str]


@dataclass(frozen=True)
class Taken:
    """A job that nobody else does, and which attempt at it this is; one that was left too often is not to be done."""

    id: int
    attempt: int
    state: str
    is_over: bool


def take(session: Any, queue: Queue, *, alone: bool) -> Taken | None:
    """The job that has waited longest. The session is rolled back before, and committed."""
    session.rollback()
    table = queue.table
    with scope.use(EVERYBODYS):
        oldest = (
            select(table.id, table.state, table.attempts)
            .where(_there(session, queue, alone=alone))
            .order_by(table.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = session.execute(oldest).one_or_none()
        if row is None:
            session.rollback()
            return None
        as_it_was = (table.id == row.id, table.state == row.state, table.attempts == row.attempts)
        is_over = row.attempts >= MOST_ATTEMPTS
        state = queue.ends[row.state] if is_over else queue.next.get(row.state, row.state)
        values = {"state": state, "attempts": row.attempts + 1, "taken_at": now()}
        is_ours = session.execute(update(table).where(*as_it_was).values(values)).rowcount == 1
        session.commit()
    return Taken(row.id, row.attempts + 1, state, is_over) if is_ours else take(session, queue, alone=alone)


def _there(session: Any, queue: Queue, *, alone: bool) -> Any:
    """What waits, and what was left behind."""
    locks, table = session.get_bind().dialect.name == "postgresql", queue.table
    there: Any = table.state.in_(queue.next)
    for state, silent in queue.silent.items():
        if locks or alone:
            left = table.taken_at < now() - (silent if locks else timedelta())
            there = there | ((table.state == state) & left)
    return there


@dataclass(frozen=True)
class Sayings:
    """Why a job was not done, in words: its person may not do it any more, somebody else changed something in the same
    moment, it stopped twice, the disk is full, or it went wrong."""

    no_access: str
    at_once: str
    twice: Mapping[str, str]  # by the state it ended as
    no_room: str
    broken: str


@dataclass
class Worker:
    """Does the jobs of a `queue` in a session. `alone` says that no other worker is at work; `goes_on` is asked now and
    then whether to go on. Subclasses say what a job `asks_for`, do it, and `note` why one was not done."""

    session: Any
    progress: Progress
    alone: bool = field(default=False, kw_only=True)
    goes_on: Callable[[], bool] = field(default=lambda: True, kw_only=True)
    queue: ClassVar[Queue]
    says: ClassVar[Sayings]

    def once(self) -> bool:
        """Do the job that has waited longest; whether there was one."""
        taken = self.take()
        if taken is not None:
            self.do(*taken)
        return taken is not None

    def take(self) -> tuple[int, int] | None:
        """The number of a job that nobody else does, and which attempt at it this is."""
        while (taken := take(self.session, self.queue, alone=self.alone)) is not None and taken.is_over:
            self.note(taken.id, taken.attempt, [Problem(self.says.twice[taken.state])], is_refused=False)
        return (taken.id, taken.attempt) if taken else None

    def do(self, number: int, attempt: int) -> None:
        """Do a job that was taken."""
        try:
            self._do(number, attempt)
        except Ended:
            self.session.rollback()
        except (IntegrityError, StaleDataError):
            self.note(number, attempt, [Problem(self.says.at_once)])
        except Problem as problem:
            self.note(number, attempt, [problem])
        except Exception as error:
            self.failed(number, attempt, error)

    def failed(self, number: int, attempt: int, error: Exception) -> None:
        """A job went wrong in a way that nobody thought of, or the disk was full."""
        is_full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
        _log.exception("%s %s failed", self.queue.table.__name__, number)
        self.note(number, attempt, [Problem(self.says.no_room if is_full else self.says.broken)], is_refused=False)

    def _do(self, number: int, attempt: int) -> None:
        self.session.rollback()
        self.begin()
        with scope.use(EVERYBODYS):
            job = self.session.scalars(self.mine(number, attempt).with_for_update()).one_or_none()
            if job is None:
                return  # somebody else took it for left behind
            user_id, place, event = self.asks_for(job)
            actor = actor_of(self.session, user_id)
            reach = None if actor is None else reach_of(self.session, actor, place, event)
        if actor is None or reach is None:
            raise Problem(self.says.no_access)
        with scope.use(reach):
            if not self.may(actor, job):
                raise Problem(self.says.no_access)
            self.work(job, actor)

    def mine(self, number: int, attempt: int) -> Any:
        """What finds a job as it was taken."""
        table = self.queue.table
        states = set(self.queue.next.values())
        return select(table).where(table.id == number, table.state.in_(states), table.attempts == attempt)

    def told(self, tell: Tell) -> Tell:
        """The same, unless the worker is to end."""

        def told(done: int, whole: int) -> None:
            if not self.goes_on():
                raise Ended
            tell(done, whole)

        return told

    def begin(self) -> None:
        """Before a job is read: how its transaction is held."""

    def asks_for(self, job: Any) -> tuple[int, int | None, str]:
        """Who asked for a job, for which municipality, and what goes by in the history."""
        raise NotImplementedError

    def may(self, actor: Actor, job: Any) -> bool:
        """Whether its person, in whose reach it is asked, may have it done today."""
        raise NotImplementedError

    def work(self, job: Any, actor: Actor) -> None:
        """Do the job within the reach of its person, and commit."""
        raise NotImplementedError

    def note(self, number: int, attempt: int, problems: Iterable[Problem], *, is_refused: bool = True) -> None:
        """Say why a job was not done, in a transaction of its own: what was begun is taken back before."""
        raise NotImplementedError
