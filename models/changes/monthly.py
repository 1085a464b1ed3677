"""Reports that people are sent the way to once a month: begun, ended, and when the letter with them is due.

They stand in the first letter of a month to somebody (`letters.py`), whatever becomes of it: that there is a letter of
an earlier day of the month says that they have been told, so no month is told twice.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from models.declare.clock import start_of
from models.registers.following import Letter, MonthlyReport

MOST = 20  # of each person


def of_person(session: Any, user_id: int, place: int | None, register: str, view: str) -> MonthlyReport | None:
    """That somebody is sent the way to a report in a municipality."""
    found: MonthlyReport | None = session.scalar(
        select(MonthlyReport).where(*_mine(user_id, register, view), MonthlyReport.place == (place or 0))
    )
    return found


def find(session: Any, user_id: int, number: int) -> MonthlyReport | None:
    """That of a number, if it is the person's own."""
    mine = (MonthlyReport.user_id == user_id, MonthlyReport.id == number)
    found: MonthlyReport | None = session.scalar(select(MonthlyReport).where(*mine))
    return found


def begin(session: Any, user_id: int, place: int | None, register: str, view: str) -> bool:
    """Send somebody the way to a report from the next month on; whether there is room for it."""
    mine = select(func.count()).select_from(MonthlyReport).where(MonthlyReport.user_id == user_id)
    if session.scalar(mine) >= MOST:
        return False
    session.add(MonthlyReport(user_id=user_id, place=place or 0, register=register, view=view))
    try:
        session.commit()
    except IntegrityError:  # begun already, or pressed twice
        session.rollback()
    return True


def end(session: Any, user_id: int, place: int | None, register: str, view: str) -> None:
    """Send somebody the way to a report in a municipality no more."""
    session.execute(delete(MonthlyReport).where(*_mine(user_id, register, view), MonthlyReport.place == (place or 0)))
    session.commit()


def end_all(session: Any, user_id: int, register: str, view: str) -> None:
    """The same wherever it was, as the report is no more."""
    session.execute(delete(MonthlyReport).where(*_mine(user_id, register, view)))
    session.commit()


def due(session: Any, user_id: int, day: date) -> list[MonthlyReport]:
    """Those that the letter of a day tells: begun before the month, and not told in it."""
    first = day.replace(day=1)
    told = select(Letter.id).where(Letter.user_id == user_id, Letter.day >= first, Letter.day < day).limit(1)
    if session.scalar(told) is not None:
        return []
    mine = (MonthlyReport.user_id == user_id, MonthlyReport.since < start_of(first))
    return list(session.scalars(select(MonthlyReport).where(*mine).order_by(MonthlyReport.id)))


def _mine(user_id: int, register: str, view: str) -> tuple[Any, ...]:
    return (MonthlyReport.user_id == user_id, MonthlyReport.register == register, MonthlyReport.view == view)
