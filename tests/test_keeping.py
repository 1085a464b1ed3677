"""The whole database is kept in a file while people write, comes back to the last value, and damage is noticed."""

from __future__ import annotations

import json
import os
import stat
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from models import migrating
from models.database import db
from models.keeping import backup as kept
from models.keeping.contents import Contents, KeepingError, Store
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from tests.conftest import inside
from tests.support import postgres


@pytest.fixture(autouse=True)
def programs_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump as an operator has it: on PATH, of the server's own version."""
    if folder := postgres.programs():
        monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def owner_url(app: Any) -> str:
    served = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    owner = served if served.get_backend_name() == "sqlite" else served.set(username=postgres.OWNER)
    return owner.render_as_string(hide_password=False)


def store_of(app: Any) -> Store:
    return kept.store(owner_url(app), app.config["SQLALCHEMY_DATABASE_URI"])


@pytest.fixture
def empty(engine_app: Any, tmp_path: Path) -> Iterator[Store]:
    """A place with nothing in it, on the same engine."""
    if db.engine.dialect.name == "sqlite":
        url = f"sqlite:///{tmp_path / 'elsewhere' / 'orden.db'}"
        yield kept.store(url, url)
    else:
        name = f"empty_{postgres.WORKER}"
        database = postgres.fresh_database(name)
        yield kept.store(database.owner_url, database.app_url)
        postgres.drop_database(name)


def ask(store: Any, statement: str) -> Any:
    """The answer of a database, past all walls."""
    url = f"sqlite:///{store.file}" if store.engine == "sqlite" else store.url
    engine = create_engine(url, poolclass=NullPool, execution_options={"tenant_exempt": True})
    with engine.begin() as connection:
        if store.engine != "sqlite":
            connection.exec_driver_sql("set local app.backup = 'on'")
        answer = connection.execute(text(statement))
        return answer.scalar() if answer.returns_rows else None


def test_a_backup_comes_back_to_the_last_value_in_an_empty_place(engine_app: Any, empty: Store, tmp_path: Path) -> None:
    file = tmp_path / "orden.backup"

    noted = kept.backup(store_of(engine_app), file)
    kept.restore(empty, file, replace=False)

    assert list(noted.differences(empty.contents())) == []
    assert list(store_of(engine_app).contents().differences(noted)) == []
    assert noted.tables["application"][0] == 2
    assert kept.faults(empty) == []


def test_what_is_kept_is_every_row_of_every_municipality(engine_app: Any, tmp_path: Path) -> None:
    noted = kept.backup(store_of(engine_app), tmp_path / "orden.backup")

    with inside():
        seen = {
            mapper.local_table.name: db.session.scalar(select(func.count()).select_from(mapper.class_))
            for mapper in Application.registry.mappers
            if mapper.local_table.name in noted.tables and "id" in mapper.local_table.columns
        }
    assert {name: noted.tables[name][0] for name in seen} == seen
    assert len(seen) > 40


