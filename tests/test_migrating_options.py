"""What was written of options and sub-processors stands where it stood, and the days that follow are worked out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.support.upgrading import upgraded_since
from tests.test_migrating_agreements import put

WORDS = {"options": "2 × 1 år, frist seks måneder før", "subprocessors": "Sky AS, Norge\nCloud Inc, USA"}


def furnish(connection: Connection) -> None:
    put(connection, "municipality", id=1, name="Tinn")
    for number, (ends, months) in enumerate(((date(2027, 8, 31), 6), (date(2027, 8, 31), 0), (None, 3)), 1):
        put(connection, "agreement", id=number, municipality_id=1, ends=ends, notice_months=months, **WORDS)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_the_words_stay_and_the_last_day_for_notice_is_known(engine: str, tmp_path: Path) -> None:
    told = "select notice_deadline, option_deadline, next_audit, options, subprocessors from agreement order by id"
    with upgraded_since("0046", furnish, engine, tmp_path) as connection:
        found = [(str(row[0] or ""), *row[1:]) for row in connection.execute(text(told))]
        parts = [
            connection.scalar(text(f"select count(*) from {one}"))
            for one in ("agreement_option", "agreement_processor")
        ]

    kept = (None, None, *WORDS.values())
    assert found == [("2027-02-28", *kept), ("", *kept), ("", *kept)]
    assert parts == [0, 0]
