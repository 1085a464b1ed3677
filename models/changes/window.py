"""What a municipality shows its sisters: a copy made when a row is saved, holding only what is shared.

No register is ever opened to a sister. An application is shown with name, product and status (decision D8), and with
its terms where the municipality shares them (`terms.py`); a processing activity only when its owner has marked it as
shared, without names of people and without risk.
"""

from __future__ import annotations

from typing import Any

from models.changes.terms import Terms
from models.declare.base import fields_of, part_class
from models.declare.choices import Answer
from models.declare.fields import Field, Kind, Personal
from models.declare.shapes import dump
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity

NONE: Terms = {}


def of_application(status: str, terms: Terms) -> dict[str, Any]:
    return {"status": status, **terms}


def is_shown(row: Any) -> bool:
    """Whether sisters get to see the row."""
    if isinstance(row, Application):
        return True
    return isinstance(row, ProcessingActivity) and row.shared is Answer.YES


def card_content(row: Any, terms: Terms = NONE) -> dict[str, Any]:
    """What the card says beyond the name: for applications the status and the terms that are shared, for activities
    their fields as stored values."""
    if isinstance(row, Application):
        return of_application(str(row.status), terms)
    return {known.key: value for known in shown_fields() if (value := _plain(row, known)) not in (None, [], "")}


def shown_fields() -> list[Field]:
    """The fields of a processing activity that its card tells of."""
    return _shown(ProcessingActivity)


def _shown(register: type[Any]) -> list[Field]:
    """Only what says so is shown; a field that says nothing fails a test, and is not shown meanwhile."""
    return [known for known in fields_of(register) if known.shown and known.personal is Personal.NONE]


def _plain(row: Any, known: Any) -> Any:
    value = getattr(row, known.key)
    if known.kind is Kind.ROWS:
        return [{inner.key: _plain(part, inner) for inner in _shown(part_class(known))} for part in value]
    if known.kind is Kind.REFERENCES:
        return [str(one) for one in value]
    return dump(known.shape, value)
