"""The lock on rows that change no more: triggers of the database itself, so that no door, and no SQL, goes round them.

They are generated from what the classes say (`__locked__`), and made anew after every upgrade, as a migration that
copies a table loses them (`models/migrating.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Table, UniqueConstraint

from models.declare.base import Base

ALWAYS = "1 = 1"
# What may only be added while the row it belongs to stands so, as SQL of NEW.
ADDED = {
    "invoice": "(SELECT state FROM charge_run WHERE id = NEW.run_id) IS DISTINCT FROM 'approved'",
    "invoice_line": (
        "(SELECT r.state FROM charge_run r JOIN invoice i ON i.run_id = r.id WHERE i.id = NEW.invoice_id)"
        " IS DISTINCT FROM 'approved'"
    ),
}


def locked() -> dict[str, Table]:
    """The tables with rows that change no more."""
    return {name: table for name, table in Base.metadata.tables.items() if table.info.get("locked", ("", ()))[0]}


def made_anew(dialect: str, tables: Collection[str]) -> Iterator[str]:
    """The DDL that puts every lock in place on the tables there are, whatever there is now."""
    if dialect == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION refuse_locked() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN "
            "RAISE EXCEPTION USING MESSAGE = 'locked: ' || TG_TABLE_NAME, ERRCODE = 'restrict_violation'; END $f$"
        )
    for name, table in sorted(locked().items()):
        if name not in tables:
            continue  # a migration of it is being written
        yield from _sqlite(name, table) if dialect == "sqlite" else _postgres(name, table)


def _changes(table: Table) -> tuple[str, tuple[tuple[str, str], ...]]:
    condition, columns = table.info["locked"]
    update = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
    return condition, (("update", update), ("delete", "DELETE"))


def _postgres(name: str, table: Table) -> Iterator[str]:
    condition, changes = _changes(table)
    for called, change in changes:
        yield f"DROP TRIGGER IF EXISTS locked_{called} ON {name}"
        yield (
            f"CREATE TRIGGER locked_{called} BEFORE {change} ON {name} FOR EACH ROW WHEN ({condition}) "
            "EXECUTE FUNCTION refuse_locked()"
        )
    yield f"DROP TRIGGER IF EXISTS locked_truncate ON {name}"
    yield f"CREATE TRIGGER locked_truncate BEFORE TRUNCATE ON {name} EXECUTE FUNCTION refuse_locked()"
    if late := _late(name, table):
        body = f"BEGIN IF {late} THEN RAISE EXCEPTION USING MESSAGE = 'locked: {name}', "
        body += "ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END"
        yield f"CREATE OR REPLACE FUNCTION refuse_added_{name}() RETURNS trigger LANGUAGE plpgsql AS $f$ {body} $f$"
        yield f"DROP TRIGGER IF EXISTS locked_insert ON {name}"
        yield (
            f"CREATE TRIGGER locked_insert BEFORE INSERT ON {name} FOR EACH ROW EXECUTE FUNCTION refuse_added_{name}()"
        )


def _sqlite(name: str, table: Table) -> Iterator[str]:
    condition, changes = _changes(table)
    refuse = f"BEGIN SELECT RAISE(ABORT, 'locked: {name}'); END"
    for called, change in changes:
        yield f"DROP TRIGGER IF EXISTS {name}_locked_{called}"
        yield f"CREATE TRIGGER {name}_locked_{called} BEFORE {change} ON {name} WHEN {condition} {refuse}"
    yield f"DROP TRIGGER IF EXISTS {name}_locked_insert"
    wrong = [_replaces(name, table, condition)]
    if late := _late(name, table):
        wrong.append(late.replace("IS DISTINCT FROM", "IS NOT"))
    yield f"CREATE TRIGGER {name}_locked_insert BEFORE INSERT ON {name} WHEN {' OR '.join(wrong)} {refuse}"


def _late(name: str, table: Table) -> str:
    """Which rows may not be added, as SQL of NEW; empty where all may."""
    if name in ADDED:
        return ADDED[name]
    if not (closed_by := table.info["closed_by"]):
        return ""
    other, *columns = closed_by
    same = " AND ".join(f"o.{one} = NEW.{one}" for one in columns)
    return f"EXISTS (SELECT 1 FROM {other} AS o WHERE {same})"  # noqa: S608 - our own names


def _replaces(name: str, table: Table, condition: str) -> str:
    """That INSERT OR REPLACE would take a locked row away, which SQLite does past the trigger of deletion."""
    keys: list[tuple[Any, str]] = [(table.primary_key, "")]
    keys += [(one, "") for one in table.constraints if isinstance(one, UniqueConstraint)]
    keys += [(one, _where(one)) for one in table.indexes if one.unique]
    same = " OR ".join(_same(table, key.columns, where) for key, where in keys)
    return f"EXISTS (SELECT 1 FROM {name} WHERE ({same}) AND {condition.replace('OLD.', '')})"  # noqa: S608 - our own names


def _where(index: Any) -> str:
    found = index.dialect_options["sqlite"]["where"]
    return "" if found is None else str(found)


def _same(table: Table, columns: Any, where: str) -> str:
    """That a row has what a new one has in columns that are unique, as far as an index reaches."""
    parts = [f"{column.name} = NEW.{column.name}" for column in columns]
    if where:
        names = "|".join(column.name for column in table.columns)
        parts += [where, re.sub(rf"\b({names})\b", r"NEW.\1", where)]
    return "(" + " AND ".join(f"({part})" for part in parts) + ")"
