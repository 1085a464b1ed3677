"""The backup file: a zip of the copied database, the files beside it and a note of both, for its owner alone."""

from __future__ import annotations

import json
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from sqlalchemy import make_url

from models import migrating
from models.keeping.contents import Contents, KeepingError, Store
from models.keeping.files import Files, digest_of
from models.keeping.on_postgres import PostgresStore
from models.keeping.on_sqlite import SqliteStore

COPY, NOTE, BESIDE = "database", "contents.json", "files/"


def store(owner_url: str, app_url: str) -> Store:
    """The database at an address, as the one who may copy it and put it back."""
    on_sqlite = make_url(owner_url).get_backend_name() == "sqlite"
    return SqliteStore(owner_url) if on_sqlite else PostgresStore(owner_url, app_url)


def backup(kept: Store, file: Path, beside: Files | None = None) -> Contents:
    """Write the whole database, and the files beside it, to a file, which is there when it is whole and not before.
    Tells what it holds. The database is copied first: every file that a row of it names was there before."""
    with _workplace(file.absolute().parent) as folder:
        contents = kept.copy(folder / COPY)
        packed = folder / "packed"
        packed.touch(mode=0o600)
        with ZipFile(packed, "w", ZIP_DEFLATED) as into:
            into.write(folder / COPY, COPY)
            digests = dict(_packed_beside(into, beside)) if beside else {}
            note = {"engine": kept.engine, **asdict(contents), "files": digests}
            into.writestr(NOTE, json.dumps(note, indent=1))
        with packed.open("rb") as written:
            os.fsync(written.fileno())
        packed.replace(file)
    return contents


def _packed_beside(into: ZipFile, beside: Files) -> Iterator[tuple[str, str]]:
    """Pack the files beside the database; what is swept away meanwhile hangs on nothing."""
    for name in beside.names():
        with suppress(FileNotFoundError), beside.place(name).open("rb") as source:
            digest = digest_of(source)
            source.seek(0)
            with into.open(BESIDE + name, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)
            yield name, digest


def restore(into: Store, file: Path, *, replace: bool, beside: Files | None = None) -> Contents:
    """Put a backup into the database and bring it to the newest schema; all or nothing. Rows that are there already
    are given up only with `replace`. The files come first, as they do when somebody attaches one."""
    with _unpacked(into, file) as (copy, kept):
        if kept.revision not in migrating.known_revisions():
            raise KeepingError(f"The backup was made by a newer version of Orden (revision {kept.revision}).")
        if not replace and (rows := into.contents().rows):
            raise KeepingError(
                f"The database holds {rows} rows already, and nothing has been changed. "
                "Say --replace to give them up for those of the backup."
            )
        if beside:
            for name, content in _files_in(file):
                beside.put_back(name, content)
        into.put_back(copy, kept)
    return kept


def try_out(beside: Store, file: Path) -> Contents:
    """Restore a backup into an empty place and compare every table with what was kept."""
    with _unpacked(beside, file) as (copy, kept):
        if differences := list(kept.differences(beside.try_out(copy))):
            raise KeepingError("The backup is damaged: " + "; ".join(differences))
    for _name, _content in _files_in(file):
        pass  # each is compared with what was noted
    return kept


def _files_in(file: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """The files in a backup, each after it was compared with what was noted about it."""
    with ZipFile(file) as packed:
        for name, digest in json.loads(packed.read(NOTE)).get("files", {}).items():
            try:
                with packed.open(BESIDE + name) as content:
                    is_whole = digest_of(content) == digest
            except (BadZipFile, KeyError, EOFError, zlib.error) as error:
                raise KeepingError(f"The backup is damaged: the file {name} cannot be read.") from error
            if not is_whole:
                raise KeepingError(f"The backup is damaged: the file {name} is not the one that was kept.")
            with packed.open(BESIDE + name) as content:
                yield name, content


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
