"""The database as Flask sees it: one session class, and what SQLite must be told on every connection."""

from __future__ import annotations

import unicodedata
from functools import partial
from time import monotonic
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import StaticPool

from models.declare.base import Base
from models.declare.folding import fold, sort_key
from models.tenancy.session import TenantSession, guard_engine

SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "NORMAL",
    "busy_timeout": 5000,
    "foreign_keys": "ON",
    "cache_size": -16384,
}

LONGEST_STATEMENT, MOST_PARAMETERS = 65_536, 400  # 128 of them at most are kept
RESTED = 1.0  # seconds
RESTS_SINCE = "rests_since"

db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": TenantSession, "expire_on_commit": True})


def prepare(engine: Engine) -> None:
    """Put the walls and the SQLite settings on a new engine."""
    guard_engine(engine)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
    else:
        _remember_long_statements()
        event.listen(engine, "connect", _on_postgres_connect)
        event.listen(engine, "checkin", _on_checkin)
        event.listen(engine, "checkout", partial(_on_checkout, engine.dialect))


def in_memory() -> Engine:
    """An empty database that is gone with the engine, shut by whichever thread finds that nobody reads it any more.
    What is pointed at need not be there: it holds what a scope reads, and rows point further."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    prepare(engine)
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys=OFF"))
    return engine


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    for name, value in SQLITE_PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")
    connection.create_function("lower", 1, _lower, deterministic=True)
    connection.create_function("folded", 1, lambda text: None if text is None else fold(text), deterministic=True)
    connection.create_collation("nb", lambda a, b: (sort_key(a) > sort_key(b)) - (sort_key(a) < sort_key(b)))


def _remember_long_statements() -> None:
    """psycopg keeps where the parameters of a statement are, but of short ones alone (4 096 characters, 50 parameters).
    Ours that read all that hangs on a row have 35 000, a new row 53: to look anew took 2 to 4 % of a request."""
    from psycopg import _queries  # noqa: PLC0415 - not loaded where SQLite serves

    _queries.MAX_CACHED_STATEMENT_LENGTH, _queries.MAX_CACHED_STATEMENT_PARAMS = LONGEST_STATEMENT, MOST_PARAMETERS


def _on_postgres_connect(connection: Any, _record: Any) -> None:
    """Statements are many and short: to compile one takes half a second, to run it a hundredth of that."""
    connection.execute("SET jit = off")
    connection.commit()


def _on_checkin(_connection: Any, record: Any) -> None:
    record.info[RESTS_SINCE] = monotonic()


def _on_checkout(dialect: Any, connection: Any, record: Any, _proxy: Any) -> None:
    """A connection that was cut while it rested is noticed before it is used. One that was in use a moment ago is taken
    to be whole: to ask it too would be a round trip more for every request of a busy day."""
    now = monotonic()
    if now - record.info.get(RESTS_SINCE, now) < RESTED:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _lower(value: Any) -> Any:
    """SQLite's own lower() knows only ASCII; anything but text passes through."""
    return unicodedata.normalize("NFC", value).lower() if isinstance(value, str) else value
