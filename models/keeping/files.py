"""Files that lie beside the database, each under a name of our own: put, found whole, and swept away.

The file is written first and the row that names it afterwards; a file that no row names is left over from what was
broken off, or from a row that is gone, and is swept away.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO

CHUNK = 64 * 1024
_NAME = re.compile(r"[0-9a-f]{32}")
YOUNG_SECONDS = 24 * 60 * 60


class Files:
    """A folder that only we can read, outside what is served."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: IO[bytes]) -> tuple[str, str]:
        """Keep what is left to read of a file: the name it got, and its SHA-256. It is there whole, or not at all."""
        name = secrets.token_hex(16)
        return name, self.put_back(name, content)

    def put_back(self, name: str, content: IO[bytes]) -> str:
        """Keep it under a name it has already: its SHA-256."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place, digest = self.place(name), hashlib.sha256()
        made = place.with_name(f".{name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                for chunk in iter(lambda: content.read(CHUNK), b""):
                    file.write(chunk)
                    digest.update(chunk)
                file.flush()
                os.fsync(file.fileno())
            made.replace(place)
        finally:
            made.unlink(missing_ok=True)
        return digest.hexdigest()

    def opened(self, name: str, digest: str) -> IO[bytes] | None:
        """The file, at its beginning, when its content is what was put; None when it is another, or missing."""
        try:
            file = self.place(name).open("rb")
        except FileNotFoundError:
            return None
        if digest_of(file) != digest:
            file.close()
            return None
        file.seek(0)
        return file

    def place(self, name: str) -> Path:
        """Where a file lies. Raises ValueError for a name that is none of ours."""
        if not _NAME.fullmatch(name):
            raise ValueError("Not the name of a file that is kept.")
        return self.folder / name

    def names(self) -> Iterator[str]:
        """The files that are whole."""
        if self.folder.is_dir():
            yield from sorted(one.name for one in self.folder.iterdir() if _NAME.fullmatch(one.name))

    def drop(self, name: str, *, along: bool = False) -> None:
        """Take a file away; with what is kept beside it under its name and an ending, when that goes along."""
        place = self.place(name)
        place.unlink(missing_ok=True)
        for beside in self.folder.glob(f"{name}.*") if along else ():
            beside.unlink(missing_ok=True)

    def sweep(self, named: Collection[str], *, older: float = YOUNG_SECONDS) -> int:
        """Take away what no row names, unless so young that its row may still be on the way; how many it was."""
        before, gone = time.time() - older, 0
        if not self.folder.is_dir():
            return 0
        for file in self.folder.iterdir():
            if file.name not in named and file.stat().st_mtime < before:
                file.unlink(missing_ok=True)
                gone += 1
        return gone


def digest_of(file: IO[bytes]) -> str:
    """The SHA-256 of what is left to read."""
    digest = hashlib.sha256()
    for chunk in iter(lambda: file.read(CHUNK), b""):
        digest.update(chunk)
    return digest.hexdigest()
