"""JSON as grids: a list of records is a table, what lies inside a record gets columns of its own with points between.

Lists inside a record are lines in a cell. Of a list of records each has one line in each of the columns, an empty one
where it says nothing, so that the lines of two columns still belong together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from exchange.files.plain import LONGEST_CELL, Cells, Grid, Kind, Opened, Refused, Why

MOST_DEEP = 20
Record = dict[str, Any]


def open_records(text: str, name: str) -> Opened | None:
    """The tables of a JSON text; None when it is no JSON. Raises Refused when it holds none, or is nested too deep."""
    try:
        given = json.loads(text)
    except RecursionError as error:
        raise Refused(Why.NESTED) from error
    except ValueError:
        return None
    if not isinstance(given, dict | list):
        return None
    tables = dict(_tables(given, name, 0))
    if not tables:
        raise Refused(Why.NO_TABLE)
    return Opened(Kind.JSON, [_grid(title, records) for title, records in tables.items()])


def _tables(given: Any, name: str, depth: int) -> Iterator[tuple[str, list[Record]]]:
    """Each list of records that is no part of a record. A record alone is a table of one row."""
    if isinstance(given, list):
        records = [one for one in given if isinstance(one, dict)]
        if records:
            yield name, records
    elif isinstance(given, dict) and depth <= MOST_DEEP:
        wrapped = [(key, one) for key, one in given.items() if _holds_records(one)]
        scalars = sum(not isinstance(one, dict | list) for one in given.values())
        if not wrapped or scalars > 3 * len(wrapped):  # a record with lists of its own, and no wrapping around them
            yield name, [given]
            return
        for key, one in wrapped:
            yield from _tables(one, key if isinstance(one, list) else name, depth + 1)


def _holds_records(one: Any) -> bool:
    if isinstance(one, list):
        return any(isinstance(record, dict) for record in one)
    return isinstance(one, dict) and any(map(_holds_records, one.values()))


def _grid(name: str, records: list[Record]) -> Grid:
    flat = [dict(_flat(one, "", 0)) for one in records]
    headings = tuple(dict.fromkeys(key for one in flat for key in one))
    return Grid(name, partial(_rows, flat, headings), given=headings)


def _rows(flat: list[Record], headings: tuple[str, ...]) -> Iterator[tuple[int, Cells]]:
    for number, one in enumerate(flat, 1):
        yield number, [one.get(key) for key in headings]


def _flat(given: Record, before: str, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > MOST_DEEP:
        raise Refused(Why.NESTED)
    for key, one in given.items():
        name = f"{before}{key}"
        if isinstance(one, dict):
            yield from _flat(one, f"{name}.", depth + 1)
        elif isinstance(one, list) and any(isinstance(inner, dict) for inner in one):
            yield from _beside(one, f"{name}.", depth + 1)
        else:
            yield name, _value("\n".join(map(_words, one)) if isinstance(one, list) else one)


def _beside(records: list[Any], before: str, depth: int) -> Iterator[tuple[str, Any]]:
    """A list of records: a column for each of their fields, a line for each of them."""
    flat = [dict(_flat(one if isinstance(one, dict) else {"": one}, before, depth)) for one in records]
    for key in dict.fromkeys(key for one in flat for key in one):
        lines = [_words(one.get(key)).replace("\n", "; ") for one in flat]
        yield key.rstrip("."), _value("\n".join(lines))


def _words(one: Any) -> str:
    if isinstance(one, list | dict):
        return json.dumps(one, ensure_ascii=False)
    return "" if one is None else {True: "Ja", False: "Nei"}[one] if isinstance(one, bool) else str(one)


def _value(one: Any) -> Any:
    if isinstance(one, str) and len(one) > LONGEST_CELL:
        raise Refused(Why.LONG_CELL)
    return None if isinstance(one, str) and not one.strip() else one
