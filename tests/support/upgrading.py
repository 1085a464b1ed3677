"""A database as it was before a migration, with rows in it, brought up to today."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from models import migrating
from tests.test_migrating import empty_database


@contextmanager
def upgraded_since(
    revision: str, furnish: Callable[[Connection], None], engine: str, folder: Path
) -> Iterator[Connection]:
    """What the owner of the tables finds, where `furnish` put rows into them at a revision."""
    owner, app = empty_database(engine, folder)
    command.upgrade(migrating.config(owner, app), revision)
    with create_engine(owner, poolclass=NullPool).begin() as connection:
        migrating.open_to_owner(connection)
        furnish(connection)
    migrating.upgrade(owner, app)
    with create_engine(owner, poolclass=NullPool).begin() as connection:
        migrating.open_to_owner(connection)
        yield connection
