"""Spreadsheets that people import: a person's own, read and written by nobody else, and swept away after some days.

What is in the file is kept beside the database (`models/keeping/files.py`), never in it; what came of it stands in the
history. PostgreSQL keeps both tables to the person as well (`models/tenancy/rowsecurity.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Connection, Index, Integer, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.base import Base
from models.declare.clock import now
from models.declare.shapes import Moment
from models.tenancy import scope
from models.tenancy.rowsecurity import announce

KEPT = timedelta(days=30)
LONGEST_NAME, LONGEST_SAYING = 150, 1000
# What becomes of an import: it is looked at, a large one by a worker that it waits for; it waits to be done, is being
# done, and then is done, refused, or stopped.
LOOKED_AT, TO_LOOK, LOOKING = "looked_at", "to_look", "looking"
WAITING, TAKEN, DONE, REFUSED, STOPPED = "waiting", "taken", "done", "refused", "stopped"
GOES_ON = frozenset({TO_LOOK, LOOKING, WAITING, TAKEN})


class Import(Base):
    """A file that a person imports into a register, in the municipality `place`; None for the shared registers.

    `how` is how it is read, `seen` what each row would become when it was looked at, `chosen` what is to be imported of
    it, all as exchange/jobs.py writes them. `event` is the one it becomes in the history, or what the looking goes by
    while it goes on; `said` tells why it was not done, or not looked at.
    """

    __tablename__ = "spreadsheet_import"
    __table_args__ = (Index(None, "state", "id"), Index(None, "user_id", "id"))
    __personal__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, nullable=False)
    place: Mapped[int | None] = mapped_column(Integer)
    register: Mapped[str] = mapped_column(String(60), nullable=False)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), nullable=False)
    stored: Mapped[str] = mapped_column(String(40), nullable=False)
    digest: Mapped[str] = mapped_column(String(64), nullable=False)
    language: Mapped[str] = mapped_column(String(5), nullable=False, default="nb")
    how: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)
    seen: Mapped[list[Any]] = mapped_column(JSON, nullable=False, default=list, deferred=True)  # may be megabytes
    chosen: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, nullable=False, default=dict)
    state: Mapped[str] = mapped_column(String(20), nullable=False, default=LOOKED_AT)
    attempts: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    event: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    said: Mapped[str] = mapped_column(String(LONGEST_SAYING), nullable=False, default="")
    made_at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def is_seen(self) -> bool:
        """Whether its rows were looked at, and nothing more is asked for yet."""
        return self.state == LOOKED_AT and bool(self.counts)


class ColumnMatch(Base):
    """Which field a person took a heading for in a register, to be proposed the next time: {heading: key of a field}."""

    __tablename__ = "column_match"
    __table_args__ = (UniqueConstraint("user_id", "register"),)
    __personal__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, nullable=False)
    register: Mapped[str] = mapped_column(String(60), nullable=False)
    columns: Mapped[dict[str, str]] = mapped_column(JSON, nullable=False, default=dict)
    at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)


def prune(connection: Connection, before: datetime) -> int:
    """Forget the imports made before a moment, as the role that owns the tables; how many it was."""
    table = Import.__table__
    if connection.dialect.name == "postgresql":
        announce(connection, scope.Scope(personal=True))
    return connection.execute(delete(table).where(table.c.made_at < before)).rowcount


def stored_names(connection: Connection) -> set[str]:
    """What the files are stored as that somebody imports; as the role that owns the tables."""
    if connection.dialect.name == "postgresql":
        announce(connection, scope.Scope(personal=True))
    return set(connection.scalars(select(Import.__table__.c.stored)))
