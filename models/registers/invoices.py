"""What is invoiced: the runs that somebody makes and another approves, and the invoices that come of them.

An invoice holds all that was true on its day, in its own columns, and is written once: nobody changes or deletes it,
not by SQL either (`models/tenancy/locks.py`). It is corrected by a credit note and a new invoice. Numbers follow each
other without a gap for each issuer, as they are given in the transaction that writes the rows. Sources: domain
handbook 4.2, 4.4, 4.5 and bokføringsforskriften § 5-1-1.
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
    Text,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship, selectinload

from models.declare.base import Base, Money
from models.declare.charging import MONTHS, ChargeKind
from models.declare.clock import now
from models.declare.selfcost import Handling
from models.declare.shapes import Moment, Vocabulary

DRAFT, APPROVED, ISSUED = "draft", "approved", "issued"
INVOICE, CREDIT_NOTE = "invoice", "credit_note"
WHOLE_YEAR = 0  # in place of a quarter
ISSUED_ALREADY = "OLD.state = 'issued'"
ON_ACCOUNT, SUPPLEMENT, SETTLEMENT = "on_account", "supplement", "settlement"  # what an invoice is about
OPEN = text("state <> 'issued' AND corrects_id IS NULL AND settles IS NULL")
SETTLING = text("state <> 'issued' AND settles IS NOT NULL")
FIRST = text("nature = 'invoice' AND replaces_id IS NULL AND about = 'on_account'")


class ChargeRun(Base):
    """That a period is to be invoiced, an invoice corrected (`corrects_id`), or a version of the settlement of a year
    made into documents (`settles`). `digest` is what the lines came to when it was made: what is approved and issued is
    that, or nothing. It tells of no municipality by itself."""

    __tablename__ = "charge_run"
    __table_args__ = (
        Index(None, "state", "id"),
        # One is made ready at a time, so that two who begin at once do not make the same.
        Index("uq_charge_run_open", "year", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("uq_charge_run_settling", "year", unique=True, sqlite_where=SETTLING, postgresql_where=SETTLING),
        UniqueConstraint("corrects_id"),
        CheckConstraint("approved_by_id is null or approved_by_id <> made_by_id", name="two_people"),
        CheckConstraint("state = 'draft' or approved_by_id is not null", name="approved"),
        CheckConstraint("state in ('draft', 'approved', 'issued')", name="state"),
    )  # fmt: skip
    __locked__ = ISSUED_ALREADY

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    year: Mapped[int] = mapped_column(Integer, nullable=False)
    quarter: Mapped[int] = mapped_column(Integer, nullable=False, default=WHOLE_YEAR)
    corrects_id: Mapped[int | None] = mapped_column(Integer)
    settles: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20), nullable=False, default=DRAFT)
    digest: Mapped[str] = mapped_column(String(64), nullable=False)
    documents: Mapped[int] = mapped_column(Integer, nullable=False)
    total_ore: Mapped[int] = mapped_column(BigInteger, nullable=False)
    made_at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    made_by_id: Mapped[int] = mapped_column(Integer, nullable=False)
    made_by: Mapped[str] = mapped_column(String(200), nullable=False)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by_id: Mapped[int | None] = mapped_column(Integer)
    approved_by: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    issued_at: Mapped[datetime | None] = mapped_column(Moment)
    issued_by: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class InvoiceSeries(Base):
    """The last number an issuer has given. The row is held while numbers are given, so that they follow each other."""

    __tablename__ = "invoice_series"

    organisation_number: Mapped[str] = mapped_column(String(9), primary_key=True)
    last: Mapped[int] = mapped_column(Integer, nullable=False, default=0)


class Invoice(Money, Base):
    """An invoice or a credit note as it was sent. Buyer and seller are as they were that day; `credits_id` is the one a
    credit note takes back, `replaces_id` the one that a new invoice stands instead of. A settlement takes no invoice
    back: its credit note names those of the year (`refers`, number and day). What a document comes to is whole øre and
    never below nought: a credit note says by its nature that it is given back."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        UniqueConstraint("seller_organisation_number", "number"),
        UniqueConstraint("credits_id"),
        UniqueConstraint("replaces_id"),
        Index(None, "municipality_id", "year", "quarter"),
        Index(None, "run_id"),
        # The first invoice of a municipality for a period; all others stand instead of one.
        Index(
            "uq_invoice_first", "municipality_id", "year", "quarter", unique=True, sqlite_where=FIRST, postgresql_where=FIRST
        ),
        *[
            ForeignKeyConstraint(
                ["municipality_id", key], ["invoice.municipality_id", "invoice.id"], name=f"fk_invoice_{key}"
            )
            for key in ("credits_id", "replaces_id")
        ],
        CheckConstraint("credits_id is null or nature = 'credit_note'", name="credits"),
        CheckConstraint("nature = 'invoice' or credits_id is not null or about = 'settlement'", name="takes_back"),
        CheckConstraint("about in ('on_account', 'supplement', 'settlement')", name="about"),
        CheckConstraint("gross_ore = net_ore + vat_ore and net_ore >= 0", name="sum"),
    )  # fmt: skip
    __written_once__ = True
    __locked__ = "1 = 1"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("charge_run.id"), nullable=False)
    nature: Mapped[str] = mapped_column(String(20), nullable=False)
    about: Mapped[str] = mapped_column(String(20), nullable=False, default=ON_ACCOUNT, server_default=ON_ACCOUNT)
    number: Mapped[int] = mapped_column(Integer, nullable=False)
    year: Mapped[int] = mapped_column(Integer, nullable=False)
    quarter: Mapped[int] = mapped_column(Integer, nullable=False, default=WHOLE_YEAR)
    credits_id: Mapped[int | None] = mapped_column(Integer)
    replaces_id: Mapped[int | None] = mapped_column(Integer)
    credits_number: Mapped[int | None] = mapped_column(Integer)  # the number of the one that is taken back
    refers: Mapped[list[list[str]]] = mapped_column(JSON, nullable=False, default=list, server_default="[]")
    issued_on: Mapped[date] = mapped_column(Date, nullable=False)
    due_on: Mapped[date] = mapped_column(Date, nullable=False)
    kid: Mapped[str] = mapped_column(String(25), nullable=False, default="")
    language: Mapped[str] = mapped_column(String(5), nullable=False)
    currency: Mapped[str] = mapped_column(String(3), nullable=False, default="NOK")
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")

    buyer_name: Mapped[str] = mapped_column(String(200), nullable=False)
    buyer_code: Mapped[str] = mapped_column(String(4), nullable=False, default="")
    buyer_organisation_number: Mapped[str] = mapped_column(String(9), nullable=False)
    buyer_address: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    buyer_postcode: Mapped[str] = mapped_column(String(4), nullable=False, default="")
    buyer_city: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    buyer_country: Mapped[str] = mapped_column(String(2), nullable=False, default="NO")
    buyer_reference: Mapped[str] = mapped_column(String(100), nullable=False)

    seller_name: Mapped[str] = mapped_column(String(200), nullable=False)
    seller_organisation_number: Mapped[str] = mapped_column(String(9), nullable=False)
    seller_address: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    seller_postcode: Mapped[str] = mapped_column(String(4), nullable=False, default="")
    seller_city: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    seller_country: Mapped[str] = mapped_column(String(2), nullable=False, default="NO")
    seller_email: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    seller_account: Mapped[str] = mapped_column(String(11), nullable=False)
    seller_cooperation: Mapped[str] = mapped_column(String(500), nullable=False, default="")

    vat_category: Mapped[str] = mapped_column(String(2), nullable=False)
    vat_percent: Mapped[int] = mapped_column(Integer, nullable=False)
    vat_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    net_ore: Mapped[int] = mapped_column(BigInteger, nullable=False)
    vat_ore: Mapped[int] = mapped_column(BigInteger, nullable=False)
    gross_ore: Mapped[int] = mapped_column(BigInteger, nullable=False)

    lines: Mapped[list[InvoiceLine]] = relationship("InvoiceLine", order_by="InvoiceLine.place")

    @property
    def is_credit(self) -> bool:
        return self.nature == CREDIT_NOTE

    @property
    def sign(self) -> int:
        """What an amount is to be multiplied by where invoices and credit notes are added up."""
        return -1 if self.is_credit else 1


