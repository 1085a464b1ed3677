"""The landscape of a day: as it stands, as it was when a day that has been had ended, or as it is planned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from models.declare.clock import today
from models.declare.memories import Bounded, memory
from models.landscape import reading
from models.landscape.days import Then, coming
from models.landscape.declared import KINDS
from models.past import PastSession, as_of
from models.tenancy import scope
from reports.choices import end_of

_kept = memory(Bounded(12))


def of(session: Any, place: int, language: str, day: date) -> Then:
    """The landscape of a municipality on a day. It is made once for each state of the rows: what takes the history back
    to that day has changed only where they have."""
    now = reading.of(session, place, language)
    if day == today():
        return Then(now)
    key = (session.get_bind().url, language, day, *reading.version(session, place))
    if day < today():
        return _kept.recall(key, lambda: _past(session, place, language, day))
    return _kept.recall(key, lambda: coming(session, place, now, day))


def past(session: Any, place: int, day: date, registers: Iterable[type[Any]] = KINDS) -> PastSession:
    """The rows of a municipality as they were when a day had ended."""
    with scope.use(reading.inside(place)):
        return as_of(session, end_of(day), registers)


def _past(session: Any, place: int, language: str, day: date) -> Then:
    was = past(session, place, day)
    with scope.use(reading.inside(place)):
        return Then(reading.read(was, language), tuple(was.unsure))
