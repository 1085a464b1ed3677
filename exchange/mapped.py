"""How a sheet is read when nobody is there to be asked: as it is matched, but for what a map says of it.

A map is `{"columns": {heading: key}}`, and may say `notes` and `skip` (headings), `fixed` (a value in every row, by
key), `make` (keys whose unknown names become rows), `by_name`, `blank_clears` and `keeps_words`. A column may be told
by its letter as well; of a sheet without headings, which is `headless`, only so. `parts` says the same of sheets of
parts, by the key of their field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from exchange.files.reading import Workbook
from exchange.matching import homeless, is_guest, match, sheets_of_parts, spoken
from exchange.rows.planned import How, PartSheet
from exchange.table import Table, column_letters
from models.declare.base import field_of, part_class
from models.declare.words import N_, Problem

NOT_THERE = N_("Kolonnen %(names)s finnes ikke i arket «%(sheet)s».")
PLACED = ("notes", "skip")  # what the columns of a map may be beside fields
KINDS: dict[str, type] = {
    **dict.fromkeys((*PLACED, "make"), list), **dict.fromkeys(("columns", "fixed", "parts"), dict),
    **dict.fromkeys(("by_name", "blank_clears", "keeps_words", "headless"), bool),
}  # fmt: skip
Map = Mapping[str, Any]


def a_map(told: Any) -> Map:
    """What was written as a map, as one. Raises ValueError where it is none, and says why."""
    if not isinstance(told, dict):
        raise ValueError("it is no object")
    if not told.keys() & KINDS.keys() or not told.keys() <= KINDS.keys():
        told = {"columns": told}
    if wrong := next((key for key, value in told.items() if not isinstance(value, KINDS[key])), None):
        raise ValueError(f"{wrong} is not right")
    if wrong := next((key for key, value in told.get("columns", {}).items() if not isinstance(value, str)), None):
        raise ValueError(f"{wrong} is not said to be a field")
    fixed = {key: str(value) for key, value in told.get("fixed", {}).items()}
    return {**told, "fixed": fixed, "parts": {key: a_map(one) for key, one in told.get("parts", {}).items()}}


def how_of(register: type[Any], table: Table, told: Map) -> How:
    """How a sheet is read. What a known guest says and no field holds is kept as comments, but for the columns that are
    said to be skipped. Raises Problem for a column that is not there."""
    headless = bool(told.get("headless"))
    matches = [] if headless else match(register, table)
    chosen = _chosen(table, told.get("columns", {}), headless=headless)
    called = [_called(table, place, headless=headless) for place in range(len(table.headings))]
    noted, skipped = ({place for place, one in enumerate(called) if one & {*told.get(key, ())}} for key in PLACED)
    notes = frozenset((homeless(register, table, matches) | noted) - skipped - chosen.keys())
    columns = {one.column: one.key for one in matches if one.is_sure and one.key and one.key not in chosen.values()}
    columns |= chosen
    return How(
        {place: key for place, key in columns.items() if place not in notes | skipped}, told.get("fixed", {}),
        notes, bool(told.get("blank_clears")), frozenset(told.get("make", ())), bool(told.get("by_name")),
        bool(told.get("keeps_words", is_guest(register, table))), headless,
    )  # fmt: skip


def parts_of(register: type[Any], book: Workbook, main: Table, told: Map) -> Sequence[PartSheet]:
    """The sheets of a file that hold parts of the rows of the main one, and how they are read."""
    maps, found = told.get("parts", {}), sheets_of_parts(register, book.tables)
    return [
        PartSheet(within, table, how_of(part_class(field_of(register, within)), table, maps.get(within, {})))
        for within, table in found.items() if table is not main
    ]  # fmt: skip


def _chosen(table: Table, columns: Mapping[str, str], *, headless: bool) -> dict[int, str]:
    found, lost = dict[int, str](), list[str]()
    for name, key in columns.items():
        place = next(
            (one for one in range(len(table.headings)) if name in _called(table, one, headless=headless)), None
        )
        if place is None:
            lost.append(f"«{name}»")
        else:
            found[place] = key
    if lost:
        raise Problem(NOT_THERE, names=", ".join(lost), sheet=table.name)
    return found


def _called(table: Table, place: int, *, headless: bool) -> set[str]:
    """What a column is called: by its heading, and by its letter unless one has that for a heading."""
    letters = column_letters(table.left + place)
    if headless:
        return {letters}
    return {spoken(table, place)} | ({letters} - {*table.headings})
