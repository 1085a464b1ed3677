"""The shapes of values: what kind of thing a field holds. A shape brings its column type, its checks, its unit, and
how a value is written down as JSON (in the history, in what neighbours see) and read again.

Every room that shows or reads values has one table with a line for each shape; nobody asks what a column or its name
looks like. A new shape: a line here, one in each room's table, one among the tests' sample values.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Integer, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from models.declare import checks
from models.declare.choices import Answer
from models.declare.words import N_, Choice


class Shape(StrEnum):
    """What kind of thing a field holds."""

    TEXT = "text"
    LONG_TEXT = "long text"
    WHOLE = "whole number"
    DECIMAL = "decimal"
    MONEY = "money"  # whole øre
    PERCENTAGE = "percentage"
    DATE = "date"
    MOMENT = "moment"
    YEAR = "year"
    MONTH = "month"  # a date: its first day
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    YES_NO = "yes or no"
    ANSWER = "yes, no or unknown"
    CHOICE = "choice"
    EMAIL = "e-mail"
    PHONE = "phone"
    WEB_ADDRESS = "web address"
    LINKS = "links"  # web addresses, one a line
    ORGANISATION_NUMBER = "organisation number"
    COUNTRY = "country"  # two letters, ISO 3166
    MUNICIPALITY_NUMBER = "municipality number"
    REFERENCE = "reference"
    REFERENCES = "references"
    ROWS = "rows"
    REASONS = "reasons"  # by the keys of fields that are empty, why they are not relevant


class Moment(TypeDecorator[datetime]):
    """A point in time, always aware, stored as UTC on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("A moment needs a time zone.")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Places(TypeDecorator[Decimal]):
    """An exact number with a fixed number of decimals, stored as a whole number: SQLite has no decimals of its own."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | None, _dialect: Any) -> int | None:
        if value is None:
            return None
        scaled = Decimal(value).scaleb(self.places)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {self.places} decimals.")
        return int(scaled)

    def process_result_value(self, value: int | None, _dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-self.places)


class _Members(dict[Any, Any]):
    """The members of a vocabulary by their values; of a value that the code no longer knows a stand-in."""

    def __init__(self, choices: type[Choice]) -> None:
        super().__init__({None: None} | {member.value: member for member in choices})
        self.choices = choices

    def __missing__(self, value: Any) -> Any:
        return self.choices.stored(value)


class Vocabulary(TypeDecorator[Choice]):
    """A member of a closed vocabulary, stored by value. A value that the code no longer knows is read as a stand-in."""

    impl = String(40)
    cache_ok = True

    def __init__(self, choices: type[Choice]) -> None:
        super().__init__()
        self.choices = choices
        self._members = _Members(choices)

    def process_bind_param(self, value: Any, _dialect: Any) -> str | None:
        if value is None:
            return None
        return str(value.value if isinstance(value, self.choices) else self.choices(value).value)

    def result_processor(self, _dialect: Any, _coltype: Any) -> Callable[[Any], Any]:
        """A dictionary's own look-up: a row has a dozen such columns, and a report of 25 asked 3 000 times."""
        return self._members.__getitem__


