"""A database of every released version comes to the newest schema with nothing lost, wherever it is interrupted."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from models import migrating
from models.database import db
from models.declare.folding import fold, sort_key
from models.registers.architecture import Application
from tests.conftest import _app, inside, sign_in
from tests.support import postgres, released
from tests.support.interrupting import ended_after, statements_of

Place = tuple[str, str]
EVERY = [(release, engine) for release in released.RELEASES for engine in ("sqlite", "postgres")]
INTERRUPTIONS = 4


@pytest.fixture(params=EVERY, ids=[f"{release}-{engine}" for release, engine in EVERY])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Callable[[], Place]]:
    """The name of a release, and what gives a fresh database of it: the addresses of its owner and of who serves."""
    release, engine = request.param
    if engine == "sqlite":
        template, work = (f"sqlite:///{tmp_path / name}.db" for name in ("template", "work"))
        released.load(release, template, template)

        def copied() -> Place:
            for leftover in tmp_path.glob("work.db*"):
                leftover.unlink()
            shutil.copy(tmp_path / "template.db", tmp_path / "work.db")
            return work, work

        return release, copied
    if reason := postgres.missing():
        pytest.skip(reason)

    def build(owner_url: str) -> None:
        released.load(release, owner_url, owner_url.replace(postgres.OWNER, postgres.APP))

    name = postgres.template_database(f"released_{release}", build)
    return release, lambda: tuple(postgres.clone_database(name, f"released{postgres.WORKER}"))  # type: ignore[return-value]


def test_nothing_is_lost_on_the_way_to_the_newest_schema(old: Any) -> None:
    release, fresh = old
    owner, app = fresh()
    before = released.lost(release, owner)

    migrating.upgrade(owner, app)

    with released.past_all_walls(owner) as connection:
        assert migrating.revision(connection) == migrating.head()
    assert (before, released.lost(release, owner)) == ({}, {})


def test_an_upgrade_that_was_cut_off_anywhere_is_done_the_next_time(old: Any) -> None:
    release, fresh = old
    owner, app = fresh()
    total = statements_of(lambda: migrating.upgrade(owner, app))
    places = sorted({1 + round(part * (total - 2) / (INTERRUPTIONS - 1)) for part in range(INTERRUPTIONS)})

    for number in places:
        owner, app = fresh()
        assert ended_after(number, lambda: migrating.upgrade(owner, app))  # noqa: B023 - runs at once
        with released.past_all_walls(owner) as connection:
            left = migrating.revision(connection)
        assert (left, released.lost(release, owner)) == (released.read(release)["revision"], {})

        migrating.upgrade(owner, app)

        with released.past_all_walls(owner) as connection:
            assert migrating.revision(connection) == migrating.head()
        assert released.lost(release, owner) == {}


def test_an_upgraded_database_has_the_schema_of_a_fresh_one(old: Any, tmp_path: Path) -> None:
    _release, fresh = old
    owner, app = fresh()
    migrating.upgrade(owner, app)
    if owner.startswith("sqlite"):
        new = f"sqlite:///{tmp_path / 'new.db'}", f"sqlite:///{tmp_path / 'new.db'}"
    else:
        new = tuple(postgres.fresh_database(f"new{postgres.WORKER}"))  # type: ignore[assignment]
    migrating.upgrade(*new)

    with released.past_all_walls(owner) as upgraded, released.past_all_walls(new[0]) as made:
        assert schema(upgraded) == schema(made)


IN_CATALOG = {
    "columns": """select attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull,
        attcollation::regcollation::text, pg_get_expr(adbin, adrelid), col_description(attrelid, attnum)
        from pg_attribute join pg_class on pg_class.oid = attrelid
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'S') and attnum > 0 and not attisdropped""",
    "constraints": """select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
        where connamespace = 'public'::regnamespace""",
    "indexes": "select indexdef from pg_indexes where schemaname = 'public'",
    "triggers": "select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal",
    "policies": "select tablename, policyname, permissive, roles::text, cmd, qual, with_check from pg_policies",
    "tables": """select relname, relkind::text, relrowsecurity, relforcerowsecurity, relacl::text from pg_class
        where relnamespace = 'public'::regnamespace""",
    "routines": """select pg_get_functiondef(oid) from pg_proc
        where pronamespace = 'public'::regnamespace and prokind in ('f', 'p')""",
}


def schema(connection: Connection) -> dict[str, Any]:
    """Everything a database is made of beside its rows; in no order, as columns added later stand last."""
    if connection.dialect.name == "postgresql":
        return {
            kind: sorted(map(repr, connection.exec_driver_sql(ask.replace("%", "%%")).all()))
            for kind, ask in IN_CATALOG.items()
        }
    made = connection.exec_driver_sql("select type, name, sql from sqlite_master where sql is not null").all()
    return {f"{kind} {name}": sorted(pieces(sql)) for kind, name, sql in made}


def pieces(sql: str) -> list[str]:
    """The parts of a definition, split at the commas outside all parentheses but the outermost."""
    head, _, body = sql.replace('"', "").partition("(")
    found, depth = [""], 0
    for sign in re.sub(r"\s+", " ", body).strip().removesuffix(")"):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return [" ".join(head.split()), *(one.strip() for one in found)]


def test_after_the_upgrade_old_and_new_rows_are_found_and_no_id_is_used_again(old: Any, tmp_path: Path) -> None:
    release, fresh = old
    owner, served = fresh()
    migrating.upgrade(owner, served)
    app = _app(tmp_path, served)
    with app.app_context():
        with inside("Tinn"):
            db.session.add(new := Application(name="Åpen nykomling"))
            db.session.commit()
            given = new.id

        found = {
            word: name in sign_in(app, "kari").get(f"/application/?search={word}").text
            for word, name in (("skoleprogram", "Åpen skoleprogram"), ("nykomling", "Åpen nykomling"))
        }
        db.session.remove()
        db.engine.dispose()

    assert found == {"skoleprogram": True, "nykomling": True}
    content = released.read(release)
    assert given == released.highest_id(content, "application") + 1
    assert given > len(content["tables"]["application"]["rows"]) + 1  # the newest row of the release had been deleted


def test_after_the_upgrade_every_row_is_found_and_sorted_as_the_code_of_today_folds(old: Any) -> None:
    _release, fresh = old
    owner, app = fresh()
    with released.past_all_walls(owner) as connection:
        connection.exec_driver_sql("update application set search_text = 'before', sort_key = 'before'")
        connection.commit()

    migrating.upgrade(owner, app)

    with released.past_all_walls(owner) as connection:
        rows = connection.exec_driver_sql("select name, search_text, sort_key from application").all()
    assert len(rows) > 1
    assert [key for _name, _text, key in rows] == [sort_key(name) for name, _text, _key in rows]
    assert all(text.startswith(fold(name)) for name, text, _key in rows)


WRITES = '''"""Touches every application."""
from alembic import op
revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None
def upgrade():
    op.execute("update application set notes = 'seen by the migration'")
'''


def test_a_migration_sees_every_row_of_every_municipality(
    old: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _release, fresh = old
    owner, app = fresh()
    migrating.upgrade(owner, app)
    changed = shutil.copytree(migrating.MIGRATIONS, tmp_path / "migrations")
    (changed / "versions" / "9999_writes.py").write_text(WRITES.format(head=migrating.head()))
    monkeypatch.setattr(migrating, "MIGRATIONS", changed)

    migrating.upgrade(owner, app)

    with released.past_all_walls(owner) as connection:
        assert connection.exec_driver_sql("select distinct notes from application").all() == [
            ("seen by the migration",)
        ]
        if connection.dialect.name == "postgresql":
            forced = "select bool_and(relforcerowsecurity) from pg_class where relrowsecurity"
            assert connection.exec_driver_sql(forced).scalar() is True
