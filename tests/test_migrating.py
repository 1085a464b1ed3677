"""Bringing a database to the newest schema: all or nothing, with what stands beside the tables, and one at a time."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from models import migrating
from models.database import db
from models.declare.base import Base
from models.tenancy.locks import ALWAYS, locked
from models.tenancy.searchindex import INDEXED
from tests.support import postgres
from tests.support.interrupting import ended_after, statements_of

ROOT = Path(__file__).resolve().parents[1]
TABLES = sorted(m.local_table.name for m in Base.registry.mappers if "id" in m.local_table.columns)
SEALED = {name for name, table in locked().items() if table.info["locked"][0] == ALWAYS}  # nothing is deleted there
SEVERAL = 3


def connect(url: str) -> Connection:
    return create_engine(url, poolclass=NullPool).connect()


def empty_database(engine: str, folder: Path) -> tuple[str, str]:
    """The owner's and the serving role's address of a database with nothing in it."""
    if engine == "sqlite":
        return (url := f"sqlite:///{folder / 'orden.db'}"), url
    if reason := postgres.missing():
        pytest.skip(reason)
    database = postgres.fresh_database(f"migrating{postgres.WORKER}")
    return database.owner_url, database.app_url


def spread(number: int) -> list[int]:
    """A few places over a stretch of work, both ends with it."""
    return sorted({round(part * (number - 1) / (SEVERAL - 1)) for part in range(SEVERAL)})


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_set_up_that_was_cut_off_anywhere_is_done_the_next_time(engine: str, tmp_path: Path) -> None:
    owner, app = empty_database(engine, tmp_path)
    (tmp_path / "whole").mkdir()
    whole = f"sqlite:///{tmp_path / 'whole/orden.db'}"
    total = statements_of(lambda: migrating.upgrade(*((whole, whole) if engine == "sqlite" else (owner, app))))

    for number in spread(total):
        owner, app = empty_database(engine, tmp_path)
        if engine == "sqlite":
            (tmp_path / "orden.db").unlink(missing_ok=True)

        assert ended_after(number, lambda: migrating.upgrade(owner, app))  # noqa: B023 - runs at once
        with connect(owner) as connection:
            assert migrating.revision(connection) is None  # nothing of it
        migrating.upgrade(owner, app)

        with connect(owner) as connection:
            assert migrating.revision(connection) == migrating.head()


def made_again(connection: Connection, table: str) -> tuple[int, int]:
    """The id of the newest row of a table, and of its copy when it has been deleted; 0 where there are none."""
    newest = connection.exec_driver_sql(f"select max(id) from {table}").scalar() or 0
    columns = ", ".join(c.name for c in Base.metadata.tables[table].columns if c.name != "id")
    connection.exec_driver_sql(f"create temp table kept as select {columns} from {table} where id = {newest}")
    connection.exec_driver_sql(f"delete from {table} where id = {newest}")
    connection.exec_driver_sql(f"insert into {table} ({columns}) select {columns} from kept")
    connection.exec_driver_sql("drop table kept")
    return newest, connection.exec_driver_sql(f"select max(id) from {table}").scalar() or 0


def test_sqlite_gives_no_id_of_a_deleted_row_again(app: Any) -> None:
    with create_engine(db.engine.url, poolclass=NullPool).begin() as connection:
        ids = {table: made_again(connection, table) for table in TABLES if table not in SEALED}

    assert {table: pair for table, pair in ids.items() if pair[1] <= pair[0] and pair[0]} == {}
    assert (
        sum(before > 0 for before, _after in ids.values()) > len(TABLES) / 2
    )  # most tables of the small world have rows


def test_no_migration_has_lost_what_keeps_ids_from_being_used_again(app: Any) -> None:
    with connect(str(db.engine.url)) as connection:
        made = dict(connection.exec_driver_sql("select name, sql from sqlite_master where type = 'table'").all())  # type: ignore[arg-type]

    lost = [table for table in TABLES if "PRIMARY KEY AUTOINCREMENT" not in made[table]]
    assert lost == [], "Say table_kwargs={'sqlite_autoincrement': True} in the batch_alter_table that copies them."


def test_ids_that_only_the_history_knows_are_not_given_again_after_the_upgrade(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'orden.db'}"
    command.upgrade(migrating.config(url), "0005")
    with create_engine(url, poolclass=NullPool).begin() as connection:
        _write_of_deleted_supplier(connection, 246)

    migrating.upgrade(url, url)

    with create_engine(url, poolclass=NullPool).begin() as connection:
        seq = connection.exec_driver_sql("select seq from sqlite_sequence where name = 'supplier'").scalar()
    assert seq == 246


def _write_of_deleted_supplier(connection: Connection, row_id: int) -> None:
    connection.exec_driver_sql(
        "insert into shared_change (register, row_id, row_name, action, at, actor_name, request_id, fields) "
        f"values ('supplier', {row_id}, 'Gone', 'deleted', '2026-11-25', '', '', '[]')"
    )


@pytest.mark.parametrize("table", INDEXED)
def test_search_triggers_come_back_after_a_migration_that_copied_the_table(table: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'orden.db'}"
    command.upgrade(migrating.config(url), "0005")
    with create_engine(url, poolclass=NullPool).begin() as connection:
        for name in ("insert", "delete", "update"):  # as a copy loses them
            connection.exec_driver_sql(f"drop trigger {table}_search_{name}")

    migrating.upgrade(url, url)

    with connect(url) as connection:
        found = connection.execute(
            text("select name from sqlite_master where type = 'trigger' and tbl_name = :t"), {"t": table}
        )
        assert sorted(found.scalars()) == [f"{table}_search_{name}" for name in ("delete", "insert", "update")]


NEW_FIELD = """
import sys
from pathlib import Path
from sqlalchemy import Boolean, Column, String
import models
from models import migrating
from models.declare.choices import Answer
migrating.MIGRATIONS = Path(sys.argv[1])
table = models.Base.metadata.tables["supplier"]
fields = ("audited", String(40), Answer.UNKNOWN), ("is_local", Boolean(), False), ("given", String(9), {given})
for name, kind, default in fields:
    table.append_column(Column(name, kind, default=default, nullable=False))
