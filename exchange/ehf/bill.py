"""What an invoice or a credit note says, before it is written in any format: frozen, in whole øre, with no guesses.

Each field names its business term of EN 16931 (BT- and BG-numbers), which rules and receivers call it by. Filled from
rows that are locked; what is missing is found by faults.py, never made up here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.declare.charging import MONTHS

CURRENCY = "NOK"  # BT-5


class Kind(StrEnum):
    """What the document is (BT-3), by its code in UNTDID 1001."""

    INVOICE = "380"
    CREDIT_NOTE = "381"


class Category(StrEnum):
    """How the issuer's sales stand to VAT (BT-118, BT-151): one for all of a document, by issuer and date."""

    STANDARD = "S"
    EXEMPT = "E"
    OUTSIDE = "O"


@dataclass(frozen=True, slots=True)
class Vat:
    """VAT of all lines. `rate` in whole percent (BT-119, BT-152): None outside the scope, 0 when exempt. `reason` is
    the law that exempts, in words (BT-120): for all but the standard rate."""

    category: Category
    rate: int | None = None
    reason: str = ""

    def of(self, net: int) -> int:
        """The tax on an amount, in øre, rounded half up and away from zero, once for the document (BT-110, BT-117)."""
        tax = (2 * abs(net) * (self.rate or 0) + 100) // 200
        return tax if net >= 0 else -tax


@dataclass(frozen=True, slots=True)
class Party:
    """Seller (BG-4) or buyer (BG-7), as on the day of the invoice; in Norway."""

    name: str  # BT-27, BT-44: as in Enhetsregisteret
    organisation_number: str  # BT-30, BT-47, and by scheme 0192 the address in Peppol: BT-34, BT-49
    street: str = ""  # BT-35, BT-50
    postcode: str = ""  # BT-38, BT-53
    place: str = ""  # BT-37, BT-52
    contact: str = ""  # BT-41, BT-56: a person or an office
    email: str = ""  # BT-43, BT-58
    vat_registered: bool = False  # of the seller: in Merverdiavgiftsregisteret
    in_business_register: bool = False  # of the seller: a company of Foretaksregisteret; municipalities are not


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line (BG-25): quantity x price, for some months of the year where `months` says so.

    `net` is what was charged (BT-131), already rounded half up to whole øre: told, not only worked out, so that what is
    written is what was charged or nothing is. Less than no quantity takes something off an invoice; a price never is.
    """

    name: str  # BT-153
    quantity: int  # BT-129, before months: 1, or inhabitants
    price: int  # BT-146, in øre, for a year or for one
    net: int  # BT-131, in øre
    months: int | None = None  # of twelve; None where the line is no part of a year
    description: str = ""  # BT-154: the population figure, its day and source

    @property
    def is_share(self) -> bool:
        return self.months not in {None, MONTHS}

    @property
    def billed(self) -> int:
        """The quantity that is written: months of what is counted, where part of a year is charged."""
        return self.quantity * (self.months or MONTHS) if self.is_share else self.quantity

    @property
    def worked_out(self) -> int:
        """What the line must come to, in øre, rounded half up and away from zero."""
        base = MONTHS if self.is_share else 1
        amount = (2 * abs(self.billed) * self.price + base) // (2 * base)
        return amount if self.billed >= 0 else -amount


@dataclass(frozen=True, slots=True)
class Earlier:
    """The invoice that a credit note takes back, or an invoice replaces (BG-3)."""

    number: str  # BT-25
    issued: date  # BT-26


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice or a credit note. What a credit note gives back is above zero, as what an invoice charges."""

    kind: Kind  # BT-3
    number: str  # BT-1
    issued: date  # BT-2
    seller: Party  # BG-4
    buyer: Party  # BG-7
    vat: Vat  # BG-23
    lines: Sequence[BillLine]  # BG-25
    payable: int  # BT-115, in øre: what the document says is to be paid, VAT included
    buyer_reference: str = ""  # BT-10: fakturareferanse
    order_reference: str = ""  # BT-13: bestillingsnummer
    due: date | None = None  # BT-9
    terms: str = ""  # BT-20: how a credit note is settled
    account: str = ""  # BT-84: eleven digits
    kid: str = ""  # BT-83
    delivered: date | None = None  # BT-72: the day, where it is no period
    period: tuple[date, date] | None = None  # BT-73, BT-74: first and last day
    note: str = ""  # BT-22
    earlier: Earlier | None = None  # BG-3
    also: Sequence[Earlier] = ()  # BG-3 again: a settlement is of all invoices of its year

    @property
    def net(self) -> int:
        """The sum of the lines, without VAT (BT-106, BT-109)."""
        return sum(line.net for line in self.lines)

    @property
    def tax(self) -> int:
        return self.vat.of(self.net)  # BT-110

    @property
    def is_credit(self) -> bool:
        return self.kind is Kind.CREDIT_NOTE
