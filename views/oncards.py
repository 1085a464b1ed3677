"""What a card that a municipality shows says, in the reader's language: it holds the names of codes in bokmål."""

from __future__ import annotations

from typing import Any

from models.changes.elsewhere import called
from models.database import db
from models.declare.base import field_of, fields_of, part_class
from models.declare.choices import Answer
from models.declare.fields import Field, is_owned
from models.declare.shapes import Shape
from models.registers.processing import ProcessingActivity
from views import formatters, remembered
from views.texts import language


def said(value: Any, key: str, register: type[Any] = ProcessingActivity) -> str:
    """What a card says in a field, in the reader's language."""
    known = field_of(register, key)
    if is_empty(known, value):
        return ""
    return "\n".join(_part(known, part) for part in value) if known.shape is Shape.ROWS else _told(known, value)


def _told(known: Field, value: Any) -> str:
    """A value of a card in the reader's language: it holds the names of codes in bokmål."""
    if known.shape in {Shape.REFERENCE, Shape.REFERENCES} and not is_owned(known.points_at):
        names = _names(known.points_at)
        many = value if known.shape is Shape.REFERENCES else [value]
        return ", ".join(names.get(one, one) for one in many)
    return formatters.written(known, value)


def _names(register: type[Any]) -> dict[str, str]:
    spoken = language()
    return remembered.asked(("names of", register, spoken), lambda: called(db.session, register, spoken))


def is_empty(known: Field, value: Any) -> bool:
    return value in (None, "", []) or (known.shape is Shape.ANSWER and value == Answer.UNKNOWN)


def _part(known: Any, part: dict[str, Any]) -> str:
    shown = []
    for inner in fields_of(part_class(known)):
        value = part.get(inner.key)
        if is_empty(inner, value):
            continue
        shown.append(_told(inner, value))
    return ": ".join(filter(None, (shown[0], ", ".join(shown[1:])))) if shown else ""
