"""The PostgreSQL of the tests binds as a real one would."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.support import postgres

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def databases() -> Iterator[list[str]]:
    """Names of databases to drop when the test ends."""
    if postgres.server() is None:
        pytest.skip(postgres.missing())
    names: list[str] = []
    yield names
    for name in names:
        postgres.drop_database(name)


def connect(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)


@pytest.fixture
def fenced(databases: list[str]) -> postgres.Database:
    """A table with forced row-level security, one row for each of two municipalities."""
    databases.append(name := f"fenced_{postgres.WORKER}")
    database = postgres.fresh_database(name)
    with connect(database.owner_url).begin() as owner:
        owner.execute(text("create table thing (municipality_id int)"))
        owner.execute(text("insert into thing values (1), (2)"))
        owner.execute(text("alter table thing enable row level security, force row level security"))
        seen = "municipality_id = any(string_to_array(current_setting('app.read', true), ',')::int[])"
        owner.execute(text(f"create policy one on thing using ({seen})"))
        owner.execute(text("grant select on thing to orden_app"))
    return database


@pytest.mark.parametrize("way", ["owner_url", "app_url"])
def test_both_roles_are_bound_by_row_level_security(databases: list[str], way: str) -> None:
    databases.append(name := f"roles_{way}_{postgres.WORKER}")
    database = postgres.fresh_database(name)
    with connect(getattr(database, way)).connect() as connection:
        rights = connection.execute(
            text("select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user")
        ).one()
    assert not any(rights)


def test_app_role_sees_nothing_until_a_municipality_is_set(fenced: postgres.Database) -> None:
    with connect(fenced.app_url).begin() as app:
        assert app.scalars(text("select municipality_id from thing")).all() == []
        app.execute(text("select set_config('app.read', '2', true)"))
        assert app.scalars(text("select municipality_id from thing")).all() == [2]
        assert app.scalar(text("select row_security_active('thing')"))


def test_forced_row_level_security_binds_the_owner_too(fenced: postgres.Database) -> None:
    with connect(fenced.owner_url).connect() as owner:
        assert owner.scalar(text("select count(*) from thing")) == 0


def test_app_role_cannot_become_another_or_make_a_table(fenced: postgres.Database) -> None:
    for statement in (
        "set role orden_owner",
        "create table mine (id int)",
        "alter table thing disable row level security",
    ):
        with (
            connect(fenced.app_url).connect() as app,
            pytest.raises(DBAPIError, match=r"permission denied|must be owner"),
        ):
            app.execute(text(statement))


def test_superuser_can_set_role_to_the_app(fenced: postgres.Database) -> None:
    superuser = postgres.server()
    assert superuser
    with connect(superuser).connect() as connection:
        connection.execute(text("set role orden_app"))
        assert connection.scalar(text("select current_user")) == "orden_app"


def test_template_is_built_once_and_copied(databases: list[str]) -> None:
    template, copy = (f"{part}_{postgres.WORKER}" for part in ("template", "copy"))
    databases.extend([copy, template])
    built: list[str] = []
    forgotten = []

    def build(owner_url: str) -> None:
        built.append(owner_url)
        forgotten.append(connection := connect(owner_url).connect())  # left open on purpose: must not be in the way
        connection.execute(text("create table thing (id int)"))
        connection.commit()

    for _ in range(2):
        postgres.template_database(template, build)
    database = postgres.clone_database(template, copy)
    assert len(built) == 1
    with connect(database.owner_url).connect() as owner:
        assert owner.scalar(text("select tableowner from pg_tables where tablename = 'thing'")) == "orden_owner"
    forgotten[0].invalidate()
    forgotten[0].close()


def test_server_folds_norwegian_letters(fenced: postgres.Database) -> None:
    with connect(fenced.app_url).connect() as app:
        assert app.scalar(text("select lower('ÆØÅ')")) == "æøå"
        assert app.scalar(text("select 'BLÅBÆRØY' ilike '%blåbærøy'"))


def test_without_a_server_the_reason_is_told() -> None:
    code = "from tests.support import postgres; assert postgres.server() is None; print(postgres.missing())"
    environment = os.environ | {"TEST_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    assert told.stdout.startswith("no PostgreSQL to test on (plain): OperationalError: ")
