"""A new row as it is before anybody has filled it in: what follows from where and by whom it is made."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect

from models.declare.base import fields_of
from models.declare.choices import CatalogueStatus
from models.declare.fields import Field, Kind, is_owned
from models.declare.memories import remembers
from models.declare.proposing import is_proposable
from models.tenancy import scope
from models.tenancy.roles import Actor, can


def begun(register: type[Any], actor: Actor) -> Any:
    """A new row of the municipality one works in; of a shared register a proposal, where one may do no more."""
    row = register()
    if is_owned(register):
        row.municipality_id = scope.current().active
    if is_proposable(register) and not can(actor, "delete", register, scope.current().active):
        row.status, row.proposed_by = CatalogueStatus.PROPOSED, actor.user_id
        row.proposed_in = actor.acts_in(scope.current().active)
    return row


def with_defaults(row: Any) -> Any:
    """The same, with what a form has in it before anything is written."""
    held = inspect(row).dict  # a new row knows all that is set of it
    for key, value in _defaults(type(row).__mapper__).items():
        if held.get(key) is None:
            setattr(row, key, value)
    return row


def is_default(row: Any, known: Field) -> bool:
    """Whether a field still holds what stood in it before anything was written."""
    value = _defaults(type(row).__mapper__).get(known.key)
    return value is not None and getattr(row, known.key) is value


@remembers()
def _defaults(register: Any) -> dict[str, Any]:
    some = [known for known in fields_of(register.class_) if known.kind is Kind.VALUE]
    return {one.key: value for one in some if (value := default_of(register.class_, one)) is not None}


def default_of(owner: type[Any], known: Field) -> Any:
    """What a field of a value holds where nobody has said anything."""
    default = owner.__table__.c[known.column].default
    return default.arg if default is not None and default.is_scalar else None
