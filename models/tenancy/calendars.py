"""Calendar addresses: what a person reads of the year of a municipality, for the calendar of that person, by a key.

Of the key only a hash is kept. The address gives no right of its own: whoever asks by it reads what the person would
read there today, and nothing once the person holds no role there. PostgreSQL keeps the table to the person as well
(`models/tenancy/rowsecurity.py`); only to find whose a key is, all are looked through (`ANYBODYS`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.base import Base
from models.declare.clock import now
from models.declare.shapes import Moment
from models.tenancy import keys
from models.tenancy.scope import Scope

ANYBODYS = Scope(personal=True)


class CalendarAddress(Base):
    """That somebody has an address for a municipality, its number `place`: one at a time."""

    __tablename__ = "calendar_address"
    __table_args__ = (UniqueConstraint("user_id", "place"), UniqueConstraint("key_hash"))
    __personal__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer, nullable=False)
    place: Mapped[int] = mapped_column(Integer, nullable=False)
    key_hash: Mapped[str] = mapped_column(String(64), nullable=False)
    made_at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)


def make(session: Any, user_id: int, place: int) -> str:
    """Make an address; gives its key, which is told this once. One there was is withdrawn before, by who asks."""
    key = keys.new()
    session.add(CalendarAddress(user_id=user_id, place=place, key_hash=keys.hashed(key)))
    session.flush()
    return key


def of_person(session: Any, user_id: int, place: int) -> CalendarAddress | None:
    """The address a person has for a municipality."""
    mine = (CalendarAddress.user_id == user_id, CalendarAddress.place == place)
    found: CalendarAddress | None = session.scalar(select(CalendarAddress).where(*mine))
    return found


def withdraw(session: Any, user_id: int, place: int) -> bool:
    """Let the address a person has for a municipality lead nowhere from now on; whether there was any."""
    mine = (CalendarAddress.user_id == user_id, CalendarAddress.place == place)
    return bool(session.execute(delete(CalendarAddress).where(*mine)).rowcount)


def find(session: Any, key: str) -> CalendarAddress | None:
    """The address of a key, in the scope ANYBODYS."""
    found: CalendarAddress | None = session.scalar(
        select(CalendarAddress).where(CalendarAddress.key_hash == keys.hashed(key))
    )
    return found
