"""Invoices as they were issued, in EHF: every one of a run keeps to the rules, and what does not is not sent."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import select

from exchange import invoices as files
from exchange.ehf import filling
from models.database import db
from models.declare.charging import PartyRole, VatStatus
from models.registers.invoices import Invoice
from models.registers.municipality import Municipality
from models.registers.parties import Party
from tests.conftest import inside
from tests.support.money import corrected, issued, ready
from tests.test_charging import charging  # noqa: F401 - a fixture
from tests.test_charging_pages import said
from tests.test_registers import As

BASIC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
REASON = "Merverdiavgiftsloven § 3-1"


def addressed(vat: VatStatus) -> None:
    """The issuer and each buyer have an address, as EHF asks."""
    ready(vat)
    with inside():
        issuer = db.session.scalars(select(Party).where(Party.role == PartyRole.ISSUER)).one()
        issuer.postcode, issuer.city, issuer.vat_reason = "3616", "Kongsberg", REASON
        for one in db.session.scalars(select(Municipality)):
            one.postcode, one.city = "3660", "Rjukan"
        db.session.commit()


def prepared(invoices: list[Invoice]) -> list[Any]:
    with inside():
        known = [db.session.get(Invoice, one.id) for one in invoices]
        return files.Files(known, "nb", "x", files.earlier_of(db.session, known)).prepared()  # type: ignore[arg-type]


@pytest.mark.usefixtures("charging")
@pytest.mark.parametrize("vat", list(VatStatus), ids=lambda one: one.value)
def test_every_invoice_of_a_year_keeps_to_the_rules_whoever_issues_it(vat: VatStatus) -> None:
    addressed(vat)
    ready_to_go = prepared(issued(2018))

    assert [(one.name, one.faults, one.findings) for one in ready_to_go] == [
        (f"999999999-380-{number}.xml", (), ()) for number in range(1, 23)
    ]


@pytest.mark.usefixtures("charging")
def test_quarters_add_up_and_each_keeps_to_the_rules() -> None:
    addressed(VatStatus.OUTSIDE)
    invoices = [one for quarter in (1, 2, 3, 4) for one in issued(2018, quarter)]
    ready_to_go = prepared(invoices)

    assert (len(ready_to_go), [one.name for one in ready_to_go if one.faults or one.findings]) == (88, [])
    payable = [etree.fromstring(one.document).find(f".//{BASIC}PayableAmount").text for one in ready_to_go]
    assert sum(int(one.replace(".", "")) for one in payable) == 44_307_300


@pytest.mark.usefixtures("charging")
def test_a_credit_note_names_what_it_takes_back_and_so_does_the_new_invoice() -> None:
    addressed(VatStatus.OUTSIDE)
    first = next(one for one in issued(2018) if one.buyer_name == "Tinn kommune")
    ready_to_go = prepared(corrected(first, 7))
    roots = [etree.fromstring(one.document) for one in ready_to_go]

    assert [(one.name, one.faults, one.findings) for one in ready_to_go] == [
        ("999999999-381-23.xml", (), ()), ("999999999-380-24.xml", (), ()),
    ]  # fmt: skip
    assert [etree.QName(one).localname for one in roots] == ["CreditNote", "Invoice"]
    named = [[one.text for one in root.iterfind(f".//{{*}}InvoiceDocumentReference/{BASIC}ID")] for root in roots]
    assert named == [[str(first.number)]] * 2


@pytest.mark.parametrize(
    ("quarter", "days"),
    [
        (0, (date(2027, 1, 1), date(2027, 12, 31))),
        (1, (date(2027, 1, 1), date(2027, 3, 31))),
        (2, (date(2027, 4, 1), date(2027, 6, 30))),
        (4, (date(2027, 10, 1), date(2027, 12, 31))),
    ],
)
def test_the_days_of_a_period_are_its_first_and_its_last(quarter: int, days: tuple[date, date]) -> None:
    assert filling.days_of(Invoice(year=2027, quarter=quarter)) == days


@pytest.mark.usefixtures("charging")
def test_the_page_gives_the_document_and_the_run_gives_them_all(as_: As) -> None:
    addressed(VatStatus.OUTSIDE)
    first = issued(2018)[0]
    frida = as_("frida")
    one = frida.get(f"/invoices/{first.id}/download/xml/")
    bundle = zipfile.ZipFile(io.BytesIO(frida.get(f"/invoices/of-run/{first.run_id}/zip/").data))

    assert (one.status_code, one.mimetype) == (200, "application/xml")
    assert etree.fromstring(one.data).find(f"{BASIC}ID").text == "1"
    there = sorted(name for name in bundle.namelist() if name.startswith("ehf/"))
    assert there == sorted(f"ehf/999999999-380-{number}.xml" for number in range(1, 23))
    assert bundle.read("ehf/999999999-380-1.xml") == one.data


@pytest.mark.usefixtures("charging")
def test_what_lacks_something_is_not_sent_and_says_what(as_: As) -> None:
    addressed(VatStatus.OUTSIDE)
    with inside():
        tinn = db.session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one()
        tinn.city = None
        db.session.commit()
    left_out = next(one for one in issued(2018) if one.buyer_name == "Tinn kommune")
    frida = as_("frida")
    answer = frida.get(f"/invoices/{left_out.id}/download/xml/")
    told = said(frida.get(answer.headers["Location"]))
    bundle = zipfile.ZipFile(io.BytesIO(frida.get(f"/invoices/of-run/{left_out.run_id}/zip/").data))
    lines = bundle.read("ehf/mangler.txt").decode().split("\r\n")

    assert answer.status_code == 303
    assert "Fakturaen kan ikke sendes som EHF: Tinn kommune mangler poststed. Fyll det inn i adressen." in told
    assert lines[1:] == [f"Faktura {left_out.number}: Tinn kommune mangler poststed. Fyll det inn i adressen."]
    assert len([name for name in bundle.namelist() if name.endswith(".xml")]) == 21
