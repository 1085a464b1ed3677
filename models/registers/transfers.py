"""That roles in the cooperation pass to another organisation on a day, and what must be signed again because of it.

Who is what is told by the parties themselves, which end and begin; an agreement is the municipality's own row. What is
kept here is which papers a transfer concerned, and which of them are signed.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.declare.base import Base
from models.declare.clock import now
from models.declare.shapes import Moment
from models.registers.catalogue import Supplier
from models.registers.municipality import Municipality
from models.tenancy.log import REASON

NAME = 300
PROCESSING = "processing"  # a data processing agreement; beside it an accession agreement


class Transfer(Base):
    """`roles` pass from one organisation to another, which has them from `day` on. `event` is what it is called in the
    history."""

    __tablename__ = "party_transfer"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, nullable=False)
    roles: Mapped[list[str]] = mapped_column(JSON, nullable=False)
    from_name: Mapped[str] = mapped_column(String(NAME), nullable=False)
    to_name: Mapped[str] = mapped_column(String(NAME), nullable=False)
    to_supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), nullable=False)
    basis: Mapped[str] = mapped_column(String(REASON), nullable=False)
    event: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    made_by: Mapped[str] = mapped_column(String(200), nullable=False)
    made_at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    papers: Mapped[list[TransferPaper]] = relationship("TransferPaper", order_by="TransferPaper.id")
    to_supplier: Mapped[Supplier] = relationship()


class TransferPaper(Base):
    """An agreement of a municipality, by its number and name that day. `carried` says that it goes on with the new party
    without more; what is `to_sign` is signed again by both."""

    __tablename__ = "party_transfer_paper"
    __table_args__ = (
        Index(None, "transfer_id", "id"),
        CheckConstraint("nature in ('accession', 'processing')", name="nature"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("party_transfer.id"), nullable=False)
    place: Mapped[int] = mapped_column(ForeignKey("municipality.id"), nullable=False)
    agreement: Mapped[int] = mapped_column(Integer, nullable=False)
    name: Mapped[str] = mapped_column(String(NAME), nullable=False)
    nature: Mapped[str] = mapped_column(String(20), nullable=False)
    carried: Mapped[bool] = mapped_column(nullable=False)
    to_sign: Mapped[bool] = mapped_column(nullable=False)
    signed_on: Mapped[date | None] = mapped_column(Date)
    ticked_by: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    ticked_at: Mapped[datetime | None] = mapped_column(Moment)
    municipality: Mapped[Municipality] = relationship()
