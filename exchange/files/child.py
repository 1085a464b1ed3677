"""The process that looks into a file: `python -m exchange.files.child NAME < file > lines`.

It gives up what it does not need before it looks: memory, time, files. What it finds it writes as lines of JSON: for
each table one with its headings, one a row, and one with the rows' numbers; at last what must be told, or why it
refused.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, BinaryIO

from exchange.files import archimate, headings, kinds, sheets, structured, textual
from exchange.files.plain import MOST_BYTES, Marked, Opened, Refused, Why

MEMORY, SECONDS, WRITTEN = 1 << 30, 40, 1 << 30
_PLAIN = frozenset({str, int, float, bool, type(None)})
Write = Callable[[bytes], Any]


def main() -> None:
    """Read the standard input within the limits, and write what was found."""
    limit()
    name = sys.argv[1]
    parse(sys.stdin.buffer.read(MOST_BYTES + 1), name, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def limit() -> None:
    """Give up for good what a file may not take: memory, processor time, size of what is written, other processes."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def parse(data: bytes, name: str, out: BinaryIO) -> None:
    """Write the tables of a file as lines."""
    try:
        opened = open_file(data, name)
        found = sum(_write(grid, out.write) for grid in opened.grids)
        if not found:
            raise Refused(Why.NO_TABLE if opened.told else Why.EMPTY)
        end: dict[str, Any] = {"kind": opened.kind, "told": opened.told}
    except Refused as refused:
        end = {"refused": refused.why, "params": refused.params}
    except MemoryError:
        end = {"refused": Why.TOO_MUCH, "params": {}}
    out.write(_line(end))


def open_file(data: bytes, name: str) -> Opened:
    """What a file holds, whatever kind it is of. Raises Refused."""
    if len(data) > MOST_BYTES:
        raise Refused(Why.TOO_BIG)
    held = kinds.container(data)
    if held == "zip":
        return sheets.open_package(data)
    if held == "ole":
        kinds.of_ole(data)
        return sheets.open_old(data)
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in b"{[" or kinds.is_wide(data):
        text, _ = textual.decoded(data)
        found = structured.open_records(text, name) if text.lstrip()[:1] in "{[" else None
        if found:
            return found
    if archimate.is_model(data):
        return archimate.open_model(data)
    return textual.open_text(data, name)


def _write(grid: Any, write: Write) -> bool:
    found = headings.table(grid)
    if found is None:
        return False
    write(_line({"table": found.name, "headings": found.headings, "left": found.left}))
    numbers = []
    for number, cells in found.rows:
        numbers.append(number)
        write(_line([one if type(one) in _PLAIN else _spelt(one) for one in cells]))
    write(_line({"numbers": numbers}))
    return True


def _line(what: Any) -> bytes:
    return json.dumps(what, separators=(",", ":")).encode() + b"\n"


def _spelt(one: Any) -> Any:
    """A value that JSON has no word for, with the letter of what it is."""
    if isinstance(one, Marked):
        return {"f": one.code}
    if isinstance(one, datetime):
        return {"t": one.isoformat()}
    return {"d": one.isoformat()} if isinstance(one, date) else str(one)


if __name__ == "__main__":
    main()
