"""A bill written as UBL 2.1 in the profile Peppol BIS Billing 3.0, in the order of its schema.

The share of a year is written as months of what is counted, with twelve as base of the price: 1 411 inhabitants for 7
months are 9 877, at 1.50 for 12. Quantity x price / base is then exact before it is rounded, once, to the amount that
was charged, so PEPPOL-EN16931-R120 holds for every number of inhabitants and months.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree as ET

from exchange.ehf.bill import CURRENCY, Bill, BillLine, Category, Party
from exchange.ehf.faults import Lacking, faults_of
from models.declare.charging import MONTHS

CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"  # BT-24
PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"  # BT-23
SCHEME = "0192"  # Enhetsregisteret, in the code list of electronic addresses
COUNTRY, UNIT, CREDIT_TRANSFER = "NO", "C62", "30"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC, _CBC = f"{_UBL}CommonAggregateComponents-2", f"{_UBL}CommonBasicComponents-2"
_Node = ET.Element


def ubl(bill: Bill) -> bytes:
    """The document. Raises Lacking, with every fault, before anything is written."""
    if faults := faults_of(bill):
        raise Lacking(faults)
    name = "CreditNote" if bill.is_credit else "Invoice"
    root = _of(name, *_head(bill), *_parties(bill), *_settling(bill), _tax(bill), _totals(bill), *_lines(bill))
    root.attrib |= {"xmlns": f"{_UBL}{name}-2", "xmlns:cac": _CAC, "xmlns:cbc": _CBC}
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def _of(tag: str, *parts: _Node) -> _Node:
    node = ET.Element(tag if tag in {"Invoice", "CreditNote"} else f"cac:{tag}")
    node.extend(parts)
    return node


def _says(tag: str, text: str | date, **attributes: str) -> _Node:
    node = ET.Element(f"cbc:{tag}", attributes)
    node.text = str(text)
    return node


def _told(tag: str, text: str | date | None) -> list[_Node]:
    """What is written only where there is something to say: an element is never empty (PEPPOL-EN16931-R008)."""
    return [_says(tag, text)] if text and str(text).strip() else []


def amount(ore: int) -> str:
    """Øre as kroner with two decimals and a point."""
    return f"{'-' if ore < 0 else ''}{abs(ore) // 100}.{abs(ore) % 100:02d}"


def _money(tag: str, ore: int) -> _Node:
    return _says(tag, amount(ore), currencyID=CURRENCY)


def _head(bill: Bill) -> Iterator[_Node]:
    yield _says("CustomizationID", CUSTOMIZATION)
    yield _says("ProfileID", PROFILE)
    yield _says("ID", bill.number)
    yield _says("IssueDate", bill.issued)
    if not bill.is_credit:
        yield from _told("DueDate", bill.due)
    yield _says("CreditNoteTypeCode" if bill.is_credit else "InvoiceTypeCode", bill.kind.value)
    yield from _told("Note", bill.note)
    yield _says("DocumentCurrencyCode", CURRENCY)
    yield from _told("BuyerReference", bill.buyer_reference)
    if bill.period:
        first, last = bill.period
        yield _of("InvoicePeriod", _says("StartDate", first), _says("EndDate", last))
    if bill.order_reference.strip():
        yield _of("OrderReference", _says("ID", bill.order_reference))
    for one in filter(None, (bill.earlier, *bill.also)):
        earlier = [_says("ID", one.number), *_told("IssueDate", one.issued)]
        yield _of("BillingReference", _of("InvoiceDocumentReference", *earlier))


def _parties(bill: Bill) -> Iterator[_Node]:
    yield _of("AccountingSupplierParty", _party(bill.seller, list(_tax_schemes(bill))))
    yield _of("AccountingCustomerParty", _party(bill.buyer, []))
    place = _of("DeliveryLocation", _address("Address", bill.buyer))
    yield _of("Delivery", *_told("ActualDeliveryDate", bill.delivered), place)


def _party(party: Party, schemes: list[_Node]) -> _Node:
    contact = [*_told("Name", party.contact), *_told("ElectronicMail", party.email)]
    return _of(
        "Party",
        _says("EndpointID", party.organisation_number, schemeID=SCHEME),
        _of("PartyName", _says("Name", party.name)),
        _address("PostalAddress", party),
        *schemes,
        _of(
            "PartyLegalEntity",
            _says("RegistrationName", party.name),
            _says("CompanyID", party.organisation_number, schemeID=SCHEME),
        ),
        *([_of("Contact", *contact)] if contact else []),
    )


def _address(tag: str, party: Party) -> _Node:
    told = [*_told("StreetName", party.street), _says("CityName", party.place), _says("PostalZone", party.postcode)]
    return _of(tag, *told, _of("Country", _says("IdentificationCode", COUNTRY)))


def _tax_schemes(bill: Bill) -> Iterator[_Node]:
    """How the seller is known for tax. Outside the scope no VAT number is written, also where there is one (BR-O-02);
    who is exempt and has none is known by the organisation number (BT-32), as BR-E-02 asks for one of them."""
    seller, category = bill.seller, bill.vat.category
    if seller.vat_registered and category is not Category.OUTSIDE:
        yield _tax_scheme("VAT", f"{COUNTRY}{seller.organisation_number}MVA")
    if seller.in_business_register:
        yield _tax_scheme("TAX", "Foretaksregisteret")
    elif category is Category.EXEMPT and not seller.vat_registered:
        yield _tax_scheme("TAX", seller.organisation_number)


def _tax_scheme(scheme: str, number: str) -> _Node:
    return _of("PartyTaxScheme", _says("CompanyID", number), _of("TaxScheme", _says("ID", scheme)))


def _settling(bill: Bill) -> Iterator[_Node]:
    """How it is paid. Nobody pays a credit note: its terms tell how it is settled."""
    if not bill.is_credit:
        account = _of("PayeeFinancialAccount", _says("ID", bill.account))
        yield _of("PaymentMeans", _says("PaymentMeansCode", CREDIT_TRANSFER), *_told("PaymentID", bill.kid), account)
    if bill.terms.strip():
        yield _of("PaymentTerms", _says("Note", bill.terms))


def _tax(bill: Bill) -> _Node:
    """The one TaxTotal there may be, with one subtotal: all lines are of one category."""
    category = _category("TaxCategory", bill, *_told("TaxExemptionReason", bill.vat.reason))
    subtotal = _of("TaxSubtotal", _money("TaxableAmount", bill.net), _money("TaxAmount", bill.tax), category)
    return _of("TaxTotal", _money("TaxAmount", bill.tax), subtotal)


def _category(tag: str, bill: Bill, *reason: _Node) -> _Node:
    vat = bill.vat
    rate = [] if vat.rate is None else [_says("Percent", str(vat.rate))]
    return _of(tag, _says("ID", vat.category.value), *rate, *reason, _of("TaxScheme", _says("ID", "VAT")))


def _totals(bill: Bill) -> _Node:
    return _of(
        "LegalMonetaryTotal",
        _money("LineExtensionAmount", bill.net),
        _money("TaxExclusiveAmount", bill.net),
        _money("TaxInclusiveAmount", bill.net + bill.tax),
        _money("PayableAmount", bill.payable),
    )


def _lines(bill: Bill) -> Iterator[_Node]:
    tag, quantity = ("CreditNoteLine", "CreditedQuantity") if bill.is_credit else ("InvoiceLine", "InvoicedQuantity")
    for number, line in enumerate(bill.lines, start=1):
        told = [*_told("Description", line.description), _says("Name", line.name)]
        yield _of(
            tag,
            _says("ID", str(number)),
            _says(quantity, str(line.billed), unitCode=UNIT),
            _money("LineExtensionAmount", line.net),
            _of("Item", *told, _category("ClassifiedTaxCategory", bill)),
            _price(line),
        )


def _price(line: BillLine) -> _Node:
    base = [_says("BaseQuantity", str(MONTHS), unitCode=UNIT)] if line.is_share else []
    return _of("Price", _money("PriceAmount", line.price), *base)
