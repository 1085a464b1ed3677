"""What a bill lacks is told before anything is written: all at once, each a sentence that says what to fill in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from exchange.ehf.bill import Bill, BillLine, Category, Earlier, Kind, Vat
from exchange.ehf.faults import Lacking, faults_of, is_account, is_kid
from exchange.ehf.ubl import ubl
from tests.support.ehf import BUYER, CONNECTION, EXEMPT, OUTSIDE, SELLER, STANDARD, bill, line

CREDIT = Kind.CREDIT_NOTE
NO_NUMBER = "%s mangler organisasjonsnummer, som også er adressen i EHF. Fyll det inn."
WRONG_NUMBER = "%s har organisasjonsnummeret %s, som ikke kan stemme. Rett det."
NO_NAME = "En av partene mangler navn. Fyll det inn på fakturautstederen og kommunen."
NO_RATE = "Avgiftssatsen mangler. Fyll den inn på fakturautstederen."
NO_REASON = "Grunnen til at det ikke er avgift, mangler. Fyll inn lovteksten på fakturautstederen."
A_RATE = "Fakturautstederen krever ikke avgift, men har en avgiftssats. Ta bort satsen."
NO_ACCOUNT = "Fakturautstederen mangler kontonummer. Fyll det inn på fakturautstederen."
WRONG_ACCOUNT = "Kontonummeret %s kan ikke stemme. Rett det på fakturautstederen: elleve siffer."
WRONG_KID = "KID %s kan ikke stemme: kontrollsifferet er feil. Rett det på fakturaen."
NO_REFERENCE = "Rollag kommune mangler fakturareferanse og bestillingsnummer. Fyll inn ett av dem på kommunen."
NO_EARLIER = "Kreditnotaen sier ikke hvilken faktura den gjelder. Lag den fra fakturaen."
NO_TERMS = "Kreditnotaen sier ikke hvordan beløpet gjøres opp. Fyll inn om det betales eller trekkes fra."
NO_POSTCODE, NO_PLACE = (
    "%s mangler postnummer med fire siffer. Fyll det inn i adressen.",
    "%s mangler poststed. Fyll det inn i adressen.",
)
SELLERS, BUYERS = "Kongsberg kommune", "Rollag kommune"


def told(made: Bill) -> list[str]:
    return [one.text % one.params for one in faults_of(made)]


def seller(**changes: Any) -> dict[str, Any]:
    return {"seller": replace(SELLER, **changes)}


def buyer(**changes: Any) -> dict[str, Any]:
    return {"buyer": replace(BUYER, **changes)}


def one_line(**changes: Any) -> dict[str, Any]:
    return {"lines": [replace(line("Fast del", 1, 600_000, 7), **changes)]}


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"number": ""}, ["Fakturaen mangler nummer. Utsted den, så får den neste nummer i serien."]),
        ({"number": "9" * 61}, ["Fakturanummeret er lengre enn 60 tegn. Kort ned serien."]),
        ({"issued": None}, ["Fakturaen mangler fakturadato. Fyll den inn på kjøringen."]),
        ({"buyer_reference": ""}, [NO_REFERENCE]),
        ({"buyer_reference": " "}, [NO_REFERENCE]),
        ({"period": None}, ["Fakturaen sier ikke når det er levert. Fyll inn perioden eller dagen på kjøringen."]),
        (
            {"period": (date(2026, 2, 1), date(2026, 1, 31))},
            ["Perioden slutter før den begynner. Rett datoene på kjøringen."],
        ),
        ({"due": None}, ["Fakturaen mangler forfallsdato. Fyll den inn på kjøringen."]),
        ({"due": date(2026, 1, 31)}, ["Forfallsdatoen er før fakturadatoen. Rett en av dem på kjøringen."]),
        (seller(name=" "), [NO_NAME]),
        (seller(organisation_number=""), [NO_NUMBER % SELLERS]),
        (seller(organisation_number="942402466"), [WRONG_NUMBER % (SELLERS, "942402466")]),
        (seller(organisation_number="942 402 465"), [WRONG_NUMBER % (SELLERS, "942 402 465")]),
        (seller(postcode=""), [NO_POSTCODE % SELLERS]),
        (seller(postcode="361"), [NO_POSTCODE % SELLERS]),
        (seller(place=""), [NO_PLACE % SELLERS]),
        (buyer(name=""), [NO_NAME]),
        (buyer(organisation_number=""), [NO_NUMBER % BUYERS]),
        (buyer(organisation_number="94488911"), [WRONG_NUMBER % (BUYERS, "94488911")]),
        (buyer(postcode="A626", place=""), [NO_POSTCODE % BUYERS, NO_PLACE % BUYERS]),
        ({"account": ""}, [NO_ACCOUNT]),
        ({"account": "12345678904"}, [WRONG_ACCOUNT % "12345678904"]),
        ({"account": "1234.56.78903"}, [WRONG_ACCOUNT % "1234.56.78903"]),
        ({"kid": "2026000171"}, [WRONG_KID % "2026000171"]),
        ({"kid": "KID 1"}, [WRONG_KID % "KID 1"]),
        (
            {"lines": [], "payable": 0},
            ["Fakturaen har ingen linjer. Ta kommunen ut av kjøringen, eller registrer det som skal betales."],
        ),
        (one_line(name=""), ["Linje 1 sier ikke hva den gjelder. Fyll inn navnet på linjen."]),
        (
            {"lines": [CONNECTION, line("Avregning", 1, -100)]},
            ["Linje 2 har en pris under null. Trekk fra med antallet, eller lag en kreditnota."],
        ),
        (one_line(months=0), ["Linje 1 gjelder 0 måneder. Skriv 1 til 12."]),
        (one_line(months=13), ["Linje 1 gjelder 13 måneder. Skriv 1 til 12."]),
        (
            one_line(net=350_002),
            ["Linje 1 er ikke antall × pris: den sier 3 500,02 kroner, og utregningen gir 3 500,00."],
        ),
        (
            one_line(months=12, net=600_001),
            ["Linje 1 er ikke antall × pris: den sier 6 000,01 kroner, og utregningen gir 6 000,00."],
        ),
        (
            {"payable": 473_464},
            ["Fakturaen sier 4 734,64 kroner å betale, men linjene og avgiften er 4 734,63. Lag kjøringen på nytt."],
        ),
        ({"lines": [line("Avregning", -1, 100)]}, ["Beløpet er under null. Lag en kreditnota."]),
        (
            {"note": "Brev\x0b", "order_reference": "\ud800"},
            [
                "Teksten «Brev\ufffd» har tegn som ikke kan skrives i en faktura. Skriv den på nytt.",
                "Teksten «\ufffd» har tegn som ikke kan skrives i en faktura. Skriv den på nytt.",
            ],
        ),
        (
            seller(name="Kongs\x00berg"),
            ["Teksten «Kongs\ufffdberg» har tegn som ikke kan skrives i en faktura. Skriv den på nytt."],
        ),
    ],
)
def test_an_invoice_that_lacks_something_is_refused_with_what_to_fill_in(
    changes: dict[str, Any], sentences: list[str]
) -> None:
    made = bill(**changes)

    with pytest.raises(Lacking) as refused:
        ubl(made)

    assert told(made) == sentences
    assert [one.text % one.params for one in refused.value.faults] == sentences


@pytest.mark.parametrize(
    ("vat", "registered", "sentences"),
    [
        (OUTSIDE, True, []),
        (OUTSIDE, False, []),
        (EXEMPT, True, []),
        (EXEMPT, False, []),
        (STANDARD, True, []),
        (
            STANDARD, False,
            ["Fakturautstederen er ikke registrert i Merverdiavgiftsregisteret, og kan ikke kreve avgift."],
        ),
        (Vat(Category.STANDARD), True, [NO_RATE]),
        (Vat(Category.STANDARD, 0), True, [NO_RATE]),
        (Vat(Category.STANDARD, -25), True, [NO_RATE]),
        (Vat(Category.EXEMPT, 0), False, [NO_REASON]),
        (Vat(Category.EXEMPT, 25, "Loven"), False, [A_RATE]),
        (Vat(Category.EXEMPT, None, "Loven"), False, [A_RATE]),
        (Vat(Category.OUTSIDE), False, [NO_REASON]),
        (Vat(Category.OUTSIDE, 0, "Loven"), False, [A_RATE]),
        (Vat(Category.OUTSIDE, 25, " "), False, [NO_REASON, A_RATE]),
    ],
)  # fmt: skip
def test_the_category_of_vat_demands_its_own(vat: Vat, registered: bool, sentences: list[str]) -> None:
    assert told(bill(vat, **seller(vat_registered=registered))) == sentences


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({}, []),
        ({"account": "wrong", "kid": "wrong", "due": None}, []),
        ({"earlier": None}, [NO_EARLIER]),
        ({"earlier": Earlier(" ", date(2026, 1, 1))}, [NO_EARLIER]),
        (
            {"earlier": Earlier("1", date(2026, 2, 2))},
            ["Kreditnotaen er datert før fakturaen den gjelder. Rett datoen på kreditnotaen."],
        ),
        ({"terms": ""}, [NO_TERMS]),
        ({"buyer_reference": ""}, [NO_REFERENCE]),
        ({"lines": [line("Avregning", -1, 100)]}, ["Kreditnotaen gir mindre enn null tilbake. Lag en faktura."]),
    ],
)
def test_a_credit_note_demands_its_own(changes: dict[str, Any], sentences: list[str]) -> None:
    assert told(bill(kind=CREDIT, **changes)) == sentences


def test_an_order_number_does_as_well_as_a_reference() -> None:
    assert told(bill(buyer_reference="", order_reference="B-77")) == []


def test_all_that_is_wrong_is_told_at_once() -> None:
    made = bill(buyer_reference="", due=None, account="", **buyer(organisation_number="", place=""))

    assert told(made) == [
        NO_ACCOUNT, NO_NUMBER % BUYERS, NO_PLACE % BUYERS, NO_REFERENCE,
        "Fakturaen mangler forfallsdato. Fyll den inn på kjøringen.",
    ]  # fmt: skip


def test_nothing_to_pay_is_an_invoice_too() -> None:
    assert told(bill(lines=[BillLine("Tilkoblingsavgift, grunnlegger", 1, 0, 0)])) == []


@pytest.mark.parametrize(
    ("number", "is_right"),
    [("12345678903", True), ("12345678912", False), ("1234567890", False), ("123456789O3", False), ("", False)],
)
def test_an_account_has_eleven_digits_that_agree(number: str, is_right: bool) -> None:
    assert is_account(number) is is_right


@pytest.mark.parametrize(
    ("number", "is_right"),
    [
        ("2026000170", True),  # mod 10
        ("2026000176", True),  # mod 11
        ("2026000171", False),
        ("26", True),
        ("2-", False),
        ("6-", True),  # mod 11 leaves ten
        ("1", False),
        ("1" * 26, False),
        ("20260001 70", False),
    ],
)
def test_a_kid_agrees_by_mod_10_or_mod_11(number: str, is_right: bool) -> None:
    assert is_kid(number) is is_right
