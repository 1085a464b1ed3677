"""The column in which a row says of empty fields that they are not relevant, and why (handbook 14).

Every register of a municipality that asks for something that may be left empty has it: nobody declares it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import MappedColumn

from models.declare.choices import Answer
from models.declare.fields import Field, Link, Mark, field
from models.declare.shapes import Shape
from models.declare.words import N_

WAIVED = "waived"


def may_be_waived(known: Field) -> bool:
    """Whether a field that is empty may be said to be not relevant. One that must be filled never is empty, but for a
    question that nobody has answered; and the reason is read by all who read the row."""
    may_be_empty = not known.required or known.choices is Answer
    return known.mark is not Mark.OPTIONAL and known.in_form and may_be_empty and not known.readers


def give_column(cls: type[Any]) -> None:
    """Give a class the column, when it declares a field that may be waived; before it is mapped."""
    if any(isinstance(known := _declared(one), Field) and may_be_waived(known) for one in vars(cls).values()):
        said = N_(
            "Hvorfor felt som står tomme, ikke er relevante: navnet på feltet, kolon og grunnen, ett på hver linje."
        )
        setattr(cls, WAIVED, field(N_("Ikke relevant"), Shape.REASONS, shown=False, help=said))


def _declared(one: Any) -> Any:
    if isinstance(one, Link):
        return one.field
    info = one.column.info if isinstance(one, MappedColumn) else getattr(one, "info", None)
    return info.get("field") if isinstance(info, dict) else None
