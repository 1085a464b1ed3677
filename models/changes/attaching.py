"""What hangs on a row comes, goes and comes back, within the room there is, and the row's history tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from models.changes import audit
from models.declare.clock import now
from models.declare.fields import is_owned
from models.declare.words import N_, Problem
from models.registers.attachments import CLASSES, attachment_class
from models.tenancy import scope
from models.tenancy.log import ATTACHED, DETACHED

MOST = 200
TOO_MANY = N_(
    "Det er %(most)s vedlegg og lenker her fra før, og flere er det ikke plass til. Fjern noen som ikke trengs."
)
NO_ROOM = N_(
    "Plassen til vedlegg er brukt opp: %(room)s MB til sammen. Fjern noen som ikke trengs. "
    "Det som fjernes, gir plass igjen når fristen for å hente det tilbake er ute."
)
NO_ROOM_FOR_PROPOSALS = N_(
    "Filene du har lagt ved det du foreslår, kan være høyst %(room)s MB til sammen. "
    "Legg ved en lenke i stedet, eller be prosjektet ta stilling til forslagene først."
)
MEGABYTE = 1024 * 1024
LOCK = 0x0A77  # PostgreSQL's advisory lock of the room for files, with the number of the municipality


@dataclass(frozen=True)
class Room:
    """How many bytes files may take: those of a municipality, or of shared rows, together; and those of shared rows
    that one person has added, who only proposes such rows."""

    together: int
    of_one: int | None = None


def attach(session: Any, row: Any, room: Room, **told: Any) -> Any:
    """Hang a file or a link on a row, in a flush. Raises Problem when there is not room for it, or not on the row: then
    nothing may be committed."""
    kept: Any = attachment_class(type(row))
    mine = (kept.register == type(row).__tablename__, kept.row_id == row.id)
    if session.scalar(select(func.count(kept.id)).where(*mine)) >= MOST:
        raise Problem(TOO_MANY, most=MOST)
    owner = {"municipality_id": row.municipality_id} if is_owned(type(row)) else {}
    _one_at_a_time(session, owner.get("municipality_id"))
    made = kept(register=type(row).__tablename__, row_id=row.id, **owner, **told)
    session.add(made)
    _tell(session, row, ATTACHED, made)
    if made.size and room_taken(session, owner.get("municipality_id")) > room.together:
        raise Problem(NO_ROOM, room=room.together // MEGABYTE)
    if made.size and room.of_one is not None and _taken_by(session, made.author_id) > room.of_one:
        raise Problem(NO_ROOM_FOR_PROPOSALS, room=room.of_one // MEGABYTE)
    return made


def _one_at_a_time(session: Any, place: int | None) -> None:
    """Wait for others who add in the same room, until they have committed: on PostgreSQL two at once would each count
    without what the other adds. On SQLite one at a time writes in any case."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK, place or 0)))


def take_away(session: Any, row: Any, attachment: Any) -> None:
    """Take a file or a link off a row; it may come back for as long as a deleted row may."""
    attachment.removed_at, attachment.removed_by = now(), scope.current().user_name
    _tell(session, row, DETACHED, attachment)


def put_back(session: Any, row: Any, attachment: Any) -> None:
    attachment.removed_at, attachment.removed_by = None, ""
    _tell(session, row, ATTACHED, attachment)


def room_taken(session: Any, place: int | None) -> int:
    """How many bytes the files of a municipality take; with None, those of shared rows. What was taken away counts for
    as long as it may come back."""
    shared = [CLASSES["shared"]]
    within = [one for one in CLASSES.values() if is_owned(one)]
    with scope.use(scope.current().within([place] if place else [])):
        sizes = [select(func.coalesce(func.sum(cls.size), 0)) for cls in (within if place else shared)]
        return sum(int(session.scalar(size)) for size in sizes)


def _taken_by(session: Any, author_id: int | None) -> int:
    """How many bytes the files take that one person has added to shared rows."""
    kept = CLASSES["shared"]
    return int(session.scalar(select(func.coalesce(func.sum(kept.size), 0)).where(kept.author_id == author_id)))


def _tell(session: Any, row: Any, action: str, attachment: Any) -> None:
    side = "added" if action == ATTACHED else "removed"
    audit.note_beside(session, row, action, [{"field": "attachments", side: [str(attachment)]}])
    session.flush()
