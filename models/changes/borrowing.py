"""A processing activity that a sister municipality has shared, taken over as a draft: built from the card the sister
shows and from nothing else. What is the sister's own, who answers and what was agreed, stays empty."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.changes.window import ShownCard, shown_fields
from models.declare.base import fields_of, part_class
from models.declare.fields import Field, Kind, is_owned
from models.declare.shapes import load
from models.registers.processing import ProcessingActivity

# What says something of the sister alone: its approval, its days, its size, its own links and assessments.
OWN = {
    "status", "review_due", "valid_from", "valid_to", "scale", "privacy_notice", "balancing", "joint_arrangement",
    "controllers", "transfers", "transferred", "has_processors",
}  # fmt: skip


def borrow(session: Any, card: ShownCard, origin: str) -> tuple[ProcessingActivity, list[str]]:
    """The draft, in the session, and the names on the card that no list here knows any more."""
    lost: list[str] = []
    row = ProcessingActivity(origin=origin)
    with session.no_autoflush:
        session.add(row)
        for known in shown_fields():
            if known.key not in OWN and known.key in card.detail:
                _put(session, row, known, card.detail[known.key], lost)
    return row, lost


def _put(session: Any, row: Any, known: Field, plain: Any, lost: list[str]) -> None:
    """Let a field say what the card says, as the card holds it: rows by their names in bokmål."""
    if known.kind is Kind.ROWS:
        setattr(row, known.key, [_part(session, known, one, lost) for one in plain])
    elif known.kind is Kind.VALUE:
        setattr(row, known.key, load(known.shape, known.choices, plain))
    elif not is_owned(known.points_at):
        names = plain if known.kind is Kind.REFERENCES else [plain]
        found = _named(session, known.points_at, names, lost)
        setattr(row, known.key, found if known.kind is Kind.REFERENCES else next(iter(found), None))


def _part(session: Any, owner: Field, said: dict[str, Any], lost: list[str]) -> Any:
    part = part_class(owner)()
    for known in fields_of(type(part)):
        if said.get(known.key) is not None:
            _put(session, part, known, said[known.key], lost)
    return part


def _named(session: Any, register: Any, names: list[str], lost: list[str]) -> list[Any]:
    key = getattr(register, register.__register__.title)
    found = {getattr(one, key.key): one for one in session.scalars(select(register).where(key.in_(names)))}
    lost += [name for name in names if name not in found]
    return [found[name] for name in names if name in found]
