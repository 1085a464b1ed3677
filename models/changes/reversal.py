"""What it takes to take a change back: what was and what came, as ids and plain values, in its entry of the history.

The entry itself tells people of names; names change, ids do not.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.base import PassiveFlag

from models.changes import snapshots
from models.declare.base import fields_of
from models.declare.fields import Field, Kind, Personal
from models.declare.shapes import dump

WITH_THE_OTHER_END = PassiveFlag.PASSIVE_NO_INITIALIZE | PassiveFlag.INCLUDE_PENDING_MUTATIONS
Noted = dict[str, Any]  # what `noted` finds before a flush: rows that are new then have no number yet


def set_fields(row: Any) -> list[Field]:
    """The fields of a row or part that were set since it was read: to ask each of sixty for its history takes longer
    than all else that is written down of a row."""
    untouched = instance_state(row).unmodified
    return [known for known in fields_of(type(row)) if known.key not in untouched]


def changed(row: Any, key: str) -> Any:
    """What has come to an attribute of a row and what has gone, before a flush; of links also what was done at their
    other end, where this one is not loaded."""
    return instance_state(row).get_history(key, WITH_THE_OTHER_END)


def noted(row: Any) -> Noted:
    """What of a row's fields changes: of values and references what was and is, of links what came and went."""
    found = Noted(values={}, links={})
    for known in set_fields(row):
        history = changed(row, known.key)
        if known.kind is Kind.ROWS or known.personal is Personal.SECRET or not history.has_changes():
            continue
        if known.kind is Kind.REFERENCES:
            found["links"][known.key] = [list(history.added), list(history.deleted)]
            continue
        old, new = (side[0] if side else None for side in (history.deleted, history.added))
        if old != new:
            found["values"][known.key] = (known, old, new)
    return found


def noted_part(part: Any, *, is_new: bool, is_gone: bool) -> Noted:
    """What becomes of a part: what it was when it goes, what changes of it when it stays."""
    within = type(part).parent.property.back_populates
    about: Noted = {"within": within, "part": part, "is_new": is_new}
    return about | ({"was": snapshots.taken(part)} if is_gone else {} if is_new else noted(part))


def written(row: Noted, parts: list[Noted]) -> dict[str, Any]:
    """The same as JSON, now that everything has its number."""
    return _fields(row) | {"parts": [_part(one) for one in parts]}


def _fields(about: Noted) -> dict[str, Any]:
    return {
        "values": {key: [plain(known, old), plain(known, new)] for key, (known, old, new) in about["values"].items()},
        "links": {key: [[one.id for one in side] for side in sides] for key, sides in about["links"].items()},
    }


def _part(about: Noted) -> dict[str, Any]:
    told = {"within": about["within"], "id": about["part"].id}
    if "was" in about:
        return told | {"was": about["was"]}
    return told | ({"is": snapshots.taken(about["part"])} if about["is_new"] else _fields(about))


def plain(known: Field, value: Any) -> Any:
    """A value as JSON holds it, a row by its number."""
    if known.kind is Kind.REFERENCE:
        return None if value is None else value.id
    return dump(known.shape, value)
