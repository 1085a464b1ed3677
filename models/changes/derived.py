"""What follows from a row when it is saved: its search text and sort key, and what its own class has to say."""

from __future__ import annotations

from typing import Any

from models.declare.base import Record, fields_of
from models.declare.fields import Kind
from models.declare.folding import fold, sort_key
from models.tenancy.session import TenantSession


def search_text(row: Any) -> str:
    """The searched fields of a row, folded."""
    words = [getattr(row, known.key) for known in fields_of(type(row)) if known.searched and known.kind is Kind.VALUE]
    return fold(" ".join(str(word) for word in words if word))


def write_keys(session: TenantSession) -> None:
    """What a row is found and sorted by."""
    for row in [*session.new, *session.dirty]:
        if isinstance(row, Record):
            row.search_text, row.sort_key = search_text(row), sort_key(str(row))


def check(session: TenantSession) -> None:
    """A class may refuse a row with `check`, whether it is saved or deleted."""
    for row in [*session.deleted, *session.new, *session.dirty]:
        if refuse := getattr(row, "check", None):
            refuse()
