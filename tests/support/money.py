"""What an invoice needs that the facts do not know: an issuer with its numbers, and a reference of each buyer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from models.database import db
from models.declare.charging import KidKind, PartyRole, VatStatus
from models.money import runs
from models.registers.invoices import ChargeRun, Invoice, documents_of
from models.registers.municipality import Municipality, all_ids
from models.registers.parties import Party
from models.tenancy import scope
from reports.language import translator
from tests.conftest import inside, user

NUMBER = "999999999"  # of Peppol's own samples: it stands for nobody


def ready(vat: VatStatus = VatStatus.OUTSIDE) -> None:
    """Everything there is to say is said, so that a run can be made."""
    with scope.use(scope.of(all_ids(db.session), user_name="Verda")):
        db.session.rollback()
        issuer = db.session.scalars(select(Party).where(Party.role == PartyRole.ISSUER)).one()
        issuer.organisation_number, issuer.account, issuer.kid, issuer.vat = NUMBER, "12345678903", KidKind.MOD10, vat
        for one in db.session.scalars(select(Municipality)):
            one.invoice_reference = f"REF-{one.name}"
        db.session.commit()


def acting(name: str) -> Any:
    """What Frida, Per or another reaches in all municipalities; all of it may be written, as doors are tried."""
    person = user(name)
    number, called = person.id, person.name
    db.session.rollback()
    ids = all_ids(db.session)
    db.session.rollback()
    found = scope.of(ids, user_name=called)
    return scope.use(replace(found, user_id=number))


def issued(year: int, quarter: int = 0) -> list[Invoice]:
    """A run of a period, made by Frida, approved by Per, issued by Frida; what came of it."""
    run = finish(made(year, quarter))
    with inside():
        return documents_of(db.session, db.session.get(ChargeRun, run))


def made(year: int, quarter: int = 0) -> int:
    with acting("frida"):
        return runs.make(db.session, year, quarter).id


def corrected(invoice: Invoice, more: int) -> list[Invoice]:
    """An invoice of 2018 is corrected after so many more are counted where its buyer is: what came of it."""
    with inside():
        place = db.session.get(Municipality, invoice.municipality_id)
        place.population_on(date(2018, 1, 1)).inhabitants += more  # type: ignore[union-attr]
        db.session.commit()
    with acting("frida"):
        number = runs.make_correction(db.session, db.session.get(Invoice, invoice.id)).id
    finish(number)
    with inside():
        return documents_of(db.session, db.session.get(ChargeRun, number))


def finish(number: int) -> int:
    """Approve and issue a run."""
    with acting("per"):
        runs.approve(db.session, number)
    with acting("frida"):
        return runs.issue(db.session, number, translator).id
