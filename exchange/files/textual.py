"""Text as a grid: csv and tsv in the codes and with the separators that spreadsheets and other systems write."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from charset_normalizer import from_bytes

from exchange.files.kinds import is_wide
from exchange.files.plain import LONGEST_CELL, Cells, Grid, Kind, Marked, Opened, Refused, Told, Why
from exchange.files.sheets import is_error

SEPARATORS = ";\t,|"
_SAID_SEPARATOR = re.compile(r"^\s*\"?sep=(.)\"?\s*$", re.IGNORECASE)
# What Norwegian is written with beside ASCII, and signs that stand where a text was read in the wrong code.
_OURS, _STRANGE = "æøåÆØÅéèêòóôüöäÖÄÜáčđŋšŧž–—’“”«»§€°½×… \u00a0", re.compile("[\x80-\x9f¿¾¼¸·¶ŒƒÎ‰†‡˛ˇ\ufffd]")
_CODES = ("cp1252", "mac_roman", "iso8859_15", "cp850")
_SEEN, _SAMPLE = 50, 256 * 1024  # lines, bytes


def open_text(data: bytes, name: str) -> Opened:
    """A csv or tsv file. Raises Refused where a cell is longer than cells are, or it is the text of a page."""
    text, code = decoded(data)
    if text.lstrip()[:1] == "<":
        raise Refused(Why.MARKUP)
    text, separator = separated(text)
    told: list[tuple[Told, Mapping[str, Any]]] = [(Told.ENCODING, {"code": code})] if code else []
    return Opened(Kind.CSV, [Grid(name, partial(_rows, text, separator))], told)


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a file, and the name of its code where that was guessed."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data.decode("utf-8-sig", "replace"), ""
    if is_wide(data):
        wide = (
            "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
        )
        return data.decode(wide, "replace"), ""
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        code = _guessed(data[:_SAMPLE])
        return data.decode(code, "replace"), code


def _guessed(sample: bytes) -> str:
    """The code in which a text reads most like Norwegian; where none does, what is likeliest by its letters."""
    merits = {code: _merit(sample.decode(code, "replace")) for code in _CODES}
    best = max(merits.values())
    if best > 0:
        return max(merits, key=lambda code: merits[code])  # the first of those that read alike
    found = from_bytes(sample[: _SAMPLE // 4]).best()
    return found.encoding if found else "cp1252"


def _merit(text: str) -> int:
    return sum(text.count(letter) for letter in _OURS if letter != " ") - 3 * len(_STRANGE.findall(text))


def separated(text: str) -> tuple[str, str]:
    """The text without a line that only names its separator, and the separator."""
    first, _, rest = text.partition("\n")
    if found := _SAID_SEPARATOR.match(first):
        return rest, found[1]
    head = "\n".join(text.split("\n", _SEEN)[:_SEEN])
    return text, max(SEPARATORS, key=lambda one: _evenness(head, one))


def _evenness(head: str, separator: str) -> tuple[bool, int, int]:
    """How well a separator parts lines into equally many cells: whether it parts none within its quotes, and how many
    lines have the usual number of them."""
    try:
        rows = [row for row in csv.reader(io.StringIO(head, newline=""), delimiter=separator) if row]
    except csv.Error:
        return False, 0, 0
    many = [(times, columns) for columns, times in Counter(map(len, rows)).items() if columns > 1]
    is_whole = bool(many) and not any(cell.count('"') % 2 for row in rows for cell in row)
    return is_whole, *max(many, key=lambda one: (one[0] * one[1], one[1]), default=(0, 0))


def _rows(text: str, separator: str) -> Iterator[tuple[int, Cells]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, row in enumerate(rows, 1):
            cells = [_cell(one) for one in row]
            if any(one is not None for one in cells):
                yield number, cells
    except csv.Error as error:
        raise Refused(Why.LONG_CELL) from error


def _cell(text: str) -> Any:
    if not text or text.isspace():
        return None
    if len(text) > LONGEST_CELL:
        raise Refused(Why.LONG_CELL)
    return Marked(text) if is_error(text) else text
