"""The backup file: a zip of the copied database and a note of what it holds, for its owner alone."""

from __future__ import annotations

import json
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from sqlalchemy import make_url

from models import migrating
from models.keeping.contents import Contents, KeepingError, Store
from models.keeping.on_postgres import PostgresStore
from models.keeping.on_sqlite import SqliteStore

COPY, NOTE = "database", "contents.json"


def store(owner_url: str, app_url: str) -> Store:
    """The database at an address, as the one who may copy it and put it back."""
    on_sqlite = make_url(owner_url).get_backend_name() == "sqlite"
    return SqliteStore(owner_url) if on_sqlite else PostgresStore(owner_url, app_url)


def backup(kept: Store, file: Path) -> Contents:
    """Write the whole database to a file, which is there when it is whole and not before. Tells what it holds."""
    with _workplace(file.absolute().parent) as folder:
        contents = kept.copy(folder / COPY)
        packed = folder / "packed"
        packed.touch(mode=0o600)
        with ZipFile(packed, "w", ZIP_DEFLATED) as into:
            into.writestr(NOTE, json.dumps({"engine": kept.engine, **asdict(contents)}, indent=1))
            into.write(folder / COPY, COPY)
        with packed.open("rb") as written:
            os.fsync(written.fileno())
        packed.replace(file)
    return contents


def restore(into: Store, file: Path, *, replace: bool) -> Contents:
    """Put a backup into the database and bring it to the newest schema; all or nothing. Rows that are there already
    are given up only with `replace`."""
    with _unpacked(into, file) as (copy, kept):
        if kept.revision not in migrating.known_revisions():
            raise KeepingError(f"The backup was made by a newer version of Orden (revision {kept.revision}).")
        if not replace and (rows := into.contents().rows):
            raise KeepingError(
                f"The database holds {rows} rows already, and nothing has been changed. "
                "Say --replace to give them up for those of the backup."
            )
        into.put_back(copy, kept)
    return kept


def try_out(beside: Store, file: Path) -> Contents:
    """Restore a backup into an empty place and compare every table with what was kept."""
    with _unpacked(beside, file) as (copy, kept):
        if differences := list(kept.differences(beside.try_out(copy))):
            raise KeepingError("The backup is damaged: " + "; ".join(differences))
    return kept


def faults(kept: Store) -> list[str]:
    """What is wrong with the database: broken references, a damaged file, a schema that is not the newest."""
    found = kept.faults()
    if (revision := kept.contents().revision) != (newest := migrating.head()):
        found.append(
            f"It stands at revision {revision or 'none'}, and the newest is {newest}: run `flask --app app migrate`"
        )
    return found


@contextmanager
def _workplace(beside: Path | None = None) -> Iterator[Path]:
    """A folder that only we can read."""
    if beside and not beside.is_dir():
        raise KeepingError(f"There is no folder {beside}.")
    try:
        with TemporaryDirectory(dir=beside, prefix=".orden-") as folder:
            yield Path(folder)
    except OSError as error:
        raise KeepingError(f"{error.filename or beside}: {error.strerror or error}.") from error


@contextmanager
def _unpacked(wanted: Store, file: Path) -> Iterator[tuple[Path, Contents]]:
    """The copied database out of a backup, and what was noted about it."""
    if not file.is_file():
        raise KeepingError(f"There is no file {file}.")
    with _workplace() as folder:
        try:
            with ZipFile(file) as packed:
                note = json.loads(packed.read(NOTE))
                with packed.open(COPY) as source, (folder / COPY).open("xb") as target:
                    shutil.copyfileobj(source, target)
        except (BadZipFile, KeyError, ValueError, EOFError, zlib.error) as error:
            raise KeepingError(f"{file} is no backup made by Orden, or it is damaged.") from error
        if note["engine"] != wanted.engine:
            raise KeepingError(f"The backup is of a database on {note['engine']}, and this one is on {wanted.engine}.")
        tables = {name: (number, checksum) for name, (number, checksum) in note["tables"].items()}
        yield folder / COPY, Contents(note["revision"], tables)
