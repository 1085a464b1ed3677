"""What people follow, and the letters that tell them of it: a person's own, read and written by nobody else.

Nothing of a row is kept here but which it is: what it is called, and what is told of it, is read when it is told, by
the rights one has then. PostgreSQL keeps both tables to the person as well (`models/tenancy/rowsecurity.py`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.base import Base
from models.declare.clock import now
from models.declare.shapes import Moment

LONGEST_QUERY, LONGEST_REASON, LONGEST_VIEW = 1000, 300, 100
MENTIONS = "@"  # in place of a register: what is said to the person, wherever it is said
WAITING, SENT, UNSENT = "waiting", "sent", "unsent"


class Follow(Base):
    """A row that somebody follows; with no `row_id` a list, as its address asks for it in `query`. What happened until
    `seen_at` is known to the person."""

    __tablename__ = "follow"
    __table_args__ = (UniqueConstraint("user_id", "register", "row_id", "query"),)
    __personal__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, nullable=False)
    register: Mapped[str] = mapped_column(String(60), nullable=False)
    row_id: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    query: Mapped[str] = mapped_column(String(LONGEST_QUERY), nullable=False, default="")
    seen_at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)

    @property
    def is_list(self) -> bool:
        return not self.row_id and self.register != MENTIONS


class Letter(Base):
    """That a person is written to on a day, once: made before it is sent, so that whoever comes second finds it made.
    It holds nothing of what is written. `until` is the moment up to which it tells; `reason` why it could not be sent.
    """

    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("user_id", "day"),)
    __personal__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, nullable=False)
    day: Mapped[date] = mapped_column(Date, nullable=False)
    state: Mapped[Any] = mapped_column(String(20), nullable=False, default=WAITING)
    until: Mapped[datetime] = mapped_column(Moment, nullable=False)
    attempts: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON), nullable=False, default="")


class MonthlyReport(Base):
    """That somebody is sent the way to a report of their own once a month: of the list of a register, by what the view
    is called (`views/register/saved.py`), in a municipality, its number `place` (0 for several together)."""

    __tablename__ = "monthly_report"
    __table_args__ = (UniqueConstraint("user_id", "place", "register", "view"),)
    __personal__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, nullable=False)
    place: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    register: Mapped[str] = mapped_column(String(60), nullable=False)
    view: Mapped[str] = mapped_column(String(LONGEST_VIEW), nullable=False)
    since: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
