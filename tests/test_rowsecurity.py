"""The third wall: PostgreSQL itself keeps a role that serves Tinn from Seljord, whatever statement it sends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier, Literal, Placeholder
from sqlalchemy import create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url

from models.declare.domains import Domain
from models.tenancy.rowsecurity import assert_in_force, domain_of
from models.tenancy.statements import guarded_tables, is_written_once, personal_tables
from tests.conftest import municipality
from tests.support import attack, postgres

LOGS = (
    "access_entry",
    "access_review",
    "content_change",
    "risk_change",
    "people_change",
    "money_change",
    "view_change",
)


@pytest.fixture
def served(on_postgres: Any) -> Iterator[Any]:
    """The app on PostgreSQL with a fresh small world, furnished to the last register."""
    with on_postgres.app_context():
        attack.furnish_rest()
        yield on_postgres


@contextmanager
def as_app(app: Any, **settings: str) -> Iterator[psycopg.Connection]:
    """A bare connection as the serving role, with the settings that announce a scope; nothing is kept."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        for name, value in settings.items():
            connection.execute("select set_config(%s, %s, true)", [f"app.{name}", value])
        yield connection
        connection.rollback()


def only_tinn(*modes: str) -> dict[str, str]:
    return {f"{mode}_{domain}": str(municipality("Tinn")) for mode in modes for domain in Domain}


def owners(connection: psycopg.Connection) -> dict[str, set[int]]:
    """Whose rows the connection sees, table by table."""
    found = {}
    for name in guarded_tables():
        rows = connection.execute(SQL("select distinct municipality_id from {}").format(Identifier(name))).fetchall()
        found[name] = {row[0] for row in rows}
    return found


def test_without_a_scope_the_serving_role_sees_no_row_of_any_owned_table(served: Any) -> None:
    with as_app(served) as connection:
        assert owners(connection) == {name: set() for name in guarded_tables()}


def test_with_tinns_scope_it_sees_tinn_where_the_truth_holds_both(served: Any) -> None:
    tinn, seljord = municipality("Tinn"), municipality("Seljord")
    with attack.outside(served) as truth:
        holds = owners(truth)
    with as_app(served, **only_tinn("read")) as connection:
        seen = owners(connection)

    assert seen == {name: found & {tinn} for name, found in holds.items()}
    assert {name for name, found in holds.items() if seljord in found} >= {"application", "risk_change", "charge"}


@pytest.mark.parametrize("domain", Domain)
def test_each_domain_opens_its_own_tables_and_no_other(served: Any, domain: Domain) -> None:
    tinn = municipality("Tinn")
    with attack.outside(served) as truth:
        holds = owners(truth)
    with as_app(served, **{f"read_{domain}": str(tinn)}) as connection:
        seen = owners(connection)

    right = {
        name: holds[name] & {tinn} if domain_of(table) is domain else set() for name, table in guarded_tables().items()
    }
    assert seen == right


def test_a_person_sees_ones_own_memberships_everywhere_and_nobody_elses(served: Any) -> None:
    siri = attack.scalar(served, "select id from user_account where email = 'siri@test.example'")
    with as_app(served, user=str(siri)) as connection:
        seen = connection.execute("select user_id, municipality_id from membership").fetchall()

    assert sorted(seen) == sorted((siri, municipality(name)) for name in ("Tinn", "Seljord"))


FILLED = {"INTEGER": 1, "JSON": "{}", "DATE": "2026-01-01", "TIMESTAMP": "2026-01-01 12:00Z"}


@pytest.fixture
def owned(served: Any) -> dict[str, int]:
    """Ola and Berit each have a row in every table of what is a person's own; who they are."""
    people = {name: attack.scalar(served, f"select id from user_account where email = '{name}@test.example'")
              for name in ("ola", "berit")}  # fmt: skip
    with attack.outside(served) as truth:
        for name, table in personal_tables().items():
            columns = [one for one in table.columns if not (one.nullable or one.primary_key or one.name == "user_id")]
            kept = [Identifier(one) for one in ("user_id", *(column.name for column in columns))]
            row = SQL("insert into {} ({}) values ({})").format(
                Identifier(name), SQL(", ").join(kept), SQL(", ").join(Placeholder() * len(kept))
            )
            for person in people.values():
                words = FILLED | {"VARCHAR": str(person)}  # some are of one person alone
                truth.execute(row, [person, *(words[_called(column)] for column in columns)])
    return people