class Reasons(TypeDecorator[dict[str, str]]):
    """Reasons by the keys of fields, as JSON in a text; nothing where there are none. Never changed in place: a row is
    given other ones."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, str] | None, _dialect: Any) -> str | None:
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else None

    def process_result_value(self, value: str | None, _dialect: Any) -> dict[str, str] | None:
        return None if value is None else json.loads(value)


Check = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Brought:
    """What a shape brings to a field. `length` is how long a text may be unless the field says so."""

    sql: Callable[[int], TypeEngine[Any]]
    length: int = 0
    valid: tuple[Check, ...] = ()
    unit: str = ""
    dump: Callable[[Any], Any] = str
    load: Callable[[Any], Any] = str


def _number(sql: type[TypeEngine[Any]], *valid: Check, unit: str = "") -> Brought:
    return Brought(lambda _: sql(), valid=valid, unit=unit, dump=int, load=int)


def _decimal(places: int, unit: str = "") -> Brought:
    return Brought(lambda _: Places(places), unit=unit, load=Decimal)


def _text(length: int, *valid: Check) -> Brought:
    return Brought(String, length, valid)


def _day(sql: type[TypeEngine[Any]]) -> Brought:
    return Brought(lambda _: sql(), valid=(checks.sensible_date,), dump=date.isoformat, load=date.fromisoformat)


SHAPES: dict[Shape, Brought] = {
    Shape.TEXT: _text(200),
    Shape.LONG_TEXT: _text(4000),
    Shape.WHOLE: _number(Integer),
    Shape.DECIMAL: _decimal(4),
    Shape.MONEY: _number(BigInteger, unit="kr"),
    Shape.PERCENTAGE: _decimal(2, unit="%"),
    Shape.DATE: _day(Date),
    Shape.MOMENT: Brought(lambda _: Moment(), dump=datetime.isoformat, load=datetime.fromisoformat),
    Shape.YEAR: _number(Integer),
    Shape.MONTH: _day(Date),
    Shape.DAYS: _number(Integer, checks.not_negative, unit=N_("dager")),
    Shape.MONTHS: _number(Integer, checks.months, unit=N_("måneder")),
    Shape.YEARS: _number(Integer, checks.not_negative, unit=N_("år")),
    Shape.YES_NO: Brought(lambda _: Boolean(), dump=bool, load=bool),
    Shape.ANSWER: Brought(lambda _: Vocabulary(Answer)),
    Shape.CHOICE: Brought(lambda _: String(40)),  # the vocabulary itself brings the type
    Shape.EMAIL: _text(200, checks.email),
    Shape.PHONE: _text(30),
    Shape.WEB_ADDRESS: _text(500, checks.web_address),
    Shape.LINKS: _text(4000, checks.web_addresses),
    Shape.ORGANISATION_NUMBER: _text(9, checks.organisation_number),
    Shape.COUNTRY: _text(2, checks.country),
    Shape.MUNICIPALITY_NUMBER: _text(4, checks.municipality_code),
    Shape.REFERENCE: Brought(lambda _: Integer()),
    Shape.REFERENCES: Brought(lambda _: Integer(), dump=lambda rows: [str(one) for one in rows], load=list),
    Shape.ROWS: Brought(lambda _: Integer(), dump=list, load=list),
    Shape.REASONS: Brought(lambda _: Reasons(), valid=(checks.reasons,), dump=dict, load=dict),
}
# Column types that say their shape themselves.
TELLING: dict[type[TypeEngine[Any]], Shape] = {
    String: Shape.TEXT, Integer: Shape.WHOLE, BigInteger: Shape.WHOLE, Date: Shape.DATE, Moment: Shape.MOMENT,
    Boolean: Shape.YES_NO,
}  # fmt: skip
POINTING = frozenset({Shape.REFERENCE, Shape.REFERENCES, Shape.ROWS})
# Chosen from a list, so that a list of rows can be filtered by it.
CHOSEN = frozenset({Shape.ANSWER, Shape.CHOICE, Shape.REFERENCE, Shape.REFERENCES})
NUMBERS = frozenset((Shape.WHOLE, Shape.DECIMAL, Shape.MONEY, Shape.PERCENTAGE, Shape.DAYS, Shape.MONTHS, Shape.YEARS))
TEXTS = frozenset(shape for shape, brought in SHAPES.items() if brought.length)


def shape_of(what: Any) -> Shape:
    """The shape a declaration names, or that its vocabulary or column type tells. Raises TypeError for any other."""
    if isinstance(what, Shape):
        return what
    if isinstance(what, type) and issubclass(what, Choice):
        return Shape.ANSWER if what is Answer else Shape.CHOICE
    told = TELLING.get(what if isinstance(what, type) else type(what))
    if told is None:
        raise TypeError(
            f"No room knows what to do with {what!r}. Declare the field with a Shape, a vocabulary, or one of"
            f" {', '.join(type_.__name__ for type_ in TELLING)}; a new kind of value is a new line in SHAPES."
        )
    return told


def dump(shape: Shape, value: Any) -> Any:
    """A value as JSON can hold it. What a reference points at is written by its name."""
    return None if value is None else SHAPES[shape].dump(value)


def load(shape: Shape, choices: type[Choice] | None, written: Any) -> Any:
    """What `dump` wrote, read again. Raises ValueError when the field had another shape then."""
    try:
        return choices.stored(written) if choices else SHAPES[shape].load(written)
    except (TypeError, ArithmeticError) as problem:
        raise ValueError(written) from problem
