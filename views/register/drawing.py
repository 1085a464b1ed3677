"""The fields of a form as HTML: one that holds nothing anybody wrote looks the same to all, and is drawn once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from markupsafe import Markup
from wtforms import BooleanField, DateField, Field, IntegerField, RadioField, SelectField, StringField

from models.declare.memories import memory
from views.texts import language

MOST = 10_000
_drawn: dict[Hashable, Markup] = memory({})


def drawn(field: Field, form: Any, draw: Callable[[Field], Markup]) -> Markup:
    """The field as `draw` gives it, from memory when it is empty or one of a few choices, and has no error."""
    if field.errors or field.raw_data or not _is_common(field):
        return draw(field)
    key = (type(form), field.name, language(), field.data, *vars(field.flags).items())
    if key not in _drawn:
        if len(_drawn) >= MOST:
            _drawn.clear()
        _drawn[key] = draw(field)
    return _drawn[key]


def _is_common(field: Field) -> bool:
    if isinstance(field, SelectField | RadioField | BooleanField):
        return True
    return isinstance(field, StringField | DateField | IntegerField) and field.data in (None, "")
