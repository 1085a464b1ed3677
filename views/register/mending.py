"""Where something is put right: the field of the form, or the place where what points at the row is made."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import inspect

from models.declare.base import field_of, fields_of
from models.declare.fields import Field
from models.declare.pointing import pointing_at
from models.queries.quality import asked_first
from models.queries.standing import Standing
from views.register import related


def field_address(row: Any, key: str) -> str:
    """Where the form of a row opens at a field."""
    return f"{url_for('.edit_view', id=row.id)}#{key}"


def mended_at(row: Standing, key: str, *, editable: bool) -> str | None:
    """Where what a rule names is mended; None where the reader may not, and for what takes a button."""
    if not key:
        return None
    if key not in {known.key for known in fields_of(row.register)}:
        register, known = pointing_field(row.register, key)
        made = related.address_of_new(register, known, row.row)
        return made and f"{made}#{known.key}"
    return field_address(row, asked_first(field_of(row.register, key), row).key) if editable else None


def pointing_field(register: type[Any], key: str) -> tuple[type[Any], Field]:
    """The register and the field behind a relationship that tells what points here. Raises StopIteration for others."""
    there = inspect(register).relationships[key].mapper.class_
    return next((owner, known) for owner, known in pointing_at(inspect(register)) if owner is there)
