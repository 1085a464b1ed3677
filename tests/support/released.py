"""Furnished databases of released versions, as tests/data/released holds them, on either engine."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Column, Connection, Date, DateTime, MetaData, create_engine, insert, make_url, select
from sqlalchemy.pool import NullPool

from models import migrating
from tests.support import postgres

FOLDER = Path(__file__).resolve().parents[1] / "data" / "released"
RELEASES = sorted(file.name.removesuffix(".json.gz") for file in FOLDER.glob("*.json.gz"))
# Made from other columns, and made anew when the way of making them changes.
DERIVED = {"search_text", "sort_key"}
# What a migration carries over to another column, or adds to: the tests of that migration show that nothing is lost.
CARRIED = {"application": {"processing_agreement", "processing_agreement_date", "notes"}}


def read(release: str) -> dict[str, Any]:
    with gzip.open(FOLDER / f"{release}.json.gz", "rt", encoding="utf-8") as file:
        found: dict[str, Any] = json.load(file)
    return found


def load(release: str, owner_url: str, app_url: str) -> None:
    """Make the database of a release in an empty place, row-level security and all."""
    content = read(release)
    command.upgrade(migrating.config(owner_url, app_url), content["revision"])
    with past_all_walls(owner_url) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("set session_replication_role = replica")
        known = MetaData()
        known.reflect(connection, only=list(content["tables"]))
        for name, table in content["tables"].items():
            columns = [known.tables[name].columns[one] for one in table["columns"]]
            rows = [{c.name: _value(c, v) for c, v in zip(columns, row, strict=True)} for row in table["rows"]]
            connection.execute(insert(known.tables[name]), rows)
        if connection.dialect.name == "postgresql":
            _as_served(connection, content)
        connection.commit()


def _as_served(connection: Connection, content: dict[str, Any]) -> None:
    for name in content["tables"]:
        if highest := highest_id(content, name):
            connection.exec_driver_sql(f"select setval(pg_get_serial_sequence('{name}', 'id'), {highest})")
    connection.exec_driver_sql(f"set role {postgres.OWNER}")
    for statement in content["policies"]:
        connection.exec_driver_sql(statement)


def highest_id(content: dict[str, Any], name: str) -> int:
    """The highest id a table has ever given, those of rows that only the history knows with them; 0 without ids."""
    table = content["tables"][name]
    if "id" not in table["columns"]:
        return 0
    ids = [row[table["columns"].index("id")] for row in table["rows"]]
    for log in (one for key, one in content["tables"].items() if key.endswith("_change")):
        register, row_id = log["columns"].index("register"), log["columns"].index("row_id")
        ids += [row[row_id] for row in log["rows"] if row[register] == name]
    return int(max(ids))


def _value(column: Column[Any], value: Any) -> Any:
    if value is None or not isinstance(column.type, Date | DateTime):
        return value
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return datetime.fromisoformat(value).replace(tzinfo=UTC if column.type.timezone else None)


def past_all_walls(owner_url: str) -> Connection:
    """A connection that no policy binds: the file itself, or PostgreSQL's superuser."""
    url = make_url(owner_url)
    if url.get_backend_name() == "postgresql":
        url = make_url(postgres.server() or "").set(database=url.database)
    return create_engine(url, poolclass=NullPool).connect()


# Tables whose rows stand in another since, with what their columns are called there.
MOVED: dict[str, tuple[str, dict[str, str]]] = {
    "processing_template_laws": ("template_law", {"processing_template_id": "parent_id"})
}


def lost(release: str, owner_url: str) -> dict[str, Any]:
    """By table what a release held and the database does not hold any more; empty when everything is there."""
    found = {}
    with past_all_walls(owner_url) as connection:
        known = MetaData()
        known.reflect(connection, only=lambda name, _: "_search" not in name)
        for name, table in read(release)["tables"].items():
            kept = [one for one in table["columns"] if one not in DERIVED | CARRIED.get(name, set())]
            places = [table["columns"].index(one) for one in kept]
            where, called = (name, {}) if name in known.tables else MOVED.get(name, (name, {}))
            kept = [called.get(one, one) for one in kept]
            if where not in known.tables or set(kept) - set(known.tables[where].columns.keys()):
                found[name] = "the table or a column of it is gone"
                continue
            columns = [known.tables[where].columns[one] for one in kept]
            rows = {json.dumps([_plain(value) for value in row]) for row in connection.execute(select(*columns))}
            if missing := [row for row in table["rows"] if json.dumps([row[place] for place in places]) not in rows]:
                found[name] = missing
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() if value.tzinfo else value.isoformat()
    return value.isoformat() if isinstance(value, date) else value
