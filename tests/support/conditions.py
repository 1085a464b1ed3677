"""Answers that make a declared condition hold, and answers that make it fail, found from the condition itself."""

from __future__ import annotations

from typing import Any

from models.declare.base import field_of
from models.declare.choices import Answer
from models.declare.conditions import Answered, Both, Condition, Either, Filled, Not, Some
from models.declare.fields import Field, Kind

Answers = dict[str, Any]  # by key: a value; for links how many, or {"fact": value} of the row that is pointed at
EMPTY: dict[Kind, Any] = {Kind.VALUE: None, Kind.REFERENCE: None, Kind.REFERENCES: [], Kind.ROWS: []}
SOMETHING: Any = object()


def answers(register: type[Any], condition: Condition, *, holds: bool) -> Answers:
    """What to answer for a condition to hold, or not to; the same key never stands for two answers."""
    if isinstance(condition, Not):
        return answers(register, condition.one, holds=not holds)
    if isinstance(condition, (Both, Either)):
        both = isinstance(condition, Both) == holds
        first = answers(register, condition.one, holds=holds)
        return first | answers(register, condition.other, holds=holds) if both else first
    known = field_of(register, next(iter(condition.keys)))
    if isinstance(condition, Answered):
        return {known.key: condition.values[0] if holds else _another(known, condition.values)}
    if isinstance(condition, Some):
        if not holds:
            return {known.key: []}
        assert isinstance(condition.condition, Answered)
        return {known.key: [(condition.condition.key, condition.condition.values[0])]}
    assert isinstance(condition, Filled)
    return {known.key: SOMETHING if holds else EMPTY[known.kind]}


def _another(known: Field, values: tuple[Any, ...]) -> Any:
    choices = known.choices or Answer
    return next(member for member in choices if member not in values)
