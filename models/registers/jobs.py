"""What a job is that a person asks for, a worker does and all forget after some days: columns and states of its table."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.clock import now
from models.declare.shapes import Moment

KEPT = timedelta(days=30)  # for which a job is remembered
LONGEST_SAYING = 1000
WAITING, TAKEN, DONE, REFUSED, STOPPED = "waiting", "taken", "done", "refused", "stopped"
GOES_ON = frozenset({WAITING, TAKEN})


class JobColumns:
    """`event` is what its progress goes by, and `said` what came of it in words, where that is not what was asked for."""

    __personal__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, nullable=False)
    language: Mapped[str] = mapped_column(String(5), nullable=False, default="nb")
    state: Mapped[str] = mapped_column(String(20), nullable=False, default=WAITING)
    attempts: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    event: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    said: Mapped[str] = mapped_column(String(LONGEST_SAYING), nullable=False, default="")
    asked_at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
