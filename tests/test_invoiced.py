"""What is settled and what the development fund gets follows the invoices, with what credit notes take back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.charging import ChargeKind
from models.declare.choices import Answer
from models.declare.selfcost import Source
from models.money import fund, invoiced, ledger
from models.registers.billing import Charge
from models.registers.municipality import Municipality
from tests.conftest import inside, municipality
from tests.support.money import corrected, issued
from tests.test_charging import charging  # noqa: F401 - a fixture


def join(name: str, day: date) -> None:
    """A municipality that is no founder joins on a day, and owes a fee."""
    with inside():
        place = db.session.scalars(select(Municipality).where(Municipality.name == name)).one()
        place.founder, place.joined = Answer.NO, day
        db.session.commit()


def fees() -> list[tuple[int, str]]:
    """The entries of fees that came of invoices: how much, and by which number."""
    with inside():
        there = [one for one in ledger.entries(db.session) if one.source is Source.INVOICE]
        return [(one.amount_ore * (1 if one.credit == "development_fund" else -1), one.text) for one in there]


@pytest.mark.usefixtures("charging")
def test_what_is_invoiced_on_account_is_what_is_settled_with_and_a_credit_note_takes_it_back() -> None:
    first = next(one for one in issued(2018) if one.buyer_name == "Tinn kommune")
    tinn = municipality("Tinn")
    with inside():
        before = invoiced.on_account(db.session, 2018)
    corrected(first, 10)
    with inside():
        after, years = invoiced.on_account(db.session, 2018), invoiced.years(db.session)

    assert (sum(before.values()), before[tinn]) == (44_307_300, 1_478_400)
    assert after == before | {tinn: 1_478_400 + 10 * 150}
    assert years == [2018]


@pytest.mark.usefixtures("charging")
def test_what_was_charged_outside_orden_counts_beside_what_is_invoiced() -> None:
    issued(2018)
    tinn = municipality("Tinn")
    with inside("Tinn"):
        db.session.add(Charge(year=2018, nature=ChargeKind.FIXED, amount_ore=100))
        db.session.add(Charge(year=2018, nature=ChargeKind.SUPPLEMENT, amount_ore=7))
        db.session.commit()
    with inside():
        assert invoiced.on_account(db.session, 2018)[tinn] == 1_478_400 + 100


@pytest.mark.usefixtures("charging")
def test_a_fee_that_is_invoiced_goes_into_the_development_fund() -> None:
    join("Seljord", date(2018, 3, 1))
    with inside():
        there = fund.development(db.session)
    number = next(one.number for one in issued(2018) if one.buyer_name == "Seljord kommune")

    assert fees() == [(2_500_000, str(number))]
    with inside():
        assert fund.development(db.session) == there + 2_500_000
        paid = invoiced.on_account(db.session, 2018)[municipality("Seljord")]
    assert paid == (600_000 + 150 * 2_959) * 10 // 12  # of ten months, and no fee among it


def test_years_are_those_of_charges_and_of_invoices_each_once(charging: Any) -> None:  # noqa: F811
    issued(2019)
    with inside("Tinn"):
        db.session.add(Charge(year=2019, nature=ChargeKind.FIXED, amount_ore=1))
        db.session.add(Charge(year=2017, nature=ChargeKind.INHABITANT, amount_ore=1))
        db.session.add(Charge(year=2016, nature=ChargeKind.CONNECTION, amount_ore=1))
        db.session.commit()
    with inside():
        assert invoiced.years(db.session) == [2017, 2019]
