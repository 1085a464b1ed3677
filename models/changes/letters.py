"""Letters to people, at most one a day each: claimed before it is sent, in a transaction of its own.

Whoever comes second, another process or the same one after a crash, finds the day claimed and sends nothing. What was
not told is told the next day: a letter begins where the last one that was sent ended.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from models.declare.cleaning import line
from models.registers.following import LONGEST_REASON, SENT, UNSENT, WAITING, Letter

MOST_ATTEMPTS = 3


def told_until(session: Any, user_id: int) -> datetime | None:
    """Up to when letters have told a person; None before the first."""
    mine = (Letter.user_id == user_id, Letter.state == SENT)
    found: datetime | None = session.scalar(select(func.max(Letter.until)).where(*mine))
    return found


def claim(session: Any, user_id: int, day: date, until: datetime) -> Letter | None:
    """The letter of a day, to be sent by who gets it and by nobody else; None when there is one already. One that the
    mail server refused is given out again, a few times."""
    session.add(Letter(user_id=user_id, day=day, until=until, attempts=1))
    mine = (Letter.user_id == user_id, Letter.day == day)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        refused = update(Letter).where(*mine, Letter.state == UNSENT, Letter.attempts < MOST_ATTEMPTS)
        again = session.execute(refused.values(state=WAITING, attempts=Letter.attempts + 1, until=until))
        session.commit()
        if not again.rowcount:
            return None
    found: Letter = session.scalars(select(Letter).where(*mine)).one()
    return found


def note_sent(session: Any, letter: Letter) -> None:
    letter.state, letter.reason = SENT, ""
    session.commit()


def note_unsent(session: Any, letter: Letter, reason: str, *, again: bool) -> None:
    """Say why it was not sent; `again` when the server certainly did not take it, so that trying again sends no two."""
    letter.state, letter.reason = UNSENT, str(line(reason) or "")[:LONGEST_REASON]
    letter.attempts = letter.attempts if again else MOST_ATTEMPTS
    session.commit()
