"""Whose accession is known when a run is looked at: an agreement in force with who is the contract party."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, select

from models.database import db
from models.declare.charging import PartyRole
from models.declare.choices import AgreementStatus
from models.money import basis
from models.registers.agreements import Agreement
from models.registers.billing import Charge
from models.registers.catalogue import Supplier
from models.registers.codes import ACCESSION, AgreementType
from models.registers.parties import Party
from tests.conftest import inside
from tests.support.money import ready

DAY = date(2026, 11, 30)
OURS, THEIRS = "Kongsbergregionen", "En annen felles tjeneste"
TOLD = {
    "Tinn": (ACCESSION, OURS, AgreementStatus.ACTIVE, None),
    "Kviteseid": (ACCESSION, OURS, AgreementStatus.OPTION, DAY),
    "Fyresdal": (ACCESSION, OURS, AgreementStatus.ACTIVE, date(2026, 11, 29)),
    "Seljord": (ACCESSION, OURS, AgreementStatus.TERMINATED, None),
    "Drangedal": (ACCESSION, None, AgreementStatus.ACTIVE, None),
    "Rollag": (ACCESSION, THEIRS, AgreementStatus.ACTIVE, None),
    "Nome": ("DBA", OURS, AgreementStatus.ACTIVE, None),
}


def _delete(rows: Select[Any]) -> None:
    for one in db.session.scalars(rows):
        db.session.delete(one)


def _agree() -> None:
    ready()
    with inside():
        _delete(select(Charge))
        suppliers = {name: Supplier(name=name) for name in (OURS, THEIRS)}
        db.session.add_all(suppliers.values())
        db.session.commit()
        ids = {name: one.id for name, one in suppliers.items()}
    for place, (code, supplier, status, ends) in TOLD.items():
        with inside(place):
            nature = db.session.scalars(select(AgreementType).where(AgreementType.code == code)).one()
            row = Agreement(name="Avtale", nature=nature, supplier_id=ids.get(supplier), status=status, ends=ends)
            db.session.add(row)
            db.session.commit()


def _warned() -> dict[str, bool]:
    with inside():
        return {
            one.municipality.name: basis.NO_AGREEMENT in [said.text for said in one.warnings]
            for one in basis.plan_for(db.session, 2026, 0, DAY).papers
        }


def test_only_an_accession_in_force_with_the_contract_party_is_one(app: Any) -> None:
    _agree()
    found = _warned()

    assert sorted(name for name, is_warned in found.items() if not is_warned) == ["Drangedal", "Kviteseid", "Tinn"]
    assert found.keys() > TOLD.keys()


def test_any_accession_in_force_is_one_where_no_contract_party_is_known(app: Any) -> None:
    _agree()
    with inside():
        _delete(select(Party).where(Party.role == PartyRole.CONTRACT_PARTY))
        db.session.commit()

    assert sorted(name for name, is_warned in _warned().items() if not is_warned) == [
        "Drangedal", "Kviteseid", "Rollag", "Tinn"
    ]  # fmt: skip
