"""A role in the cooperation passes to another organisation: parties, agreements, what is signed again, and the papers
before and after the day."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from models.database import db
from models.declare import clock
from models.declare.charging import PartyRole
from models.declare.choices import AgreementStatus, Answer
from models.declare.clock import today
from models.money import transferring
from models.registers.agreements import Agreement
from models.registers.catalogue import Supplier
from models.registers.codes import AgreementType
from models.registers.invoices import CREDIT_NOTE, INVOICE, Invoice
from models.registers.parties import Party, party_on
from models.registers.transfers import Transfer, TransferPaper
from models.tenancy.log import ContentChange
from reports.language import translator
from tests.conftest import inside, municipality
from tests.support import money
from tests.support.acceding import ask, walk
from tests.test_registers import As

PAGE = "/transfers/"
NEW, NUMBER = "KS Fellesdrift", "974761076"
DAY = today() + timedelta(days=10)
ALL = ("contract_party", "issuer", "operator")


def held() -> dict[str, str]:
    """Who has which role: one party each, made anew where the facts have none."""
    with inside():
        for role in transferring.ROLES:
            if party_on(db.session, role, today()) is None:
                db.session.add(Party(name="Kongsbergregionen", role=role, valid_from=date(2018, 1, 1)))
        supplier = Supplier(name=NEW, organisation_number=NUMBER)
        db.session.add(supplier)
        db.session.flush()
        operator = party_on(db.session, PartyRole.OPERATOR, today())
        contract = party_on(db.session, PartyRole.CONTRACT_PARTY, today())
        old = db.session.scalar(select(Supplier).where(Supplier.name == operator.name)) or Supplier(name=operator.name)
        operator.supplier = old
        other = db.session.scalar(select(Supplier).where(Supplier.name == contract.name)) or old
        db.session.add_all([old, other])
        db.session.commit()
        found = {"operator": old.id, "contract": other.id, "new": supplier.id, "name": contract.name}
    with inside("Tinn"):
        _agree("Åpen tilslutning", found["contract"], "accession", Answer.NO)
        _agree("Åpen databehandleravtale", found["operator"], "dba", Answer.YES)
        _agree("Åpen gammel tilslutning", found["contract"], "accession", Answer.NO, AgreementStatus.TERMINATED)
    with inside("Seljord"):
        _agree("Hemmeleg tilslutning", found["contract"], "accession", Answer.NO)
    return found


def _agree(
    name: str, supplier: int, code: str, processing: Answer, status: AgreementStatus = AgreementStatus.ACTIVE
) -> None:
    nature = db.session.scalar(select(AgreementType).where(AgreementType.code == code))
    db.session.add(
        Agreement(name=name, nature=nature, supplier=db.session.get(Supplier, supplier), status=status,
                  starts=date(2018, 1, 1), data_processing=processing)
    )  # fmt: skip
    db.session.commit()


def form(supplier: int, *roles: str, do: str = "look", day: date = DAY) -> dict[str, Any]:
    return {"role": list(roles), "supplier": str(supplier), "day": day.isoformat(), "basis": "Vedtak 45/26", "do": do}


def counterparts() -> dict[str, str]:
    with inside():
        return {one.name: one.supplier.name for one in db.session.scalars(select(Agreement))}


def test_a_transfer_is_looked_at_done_and_ticked_off(as_on: As, engine_app: Any) -> None:
    there = held()
    before = counterparts()
    per = as_on("per")
    looked = per.post(PAGE, data=form(there["new"], *ALL))
    untouched = counterparts()
    done = per.post(PAGE, data=form(there["new"], *ALL, do="carry"))

    assert (looked.status_code, done.status_code, untouched) == (200, 303, before)
    assert counterparts() == before | {"Åpen tilslutning": NEW, "Hemmeleg tilslutning": NEW}
    with inside():
        for role in transferring.ROLES:
            sides = [party_on(db.session, role, day) for day in (DAY - timedelta(days=1), DAY)]
            assert [one.name == NEW for one in sides] == [False, True]
        made = db.session.scalars(select(Transfer)).one()
        papers = {one.name: (one.nature, one.carried, one.to_sign) for one in made.papers}
        number, sign = made.id, next(one.id for one in made.papers if one.to_sign)
        told = db.session.scalars(select(ContentChange).where(ContentChange.row_name == "Hemmeleg tilslutning"))
        last = list(told)[-1]
        assert (last.actor_name, NEW in last.reason, last.fields[0]["new"]) == ("Per Test", True, NEW)
    assert papers == {
        "Åpen tilslutning": ("accession", True, False),
        "Hemmeleg tilslutning": ("accession", True, False),
        "Åpen databehandleravtale": ("processing", False, True),
    }
    page = per.get(f"{PAGE}{number}/").text
    ticked = per.post(f"{PAGE}{number}/papers/{sign}/", data={"day": today().isoformat()})
    assert ("Én gjenstår" in page, ticked.status_code) == (True, 303)
    assert "Alt er signert" in per.get(f"{PAGE}{number}/").text
    book = openpyxl.load_workbook(io.BytesIO(per.get(f"{PAGE}{number}/xlsx/").data))
    rows = list(book["Avtaler"].iter_rows(values_only=True))
    assert sorted(row[1] for row in rows[1:] if row[1] in papers) == sorted(papers)


@pytest.mark.parametrize("name", ["kari", "lars", "tone", "siri", "sol", "frida"])
def test_nobody_but_who_leads_the_project_looks_at_or_does_a_transfer(name: str, as_: As) -> None:
    there = held()
    as_("per").post(PAGE, data=form(there["new"], *ALL, do="carry"))
    with inside():
        number, sign = db.session.execute(select(TransferPaper.transfer_id, TransferPaper.id)).first()
    other = as_(name)

    answers = [
        other.get(PAGE), other.post(PAGE, data=form(there["new"], "issuer", do="carry")), other.get(f"{PAGE}{number}/"),
        other.get(f"{PAGE}{number}/xlsx/"), other.post(f"{PAGE}{number}/papers/{sign}/", data={"day": "2026-01-01"}),
    ]  # fmt: skip

    assert [one.status_code for one in answers] == [403] * 5


def test_what_a_municipality_joined_by_is_carried_over_like_that_of_the_others(as_on: As, engine_app: Any) -> None:
    there, per = held(), as_on("per")
    ask(engine_app)
    walk(per)

    assert per.post(PAGE, data=form(there["new"], *ALL, do="carry")).status_code == 303
    with inside():
        larvik = municipality("Larvik")
        made = db.session.scalars(select(Transfer)).one()
        assert {(one.nature, one.carried, one.to_sign) for one in made.papers if one.place == larvik} == {
            ("accession", True, False), ("processing", False, True),
        }  # fmt: skip


def test_what_cannot_be_done_is_refused_in_words_and_changes_nothing(as_: As) -> None:
    there = held()
    per = as_("per")
    with inside():
        unnumbered = Supplier(name="Uten nummer")
        db.session.add(unnumbered)
        db.session.commit()
        lacking = unnumbered.id
    before = counterparts()
    tries = [
        (form(there["new"], do="carry"), transferring.NO_ROLE),
        (form(there["new"], *ALL, do="carry", day=today() - timedelta(days=1)), transferring.TOO_SOON),
        (form(0, *ALL, do="carry"), transferring.NO_SUPPLIER),
        (form(lacking, *ALL, do="carry"), "mangler organisasjonsnummer"),
        (form(there["new"], *ALL, do="carry") | {"basis": ""}, transferring.NO_BASIS),
    ]
    answers = [(per.post(PAGE, data=given), said) for given, said in tries]
    assert [(one.status_code, said in one.text) for one, said in answers] == [(422, True)] * len(tries)
    per.post(PAGE, data=form(there["new"], "issuer", do="carry"))
    again = per.post(PAGE, data=form(there["new"], "issuer", do="carry"))

    assert again.status_code == 422
    assert counterparts() == before
    with inside():
        assert len(db.session.scalars(select(Transfer)).all()) == 1


def test_a_role_that_somebody_has_from_a_later_day_is_not_handed_over_before_that(as_: As) -> None:
    there, later = held(), DAY + timedelta(days=30)
    with inside():
        party_on(db.session, PartyRole.ISSUER, today()).valid_to = later
        db.session.flush()
        db.session.add(Party(name="Den neste", role=PartyRole.ISSUER, valid_from=later))
        db.session.commit()

    answer = as_("per").post(PAGE, data=form(there["new"], "issuer", do="carry"))

    assert (answer.status_code, "Den neste" in answer.text) == (422, True)


def test_invoices_name_who_issues_that_day_also_a_credit_note_afterwards(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    money.ready()
    there = held()
    before = money.issued(2018)[0]
    old, number = before.seller_name, before.id
    with money.acting("per"):
        wish = transferring.Wish(DAY, (PartyRole.ISSUER,), there["new"], "Vedtak 45/26")
        transferring.carry_out(db.session, wish, translator("nb"))
        db.session.commit()
    with inside():
        new = party_on(db.session, PartyRole.ISSUER, DAY)
        new.account, new.vat = "12345678903", party_on(db.session, PartyRole.ISSUER, today()).vat
        db.session.commit()
    still = money.issued(2019)[0].seller_name
    monkeypatch.setattr(clock, "day_of", lambda _moment: DAY)
    after = {one.seller_name for one in money.issued(2020)}
    corrected = money.corrected(db_invoice(number), 1000)

    assert after == {NEW}
    told = {one.nature: (one.seller_name, one.seller_organisation_number, one.note) for one in corrected}
    theirs = f"Fakturaen som krediteres, ble utstedt av {old} ({money.NUMBER})."
    assert (told[CREDIT_NOTE], told[INVOICE][:2]) == ((NEW, NUMBER, theirs), (NEW, NUMBER))
    kept = db_invoice(number)
    assert (kept.seller_name, still, kept.nature) == (old, old, INVOICE)


def db_invoice(number: int) -> Invoice:
    with inside():
        return db.session.scalars(select(Invoice).where(Invoice.id == number)).one()
