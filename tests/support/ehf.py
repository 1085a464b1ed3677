"""Bills to write, all as they should be; a test changes what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from lxml import etree

from exchange.ehf.bill import Bill, BillLine, Category, Earlier, Kind, Party, Vat

SELLER = Party(
    "Kongsberg kommune", "942402465", "Kirkegata 1", "3616", "Kongsberg", "Økonomi", "post@kongsberg.example"
)
BUYER = Party("Rollag kommune", "944889116", "Vråbygdvegen 1", "3626", "Rollag")
OUTSIDE = Vat(Category.OUTSIDE, reason="Utenfor merverdiavgiftsloven, mval. § 1-1")
EXEMPT = Vat(Category.EXEMPT, 0, "Unntatt, mval. § 3-2")
STANDARD = Vat(Category.STANDARD, 25)
VATS = {vat.category.name.lower(): vat for vat in (OUTSIDE, EXEMPT, STANDARD)}
FIXED, INHABITANT = 600_000, 150


def line(name: str, quantity: int, price: int, months: int | None = None, description: str = "") -> BillLine:
    """A line with the amount it comes to."""
    made = BillLine(name, quantity, price, 0, months, description)
    return replace(made, net=made.worked_out)


def a_konto(inhabitants: int, months: int = 12) -> list[BillLine]:
    told = f"Folketall {inhabitants} per 1. januar 2026 (SSB, tabell 07459)"
    return [
        line("Fast del av a konto", 1, FIXED, months),
        line("Innbyggerdel av a konto", inhabitants, INHABITANT, months, told),
    ]


CONNECTION = line("Tilkoblingsavgift", 1, 2_500_000)


def bill(vat: Vat = OUTSIDE, kind: Kind = Kind.INVOICE, **changes: Any) -> Bill:
    """An invoice for a year, or a credit note for it; what is to be paid follows from the lines unless it is said."""
    is_credit = kind is Kind.CREDIT_NOTE
    made = Bill(
        kind=kind,
        number="2026-0017",
        issued=date(2026, 2, 1),
        seller=replace(SELLER, vat_registered=vat.category is Category.STANDARD),
        buyer=BUYER,
        vat=vat,
        lines=a_konto(1411, 7),
        payable=0,
        buyer_reference="4711",
        due=None if is_credit else date(2026, 3, 3),
        terms="Trekkes fra neste faktura." if is_credit else "",
        account="" if is_credit else "12345678903",
        kid="" if is_credit else "2026000170",
        period=(date(2026, 6, 1), date(2026, 12, 31)),
        earlier=Earlier("2026-0003", date(2026, 1, 15)) if is_credit else None,
    )
    made = replace(made, **changes)
    return made if "payable" in changes else replace(made, payable=made.net + made.tax)


UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMES = {"cac": f"{UBL}CommonAggregateComponents-2", "cbc": f"{UBL}CommonBasicComponents-2"}


def root_of(document: bytes) -> Any:
    return etree.fromstring(document)


def said(document: bytes, path: str) -> list[str]:
    """The texts on a path, in order, of the elements that hold one."""
    return [one.text for one in root_of(document).iterfind(path, NAMES) if not len(one)]
