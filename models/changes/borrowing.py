"""A processing activity that a sister municipality has shared, taken over as a draft: built from the card the sister
shows and from nothing else. What is the sister's own, who answers and what was agreed, stays empty. What she comes to
show later is offered (`renewing.py`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from models.changes.elsewhere import of_others
from models.changes.window import card_content, shown_fields
from models.declare.base import field_of, fields_of, part_class
from models.declare.fields import Field, Kind, is_owned
from models.declare.shapes import load
from models.registers.processing import ProcessingActivity
from models.registers.window import ShownCard

# What says something of the sister alone: its approval, its days, its size, its own links and assessments.
OWN = {
    "status", "review_due", "valid_from", "valid_to", "scale", "privacy_notice", "balancing", "joint_arrangement",
    "controllers", "transfers", "transferred", "has_processors",
}  # fmt: skip


def followed() -> list[str]:
    """The fields that are taken from a card, by key."""
    return [known.key for known in shown_fields() if known.key not in OWN]


@dataclass(frozen=True)
class FromSister:
    """What a sister shows of an activity that was fetched: one of the sources of `renewing.py`. Values are as the card
    holds them; `lost` are the names on it that no list here knows any more."""

    session: Any
    card: ShownCard
    lost: list[str] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        return followed()

    @property
    def mark(self) -> int:
        """A card is written anew, under another number, whenever what it shows has changed (`cards.py`)."""
        return self.card.id

    def says(self) -> dict[str, Any]:
        return {key: self.card.detail[key] for key in followed() if key in self.card.detail}

    def heard(self, row: Any) -> dict[str, Any]:
        return card_content(row)

    def put(self, row: Any, key: str) -> None:
        _put(self.session, row, field_of(ProcessingActivity, key), self.card.detail.get(key), self.lost)

    def follow(self, row: Any) -> None:
        row.origin_place, row.origin_row, row.origin_card = self.card.municipality_id, self.card.row_id, self.card.id
        row.taken = {"said": self.says()}


def borrow(session: Any, card: ShownCard, origin: str) -> tuple[ProcessingActivity, list[str]]:
    """The draft, in the session, and the names on the card that no list here knows any more."""
    row, source = ProcessingActivity(origin=origin), FromSister(session, card)
    with session.no_autoflush:
        session.add(row)
        for key in source.says():
            source.put(row, key)
        source.follow(row)
    return row, source.lost


def card_of(session: Any, row: Any, closed: Collection[int]) -> ShownCard | None:
    """The card of the activity that one was fetched from, as long as it is shown; None when it is not shown any more,
    or its municipality is among the `closed`."""
    shown = (ShownCard.register == ProcessingActivity.__tablename__, ShownCard.row_id == row.origin_row)
    found: ShownCard | None = session.scalars(select(ShownCard).where(*shown, of_others(None, closed))).one_or_none()
    return found


def _put(session: Any, row: Any, known: Field, plain: Any, lost: list[str]) -> None:
    """Let a field say what the card says, as the card holds it: rows by their names in bokmål."""
    if known.kind is Kind.ROWS:
        setattr(row, known.key, [_part(session, known, one, lost) for one in plain or ()])
    elif known.kind is Kind.VALUE:
        setattr(row, known.key, None if plain is None else load(known.shape, known.choices, plain))
    elif not is_owned(known.points_at):
        names = (plain or []) if known.kind is Kind.REFERENCES else [plain]
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
