"""Municipalities that leave the cooperation, and the receipts of what was deleted afterwards.

A leaving is the project's, and no register: it holds nothing of the municipality's own. A receipt outlives all that it
tells of, and is written once: nobody changes or deletes it, not by SQL either (`models/tenancy/locks.py`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.declare.base import Base
from models.declare.clock import now
from models.declare.shapes import Moment
from models.registers.municipality import Municipality
from models.tenancy.log import REASON

NAME = 200
NOTICED, DELETED = "noticed", "deleted"
OPEN = text("state = 'noticed'")


class Leaving(Base):
    """That a municipality has given notice: who there did, when, and why. `last_day` follows from the notice period of
    its agreement, in months where one is registered, or is what was `agreed`, in words.

    `archive_digest` is the archive of all that was there after the last day, once somebody there has fetched it. Then
    one may ask for the deletion, and another approve it."""

    __tablename__ = "leaving"
    __table_args__ = (
        Index("uq_leaving_open", "place", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        CheckConstraint("noticed_on <= last_day", name="days"),
        CheckConstraint("state in ('noticed', 'deleted')", name="state"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    place: Mapped[int] = mapped_column(ForeignKey("municipality.id"), nullable=False)
    noticed_on: Mapped[date] = mapped_column(Date, nullable=False)
    noticed_by: Mapped[str] = mapped_column(String(NAME), nullable=False)
    reference: Mapped[str] = mapped_column(String(NAME), nullable=False, default="")
    reason: Mapped[str] = mapped_column(String(REASON), nullable=False, default="")
    months: Mapped[int | None] = mapped_column(Integer)
    last_day: Mapped[date] = mapped_column(Date, nullable=False)
    agreed: Mapped[str] = mapped_column(String(REASON), nullable=False, default="")
    noted_at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    noted_by: Mapped[str] = mapped_column(String(NAME), nullable=False)
    archive_digest: Mapped[str] = mapped_column(String(64), nullable=False, default="")
    fetched_at: Mapped[datetime | None] = mapped_column(Moment)
    fetched_by: Mapped[str] = mapped_column(String(NAME), nullable=False, default="")
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    asked_by_id: Mapped[int | None] = mapped_column(Integer)
    asked_by: Mapped[str] = mapped_column(String(NAME), nullable=False, default="")
    state: Mapped[str] = mapped_column(String(20), nullable=False, default=NOTICED)
    municipality: Mapped[Municipality] = relationship()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    @property
    def left(self) -> date:
        """The first day it is no member."""
        return self.last_day + timedelta(days=1)


class DeletionReceipt(Base):
    """What was deleted of a municipality that had left: `counts` by table, as the registers called it; and what is
    `kept`, as [{table, rows, until}], for the law on bookkeeping wants it. Names are as they were that day."""

    __tablename__ = "deletion_receipt"
    __table_args__ = (
        UniqueConstraint("leaving_id"),
        CheckConstraint("approved_by_id <> asked_by_id", name="two_people"),
    )
    __written_once__ = True
    __locked__ = "1 = 1"

    id: Mapped[int] = mapped_column(primary_key=True)
    leaving_id: Mapped[int] = mapped_column(ForeignKey("leaving.id"), nullable=False)
    place: Mapped[int] = mapped_column(ForeignKey("municipality.id"), nullable=False)
    name: Mapped[str] = mapped_column(String(NAME), nullable=False)
    organisation_number: Mapped[str | None] = mapped_column(String(9))
    last_day: Mapped[date] = mapped_column(Date, nullable=False)
    archive_digest: Mapped[str] = mapped_column(String(64), nullable=False)
    fetched_at: Mapped[datetime] = mapped_column(Moment, nullable=False)
    fetched_by: Mapped[str] = mapped_column(String(NAME), nullable=False)
    asked_by_id: Mapped[int] = mapped_column(Integer, nullable=False)
    asked_by: Mapped[str] = mapped_column(String(NAME), nullable=False)
    approved_by_id: Mapped[int] = mapped_column(Integer, nullable=False)
    approved_by: Mapped[str] = mapped_column(String(NAME), nullable=False)
    deleted_at: Mapped[datetime] = mapped_column(Moment, nullable=False)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, nullable=False)
    kept: Mapped[list[dict[str, Any]]] = mapped_column(JSON, nullable=False)
    files: Mapped[int] = mapped_column(Integer, nullable=False)
    people: Mapped[int] = mapped_column(Integer, nullable=False)
