"""What stands under itself: a unit in a unit, an application replaced by another, never in a ring."""

from __future__ import annotations

from typing import Any

from models.changes import reversal
from models.declare.base import Record, fields_of
from models.declare.fields import Kind
from models.declare.memories import remembers
from models.declare.words import N_, Problem
from models.tenancy.session import TenantSession

CIRCLE = N_("«%(name)s» kan ikke vise til seg selv, heller ikke gjennom andre. Velg en annen, og lagre igjen.")


def refuse(session: TenantSession) -> None:
    """No row that is saved stands under itself."""
    for row in [*session.new, *session.dirty]:
        if isinstance(row, Record):
            refuse_circle(row)


def refuse_circle(row: Any) -> None:
    """Raise Problem when a reference that was changed leads, through rows of the same register, back to the row."""
    for key in _upwards(type(row)):
        if not reversal.changed(row, key).has_changes():
            continue
        seen, other = set(), getattr(row, key)
        while other is not None and other not in seen:
            if other is row:
                raise Problem(CIRCLE, name=str(row))
            seen.add(other)
            other = getattr(other, key)


@remembers()
def _upwards(register: Any) -> tuple[str, ...]:
    return tuple(one.key for one in fields_of(register) if one.kind is Kind.REFERENCE and one.target is register)
