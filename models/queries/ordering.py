"""In which order rows stand by a field: texts by the alphabet, vocabularies in their own order, blanks last."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, case, type_coerce

from models.declare.base import field_of
from models.declare.folding import in_order
from models.declare.shapes import TEXTS


def in_turn(register: type[Any], key: str, *, descending: bool) -> tuple[Any, ...]:
    """What to order a statement by; the id last, so that pages never overlap."""
    column, known = getattr(register, key), field_of(register, key)
    value = column
    if known.choices is not None:
        turns = {member.value: turn for turn, member in enumerate(known.choices)}
        value = case(turns, value=type_coerce(column, String), else_=len(turns))
    elif known.shape in TEXTS:
        value = in_order(column)
    return (column.is_(None), value.desc() if descending else value, register.id)
