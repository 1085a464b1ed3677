"""Jobs that wait in a table until a worker takes them: each is taken by one alone, and again when that one has died.

A job is taken in a transaction of its own, so that others see it is; what it takes to know that its worker lives is
said for each state. SQLite locks no rows: there one worker works at a time (`alone`), and what is taken was left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from models.declare.clock import now
from models.tenancy import scope
from models.tenancy.scope import Scope

MOST_ATTEMPTS = 2
EVERYBODYS = Scope(personal=True, user_name="Orden")


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
