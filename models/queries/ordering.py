"""In which order rows stand by a field: texts by the alphabet, vocabularies in their own order, blanks last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import String, case, func, select, type_coerce
from sqlalchemy.orm import aliased

from models.declare.base import part_class
from models.declare.fields import Field
from models.declare.folding import in_order
from models.declare.shapes import TEXTS, Shape
from models.queries.reading import value_beside
from models.queries.told import column_of


class Turn(NamedTuple):
    """A field that rows are sorted by, and which way."""

    known: Field
    descending: bool = False


def is_beside(path: Sequence[Field]) -> bool:
    """Whether a field behind a link can stand beside the row: there is one such row, and it holds the value itself."""
    return path[0].shape is Shape.REFERENCE and path[1].shape is not Shape.REFERENCE


def in_turn(register: type[Any], turns: Sequence[Turn]) -> tuple[Any, ...]:
    """What to order a statement by; the id last, so that pages never overlap."""
    return (*[one for turn in turns for one in _by(register, turn)], register.id)


def _by(register: type[Any], turn: Turn) -> tuple[Any, ...]:
    known = turn.known
    column = _column(register, known)
    value: Any = column
    if known.choices is not None:
        places = {member.value: place for place, member in enumerate(known.choices)}
        value = case(places, value=type_coerce(column, String), else_=len(places))
    elif known.shape in TEXTS:
        value = in_order(column)
    return column.is_(None), value.desc() if turn.descending else value


def _column(register: type[Any], known: Field) -> Any:
    """The value of a row by which it is sorted: of one that is pointed at its name, of several the first, of parts how
    many there are."""
    if known.via is not None:
        return value_beside(register, known)
    if known.shape is Shape.REFERENCE:
        there = aliased(known.points_at)
        found = select(there.sort_key).where(there.id == column_of(register, known))
    elif known.shape is Shape.REFERENCES:
        here, there = aliased(register), aliased(known.points_at)
        joined = select(func.min(there.sort_key)).select_from(here).join(getattr(here, known.key).of_type(there))
        found = joined.where(here.id == register.id)
    elif known.shape is Shape.ROWS:
        part = aliased(part_class(known))
        found = select(func.nullif(func.count(), 0)).select_from(part).where(part.parent_id == register.id)
    else:
        return column_of(register, known)
    return found.correlate(register).scalar_subquery()
