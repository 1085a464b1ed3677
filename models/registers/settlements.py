"""Settlements of actual cost, and the ledger beneath them. A draft is a choice of key and of what is done with the
difference, kept as one goes; what is approved is frozen, and a mistake is corrected by a new version.

What stands of each municipality has an owner, behind the walls of money; what is common to all names none of them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.base import Base, Money
from models.declare.clock import now
from models.declare.selfcost import Account, Handling, SettlementKey, Source
from models.declare.shapes import Moment, Vocabulary
from models.tenancy.log import REASON

NAME = 200


class SettlementDraft(Base):
    """How a year is to be settled, until it is approved by another than who made it last. `reason` is why a frozen
    one is corrected."""

    __tablename__ = "settlement_draft"
    __table_args__ = (UniqueConstraint("year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    year: Mapped[int] = mapped_column(Integer, nullable=False)
    key: Mapped[SettlementKey] = mapped_column(Vocabulary(SettlementKey), nullable=False)
    handling: Mapped[Handling] = mapped_column(Vocabulary(Handling), nullable=False)
    reason: Mapped[str] = mapped_column(String(REASON), nullable=False, default="")
    made_by: Mapped[int] = mapped_column(Integer, nullable=False)
    made_by_name: Mapped[str] = mapped_column(String(NAME), nullable=False)
    made_at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class Settlement(Base):
    """A settlement that is approved: `number` is its version within the year, `corrects` the one it takes the place of.
    `costs` and `funds` are what stood in the registers and in the ledger that day, as `models/money/settling.py`
    writes them."""

    __tablename__ = "settlement"
    __table_args__ = (UniqueConstraint("year", "number"),)
    __written_once__ = True
    __locked__ = "1 = 1"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(Integer, nullable=False)
    number: Mapped[int] = mapped_column(Integer, nullable=False)
    corrects: Mapped[int | None] = mapped_column(Integer)
    key: Mapped[SettlementKey] = mapped_column(Vocabulary(SettlementKey), nullable=False)
    handling: Mapped[Handling] = mapped_column(Vocabulary(Handling), nullable=False)
    reason: Mapped[str] = mapped_column(String(REASON), nullable=False, default="")
    cost_ore: Mapped[int] = mapped_column(BigInteger, nullable=False)
    on_account_ore: Mapped[int] = mapped_column(BigInteger, nullable=False)
    costs: Mapped[list[dict[str, Any]]] = mapped_column(JSON, nullable=False)
    funds: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False)
    made_by_name: Mapped[str] = mapped_column(String(NAME), nullable=False)
    approved_by: Mapped[int] = mapped_column(Integer, nullable=False)
    approved_by_name: Mapped[str] = mapped_column(String(NAME), nullable=False)
    approved_at: Mapped[datetime] = mapped_column(Moment, nullable=False)


class SettlementLine(Money, Base):
    """What one municipality is settled for in a version of a year. `covers` are the municipalities before it that it
    answers for, by name. Lines are written before the settlement they stand in, which shuts the door behind them."""

    __tablename__ = "settlement_line"
    __table_args__ = (
        UniqueConstraint("municipality_id", "year", "number"),
        Index(None, "year", "number"),
        ForeignKeyConstraint(
            ["year", "number"], ["settlement.year", "settlement.number"], name="fk_settlement_line_settlement",
            deferrable=True, initially="DEFERRED",
        ),
    )  # fmt: skip
    __written_once__ = True
    __locked__ = "1 = 1"
    __closed_by__ = ("settlement", "year", "number")

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(Integer, nullable=False)
    number: Mapped[int] = mapped_column(Integer, nullable=False)
    name: Mapped[str] = mapped_column(String(NAME), nullable=False)
    organisation_number: Mapped[str | None] = mapped_column(String(9))
    covers: Mapped[list[str]] = mapped_column(JSON, nullable=False)
    weight: Mapped[int] = mapped_column(BigInteger, nullable=False)
    fixed_ore: Mapped[int] = mapped_column(BigInteger, nullable=False)
    share_ore: Mapped[int] = mapped_column(BigInteger, nullable=False)
    on_account_ore: Mapped[int] = mapped_column(BigInteger, nullable=False)
    handling: Mapped[Handling] = mapped_column(Vocabulary(Handling), nullable=False)


class LedgerEntry(Base):
    """An entry in the books: an amount that is debited to one account and credited to another. That the two sum to
    zero needs no check, since there is one amount. `year` is the year the money is of, in a fund that is emptied by
    the oldest first; `source_id` what it comes from, and `reverses` the entry that it takes back."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("amount_ore > 0", name="positive"),
        CheckConstraint("debit <> credit", name="two_accounts"),
        UniqueConstraint("reverses"),
        Index(None, "source", "source_id"),
    )
    __written_once__ = True
    __locked__ = "1 = 1"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, nullable=False)
    debit: Mapped[Account] = mapped_column(Vocabulary(Account), nullable=False)
    credit: Mapped[Account] = mapped_column(Vocabulary(Account), nullable=False)
    amount_ore: Mapped[int] = mapped_column(BigInteger, nullable=False)
    year: Mapped[int | None] = mapped_column(Integer)
    source: Mapped[Source] = mapped_column(Vocabulary(Source), nullable=False)
    source_id: Mapped[int | None] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(String(NAME), nullable=False, default="")
    reverses: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id"))
    at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    by: Mapped[str] = mapped_column(String(NAME), nullable=False, default="")
