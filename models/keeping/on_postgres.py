"""PostgreSQL: copied by its own pg_dump as the owner, put back and tried out in one transaction.

The owner is bound by row-level security like everybody; a policy of its own opens the tables to it while it says that
it makes a backup (`models/tenancy/rowsecurity.py`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import pq
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from models import migrating
from models.keeping.contents import Contents, KeepingError

TRIAL = "orden_trial"
# What `migrating` makes anew after every upgrade, or the database has already, does not come from the backup.
MADE_ANEW = re.compile(
    r"(SCHEMA|EXTENSION|POLICY|ROW SECURITY|ACL|COMMENT - SCHEMA|COMMENT - EXTENSION|INDEX public ix_\w+_search) "
)
TRIED = re.compile(r"(TABLE|SEQUENCE|SEQUENCE OWNED BY|DEFAULT|TABLE DATA|CONSTRAINT|FK CONSTRAINT) public ")
TABLES = "select relname from pg_class where relkind = 'r' and relnamespace = to_regnamespace(:schema)"
ROUTINES = """select oid::regprocedure::text from pg_proc where pronamespace = 'public'::regnamespace
    and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = pg_proc.oid
        and deptype = 'e')"""
REFERENCES = """select conrelid::regclass::text, confrelid::regclass::text,
    array(select attname::text from unnest(conkey) with ordinality k(number, place)
        join pg_attribute on attrelid = conrelid and attnum = number order by place),
    array(select attname::text from unnest(confkey) with ordinality k(number, place)
        join pg_attribute on attrelid = confrelid and attnum = number order by place)
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace order by conname"""
UNUSABLE = """select 'constraint ' || conname from pg_constraint where not convalidated
    union all select 'index ' || indexrelid::regclass from pg_index where not indisvalid order by 1"""


class PostgresStore:
    """The database on a server, as the role that owns it."""

    engine = "postgresql"

    def __init__(self, owner_url: str, app_url: str) -> None:
        self.url = make_url(owner_url)
        self.app_role = make_url(app_url).username or ""

    def contents(self) -> Contents:
        with self._one_moment() as connection:
            return _contents(connection)

    def copy(self, target: Path) -> Contents:
        target.touch(mode=0o600)
        with self._one_moment() as connection:
            moment = connection.execute(text("select pg_export_snapshot()")).scalar_one()
            self._run(
                "pg_dump", "--format=custom", "--schema=public", "--no-owner", "--no-acl", "--enable-row-security",
                f"--snapshot={moment}", f"--file={target}",
            )  # fmt: skip
            return _contents(connection)

    def try_out(self, copy: Path) -> Contents:
        with self._begun() as connection:
            connection.exec_driver_sql(f"create schema {TRIAL}")
            self._play(connection, copy, TRIED, TRIAL)
            found = _contents(connection, TRIAL)
            connection.rollback()
        return found

    def put_back(self, copy: Path, kept: Contents) -> None:
        with self._begun() as connection:
            connection.exec_driver_sql("set local lock_timeout = '60s'")
            _clear(connection)
            self._play(connection, copy, None, "public")
            if faults := list(kept.differences(_contents(connection))):
                raise KeepingError("The backup is damaged: " + "; ".join(faults[:3]))
            migrating.upgrade_within(connection, self.app_role)

    def faults(self) -> list[str]:
        with self._one_moment() as connection:
            found = [f"{name} is not in force" for name in connection.scalars(text(UNUSABLE))]
            for table, to, columns, keys in connection.execute(text(REFERENCES)).all():
                if number := connection.execute(text(_orphans(table, to, columns, keys))).scalar_one():
                    found.append(f"{table}: {number} rows refer to rows in {to} that are not there")
            return found

    @contextmanager
    def _one_moment(self) -> Iterator[Connection]:
        with self._begun("REPEATABLE READ") as connection:
            connection.exec_driver_sql("set transaction read only")
            connection.exec_driver_sql("set local app.backup = 'on'")
            yield connection

    @contextmanager
    def _begun(self, isolation: Any = "READ COMMITTED") -> Iterator[Connection]:
        engine = self._engine()
        try:
            with engine.execution_options(isolation_level=isolation).begin() as connection:
                yield connection
        except (DBAPIError, psycopg.Error) as error:
            reason = str(getattr(error, "orig", error)).splitlines()[0]
            raise KeepingError(f"PostgreSQL says: {reason}. Nothing has been changed.") from error
        finally:
            engine.dispose()

    def _engine(self) -> Engine:
        return create_engine(self.url, poolclass=NullPool, execution_options={"tenant_exempt": True})

    # -- PostgreSQL's own programs --

    def _run(self, name: str, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own arguments, no shell
            [self._program(name), *arguments], env=self._environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise KeepingError(f"{name} ended with: {done.stderr.strip() or done.returncode}")
        return done.stdout

    def _program(self, name: str) -> str:
        """The program of the server's own version: another one writes or reads another format."""
        with self._begun() as connection:
            wanted = int(connection.execute(text("show server_version_num")).scalar_one()) // 10_000
        found = {}
        for path in (None, f"/usr/lib/postgresql/{wanted}/bin"):
            if program := shutil.which(name, path=path):
                told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
                found[program] = int((re.findall(r"\d+", told) or ["0"])[0])
        for program, version in found.items():
            if version == wanted:
                return program
        there = ", ".join(f"{program} is of version {version}" for program, version in found.items())
        raise KeepingError(
            f"The server is PostgreSQL {wanted} and needs its own {name} on PATH; {there or 'there is none'}. "
            f"On Debian: apt-get install postgresql-client-{wanted}"
        )

    def _environment(self) -> dict[str, str]:
        """How to reach the database, out of sight of whoever lists processes."""
        engine = self._engine()
        _arguments, options = engine.dialect.create_connect_args(self.url)
        names = {one.keyword.decode(): one.envvar.decode() for one in pq.Conninfo.get_defaults() if one.envvar}
        given = {names[key]: str(value) for key, value in options.items() if key in names}
        given["PGOPTIONS"] = f"{given.get('PGOPTIONS', '')} -c app.backup=on".strip()
        return os.environ | given

    def _play(self, connection: Connection, copy: Path, only: re.Pattern[str] | None, schema: str) -> None:
        """Run a dump within our own transaction, into a schema."""
        chosen, script = copy.with_name("chosen"), copy.with_name("script.sql")
        listed = self._run("pg_restore", "--list", str(copy)).splitlines()
        chosen.write_text("\n".join(line for line in listed if _wanted(_entry(line), only)))
        self._run("pg_restore", "--no-owner", "--no-acl", f"--use-list={chosen}", f"--file={script}", str(copy))
        with script.open("rb") as lines:
            _play_script(connection.connection.driver_connection, lines, schema.encode())
        connection.exec_driver_sql("reset all")


