"""The third wall: row-level security in PostgreSQL, generated from the owned tables and those of single persons.

The serving role owns nothing and cannot bypass it; `assert_in_force` refuses to serve otherwise.
Policies read the scope from settings local to the transaction; unset means no rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Table, literal_column, text
from sqlalchemy.dialects import postgresql

from models.declare.base import Base
from models.declare.domains import Domain
from models.declare.memories import remembers
from models.tenancy.linkedsearch import found_beside
from models.tenancy.scope import Scope
from models.tenancy.searchindex import INDEXED
from models.tenancy.statements import guarded_tables, is_written_once, personal_tables

OWNERS = "owner_select"
# Rows of the person at work, and of everybody for what is done to the rows of all: a merge, the emptying of the trash.
MINE = (
    "(user_id = (select nullif(current_setting('app.user', true), '')::int)"
    " or (select current_setting('app.personal', true)) = 'all')"
)


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
    for name in sorted(personal_tables()):
        yield from _forced(name, MINE, MINE)
    for name, table in sorted(Base.metadata.tables.items()):
        if is_written_once(table):
            yield f"REVOKE UPDATE, DELETE ON {name} FROM {role}"
    for name in INDEXED:
        yield _search(name, app_role)


def _search(name: str, app_role: str) -> str:
    """A function that finds the rows that hold some words, in their own text or in that of what they point at, as far
    as the scope reaches, by pg_trgm's index.

    Under a policy no index serves LIKE: PostgreSQL asks the policy first, as LIKE might tell of rows that are hidden.
    The function belongs to the owner, whom the policy lets see all of this table, and applies the same rule itself; of
    other tables the owner sees what the policy says. It takes words, not patterns, so that nothing in it can fail on a
    row outside. `alone`: by their own text only. There is none where pg_trgm is missing, nor where one role both owns
    and serves.
    """
    function = f"find_{name}(words text[], most int, alone bool DEFAULT false)"
    rule = _rule(guarded_tables()[name], "read")
    mine = f"SELECT id FROM public.{name} WHERE {rule} AND (n = 1 OR id = ANY (found))"  # noqa: S608 - our own names
    beside = "".join(f" UNION ({mine} AND {way} LIMIT wanted)" for way in _ways_beside(name))
    body = f"""
        DECLARE pattern text; wanted int; own int[]; found int[];
        BEGIN
            FOR n IN 1 .. coalesce(cardinality(words), 0) LOOP
                pattern := '%%' || regexp_replace(words[n], '([\\\\%%_])', '\\\\\\1', 'g') || '%%';
                wanted := CASE n WHEN cardinality(words) THEN most END;
                own := ARRAY({mine} AND search_text LIKE pattern LIMIT wanted);
                IF alone OR cardinality(own) = wanted THEN found := own;
                ELSE found := ARRAY(SELECT unnest(own){beside} LIMIT wanted); END IF;
            END LOOP;
            RETURN QUERY SELECT unnest(found);
        END
    """
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


def _ways_beside(name: str) -> Iterator[str]:
    """The conditions, as SQL, any of which makes a row found by what it points at."""
    register = next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is guarded_tables()[name])
    options: Any = {"schema_translate_map": {None: "public"}, "render_schema_translate": True}
    for way in found_beside(register, lambda there: there.search_text.like(literal_column("pattern"))):
        yield str(way.compile(dialect=postgresql.dialect(), **options))


def _table(name: str, table: Table) -> Iterator[str]:
    domain = domain_of(table)
    read, write = _rule(table, "read"), _rule(table, "write")
    if "user_id" in table.columns and domain is Domain.PEOPLE:
        read = f"({read} or user_id = (select current_setting('app.user', true)::int))"
    yield from _forced(name, read, write)


def _forced(name: str, read: str, write: str) -> Iterator[str]:
    """That nobody, the owner neither, reads and writes other rows of a table than these."""
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


SETTINGS = ("app.user", "app.personal", *(f"app.{mode}_{domain}" for domain in Domain for mode in ("read", "write")))
Settings = tuple[str, ...]
# One number back and not all that was said: SQLAlchemy learns anew what each column of an answer is.
ANNOUNCEMENT = "SELECT num_nulls(" + ", ".join(f"set_config('{name}', %s, true)" for name in SETTINGS) + ")"


def announce(connection: Any, scope: Scope, before: Settings | None = None) -> Settings:
    """Tell PostgreSQL the scope, for this transaction only; the policies read it. What it was told `before` in the same
    transaction is not said again.

    In every request, so one statement in the driver's own words: built anew it takes three times as long."""
    reach = [ids(domain) for domain in Domain for ids in (scope.readable, scope.writable)]
    settings = _settings(scope.user_id, scope.personal, *reach)
    if settings != before:
        connection.exec_driver_sql(ANNOUNCEMENT, settings)
    return settings


@remembers(500)
def _settings(user_id: int | None, personal: bool, *reach: frozenset[int]) -> tuple[str, ...]:
    return (str(user_id or 0), "all" if personal else "own", *map(_ids, reach))


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
    for name in sorted(guarded_tables() | personal_tables()):
        active = connection.execute(text("select row_security_active(:name)"), {"name": name}).scalar_one()
        if not active:
            raise RuntimeError(f"Row-level security is not in force on {name}: run `flask --app app migrate`.")
