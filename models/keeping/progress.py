"""How far long work has come, for who waits for it: a small file for each, beside the database.

Not in the database: the work is one transaction, of which nobody sees anything until it is over, and on SQLite nobody
else writes meanwhile. Not in memory: any process may be asked. Who works holds a lock on the file, which the operating
system lets go of when the process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

MOST, SIZE = 5, 500  # that are told of; bytes of a file, which is always written whole
KEPT_SECONDS = 60 * 60
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Work:
    """Some work as it was last told of: `done` things of `whole`. What is not `alive` has ended, well or badly."""

    name: str
    about: dict[str, Any]
    done: int
    whole: int
    alive: bool


class Progress:
    """A folder that only we can read, for all processes that serve."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def telling(self, whose: int, name: str, about: dict[str, Any]) -> Iterator[Tell]:
        """For a block that does some work of a person: what it is given tells how far it has come."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        place = self.folder / f"{whose}-{name}"
        made = place.with_name(f".{place.name}")
        with os.fdopen(os.open(made, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)

            def tell(done: int, whole: int) -> None:
                os.pwrite(file.fileno(), json.dumps([about, done, whole]).ljust(SIZE).encode(), 0)

            tell(0, 0)
            made.rename(place)  # from now on it is seen, with the lock on it
            yield tell

    def of(self, whose: int) -> list[Work]:
        """What a person has going, and what ended not long ago, the newest first."""
        found = [(self._changed(place), place) for place in self.folder.glob(f"{whose}-*")]
        newest = [place for at, place in sorted(found, reverse=True) if at > time.time() - KEPT_SECONDS]
        return [work for place in newest[:MOST] if (work := _read(place)) is not None]

    def _sweep(self) -> None:
        for place in self.folder.iterdir():
            if self._changed(place) < time.time() - KEPT_SECONDS:
                place.unlink(missing_ok=True)

    def _changed(self, place: Path) -> float:
        """When something was last told; long ago of what was swept away meanwhile."""
        try:
            return place.stat().st_mtime
        except FileNotFoundError:
            return 0


def _read(place: Path) -> Work | None:
    try:
        with place.open("rb") as file:
            alive = _is_held(file)
            about, done, whole = json.loads(file.read())
    except FileNotFoundError:
        return None
    return Work(place.name.partition("-")[2], about, done, whole, alive)


def _is_held(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
