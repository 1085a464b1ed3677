"""What was handed to the access point, and what was not: each attempt is a row that nobody changes. That somebody wants
the documents of a run handed over is a job of theirs, which a worker does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Connection,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
    delete,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.base import Base, Money
from models.declare.clock import now
from models.declare.shapes import Moment
from models.registers.jobs import LONGEST_SAYING, JobColumns
from models.tenancy import scope
from models.tenancy.rowsecurity import announce

ONCE = text("is_delivered")


class Delivery(Money, Base):
    """That an invoice was handed over as EHF, or why not (`said`): under which name, what it held, where to. It is
    delivered once; `is_new` is not when it was found there, as after a process that ended in between."""

    __tablename__ = "invoice_delivery"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        Index(None, "municipality_id", "invoice_id"),
        Index("uq_invoice_delivery_once", "invoice_id", unique=True, sqlite_where=ONCE, postgresql_where=ONCE),
        ForeignKeyConstraint(
            ["municipality_id", "invoice_id"], ["invoice.municipality_id", "invoice.id"], name="fk_invoice_delivery_invoice"
        ),
        CheckConstraint("(said = '') = is_delivered", name="said"),
    )  # fmt: skip
    __written_once__ = True
    __locked__ = "1 = 1"

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(Integer, nullable=False)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    sha256: Mapped[str] = mapped_column(String(64), nullable=False, default="")
    place: Mapped[str] = mapped_column(String(500), nullable=False)
    at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    by: Mapped[str] = mapped_column(String(200), nullable=False)
    is_delivered: Mapped[bool] = mapped_column(Boolean, nullable=False)
    is_new: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    said: Mapped[str] = mapped_column(String(LONGEST_SAYING), nullable=False, default="")


class DeliveryJob(JobColumns, Base):
    """That a person wants the documents of a run handed over."""

    __tablename__ = "delivery_job"
    __table_args__ = (Index(None, "state", "id"), Index(None, "user_id", "id"))

    run_id: Mapped[int] = mapped_column(Integer, nullable=False)


def prune(connection: Connection, before: datetime) -> int:
    """Forget the jobs asked for before a moment, as the role that owns the tables; how many it was."""
    table = DeliveryJob.__table__
    if connection.dialect.name == "postgresql":
        announce(connection, scope.Scope(personal=True))
    return connection.execute(delete(table).where(table.c.asked_at < before)).rowcount
