"""The third wall: row-level security in PostgreSQL, generated from the owned tables.

The serving role owns nothing and cannot bypass it; `assert_in_force` refuses to serve otherwise.
Policies read the scope from settings local to the transaction; unset means no rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Table, text

from models.declare.base import Base
from models.declare.domains import Domain
from models.declare.memories import remembers
from models.tenancy.scope import Scope
from models.tenancy.searchindex import INDEXED
from models.tenancy.statements import guarded_tables, is_written_once

OWNERS = "owner_select"


def policies(app_role: str) -> Iterator[str]:
    """The DDL that forces row-level security on every owned table and gives the serving role its rights; as the driver
    wants it, with per cent signs doubled."""
    role = f'"{app_role}"'
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
    yield f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}"
    for name, table in sorted(guarded_tables().items()):
        yield from _table(name, table)
    for name, table in sorted(Base.metadata.tables.items()):
        if is_written_once(table):
            yield f"REVOKE UPDATE, DELETE ON {name} FROM {role}"
    for name in INDEXED:
        yield _search(name, app_role)


def _search(name: str, app_role: str) -> str:
    """A function that finds the rows that hold some words, as far as the scope reaches, by pg_trgm's index.

    Under a policy no index serves LIKE: PostgreSQL asks the policy first, as LIKE might tell of rows that are hidden.
    The function belongs to the owner, whom the policy lets see all, and applies the same rule itself; it takes words,
    not patterns, so that nothing in it can fail on a row outside. There is none where pg_trgm is missing, nor where one
    role both owns and serves.
    """
    table = guarded_tables()[name]
    function = f"find_{name}(words text[], most int)"
    body = f"""
        DECLARE patterns text[] := ARRAY(
            SELECT '%%' || regexp_replace(word, '([\\\\%%_])', '\\\\\\1', 'g') || '%%' FROM unnest(words) word);
        BEGIN
            RETURN QUERY SELECT id FROM public.{name} WHERE {_rule(table, "read")}
                AND search_text LIKE patterns[1] AND search_text LIKE ALL (patterns[2:]) LIMIT most;
        END
    """  # noqa: S608 - names of our own tables
    return f"""
        DO $do$ BEGIN
            DROP POLICY IF EXISTS {OWNERS} ON {name};
            DROP FUNCTION IF EXISTS find_{name};
            IF current_user = '{app_role}' OR to_regclass('ix_{name}_search') IS NULL THEN RETURN; END IF;
            CREATE POLICY {OWNERS} ON {name} FOR SELECT TO CURRENT_USER USING (true);
            CREATE FUNCTION {function} RETURNS SETOF int LANGUAGE plpgsql STABLE SECURITY DEFINER
                SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $body${body}$body$;
            REVOKE ALL ON FUNCTION find_{name} FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION find_{name} TO "{app_role}";
        END $do$
    """  # noqa: S608 - names of our own tables


def _table(name: str, table: Table) -> Iterator[str]:
    domain = domain_of(table)
    read, write = _rule(table, "read"), _rule(table, "write")
    if "user_id" in table.columns and domain is Domain.PEOPLE:
        read = f"({read} or user_id = (select current_setting('app.user', true)::int))"
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
    for command, rule in {
        "select": f"USING ({read})",
        "insert": f"WITH CHECK ({write})",
        "update": f"USING ({write}) WITH CHECK ({write})",
        "delete": f"USING ({write})",
    }.items():
        yield f"DROP POLICY IF EXISTS own_{command} ON {name}"
        yield f"CREATE POLICY own_{command} ON {name} FOR {command} {rule}"
    # The owner, and nobody else, reads everything while it says that it makes a backup (models/keeping).
    yield f"DROP POLICY IF EXISTS whole_backup ON {name}"
    yield (
        f"CREATE POLICY whole_backup ON {name} FOR SELECT TO CURRENT_USER "
        "USING ((select current_setting('app.backup', true)) = 'on')"
    )


def _rule(table: Table, mode: str) -> str:
    """That the owner is one of those announced. A subquery, and not `= any(array)`: it becomes a hash that is asked
    once a row, where an array of hundreds is walked for each; and the planner reckons with many rows, which keeps it
    reading in the order of the list."""
    setting = f"current_setting('app.{mode}_{domain_of(table)}', true)"
    return f"municipality_id in (select unnest(string_to_array({setting}, ',')::int[]))"


SETTINGS = ("app.user", *(f"app.{mode}_{domain}" for domain in Domain for mode in ("read", "write")))
Settings = tuple[str, ...]
ANNOUNCEMENT = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in SETTINGS)


def announce(connection: Any, scope: Scope, before: Settings | None = None) -> Settings:
    """Tell PostgreSQL the scope, for this transaction only; the policies read it. What it was told `before` in the same
    transaction is not said again.

    In every request, so one statement in the driver's own words: built anew it takes three times as long."""
    reach = [ids(domain) for domain in Domain for ids in (scope.readable, scope.writable)]
    settings = _settings(scope.user_id, *reach)
    if settings != before:
        connection.exec_driver_sql(ANNOUNCEMENT, settings)
    return settings


@remembers(500)
def _settings(user_id: int | None, *reach: frozenset[int]) -> tuple[str, ...]:
    return (str(user_id or 0), *map(_ids, reach))


def _ids(found: Iterable[int]) -> str:
    return ",".join(map(str, sorted(found)))


def domain_of(table: Table) -> Domain:
    """The domain of an owned table or of a link table between owned ones."""
    domain = table.info.get("domain")
    if domain is None:
        raise LookupError(f"{table.name} has an owner but no domain.")
    return Domain(domain)


def assert_in_force(connection: Any) -> None:
    """Raise RuntimeError when the serving role would bypass row-level security."""
    role = connection.execute(
        text("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
    ).scalar_one()
    if role:
        raise RuntimeError("DATABASE_URL signs in as a role that bypasses row-level security. Use a plain role.")
    opened = "select count(*) from pg_policies where policyname = :name and current_user = any(roles)"
    if connection.execute(text(opened), {"name": OWNERS}).scalar_one():
        raise RuntimeError("DATABASE_URL signs in as the owner of the tables. Use a plain role that owns nothing.")
    for name in sorted(guarded_tables()):
        active = connection.execute(text("select row_security_active(:name)"), {"name": name}).scalar_one()
        if not active:
            raise RuntimeError(f"Row-level security is not in force on {name}: run `flask --app app migrate`.")
