"""The tables of the history: one for each domain, so that the walls stand before it as before the rows it tells of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.base import Base, Content, Money, People, Risk, Views
from models.declare.clock import now
from models.declare.domains import Domain
from models.declare.shapes import Moment

CREATED, CHANGED, DELETED, RESTORED = "created", "changed", "deleted", "restored"
ATTACHED, DETACHED = "attached", "detached"
# Comments that came with an import; that went with its undoing, or because who said them has left.
REMARKED, UNREMARKED = "remarked", "unremarked"
CONFIRMED = "confirmed"  # the owner, when asked, has said that the row is right
# Something beside the row came or went; the row is what it was.
BESIDE = (ATTACHED, DETACHED, REMARKED, UNREMARKED, CONFIRMED)
MERGED = "merged"  # another row went into this one; what moved with it stands in `reverse`
PARTED = "parted"  # and came out of it again
REASON = 500  # letters


class ChangeColumns:
    """One change of one row: who, when, what was done, and the fields as [{field, part, old, new, added, removed}].

    `acted_in` is the municipality the actor worked for, 0 for the project: it decides who reads the name in the history
    of a shared row. `snapshot` is what a deleted row was, for bringing it back. `made_by` is the form a new row came
    from: sent twice, it makes one row.

    What one request changes is one event, known by `request_id`; `first_of_event` marks its first change in a register
    of a municipality. `reason` is what the person said of it, `undoes` the event it takes back, and `reverse` what it
    takes to take it back in its turn (`models/changes/reversal.py`).

    `merged_into` says of a deletion which row of the register the deleted one went into: there whoever asks for it is
    led.
    """

    __written_once__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(60), nullable=False)
    row_id: Mapped[int] = mapped_column(Integer, nullable=False)
    row_name: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    action: Mapped[str] = mapped_column(String(20), nullable=False)
    at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    actor_id: Mapped[int | None] = mapped_column(Integer)
    actor_name: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    acted_in: Mapped[int | None] = mapped_column(Integer)
    request_id: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    fields: Mapped[list[dict[str, Any]]] = mapped_column(JSON, nullable=False, default=list)
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    made_by: Mapped[str | None] = mapped_column(String(32), deferred=True)
    first_of_event: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    reason: Mapped[str] = mapped_column(String(REASON), nullable=False, default="")
    undoes: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    reverse: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    merged_into: Mapped[int | None] = mapped_column(Integer)


def _once(*owner: str) -> Index:
    """One person's form of one register makes one row; what others sent is neither met nor told of."""
    made = text("made_by IS NOT NULL")
    return Index(None, *owner, "actor_id", "register", "made_by", unique=True, sqlite_where=made, postgresql_where=made)


def _events(*owner: str) -> tuple[Index, ...]:
    """Events are listed newest first, found by name, and asked who took them back."""
    first, undone = text("first_of_event"), text("undoes <> ''")
    return (
        *[Index(None, *columns, sqlite_where=first, postgresql_where=first) for columns in {(*owner, "id"), ("id",)}],
        Index(None, "request_id"),
        Index(None, "undoes", sqlite_where=undone, postgresql_where=undone),
    )


class OwnedChange(ChangeColumns):
    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        once = _once("municipality_id")
        return (Index(None, "municipality_id", "register", "row_id", "id"), once, *_events("municipality_id"))


class ContentChange(OwnedChange, Content, Base):
    __tablename__ = "content_change"


class RiskChange(OwnedChange, Risk, Base):
    __tablename__ = "risk_change"


class PeopleChange(OwnedChange, People, Base):
    __tablename__ = "people_change"


class MoneyChange(OwnedChange, Money, Base):
    __tablename__ = "money_change"


class ViewChange(OwnedChange, Views, Base):
    __tablename__ = "view_change"


class SharedChange(ChangeColumns, Base):
    __tablename__ = "shared_change"
    __table_args__ = (Index(None, "register", "row_id", "id"), _once(), *_events())


CHANGES: dict[Domain | None, type[Any]] = {
    Domain.CONTENT: ContentChange,
    Domain.RISK: RiskChange,
    Domain.PEOPLE: PeopleChange,
    Domain.MONEY: MoneyChange,
    Domain.VIEWS: ViewChange,
    None: SharedChange,
}


def change_class(register: type[Any]) -> type[Any]:
    """The log a register's changes are written to."""
    return CHANGES[register.__domain__]
