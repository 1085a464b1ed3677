"""When a field applies: what must be answered elsewhere in the same row for it to be asked at all.

Declared as data, once, at the field. Form, details, completeness and quality rules ask the condition about a row, be it
saved or still being written; the form also asks which answers it rests on, and lists ask it of all rows at once
(`models/queries/told.py`). `&`, `|` and `~` put conditions together. A day is today unless another is given.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.declare.choices import says_nothing
from models.declare.clock import now, today


class Condition(ABC):
    """Holds of a row or not. A row is anything that answers to the keys of its fields."""

    @property
    @abstractmethod
    def keys(self) -> frozenset[str]:
        """The fields whose answers it rests on."""

    @abstractmethod
    def __call__(self, row: Any, day: date | None = None) -> bool:
        """Whether it holds of a row as it stands, on a day."""

    def __and__(self, other: Condition) -> Condition:
        return Both(self, other)

    def __or__(self, other: Condition) -> Condition:
        return Either(self, other)

    def __invert__(self) -> Condition:
        return Not(self)


@dataclass(frozen=True, slots=True)
class OfOne(Condition):
    """What rests on one field."""

    key: str

    @property
    def keys(self) -> frozenset[str]:
        return frozenset({self.key})


@dataclass(frozen=True, slots=True)
class Answered(OfOne):
    """A field has one of these values."""

    values: tuple[Any, ...]

    def __call__(self, row: Any, _day: date | None = None) -> bool:
        return getattr(row, self.key) in self.values


@dataclass(frozen=True, slots=True)
class Filled(OfOne):
    """A field says something, be it a text, links or parts."""

    def __call__(self, row: Any, _day: date | None = None) -> bool:
        return not says_nothing(getattr(row, self.key))


@dataclass(frozen=True, slots=True)
class NotPast(OfOne):
    """A date is today or later, or there is none."""

    def __call__(self, row: Any, day: date | None = None) -> bool:
        value = getattr(row, self.key)
        return value is None or bool(value >= (day or today()))


@dataclass(frozen=True, slots=True)
class Past(OfOne):
    """A date lies more than so many days back; below nought, it comes within as many."""

    days: int = 0

    def __call__(self, row: Any, day: date | None = None) -> bool:
        value = getattr(row, self.key)
        return value is not None and bool(value < (day or today()) - timedelta(days=self.days))


@dataclass(frozen=True, slots=True)
class Ahead(OfOne):
    """A moment has not come yet."""

    def __call__(self, row: Any, _day: date | None = None) -> bool:
        moment = getattr(row, self.key)
        return moment is not None and bool(moment > now())


@dataclass(frozen=True, slots=True)
class Later(OfOne):
    """A day or a moment comes after another of the same row."""

    other: str

    @property
    def keys(self) -> frozenset[str]:
        return frozenset({self.key, self.other})

    def __call__(self, row: Any, _day: date | None = None) -> bool:
        one, other = getattr(row, self.key), getattr(row, self.other)
        return one is not None and other is not None and bool(one > other)


@dataclass(frozen=True, slots=True)
class Reaches(OfOne):
    """A number is so much or more."""

    number: int

    def __call__(self, row: Any, _day: date | None = None) -> bool:
        value = getattr(row, self.key)
        return value is not None and bool(value >= self.number)


@dataclass(frozen=True, slots=True)
class Some(OfOne):
    """A condition holds of some row that a field points at, or of so many of them: it rests on facts of
    `models/queries/standing.py`."""

    condition: Condition
    least: int = 1

    def __call__(self, row: Any, day: date | None = None) -> bool:
        return sum(self.condition(one, day) for one in getattr(row, self.key)) >= self.least

    def found(self, row: Any) -> list[Any]:
        """The rows it holds of."""
        return list(filter(self.condition, getattr(row, self.key)))


@dataclass(frozen=True, slots=True)
class There(OfOne):
    """A condition holds of the one row that a field points at; not when there is none."""

    condition: Condition

    def __call__(self, row: Any, day: date | None = None) -> bool:
        there = getattr(row, self.key)
        return there is not None and self.condition(there, day)


@dataclass(frozen=True, slots=True)
class Repeated(OfOne):
    """Two parts say the same in all of these columns; of which none is empty in either."""

    columns: tuple[str, ...]

    def __call__(self, row: Any, _day: date | None = None) -> bool:
        said = [tuple(getattr(one, column) for column in self.columns) for one in getattr(row, self.key)]
        whole = [one for one in said if None not in one]
        return len(whole) > len(set(whole))


@dataclass(frozen=True, slots=True)
class AtLeast(Condition):
    """So many of some conditions hold."""

    number: int
    conditions: tuple[Condition, ...]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset().union(*[one.keys for one in self.conditions])

    def __call__(self, row: Any, day: date | None = None) -> bool:
        return sum(one(row, day) for one in self.conditions) >= self.number


@dataclass(frozen=True, slots=True)
class Pair(Condition):
    """Two conditions put together."""

    one: Condition
    other: Condition

    @property
    def keys(self) -> frozenset[str]:
        return self.one.keys | self.other.keys


class Both(Pair):
    """Two conditions hold."""

    __slots__ = ()

    def __call__(self, row: Any, day: date | None = None) -> bool:
        return self.one(row, day) and self.other(row, day)


class Either(Pair):
    """At least one of two conditions holds."""

    __slots__ = ()

    def __call__(self, row: Any, day: date | None = None) -> bool:
        return self.one(row, day) or self.other(row, day)


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """A condition does not hold."""

    one: Condition

    @property
    def keys(self) -> frozenset[str]:
        return self.one.keys

    def __call__(self, row: Any, day: date | None = None) -> bool:
        return not self.one(row, day)


def when(key: str, *values: Any) -> Condition:
    """That a field has one of these values."""
    return Answered(key, values)


def filled(key: str) -> Condition:
    """That a field says something."""
    return Filled(key)


def linked(key: str, fact: str, *values: Any) -> Condition:
    """That a field points at a row of which `fact` is one of these values."""
    return Some(key, Answered(fact, values))


def some(key: str, condition: Condition) -> Condition:
    """That a field points at a row of which a condition holds."""
    return Some(key, condition)


def several(key: str, condition: Condition) -> Condition:
    """That a field points at two rows or more of which a condition holds."""
    return Some(key, condition, 2)


def not_past(key: str) -> Condition:
    """That a date has not gone by, or that there is none."""
    return NotPast(key)


def past(key: str, days: int = 0) -> Condition:
    """That a date has gone by, more than so many days ago."""
    return Past(key, days)


def comes_within(key: str, days: int) -> Condition:
    """That a date comes within so many days, or has gone by."""
    return Past(key, -days)


def there(key: str, condition: Condition) -> Condition:
    """That a condition holds of the row a reference leads to."""
    return There(key, condition)


def repeated(key: str, *columns: str) -> Condition:
    """That two parts say the same."""
    return Repeated(key, columns)


def at_least(number: int, *conditions: Condition) -> Condition:
    """That so many of some conditions hold."""
    return AtLeast(number, conditions)


def in_force(start: str, end: str) -> Condition:
    """That a half-open period, open where a date is empty, holds the day."""
    return (~filled(start) | Past(start, -1)) & ~Past(end, -1)


def ahead(key: str) -> Condition:
    """That a moment has not come yet."""
    return Ahead(key)


def reaches(key: str, number: int) -> Condition:
    """That a number is so much or more."""
    return Reaches(key, number)


def later(key: str, other: str) -> Condition:
    """That a day or a moment comes after another."""
    return Later(key, other)
