"""A report as data: columns, rows and a cover. Every text in it is already translated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias


class Named(str):
    """A text that names a row. A page leads to the row; a file has the text alone."""

    register: str
    row_id: int

    def __new__(cls, text: str | None, register: str, row_id: int) -> "Named":
        made = super().__new__(cls, text or "")
        made.register, made.row_id = register, row_id
        return made


DRAWN = 15  # of the rows of a sheet, those that are drawn as bars
Cell: TypeAlias = str | int | float | Decimal | date | datetime | None


class Kind(StrEnum):
    """What the cells of a column hold. One column, one kind."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"  # whole øre as int, shown as kroner
    DATE = "date"
    MONTH = "month"  # the first day of it
    DATETIME = "datetime"  # with time zone, shown in Norwegian time


class Emphasis(StrEnum):
    MANDATORY = "mandatory"
    VOLUNTARY = "voluntary"


@dataclass(frozen=True, slots=True)
class Choices:
    """What a cell is chosen from. A `name` of ASCII letters, digits and _ is one list in the whole workbook; `closed`
    says that nothing else is right."""

    name: str
    values: tuple[str, ...]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """`locked` is told and never typed; `required` is marked in the heading without being part of it; `refusal` is what
    the spreadsheet says of what cannot stand here."""

    label: str
    kind: Kind = Kind.TEXT
    width: int | None = None  # in characters; None = the usual width of the kind
    emphasis: Emphasis | None = None
    summed: bool = False
    note: str = ""
    choices: Choices | None = None
    locked: bool = False
    required: bool = False
    refusal: str = ""
    percent: bool = False  # of whole numbers, that 100 is all

    def __post_init__(self) -> None:
        if self.summed and self.kind not in {Kind.INTEGER, Kind.DECIMAL, Kind.MONEY}:
            raise ValueError(f"“{self.label}” is {self.kind}; only numbers can be summed.")


@dataclass(slots=True)
class Sheet:
    """`rows` may be a generator: it is read once. A `protected` one lets only what is not locked be changed, until
    somebody lifts that, which takes no password. An `annex` is told of on a page and not shown there. On paper it is
    `pages` wide, or as many as keep it readable. `bars` is the column of numbers that is drawn beside the table, of the
    first rows. Of what is `wrong` each row is to be put right."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    lead: str = ""  # one sentence about the sheet
    empty: str = ""  # what a page says where there are no rows
    protected: bool = False
    annex: bool = False
    pages: int | None = None
    bars: int | None = None
    against: int | None = None  # the column that its bars are held against
    wrong: bool = False

    @property
    def named_by(self) -> int:
        """How many columns say what a row is of: the texts it begins with."""
        kinds = [one.kind for one in self.columns]
        return next((place for place, kind in enumerate(kinds) if kind is not Kind.TEXT), len(kinds))


@dataclass(slots=True)
class Cover:
    title: str
    subtitle: str = ""
    facts: Sequence[tuple[str, Cell]] = ()
    notes: Sequence[str] = ()


@dataclass(slots=True, kw_only=True)
class Workbook:
    cover: Cover
    sheets: Sequence[Sheet]
    language: str
    cover_title: str
    contents_label: str
    sum_label: str
    total: int = 0
    whose: str = ""  # stands on every printed page, with the day it was `made`
    made: str = ""
    choices_title: str = ""  # of the hidden sheet that holds what cells are chosen from, where there is any
