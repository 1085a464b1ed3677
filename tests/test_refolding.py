"""A database that is brought up to date is found and sorted as the code of today folds it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, make_url, text

from models import migrating
from models.changes import derived, refolding
from models.declare.base import Base, Record
from models.registers.architecture import Application
from models.registers.window import ShownCard
from tests.support import postgres

TABLES = [*[one.class_ for one in Base.registry.mappers if issubclass(one.class_, Record)], ShownCard]


@pytest.fixture
def owner_url(engine_app: Any) -> str:
    url = make_url(engine_app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "postgresql":
        url = url.set(username=postgres.OWNER)
    return url.render_as_string(hide_password=False)


def keys(connection: Connection) -> dict[str, list[Any]]:
    """What every row is found and sorted by."""
    migrating.open_to_owner(connection)
    found = {}
    for cls in TABLES:
        name = cls.__tablename__
        rows = connection.execute(text(f"select id, search_text, sort_key from {name} order by id"))
        found[name] = [tuple(row) for row in rows]
    return found


def test_every_key_is_derived_again(owner_url: str) -> None:
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        right = keys(connection)
        for cls in TABLES:
            key = "sort_key" if cls is not ShownCard and refolding.named_by(cls) == "sort_key" else "'before'"
            statement = f"update {cls.__tablename__} set search_text = 'before', sort_key = {key}"
            connection.execute(text(statement))
        refolding.refold(connection)

        assert keys(connection) == right
    engine.dispose()
    assert all(right[cls.__tablename__] for cls in (Application, ShownCard))


def test_rows_are_written_only_where_their_keys_differ(owner_url: str, engine_app: Any) -> None:
    assert engine_app
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        name = Application.__tablename__
        keys(connection)
        connection.execute(text(f"update {name} set sort_key = 'before' where id = (select min(id) from {name})"))
        seen: list[str] = []
        run = connection.execute
        connection.execute = lambda *given, **more: seen.append(str(given[0])) or run(*given, **more)  # type: ignore[method-assign,func-returns-value]

        refolding.refold(connection)

        assert [one for one in seen if one.startswith("UPDATE")] == [
            f"UPDATE {name} SET search_text=:text, sort_key=:key WHERE {name}.id = :row"
        ]
    engine.dispose()


def test_a_row_is_saved_with_the_keys_that_an_upgrade_gives(app: Any) -> None:
    assert app
    row = Application(name="Kart\u2011portal «Đ» 7")

    assert derived.search_text(row).startswith('kart-portal "d" 7')
