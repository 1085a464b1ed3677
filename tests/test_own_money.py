"""A municipality's own page of agreements and money: all of its own, and nothing of another's."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.charging import PartyRole
from models.declare.choices import AgreementStatus, Answer
from models.registers.agreements import Agreement
from models.registers.catalogue import Supplier
from models.registers.codes import AgreementType
from models.registers.invoices import Invoice
from models.registers.parties import Party
from tests.conftest import inside
from tests.support.money import issued
from tests.support.settled import YEAR, invoice, spend
from tests.test_charging import charging, place  # noqa: F401 - the first is a fixture
from tests.test_registers import As
from tests.test_settlements import bare, frozen

PAGE = "/money/"
VERSION = re.compile(r'name="version" value="(\d+)"')


def told(answer: Any) -> str:
    return bare(answer.text).partition("Hopp til innholdet")[2]


def agree(where: str, name: str, code: str | None = "accession", **said: Any) -> int:
    with inside(where):
        nature = db.session.scalars(select(AgreementType).where(AgreementType.code == code)).first()
        row = Agreement(name=name, nature=nature, status=AgreementStatus.ACTIVE, **said)
        db.session.add(row)
        db.session.commit()
        return int(row.id)


def address(browser: Any, **said: str) -> Any:
    version = VERSION.search(browser.get(PAGE).text)
    fields = {"invoice_reference": "R-1", "postal_address": "Torget 1", "postcode": "3660", "city": "Rjukan"}
    return browser.post(PAGE, data=fields | {"version": version[1] if version else "1"} | said)


def of_tinn() -> tuple[Any, ...]:
    with inside():
        one = place("Tinn")
        return one.invoice_reference, one.postal_address, one.postcode, one.city


def test_a_municipality_sees_what_it_pays_its_invoices_agreements_and_settlement_and_nothing_of_another(
    charging: Any,  # noqa: F811
    as_: As,
) -> None:
    mine = {one.buyer_name: one.id for one in issued(2018)}
    invoice(), spend()
    frozen(as_)
    with inside():
        operator = Supplier(name="Driftsfellesskapet")
        db.session.add(Party(name="Drift", role=PartyRole.OPERATOR, valid_from=date(2018, 1, 1), supplier=operator))
        db.session.commit()
        who = operator.id
        stranger = db.session.scalars(select(Supplier.id).where(Supplier.id != who).order_by(Supplier.id)).first()
    agree("Tinn", "Vår tilslutning", signed=date(2018, 1, 2), signed_by_both=Answer.YES, starts=date(2018, 1, 1))
    agree("Tinn", "Vår DBA", "dba", supplier_id=who, data_processing=Answer.YES, signed_by_both=Answer.NO)
    agree("Tinn", "Strømavtalen", None)
    agree("Tinn", "Feide – tilslutning", supplier_id=stranger)
    agree("Seljord", "Deres tilslutning")
    agree("Seljord", "Deres DBA", "dba", supplier_id=who, data_processing=Answer.YES)

    answer = as_("lars").get(PAGE)
    page = told(answer)

    assert re.findall(r'href="/invoices/(\d+)/download/(\w+)/"', answer.text) == [
        (str(mine["Tinn kommune"]), "pdf"), (str(mine["Tinn kommune"]), "xml"),
    ]  # fmt: skip
    named = re.findall(r'<th scope="row"><a href="/agreement/[^>]*>([^<]+)', answer.text)
    assert named == ["Vår tilslutning", "Vår DBA"]
    assert "Vår tilslutning Tilslutningsavtale" in page
    assert "Driftsfellesskapet Til signering" in page
    assert "innbyggere × 1,50" in page
    assert f"Tinn {YEAR} Andel kr" in page
    assert "Representasjon" not in page
    assert "Selvkostforskriften § 4: eierorganer er ikke en del av selvkost." in page
    assert [word for word in ("Seljord", "Deres", "Skien", "Strømavtalen", "Feide") if word in page] == []


@pytest.mark.usefixtures("charging")
def test_only_who_reads_money_in_the_municipality_comes_in_and_others_invoices_are_not_there(as_: As) -> None:
    theirs = next(one.id for one in issued(2018) if one.buyer_name == "Seljord kommune")

    assert [as_(who).get(PAGE).status_code for who in ("lars", "tone", "kari", "ola", "berit")] == [
        200, 200, 403, 403, 403,
    ]  # fmt: skip
    assert [as_(who).get(PAGE).status_code for who in ("per", "frida", "sol")] == [403, 403, 403]  # no place is chosen
    assert [as_("lars").get(f"/invoices/{theirs}/download/{kind}/").status_code for kind in ("pdf", "xml")] == [404] * 2
    assert 'href="/money/"' in as_("lars").get("/").text
    assert 'href="/money/"' not in as_("kari").get("/").text


@pytest.mark.usefixtures("charging")
def test_the_local_administrator_says_where_invoices_go_and_is_warned_until_the_reference_is_there(as_: As) -> None:
    with inside():
        place("Tinn").invoice_reference = None
        db.session.commit()
    lars = as_("lars")
    before = told(lars.get(PAGE))

    answer = address(lars, invoice_reference="Ref 42")

    assert ("Fakturareferansen mangler." in before, answer.status_code) == (True, 303)
    assert of_tinn() == ("Ref 42", "Torget 1", "3660", "Rjukan")
    assert "Fakturareferansen mangler." not in told(lars.get(PAGE))


@pytest.mark.usefixtures("charging")
def test_nobody_else_changes_it_nor_over_a_newer_one_nor_to_what_no_form_would_take(as_: As) -> None:
    before = of_tinn()

    assert as_("tone").post(PAGE, data={"version": "1", "invoice_reference": "Tone"}).status_code == 403
    assert as_("ola").post(PAGE, data={"version": "1"}).status_code == 403
    refused = [
        address(as_("lars"), **said).status_code
        for said in (
            {"version": "999"}, {"version": "x"}, {"postcode": "36600"}, {"postcode": "abcd"},
            {"invoice_reference": "x" * 101}, {"invoice_reference": "01010750160"},
        )
    ]  # fmt: skip
    assert refused == [409, 409, 422, 422, 422, 422]
    assert of_tinn() == before
    typed = address(as_("lars"), postcode="abcd", city="Ny by").text
    assert ("Postnummeret er fire siffer." in typed, 'value="Ny by"' in typed) == (True, True)


def test_it_asks_as_often_for_thirty_invoices_as_for_one(
    charging: Any,  # noqa: F811
    as_: As,
    statements: list[str],
) -> None:
    issued(2018)
    lars = as_("lars")
    lars.get(PAGE)

    def asked() -> int:
        statements.clear()
        lars.get(PAGE)
        return len(statements)

    few = asked()
    for year in range(2019, 2027):
        issued(year)
    with inside():
        many = len(db.session.scalars(select(Invoice).where(Invoice.buyer_name == "Tinn kommune")).all())

    assert (many > 5, asked()) == (True, few)
