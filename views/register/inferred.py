"""How a value that nobody typed is told of: beside the empty field of a form, and in the cell of a list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from models.declare.base import field_of
from models.declare.fields import Field
from models.declare.inferred import grounds, told
from models.declare.shapes import Shape
from reports.language import mid_sentence
from views import formatters
from views.formatters import safe
from views.register.options import options_for
from views.texts import gettext as _
from views.texts import tr


def beside(register: type[Any], known: Field, row: Any) -> str:
    """What a field of a form says while it is empty, and what that follows from; nothing where nothing does."""
    if not (found := grounds(known, row)):
        return ""
    name, value = _name(field_of(register, known.follows), found[0]), _name(known, told(known, row))
    return _("Nå: %(value)s – følger av %(name)s", value=value, name=name)


def _name(known: Field, value: Any) -> str:
    if known.shape is Shape.REFERENCE:
        return options_for(known.points_at).labels([value.id])[0]
    return formatters.text(known, value)


def cells(register: type[Any], known: Field, shown: Iterable[str], follows: Iterable[bool]) -> Iterable[str]:
    """The cells of a column, those that are not the row's own marked by what they follow from."""
    word = safe(_("følger av %(field)s", field=mid_sentence(tr(field_of(register, known.follows).label))))
    begin = f'<span class="inferred" title="{word}"><span aria-hidden="true">↳ </span>'
    end = f'<span class="visually-hidden"> ({word})</span></span>'
    return [f"{begin}{cell}{end}" if cell and empty else cell for cell, empty in zip(shown, follows, strict=True)]
