"""The database as Flask sees it: one session class, and what SQLite must be told on every connection."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, event

from models.declare.base import Base
from models.declare.folding import sort_key
from models.tenancy.session import TenantSession, guard_engine

SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "NORMAL",
    "busy_timeout": 5000,
    "foreign_keys": "ON",
    "cache_size": -16384,
}

db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": TenantSession, "expire_on_commit": True})


def prepare(engine: Engine) -> None:
    """Put the walls and the SQLite settings on a new engine."""
    guard_engine(engine)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    for name, value in SQLITE_PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")
    connection.create_function("lower", 1, _lower, deterministic=True)
    connection.create_collation("nb", lambda a, b: (sort_key(a) > sort_key(b)) - (sort_key(a) < sort_key(b)))


def _lower(value: Any) -> Any:
    """SQLite's own lower() knows only ASCII; anything but text passes through."""
    return unicodedata.normalize("NFC", value).lower() if isinstance(value, str) else value
