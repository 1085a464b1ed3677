"""What the process that looked into a file wrote, read as it is asked for: the rows of a large sheet lie on disk, and
only those looked at are in memory."""

from __future__ import annotations

import json
import os
import weakref
from array import array
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, BinaryIO, TypeVar

from exchange.files.plain import Kind
from exchange.formulas import restored
from exchange.table import Fault, Placed, Row, Table

_SPELT: dict[str, Any] = {"d": date.fromisoformat, "t": datetime.fromisoformat, "f": Fault}
_AT_ONCE = 1 << 20  # bytes read at a time
_JSON = json.JSONDecoder()
T = TypeVar("T")


class Lines:
    """A file of nobody else's, closed when nothing reads from it any longer. May be read by several threads at once."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        weakref.finalize(self, file.close)

    def between(self, start: int, end: int) -> bytes:
        return os.pread(self.file.fileno(), end - start, start)


class Kept(Placed[T]):
    """What stands in a file, a line each."""

    def __init__(self, lines: Lines, places: array[int]) -> None:
        """`places` is where each line begins, and where the last one ends."""
        self.lines, self.places = lines, places

    def read(self, line: bytes) -> T:
        """What a line says."""
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self.places) - 1

    def at(self, place: int) -> T:
        return self.read(self.lines.between(self.places[place], self.places[place + 1]))

    def __iter__(self) -> Iterator[T]:
        at, count = 0, len(self)
        while at < count:
            until = at + 1
            while until < count and self.places[until + 1] - self.places[at] <= _AT_ONCE:
                until += 1
            for line in self.lines.between(self.places[at], self.places[until]).splitlines():
                yield self.read(line)
            at = until


class Rows(Kept[Row]):
    """Rows of a table; of a `guarded` one each text as it was before it was kept from being a formula."""

    def __init__(self, lines: Lines, places: array[int], guarded: bool) -> None:
        super().__init__(lines, places)
        self.guarded = guarded

    def read(self, line: bytes) -> Row:
        cells = _JSON.decode(line.decode())
        if self.guarded:
            cells = [restored(one) if type(one) is str and one[:1] == "'" else one for one in cells]
        return tuple([one if type(one) is not dict else _meant(one) for one in cells])


def _meant(spelt: dict[str, str]) -> Any:
    ((letter, text),) = spelt.items()
    return _SPELT[letter](text)


def tables_in(lines: Lines) -> tuple[list[Table], dict[str, Any] | None]:
    """The tables that were written, and the last line: what must be told, or why the file was refused; None when it was
    not written to the end."""
    heads: list[tuple[dict[str, Any], array[int], list[int]]] = []
    at, end = 0, None
    lines.file.seek(0)
    for line in lines.file:
        if line.startswith(b"{") and line.endswith(b"\n"):
            told = json.loads(line)
            if "table" in told:
                heads.append((told, array("q", [at + len(line)]), []))
            elif "numbers" in told:
                heads[-1][2].extend(told["numbers"])
            else:
                end = told
        elif heads:
            heads[-1][1].append(at + len(line))
        at += len(line)
    if end is None or "refused" in end:
        return [], end
    guarded = end["kind"] == Kind.CSV
    return [_table(lines, *head, guarded) for head in heads], end


def _table(lines: Lines, head: dict[str, Any], places: array[int], numbers: list[int], guarded: bool) -> Table:
    headings = tuple(restored(one) if guarded else one for one in head["headings"])
    return Table(head["table"], headings, Rows(lines, places, guarded), array("q", numbers), head["left"])
