"""Connection fees that were charged before there was a ledger stand in it as those that come."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

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
    ]
    for number, values in enumerate(charges, 1):
        put(connection, "charge", id=number, municipality_id=1, **values)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_fees_that_were_charged_stand_in_the_ledger(engine: str, tmp_path: Path) -> None:
    with upgraded_since("0042", furnish, engine, tmp_path) as connection:
        columns = (LedgerEntry.day, LedgerEntry.amount_ore, LedgerEntry.source_id, LedgerEntry.text)
        told = connection.execute(select(*columns).order_by(LedgerEntry.id), execution_options={"tenant_exempt": True})

        assert [tuple(one) for one in told] == [
            (date(2024, 1, 1), 2_500_000, 1, "24-1"),
            (date(2025, 3, 1), 100, 2, ""),
        ]
