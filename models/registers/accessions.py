"""Tilslutning: a municipality on its way in, from the day it asked until both agreements are in force.

The project's own table, not a register: a step is taken on one page, in order, and no form or sheet writes past it.
`place_id` is the municipality, once the project has answered it: what a stranger asks closes nobody's doors.
`agreement_id` and `processing_id` are its two rows in its own register of agreements, once they are sent to be signed,
with the signed files attached. One accession of a municipality is open at a time, and what has ended changes no more.
Sources: domain handbook 3.5 and 4.2.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from models.declare.acceding import OPEN, Event, PaperKind, Signer, Step
from models.declare.agreeing import SubProcessorConsent
from models.declare.base import Base
from models.declare.clock import now
from models.declare.shapes import Moment, Vocabulary
from models.tenancy.log import REASON

NAME, NOTE = 200, 1000
KEPT = timedelta(days=365)  # for which it is remembered who asked, where nothing came of it
IS_OPEN = text("step IN ('asked', 'quoted', 'ready', 'signing')")


class Accession(Base):
    """One municipality that wants to join: what it asked for, and what was agreed since. `first_day` is the day of the
    quote until it is in force, and then the first day of membership. Who asked may be forgotten later: the contact is
    the only part of what has ended that is not locked."""

    __tablename__ = "accession"
    __table_args__ = (
        Index("uq_accession_open", "code", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index(None, "place_id"),
        CheckConstraint(f"step in ({', '.join(repr(one.value) for one in Step)})", name="step"),
        CheckConstraint("step <> 'in_force' or (place_id is not null and first_day is not null)", name="in_force"),
    )
    __locked__ = "OLD.step IN ('in_force', 'declined', 'withdrawn')"
    __locked_columns__ = ("code", "name", "place_id", "step", "wished_from", "first_day", "asked_at")

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    code: Mapped[str] = mapped_column(String(4), nullable=False)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    step: Mapped[Step] = mapped_column(Vocabulary(Step), nullable=False, default=Step.ASKED)
    contact_name: Mapped[str] = mapped_column(String(NAME), nullable=False)
    contact_role: Mapped[str] = mapped_column(String(NAME), nullable=False, default="")
    contact_email: Mapped[str] = mapped_column(String(NAME), nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    wished_from: Mapped[date] = mapped_column(Date, nullable=False)
    asked_at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    changed_at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    first_day: Mapped[date | None] = mapped_column(Date)
    notice_months: Mapped[int | None] = mapped_column(Integer)
    return_days: Mapped[int | None] = mapped_column(Integer)
    service_level: Mapped[str] = mapped_column(Text, nullable=False, default="")
    consent: Mapped[SubProcessorConsent | None] = mapped_column(Vocabulary(SubProcessorConsent))
    agreement_id: Mapped[int | None] = mapped_column(Integer)
    processing_id: Mapped[int | None] = mapped_column(Integer)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    @property
    def is_open(self) -> bool:
        return self.step in OPEN


class AccessionEvent(Base):
    """What was done, by whom and when: the history of an accession, and what tells who has signed. `day` is the day it
    was so on paper. What is taken back stays, and `undoes` says that it is."""

    __tablename__ = "accession_event"
    __table_args__ = (
        UniqueConstraint("accession_id", "number"),
        CheckConstraint("(what = 'signed') = (paper is not null and signer is not null)", name="signed"),
    )
    __written_once__ = True
    __locked__ = "1 = 1"

    id: Mapped[int] = mapped_column(primary_key=True)
    accession_id: Mapped[int] = mapped_column(ForeignKey("accession.id"), nullable=False)
    number: Mapped[int] = mapped_column(Integer, nullable=False)
    what: Mapped[Event] = mapped_column(Vocabulary(Event), nullable=False)
    day: Mapped[date] = mapped_column(Date, nullable=False)
    paper: Mapped[PaperKind | None] = mapped_column(Vocabulary(PaperKind))
    signer: Mapped[Signer | None] = mapped_column(Vocabulary(Signer))
    signed_by: Mapped[str] = mapped_column(String(NAME), nullable=False, default="")
    reason: Mapped[str] = mapped_column(String(REASON), nullable=False, default="")
    undoes: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    by_id: Mapped[int | None] = mapped_column(Integer)
    by: Mapped[str] = mapped_column(String(NAME), nullable=False, default="")


class AccessionPaper(Base):
    """A paper as it was made: all that it says stands in `document`, so that no price, name or text that changes later
    alters it. `digest` is the SHA-256 of that, `lacks` what was not known and is said in it. A new version is a new
    row."""

    __tablename__ = "accession_paper"
    __table_args__ = (UniqueConstraint("accession_id", "kind", "number"),)
    __written_once__ = True
    __locked__ = "1 = 1"

    id: Mapped[int] = mapped_column(primary_key=True)
    accession_id: Mapped[int] = mapped_column(ForeignKey("accession.id"), nullable=False)
    kind: Mapped[PaperKind] = mapped_column(Vocabulary(PaperKind), nullable=False)
    number: Mapped[int] = mapped_column(Integer, nullable=False)
    language: Mapped[str] = mapped_column(String(5), nullable=False)
    document: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False)
    digest: Mapped[str] = mapped_column(String(64), nullable=False)
    lacks: Mapped[list[str]] = mapped_column(JSON, nullable=False, default=list)
    made_at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    made_by: Mapped[str] = mapped_column(String(NAME), nullable=False)


def events_of(session: Any, one: Accession) -> list[AccessionEvent]:
    """All that has happened to an accession, in order, also what was taken back."""
    mine = select(AccessionEvent).where(AccessionEvent.accession_id == one.id)
    return list(session.scalars(mine.order_by(AccessionEvent.number)))


def standing(events: list[AccessionEvent]) -> list[AccessionEvent]:
    """Those that nobody has taken back."""
    gone = {one.undoes for one in events}
    return [one for one in events if one.number not in gone and one.undoes is None]


def papers_of(session: Any, one: Accession) -> list[AccessionPaper]:
    """All versions of all its papers, the newest first."""
    mine = select(AccessionPaper).where(AccessionPaper.accession_id == one.id)
    return list(session.scalars(mine.order_by(AccessionPaper.id.desc())))


def lacks_for(events: list[AccessionEvent]) -> list[tuple[PaperKind, Signer]]:
    """The signatures that are missing, in the order they are given: of each paper the municipality's first."""
    given = {(each.paper, each.signer) for each in standing(events) if each.what is Event.SIGNED}
    papers = (PaperKind.AGREEMENT, PaperKind.PROCESSING)
    return [(paper, who) for paper in papers for who in Signer if (paper, who) not in given]


def prune(connection: Connection, before: datetime) -> int:
    """Forget who asked, and what they wrote, of what was declined or withdrawn before a moment; how many it was. The
    papers name nobody of the municipality."""
    table = Accession.__table__
    ended = table.c.step.in_((Step.DECLINED, Step.WITHDRAWN)) & (table.c.changed_at < before)
    nobody = dict.fromkeys(("contact_name", "contact_role", "contact_email", "note"), "")
    return connection.execute(update(table).where(ended, table.c.contact_email != "").values(nobody)).rowcount