class InvoiceLine(Money, Base):
    """One line: `billed_quantity` × price / `base_quantity` is the amount, to the øre (BIS Billing 3.0, R120). What the
    figure was, of which day and from where stands with it. What is owed from a settlement is deducted by a quantity
    below nought, never by a price (BR-27): `settles_year` and `settles_number` are the version it is of, and `handling`
    how that was handled. `supplement_id` is the supplement that is charged."""

    __tablename__ = "invoice_line"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id"),
        Index(None, "municipality_id", "invoice_id"),
        UniqueConstraint("invoice_id", "place"),
        ForeignKeyConstraint(
            ["municipality_id", "invoice_id"], ["invoice.municipality_id", "invoice.id"], name="fk_invoice_line_invoice"
        ),
        ForeignKeyConstraint(
            ["municipality_id", "supplement_id"], ["supplement.municipality_id", "supplement.id"],
            name="fk_invoice_line_supplement",
        ),
        Index(None, "settles_year"),
        Index(None, "supplement_id"),
        CheckConstraint("price_ore >= 0 and (amount_ore >= 0 or kind = 'settlement')", name="not_negative"),
        CheckConstraint("(settles_year is null) = (kind <> 'settlement')", name="settles"),
    )  # fmt: skip
    __written_once__ = True
    __locked__ = "1 = 1"

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(Integer, nullable=False)
    place: Mapped[int] = mapped_column(Integer, nullable=False)
    kind: Mapped[ChargeKind] = mapped_column(Vocabulary(ChargeKind), nullable=False)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    quantity: Mapped[int] = mapped_column(Integer, nullable=False)
    months: Mapped[int] = mapped_column(Integer, nullable=False)
    unit: Mapped[str] = mapped_column(String(3), nullable=False, default="C62")
    price_ore: Mapped[int] = mapped_column(BigInteger, nullable=False)
    amount_ore: Mapped[int] = mapped_column(BigInteger, nullable=False)
    price_from: Mapped[date | None] = mapped_column(Date)
    inhabitants: Mapped[int | None] = mapped_column(Integer)
    counted_on: Mapped[date | None] = mapped_column(Date)
    counted_by: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    settles_year: Mapped[int | None] = mapped_column(Integer)
    settles_number: Mapped[int | None] = mapped_column(Integer)
    handling: Mapped[Handling | None] = mapped_column(Vocabulary(Handling))
    supplement_id: Mapped[int | None] = mapped_column(Integer)
    formula: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    remark: Mapped[str] = mapped_column(Text, nullable=False, default="")

    @property
    def base_quantity(self) -> int:
        """What the price is for: a year of so many months, where it was not charged whole."""
        return 1 if self.months == MONTHS else MONTHS

    @property
    def billed_quantity(self) -> int:
        return self.quantity if self.months == MONTHS else self.quantity * self.months


def documents_of(session: Any, run: ChargeRun) -> list[Invoice]:
    """What came of a run, by number, with the lines."""
    there = select(Invoice).where(Invoice.run_id == run.id).order_by(Invoice.number)
    return list(session.scalars(there.options(selectinload(Invoice.lines))))
