"""Bills made ready to leave: written, and checked as one. What is not ready says why, and cannot be delivered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from exchange.ehf.bill import Bill
from exchange.ehf.faults import Lacking
from exchange.ehf.ubl import ubl
from exchange.ehf.validating import Finding, findings_of
from models.declare.words import Saying

# Says of every Norwegian seller but companies of Foretaksregisteret that they should be there: foretaksregisterloven
# § 10-2 asks it of companies alone, and what the seller is, the bill says.
OF_COMPANIES = "NO-R-002"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with the name it gets where it goes, or none, with what the bill lacks; and what the rules say."""

    name: str
    document: bytes
    faults: tuple[Saying, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def may_leave(self) -> bool:
        return bool(self.document) and not self.faults and not any(one.is_fatal for one in self.findings)


def prepare(bills: Iterable[Bill], rules: str = "") -> list[Prepared]:
    """Each bill in its order, written and checked. Raises NotCheckedError."""
    bills = list(bills)
    written = [_written(one) for one in bills]
    asked = iter(findings_of([one for one in written if isinstance(one, bytes)], rules))
    return [_prepared(bill, one, asked) for bill, one in zip(bills, written, strict=True)]


def _written(bill: Bill) -> bytes | Lacking:
    try:
        return ubl(bill)
    except Lacking as lacking:
        return lacking


def _prepared(bill: Bill, written: bytes | Lacking, asked: Iterator[tuple[Finding, ...]]) -> Prepared:
    if isinstance(written, Lacking):
        return Prepared(name_of(bill), b"", faults=tuple(written.faults))
    is_company = bill.seller.in_business_register
    findings = tuple(one for one in next(asked) if is_company or one.rule != OF_COMPANIES)
    return Prepared(name_of(bill), written, findings=findings)


def name_of(bill: Bill) -> str:
    """The name of the file: the same for the same document, and never that of another."""
    return f"{bill.seller.organisation_number}-{bill.kind.value}-{quote(bill.number, safe='')}.xml"
