"""What nobody types: a value that follows from the answers of a row and from what it is linked to, and one that an
empty field takes from what its row points at.

Both are declared at the field, and asked here of one row, in `models/queries/told.py` of all rows at once.
"""

from __future__ import annotations

from typing import Any

from models.declare.choices import says_nothing
from models.declare.conditions import Condition, Some
from models.declare.fields import Field
from models.declare.shapes import Shape
from models.declare.words import Choice


class Derived(property):
    """The attribute of a field that has no column."""

    def __init__(self, known: Field) -> None:
        super().__init__(lambda row: told(known, row))
        self.known = known


def derived(label: str, choices: type[Choice], *cases: tuple[Condition, Any], otherwise: Any, **known: Any) -> Any:
    """A word of a vocabulary that follows: that of the first case whose condition holds, else `otherwise`. Where the
    condition is that something is linked (`Some`), it is told with the row it follows from, and with what that row says
    in the fields named by `tells`."""
    every = (*cases, (None, otherwise))
    return Derived(Field(label, shape=Shape.CHOICE, choices=choices, cases=every, in_form=False, **known))


def told(known: Field, row: Any) -> Any:
    """What a row says in a field, be it typed or not."""
    if known.cases:
        return _case(known, row)[1]
    own = getattr(row, known.key)
    if known.follows and says_nothing(own) and (there := getattr(row, known.follows)) is not None:
        return getattr(there, known.key)
    return own


def grounds(known: Field, row: Any) -> list[Any]:
    """The rows that what is told follows from; none of what is typed."""
    if known.cases:
        condition = _case(known, row)[0]
        return condition.found(row) if isinstance(condition, Some) else []
    if known.follows and says_nothing(getattr(row, known.key)) and not says_nothing(told(known, row)):
        return [getattr(row, known.follows)]
    return []


def _case(known: Field, row: Any) -> tuple[Condition | None, Any]:
    return next(one for one in known.cases if one[0] is None or one[0](row))
