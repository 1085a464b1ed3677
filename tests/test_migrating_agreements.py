"""What was typed of data processing agreements is carried over to what follows from them, and nothing of it is lost."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Connection, Date, DateTime, Integer, MetaData, Table, select, text

from models.declare.clock import today
from tests.support.upgrading import upgraded_since

OLD = {"status": "active", "data_processing": "yes"}
AGREEMENTS: dict[str, dict[str, Any]] = {
    "in force": OLD | {"signed": date(2020, 2, 3)},
    "over": OLD | {"ends": today() - timedelta(days=3)},
    "of another kind": OLD | {"data_processing": "no"},
}
REMARK = "Databehandleravtale, ført før avtalene ble koblet til: "
# What was typed, the agreement it is tied to and its remarks; then what is needed, and the remarks.
ROWS: list[tuple[str | None, date | None, str | None, str | None, str, str | None]] = [
    (None, None, None, "Notat", "unknown", "Notat"),
    ("not_needed", None, None, None, "no", None),
    ("missing", None, None, None, "yes", None),
    ("in_place", date(2020, 2, 3), "in force", "Notat", "yes", "Notat"),
    ("in_place", None, "in force", None, "yes", None),
    ("in_place", date(2019, 1, 9), "in force", None, "yes", f"{REMARK}finnes, datert 09.01.2019."),
    ("in_place", None, None, "Notat", "yes", f"Notat\n{REMARK}finnes."),
    ("in_place", date(2019, 1, 9), "over", None, "yes", f"{REMARK}finnes, datert 09.01.2019."),
    ("in_place", None, "of another kind", None, "yes", f"{REMARK}finnes."),
    ("missing", date(2019, 1, 9), None, None, "yes", f"{REMARK}mangler, datert 09.01.2019."),
]
EMPTY = {Integer: 0, Boolean: False, Date: date(2020, 1, 1), DateTime: text("current_timestamp")}


def put(connection: Connection, called: str, /, **values: Any) -> None:
    """A row of a table as it was, with something in every column that must have it."""
    table = Table(called, MetaData(), autoload_with=connection)
    musts = [column for column in table.columns if not column.nullable and column.name not in values]
    given = {one.name: next((EMPTY[kind] for kind in EMPTY if isinstance(one.type, kind)), "x") for one in musts}
    connection.execute(table.insert().values(**given | values))


def furnish(connection: Connection) -> None:
    put(connection, "municipality", id=1, name="Tinn")
    for number, values in enumerate(AGREEMENTS.values(), 1):
        put(connection, "agreement", id=number, municipality_id=1, **values)
    for number, (typed, day, tied, notes, _needed, _kept) in enumerate(ROWS, 1):
        said = {"processing_agreement": typed, "processing_agreement_date": day, "notes": notes}
        put(connection, "application", id=number, municipality_id=1, **said)
        if tied:
            ends = {"application_id": number, "agreement_id": list(AGREEMENTS).index(tied) + 1}
            put(connection, "application_agreements", municipality_id=1, **ends)
    for number, values in enumerate(({"processing_agreement": "in_place", "notes": "Notat"}, {}), 1):
        told = {
            "register": "application",
            "row_id": 90 + number,
            "snapshot": {"values": values},
            "fields": [],
            "id": number,
        }
        put(connection, "content_change", municipality_id=1, **told)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_what_was_typed_is_carried_over_and_what_no_agreement_says_is_kept_in_a_remark(
    engine: str, tmp_path: Path
) -> None:
    with upgraded_since("0021", furnish, engine, tmp_path) as connection:
        found = connection.execute(text("select needs_agreement, notes from application order by id")).all()
        deleted = connection.scalars(
            select(Table("content_change", MetaData(), autoload_with=connection).c.snapshot)
        ).all()
        columns = Table("application", MetaData(), autoload_with=connection).columns.keys()
    assert list(map(tuple, found)) == [(needed, kept) for *_, needed, kept in ROWS]
    assert [one["values"] for one in deleted] == [
        {"needs_agreement": "yes", "notes": f"Notat\n{REMARK}finnes."}, {"needs_agreement": "unknown"},
    ]  # fmt: skip
    assert {"processing_agreement", "processing_agreement_date"} & set(columns) == set()
