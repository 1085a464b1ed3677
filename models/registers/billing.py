"""Prices, supplements, and what was charged before Orden invoiced, or beside it. Whole øre in integers, half-open
periods.

Rules: domain handbook section 4.2 and decisions D1, D2 (connection fee by size, 6 000 kr + 1,50 kr per inhabitant). What
they come to for a municipality is reckoned in `models/money`; what Orden has invoiced is in `invoices.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, Index, Integer, String, UniqueConstraint, inspect, select, text
from sqlalchemy.orm import Mapped, object_session

from models.declare import checks, periods
from models.declare.base import Base, Group, Money, OwnedRecord, Register, Shared
from models.declare.charging import ChargeKind
from models.declare.choices import Answer, PriceKind
from models.declare.fields import Copied, Mark, field
from models.declare.shapes import Shape
from models.declare.words import N_, Problem
from models.registers.invoices import InvoiceLine

OVERLAPS = N_("Prislisten fra %(day)s gjelder i noe av denne perioden. Sett til-dato på alle radene i den først.")
LOCKED = N_("Belastningen er fakturert og endres ikke mer. Før en kreditering eller et tillegg i stedet.")
CREDITED = N_("Bare en kreditering eller en avregning kan være under null.")
ON_INVOICE = N_("Tillegget står på en faktura og endres ikke mer. Sett det som frafalt, og rett fakturaen.")
SETTLED = ("municipality_id", "year", "name", "amount_ore")  # of a supplement, once it is invoiced
BELOW_NOUGHT = frozenset({ChargeKind.CREDIT, ChargeKind.SETTLEMENT})


class Price(Shared, Base):
    """Prisrad – en pris i en periode, eventuelt fra et folketall og oppover."""

    __tablename__ = "price"
    __table_args__ = (UniqueConstraint("nature", "from_inhabitants", "valid_from"), CheckConstraint("amount_ore >= 0", name="not_negative"))
    __register__ = Register(Group.SYSTEM, N_("Priser"), N_("pris"), N_("Prisene i samarbeidet, med datoene de gjelder."), title="label", asks_why=True)

    nature: Mapped[PriceKind] = field(N_("Hva prisen gjelder"), PriceKind, required=True, listed=True, filtered=True, help=N_("Tilkoblingsavgift, eller en del av det årlige a konto-beløpet."))
    from_inhabitants: Mapped[int] = field(N_("Fra folketall"), Integer, required=True, default=0, listed=True, adds_up=False, valid=checks.not_negative, help=N_("Prisen gjelder fra og med dette folketallet til neste trinn."))
    amount_ore: Mapped[int] = field(N_("Beløp"), Shape.MONEY, required=True, listed=True, adds_up=False, valid=checks.not_negative, help=N_("Beløpet uten merverdiavgift, i kroner."))
    valid_from: Mapped[date] = field(N_("Gjelder fra"), Date, required=True, listed=True, help=N_("Første dag prisen gjelder."))
    valid_to: Mapped[date | None] = field(N_("Gjelder til"), Date, after="valid_from", listed=True, help=N_("Første dag prisen ikke gjelder lenger."))
    charged_to_founders: Mapped[Answer] = field(N_("Belastes grunnleggere"), Answer, required=True, default=Answer.YES, listed=True, help=N_("Nei når grunnleggerne har betalt på annen måte. Rapporten viser likevel avgiften etter regelen."))
    note: Mapped[str | None] = field(N_("Merknad"), Shape.LONG_TEXT, length=500, help=N_("Vedtaket prisen følger av."))

    @property
    def label(self) -> str:
        return f"{self.nature.label} {self.valid_from:%d.%m.%Y}" if self.nature and self.valid_from else ""

    def check(self) -> None:
        """The rows of one kind that begin on one day are one list, and only one list is in force: another that was left
        open would be charged as well, or hide a tier of the new one."""
        session = object_session(self)
        if session is None or self in session.deleted or self.valid_from is None:
            return
        saved = session.scalars(select(Price).where(Price.nature == self.nature, Price.valid_from != self.valid_from))
        pending = [one for one in (*session.new, *session.dirty) if isinstance(one, Price) and one.nature is self.nature]
        for other in (*saved, *pending):
            if other.valid_from != self.valid_from and other not in session.deleted and periods.meet(self, other):
                raise Problem(OVERLAPS, day=f"{other.valid_from:%d.%m.%Y}")


class Supplement(OwnedRecord, Money, Base):
    """Tillegg – noe en kommune skal betale ut over prisene, med begrunnelse. Neste kjøring tar det med som egen linje."""

    __tablename__ = "supplement"
    __table_args__ = (CheckConstraint("amount_ore > 0", name="positive"),)
    __register__ = Register(Group.SYSTEM, N_("Tillegg på fakturaen"), N_("tillegg på fakturaen"), N_("Det en kommune skal betale ut over prisene. Neste kjøring tar det med, én gang."))

    year: Mapped[int] = field(N_("År"), Shape.YEAR, required=True, mark=Mark.MANDATORY, listed=True, valid=checks.billing_year, copied=Copied.ANEW, help=N_("Året tillegget gjelder. Det kommer med i første kjøring for dette året eller et senere."))
    name: Mapped[str] = field(N_("Tekst"), String(150), required=True, mark=Mark.MANDATORY, listed=True, searched=True, help=N_("Det tillegget er for, slik det skal stå på fakturaen."))
    amount_ore: Mapped[int] = field(N_("Beløp"), Shape.MONEY, required=True, mark=Mark.MANDATORY, listed=True, valid=checks.above_nothing, help=N_("Uten merverdiavgift, i kroner."))
    basis: Mapped[str] = field(N_("Begrunnelse"), Shape.LONG_TEXT, length=500, required=True, mark=Mark.MANDATORY, help=N_("Avtalen eller bestillingen tillegget følger av. Står ikke på fakturaen."))
    dropped: Mapped[bool] = field(N_("Frafalt"), Boolean, required=True, default=False, listed=True, copied=Copied.ANEW, help=N_("Et tillegg som er frafalt, faktureres ikke. Er det fakturert, rettes fakturaen."))

    def check(self) -> None:
        """What is invoiced stands as it was: it may only be waived, and the invoice corrected."""
        session = object_session(self)
        if session is not None and self.id and (self in session.deleted or _has_changed(self, SETTLED)) and _stands_on_an_invoice(session, self):
            raise Problem(ON_INVOICE)


def _stands_on_an_invoice(session: Any, row: Supplement) -> bool:
    return session.scalar(select(InvoiceLine.id).where(InvoiceLine.supplement_id == row.id).limit(1)) is not None


class Charge(OwnedRecord, Money, Base):
    """Belastning – noe en kommune er fakturert utenom kjøringene i Orden. Føres når fakturaen er sendt."""

    __tablename__ = "charge"
    __table_args__ = (
        # By the prices once a year; what is of a kind of its own as often as it happens.
        Index("uq_charge_by_price", "municipality_id", "year", "nature", unique=True, sqlite_where=text("nature IN ('connection', 'fixed', 'inhabitant')"), postgresql_where=text("nature IN ('connection', 'fixed', 'inhabitant')")),
        CheckConstraint("amount_ore >= 0 or nature in ('credit', 'settlement')", name="not_negative"),
    )
    __register__ = Register(Group.SYSTEM, N_("Belastninger"), N_("belastning"), N_("Det kommunene er fakturert før Orden fakturerte, eller utenom, år for år."), title="label")
    __locked__ = "OLD.invoiced_on IS NOT NULL AND OLD.reference IS NOT NULL"
    __locked_columns__ = ("municipality_id", "year", "nature", "quantity", "amount_ore", "invoiced_on", "reference", "formula")

    year: Mapped[int] = field(N_("År"), Shape.YEAR, required=True, mark=Mark.MANDATORY, listed=True, valid=checks.billing_year, copied=Copied.ANEW, help=N_("Året beløpet gjelder."))
    nature: Mapped[ChargeKind] = field(N_("Hva beløpet gjelder"), ChargeKind, required=True, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Tilkoblingsavgift, en del av a konto, tillegg, kreditering eller avregning."))
    quantity: Mapped[int] = field(N_("Antall"), Integer, required=True, default=1, listed=True, valid=checks.not_negative, help=N_("1, eller antall innbyggere."))
    amount_ore: Mapped[int] = field(N_("Beløp"), Shape.MONEY, required=True, mark=Mark.MANDATORY, listed=True, help=N_("Beløpet uten merverdiavgift, i kroner. En kreditering er under null."))
    invoiced_on: Mapped[date | None] = field(N_("Fakturert dato"), Date, mark=Mark.ADVISED, listed=True, help=N_("Datoen på fakturaen. Med dato og nummer er raden låst."))
    reference: Mapped[str | None] = field(N_("Fakturanummer"), String(60), mark=Mark.ADVISED, listed=True, searched=True, copied=Copied.ANEW, help=N_("Nummeret i økonomisystemet."))
    formula: Mapped[str | None] = field(N_("Utregning"), String(300), copied=Copied.ANEW, help=N_("Slik beløpet ble regnet ut."))

    @property
    def label(self) -> str:
        return f"{self.nature.label} {self.year}" if self.nature else ""

    def check(self) -> None:
        """What is invoiced is locked, and only what is given back lies below nought."""
        session = object_session(self)
        if session is not None and (self in session.deleted or _has_changed(self, self.__locked_columns__)) and _was_invoiced(self):
            raise Problem(LOCKED)
        if (self.amount_ore or 0) < 0 and self.nature not in BELOW_NOUGHT:
            raise Problem(CREDITED)


def _has_changed(row: Any, keys: tuple[str, ...]) -> bool:
    return any(inspect(row).attrs[key].history.has_changes() for key in keys)


def _was_invoiced(row: Charge) -> bool:
    """Whether the row as it is saved has a day and a number of an invoice."""
    state = inspect(row)
    saved = [next(iter(state.attrs[key].history.deleted or (getattr(row, key),)), None) for key in ("invoiced_on", "reference")]
    return state.persistent and all(saved)


def price_rows(session: Any) -> list[Price]:
    """All price rows, past and present."""
    return list(session.scalars(select(Price)))
