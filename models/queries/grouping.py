"""Rows counted, and their numbers added up, by what they have in common: one statement, however many rows there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, cast, extract, func, null, select, type_coerce

from models.declare.fields import Field
from models.declare.shapes import CHOSEN, Places, Shape
from models.queries.finding import Query, conditions
from models.queries.reading import Reader

# A row has one of these at most, so that no row is counted twice.
GROUPED = (CHOSEN - {Shape.REFERENCES}) | {Shape.YES_NO, Shape.COUNTRY, Shape.YEAR, Shape.DATE}


@dataclass(frozen=True, slots=True)
class Together:
    """Rows that have a value in common, as a `Reader` gives it, and their owner where that is asked for: how many there
    are, and what each number of them adds up to (None where no row has any)."""

    value: Any
    place: int | None
    number: int
    sums: tuple[int | Decimal | None, ...]


def can_group(known: Field) -> bool:
    """Whether rows may be put together by a field, be it their own or one behind a reference."""
    return known.shape in GROUPED


def groups_by_year(known: Field) -> bool:
    """Whether what puts rows together is the year of a field, as days are seldom shared."""
    return known.shape is Shape.DATE


def grouped(
    session: Any, register: type[Any], query: Query, by: Field | None, added: Sequence[Field], language: str,
    *, by_place: bool = False,
) -> list[Together]:  # fmt: skip
    """The groups of the rows that a query means, in no order. What rows point at is told by its name, so that two of
    one name are one group; of a date its year."""
    owner = [register.municipality_id] if by_place else []
    numbers = [getattr(register, known.column) for known in added]
    reader = Reader(register, [by] if by else [], language, local=True)
    rows = reader.statement(*owner, *numbers).where(*conditions(register, query)).subquery()
    _id, *told = rows.c
    places, values = told[: len(owner)], list[Any](told[len(owner) + len(numbers) :])
    if by is not None and groups_by_year(by):
        values = [extract("year", one) for one in values]
    kept = [type_coerce(one, BigInteger) for one in told[len(owner) : len(owner) + len(numbers)]]
    sums = [cast(func.sum(one), BigInteger) for one in kept]
    ahead: list[Any] = [*(values or (null(),)), *(places or (null(),))]
    found = session.execute(select(*ahead, func.count(), *sums).select_from(rows).group_by(*values, *places))
    return [
        Together(value, place, number, tuple(map(_as_kept, added_up, numbers)))
        for value, place, number, *added_up in found
    ]


def _as_kept(total: int | None, column: Any) -> int | Decimal | None:
    """A sum as the values of its column are."""
    if total is None or not isinstance(column.type, Places):
        return total
    return Decimal(total).scaleb(-column.type.places)
