"""What an activity was taken from and follows, a common template or what a sister municipality shows: what that has
come to say since is offered field by field, to be taken over or not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from models.changes.adopting import FromTemplate
from models.changes.borrowing import FromSister, card_of


class Source(Protocol):
    """What an activity follows. What it says, and what the activity says in the same words, are plain values by the
    `keys` of fields, nothing where a key is not among them; `mark` is another whenever it may say something else."""

    @property
    def keys(self) -> Sequence[str]: ...

    @property
    def mark(self) -> int: ...

    def says(self) -> dict[str, Any]: ...

    def heard(self, row: Any) -> dict[str, Any]: ...

    def put(self, row: Any, key: str) -> None:
        """Let a field of the activity say what the source says."""

    def follow(self, row: Any) -> None:
        """Remember what the source says, so that what it says otherwise some day is offered."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """A field in which the source says something else than when it was taken: what it said, says, and what the activity
    says, as plain values. `was` is None where nobody remembers."""

    key: str
    was: Any
    now: Any
    yours: Any


def source_of(session: Any, row: Any, closed: Collection[int] = ()) -> Source | None:
    """What an activity follows, as far as it may still be read; None when that is gone, or it follows nothing. The
    `closed` municipalities are no more."""
    if row.taken is None:
        return None
    if row.template_version is not None:
        return None if row.template is None else FromTemplate(row.template, row.taken["language"])
    card = card_of(session, row, closed)
    return None if card is None else FromSister(session, card)


def renewals(row: Any, source: Source | None) -> list[Renewal]:
    """What the source has come to say, where the activity does not say so already."""
    if source is None or not row.taken:
        return []
    before, there, here = row.taken["said"], source.says(), source.heard(row)
    told = [Renewal(key, before.get(key), there.get(key), here.get(key)) for key in source.keys]
    return [one for one in told if one.now not in (one.was, one.yours)]


def renew(row: Any, source: Source, keys: Collection[str]) -> None:
    """Take over what the source says in some of the fields, keep the rest, and be done with what is new in it."""
    for one in renewals(row, source):
        if one.key in keys:
            source.put(row, one.key)
    source.follow(row)


def stop_following(row: Any) -> None:
    """Ask no more whether the source has changed. Where the activity came from is not forgotten."""
    row.taken = row.template_version = row.origin_card = None
