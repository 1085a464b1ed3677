"""What a database holds, in numbers that can be compared, and what every store of it can do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class KeepingError(Exception):
    """A sentence for the operator: what stands in the way, and that nothing has been changed."""


@dataclass(frozen=True)
class Contents:
    """The revision of a database and, for every table, how many rows there are and a checksum over all of them."""

    revision: str
    tables: dict[str, tuple[int, str]]

    @property
    def rows(self) -> int:
        return sum(number for number, _checksum in self.tables.values())

    def differences(self, other: Contents) -> Iterator[str]:
        """Sentences about what the other holds otherwise; none when both are the same to the last value."""
        if other.revision != self.revision:
            yield f"revision {self.revision} was kept, {other.revision} was found"
        for name in sorted(self.tables.keys() | other.tables.keys()):
            kept, found = self.tables.get(name), other.tables.get(name)
            if kept is None or found is None:
                yield f"{name}: " + ("was not kept" if kept is None else "is missing")
            elif kept[0] != found[0]:
                yield f"{name}: {kept[0]} rows were kept, {found[0]} were found"
            elif kept != found:
                yield f"{name}: the rows are not those that were kept"


class Store(Protocol):
    """A database, to be copied and put back as a whole. One for each engine."""

    engine: str

    def contents(self) -> Contents:
        """What is there now, seen in one moment."""

    def copy(self, target: Path) -> Contents:
        """Write a copy of one moment while others go on writing, and tell what it holds."""

    def try_out(self, copy: Path) -> Contents:
        """Restore a copy into an empty place that nobody sees and that is gone afterwards; tell what came of it."""

    def put_back(self, copy: Path, kept: Contents) -> None:
        """Make a copy the content of the database, at the newest schema; all or nothing."""

    def faults(self) -> list[str]:
        """What is wrong with the database, in sentences."""
