"""What the parts of this folder hand each other: grids of plain values, and why a file cannot be read.

Nothing here knows the models: the process that looks into a file must load in a blink.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MOST_BYTES, MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 20 * 1024 * 1024, 100_000, 400, 32_767
LONGEST_HEADING = 250  # letters that are kept of one
ERRORS = frozenset(
    {
        "#REF!",
        "#DIV/0!",
        "#N/A",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#VALUE!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
        "#FIELD!",
    }
)
Cells = list[Any]
Place = tuple[int, int]  # row and column, counted from 0


class Kind(StrEnum):
    """What kind of file it is, by its content."""

    XLSX, XLSB, XLS, ODS = "xlsx", "xlsb", "xls", "ods"
    CSV, JSON, ARCHIMATE = "csv", "json", "archimate"


class Why(StrEnum):
    """Why a file cannot be read; `reading.py` has a sentence for each."""

    EMPTY, TOO_BIG, ENCRYPTED, DAMAGED = "empty", "too big", "encrypted", "damaged"
    PICTURE, PDF, WRITING, ARCHIVE, MARKUP, UNKNOWN = "picture", "pdf", "writing", "archive", "markup", "unknown"
    SWELLS, ENTITIES, LONG_CELL, NESTED = "swells", "entities", "long cell", "nested"
    MODEL = "model"  # of ArchiMate, in another format
    ROWS, COLUMNS, NO_TABLE = "rows", "columns", "no table"
    TOO_MUCH = "too much"  # time or memory


class Told(StrEnum):
    """What must be told of a file that was read."""

    MACROS, LINKS, FORMULAS, UNCOUNTED, HIDDEN = "macros", "links", "formulas", "uncounted", "hidden"
    ENCODING = "encoding"
    KINDS, VIEWS = "kinds", "views"  # of a model: what of it no register holds


class Refused(Exception):  # noqa: N818 - a file that cannot be read, not an error of ours
    """A file that cannot be read, and why."""

    def __init__(self, why: Why, **params: Any) -> None:
        super().__init__(why)
        self.why, self.params = why, params


@dataclass(frozen=True, slots=True)
class Marked:
    """A cell that shows an error, by its code."""

    code: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet as it stands. `rows` gives anew, each time, every row that is not blank: its number in the sheet, counted
    from 1, and its values from column `left` on, None where a cell is empty."""

    name: str
    rows: Callable[[], Iterator[tuple[int, Cells]]]
    left: int = 0
    merged: tuple[tuple[Place, Place], ...] = ()
    given: tuple[str, ...] = ()  # the headings, where the file is not a sheet and says them itself


@dataclass(slots=True)
class Opened:
    """A file as it was opened: its grids, and what must be told of it."""

    kind: Kind
    grids: list[Grid]
    told: list[tuple[Told, Mapping[str, Any]]] = field(default_factory=list)
