"""Tables whose rows nobody changes or deletes, whoever they sign in as: triggers refuse it on both engines, the owner
of the tables too. They are made anew after every upgrade (`models/migrating.py`), since a migration that copies a table
loses them.

What is `__sealed__` is only ever added to; what is also `__closed_by__` a table and some columns, no more once that has
a row of the same values.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Table, UniqueConstraint

from models.declare.base import Base

REFUSAL = "rows of this table are never changed"
CLOSED = "what these rows belong to is settled"
FUNCTION = "refuse_change"


def sealed_tables() -> list[Table]:
    """The tables that are only added to."""
    return [table for table in Base.metadata.sorted_tables if table.info.get("sealed")]


def made_anew(dialect: str) -> Iterator[str]:
    """The DDL that makes every trigger as it should be, whatever there is now."""
    if dialect != "sqlite":
        yield from _functions()
    for table in sealed_tables():
        yield from _on_sqlite(table) if dialect == "sqlite" else _on_postgres(table)


def _closing(table: Table) -> str:
    """Which rows come too late, as SQL; empty where none do."""
    if not (closed_by := table.info.get("closed_by")):
        return ""
    other, *columns = closed_by
    return _there(other, " AND ".join(f"o.{one} = NEW.{one}" for one in columns))


def _taken(table: Table) -> str:
    """That a row is there already. INSERT OR REPLACE deletes it without a word to the trigger of DELETE."""
    uniques = [[one.name for one in some.columns] for some in table.constraints if isinstance(some, UniqueConstraint)]
    same = (" AND ".join(f"o.{name} = NEW.{name}" for name in names) for names in [["id"], *sorted(uniques)])
    return _there(table.name, " OR ".join(f"({one})" for one in same))


def _there(table: str, which: str) -> str:
    return f"EXISTS (SELECT 1 FROM {table} AS o WHERE {which})"  # noqa: S608 - names of our own


def _on_sqlite(table: Table) -> Iterator[str]:
    raised = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for when in ("UPDATE", "DELETE"):
        yield from _made(table, when.lower(), f"BEFORE {when} ON {table.name} {raised}")
    yield from _made(table, "replace", f"BEFORE INSERT ON {table.name} WHEN {_taken(table)} {raised}")
    if late := _closing(table):
        closed = f"BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"
        yield from _made(table, "late", f"BEFORE INSERT ON {table.name} WHEN {late} {closed}")


def _made(table: Table, name: str, told: str) -> Iterator[str]:
    yield f"DROP TRIGGER IF EXISTS {table.name}_{name}"
    yield f"CREATE TRIGGER {table.name}_{name} {told}"


def _functions() -> Iterator[str]:
    yield (
        f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
    )


def _on_postgres(table: Table) -> Iterator[str]:
    name, refused = table.name, f"EXECUTE FUNCTION {FUNCTION}()"
    yield f"DROP TRIGGER IF EXISTS {name}_sealed ON {name}"
    yield f"CREATE TRIGGER {name}_sealed BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW {refused}"
    yield f"DROP TRIGGER IF EXISTS {name}_emptied ON {name}"
    yield f"CREATE TRIGGER {name}_emptied BEFORE TRUNCATE ON {name} FOR EACH STATEMENT {refused}"
    if late := _closing(table):
        refused = f"RAISE EXCEPTION '{CLOSED}' USING ERRCODE = 'restrict_violation'"
        body = f"BEGIN IF {late} THEN {refused}; END IF; RETURN NEW; END"
        yield f"CREATE OR REPLACE FUNCTION refuse_late_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"
        yield f"DROP TRIGGER IF EXISTS {name}_late ON {name}"
        yield f"CREATE TRIGGER {name}_late BEFORE INSERT ON {name} FOR EACH ROW EXECUTE FUNCTION refuse_late_{name}()"
