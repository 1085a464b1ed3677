"""A bill as UBL: what is written for each kind, amounts to the øre for any population and month, texts as they are."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.ehf.bill import Bill, Kind, Vat
from exchange.ehf.ubl import amount, ubl
from models.money.lines import share_of_year
from tests.support.ehf import CONNECTION, EXEMPT, OUTSIDE, SELLER, STANDARD, VATS, a_konto, bill, line, root_of, said

populations = st.integers(0, 1_000_000)
months = st.integers(1, 12)


@pytest.mark.parametrize("vat", VATS.values(), ids=VATS)
@pytest.mark.parametrize("kind", Kind)
def test_the_same_bill_is_written_the_same_and_is_well_formed(vat: Vat, kind: Kind) -> None:
    made = bill(vat, kind)

    assert ubl(made) == ubl(made)
    assert root_of(ubl(made)).tag.endswith("}CreditNote" if kind is Kind.CREDIT_NOTE else "}Invoice")


def test_an_invoice_says_who_pays_whom_what_until_when_and_how() -> None:
    found = ubl(bill(order_reference="B-77", note="Grunnlag: folketall fra SSB", delivered=date(2026, 6, 1)))

    assert {path: said(found, path) for path in (
        "cbc:InvoiceTypeCode", "cbc:DocumentCurrencyCode", "cbc:BuyerReference", "cac:OrderReference/cbc:ID",
        "cbc:DueDate", "cbc:Note", ".//cbc:EndpointID", ".//cac:PartyLegalEntity/cbc:CompanyID",
        "cac:PaymentMeans/cbc:PaymentMeansCode", "cac:PaymentMeans/cbc:PaymentID",
        ".//cac:PayeeFinancialAccount/cbc:ID", ".//cbc:ActualDeliveryDate", ".//cac:DeliveryLocation//cbc:CityName",
    )} == {
        "cbc:InvoiceTypeCode": ["380"],
        "cbc:DocumentCurrencyCode": ["NOK"],
        "cbc:BuyerReference": ["4711"],
        "cac:OrderReference/cbc:ID": ["B-77"],
        "cbc:DueDate": ["2026-03-03"],
        "cbc:Note": ["Grunnlag: folketall fra SSB"],
        ".//cbc:EndpointID": ["942402465", "944889116"],
        ".//cac:PartyLegalEntity/cbc:CompanyID": ["942402465", "944889116"],
        "cac:PaymentMeans/cbc:PaymentMeansCode": ["30"],
        "cac:PaymentMeans/cbc:PaymentID": ["2026000170"],
        ".//cac:PayeeFinancialAccount/cbc:ID": ["12345678903"],
        ".//cbc:ActualDeliveryDate": ["2026-06-01"],
        ".//cac:DeliveryLocation//cbc:CityName": ["Rollag"],
    }  # fmt: skip


def test_a_credit_note_names_the_invoice_and_how_it_is_settled_and_nobody_pays_it() -> None:
    found = ubl(bill(kind=Kind.CREDIT_NOTE))

    assert said(found, "cbc:CreditNoteTypeCode") == ["381"]
    assert said(found, "cac:BillingReference/cac:InvoiceDocumentReference/*") == ["2026-0003", "2026-01-15"]
    assert said(found, "cac:PaymentTerms/cbc:Note") == ["Trekkes fra neste faktura."]
    assert said(found, "cac:PaymentMeans") + said(found, "cbc:DueDate") == []
    assert said(found, "cac:CreditNoteLine/cbc:CreditedQuantity") == ["7", "9877"]


@pytest.mark.parametrize(
    ("made", "schemes"),
    [
        (bill(OUTSIDE), []),
        (bill(OUTSIDE, seller=replace(SELLER, vat_registered=True)), []),
        (bill(OUTSIDE, seller=replace(SELLER, in_business_register=True)), ["Foretaksregisteret", "TAX"]),
        (bill(EXEMPT), ["942402465", "TAX"]),
        (bill(EXEMPT, seller=replace(SELLER, vat_registered=True)), ["NO942402465MVA", "VAT"]),
        (bill(EXEMPT, seller=replace(SELLER, in_business_register=True)), ["Foretaksregisteret", "TAX"]),
        (bill(STANDARD), ["NO942402465MVA", "VAT"]),
        (
            bill(STANDARD, seller=replace(SELLER, vat_registered=True, in_business_register=True)),
            ["NO942402465MVA", "VAT", "Foretaksregisteret", "TAX"],
        ),
    ],
)
def test_the_seller_is_known_for_tax_by_what_the_category_allows(made: Bill, schemes: list[str]) -> None:
    assert said(ubl(made), ".//cac:PartyTaxScheme//*") == schemes


@pytest.mark.parametrize(
    ("vat", "category", "tax", "total"),
    [
        (OUTSIDE, ["O", OUTSIDE.reason, "VAT"], "0.00", "4734.63"),
        (EXEMPT, ["E", "0", EXEMPT.reason, "VAT"], "0.00", "4734.63"),
        (STANDARD, ["S", "25", "VAT"], "1183.66", "5918.29"),
    ],
)
def test_vat_and_totals_follow_the_category(vat: Vat, category: list[str], tax: str, total: str) -> None:
    found = ubl(bill(vat))

    assert said(found, ".//cac:TaxCategory//*") == category
    assert said(found, "cac:LegalMonetaryTotal/*") == ["4734.63", "4734.63", total, total]
    assert said(found, "cac:TaxTotal//cbc:TaxAmount") == [tax, tax]


def test_the_year_of_rollag_of_which_seven_months_are_charged_is_written_to_the_ore() -> None:
    found = ubl(bill(lines=a_konto(1411, 7)))

    paths = (
        "cbc:InvoicedQuantity",
        "cac:Price/cbc:PriceAmount",
        "cac:Price/cbc:BaseQuantity",
        "cbc:LineExtensionAmount",
    )
    assert [said(found, f"cac:InvoiceLine/{path}") for path in paths] == [
        ["7", "9877"], ["6000.00", "1.50"], ["12", "12"], ["3500.00", "1234.63"],
    ]  # fmt: skip


def test_a_whole_year_and_a_fee_are_written_without_months() -> None:
    found = ubl(bill(lines=[CONNECTION, *a_konto(1411)]))

    assert said(found, "cac:InvoiceLine/cbc:InvoicedQuantity") == ["1", "1", "1411"]
    assert said(found, "cac:InvoiceLine/cbc:LineExtensionAmount") == ["25000.00", "6000.00", "2116.50"]
    assert said(found, ".//cbc:BaseQuantity") == []


@given(inhabitants=populations, share=months, price=st.integers(0, 10_000_000))
def test_quantity_times_price_over_base_is_the_amount_for_any_population_and_month(
    inhabitants: int, share: int, price: int
) -> None:
    made = line("Innbyggerdel", inhabitants, price, share)

    base = 12 if made.is_share else 1
    exact = Decimal(made.billed) * Decimal(price) / 100 / base
    assert made.net == share_of_year(inhabitants * price, share)
    assert abs(Fraction(made.billed * price, base) - made.net) <= Fraction(1, 2)
    assert exact.quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal(amount(made.net))


@given(st.lists(st.tuples(populations, months), min_size=1, max_size=20), st.sampled_from(list(VATS.values())))
def test_the_lines_and_the_tax_come_to_what_is_to_be_paid(charged: list[tuple[int, int]], vat: Vat) -> None:
    made = bill(vat, lines=[one for pair in charged for one in a_konto(*pair)])

    found = [Decimal(one) for one in said(ubl(made), "cac:LegalMonetaryTotal/*")]
    tax = [Decimal(one) for one in said(ubl(made), "cac:TaxTotal//cbc:TaxAmount")]
    assert found[0] == sum(Decimal(one) for one in said(ubl(made), "cac:InvoiceLine/cbc:LineExtensionAmount"))
    assert found == [found[0], found[0], found[0] + tax[0], found[0] + tax[0]]
    assert tax == [(found[0] * (vat.rate or 0) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)] * 2


def test_what_is_taken_off_an_invoice_has_a_quantity_below_zero_and_never_a_price() -> None:
    found = ubl(bill(lines=[*a_konto(1411), line("Avregning 2025", -1, 60_585)]))

    assert said(found, "cac:InvoiceLine/cbc:LineExtensionAmount") == ["6000.00", "2116.50", "-605.85"]
    assert said(found, "cac:InvoiceLine/cac:Price/cbc:PriceAmount") == ["6000.00", "1.50", "605.85"]
    assert said(found, ".//cbc:PayableAmount") == ["7510.65"]


@given(st.integers(-(10**12), 10**12))
def test_an_amount_has_two_decimals_and_a_point(ore: int) -> None:
    assert re.fullmatch(r"-?(0|[1-9][0-9]*)\.[0-9]{2}", amount(ore))
    assert Decimal(amount(ore)) * 100 == ore


@pytest.mark.parametrize(
    "name", ['Bø & Sauherad <IKT> "drift"', "Ærfugløya og Ånørstad", "עירייה البلدية", "Å" * 200, "To\nlinjer"]
)
def test_a_text_is_read_back_as_it_was(name: str) -> None:
    made = bill(
        lines=[line(name, 1, 100, description=name)], note=name, buyer_reference=name,
        seller=replace(SELLER, name=name, street=name, contact=name),
    )  # fmt: skip

    found = ubl(made)

    read = (".//cac:Item/*", "cbc:Note", "cbc:BuyerReference", ".//cac:PartyName/cbc:Name", ".//cac:Contact/cbc:Name")
    assert [said(found, path)[0] for path in read] == [name] * 5
