"""What happened, across registers: events newest first, the changes of one, and who took it back.

An event is what one request changed. Its first change in each register of a municipality is marked, so that a page of
events is read from a short index, however many rows each of them changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select, union_all
from sqlalchemy.orm import aliased, undefer

from models.tenancy.log import CHANGES, DELETED, SharedChange, change_class

LATEST = 500  # events among which those who made them are looked for
NAMES: dict[str, type[Any]] = {str(domain or "shared"): log for domain, log in CHANGES.items()}


def name_of(log: type[Any]) -> str:
    """What addresses call a log."""
    return next(name for name, one in NAMES.items() if one is log)


@dataclass(frozen=True)
class Asked:
    """Which events are meant: of these registers, since a moment, by a person. Of shared rows only what the asker may
    know the person by: what is done for one of the `places`, or everything when that is None. `before` says of each log
    where the page begins."""

    registers: Sequence[type[Any]]
    since: datetime | None = None
    who: int | None = None
    places: frozenset[int] | None = None
    shared: bool = True
    before: Mapping[str, int] = field(default_factory=dict)


def _logs(asked: Asked) -> Iterator[tuple[type[Any], list[str]]]:
    for log in dict.fromkeys(change_class(register) for register in asked.registers):
        if asked.shared or log is not SharedChange:
            yield log, [one.__tablename__ for one in asked.registers if change_class(one) is log]


def page(session: Any, asked: Asked, most: int) -> list[Any]:
    """The first change of each event and register, newest first, and one more than a page when there are more; a
    statement for each kind of rows."""
    found = []
    for log, registers in _logs(asked):
        heads = select(log).where(log.first_of_event, log.register.in_(registers), *_conditions(log, asked))
        found += session.scalars(heads.order_by(log.id.desc()).limit(most + 1)).all()
    return sorted(found, key=lambda one: (one.at, one.id), reverse=True)[: most + 1]


def _conditions(log: type[Any], asked: Asked) -> Iterator[Any]:
    if asked.since is not None:
        yield log.at >= asked.since
    if asked.who is not None:
        yield log.actor_id == asked.who
        if log is SharedChange and asked.places is not None:
            yield log.acted_in.in_(sorted(asked.places))
    if before := asked.before.get(name_of(log)):
        yield log.id < before


def sizes(session: Any, asked: Asked, events: Sequence[str]) -> dict[tuple[str, str], int]:
    """How many changes each event made in each register, in one statement."""
    counts = [
        select(log.request_id, log.register, func.count(log.id))
        .where(log.request_id.in_(events), log.register.in_(registers))
        .group_by(log.request_id, log.register)
        for log, registers in _logs(asked)
    ]
    if not counts or not events:
        return {}
    return {(event, register): number for event, register, number in session.execute(union_all(*counts))}


def actors(session: Any, asked: Asked) -> dict[int, str]:
    """Who made the latest events in rows that belong to somebody, by number; people are known by these alone."""
    latest = [
        select(log.actor_id, log.actor_name)
        .where(log.first_of_event, log.actor_id.is_not(None), log.register.in_(registers))
        .order_by(log.id.desc())
        .limit(LATEST)
        .subquery()
        for log, registers in _logs(asked)
        if log is not SharedChange
    ]
    if not latest:
        return {}
    found = session.execute(union_all(*[select(one.c.actor_id, one.c.actor_name) for one in latest]))
    return dict(sorted({row[0]: row[1] for row in reversed(found.all())}.items(), key=lambda pair: pair[1]))


def changes_of(session: Any, asked: Asked, event: str, most: int, *, whole: bool = False) -> list[Any]:
    """The changes of an event, newest first and `most` of each kind of rows; `whole` with what it takes to take them
    back."""
    found = []
    for log, registers in _logs(asked):
        mine = select(log).where(log.request_id == event, log.register.in_(registers), *_conditions(log, asked))
        if whole:
            mine = mine.options(undefer(log.reverse), undefer(log.snapshot))
        found += session.scalars(mine.order_by(log.id.desc()).limit(most)).all()
    return found


def pieces_of(session: Any, asked: Asked, event: str, size: int) -> Iterator[list[Any]]:
    """The changes of an event with what it takes to take them back, `size` at a time and newest first; those of shared
    rows last, for the others may point at what they made."""
    for log, _registers in sorted(_logs(asked), key=lambda one: one[0] is SharedChange):
        mine = replace(asked, registers=[one for one in asked.registers if change_class(one) is log])
        while found := changes_of(session, mine, event, size, whole=True):
            yield found
            if len(found) < size:
                break
            mine = replace(mine, before={name_of(log): found[-1].id})


def change(session: Any, asked: Asked, log: type[Any], number: int) -> Any:
    """One change by its number in its log, with what it takes to take it back; None when it is not within reach."""
    for one, registers in _logs(asked):
        if one is log:
            mine = select(log).where(log.id == number, log.register.in_(registers))
            return session.scalars(mine.options(undefer(log.reverse), undefer(log.snapshot))).one_or_none()
    return None


def undone_by(session: Any, asked: Asked, events: Sequence[str]) -> dict[str, str]:
    """Which of some events were taken back, by the event that did it last; in one statement."""
    found = [
        select(log.undoes, log.request_id, log.at).where(log.undoes.in_(events), log.register.in_(registers))
        for log, registers in _logs(asked)
    ]
    if not found or not events:
        return {}
    rows = session.execute(union_all(*found)).all()
    return {undone: by for undone, by, _at in sorted(rows, key=lambda row: row[2])}


def deleted(session: Any, asked: Asked, since: datetime, most: int) -> list[Any]:
    """What was deleted since a moment and has not come back, newest first; a statement for each kind of rows."""
    found = []
    for log, registers in _logs(asked):
        again = aliased(log)
        back = select(again.id).where(again.register == log.register, again.row_id == log.row_id, again.id > log.id)
        gone = select(log).where(log.action == DELETED, log.at > since, log.register.in_(registers), ~exists(back))
        gone = gone.where(*_conditions(log, asked)).options(undefer(log.snapshot))
        found += session.scalars(gone.order_by(log.id.desc()).limit(most + 1)).all()
    return sorted(found, key=lambda one: (one.at, one.id), reverse=True)[: most + 1]


def later(session: Any, register: type[Any], first: int, rows: Sequence[int]) -> list[Any]:
    """What was changed in some rows of a register since an entry of its history, newest first; one statement."""
    log = change_class(register)
    mine = (log.register == register.__tablename__, log.id > first)
    return list(session.scalars(select(log).where(*mine, log.row_id.in_(rows)).order_by(log.id.desc())))
