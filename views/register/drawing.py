"""The fields of a form as HTML: what stands around a value, label and help and control, is the same for every row.

It is drawn once, with holes where the value goes; WTForms and Jinja take ten times as long as filling them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape
from wtforms import BooleanField, DateField, Field, IntegerField, RadioField, SelectField, StringField

from models.declare.memories import Bounded, memory
from views.register.formfields import PointingField
from views.texts import language
from views.wordings import in_force

HOLE = re.compile("\ue000(.*?)\ue000")  # a sign that no text of ours has
Drawing = tuple[str, ...]  # text and the name of what fills the hole after it, in turns; text comes last
_drawn = memory(Bounded(10_000))


def drawn(field: Field, form: Any, draw: Callable[[Any], Markup]) -> Markup:
    """The field as `draw` gives it, from memory unless it has an error or somebody has just written in it."""
    holes = _holes(field)
    if field.errors or field.raw_data or holes is None:
        return draw(field)
    looks = [getattr(field, name, None) for name in ("drawn_as", "is_long", "follows")]
    told = language(), in_force().stamp
    key = (type(form), field.name, *told, *looks, None if holes else field.data, *vars(field.flags).items())
    drawing = _drawn.recall(key, lambda: tuple(HOLE.split(draw(_Hollow(field, holes) if holes else field))))
    return _filled(drawing, field)


def _holes(field: Field) -> tuple[str, ...] | None:
    """What of a field differs from row to row, by name. Nothing of what chooses among a few, which is drawn for each of
    them; None for what is drawn anew each time."""
    if isinstance(field, PointingField):
        return field.differing
    if isinstance(field, StringField | DateField | IntegerField):
        return ("_value",)
    return () if isinstance(field, SelectField | RadioField | BooleanField) else None


def _filled(drawing: Drawing, field: Field) -> Markup:
    pieces = list(drawing)
    pieces[1::2] = [str(escape(_said(getattr(field, name)))) for name in drawing[1::2]]
    return Markup("".join(pieces))  # noqa: S704 - drawn by a template, which escapes; so is what fills the holes


def _said(value: Any) -> Any:
    return value() if callable(value) else value


class _Hole(Markup):
    """Stands for what a field says, be it a value or a method."""

    def __call__(self) -> _Hole:
        return self


class _Hollow:
    """A field as a template sees it, with holes for what differs."""

    def __init__(self, field: Field, holes: tuple[str, ...]) -> None:
        self._field = field
        self._holes = {name: _Hole(f"\ue000{name}\ue000") for name in holes}

    def __getattr__(self, name: str) -> Any:
        return self._holes.get(name) or getattr(self._field, name)

    def __call__(self, **attributes: Any) -> Any:
        return type(self._field).__call__(self, **attributes)  # type: ignore[arg-type]  # as good as one to a widget
