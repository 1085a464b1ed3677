"""The search by PostgreSQL's own index of pieces (pg_trgm): quick, and it finds nothing the walls do not let one read.

On a server with pg_trgm; where it is missing the searches of the other tests go the long way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import psycopg
import pytest
from sqlalchemy import Boolean, create_engine, event, insert, make_url, select

from models import migrating
from models.database import db
from models.declare.clock import now
from models.declare.domains import Domain
from models.declare.folding import fold
from models.declare.numbers import BIGGEST
from models.queries import finding, searching
from models.queries.finding import Query, conditions, narrowed
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from models.registers.window import ShownCard
from models.tenancy import scope
from models.tenancy.rowsecurity import assert_in_force, domain_of, policies
from models.tenancy.searchindex import INDEXED
from models.tenancy.session import EXEMPT
from models.tenancy.statements import guarded_tables
from tests import world
from tests.conftest import _app, inside, municipality, sign_in
from tests.support import postgres
from tests.test_finding import names_on
from tests.test_search_links import holds, texts_by_row

MANY = 3000
CLASSES: dict[str, Any] = {one.__tablename__: one for one in (Application, ProcessingActivity, ShownCard)}
WORDS = ["skole", "elev", "åpen", "HEMMELEG", "leg skole", "løyndom", "'", "ø", "{"]
WORDS += ["leiar", "oppvekst skole", "leg leiar"]
WORDS += ["%", "_", "\\", "x\\", "%%%", "___", "sk_le", "sk%le"]  # signs that LIKE knows


@pytest.fixture(scope="module")
def trigram_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The app with the small world on a PostgreSQL that has pg_trgm."""
    if reason := postgres.missing(postgres.TRIGRAM):
        pytest.skip(reason)
    name = f"trigram{postgres.WORKER}"
    database = postgres.fresh_database(name, postgres.TRIGRAM)
    migrating.upgrade(database.owner_url, database.app_url)
    app = _app(tmp_path_factory.mktemp("instance-trigram"), database.app_url)
    app.config["OWNER_URL"] = database.owner_url
    with app.app_context():
        world.build(db.session)
        db.session.remove()
        _add_many()
    with as_owner(app) as owner:
        owner.execute("vacuum analyze application")
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    postgres.drop_database(name, postgres.TRIGRAM)


def _add_many() -> None:
    """So many rows in both municipalities that an index is worth its while, with signs that LIKE knows."""
    rows, common = Application.__table__, {"status": "in_use", "version": 1, "created_at": now(), "updated_at": now()}
    needed = [column for column in rows.c if not column.nullable and column.name not in {*common, "id"}]
    said = {one.name: False if isinstance(one.type, Boolean) else "unknown" for one in needed}
    for town, word in (("Tinn", "åpen"), ("Seljord", "hemmeleg")):
        owner = municipality(town)
        told = [f"{word} nummer {number} 10 % x\\y a_b" for number in range(MANY)]
        made = [
            said | common
            | {"name": text, "municipality_id": owner, "search_text": text, "sort_key": text}
            for text in told
        ]  # fmt: skip
        with db.engine.begin() as connection:
            connection.exec_driver_sql("select set_config('app.write_content', %s, true)", (str(owner),))
            connection.execute(insert(rows), made, execution_options={EXEMPT: True})


