"""Inspection packages: the record of processing activities with all that is told beside it, as one file that is kept.

What is made is never changed, and belongs to the municipality it tells of. That somebody wants one is a job of theirs
alone, which a worker does and which is forgotten after some days. The file lies beside the database.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Connection, Index, Integer, String, delete
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.base import Base, Told
from models.declare.clock import now
from models.declare.shapes import Moment
from models.tenancy import scope
from models.tenancy.rowsecurity import announce

KEPT = timedelta(days=30)  # for which a job is remembered
LONGEST_SAYING = 1000
WAITING, TAKEN, DONE, REFUSED, STOPPED = "waiting", "taken", "done", "refused", "stopped"
GOES_ON = frozenset({WAITING, TAKEN})


class Package(Told, Base):
    """A package that was made: `told` is the moment at which the registers stood so, `choices` what was chosen in words, and `files`
    what it holds, [{name, title, rows, bytes, sha256}], as its manifest says. `digest` is the SHA-256 of it all."""

    __tablename__ = "inspection_package"
    __table_args__ = (Index(None, "municipality_id", "id"), Index(None, "digest"))
    __written_once__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    told: Mapped[datetime] = mapped_column(Moment, nullable=False)
    made_at: Mapped[datetime] = mapped_column(Moment, nullable=False)
    made_by: Mapped[str] = mapped_column(String(200), nullable=False)
    language: Mapped[str] = mapped_column(String(5), nullable=False)
    choices: Mapped[list[str]] = mapped_column(JSON, nullable=False, default=list)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, nullable=False, default=list)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    stored: Mapped[str] = mapped_column(String(40), nullable=False)
    digest: Mapped[str] = mapped_column(String(64), nullable=False)
    bytes: Mapped[int] = mapped_column(Integer, nullable=False)


class PackageJob(Base):
    """That a person wants a package of the municipality `place`. `asked` are the choices as an address says them;
    `event` is what its progress goes by, and `said` why there is no package."""

    __tablename__ = "package_job"
    __table_args__ = (Index(None, "state", "id"), Index(None, "user_id", "id"))
    __personal__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, nullable=False)
    place: Mapped[int] = mapped_column(Integer, nullable=False)
    language: Mapped[str] = mapped_column(String(5), nullable=False, default="nb")
    asked: Mapped[dict[str, list[str]]] = mapped_column(JSON, nullable=False, default=dict)
    state: Mapped[str] = mapped_column(String(20), nullable=False, default=WAITING)
    attempts: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    event: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    said: Mapped[str] = mapped_column(String(LONGEST_SAYING), nullable=False, default="")
    asked_at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    package_id: Mapped[int | None] = mapped_column(Integer)


def prune(connection: Connection, before: datetime) -> int:
    """Forget the jobs asked for before a moment, as the role that owns the tables; how many it was."""
    table = PackageJob.__table__
    if connection.dialect.name == "postgresql":
        announce(connection, scope.Scope(personal=True))
    return connection.execute(delete(table).where(table.c.asked_at < before)).rowcount