def test_the_file_and_nothing_beside_it_is_left_for_its_owner_alone(engine_app: Any, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        kept.backup(store_of(engine_app), tmp_path / "orden.backup")
    finally:
        os.umask(before)

    assert {f.name: stat.S_IMODE(f.stat().st_mode) for f in tmp_path.iterdir()} == {"orden.backup": 0o600}


def test_a_backup_is_of_one_moment_while_others_write(engine_app: Any, empty: Store, tmp_path: Path) -> None:
    """The writer adds suppliers in pairs, each pair in one transaction: a backup never holds half a pair."""
    stop, began, failed = threading.Event(), threading.Event(), []

    def write() -> None:
        with engine_app.app_context():
            number = 0
            while not stop.is_set() and not failed:
                try:
                    with inside():
                        db.session.add_all([Supplier(name=f"Par {number} {side}") for side in "ab"])
                        db.session.commit()
                except Exception as error:
                    failed.append(error)
                number += 1
                began.set()
            db.session.remove()

    writer = threading.Thread(target=write)
    writer.start()
    assert began.wait(60)
    files = [tmp_path / f"{number}.backup" for number in range(3)]
    noted = [kept.backup(store_of(engine_app), file) for file in files]
    stop.set()
    writer.join()

    assert failed == []
    assert noted[0].tables["supplier"][0] < noted[-1].tables["supplier"][0]
    for file in files:
        kept.restore(empty, file, replace=True)
        assert ask(empty, "select count(*) from supplier where name like 'Par %'") % 2 == 0
        assert kept.faults(empty) == []


def test_ids_go_on_where_they_were_after_a_restore(engine_app: Any, empty: Any, tmp_path: Path) -> None:
    with inside():
        db.session.add(gone := Supplier(name="Borte"))
        db.session.commit()
        highest = gone.id
        db.session.delete(gone)
        db.session.commit()
    kept.backup(store_of(engine_app), tmp_path / "orden.backup")

    kept.restore(empty, tmp_path / "orden.backup", replace=False)

    last = (
        "select seq from sqlite_sequence where name = 'supplier'"
        if empty.engine == "sqlite"
        else "select last_value from supplier_id_seq"
    )
    assert ask(empty, last) == highest


def test_a_database_with_rows_is_replaced_only_when_that_is_said(engine_app: Any, tmp_path: Path) -> None:
    store, file = store_of(engine_app), tmp_path / "orden.backup"
    noted = kept.backup(store, file)
    with inside():
        db.session.add(Supplier(name="Kom etterpå"))
        db.session.commit()
    later = store.contents()

    with pytest.raises(KeepingError, match="--replace"):
        kept.restore(store, file, replace=False)
    unchanged = list(later.differences(store.contents()))
    db.session.remove()
    kept.restore(store, file, replace=True)

    assert (unchanged, list(noted.differences(store.contents()))) == ([], [])
    assert kept.faults(store) == []
    with inside():
        assert db.session.scalar(select(func.count()).where(Supplier.name == "Kom etterpå")) == 0


def test_after_a_restore_the_serving_role_is_bound_and_search_finds(
    engine_app: Any, as_on: Any, tmp_path: Path
) -> None:
    store, file = store_of(engine_app), tmp_path / "orden.backup"
    kept.backup(store, file)

    kept.restore(store, file, replace=True)

    migrating.assert_safe(db.engine)
    assert "Åpen skoleprogram" in as_on("kari").get("/application/?search=skoleprogram").text


def test_an_attempt_leaves_no_trace(engine_app: Any, tmp_path: Path) -> None:
    store, file = store_of(engine_app), tmp_path / "orden.backup"
    noted = kept.backup(store, file)
    with inside():
        db.session.add(Supplier(name="Kom etterpå"))
        db.session.commit()
    before = store.contents()

    tried = kept.try_out(store, file)

    assert (tried, list(before.differences(store.contents()))) == (noted, [])
    if store.engine != "sqlite":
        assert ask(store, "select count(*) from pg_namespace where nspname = 'orden_trial'") == 0


def tampered(file: Path, change: Any) -> Path:
    """A backup whose note says something else than what was copied."""
    other = file.with_name("tampered")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(other, "w") as target:
        note = json.loads(source.read(kept.NOTE))
        change(note)
        target.writestr(kept.NOTE, json.dumps(note))
        target.writestr(kept.COPY, source.read(kept.COPY))
    return other


DAMAGE = {
    "another value": (lambda note: note["tables"].update(supplier=[note["tables"]["supplier"][0], "0"]), "damaged"),
    "a row less": (lambda note: note["tables"].update(supplier=[1, "0"]), "1 rows were kept"),
    "a table less": (lambda note: note["tables"].update(nowhere=[0, "0"]), "nowhere: is missing"),
    "a revision nobody knows": (lambda note: note.update(revision="9999"), "9999"),
    "another engine": (lambda note: note.update(engine="oracle"), "oracle"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_backup_is_noticed_and_changes_nothing(engine_app: Any, tmp_path: Path, damage: str) -> None:
    store, file = store_of(engine_app), tmp_path / "orden.backup"
    before = kept.backup(store, file)
    change, sentence = DAMAGE[damage]
    wrong = tampered(file, change)

    with pytest.raises(KeepingError, match=sentence):
        kept.try_out(store, wrong)
    with pytest.raises(KeepingError, match=sentence if "row" not in damage else "damaged"):
        kept.restore(store, wrong, replace=True)

    assert list(before.differences(store.contents())) == []


@pytest.mark.parametrize("content", [b"", b"PK", b"no backup at all", b"half"])
def test_what_is_no_backup_is_refused_with_a_sentence(engine_app: Any, tmp_path: Path, content: bytes) -> None:
    store, file = store_of(engine_app), tmp_path / "orden.backup"
    kept.backup(store, file)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2] if content == b"half" else content)

    with pytest.raises(KeepingError, match="no backup made by Orden"):
        kept.try_out(store, file)


def test_a_restore_that_fails_at_the_last_step_changes_nothing(
    engine_app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, file = store_of(engine_app), tmp_path / "orden.backup"
    kept.backup(store, file)
    with inside():
        db.session.add(Supplier(name="Kom etterpå"))
        db.session.commit()
    before = store.contents()

    def fail(*_: Any) -> None:
        raise RuntimeError("the migration failed")

    monkeypatch.setattr(migrating, "upgrade", fail)
    monkeypatch.setattr(migrating, "upgrade_within", fail)
    with pytest.raises(RuntimeError):
        kept.restore(store, file, replace=True)

    assert list(before.differences(store.contents())) == []


def break_a_reference(app: Any) -> None:
    """An application that refers to a supplier there is none of, planted past every constraint."""
    if db.engine.dialect.name == "sqlite":
        url = db.engine.url
    else:
        url = make_url(postgres.server() or "").set(database=db.engine.url.database)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        if engine.dialect.name != "sqlite":
            connection.exec_driver_sql("set local session_replication_role = replica")
        connection.exec_driver_sql("update application set supplier_id = 987654")


def test_a_reference_that_leads_nowhere_is_told(engine_app: Any) -> None:
    store = store_of(engine_app)
    whole = kept.faults(store)

    break_a_reference(engine_app)

    assert whole == []
    assert [one for one in kept.faults(store) if "application" in one and "supplier" in one]


def test_a_schema_that_is_behind_is_told(engine_app: Any) -> None:
    store = store_of(engine_app)

    ask(store, "update alembic_version set version_num = '0001'")

    assert [one for one in kept.faults(store) if "0001" in one]


# -- by command --------------------------------------------------------------------------------------------------------


def run(app: Any, *arguments: str) -> tuple[int, str]:
    app.config["DATABASE_OWNER_URL"] = owner_url(app)
    answer = app.test_cli_runner().invoke(args=list(arguments))
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer.exit_code, answer.output


def test_the_commands_keep_verify_and_put_back(engine_app: Any, tmp_path: Path) -> None:
    file = tmp_path / "orden.backup"

    answers = [
        run(engine_app, "backup", str(file)),
        run(engine_app, "verify"),
        run(engine_app, "verify", str(file)),
        run(engine_app, "restore", str(file)),
        run(engine_app, "restore", "--replace", str(file)),
    ]

    assert [code for code, _told in answers] == [0, 0, 0, 1, 0], answers
    said = ("kept in", "the database is whole", "can be restored", "--replace", "are back")
    assert [sentence in told for sentence, (_code, told) in zip(said, answers, strict=True)] == [True] * 5
    assert file.read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["backup", "nowhere/at/all/orden.backup"], "There is no folder"),
        (["restore", "nowhere.backup"], "There is no file"),
        (["verify", "nowhere.backup"], "There is no file"),
    ],
)
def test_a_command_that_cannot_says_why(
    app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)

    code, told = run(app, *arguments)

    assert (code, sentence in told) == (1, True), told
    assert list(tmp_path.iterdir()) == []


def test_a_missing_pg_dump_is_told_with_what_to_install(
    postgres_app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "bin" / "pg_dump"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    other.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda _name, path=None: str(other) if path is None else None)

    with postgres_app.app_context(), pytest.raises(KeepingError, match=r"version 9.*postgresql-client-"):
        kept.backup(store_of(postgres_app), tmp_path / "orden.backup")

    assert sorted(f.name for f in tmp_path.iterdir()) == ["bin"]


def test_differences_are_told_by_table() -> None:
    one = Contents("0001", {"a": (1, "x"), "b": (2, "y"), "c": (0, "0")})

    assert list(one.differences(one)) == []
    assert list(one.differences(Contents("0002", {"a": (1, "z"), "b": (3, "y"), "d": (0, "0")}))) == [
        "revision 0001 was kept, 0002 was found",
        "a: the rows are not those that were kept",
        "b: 2 rows were kept, 3 were found",
        "c: is missing",
        "d: was not kept",
    ]
