"""What a row says of its empty fields: which are not relevant, and why.

Such a field counts as filled. A field that gets a value needs no reason any more, and loses it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Mapper

from models.declare.base import fields_of
from models.declare.choices import says_nothing
from models.declare.fields import Field
from models.declare.inferred import told
from models.declare.memories import remembers
from models.declare.notrelevant import WAIVED, may_be_waived


def waivable(register: type[Any]) -> dict[str, Field]:
    """The fields of a register that may be said to be not relevant, by their keys."""
    return _waivable(register.__mapper__)


@remembers()
def _waivable(mapper: Mapper[Any]) -> dict[str, Field]:
    if WAIVED not in mapper.attrs:
        return {}
    return {known.key: known for known in fields_of(mapper.class_) if may_be_waived(known)}


def waived(row: Any) -> dict[str, str]:
    """The reasons of a row, or of what stands for one, by the keys of fields."""
    return getattr(row, WAIVED, None) or {}


def reason(row: Any, known: Field) -> str:
    """Why a field that is empty is not relevant; nothing when nobody has said so, or when it is filled after all."""
    said = waived(row).get(known.key, "")
    return said if said and says_nothing(told(known, row)) else ""


def settled(row: Any, asked: Collection[str]) -> dict[str, str]:
    """The reasons of a row without those that say nothing any more, of the keys that are asked about."""
    may = waivable(type(row))
    gone = {key for key in waived(row) if key in asked and not (key in may and says_nothing(told(may[key], row)))}
    return {key: said for key, said in waived(row).items() if key not in gone}
