"""Leaving the cooperation: notice, the last day, and the deletion of all that belonged to the municipality.

Until the last day nothing is otherwise; from the day after it is no member, pays no more, and its registers are only
read (`Municipality.until`). It is deleted when all of it has been fetched as an archive made after that day, somebody
has asked for it and another approved it: in one transaction, with a receipt. Files go after the transaction, and what
is left of them by a crash is swept away as what no row names. Sources: GDPR art. 28(3)(g); bokføringsloven § 13.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from models.changes.emptying import stored_names
from models.declare.base import fields_of
from models.declare.charging import PartyRole
from models.declare.clock import day_of, months_after, now, today
from models.declare.domains import Domain
from models.declare.fields import Kind
from models.declare.words import N_, Problem
from models.registers.agreements import Agreement, is_accession_with
from models.registers.leavings import DELETED, NOTICED, DeletionReceipt, Leaving
from models.registers.municipality import Municipality
from models.registers.packages import Archive
from models.registers.parties import party_on, suppliers_of
from models.tenancy import removing, scope
from models.tenancy.log import SharedChange
from models.tenancy.people import User
from models.tenancy.rowsecurity import announce
from models.tenancy.statements import personal_tables

YEARS_KEPT = 5  # after the year, bokføringsloven § 13
NO_MEMBER = N_("%(name)s er ikke medlem, og kan ikke meldes ut.")
KNOWN = N_("Utmeldingen av %(name)s er ført fra før.")
TOO_EARLY = N_(
    "Oppsigelsesfristen er %(months)s måneder: tidligste siste dag er %(day)s. Er en tidligere dag avtalt, så skriv "
    "hva som er avtalt."
)
NO_PERIOD = N_("Ingen oppsigelsesfrist er registrert i tilslutningsavtalen. Skriv hva som er avtalt om siste dag.")
BACKWARDS = N_("Siste dag kan ikke være før utmeldingen ble mottatt, eller før medlemskapet begynte.")
LATER = N_("Utmeldingen kan ikke være mottatt fram i tid.")
OVER = N_("Siste dag er passert, og utmeldingen kan ikke trekkes tilbake.")
NOT_OVER = N_("Siste dag er ikke passert. Før det slettes ingenting.")
NOT_FETCHED = N_("Kommunen har ikke hentet et arkiv som er laget etter siste dag. Før det slettes ingenting.")
NOT_ASKED = N_("Ingen har bedt om sletting.")
OWN = N_("Den som ba om slettingen, kan ikke godkjenne den. En annen må gjøre det.")
PASSED = N_("Noen andre har nettopp gjort noe med denne utmeldingen. Se hva som er gjort, og prøv igjen.")


@dataclass(frozen=True)
class Notice:
    """What is said of a notice that was given."""

    place: int
    noticed_on: date
    noticed_by: str
    last_day: date
    reference: str = ""
    reason: str = ""
    agreed: str = ""


def notice_months(session: Any, place: int) -> int | None:
    """The longest notice period of its accession agreements with who is the contract party today, in months; None where
    none says one."""
    party = party_on(session, PartyRole.CONTRACT_PARTY, today())
    if party is None:
        return None
    with scope.use(scope.current().within([place])):
        ours = is_accession_with(suppliers_of(session, party))
        months = session.scalar(select(func.max(Agreement.notice_months)).join(Agreement.nature).where(ours))
    return None if months is None else int(months)


def why_not(session: Any, told: Notice) -> Problem | None:
    """What stands in the way of a notice."""
    place = session.get(Municipality, told.place)
    if place.joined is None or (place.until is not None and place.until <= today()):
        return Problem(NO_MEMBER, name=place.name)
    if place.left is not None or open_of(session, told.place) is not None:
        return Problem(KNOWN, name=place.name)
    if told.noticed_on > today():
        return Problem(LATER)
    if told.last_day < told.noticed_on or told.last_day < place.joined:
        return Problem(BACKWARDS)
    months = notice_months(session, told.place)
    if told.agreed:
        return None
    if months is None:
        return Problem(NO_PERIOD)
    earliest = months_after(told.noticed_on, months)
    return Problem(TOO_EARLY, months=str(months), day=f"{earliest:%d.%m.%Y}") if told.last_day < earliest else None


def open_of(session: Any, place: int) -> Leaving | None:
    """The notice of a municipality that is not deleted yet."""
    mine = (Leaving.place == place, Leaving.state == NOTICED)
    found: Leaving | None = session.scalar(select(Leaving).where(*mine))
    return found


def note(session: Any, told: Notice) -> Leaving:
    """Write a notice down, and say when the membership ends; to be committed. Raises a Problem."""
    if problem := why_not(session, told):
        raise problem
    made = Leaving(**vars(told), months=notice_months(session, told.place), noted_by=scope.current().user_name)
    session.add(made)
    session.get(Municipality, told.place).left = made.left
    session.flush()
    return made


def withdraw(session: Any, leaving: Leaving) -> None:
    """Let it go on being a member, as long as the last day has not passed; to be committed."""
    if leaving.state != NOTICED or today() > leaving.last_day:
        raise Problem(OVER)
    session.get(Municipality, leaving.place).left = None
    session.delete(leaving)
    session.flush()


def note_fetched(session: Any, archive: Archive, by: str) -> None:
    """Remember that an archive was fetched, where it holds all there was when the membership had ended."""
    leaving = open_of(session, archive.municipality_id)
    if leaving is not None and day_of(archive.made_at) > leaving.last_day and leaving.asked_at is None:
        leaving.archive_digest, leaving.fetched_at, leaving.fetched_by = archive.digest, now(), by
        session.flush()


# -- the deletion ------------------------------------------------------------------------------------------------------


def why_not_deleted(leaving: Leaving) -> str:
    """What stands in the way of the deletion; empty where nothing does."""
    if leaving.state != NOTICED:
        return PASSED
    if today() <= leaving.last_day:
        return NOT_OVER
    return "" if leaving.archive_digest and leaving.fetched_at else NOT_FETCHED


def ask(leaving: Leaving) -> None:
    """Ask for the deletion; to be committed."""
    if why := why_not_deleted(leaving):
        raise Problem(why)
    who = scope.current()
    leaving.asked_at, leaving.asked_by_id, leaving.asked_by = now(), who.user_id, who.user_name


def take_back(leaving: Leaving) -> None:
    """Let the deletion wait; to be committed."""
    leaving.asked_at, leaving.asked_by_id, leaving.asked_by = None, None, ""


def approve(owner: Engine, drop: Callable[[str], None], leaving_id: int, version: int, who: scope.Scope) -> int:
    """Delete what belonged to the municipality, by the one who asks now: in one transaction, as who owns the tables;
    then `drop` its files. Gives the number of the receipt. Raises a Problem, and then nothing is gone."""
    with owner.begin() as connection:
        leaving = _held(connection, leaving_id, version)
        if why := why_not_deleted(leaving) or _why_not_by(leaving, who):
            raise Problem(why)
        names = removing.stored_names(connection, leaving.place)
        receipt = _deleted(connection, leaving, who, len(names))
    with owner.begin() as connection:
        still = stored_names(connection)
    for name in names - still:
        drop(name)
    return receipt


def _why_not_by(leaving: Any, who: scope.Scope) -> str:
    if leaving.asked_at is None:
        return NOT_ASKED
    return OWN if leaving.asked_by_id == who.user_id else ""


def _held(connection: Connection, leaving_id: int, version: int) -> Any:
    """The leaving as it was seen, held until the transaction ends; it is deleted by it."""
    table: Any = Leaving.__table__
    mine = (table.c.id == leaving_id, table.c.version == version, table.c.state == NOTICED)
    before = connection.execute(select(table).where(*mine)).one_or_none()
    taken = connection.execute(update(table).where(*mine).values(state=DELETED, version=version + 1))
    if before is None or taken.rowcount != 1:
        raise Problem(PASSED)
    return before


def _deleted(connection: Connection, leaving: Any, who: scope.Scope, files: int) -> int:
    place: Any = Municipality.__table__
    about = connection.execute(
        select(place.c.name, place.c.organisation_number).where(place.c.id == leaving.place)
    ).one()
    people = removing.people_only_there(connection, leaving.place)
    counts = removing.remove(connection, leaving.place)
    _forget_people(connection, people, leaving.place)
    _empty(connection, leaving.place)
    kept = [_kept(table, number) for table, number in removing.remaining(connection, leaving.place)]
    told = {
        "leaving_id": leaving.id, "place": leaving.place, "name": about.name, "last_day": leaving.last_day,
        "organisation_number": about.organisation_number, "archive_digest": leaving.archive_digest,
        "fetched_at": leaving.fetched_at, "fetched_by": leaving.fetched_by, "asked_by_id": leaving.asked_by_id,
        "asked_by": leaving.asked_by, "approved_by_id": who.user_id, "approved_by": who.user_name,
        "deleted_at": now(), "counts": counts, "kept": kept, "files": files, "people": len(people),
    }  # fmt: skip
    made = connection.execute(insert(DeletionReceipt.__table__).values(told))
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def _kept(table: Any, number: int) -> dict[str, Any]:
    """What of a table stays, and until when: five years after the year, which is this one at the latest."""
    until = date(today().year + YEARS_KEPT, 12, 31)
    return {"table": table.name, "rows": number, "until": until.isoformat()}


def _forget_people(connection: Connection, people: Iterable[int], place: int) -> None:
    """Their accounts, what was their own, and their names where they did something to shared rows; of others what was
    their own in the municipality."""
    if connection.dialect.name == "postgresql":
        announce(connection, scope.Scope(personal=True))
    ids = list(people)
    for table in personal_tables().values():
        connection.execute(delete(table).where(table.c.user_id.in_(ids)))
        if "place" in table.c:
            connection.execute(delete(table).where(table.c.place == place))
    log: Any = SharedChange.__table__
    connection.execute(delete(log).where(log.c.register == User.__tablename__, log.c.row_id.in_(ids)))
    connection.execute(update(log).where(log.c.actor_id.in_(ids)).values(actor_name="", actor_id=None))
    connection.execute(delete(User.__table__).where(User.__table__.c.id.in_(ids)))


def _empty(connection: Connection, place: int) -> None:
    """What the municipality itself said in its own row, there and in its history; who it was stays, as invoices name
    it."""
    own = [one for one in fields_of(Municipality) if one.readers is Domain.CONTENT and one.kind is Kind.VALUE]
    table: Any = Municipality.__table__
    begun = {one.column: table.c[one.column].default.arg if table.c[one.column].default else None for one in own}
    connection.execute(update(table).where(table.c.id == place).values(begun | {"version": table.c.version + 1}))
    keys, log = {one.key for one in own}, SharedChange.__table__
    mine = (log.c.register == Municipality.__tablename__, log.c.row_id == place)
    for row in connection.execute(select(log).where(*mine)).all():
        said = [one for one in row.fields if one.get("field") not in keys]
        told = {"fields": said, "reverse": _without(row.reverse, keys), "snapshot": _without(row.snapshot, keys)}
        connection.execute(update(log).where(log.c.id == row.id).values(told))


def _without(told: Any, keys: set[str]) -> Any:
    """What takes a change back, without some fields."""
    if not told or "values" not in told:
        return told
    return told | {"values": {key: value for key, value in told["values"].items() if key not in keys}}