def _entry(line: str) -> str:
    """What a line of the table of contents names, as `TABLE DATA public application owner`."""
    found = re.match(r"\d+; \d+ \d+ (.+)", line)
    return found[1] if found else ""


def _wanted(entry: str, only: re.Pattern[str] | None) -> bool:
    return bool(only.match(entry)) if only else bool(entry) and not MADE_ANEW.match(entry)


def _play_script(raw: Any, script: Any, schema: bytes) -> None:
    """SQL as it stands, rows by COPY. Names are qualified throughout, so another schema is another word in the SQL."""
    pending: list[bytes] = []
    for line in script:
        if line.startswith(b"\\"):  # a word to psql
            continue
        pending.append(line.replace(b"public.", schema + b"."))
        if line.startswith(b"COPY ") and line.endswith(b"FROM stdin;\n"):
            opening = pending.pop()
            raw.execute(b"".join(pending))
            pending.clear()
            with raw.cursor().copy(opening.rstrip(b";\n")) as rows:
                for row in iter(script.readline, b"\\.\n"):
                    rows.write(row)
    raw.execute(b"".join(pending))


def _clear(connection: Connection) -> None:
    """Take away what is there; what an administrator has installed in the database stays."""
    for name in connection.scalars(text(TABLES), {"schema": "public"}).all():
        connection.exec_driver_sql(f'drop table if exists public."{name}" cascade')
    for name in connection.scalars(text(ROUTINES)).all():
        connection.exec_driver_sql(f"drop routine {name} cascade")


def _contents(connection: Connection, schema: str = "public") -> Contents:
    connection.exec_driver_sql("set local timezone = 'UTC'")
    tables = sorted(connection.scalars(text(TABLES), {"schema": schema}))
    if "alembic_version" not in tables:
        return Contents("", {})
    tables.remove("alembic_version")
    revision = connection.exec_driver_sql(f"select version_num from {schema}.alembic_version").scalar_one()  # noqa: S608
    return Contents(str(revision), {name: _checksum(connection, schema, name) for name in tables})


def _checksum(connection: Connection, schema: str, table: str) -> tuple[int, str]:
    """A sum over the rows, so that their order does not matter."""
    piece = "('x' || left(md5(one::text), 15))::bit(60)::bigint"
    number, total = connection.exec_driver_sql(
        f'select count(*), coalesce(sum({piece}), 0) from {schema}."{table}" one'  # noqa: S608 - a name the database gave
    ).one()
    return int(number), f"{int(total) % 2**64:016x}"


def _orphans(table: str, to: str, columns: list[str], keys: list[str]) -> str:
    same = " and ".join(f'there."{key}" = here."{column}"' for column, key in zip(columns, keys, strict=True))
    given = " and ".join(f'here."{column}" is not null' for column in columns)
    return f"select count(*) from {table} here where {given} and not exists (select from {to} there where {same})"  # noqa: S608
