"""What is said of a row, who is mentioned, and what goes when the row is gone for good."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from models.registers.comments import comment_class
from models.registers.organisation import ContactPerson

MOST, WORDS = 200, 4


def of_row(session: Any, row: Any) -> list[Any]:
    """What is said of a row within the scope, oldest first."""
    said = comment_class(type(row))
    if said is None:
        return []
    about = select(said).where(said.register == type(row).__tablename__, said.row_id == row.id)
    return list(session.scalars(about.order_by(said.id.desc()).limit(MOST)))[::-1]


def mentioned(session: Any, text: str) -> dict[str, int]:
    """The contact persons within reach that are named after an @: of several names that fit, the longest."""
    groups = [list(_names(found)) for found in re.findall(rf"@((?:[\w.-]+ ?){{1,{WORDS}}})", text)]
    asked = {name for group in groups for name in group}
    if not asked:
        return {}
    person = (
        select(ContactPerson.name, ContactPerson.id).where(ContactPerson.name.in_(asked)).order_by(ContactPerson.id)
    )
    known: dict[str, int] = dict(session.execute(person).all())
    found = (next((name for name in group if name in known), None) for group in groups)
    return {name: known[name] for name in found if name}


def _names(words: str) -> Iterator[str]:
    """What may be meant by some words: all of them, or fewer from the end."""
    parts = words.split()
    for number in range(len(parts), 0, -1):
        yield " ".join(parts[:number]).rstrip(".")