@pytest.fixture
def app(trigram_app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two municipalities are already many."""
    monkeypatch.setattr(searching, "FEW", 0)
    with trigram_app.app_context():
        yield trigram_app
        db.session.remove()
        scope.enter(None)


def _connect(url: str, **options: Any) -> psycopg.Connection:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, **options)


def as_owner(app: Any) -> psycopg.Connection:
    return _connect(app.config["OWNER_URL"], autocommit=True)


_told: dict[tuple[Any, tuple[str, ...]], dict[int, list[str]]] = {}


def told(register: Any, towns: tuple[str, ...]) -> dict[int, list[str]]:
    """What each row of the scope in force is found by: gathered once, as no test here changes a row."""
    if (register, towns) not in _told:
        _told[register, towns] = texts_by_row(register)
    return _told[register, towns]


def connected(app: Any, **settings: str) -> psycopg.Connection:
    """A bare connection as the serving role, with the settings that announce a scope."""
    connection = _connect(app.config["SQLALCHEMY_DATABASE_URI"])
    for name, value in settings.items():
        connection.execute("select set_config(%s, %s, true)", [f"app.{name}", value])
    return connection


def found_by(connection: psycopg.Connection, name: str, *words: str, alone: bool = False) -> list[int]:
    called = f"select found from find_{name}(%s, %s, %s) as found"
    rows = connection.execute(called, [list(words), BIGGEST, alone]).fetchall()
    return sorted(row[0] for row in rows)


@pytest.mark.parametrize("towns", [("Tinn",), ("Seljord",), ("Tinn", "Seljord"), ()], ids=str)
def test_the_function_finds_what_walking_through_the_readable_rows_finds(app: Any, towns: tuple[str, ...]) -> None:
    for name, register in CLASSES.items():
        with inside(*towns) as reach:
            texts = told(register, towns)
        settings = {f"read_{domain}": ",".join(map(str, reach.readable(domain))) for domain in Domain}
        with connected(app, **settings) as connection:
            for words in (fold(word).split() for word in WORDS):
                right = sorted(one for one, told in texts.items() if holds(told, words))
                assert (words, found_by(connection, name, *words)) == (words, right)
                alone = sorted(one for one, (own, *_) in texts.items() if holds([own], words))
                assert (words, found_by(connection, name, *words, alone=True)) == (words, alone)


@pytest.mark.parametrize("typed", [*WORDS, "nummer 77", "77 nummer 10 %"])
def test_a_list_finds_the_same_with_the_function_and_without(
    app: Any, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    query, ids, words = Query(search=typed), select(Application.id), fold(typed).split()
    turn = Application.sort_key, Application.id

    def both() -> tuple[list[int], list[int]]:
        """All that is found, and the first of them as a list shows them."""
        found = db.session.scalars(ids.where(*conditions(Application, query)).order_by(*turn))
        page = ids.where(narrowed(Application, query, lambda rows: rows.order_by(*turn).limit(50)))
        return list(found), list(db.session.scalars(page.order_by(*turn)))

    for limit in (2 * MANY, 3):  # few hits are named; of too many the rows are tried in their order
        monkeypatch.setattr(finding, "COUNT_LIMIT", limit)
        with inside("Tinn", "Seljord"):
            texts = told(Application, ("Tinn", "Seljord"))
            right = [one for one in db.session.scalars(ids.order_by(*turn)) if holds(texts[one], words)]
            quick = both()
            with monkeypatch.context() as without:
                without.setattr(finding, "finds_by_function", lambda *_: False)
                without.setattr(searching, "finds_by_function", lambda *_: False)
                slow = both()
        assert quick == slow == (right, right[:50])


@pytest.mark.parametrize("name", INDEXED)
def test_without_a_scope_or_with_an_empty_one_nothing_is_found(app: Any, name: str) -> None:
    for settings in ({}, {f"read_{domain_of(guarded_tables()[name])}": ""}):
        with connected(app, **settings) as connection:
            assert {word: found_by(connection, name, word) for word in WORDS} == {word: [] for word in WORDS}


@pytest.mark.parametrize("name", INDEXED)
def test_the_scope_of_another_domain_or_another_municipality_opens_nothing(app: Any, name: str) -> None:
    tinn, mine = municipality("Tinn"), domain_of(guarded_tables()[name])
    others = {f"read_{domain}": f"{tinn},{municipality('Seljord')}" for domain in Domain if domain is not mine}
    writing = {f"write_{domain}": str(municipality("Seljord")) for domain in Domain}
    with connected(app, **others, **writing) as connection:
        assert found_by(connection, name, "e") == []
    with connected(app, **{f"read_{mine}": str(tinn)}) as connection:
        assert (found_by(connection, name, "hemmeleg"), found_by(connection, name, "løyndom")) == ([], [])
        assert len(found_by(connection, name, "åpen")) > 0 or name == "shown_card"


def test_what_the_function_is_given_is_words_and_neither_patterns_nor_sql(app: Any) -> None:
    with connected(app, read_content=str(municipality("Tinn"))) as connection:
        for word in ("\\", "a\\", "%\\", "' or true --", "$body$", "{}", "\\%", "\x01"):
            assert len(found_by(connection, "application", word)) in {0, MANY}
        for nothing in (None, []):
            assert connection.execute("select find_application(%s::text[], 5)", [nothing]).fetchall() == []


def test_who_searches_through_the_app_finds_only_ones_own(app: Any) -> None:
    kari = sign_in(app, "kari")
    found = {word: names_on(kari.get("/application/", query_string={"search": word}).text) for word in ("emmeleg", "%")}

    assert found["emmeleg"] == []
    assert len(found["%"]) > 1
    assert all(name.startswith("åpen") for name in found["%"])


@pytest.mark.parametrize(
    "statement",
    [
        "create or replace function find_application(text[], int, bool) returns setof int language sql as 'select 1'",
        "alter function find_application security invoker",
        "alter function find_application set search_path = public",
        "drop function find_application",
        "alter policy owner_select on application to public",
        "create temporary table application (id int)",
    ],
)
def test_the_serving_role_neither_changes_the_function_nor_slips_a_table_under_it(app: Any, statement: str) -> None:
    with connected(app, read_content=str(municipality("Tinn"))) as connection:
        right = found_by(connection, "application", "åpen")
        try:
            with connection.transaction():
                connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            assert "temporary" not in statement
        assert found_by(connection, "application", "åpen") == right
        connection.rollback()


def test_a_table_and_an_operator_of_ones_own_are_not_what_the_function_uses(app: Any) -> None:
    with connected(app, read_content=str(municipality("Tinn"))) as connection:
        connection.execute("set search_path = pg_temp, public")
        connection.execute("create temporary table application (id int, municipality_id int, search_text text)")
        connection.execute(f"insert into pg_temp.application values (1, {municipality('Tinn')}, 'lokkemat')")
        assert found_by(connection, "application", "lokkemat") == []
        connection.rollback()


def test_only_the_serving_role_may_call_it_and_only_the_owner_sees_past_the_policy(app: Any) -> None:
    with connected(app) as connection:
        rights = connection.execute(
            "select proname, prosecdef, proconfig, array(select grantee::regrole::text from aclexplode(proacl))"
            " from pg_proc where starts_with(proname, 'find_') order by proname"
        ).fetchall()
        opened = connection.execute(
            "select tablename, roles::text[] from pg_policies where policyname = 'owner_select'"
        )
        assert sorted(opened.fetchall()) == sorted((name, [postgres.OWNER]) for name in INDEXED)
    settings = ["search_path=pg_catalog, pg_temp", "plan_cache_mode=force_custom_plan"]
    assert [(one[0], one[1], one[2], sorted(one[3])) for one in rights] == [
        (f"find_{name}", True, settings, sorted([postgres.APP, postgres.OWNER])) for name in sorted(INDEXED)
    ]


def test_the_owner_is_refused_as_the_one_who_serves(app: Any) -> None:
    with as_owner(app) as owner:
        assert len(owner.execute("select from application").fetchall()) > 2 * MANY
    for url, refused in ((app.config["SQLALCHEMY_DATABASE_URI"], False), (app.config["OWNER_URL"], True)):
        engine = create_engine(url)
        with engine.connect() as connection, pytest.raises(RuntimeError, match="owner") if refused else nullcontext():
            assert_in_force(connection)
        engine.dispose()


def test_where_one_role_owns_and_serves_there_is_no_function_and_no_way_past_the_policy(app: Any) -> None:
    with as_owner(app) as owner, owner.transaction(force_rollback=True):
        for statement in policies(postgres.OWNER):
            owner.execute(statement.replace("%%", "%").encode())
        assert owner.execute("select from application").fetchall() == []
        assert owner.execute("select from pg_proc where starts_with(proname, 'find_')").fetchall() == []


def test_the_statement_of_the_function_is_answered_by_the_index(app: Any) -> None:
    with as_owner(app) as owner:
        owner.execute("select set_config('app.read_content', %s, false)", [str(municipality("Tinn"))])
        (body,) = owner.execute("select prosrc from pg_proc where proname = 'find_application'").fetchall()[0]
        statement = body.partition("own := ARRAY(")[2].partition(");")[0]
        for name, value in {"pattern": "'%nummer 2999%'", "wanted": "5", "n = 1": "true", "found": "'{}'"}.items():
            statement = statement.replace(name, value)
        plan = "\n".join(row[0] for row in owner.execute(f"explain {statement}".encode()))

    assert "Bitmap Index Scan on ix_application_search" in plan


@pytest.mark.parametrize(("typed", "asks"), [("nummer 2999", True), ("qx", False)])
def test_a_list_asks_the_function_in_the_one_statement_that_reads_its_rows(app: Any, typed: str, asks: bool) -> None:
    siri, seen = sign_in(app, "siri"), []
    siri.post("/municipality/", data={"municipality": ""})
    siri.get("/application/", query_string={"search": typed})
    note: Callable[..., None] = lambda _c, _cursor, statement, *_rest: seen.append(statement)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        siri.get("/application/", query_string={"search": typed})
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

    assert len(seen) == (3 if asks else 4)  # where nothing is found, what else the page tells is asked for by itself
    assert ("find_application(" in seen[2], "FROM application" in seen[2]) == (asks, True)
