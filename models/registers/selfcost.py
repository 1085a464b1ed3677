"""What the joint work has cost, the interest of self-cost funds, and what the development fund is decided to be used
for: registers of the project (domain handbook 4.1 and 4.3)."""

# fmt: off
from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped

from models.declare import checks
from models.declare.base import Base, Group, Register, Shared
from models.declare.fields import Copied, Mark, field
from models.declare.selfcost import BY_LAW, EXCLUDED, NOT_ATTRIBUTABLE, CostKind, RateStatus
from models.declare.shapes import Shape
from models.declare.words import N_


class Cost(Shared, Base):
    """Kostnad – en regnskapslinje i samarbeidet, med bilag. Refusjoner og inntekter er negative."""

    __tablename__ = "self_cost"
    __table_args__ = (Index(None, "year"),)
    __register__ = Register(Group.SYSTEM, N_("Kostnader i samarbeidet"), N_("kostnad"), N_("Det samarbeidet har kostet, år for år, etter regnskapet. Avregningen regnes av det."))

    year: Mapped[int] = field(N_("År"), Shape.YEAR, required=True, mark=Mark.MANDATORY, listed=True, valid=checks.billing_year, help=N_("Regnskapsåret kostnaden hører til."))
    nature: Mapped[CostKind] = field(N_("Type"), CostKind, required=True, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Administrativ ledelse, folkevalgte organer og eierorganer er aldri en del av selvkost (selvkostforskriften § 4)."))
    name: Mapped[str] = field(N_("Tekst"), String(200), required=True, mark=Mark.MANDATORY, listed=True, searched=True, help=N_("Det kostnaden er for, slik det står i regnskapet."))
    amount_ore: Mapped[int] = field(N_("Beløp"), Shape.MONEY, required=True, mark=Mark.MANDATORY, listed=True, help=N_("Uten merverdiavgift, i kroner. Refusjoner og inntekter skrives med minus foran."))
    day: Mapped[date | None] = field(N_("Dato"), Date, mark=Mark.ADVISED, listed=True, help=N_("Datoen på bilaget."))
    attributable: Mapped[bool] = field(N_("Henførbar"), Boolean, required=True, default=True, listed=True, help=N_("Om kostnaden hører til tjenesten kommunene deler. Det som ikke er henførbart, vises, men avregnes ikke."))
    voucher: Mapped[str | None] = field(N_("Bilag"), String(60), mark=Mark.ADVISED, listed=True, searched=True, copied=Copied.ANEW, help=N_("Bilagsnummeret i økonomisystemet."))
    link: Mapped[str | None] = field(N_("Lenke til bilaget"), Shape.WEB_ADDRESS, length=300, copied=Copied.ANEW, help=N_("Der bilaget ligger, for eksempel i arkivet."))

    @property
    def counts(self) -> bool:
        """Whether it is shared between the municipalities."""
        return bool(self.attributable) and self.nature not in EXCLUDED


class InterestRate(Shared, Base):
    """Kalkylerente – rentesatsen selvkostfond får et år: årets gjennomsnittlige 5-årige swaprente og et halvt prosentpoeng
    (selvkostforskriften § 5)."""

    __tablename__ = "interest_rate"
    __table_args__ = (UniqueConstraint("year"), CheckConstraint("percent >= 0", name="not_negative"))
    __register__ = Register(Group.SYSTEM, N_("Kalkylerenter"), N_("kalkylerente"), N_("Renten selvkostfondet får, år for år. Uten endelig rente for et år føres ingen renter."), title="label", asks_why=True)

    year: Mapped[int] = field(N_("År"), Shape.YEAR, required=True, mark=Mark.MANDATORY, listed=True, copied=Copied.ANEW, help=N_("Året renten gjelder."))
    percent: Mapped[Decimal] = field(N_("Prosent"), Shape.DECIMAL, required=True, mark=Mark.MANDATORY, listed=True, adds_up=False, valid=checks.not_negative, help=N_("Slik den er kunngjort, med alle desimaler."))
    status: Mapped[RateStatus] = field(N_("Status"), RateStatus, required=True, default=RateStatus.ESTIMATE, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Bare en endelig rente brukes."))
    source: Mapped[str | None] = field(N_("Kilde"), Shape.WEB_ADDRESS, mark=Mark.ADVISED, listed=True, copied=Copied.ANEW, help=N_("Siden renten er hentet fra."))
    note: Mapped[str | None] = field(N_("Merknad"), Shape.LONG_TEXT, length=500, help=N_("Det som er verdt å vite om satsen."))

    @property
    def label(self) -> str:
        return str(self.year or "")


class FundDecision(Shared, Base):
    """Vedtak om utviklingsfondet – et prosjekt som er besluttet betalt av tilkoblingsavgiftene."""

    __tablename__ = "fund_decision"
    __table_args__ = (CheckConstraint("amount_ore > 0", name="positive"),)
    __register__ = Register(Group.SYSTEM, N_("Vedtak om utviklingsfondet"), N_("vedtak om utviklingsfondet"), N_("Prosjekter som er vedtatt betalt av utviklingsfondet. Fondet er tilkoblingsavgiftene som er fakturert."))

    name: Mapped[str] = field(N_("Prosjekt"), String(200), required=True, mark=Mark.MANDATORY, listed=True, searched=True, help=N_("Det pengene skal brukes til."))
    decided_on: Mapped[date] = field(N_("Vedtatt dato"), Date, required=True, mark=Mark.MANDATORY, listed=True, copied=Copied.ANEW, help=N_("Dagen styret vedtok det."))
    amount_ore: Mapped[int] = field(N_("Beløp"), Shape.MONEY, required=True, mark=Mark.MANDATORY, listed=True, valid=checks.above_nothing, help=N_("I kroner. Ikke mer enn det som står i fondet."))
    reference: Mapped[str | None] = field(N_("Saksnummer"), String(60), mark=Mark.ADVISED, listed=True, searched=True, copied=Copied.ANEW, help=N_("Saken vedtaket ble gjort i."))


def why_not(nature: CostKind, attributable: bool) -> tuple[str, CostKind] | None:
    """Why a cost is no part of self-cost, and the kind that fills the sentence; None for what is."""
    if nature in EXCLUDED:
        return BY_LAW, nature
    return None if attributable else (NOT_ATTRIBUTABLE, nature)


def costs_of(session: Any, year: int) -> list[Cost]:
    """The costs of a year: those that count first, each in the order of the vouchers."""
    found = session.scalars(select(Cost).where(Cost.year == year).order_by(Cost.day, Cost.id))
    return sorted(found, key=lambda one: not one.counts)
