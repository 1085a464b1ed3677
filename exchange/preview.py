"""What was seen of a sheet, kept beside its file so that its pages are shown without going through the sheet again.

A line for each row, then what is known of all of them together, and last where that begins: a page reads the end, and
the rows it shows. It is kept as long as the file, for each language it was looked at in; what is not there is seen
anew.
"""

from __future__ import annotations

import json
import os
import secrets
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO

from exchange.files.stored import Kept, Lines
from exchange.rows.plan import gone_through
from exchange.rows.planned import CHOSEN, Difference, Outline, Plan, Planned, Proof, Said, Tell, What, cells_of
from exchange.table import Table
from models.tenancy.roles import Actor
from reports.language import LANGUAGES

AT_ONCE = 2000  # rows that are looked at while the person waits; a worker looks at more
KINDS = list(What)
PLACE = 20  # letters that tell where the end begins


@dataclass
class Preview:
    """The rows of a sheet as they would become. `cells` of it say something; `makes` are rows of other registers that
    would be made: the name of the register, and theirs."""

    rows: Sequence[Planned]
    outline: Outline
    cells: int = 0
    makes: list[tuple[str, str]] = field(default_factory=list)
    language: str = ""  # that it is told in

    @cached_property
    def counts(self) -> Counter[What]:
        return Counter(self.outline.kinds)

    def of(self, kind: str) -> Sequence[int]:
        """The places of the rows of a kind; of all when it is none."""
        kinds = self.outline.kinds
        return [place for place, one in enumerate(kinds) if one == kind] if kind else range(len(kinds))

    def proof(self, without: frozenset[int]) -> Proof:
        return self.outline.proof(self.cells, CHOSEN, without)

    def going(self, without: frozenset[int]) -> list[int]:
        """The places of the rows that come."""
        return [place for place, kind in enumerate(self.outline.kinds) if kind in CHOSEN and place not in without]

    def staying(self, without: frozenset[int]) -> list[int]:
        """The places of the rows that do not come, though they would say something new."""
        kinds = enumerate(self.outline.kinds)
        return [place for place, one in kinds if one is not What.UNCHANGED and (one not in CHOSEN or place in without)]


def takes_long(asked: Plan) -> bool:
    """Whether to look at a sheet is for a worker."""
    return len(asked.table.rows) + sum(len(one.table.rows) for one in asked.parts) > AT_ONCE


def check(session: Any, actor: Actor, asked: Plan) -> None:
    """Raise Problem where a sheet as a whole cannot be read so, without going through its rows."""

    def bare(table: Table) -> Table:
        return replace(table, rows=(), numbers=())

    parts = [replace(one, table=bare(one.table)) for one in asked.parts]
    for _tried in gone_through(session, actor, replace(asked, table=bare(asked.table), parts=parts)):
        raise AssertionError("A sheet without rows has none to try.")


def look(
    session: Any, actor: Actor, asked: Plan, place: Path, tell: Tell = lambda _done, _whole: None
) -> Plan:  # fmt: skip
    """See what would become of the rows of a sheet, and keep it beside the file at `place`. The session is rolled back:
    nothing that was in it stays. Of what is said of the rows the plan knows nothing afterwards: it may be much. Raises
    Problem where the sheet as a whole cannot be read so."""
    session.rollback()
    with _keeping(place, asked.language) as keep:
        for tried in gone_through(session, actor, asked, tell=tell):
            session.rollback()
            for one in tried.all:
                keep.add(one.planned)
                one.planned.differences, one.planned.problems, one.planned.left = [], [], []
        cells = cells_of(asked.table) + sum(cells_of(one.table) for one in asked.parts)
        keep.end(cells, [(one.__tablename__, name) for one, name in asked.makes])
    return asked


@dataclass
class _Keep:
    file: BinaryIO
    outline: Outline = field(default_factory=Outline)
    lengths: list[int] = field(default_factory=list)

    def add(self, row: Planned) -> None:
        self.outline.add(row)
        self.lengths.append(self.file.write(_line(row)))

    def end(self, cells: int, makes: list[tuple[str, str]]) -> None:
        outline = self.outline
        told = {
            "cells": cells, "makes": makes, "lengths": self.lengths, "numbers": outline.numbers, "read": outline.read,
            "kinds": "".join(str(KINDS.index(one)) for one in outline.kinds), "placed": outline.placed,
            "homes": outline.homes, "said": list(outline.said),
        }  # fmt: skip
        self.file.write(_line(told))
        self.file.write(str(sum(self.lengths)).rjust(PLACE).encode())


@contextmanager
def _keeping(place: Path, language: str) -> Iterator[_Keep]:
    """It is there whole, or not at all."""
    made = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield _Keep(file)
        made.replace(_beside(place, language))
    finally:
        made.unlink(missing_ok=True)


def kept(place: Path, language: str) -> Preview | None:
    """What was kept beside a file; None when it is not there."""
    try:
        lines = Lines(_beside(place, language).open("rb"))
    except FileNotFoundError:
        return None
    whole = os.fstat(lines.file.fileno()).st_size
    told = json.loads(lines.between(int(lines.between(whole - PLACE, whole)), whole - PLACE))
    said = {(sheet, tuple(headings)): number for number, (sheet, headings) in enumerate(told["said"])}
    kinds = [KINDS[int(one)] for one in told["kinds"]]
    outline = Outline(kinds, told["numbers"], told["read"], told["placed"], told["homes"], said)
    rows = _Rows(lines, array("q", [0, *accumulate(told["lengths"])]))
    return Preview(rows, outline, told["cells"], [(register, name) for register, name in told["makes"]], language)


class _Rows(Kept[Planned]):
    def read(self, line: bytes) -> Planned:
        row = Planned(*json.loads(line))
        row.kind = What(row.kind)
        row.differences = [Difference(*one) for one in row.differences]  # type: ignore[misc]  # lists, as written
        row.problems, row.left = ([Said(*one) for one in some] for some in (row.problems, row.left))  # type: ignore[misc]
        return row


def _line(what: Any) -> bytes:
    """Something of ours as JSON: what it holds, in the order it is declared in."""
    spelt = json.dumps(what, separators=(",", ":"), default=lambda one: [getattr(one, key) for key in one.__slots__])
    return spelt.encode() + b"\n"


def names(stored: Iterable[str]) -> set[str]:
    """What some files are called, and what may be kept beside them."""
    found = set(stored)
    return found | {f"{name}.{language}" for name in found for language in LANGUAGES}


def _beside(place: Path, language: str) -> Path:
    return place.with_name(f"{place.name}.{language}")
