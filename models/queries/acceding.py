"""Who is where on the way in: all municipalities for the project, and what one that is not open yet still lacks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from models.declare.acceding import Event, PaperKind, Signer, Step
from models.declare.choices import Answer
from models.declare.clock import today
from models.declare.words import N_, Saying
from models.money.basis import for_lines
from models.money.lines import inherits_founding
from models.queries.payers import Known, everywhere
from models.registers.accessions import Accession, AccessionEvent, lacks_for, standing
from models.registers.municipality import Municipality

NEXT = {
    Step.ASKED: N_("Tilbudet er ikke utstedt."),
    Step.QUOTED: N_("Avtalene er ikke laget."),
    Step.READY: N_("Avtalene er ikke sendt til signering."),
}
UNSIGNED = {
    (PaperKind.AGREEMENT, Signer.MUNICIPALITY): N_("Tilslutningsavtalen er ikke signert av kommunen."),
    (PaperKind.AGREEMENT, Signer.CONTRACT_PARTY): N_("Tilslutningsavtalen er ikke signert av avtaleparten."),
    (PaperKind.PROCESSING, Signer.MUNICIPALITY): N_("Databehandleravtalen er ikke signert av kommunen."),
    (PaperKind.PROCESSING, Signer.CONTRACT_PARTY): N_("Databehandleravtalen er ikke signert av avtaleparten."),
}
NOT_SET = N_("Avtalene er signert, men ikke satt i kraft.")
OPENS = N_("Avtalene gjelder fra %(day)s. Da åpner kommunen.")
ENDED = N_("Saken om tilslutning er avsluttet uten at avtalene ble signert.")


def missing(one: Accession, events: list[AccessionEvent]) -> list[Saying]:
    """What stands between a municipality and its opening; nothing of one whose day has come."""
    if one.step in NEXT:
        return [Saying(NEXT[one.step], {})]
    if one.step is Step.SIGNING:
        return [Saying(UNSIGNED[lacking], {}) for lacking in lacks_for(events)] or [Saying(NOT_SET, {})]
    if one.step is Step.IN_FORCE:
        is_ahead = one.first_day is not None and one.first_day > today()
        return [Saying(OPENS, {"day": f"{one.first_day:%d.%m.%Y}"})] if is_ahead else []
    return [Saying(ENDED, {})]


def lacks(session: Any, places: Iterable[int]) -> list[Saying]:
    """What is missing of some municipalities that are not open yet, by the newest accession of each."""
    found = session.scalars(select(Accession).where(Accession.place_id.in_(list(places))).order_by(Accession.id))
    newest = {one.place_id: one for one in found}
    events = _events(session, newest.values())
    return [said for one in newest.values() for said in missing(one, events.get(one.id, []))]


def _events(session: Any, accessions: Iterable[Accession]) -> dict[int, list[AccessionEvent]]:
    """What has happened to some accessions, in one statement."""
    wanted = select(AccessionEvent).where(AccessionEvent.accession_id.in_([one.id for one in accessions]))
    told: dict[int, list[AccessionEvent]] = {}
    for event in session.scalars(wanted.order_by(AccessionEvent.accession_id, AccessionEvent.number)):
        told.setdefault(event.accession_id, []).append(event)
    return told


# -- all of them -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Status:
    """One municipality: its newest accession, where it has one, and since when it is a member or is no more."""

    known: Known
    accession: Accession | None
    events: Sequence[AccessionEvent]
    joined: date | None
    ended: date | None
    is_founder: bool
    is_heir: bool

    @property
    def is_member(self) -> bool:
        return self.joined is not None

    @property
    def missing(self) -> list[Saying]:
        if self.accession is None or not (self.accession.is_open or self.accession.step is Step.IN_FORCE):
            return []
        return missing(self.accession, list(self.events))

    def day_of(self, what: Event) -> date | None:
        """When something was done last, where it stands."""
        return max((one.day for one in standing(list(self.events)) if one.what is what), default=None)


def statuses(session: Any) -> list[Status]:
    """Every municipality in alphabetical order, but those that are no more; so many statements however many there
    are."""
    places = {one.id: one for one in session.scalars(select(Municipality).options(*for_lines()))}
    newest = {one.code: one for one in session.scalars(select(Accession).order_by(Accession.id))}
    events = _events(session, newest.values())
    told = [
        _status(known, places.get(known.row_id or 0), newest.get(known.code), events) for known in everywhere(session)
    ]
    return [
        one for one in told if one.ended is None or one.ended > today() or (one.accession and one.accession.is_open)
    ]


def _status(
    known: Known, place: Municipality | None, one: Accession | None, events: dict[int, list[AccessionEvent]]
) -> Status:
    told = events.get(one.id, []) if one else []
    if place is None:
        return Status(known, one, told, None, None, is_founder=False, is_heir=False)
    heir = inherits_founding(place)
    founder = not heir and place.founder is Answer.YES
    return Status(known, one, told, place.joined, place.ended, is_founder=founder, is_heir=heir)


def waiting(session: Any) -> int:
    """How many have asked, and wait for the project to answer them."""
    return len(session.scalars(select(Accession.id).where(Accession.step == Step.ASKED)).all())


def accession_of(session: Any, place_id: int) -> Accession | None:
    """The newest accession of a municipality: how it came in, with the ids of its two agreements."""
    mine = select(Accession).where(Accession.place_id == place_id).order_by(Accession.id.desc())
    found: Accession | None = session.scalars(mine.limit(1)).one_or_none()
    return found