def _called(column: Any) -> str:
    """What PostgreSQL calls the type of a column, without its length."""
    return str(column.type.compile(postgresql.dialect())).partition("(")[0].partition(" ")[0]


def test_what_is_a_persons_own_is_read_by_nobody_else_whatever_municipalities_are_announced(
    served: Any, owned: dict[str, int]
) -> None:
    seen = []
    for settings in ({}, {"user": ""}, {"user": "0"}, {"user": str(owned["ola"])}):
        with as_app(served, **only_tinn("read", "write"), **settings) as connection:
            rows = [connection.execute(SQL("select user_id from {}").format(Identifier(name))).fetchall()
                    for name in sorted(personal_tables())]  # fmt: skip
            seen.append(rows)

    every = len(personal_tables())
    assert seen == [[[]] * every] * 3 + [[[(owned["ola"],)]] * every]


def test_nobody_writes_what_another_follows(served: Any, owned: dict[str, int]) -> None:
    ola, berit = owned["ola"], owned["berit"]
    with as_app(served, **only_tinn("read", "write"), user=str(ola)) as connection:
        touched = [
            connection.execute("update follow set row_id = 2 where user_id = %s", [berit]).rowcount,
            connection.execute("delete from follow where user_id = %s", [berit]).rowcount,
            connection.execute("delete from letter where user_id = %s", [berit]).rowcount,
        ]
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            connection.execute("update follow set user_id = %s where user_id = %s", [berit, ola])
        connection.rollback()

    assert touched == [0, 0, 0]


def test_rows_of_seljord_are_neither_changed_nor_deleted_from_tinn(served: Any) -> None:
    seljord = municipality("Seljord")
    before = attack.snapshot(served, "Seljord")
    for name in sorted(name for name, table in guarded_tables().items() if not is_written_once(table)):
        with as_app(served, **only_tinn("read", "write")) as connection:
            where = SQL("where municipality_id = {}").format(Literal(seljord))
            changed = connection.execute(
                SQL("update {} set municipality_id = municipality_id {}").format(Identifier(name), where)
            ).rowcount
            deleted = connection.execute(SQL("delete from {} {}").format(Identifier(name), where)).rowcount
            connection.commit()

        assert (name, changed, deleted) == (name, 0, 0)
    assert attack.snapshot(served, "Seljord") == before


def test_reading_a_municipality_does_not_open_it_for_writing(served: Any) -> None:
    with as_app(served, **only_tinn("read")) as connection:
        assert connection.execute("update application set name = 'Tatt'").rowcount == 0
        assert connection.execute("delete from service").rowcount == 0


@pytest.mark.parametrize(
    "statement",
    [
        "insert into platform (municipality_id, name, status, version, created_at, updated_at, search_text, sort_key)"
        " values ({seljord}, 'Tatt', 'in_use', 1, now(), now(), '', '')",
        "update application set municipality_id = {seljord}",
        "insert into risk_change"
        " (municipality_id, register, row_id, row_name, action, at, actor_name, request_id, fields)"
        " values ({seljord}, 'risk_assessment', 1, 'x', 'changed', now(), 'x', 'x', '[]')",
        "insert into shown_card (municipality_id, register, row_id, name, detail, search_text, sort_key)"
        " values ({seljord}, 'application', 1, 'x', '{{}}', '', '')",
    ],
    ids=["row", "move", "log", "card"],
)
def test_a_row_is_not_written_into_seljord(served: Any, statement: str) -> None:
    with as_app(served, **only_tinn("read", "write")) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            connection.execute(statement.format(seljord=municipality("Seljord")))
        connection.rollback()
    with as_app(served, **only_tinn("read", "write")) as connection:
        assert connection.execute(
            "insert into platform"
            " (municipality_id, name, status, version, created_at, updated_at, search_text, sort_key)"
            " values (%s, 'Vår', 'in_use', 1, now(), now(), '', '')", [municipality("Tinn")]
        ).rowcount == 1  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "alter table application disable row level security",
        "alter table application no force row level security",
        "drop policy own_select on application",
        "create policy mine on application for select using (true)",
        "alter policy own_select on application using (true)",
        "set role orden_owner",
        "set session authorization orden_owner",
        "alter role orden_app bypassrls",
        "drop table charge",
        "truncate application cascade",
        "create table loot as select 1",
        "create function f() returns int language sql security definer as 'select 1'",
        "copy (select 1) to program 'true'",
        "update alembic_version set version_num = 'x'",
        "set session_replication_role = replica",
    ],
)
def test_the_serving_role_cannot_loosen_the_wall(served: Any, statement: str) -> None:
    with as_app(served, **only_tinn("read", "write")) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
        connection.rollback()


