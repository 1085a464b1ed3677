"""Where rows went that were merged into others: what still names the old one, a saved filter or a comment, goes on to
the new. Asked when it is read, so that it is right at once when a merge is taken back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from models.tenancy.log import DELETED, change_class

MOST_TIMES = 10  # that a row is merged into one that is merged in its turn


def went_into(session: Any, register: type[Any], ids: Iterable[int]) -> dict[int, int]:
    """The rows that some went into, within the scope; nothing of those that were not merged. One statement, and one for
    each time they were merged again."""
    wanted = set(ids)
    steps = _steps(session, register, wanted, backwards=False)
    return {one: _end(steps, one) for one in wanted & steps.keys()}


def came_from(session: Any, register: type[Any], ids: Iterable[int]) -> set[int]:
    """The rows that are no more and went into some, at the same cost."""
    return set(_steps(session, register, set(ids), backwards=True))


def _steps(session: Any, register: type[Any], ids: set[int], *, backwards: bool) -> dict[int, int]:
    log = change_class(register)
    later = aliased(log)
    again = exists(
        select(later.id).where(later.register == log.register, later.row_id == log.row_id, later.id > log.id)
    )
    gone = select(log.row_id, log.merged_into).where(
        log.register == register.__tablename__, log.action == DELETED, log.merged_into.is_not(None), ~again
    )
    steps: dict[int, int] = {}
    for _time in range(MOST_TIMES):
        found = dict(session.execute(gone.where((log.merged_into if backwards else log.row_id).in_(ids))).all())
        ids = set(found if backwards else found.values()) - steps.keys()
        steps |= found
        if not ids:
            break
    return steps


def _end(steps: dict[int, int], one: int) -> int:
    while one in steps:
        one = steps[one]
    return one
