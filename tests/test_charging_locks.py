"""What is issued changes no more, by any door; and a process that ends in the middle leaves no gap and no double."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from models.database import db
from models.declare.charging import ChargeKind
from models.declare.words import Problem
from models.money import runs
from models.registers.billing import Charge
from models.registers.invoices import ChargeRun, Invoice
from models.tenancy import locks
from models.tenancy.scope import TenantError
from reports.language import translator
from tests.conftest import inside
from tests.support import attack
from tests.support.interrupting import ended_after, statements_of
from tests.support.money import acting, issued, made, ready
from tests.test_charging import charging, charging_on  # noqa: F401 - fixtures

REFUSED = (sqlite3.IntegrityError, psycopg.Error)
ATTEMPTS = (
    "UPDATE invoice SET gross_ore = 1, net_ore = 1", "UPDATE invoice SET buyer_name = 'x'",
    "UPDATE invoice SET id = id", "DELETE FROM invoice WHERE number = 22",
    "UPDATE invoice_line SET amount_ore = 1", "DELETE FROM invoice_line",
    "INSERT INTO invoice_line (invoice_id, municipality_id, place, kind, name, quantity, months, unit, price_ore,"
    " amount_ore, counted_by, formula, remark) SELECT id, municipality_id, 9, 'fixed', 'x', 1, 12, 'C62', 1, 1, '', '',"
    " '' FROM invoice",
    "UPDATE charge_run SET state = 'draft'", "UPDATE charge_run SET approved_by = 'x'", "DELETE FROM charge_run",
)  # fmt: skip
ON_SQLITE = (
    "INSERT OR REPLACE INTO invoice SELECT * FROM invoice",
    "REPLACE INTO invoice_line SELECT * FROM invoice_line",
    "UPDATE OR REPLACE invoice SET number = 1",
)


def past_the_application(app: Any, statement: str) -> None:
    """Run a statement as the one who owns the tables, past every wall of ours: by the file, or as the superuser."""
    with attack.outside(app) as cursor:
        if "postgresql" in app.config["SQLALCHEMY_DATABASE_URI"]:
            cursor.execute("set session_replication_role = origin")  # triggers fire
        cursor.execute(statement)


def kept() -> list[tuple[Any, ...]]:
    with inside():
        found = db.session.scalars(select(Invoice).order_by(Invoice.number)).all()
        return [
            (one.number, one.buyer_name, one.gross_ore, [(line.place, line.amount_ore) for line in one.lines])
            for one in found
        ]


def test_no_statement_changes_what_is_issued_whoever_sends_it(charging_on: Any) -> None:  # noqa: F811
    issued(2018)
    before = kept()
    db.session.remove()
    on_sqlite = "sqlite" in charging_on.config["SQLALCHEMY_DATABASE_URI"]

    for statement in (*ATTEMPTS, *(ON_SQLITE if on_sqlite else ("TRUNCATE invoice CASCADE",))):
        with pytest.raises(REFUSED, match="locked"):
            past_the_application(charging_on, statement)

    assert kept() == before


@pytest.mark.usefixtures("charging")
@pytest.mark.parametrize("change", [lambda one: setattr(one, "gross_ore", 1), db.session.delete])
def test_the_session_changes_and_deletes_no_invoice(change: Callable[[Any], Any]) -> None:
    issued(2018)

    with inside():
        change(db.session.scalars(select(Invoice).order_by(Invoice.id)).first())
        with pytest.raises((TenantError, TypeError, ValueError)):
            db.session.commit()
        db.session.rollback()


def test_no_statement_approves_a_run_for_who_made_it(charging_on: Any) -> None:  # noqa: F811
    made(2018)
    db.session.remove()

    for statement in (
        "UPDATE charge_run SET state = 'approved', approved_by_id = made_by_id",
        "UPDATE charge_run SET state = 'issued'",
    ):
        with pytest.raises(REFUSED, match="ck_charge_run"):
            past_the_application(charging_on, statement)


def test_an_invoice_comes_of_an_approved_run_and_of_nothing_else(charging_on: Any) -> None:  # noqa: F811
    with acting("frida"):
        number = runs.make(db.session, 2018).id
        run = db.session.get(ChargeRun, number)
        plan = runs.plan_of(db.session, run)
        sheet = runs._Sheet(plan.papers[0], plan.issuer, number, 1, date(2018, 3, 1))
        db.session.add(runs._frozen(sheet, translator))
        with pytest.raises(DBAPIError, match="locked"):
            db.session.commit()
        db.session.rollback()


def test_a_charge_with_a_day_and_a_number_is_locked_by_every_door(charging_on: Any) -> None:  # noqa: F811
    with inside("Tinn"):
        row = Charge(year=2017 + 1, nature=ChargeKind.FIXED, amount_ore=600_000)
        db.session.add(row)
        db.session.commit()
        row.invoiced_on, row.reference = date(2018, 3, 1), "7"
        db.session.commit()
        row.amount_ore = 100
        with pytest.raises(Problem, match="fakturert"):
            db.session.commit()
        db.session.rollback()
        db.session.delete(row)
        with pytest.raises(Problem, match="fakturert"):
            db.session.commit()
        db.session.rollback()
    db.session.remove()

    for statement in ("UPDATE charge SET amount_ore = 1", "DELETE FROM charge", "UPDATE charge SET reference = NULL"):
        with pytest.raises(REFUSED, match="locked"):
            past_the_application(charging_on, statement)


@pytest.mark.usefixtures("charging")
def test_what_no_price_says_is_charged_as_often_as_it_happens_and_what_is_given_back_is_below_nought() -> None:
    with inside("Tinn"):
        kinds = (ChargeKind.SUPPLEMENT, ChargeKind.SUPPLEMENT, ChargeKind.CREDIT, ChargeKind.SETTLEMENT)
        amounts = (100, 200, -300, -400)
        db.session.add_all(
            Charge(year=2018, nature=kind, amount_ore=ore) for kind, ore in zip(kinds, amounts, strict=True)
        )
        db.session.commit()
        db.session.add(Charge(year=2018, nature=ChargeKind.FIXED, amount_ore=-1))
        with pytest.raises(Problem, match="under null"):
            db.session.commit()
        db.session.rollback()


def test_the_locks_are_those_that_the_classes_say() -> None:
    assert set(locks.locked()) == {
        "accession", "accession_event", "accession_paper", "charge", "charge_run", "deletion_receipt", "invoice",
        "invoice_delivery", "invoice_line", "ledger_entry", "settlement", "settlement_line",
    }  # fmt: skip


# -- a process that ends -----------------------------------------------------------------------------------------------


def issue(number: int) -> None:
    with acting("frida"):
        runs.issue(db.session, number, translator)


def test_a_process_that_ends_anywhere_leaves_all_or_nothing_and_the_numbers_follow(charging: Any) -> None:  # noqa: F811
    issued(2018)
    number = made(2019)
    with acting("per"):
        runs.approve(db.session, number)
    whole = statements_of(lambda: issue(made_and_approved(2020)))
    db.session.remove()
    db.engine.dispose()

    for after in range(0, whole + 1):
        died = ended_after(after, lambda: issue(number))
        with inside():
            there = len(db.session.scalars(select(Invoice).where(Invoice.year == 2019)).all())
            state = db.session.get(ChargeRun, number).state
        assert (there, state) in {(0, "approved"), (22, "issued")}
        db.session.remove()
        db.engine.dispose()
        if not died or state == "issued":
            break
    else:
        issue(number)

    with inside():
        numbers = sorted(db.session.scalars(select(Invoice.number)))
    assert numbers == list(range(1, 22 + 21 + 22 + 1))


def made_and_approved(year: int) -> int:
    number = made(year)
    with acting("per"):
        runs.approve(db.session, number)
    return number


def test_two_who_issue_at_once_number_once(charging_on: Any) -> None:  # noqa: F811
    ready()
    number = made_and_approved(2018)
    issue(number)

    with pytest.raises(Problem, match="ikke lenger"):
        issue(number)
    assert [one[0] for one in kept()] == list(range(1, 23))