migrating.write("new fields")
migrating.upgrade(sys.argv[2], sys.argv[2])
"""


def with_new_fields(folder: Path, given: str, app: Any) -> tuple[subprocess.CompletedProcess[str], str]:
    """Give the suppliers of a filled database new mandatory fields, in a process of its own."""
    shutil.copytree(ROOT / "migrations", folder / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    file = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database or ""
    with connect(f"sqlite:///{file}") as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(file, folder / "copy.db")
    url = f"sqlite:///{folder / 'copy.db'}"
    arguments = [sys.executable, "-c", NEW_FIELD.format(given=given), str(folder / "migrations"), url]
    return subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False), url


def test_the_default_of_a_new_mandatory_field_reaches_the_rows_there_are(app: Any, tmp_path: Path) -> None:
    done, url = with_new_fields(tmp_path, "'x'", app)

    assert done.returncode == 0, done.stderr
    with connect(url) as connection:
        rows = connection.exec_driver_sql("select distinct audited, is_local, given from supplier").all()
    assert rows == [("unknown", 0, "x")]


def test_a_new_mandatory_field_without_a_default_is_refused_by_name(app: Any, tmp_path: Path) -> None:
    done, _url = with_new_fields(tmp_path, "None", app)

    assert "supplier.given is mandatory and new" in done.stderr
    written, there = ({file.name for file in (at / "migrations/versions").glob("*.py")} for at in (tmp_path, ROOT))
    assert written == there


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_two_who_set_up_at_once_wait_for_each_other(engine: str, tmp_path: Path) -> None:
    owner, _app = empty_database(engine, tmp_path)
    entered, told = threading.Event(), []

    def second() -> None:
        with migrating.alone(owner):
            told.append("second")
            entered.set()

    with migrating.alone(owner):
        other = threading.Thread(target=second)
        other.start()
        assert not entered.wait(0.5)
        told.append("first")
    other.join(20)

    assert told == ["first", "second"]


def test_revisions_are_numbered_and_each_follows_the_one_before() -> None:
    scripts = ScriptDirectory.from_config(migrating.config("sqlite://"))
    found = {one.revision: one.down_revision for one in scripts.walk_revisions()}
    numbers = sorted(found)

    assert numbers == [f"{number:04d}" for number in range(1, len(found) + 1)]
    assert [found[number] for number in numbers] == [None, *numbers[:-1]]
    assert migrating.head() == scripts.get_current_head() == numbers[-1]
    assert all(Path(one.path).name.startswith(f"{one.revision}_") for one in scripts.walk_revisions())


def test_who_serves_does_not_carry_what_migrates() -> None:
    """Ten megabytes of every process (models/migrating.py)."""
    told = subprocess.run(
        [sys.executable, "-c", "import app, sys; print('flask_admin' in sys.modules, 'alembic' in sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.split() == ["True", "False"]
