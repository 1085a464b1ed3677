"""Municipalities merged and split: what stands in the way, the carrying over, its undoing until it is confirmed.

All of it is one transaction and one event. What becomes of the municipalities themselves, their last day, numbers and
successions, is changed and taken back as any other change of them, by the rights of who does it. What becomes of rows
is done in a scope of its own (`scope.carrying`): who leads the project reads no risk, and it goes along all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, selectinload, undefer

from models.changes import audit, carrying
from models.changes.attaching import MEGABYTE, NO_ROOM, room_taken
from models.changes.carrying import Carrying
from models.changes.gathering import CHUNK, whole_rows
from models.changes.undoing import Obstacle, Undoing
from models.declare.base import Part
from models.declare.clock import today
from models.declare.domains import Domain
from models.declare.fields import Kind
from models.declare.pointing import pointing_at
from models.declare.words import N_, Problem
from models.registers.comments import comment_class
from models.registers.mergers import CARRIED, CARRYING, CONFIRMED, OPEN, ORIGINS, STANDS, UNDOING, UNDONE, Leg, Merger
from models.registers.municipality import Municipality, MunicipalityCode, Succession
from models.tenancy import scope
from models.tenancy.log import SharedChange
from models.tenancy.roles import Actor, may_merge_places
from models.tenancy.scope import TenantError

MOST = 100_000  # rows that are carried at once
LOCK = 0x3E46  # PostgreSQL's advisory lock of mergers: one is carried over, or undone, at a time
PASSED = N_("Planen er endret siden du åpnet siden. Se hvor den står nå.")
NO_LEGS = N_("Velg hvilke kommuner som slås sammen, og til hvilken.")
ITSELF = N_("%(name)s står både som gammel og ny kommune. Velg en annen på den ene siden.")
NEW_ENDED = N_("%(name)s finnes ikke lenger fra %(day)s, og kan ikke ta imot noe.")
OLD_ENDED = N_("%(name)s fantes ikke lenger fra %(day)s. Velg en dag som ikke er etter det.")
OLD_ENDS_LATER = N_("%(name)s er ført opp med at den finnes til %(day)s. Rett datoen i Kommuner først, eller velg den.")
DONE_BEFORE = N_("%(name)s er ført over til %(to)s i en annen sammenslåing samme dag.")
TOO_MANY = N_("Dette er mer enn de %(most)s radene som kan føres over på én gang. La noe stå igjen.")
NOT_YET = N_("Dagen er ikke kommet. Til da kan de gamle kommunene endres, så sammenslåingen kan ikke bekreftes ennå.")
CHANGED = N_("«%(name)s» i %(place)s er endret siden den ble ført over.")
POINTED_AT = N_("«%(name)s» i %(place)s er knyttet til noe som ble ført over.")
SAID = N_("Det er skrevet en kommentar til «%(name)s» i %(place)s.")
HUNG = N_("Det er lagt ved noe på «%(name)s» i %(place)s.")
RISK = N_("Risikovurderinger eller DPIA i %(place)s er endret eller tatt i bruk siden de ble ført over.")
Tell = Callable[[int, int], None]


class Refused(Exception):  # noqa: N818 - not an error: something stands in the way, and is told
    """What stands in the way; nothing may be committed."""

    def __init__(self, problems: Sequence[Problem] = (), obstacles: Sequence[Obstacle] = ()) -> None:
        super().__init__(problems)
        self.problems, self.obstacles = list(problems), list(obstacles)


def places_of(session: Any, legs: Iterable[Leg]) -> dict[int, Municipality]:
    """The municipalities of a plan, with their numbers and populations."""
    wanted = {one for leg in legs for one in (leg.source, leg.target)}
    loads = selectinload(Municipality.codes), selectinload(Municipality.populations)
    found = select(Municipality).where(Municipality.id.in_(wanted)).options(*loads)
    return {one.id: one for one in session.scalars(found)}


def refusals(session: Any, merger: Merger) -> list[Problem]:
    """Why a plan cannot be carried out as it stands, whatever rows are chosen."""
    legs = merger.legs
    places = places_of(session, legs)
    if not legs:
        return [Problem(NO_LEGS)]
    found = [Problem(ITSELF, name=places[one].name) for one in merger.targets if one in merger.sources]
    for place in (places[one] for one in merger.targets):
        if place.ended is not None and place.ended <= max(merger.day, today()):
            found.append(Problem(NEW_ENDED, name=place.name, day=place.ended))
    for place in (places[one] for one in merger.sources):
        if place.ended is not None and place.ended < merger.day:
            found.append(Problem(OLD_ENDED, name=place.name, day=place.ended))
        elif place.ended is not None and place.ended > merger.day and _ends(legs, place.id):
            found.append(Problem(OLD_ENDS_LATER, name=place.name, day=place.ended))
    return [*found, *_done_before(session, merger, places)]


def _ends(legs: Sequence[Leg], source: int) -> bool:
    return any(leg.is_last for leg in legs if leg.source == source)


def _done_before(session: Any, merger: Merger, places: dict[int, Municipality]) -> Iterator[Problem]:
    done = select(Merger).where(Merger.state.in_(STANDS), Merger.day == merger.day, Merger.id != (merger.id or 0))
    pairs = {(leg.source, leg.target) for other in session.scalars(done) for leg in other.legs}
    for leg in merger.legs:
        if (leg.source, leg.target) in pairs:
            yield Problem(DONE_BEFORE, name=places[leg.source].name, to=places[leg.target].name)


def _begin(session: Any, actor: Actor, merger: Merger, states: Iterable[str], state: str) -> None:
    """Claim a plan: whoever comes second with the same finds it changed (StaleDataError), with another waits."""
    if not may_merge_places(actor):
        raise TenantError("Municipalities are merged by who leads the project.")
    if merger.state not in states:
        raise Refused([Problem(PASSED)])
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    merger.become(state, actor.name)
    session.flush()


def read(session: Any, merger: Merger, *, with_risk: bool) -> list[Carrying]:
    """What is carried over, by the municipality it comes to, read and not made yet. Within `scope.carrying`."""
    names = {one: place.name for one, place in places_of(session, merger.legs).items()}
    found = []
    for target in merger.targets:
        twins = [ids for place, ids in merger.twins if place == target]
        one = Carrying(session, target, merger.day, names, twins)
        for leg in merger.legs:
            if leg.target == target:
                one.read(leg, carrying.chosen(session, leg), with_risk=with_risk)
        found.append(one)
    return found


def carry_over(session: Any, actor: Actor, merger: Merger, room: int, tell: Tell = lambda _done, _whole: None) -> int:
    """Carry it over, with `room` bytes for what hangs on the rows of each municipality; how many rows of content it
    was, for of risk nobody is told how much there is. Raises Refused; to be committed."""
    _begin(session, actor, merger, {*OPEN, CARRYING}, CARRIED)
    if problems := refusals(session, merger):
        raise Refused(problems)
    merger.event = scope.current().request_id
    _settle(session, merger)
    session.flush()
    with scope.use(scope.carrying(merger.sources, merger.targets)):
        found = read(session, merger, with_risk=True)
        number, done = sum(one.number for one in found), 0
        if sum(one.size for one in found) > MOST:
            raise Refused([Problem(TOO_MANY, most=MOST)])
        for one in found:
            _ask_for_room(session, one, room)
            one.make(partial(_told_from, tell, done, number))
            session.flush()
            one.remember(merger.id)
            done += one.number
        tell(number, number)
    return number


def _told_from(tell: Tell, before: int, whole: int, made: int) -> None:
    tell(before + made, whole)


def _ask_for_room(session: Any, one: Carrying, room: int) -> None:
    more = sum(kept.size for _register, kept in one.hanging())
    if more and room_taken(session, one.target) + more > room:
        raise Refused([Problem(NO_ROOM, room=room // MEGABYTE)])


def _settle(session: Any, merger: Merger) -> None:
    """What becomes of the municipalities: the last day and number of the old ones, the first of the new, and which
    became which. What is known already stays."""
    legs, day = merger.legs, merger.day
    places = places_of(session, legs)
    there = select(Succession.predecessor_id, Succession.successor_id).where(Succession.day == day)
    known = {tuple(one) for one in session.execute(there)}
    for leg in legs:
        if (leg.source, leg.target) not in known:
            old, new = places[leg.source], places[leg.target]
            session.add(Succession(predecessor=old, successor=new, day=day, nature=leg.nature))
    for one in merger.sources:
        if _ends(legs, one):
            places[one].ended = day
            for code in places[one].codes:
                if code.valid_to is None and code.valid_from < day:
                    code.valid_to = day
    for one in merger.targets:
        place, given = places[one], merger.codes.get(str(one))
        if place.joined is None and any(places[leg.source].joined for leg in legs if leg.target == one):
            place.joined = day
        if given and place.code_on(day) is None:
            place.codes.append(MunicipalityCode(code=given, name=place.name, valid_from=day))


def confirm(session: Any, actor: Actor, merger: Merger) -> None:
    """Make it final. Raises Refused before the day."""
    _begin(session, actor, merger, {CARRIED}, CONFIRMED)
    if merger.day > today():
        raise Refused([Problem(NOT_YET)])


def changed_since(session: Any, merger: Merger) -> int:
    """How many of the old rows of content were changed, or deleted, after they were carried over."""
    found = 0
    with scope.use(scope.carrying(merger.sources, merger.targets)):
        for register, origins in _origins(session, merger, Domain.CONTENT).items():
            there: dict[int, int] = {}
            ids = sorted({one.from_row for one in origins})
            for start in range(0, len(ids), CHUNK):
                some = select(register.id, register.version).where(register.id.in_(ids[start : start + CHUNK]))
                there |= dict(session.execute(some).all())
            found += sum(there.get(one.from_row) != one.from_version for one in origins)
    return found


def _origins(session: Any, merger: Merger, domain: Domain) -> dict[type[Any], list[Any]]:
    """Where the rows of a merger came from, by their register."""
    table = ORIGINS[domain]
    found: dict[type[Any], list[Any]] = {}
    by_name = {one.__tablename__: one for one in carrying.registers(domain)}
    for one in session.scalars(select(table).where(table.merger_id == merger.id).order_by(table.id)):
        found.setdefault(by_name[one.register], []).append(one)
    return found


def undo(session: Any, actor: Actor, merger: Merger, tell: Tell = lambda _done, _whole: None) -> int:
    """Take everything away that it made, and open the old ones again; how many rows of content it was. Raises Refused
    where somebody has worked on since; to be committed."""
    _begin(session, actor, merger, {CARRIED, UNDOING}, UNDONE)
    back = Undoing(session, actor)
    with scope.use(scope.carrying(merger.sources, merger.targets)):
        away = Away(session, {one: place.name for one, place in places_of(session, merger.legs).items()}, tell)
        away.look({domain: _origins(session, merger, domain) for domain in ORIGINS})
    mine = select(SharedChange).where(SharedChange.request_id == merger.event)
    changes = list(session.scalars(mine.options(undefer(SharedChange.reverse), undefer(SharedChange.snapshot))))
    back.take_back(changes)
    if away.problems or back.obstacles:
        raise Refused(away.problems, back.obstacles)
    back.write()
    with scope.use(scope.carrying(merger.sources, merger.targets)):
        return away.take()


@dataclass
class Away:
    """The copies of a merger that are to go, and what stands in the way. Nothing is saved before `take`."""

    session: Any
    names: dict[int, str]
    tell: Tell
    problems: list[Problem] = field(default_factory=list)
    _rows: dict[type[Any], dict[int, Any]] = field(default_factory=dict)
    _beside: list[Any] = field(default_factory=list)
    _origins: list[Any] = field(default_factory=list)

    def look(self, origins: dict[Domain, dict[type[Any], list[Any]]]) -> None:
        """Read the copies, and see whether anybody has worked on with them."""
        known = {register: mine for some in origins.values() for register, mine in some.items()}
        for register, mine in known.items():
            self._origins += mine
            self._rows[register] = whole_rows(self.session, register, sorted({one.row_id for one in mine}))
        found: list[Problem] = []
        whole, seen = sum(map(len, self._rows.values())), 0
        for register, mine in known.items():
            self.tell(seen, whole)
            rows = self._rows[register]
            seen += len(rows)
            changed = [one for one in mine if one.row_id in rows and rows[one.row_id].version != one.row_version]
            found += [self._told(CHANGED, rows[one.row_id]) for one in changed]
            found += self._said_and_hung(register, rows, {kept for one in mine for kept in one.attachments})
            found += self._pointing(register, rows)
        self.problems = list({(one.text, *map(str, one.params.values())): one for one in found}.values())

    def _told(self, text: str, row: Any) -> Problem:
        """What is told of a row; of risk no name."""
        place = self.names.get(row.municipality_id, "")
        is_risk = row.__domain__ is Domain.RISK
        return Problem(RISK, place=place) if is_risk else Problem(text, name=str(row), place=place)

    def _said_and_hung(self, register: type[Any], rows: dict[int, Any], along: set[int]) -> Iterator[Problem]:
        self._beside += (there := list(carrying.beside_rows(self.session, register, rows, with_gone=True)))
        yield from (self._told(HUNG, rows[one.row_id]) for one in there if one.id not in along)
        table: Any = comment_class(register)
        for ids in _chunks(rows):
            said = select(table.row_id).where(table.register == register.__tablename__, table.row_id.in_(ids))
            yield from (self._told(SAID, rows[one]) for one in self.session.scalars(said.distinct()))

    def _pointing(self, register: type[Any], rows: dict[int, Any]) -> Iterator[Problem]:
        """What was not carried over, and points at what was."""
        for owner, known in pointing_at(register.__mapper__):
            part = issubclass(owner, Part)
            held = owner.parent.property.mapper.class_ if part else owner
            ids: set[int] = set()
            for some in _chunks(rows):
                found: Any = select(owner.parent_id if part else owner.id)
                if known.kind is Kind.REFERENCE:
                    found = found.where(getattr(owner, known.column).in_(some))
                else:
                    far: Any = aliased(register)
                    found = found.join(getattr(owner, known.key).of_type(far)).where(far.id.in_(some))
                ids.update(self.session.scalars(found))
            strange = sorted(ids - self._copies(held))[:CHUNK]
            if strange:
                there = self.session.scalars(select(held).where(held.id.in_(strange))).all()
                yield from (self._told(POINTED_AT, row) for row in there)

    def _copies(self, register: type[Any]) -> set[int]:
        return set(self._rows.get(register, ()))

    def take(self) -> int:
        """Delete the copies and what came along beside them."""
        rows = [row for some in self._rows.values() for row in some.values()]
        with self.session.no_autoflush:
            audit.note_forgotten(self.session, rows)
            for one in (*self._beside, *self._origins, *rows):
                self.session.delete(one)
        self.session.flush()
        return sum(row.__domain__ is Domain.CONTENT for row in rows)


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    there = sorted(ids)
    yield from (there[start : start + CHUNK] for start in range(0, len(there), CHUNK))
