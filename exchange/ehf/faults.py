"""What a bill lacks before it can be written as EHF: all at once, each a sentence that says what to fill in where.

The rules are those of domain handbook 4.4 and 4.5, and of bokføringsforskriften § 5-1-1 on what an invoice holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from exchange.ehf.bill import Bill, BillLine, Category, Party
from models.declare import checks
from models.declare.charging import MONTHS
from models.declare.numbers import kroner
from models.declare.words import N_, Problem, Saying

MOST_IN_NUMBER, MOST_IN_KID = 60, 25
ROUNDED = 1  # øre: what the quarters of a year are rounded by, so that they add up to it; R120 leaves room for two
_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_UNWRITABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


class Lacking(ValueError):  # noqa: N818 - people are told; no error of ours
    """A bill that cannot be written yet, with every fault there is."""

    def __init__(self, faults: list[Saying]) -> None:
        super().__init__("; ".join(one.text % one.params for one in faults))
        self.faults = faults


def faults_of(bill: Bill) -> list[Saying]:
    """All that keeps a bill from being written. Nothing when it may be."""
    found = [*_of_document(bill), *_of_seller(bill), *_of_party(bill.buyer), *_of_references(bill)]
    found += [*_of_settling(bill), *_of_vat(bill), *_of_lines(bill), *_of_amounts(bill), *_of_texts(bill)]
    return found


def _say(sentence: str, **params: Any) -> Saying:
    return Saying(sentence, params)


def _of_document(bill: Bill) -> Iterator[Saying]:
    if not bill.number.strip():
        yield _say(N_("Fakturaen mangler nummer. Utsted den, så får den neste nummer i serien."))
    elif len(bill.number) > MOST_IN_NUMBER:
        yield _say(N_("Fakturanummeret er lengre enn %(most)s tegn. Kort ned serien."), most=MOST_IN_NUMBER)
    if not bill.issued:
        yield _say(N_("Fakturaen mangler fakturadato. Fyll den inn på kjøringen."))
    if not bill.delivered and not bill.period:
        yield _say(N_("Fakturaen sier ikke når det er levert. Fyll inn perioden eller dagen på kjøringen."))
    if bill.period and bill.period[1] < bill.period[0]:
        yield _say(N_("Perioden slutter før den begynner. Rett datoene på kjøringen."))


def _of_seller(bill: Bill) -> Iterator[Saying]:
    yield from _of_party(bill.seller)
    if bill.is_credit:
        return
    if not bill.account:
        yield _say(N_("Fakturautstederen mangler kontonummer. Fyll det inn på fakturautstederen."))
    elif not is_account(bill.account):
        yield _say(
            N_("Kontonummeret %(number)s kan ikke stemme. Rett det på fakturautstederen: elleve siffer."),
            number=bill.account,
        )
    if bill.kid and not is_kid(bill.kid):
        yield _say(N_("KID %(kid)s kan ikke stemme: kontrollsifferet er feil. Rett det på fakturaen."), kid=bill.kid)


def _of_party(party: Party) -> Iterator[Saying]:
    who = {"name": party.name.strip() or party.organisation_number}
    if not party.name.strip():
        yield _say(N_("En av partene mangler navn. Fyll det inn på fakturautstederen og kommunen."))
    if not party.organisation_number:
        yield _say(N_("%(name)s mangler organisasjonsnummer, som også er adressen i EHF. Fyll det inn."), **who)
    elif not _is_organisation(party.organisation_number):
        text = N_("%(name)s har organisasjonsnummeret %(number)s, som ikke kan stemme. Rett det.")
        yield _say(text, number=party.organisation_number, **who)
    if not re.fullmatch(r"[0-9]{4}", party.postcode):
        yield _say(N_("%(name)s mangler postnummer med fire siffer. Fyll det inn i adressen."), **who)
    if not party.place.strip():
        yield _say(N_("%(name)s mangler poststed. Fyll det inn i adressen."), **who)


def _is_organisation(number: str) -> bool:
    """Nine digits and nothing else: the number is also the address in Peppol (PEPPOL-COMMON-R041)."""
    try:
        return bool(checks.organisation_number(number) == number)
    except Problem:
        return False


def _of_references(bill: Bill) -> Iterator[Saying]:
    if not bill.buyer_reference.strip() and not bill.order_reference.strip():
        text = N_("%(name)s mangler fakturareferanse og bestillingsnummer. Fyll inn ett av dem på kommunen.")
        yield _say(text, name=bill.buyer.name)
    if not bill.is_credit:
        return
    if not bill.earlier or not bill.earlier.number.strip():
        yield _say(N_("Kreditnotaen sier ikke hvilken faktura den gjelder. Lag den fra fakturaen."))
    elif bill.issued and bill.earlier.issued and bill.earlier.issued > bill.issued:
        yield _say(N_("Kreditnotaen er datert før fakturaen den gjelder. Rett datoen på kreditnotaen."))


def _of_settling(bill: Bill) -> Iterator[Saying]:
    if bill.is_credit:
        if not bill.terms.strip():
            text = N_("Kreditnotaen sier ikke hvordan beløpet gjøres opp. Fyll inn om det betales eller trekkes fra.")
            yield _say(text)
    elif not bill.due:
        yield _say(N_("Fakturaen mangler forfallsdato. Fyll den inn på kjøringen."))
    elif bill.issued and bill.due < bill.issued:
        yield _say(N_("Forfallsdatoen er før fakturadatoen. Rett en av dem på kjøringen."))


def _of_vat(bill: Bill) -> Iterator[Saying]:
    vat = bill.vat
    if vat.category is Category.STANDARD:
        if not bill.seller.vat_registered:
            yield _say(
                N_("Fakturautstederen er ikke registrert i Merverdiavgiftsregisteret, og kan ikke kreve avgift.")
            )
        if not vat.rate or vat.rate < 0:
            yield _say(N_("Avgiftssatsen mangler. Fyll den inn på fakturautstederen."))
        return
    if not vat.reason.strip():
        yield _say(N_("Grunnen til at det ikke er avgift, mangler. Fyll inn lovteksten på fakturautstederen."))
    if vat.rate != (0 if vat.category is Category.EXEMPT else None):
        yield _say(N_("Fakturautstederen krever ikke avgift, men har en avgiftssats. Ta bort satsen."))


def _of_lines(bill: Bill) -> Iterator[Saying]:
    if not bill.lines:
        yield _say(N_("Fakturaen har ingen linjer. Ta kommunen ut av kjøringen, eller registrer det som skal betales."))
    for number, line in enumerate(bill.lines, start=1):
        yield from _of_line(number, line)


def _of_line(number: int, line: BillLine) -> Iterator[Saying]:
    if not line.name.strip():
        yield _say(N_("Linje %(line)s sier ikke hva den gjelder. Fyll inn navnet på linjen."), line=number)
    if line.price < 0:
        yield _say(
            N_("Linje %(line)s har en pris under null. Trekk fra med antallet, eller lag en kreditnota."), line=number
        )
    if line.months is not None and not 1 <= line.months <= MONTHS:
        yield _say(N_("Linje %(line)s gjelder %(months)s måneder. Skriv 1 til 12."), line=number, months=line.months)
    elif abs(line.net - line.worked_out) > (ROUNDED if line.is_share else 0):
        yield _say(
            N_("Linje %(line)s er ikke antall × pris: den sier %(told)s kroner, og utregningen gir %(worked_out)s."),
            line=number, told=kroner(line.net), worked_out=kroner(line.worked_out),
        )  # fmt: skip


def _of_amounts(bill: Bill) -> Iterator[Saying]:
    if bill.lines and bill.payable != bill.net + bill.tax:
        yield _say(
            N_("Fakturaen sier %(told)s kroner å betale, men linjene og avgiften er %(sum)s. Lag kjøringen på nytt."),
            told=kroner(bill.payable), sum=kroner(bill.net + bill.tax),
        )  # fmt: skip
    if bill.payable < 0:
        turned = N_("Kreditnotaen gir mindre enn null tilbake. Lag en faktura.")
        yield _say(turned if bill.is_credit else N_("Beløpet er under null. Lag en kreditnota."))


def _of_texts(bill: Bill) -> Iterator[Saying]:
    for text in sorted({one for one in _texts(bill) if _UNWRITABLE.search(one)}):
        yield _say(
            N_("Teksten «%(text)s» har tegn som ikke kan skrives i en faktura. Skriv den på nytt."),
            text=_UNWRITABLE.sub("\ufffd", text),
        )


def _texts(of: Any) -> Iterator[str]:
    for one in fields(of):
        value = getattr(of, one.name)
        if isinstance(value, str):
            yield value
        elif one.name == "lines":
            for line in value:
                yield from _texts(line)
        elif hasattr(value, "__dataclass_fields__"):
            yield from _texts(value)


def is_account(number: str) -> bool:
    """Eleven digits, the last a mod 11 check digit."""
    if not re.fullmatch(r"[0-9]{11}", number):
        return False
    return (-sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))) % 11 == int(number[-1])


def is_kid(number: str) -> bool:
    """2 to 25 digits with a check digit by mod 10 or mod 11, which may be a hyphen."""
    if not re.fullmatch(r"[0-9]{1,24}[0-9-]", number):
        return False
    digits = [int(digit) for digit in reversed(number[:-1])]
    doubled = sum(sum(divmod(digit * (2 - place % 2), 10)) for place, digit in enumerate(digits))
    weighted = sum(digit * (2 + place % 6) for place, digit in enumerate(digits))
    eleven = -weighted % 11
    return number[-1] in {str(-doubled % 10), "-" if eleven == 10 else str(eleven)}
