"""Keys that stand in links and addresses: made of 256 random bits, told once, and kept as a hash alone."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from models.declare.base import Base
from models.declare.numbers import as_id
from models.tenancy import scope
from models.tenancy.rowsecurity import announce


def new(place: int | None = None) -> str:
    """A key; where it begins with the number of a municipality, whoever holds it reaches that one and no other."""
    random = secrets.token_urlsafe(32)
    return random if place is None else f"{place}-{random}"


def hashed(key: str) -> str:
    """Nothing slower is needed to keep so many random bits from being guessed."""
    return hashlib.sha256(key.encode()).hexdigest()


def place_of(key: str) -> int | None:
    """The municipality a key begins with; None for what is no such key."""
    try:
        return as_id(key.partition("-")[0])
    except ValueError:
        return None


def forget(connection: Connection, table: Any, before: datetime) -> int:
    """Delete the rows of a table that were made before a moment, as the role that owns the tables; how many it was."""
    if connection.dialect.name == "postgresql":
        announce(connection, scope.of(connection.execute(select(Base.metadata.tables["municipality"].c.id)).scalars()))
    return connection.execute(delete(table).where(table.c.made_at < before)).rowcount
