"""Doing what a plan said: in one transaction and as one event of the history, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from exchange.rows.plan import GOES, gone_through
from exchange.rows.planned import Plan, Planned, Tell, What
from exchange.rows.trial import Tried, comment_of
from models.changes import remarking
from models.declare.fields import is_owned
from models.declare.words import N_, Problem
from models.registers.comments import LONGEST, comment_class
from models.tenancy import scope
from models.tenancy.roles import Actor

OTHERWISE = N_(
    "Noe er endret siden du så på det, så ingenting er importert. Det gjelder linje %(numbers)s. Se over på nytt."
)
FROM = N_("Importert fra «%(name)s».")  # why rows came to be as they are, where nobody says otherwise
MOST_TOLD = 10
LOCK = 0x1A90  # PostgreSQL's advisory lock of whoever imports, with the number of the municipality


def carry_out(
    session: Any,
    actor: Actor,
    plan: Plan,
    *,
    kinds: frozenset[What] = GOES,
    without: frozenset[int] = frozenset(),
    tell: Tell = lambda _done, _whole: None,
) -> Plan:
    """Import the rows of some kinds, but for those at some places, and flush them: to commit is the caller's, and what
    else belongs to the same transaction. Every row is asked once more; when any that was to come is not what it was in
    the plan, Problem is raised and nothing may be committed. Gives the plan as it became."""
    done = Plan(plan.register, plan.table, plan.how, plan.language, plan.parts)
    versions = {row.row_id: row.version for row in plan.rows if row.row_id and row.version}
    _one_at_a_time(session)
    others = without | {row.place for row in plan.rows if row.kind not in kinds}
    for tried in gone_through(session, actor, done, versions=versions, without=others, tell=tell):
        expected = {row.place: row for row in plan.going(kinds, without)}
        _refuse_otherwise(tried, expected)
        _let_go(session, tried)
        session.flush()
        _remark(session, plan.register, tried)
        session.flush()
    for row in done.rows:
        if row.place in others:
            row.kind = plan.rows[row.place].kind
    return done


def _refuse_otherwise(tried: Tried, expected: dict[int, Planned]) -> None:
    now = ((one.planned, expected[one.planned.place].kind) for one in tried.all)
    changed = [one for one, then in now if one.kind is not then and (one.kind, then) != (What.NEW, What.DUPLICATE)]
    if changed:
        raise Problem(OTHERWISE, numbers=", ".join(str(one.number) for one in changed[:MOST_TOLD]))


def _let_go(session: Any, tried: Tried) -> None:
    """What was to be made for rows that do not come, is not made either."""
    used = {id(far) for changes in tried.changes.values() for one in changes for far in one.far}
    made = {id(row) for row in (tried.bulk.made if tried.bulk else ())}
    for row in list(session.new):
        if hasattr(type(row), "__register__") and id(row) not in used | made:
            session.expunge(row)


def _remark(session: Any, register: type[Any], tried: Tried) -> None:
    """What had no field, said of the rows: a new one takes it with it when it goes, of others the history tells it."""
    kept = comment_class(register)
    for one in tried.asked:
        if kept is not None and one.planned.notes:
            row = tried.rows[id(one)]
            said = list(_comments(kept, row, comment_of(one.planned)))
            session.add_all(said)
            if one.planned.row_id is not None:
                remarking.note(session, row, said)


def _comments(kept: type[Any], row: Any, text: str) -> Iterator[Any]:
    author, register = scope.current(), type(row)
    place = row.municipality_id if is_owned(register) else author.active
    for start in range(0, len(text), LONGEST):
        yield kept(
            register=register.__tablename__, row_id=row.id, municipality_id=place,
            text=text[start : start + LONGEST], author_id=author.user_id, author_name=author.user_name,
        )  # fmt: skip


def _one_at_a_time(session: Any) -> None:
    """Wait for others who import here until they have committed, so that two who bring the same rows see each other.
    On SQLite one at a time writes in any case."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK, scope.current().active or 0)))
