"""The access log: who came in, who was kept out, what was taken out, who was given a role. Written once, by Orden alone.

Each municipality has its own, read by its local administrator and its data protection officer. What concerns no
municipality, or nobody we know, stands in the project's. It never holds the content of rows, passwords, what was typed
in the fields of the sign-in page, or what somebody searched for.
"""

# ruff: noqa: E501 - a register is a table: one field, one line
# fmt: off
from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.base import Base, Group, OwnedRecord, Register, Shared, Witnessed
from models.declare.choices import AccessEvent
from models.declare.clock import now
from models.declare.fields import Personal, field
from models.declare.shapes import Moment
from models.declare.words import N_
from models.tenancy import scope
from models.tenancy.rowsecurity import announce

LONGEST = 1000
_END_OF_TIME = 10**11


class EntryColumns:
    """One thing that happened."""

    __written_once__ = True

    at: Mapped[datetime] = field(N_("Tidspunkt"), Moment, required=True, default=now, listed=True, in_form=False, help=N_("Når det skjedde, i norsk tid."))
    event: Mapped[Any] = field(N_("Hendelse"), AccessEvent, required=True, listed=True, filtered=True, in_form=False, help=N_("Hva som skjedde."))
    actor_name: Mapped[str | None] = field(N_("Hvem"), String(200), listed=True, searched=True, in_form=False, personal=Personal.PERSONAL, help=N_("Hvem som gjorde det, med navnet den gangen. Tomt når det er ukjent."))
    subject: Mapped[str | None] = field(N_("Hva det gjaldt"), String(LONGEST), listed=True, searched=True, in_form=False, personal=Personal.PERSONAL, help=N_("Lista, rapporten eller rollen det gjaldt."))
    selection: Mapped[str | None] = field(N_("Utvalg"), String(LONGEST), in_form=False, personal=Personal.PERSONAL, help=N_("Filtrene som var valgt. Det noen søkte etter, skrives aldri ned."))
    rows: Mapped[int | None] = field(N_("Antall rader"), Integer, listed=True, in_form=False, help=N_("Hvor mange rader som ble hentet ut."))
    address: Mapped[str | None] = field(N_("Nettadresse"), String(45), in_form=False, personal=Personal.PERSONAL, help=N_("IP-adressen forespørselen kom fra."))
    request_id: Mapped[str | None] = field(N_("Forespørsel"), String(40), in_form=False, help=N_("Nummeret i driftsloggen."))
    actor_id: Mapped[int | None] = mapped_column(Integer)

    @property
    def label(self) -> str:
        return " – ".join(filter(None, (self.event.label if self.event else "", self.actor_name, self.subject)))

    def sort_by(self) -> str:
        """The newest first."""
        return f"{_END_OF_TIME - int((self.at or now()).timestamp()):011}"


class AccessEntry(EntryColumns, OwnedRecord, Witnessed, Base):
    """Innsynslogg – hvem som har vært inne i kommunens registre, og hva som er hentet ut."""

    __tablename__ = "access_entry"
    __register__ = Register(Group.SYSTEM, N_("Innsynslogg"), N_("hendelse"), N_("Hvem som har logget inn, hva som er hentet ut, og hvem som har fått roller. Ingen kan endre eller slette noe her."), title="label")


class ProjectAccessEntry(EntryColumns, Shared, Base):
    """Prosjektets innsynslogg – det som ikke gjelder én kommune."""

    __tablename__ = "project_access_entry"
    __register__ = Register(Group.SYSTEM, N_("Innsynslogg for prosjektet"), N_("hendelse"), N_("Det som gjelder hele samarbeidet, og innlogging av ukjente. Ingen kan endre eller slette noe her."), title="label")


def entries(event: Any, places: Iterable[int | None], **told: Any) -> list[Any]:
    """One line for each municipality, and for the project where the place is None; on behalf of the scope in force."""
    asked = scope.current() if scope.is_set() else scope.Scope()
    about = {"event": event, "at": now(), "actor_id": asked.user_id, "actor_name": asked.user_name or None, "request_id": asked.request_id or None}
    about |= {name: value[:LONGEST] if isinstance(value, str) else value for name, value in told.items()}
    return [AccessEntry(municipality_id=place, **about) if place else ProjectAccessEntry(**about) for place in places]


def prune(connection: Connection, before: datetime) -> int:
    """Take out what is older, as the role that owns the tables; how many lines it was. Nobody else can."""
    if connection.dialect.name == "postgresql":
        announce(connection, scope.of(connection.execute(select(Base.metadata.tables["municipality"].c.id)).scalars()))
    return sum(
        connection.execute(delete(cls.__table__).where(cls.__table__.c.at < before)).rowcount
        for cls in (AccessEntry, ProjectAccessEntry)
    )