def test_turning_row_security_off_gives_an_error_and_no_rows(served: Any) -> None:
    with as_app(served, **only_tinn("read")) as connection:
        connection.execute("set row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from application")
        connection.rollback()


@pytest.mark.parametrize("log", [*LOGS, "inspection_package", "project_access_entry", "shared_change"])
def test_the_history_is_written_once_and_never_changed(served: Any, log: str) -> None:
    for statement in ("update {} set id = id", "delete from {}", "truncate {}"):
        with as_app(served, **only_tinn("read", "write")) as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(SQL(statement).format(Identifier(log)))
            connection.rollback()


def test_every_guarded_table_forces_the_policies_of_all_four_commands(served: Any) -> None:
    forced = attack.rows(served, "select relname from pg_class where relrowsecurity and relforcerowsecurity")
    policies = attack.rows(served, "select tablename, cmd from pg_policies where policyname <> 'whole_backup'")
    kept = attack.rows(served, "select tablename, cmd, roles::text from pg_policies where policyname = 'whole_backup'")

    walled = guarded_tables() | personal_tables()
    assert sorted(name for (name,) in forced) == sorted(walled)
    commands = ("SELECT", "INSERT", "UPDATE", "DELETE")
    assert sorted(policies) == sorted((name, command) for name in walled for command in commands)
    assert sorted(kept) == sorted((name, "SELECT", f"{{{postgres.OWNER}}}") for name in walled)


def test_the_serving_role_sees_nothing_more_by_saying_that_it_makes_a_backup(served: Any) -> None:
    seen = {}
    for backup in ("on", "off"):
        with as_app(served, **only_tinn("read")) as connection:
            connection.execute("select set_config('app.backup', %s, true)", [backup])
            seen[backup] = connection.execute("select name from application order by name").fetchall()
            connection.rollback()

    assert seen == {one: [("Åpen skoleprogram",)] for one in ("on", "off")}


def test_a_role_that_would_bypass_the_wall_is_refused_at_the_start(served: Any) -> None:
    database = make_url(served.config["SQLALCHEMY_DATABASE_URI"])
    superuser = make_url(postgres.server() or "").set(database=database.database)
    owner = database.set(username=postgres.OWNER)
    for url, said in ((superuser, "bypasses"), (owner, None), (database, None)):
        engine = create_engine(url)
        with engine.connect() as connection:
            if said is None:
                assert_in_force(connection)
            else:
                with pytest.raises(RuntimeError, match=said):
                    assert_in_force(connection)
        engine.dispose()


def test_a_table_whose_wall_was_taken_down_is_noticed_at_the_start(served: Any) -> None:
    owner = make_url(served.config["SQLALCHEMY_DATABASE_URI"]).set(username=postgres.OWNER)
    with attack.outside(served) as cursor:
        cursor.execute("alter table risk_assessment disable row level security")
    engine = create_engine(owner.set(username=postgres.APP))
    with engine.connect() as connection, pytest.raises(RuntimeError, match="risk_assessment"):
        assert_in_force(connection)
    engine.dispose()
