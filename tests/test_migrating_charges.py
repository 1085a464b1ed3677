"""What was charged and invoiced before stands in the ledger, and as it was, as what comes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from models.registers.invoices import Invoice, InvoiceLine
from models.registers.settlements import LedgerEntry
from tests.support.upgrading import upgraded_since
from tests.test_migrating_agreements import put


def furnish(connection: Connection) -> None:
    put(connection, "municipality", id=1, name="Tinn")
    charges = [
        {"nature": "connection", "year": 2024, "amount_ore": 2_500_000, "reference": "24-1", "invoiced_on": None},
        {"nature": "connection", "year": 2025, "amount_ore": 100, "reference": None, "invoiced_on": date(2025, 3, 1)},
        {"nature": "connection", "year": 2026, "amount_ore": 0},  # by rule, to a founder
        {"nature": "fixed", "year": 2024, "amount_ore": 600_000},
        {"nature": "settlement", "year": 2024, "amount_ore": 700, "reference": "25-9"},
    ]
    for number, values in enumerate(charges, 1):
        put(connection, "charge", id=number, municipality_id=1, **values)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_fees_and_settlements_that_were_charged_stand_in_the_ledger(engine: str, tmp_path: Path) -> None:
    with upgraded_since("0042", furnish, engine, tmp_path) as connection:
        columns = (LedgerEntry.day, LedgerEntry.amount_ore, LedgerEntry.source_id, LedgerEntry.text)
        told = connection.execute(select(*columns).order_by(LedgerEntry.id), execution_options={"tenant_exempt": True})

        assert [tuple(one) for one in told] == [
            (date(2024, 1, 1), 2_500_000, 1, "24-1"),
            (date(2025, 3, 1), 100, 2, ""),
            (date(2024, 12, 31), 700, 5, "25-9"),
        ]


def invoice(connection: Connection) -> None:
    put(connection, "municipality", id=1, name="Tinn")
    put(connection, "charge_run", id=3, state="issued", made_by_id=1, approved_by_id=2)
    about = {"municipality_id": 1, "run_id": 3, "net_ore": 100, "vat_ore": 0, "gross_ore": 100, "year": 2024}
    put(connection, "invoice", id=5, nature="invoice", number=1, **about)
    put(connection, "invoice", id=6, nature="credit_note", number=2, credits_id=5, **about)
    for number in (5, 6):
        put(
            connection,
            "invoice_line",
            id=number,
            invoice_id=number,
            municipality_id=1,
            place=1,
            kind="fixed",
            amount_ore=100,
        )


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_invoices_stay_as_they_were_and_locked(engine: str, tmp_path: Path) -> None:
    with upgraded_since("0046", invoice, engine, tmp_path) as connection:
        free = {"tenant_exempt": True}
        told = connection.execute(
            select(Invoice.id, Invoice.nature, Invoice.about, Invoice.refers, Invoice.credits_id).order_by(Invoice.id),
            execution_options=free,
        )
        lines = connection.execute(select(InvoiceLine.invoice_id, InvoiceLine.settles_year), execution_options=free)

        assert [tuple(one) for one in told] == [
            (5, "invoice", "on_account", [], None), (6, "credit_note", "on_account", [], 5),
        ]  # fmt: skip
        assert sorted(tuple(one) for one in lines) == [(5, None), (6, None)]
        for statement, why in (
            ("UPDATE invoice SET about = 'settlement'", "locked"), ("DELETE FROM invoice_line", "locked"),
        ):  # fmt: skip
            with pytest.raises(DBAPIError, match=why), connection.begin_nested():
                connection.exec_driver_sql(statement)
