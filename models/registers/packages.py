"""Files that are made of a municipality and kept: inspection packages, the record of processing activities with all that
is told beside it; and archives, with all that belongs to it.

What is made is never changed, and belongs to the municipality it tells of. That somebody wants one is a job of theirs
alone, which a worker does and which is forgotten after some days. The file lies beside the database.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, Index, Integer, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.base import Base, Told
from models.declare.shapes import Moment
from models.registers.jobs import JobColumns
from models.tenancy import scope
from models.tenancy.rowsecurity import announce


class KeptColumns:
    """A file that was made and is kept as it is: `digest` is the SHA-256 of it all."""

    __written_once__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Moment, nullable=False)
    made_by: Mapped[str] = mapped_column(String(200), nullable=False)
    language: Mapped[str] = mapped_column(String(5), nullable=False)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    stored: Mapped[str] = mapped_column(String(40), nullable=False)
    digest: Mapped[str] = mapped_column(String(64), nullable=False)
    bytes: Mapped[int] = mapped_column(Integer, nullable=False)


class MakingColumns(JobColumns):
    """That a person wants such a file of the municipality `place`."""

    place: Mapped[int] = mapped_column(Integer, nullable=False)


class Package(KeptColumns, Told, Base):
    """A package that was made: `told` is the moment at which the registers stood so, `choices` what was chosen in words, and `files`
    what it holds, [{name, title, rows, bytes, sha256}], as its manifest says."""

    __tablename__ = "inspection_package"
    __table_args__ = (Index(None, "municipality_id", "id"), Index(None, "digest"))

    told: Mapped[datetime] = mapped_column(Moment, nullable=False)
    choices: Mapped[list[str]] = mapped_column(JSON, nullable=False, default=list)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, nullable=False, default=list)


class Archive(KeptColumns, Told, Base):
    """All that belongs to a municipality, handed back as one file that another Orden can read (`exchange/archive/`):
    `rows` is how many there are in it. Such archives are in no archive themselves."""

    __tablename__ = "municipality_archive"
    __table_args__ = (Index(None, "municipality_id", "id"),)

    rows: Mapped[int] = mapped_column(Integer, nullable=False)


class ArchiveJob(MakingColumns, Base):
    """That a person wants an archive."""

    __tablename__ = "archive_job"
    __table_args__ = (Index(None, "state", "id"), Index(None, "user_id", "id"))

    archive_id: Mapped[int | None] = mapped_column(Integer)


class PackageJob(MakingColumns, Base):
    """That a person wants a package. `asked` are the choices as an address says them."""

    __tablename__ = "package_job"
    __table_args__ = (Index(None, "state", "id"), Index(None, "user_id", "id"))

    asked: Mapped[dict[str, list[str]]] = mapped_column(JSON, nullable=False, default=dict)
    package_id: Mapped[int | None] = mapped_column(Integer)


def prune(connection: Connection, before: datetime) -> int:
    """Forget the jobs asked for before a moment, and the archives made before it, as the role that owns the tables; how
    many it was. An inspection package stands as it was shown an inspector; an archive is for who has fetched it."""
    if connection.dialect.name == "postgresql":
        places = Base.metadata.tables["municipality"]
        announce(connection, scope.of(connection.scalars(select(places.c.id))))
    jobs, archives = (PackageJob.__table__, ArchiveJob.__table__), Archive.__table__
    gone = [delete(one).where(one.c.asked_at < before) for one in jobs]
    return sum(connection.execute(one).rowcount for one in (*gone, delete(archives).where(archives.c.made_at < before)))
