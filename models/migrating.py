"""Bringing a database to the newest schema: all of it in one transaction, or nothing of it.

What stands beside the tables, the search index and PostgreSQL's third wall, is made anew in the same transaction, so
that no migration can lose it. Migrations in `migrations/versions` are run by `migrations/env.py`, which asks here.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Column, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.pool import NullPool

from models.tenancy import rowsecurity, sealed, searchindex

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
LOCK = 0x04DE  # PostgreSQL's advisory lock of whoever sets up


def _alembic() -> Any:
    """Alembic, loaded by who migrates: with Mako it takes 10 MB of a process, and those that serve never migrate."""
    import alembic.command  # noqa: PLC0415
    import alembic.config  # noqa: PLC0415
    import alembic.operations.ops  # noqa: PLC0415
    import alembic.script  # noqa: PLC0415

    return alembic


def config(url: str, app_url: str = "") -> Any:
    """Alembic's settings for a database address; there is no alembic.ini."""
    made = _alembic().config.Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["url"] = url
    made.attributes["app_role"] = make_url(app_url or url).username or ""
    return made


def head() -> str:
    """The newest revision the code knows: revisions are numbered, and each follows the one before."""
    return max(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def known_revisions() -> set[str]:
    """Every revision the code knows the way from."""
    known = _alembic().script.ScriptDirectory.from_config(config("sqlite://"))
    return {script.revision for script in known.walk_revisions()}


def revision(connection: Connection) -> str | None:
    """The revision a database stands at; None when it was never set up."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("select version_num from alembic_version")).scalar()
    return found


def upgrade(owner_url: str, app_url: str) -> None:
    """Migrate as the owner; on PostgreSQL then give the serving role its rights and nothing more. A new SQLite file
    is for its owner alone."""
    url = make_url(owner_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).touch(mode=0o600)
    _alembic().command.upgrade(config(owner_url, app_url), "head")


def upgrade_within(connection: Connection, app_role: str) -> None:
    """Migrate in a transaction somebody else has begun, whatever it has done until now."""
    made = config(str(connection.engine.url))
    made.attributes["connection"], made.attributes["app_role"] = connection, app_role
    _alembic().command.upgrade(made, "head")


def engine_for(url: str) -> Engine:
    """An engine for work as the owner, where a transaction is one from its first statement on: Python's sqlite3 would
    begin it at the first INSERT only and leave every CREATE TABLE outside."""
    engine = create_engine(url, poolclass=NullPool, execution_options={"tenant_exempt": True})
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _leave_transactions_to_us(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=60000")


def open_to_owner(connection: Connection) -> None:
    """Let the owner see every row while it migrates: forced row-level security would hide them all from it, and what a
    migration writes into them would be lost without a word. `finish` forces it again in the same transaction."""
    if connection.dialect.name == "postgresql":
        forced = text(
            "select relname from pg_class where relforcerowsecurity and relnamespace = 'public'::regnamespace"
        )
        for name in connection.scalars(forced).all():
            connection.exec_driver_sql(f'alter table "{name}" no force row level security')


def finish(connection: Connection, before: str | None, app_role: str) -> None:
    """What follows the migrations, in their transaction. Raises RuntimeError when a reference would lead nowhere."""
    on_sqlite = connection.dialect.name == "sqlite"
    if revision(connection) != before:
        for statement in searchindex.made_anew(connection.dialect.name):
            connection.exec_driver_sql(statement)
    if on_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise RuntimeError(f"The migration would leave {len(broken)} references that lead nowhere; nothing is changed.")
    if revision(connection) == head():
        for statement in sealed.made_anew(connection.dialect.name):
            connection.exec_driver_sql(statement)
    if not on_sqlite and revision(connection) == head():
        for statement in rowsecurity.policies(app_role):
            connection.exec_driver_sql(statement)


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Wait until nobody else sets up this database. The lock goes with the process that holds it."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"select pg_advisory_lock({LOCK})")
            yield
        return
    database = Path(parsed.database or "orden.db")
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(database.with_name(f"{database.name}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def write(message: str) -> None:
    """Write the next numbered migration: what the models have that the last one has not."""
    with TemporaryDirectory() as folder:
        made = config(f"sqlite:///{folder}/compare.db")
        _alembic().command.upgrade(made, "head")
        number = len(list((MIGRATIONS / "versions").glob("*.py"))) + 1
        _alembic().command.revision(made, message, autogenerate=True, rev_id=f"{number:04d}")


def carry_defaults(operations: Any) -> None:
    """Let a new mandatory column bring its default to the rows there are. Raises ValueError where it has none."""
    kinds = _alembic().operations.ops
    for operation in operations.ops:
        if isinstance(operation, kinds.OpContainer):
            carry_defaults(operation)
        elif isinstance(operation, kinds.AddColumnOp) and not operation.column.nullable:
            operation.column.server_default = _default_of(operation.table_name, operation.column)


def _default_of(table: str, column: Column[Any]) -> Any:
    if column.server_default is not None:
        return column.server_default
    default = getattr(column.default, "arg", None)
    if default is None or callable(default):
        raise ValueError(
            f"{table}.{column.name} is mandatory and new, and the rows there are have nothing to put in it: "
            "give the field a default, or make it optional."
        )
    return str(int(default)) if isinstance(default, bool) else str(getattr(default, "value", default))


def assert_safe(engine: Engine) -> None:
    """Refuse to serve a database that is behind the code, or PostgreSQL through a role that bypasses row-level
    security: raises RuntimeError with what to do."""
    with engine.connect() as connection:
        if revision(connection.execution_options(tenant_exempt=True)) != head():
            raise RuntimeError("The database is not set up for this version. Run `make setup` first.")
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            rowsecurity.assert_in_force(connection.execution_options(tenant_exempt=True))
