"""Prices and charges. Whole øre in integers, half-open periods, one pure function for preview and invoice basis.

Rules: domain handbook section 4.2 and decisions D1, D2 (connection fee by size, 6 000 kr + 1,50 kr per inhabitant).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, Integer, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, selectinload

from models.declare import checks
from models.declare.base import Base, Group, Money, OwnedRecord, Register, Shared
from models.declare.choices import Answer, PriceKind
from models.declare.domains import Domain
from models.declare.fields import Copied, Mark, field
from models.declare.shapes import Shape
from models.declare.words import N_
from models.registers.municipality import Municipality
from models.tenancy import scope
from models.tenancy.roles import in_force

MONTHS = 12


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


class Charge(OwnedRecord, Money, Base):
    """Belastning – noe en kommune er fakturert. Føres når fakturaen er sendt."""

    __tablename__ = "charge"
    __table_args__ = (UniqueConstraint("municipality_id", "year", "nature"), CheckConstraint("amount_ore >= 0", name="not_negative"))
    __register__ = Register(Group.SYSTEM, N_("Belastninger"), N_("belastning"), N_("Det kommunene er fakturert, år for år."), title="label")

    year: Mapped[int] = field(N_("År"), Shape.YEAR, required=True, mark=Mark.MANDATORY, listed=True, valid=checks.billing_year, copied=Copied.ANEW, help=N_("Året beløpet gjelder."))
    nature: Mapped[PriceKind] = field(N_("Hva beløpet gjelder"), PriceKind, required=True, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Tilkoblingsavgift eller en del av a konto."))
    quantity: Mapped[int] = field(N_("Antall"), Integer, required=True, default=1, listed=True, valid=checks.not_negative, help=N_("1, eller antall innbyggere."))
    amount_ore: Mapped[int] = field(N_("Beløp"), Shape.MONEY, required=True, mark=Mark.MANDATORY, listed=True, valid=checks.not_negative, help=N_("Beløpet uten merverdiavgift, i kroner."))
    invoiced_on: Mapped[date | None] = field(N_("Fakturert dato"), Date, mark=Mark.ADVISED, listed=True, help=N_("Datoen på fakturaen."))
    reference: Mapped[str | None] = field(N_("Fakturanummer"), String(60), mark=Mark.ADVISED, listed=True, searched=True, copied=Copied.ANEW, help=N_("Nummeret i økonomisystemet."))
    formula: Mapped[str | None] = field(N_("Utregning"), String(300), copied=Copied.ANEW, help=N_("Slik beløpet ble regnet ut."))

    @property
    def label(self) -> str:
        return f"{self.nature.label} {self.year}" if self.nature else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an invoice basis: quantity x price, for some months of the year.

    `by_rule` is the amount in øre that the price rows give; `charged` what the municipality is to pay.
    """

    kind: PriceKind
    quantity: int
    price_ore: int
    months: int
    by_rule: int
    charged: int


class NoBasis(LookupError):  # noqa: N818 - a figure is missing, and people are told so: not an error of ours
    """A price or population figure that the calculation needs is not registered."""


def lines_for(municipality: Municipality, year: int, prices: Sequence[Price]) -> list[Line]:
    """The lines of a municipality for a year: connection fee in the year of joining, then fixed and inhabitant part.

    Empty when the municipality is not a member that year. Raises NoBasis when a figure is missing.
    """
    months = months_of_membership(municipality.joined, municipality.ended, year)
    if months == 0:
        return []
    founder = municipality.founder is Answer.YES
    lines = []
    if municipality.joined and municipality.joined.year == year and not takes_over(municipality):
        inhabitants = _population(municipality, municipality.joined)
        price = price_for(prices, PriceKind.CONNECTION, municipality.joined, inhabitants)
        lines.append(_line(price, 1, MONTHS, founder))
    start = date(year, 1, 1)
    inhabitants = _population(municipality, start)
    lines.append(_line(price_for(prices, PriceKind.FIXED, start, inhabitants), 1, months, founder))
    lines.append(_line(price_for(prices, PriceKind.INHABITANT, start, inhabitants), inhabitants, months, founder))
    return lines


def takes_over(municipality: Municipality) -> bool:
    """Whether it came into being by a merger of members: the one-off fee is then not repeated."""
    return any(succession.day == municipality.joined for succession in municipality.predecessors)


def price_for(prices: Iterable[Price], kind: PriceKind, day: date, inhabitants: int) -> Price:
    """The price row in force on a day for a municipality of a size: the highest tier not above it."""
    fitting = [
        price
        for price in prices
        if price.nature is kind and in_force(price.valid_from, price.valid_to, day) and price.from_inhabitants <= inhabitants
    ]
    if not fitting:
        raise NoBasis(f"{kind} {day}")
    return max(fitting, key=lambda price: (price.from_inhabitants, price.valid_from))


def months_of_membership(joined: date | None, ended: date | None, year: int) -> int:
    """Whole calendar months of membership in a year; a month counts when the membership holds on its first day."""
    if joined is None:
        return 0
    return sum(in_force(joined.replace(day=1), ended, date(year, month, 1)) for month in range(1, MONTHS + 1))


def share_of_year(full_ore: int, months: int) -> int:
    """`full_ore` x months / 12, rounded half up to whole øre, once."""
    return (2 * full_ore * months + MONTHS) // (2 * MONTHS)


def _line(price: Price, quantity: int, months: int, founder: bool) -> Line:
    by_rule = share_of_year(quantity * price.amount_ore, months)
    charged = 0 if founder and price.charged_to_founders is Answer.NO else by_rule
    return Line(price.nature, quantity, price.amount_ore, months, by_rule, charged)


def _population(municipality: Municipality, day: date) -> int:
    figure = municipality.population_on(day)
    if figure is None:
        raise NoBasis(f"{municipality.name} {day}")
    return figure.inhabitants


def members(session: Any, year: int) -> list[Municipality]:
    """The municipalities within the scope that are members some part of a year, in alphabetical order."""
    ids = scope.current().readable(Domain.MONEY)
    statement = (
        select(Municipality)
        .where(Municipality.id.in_(ids))
        .options(selectinload(Municipality.codes), selectinload(Municipality.populations), selectinload(Municipality.predecessors))
        .order_by(Municipality.sort_key)
    )
    return [one for one in session.scalars(statement) if months_of_membership(one.joined, one.ended, year)]


def price_rows(session: Any) -> list[Price]:
    """All price rows, past and present."""
    return list(session.scalars(select(Price)))


def charges_of(session: Any, year: int) -> dict[tuple[int, PriceKind], int]:
    """What has been invoiced for a year, in øre, by municipality and kind."""
    rows = session.execute(select(Charge.municipality_id, Charge.nature, Charge.amount_ore).where(Charge.year == year))
    return {(owner, kind): amount for owner, kind, amount in rows}
