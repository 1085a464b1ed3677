"""An archive from outside, looked at before anything of it is believed: its sums, size, schema and names."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from exchange.archive.pointers import OWNER, Means, is_read, meaning, tables
from exchange.archive.writing import DATA, FILES, FORMAT, MUNICIPALITY, PEOPLE, SHARED
from models import migrating
from models.declare.words import N_, Problem
from reports.protocol.package import MOST_BYTES, UNREADABLE, Checked, check

MOST_TOTAL = 1 << 33  # bytes that all files come to, unpacked
MOST_TIMES = 200  # as large as it is packed, where that is more than MODEST
MODEST = 1 << 26
LONGEST_LINE = 1 << 26
NOT_AN_ARCHIVE = N_("Dette er ikke et arkiv fra Orden.")
DAMAGED = N_("Arkivet er skadet: %(what)s Ingenting er lest inn.")
TOO_LARGE = N_("Arkivet blir for stort når det pakkes ut. Ingenting er lest inn.")
NEWER = N_("Arkivet er laget av en nyere Orden (%(schema)s). Oppgrader denne først.")
UNKNOWN = N_("Arkivet har noe denne Orden ikke kjenner: %(what)s. Ingenting er lest inn.")
_OURS = re.compile(
    rf"({DATA}|{SHARED})/[a-z0-9_]+\.jsonl|{FILES}/[0-9a-f]{{64}}|sheets/[\w-]+\.xlsx|{PEOPLE}|{MUNICIPALITY}"
)


class Opened:
    """An archive that is whole and that this Orden knows how to read."""

    def __init__(self, package: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
        self.package, self.manifest = package, manifest
        self.names = {one["name"] for one in manifest["files"]}

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        """What stands in a file of lines; nothing where there is no such file."""
        if name not in self.names:
            return
        with self.package.open(name) as entry:
            while line := entry.readline(LONGEST_LINE):
                yield json.loads(line)

    def municipality(self) -> dict[str, Any]:
        with self.package.open(MUNICIPALITY) as entry:
            found: dict[str, Any] = json.loads(entry.read(LONGEST_LINE))
            return found

    def file(self, digest: str) -> IO[bytes] | None:
        """The content of an attached file; None where it was lost before the archive was made."""
        name = f"{FILES}/{digest}"
        return self.package.open(name) if name in self.names else None


@contextmanager
def opened(archive: IO[bytes]) -> Iterator[Opened]:
    """Open an archive. Raises a Problem for what is none, is damaged, too large or newer than this Orden."""
    _refuse_too_large(archive)
    checked = check(archive, FORMAT, NOT_AN_ARCHIVE)
    _refuse(checked)
    archive.seek(0)
    with zipfile.ZipFile(archive) as package:
        try:
            yield Opened(package, checked.manifest)
        except UNREADABLE as error:
            if isinstance(error, Problem):
                raise
            raise Problem(DAMAGED, what=str(error)) from error


def _refuse_too_large(archive: IO[bytes]) -> None:
    packed = archive.seek(0, io.SEEK_END)
    archive.seek(0)
    try:
        with zipfile.ZipFile(archive) as package:
            whole = [one.file_size for one in package.infolist()]
    except UNREADABLE as error:
        raise Problem(NOT_AN_ARCHIVE) from error
    if sum(whole) > MOST_TOTAL or max(whole, default=0) > MOST_BYTES or sum(whole) > max(MODEST, packed * MOST_TIMES):
        raise Problem(TOO_LARGE)
    archive.seek(0)


def _refuse(checked: Checked) -> None:
    manifest = checked.manifest
    if checked.wrong:
        raise Problem(DAMAGED, what=str(checked.wrong[0]))
    if str(manifest.get("schema", "")) > migrating.head():
        raise Problem(NEWER, schema=str(manifest.get("schema")))
    if odd := [str(one["name"]) for one in manifest["files"] if not _OURS.fullmatch(str(one["name"]))]:
        raise Problem(DAMAGED, what=odd[0])
    known = {one.name for one in tables()}
    if strange := [str(one["name"]) for one in manifest["tables"] if one["name"] not in known]:
        raise Problem(UNKNOWN, what=strange[0])


def columns_known(table: Any, row: dict[str, Any]) -> None:
    """Raise a Problem for a row with what its table here has not, or tells of nobody."""
    for name in row:
        if (
            name == OWNER
            or name not in table.c
            or meaning(table, table.c[name])[0] in {Means.STORED, Means.SECRET, Means.LOST}
        ):
            raise Problem(UNKNOWN, what=f"{table.name}.{name}")


def read_tables() -> list[Any]:
    """The tables whose rows become rows here, in the order they are written."""
    return [one for one in tables() if is_read(one)]
