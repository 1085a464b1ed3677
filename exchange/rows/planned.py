"""What would become of each row of a sheet: nothing is saved by it.

`How` is what the person decided about reading the sheet; a `Plan` is what a preview shows, in words and numbers alone,
and what `exchange/importing.py` holds the doing to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from exchange.table import Table, without_headings
from models.declare.words import N_

Tell = Callable[[int, int], None]  # how many rows are gone through, of how many


class What(StrEnum):
    """What would become of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    DUPLICATE = "duplicate"
    ERROR = "error"


LABELS = {
    What.NEW: N_("Ny"),
    What.CHANGED: N_("Endret"),
    What.UNCHANGED: N_("Uendret"),
    What.CONFLICT: N_("Konflikt"),
    What.DUPLICATE: N_("Mulig duplikat"),
    What.ERROR: N_("Feil"),
}
GOES = frozenset({What.NEW, What.CHANGED})
CHOSEN = GOES | {What.DUPLICATE}  # what may go: a possible duplicate only when the person says so


@dataclass(frozen=True)
class How:
    """How a sheet is read. `columns` says by place what a column is: the key of a field, one of BESIDE, or a field of a
    part as "laws.law"; `fixed` gives fields one value in every row that says nothing of them; `notes` are columns whose
    words become a comment on the row, as do, where it `keeps_words`, the words of a cell that its field cannot hold.
    Blank cells leave a field as it is, unless `blank_clears`. `make` are the fields, by key, whose unknown names become
    new rows; `by_name` lets a row without a number mean the one of its name; `headless` says that the sheet has no
    headings, and that what was taken for them is its first row."""

    columns: Mapping[int, str]
    fixed: Mapping[str, str] = field(default_factory=dict)
    notes: frozenset[int] = frozenset()
    blank_clears: bool = False
    make: frozenset[str] = frozenset()
    by_name: bool = False
    keeps_words: bool = False
    headless: bool = False


@dataclass(frozen=True)
class PartSheet:
    """A sheet of the parts in one field: PARENT is the number of the row each belongs to, PARENT_NAME its name, and
    NUMBER of BESIDE the part's own."""

    within: str
    table: Table
    how: How


@dataclass(frozen=True, slots=True)
class Said:
    """Something that is said of a row or of a cell, in the reader's words. `address` is the cell, one of parts
    on a sheet of their own with its sheet («Grunnlag!C7»), `heading` what stands on top of it, both empty where it is
    about the whole row."""

    text: str
    address: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a row, what it holds and what it would hold, in words."""

    label: str
    old: str
    new: str


@dataclass(slots=True)
class Planned:
    """What would become of one row. `place` is where it stands in the plan, `number` where in its sheet, counted from
    1; `left` are cells that would not come along though the row does, each with why; `read` cells said something, and
    `placed` of them have a home in the row."""

    place: int
    number: int
    sheet: str
    kind: What = What.UNCHANGED
    name: str = ""
    row_id: int | None = None
    version: int | None = None
    differences: list[Difference] = field(default_factory=list)
    problems: list[Said] = field(default_factory=list)
    left: list[Said] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    read: int = 0
    placed: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """That nothing of a sheet is lost: `read` cells are `placed`, or `left` out and named by what is on top of them or
    by their row."""

    read: int
    placed: int
    left: Mapping[str, int]

    @property
    def holds(self) -> bool:
        return self.read == self.placed + sum(self.left.values())


@dataclass(slots=True)
class Outline:
    """What is known of all rows together, by their place. `homes` says where a row stands and which headings would not
    come along, by number in `said`: most rows of a sheet share theirs."""

    kinds: list[What] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    read: list[int] = field(default_factory=list)
    placed: list[int] = field(default_factory=list)
    homes: list[int] = field(default_factory=list)
    said: dict[tuple[str, tuple[str, ...]], int] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Planned]) -> Outline:
        found = cls()
        for row in rows:
            found.add(row)
        return found

    def add(self, row: Planned) -> None:
        self.kinds.append(row.kind)
        self.numbers.append(row.number)
        self.read.append(row.read)
        self.placed.append(row.placed)
        # what has no address is a value of all rows, and no cell
        home = (row.sheet, tuple(one.heading for one in row.left if one.address))
        self.homes.append(self.said.setdefault(home, len(self.said)))

    def proof(self, cells: int, kinds: frozenset[What], without: frozenset[int]) -> Proof:
        """What becomes of the cells of a sheet that say something, of which there are so many."""
        left: Counter[str] = Counter()
        placed, stays, said = 0, kinds | {What.UNCHANGED}, list(self.said)
        for place, kind in enumerate(self.kinds):
            sheet, headings = said[self.homes[place]]
            if kind in stays and place not in without:
                placed += self.placed[place]
                for heading in headings:
                    left[heading] += 1
            elif self.read[place]:
                left[f"{sheet} {self.numbers[place]}"] += self.read[place]
        return Proof(cells, placed, left)


@dataclass(slots=True)
class Plan:
    """What would become of a sheet, `table`, without headings where it has none. `makes` are rows of other registers
    that would be made, by what one is called."""

    register: type[Any]
    table: Table
    how: How
    language: str
    parts: Sequence[PartSheet] = ()
    rows: list[Planned] = field(default_factory=list)
    makes: list[tuple[type[Any], str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.how.headless and any(self.table.headings):
            self.table = without_headings(self.table)

    @property
    def counts(self) -> dict[What, int]:
        found = Counter(row.kind for row in self.rows)
        return {kind: found[kind] for kind in What}

    def going(self, kinds: frozenset[What] = GOES, without: frozenset[int] = frozenset()) -> list[Planned]:
        """The rows that would be imported, when those of some kinds are, but for some by their place."""
        return [row for row in self.rows if row.kind in kinds and row.place not in without]

    def proof(self, kinds: frozenset[What] = GOES, without: frozenset[int] = frozenset()) -> Proof:
        """What becomes of every cell that says something, when some kinds and rows are imported. What is there already
        has its home."""
        cells = cells_of(self.table) + sum(cells_of(one.table) for one in self.parts)
        return Outline.of(self.rows).proof(cells, kinds, without)


def says(value: Any) -> bool:
    """Whether a cell says anything."""
    return value is not None and not (isinstance(value, str) and not value.strip())


def cells_of(table: Table) -> int:
    """How many cells of a sheet say something."""
    return sum(says(value) for row in table.rows for value in row)
