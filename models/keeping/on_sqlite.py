"""SQLite: copied by its own backup interface, which reads one moment, the write-ahead log included."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from models import migrating
from models.keeping.contents import Contents, KeepingError

TABLES = "select name, type from pragma_table_list where schema = 'main' and name not like 'sqlite%' order by name"


class SqliteStore:
    """The database in a file."""

    engine = "sqlite"

    def __init__(self, url: str) -> None:
        self.file = Path(make_url(url).database or "").absolute()

    def contents(self) -> Contents:
        if not self.file.exists():
            return Contents("", {})
        with self._one_moment() as source:
            return _contents(source)

    def copy(self, target: Path) -> Contents:
        target.touch(mode=0o600)
        with self._one_moment() as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # the copy is one file
            return _contents(source)

    def try_out(self, copy: Path) -> Contents:
        with _opened(copy) as restored:
            if faults := _faults(restored):
                raise KeepingError("The backup is damaged: " + "; ".join(faults[:3]))
            return _contents(restored)

    def put_back(self, copy: Path, kept: Contents) -> None:
        if faults := list(kept.differences(self.try_out(copy))):
            raise KeepingError("The backup is damaged: " + "; ".join(faults[:3]))
        migrating.upgrade(f"sqlite:///{copy}", f"sqlite:///{copy}")
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.file.touch(mode=0o600)
        # Not by putting the file in its place: whoever has the old one open would go on with it, and its write-ahead
        # log would be laid over the new one. This is one transaction, seen by everybody.
        with _opened(copy) as source, closing(sqlite3.connect(self.file, timeout=60)) as target:
            source.backup(target)

    def faults(self) -> list[str]:
        with self._one_moment() as database:
            return _faults(database)

    @contextmanager
    def _one_moment(self) -> Iterator[sqlite3.Connection]:
        """What one reads stays what it was at the first reading, whoever writes meanwhile."""
        if not self.file.exists():
            raise KeepingError(f"There is no database at {self.file}. Run `flask --app app setup` first.")
        with _opened(self.file) as connection:
            connection.execute("BEGIN")
            connection.execute("select count(*) from sqlite_master").fetchone()  # the moment: BEGIN alone reads nothing
            yield connection
            connection.execute("ROLLBACK")


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=60, isolation_level=None)) as opened:
            yield opened
    except sqlite3.Error as error:
        raise KeepingError(f"{file.name} cannot be read as a database: {error}") from error


def _contents(connection: sqlite3.Connection) -> Contents:
    tables = [name for name, kind in connection.execute(TABLES) if kind == "table"]
    if "alembic_version" not in tables:
        return Contents("", {})
    tables.remove("alembic_version")
    (revision,) = connection.execute("select version_num from alembic_version").fetchone()
    return Contents(revision, {name: _checksum(connection, name) for name in tables})


def _checksum(connection: sqlite3.Connection, table: str) -> tuple[int, str]:
    """A sum over the rows, so that their order does not matter."""
    number = total = 0
    for row in connection.execute(f'select * from "{table}"'):  # noqa: S608 - a name the database gave
        number += 1
        total += int.from_bytes(hashlib.blake2b(repr(row).encode(), digest_size=8).digest())
    return number, f"{total % 2**64:016x}"


def _faults(connection: sqlite3.Connection) -> list[str]:
    found = [line for (line,) in connection.execute("PRAGMA integrity_check") if line != "ok"]
    references = connection.execute("PRAGMA foreign_key_check").fetchall()
    found += [f"{table}, row {row}: refers to a row in {to} that is not there" for table, row, to, _key in references]
    return found
