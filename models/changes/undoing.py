"""Taking changes back: each row as it was before, by the same rights, checks, version and history as any other change.

Nothing is forced. A row that was changed again since, a link to what is gone, a right that is missing: each is told as
an obstacle, and who asks takes everything back or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from sqlalchemy import inspect

from models.changes import audit, merging, remarking, restoring, snapshots
from models.changes.gathering import rows_of
from models.changes.moving import Moves, around
from models.changes.reversal import plain
from models.changes.validity import wrong
from models.declare.approval import BY_STEPS
from models.declare.base import Base, Record, field_of, fields_of, part_class
from models.declare.fields import Field, Kind
from models.declare.memories import remembers
from models.declare.notrelevant import WAIVED
from models.declare.shapes import load
from models.declare.waiving import waivable
from models.declare.words import N_, Problem
from models.tenancy import scope
from models.tenancy.log import BESIDE, CONFIRMED, CREATED, DELETED, MERGED, PARTED, REMARKED, RESTORED, UNREMARKED
from models.tenancy.roles import Actor, may_do, may_read_field, may_write_field

TOO_OLD = N_("«%(name)s» ble endret før Orden tok vare på det som trengs for å angre.")
GONE = N_("«%(name)s» er slettet siden. Hent den tilbake først.")
THERE = N_("«%(name)s» er der allerede.")
FORBIDDEN = N_("Du kan ikke endre «%(name)s».")
CLOSED = N_("Du kan ikke endre alt dette i «%(name)s»: %(fields)s.")
CHANGED_SINCE = N_("«%(name)s» er endret igjen siden: %(fields)s.")
USED_SINCE = N_("«%(name)s» er endret igjen siden den ble laget. Slett den selv, om den skal bort.")
DANGLING = N_("«%(name)s» skulle vise til noe som ikke finnes lenger: %(fields)s.")
NO_FIELD = N_("«%(name)s» kan ikke settes tilbake, for registeret har endret seg siden.")
UNTOLD = N_("Det som ble endret i «%(name)s», står ikke i historikken, og kan ikke settes tilbake.")
WITH_THE_OTHER = N_("«%(name)s» er slått sammen med en annen. Angre hele hendelsen, så kommer den andre tilbake også.")
MERGE_ANEW = N_("«%(name)s» ble delt i to igjen. Slå de to sammen på nytt i stedet.")
BY_BUTTONS = N_("Hvor «%(name)s» står, endres med knappene på siden, og angres ikke.")
ANSWERED = N_("Eieren har svart at «%(name)s» stemmer. Svaret står som det ble gitt.")
CARRIED = N_("«%(name)s» kom med en kommunesammenslåing. Den angres som én, av prosjektet.")
BESIDE_IT = N_("Vedlegg og lenker fjernes, og hentes tilbake, på siden til «%(name)s».")


@dataclass(frozen=True)
class Obstacle:
    """What stands in the way of taking a change back: a sentence with the fields and names it is about, or a problem
    that has a sentence of its own."""

    change: Any
    text: str
    fields: tuple[Field, ...] = ()
    names: tuple[str, ...] = ()
    problem: Problem | None = None


@dataclass
class Undoing:
    """The changes that are taken back, row by row, and what stands in the way of it. Nothing is saved by this."""

    session: Any
    actor: Actor
    obstacles: list[Obstacle] = field(default_factory=list)
    rows: list[Any] = field(default_factory=list)
    gone: list[Any] = field(default_factory=list)
    moved: int = 0
    _parts_again: bool = False
    _merge: tuple[Moves, dict[str, Any]] | None = None
    _far: dict[Any, Any] = field(default_factory=dict)
    _said: dict[type[Any], dict[int, Any]] = field(default_factory=dict)

    def take_back(self, changes: Sequence[Any]) -> None:
        """Make every row what it was before these changes, in the session alone."""
        by_register: dict[type[Any], dict[int, list[Any]]] = {}
        self._parts_again = any(change.action == MERGED for change in changes)
        for change in sorted(_without_moves(changes), key=lambda one: one.id, reverse=True):
            by_register.setdefault(register_of(change), {}).setdefault(change.row_id, []).append(change)
        with self.session.no_autoflush:
            rows = []
            for register, mine in by_register.items():
                there = rows_of(self.session, register, list(mine), _all_touched(register, mine))
                rows += [(register, there.get(row_id), of_row) for row_id, of_row in mine.items()]
                self._said[register] = remarking.found(self.session, register, chain.from_iterable(mine.values()))
            # What was deleted comes back first: the others may have pointed at it.
            rows.sort(key=lambda one: all(change.action != DELETED for change in one[2]))
            for register, row, of_row in rows:
                self._row(register, row, of_row)

    def write(self) -> None:
        """Write it. What a merge moved goes back once the row it pointed at is there, however far that reaches."""
        if self._merge is None:
            self.session.flush()
            return
        moves, told = self._merge
        audit.note_beside(self.session, moves.here, PARTED, merging.told(moves.there, "removed"))
        self.session.flush()
        with self.session.no_autoflush, scope.use(around(self.session, moves.here)):
            moves.take_back(told)
            self.session.flush()

    def _row(self, register: type[Any], row: Any, changes: list[Any]) -> None:
        """What was made is deleted, what was deleted is made; only what was there before and after is changed."""
        actions = {change.action: change for change in changes}
        if made := actions.get(CREATED) or actions.get(RESTORED):
            if DELETED not in actions:
                self._delete(row, made)
        elif DELETED in actions:
            self._restore(register, row, actions[DELETED])
        elif row is None:
            self._stop(changes[0], GONE)
        elif not may_do(self.actor, "edit", row):
            self._stop(changes[0], FORBIDDEN)
        else:
            self.rows.append(row)
            for change in changes:
                self._change(row, change)

    def _stop(self, change: Any, text: str, fields: Iterable[Field] = (), **more: Any) -> None:
        self.obstacles.append(Obstacle(change, text, tuple(fields), **more))

    def _delete(self, row: Any, change: Any) -> None:
        if row is None:
            self._stop(change, GONE)
        elif not may_do(self.actor, "delete", row):
            self._stop(change, FORBIDDEN)
        elif any(entry["field"] == audit.ORIGIN for entry in change.fields):
            self._stop(change, CARRIED)
        else:
            self.gone.append(row)
            self.session.delete(row)

    def _restore(self, register: type[Any], row: Any, change: Any) -> None:
        if row is not None:
            self._stop(change, THERE)
        elif not restoring.may_come_back(change):
            self._stop(change, restoring.LATE)
        elif not may_do(self.actor, "delete", restoring.probe(register, change)):
            self._stop(change, FORBIDDEN)
        else:
            try:
                back, lost = restoring.bring_back(self.session, register, change)
            except Problem as problem:
                self._stop(change, "", problem=problem)
                return
            self.rows.append(back)
            self._far[register, back.id] = back
            if lost:
                self._stop(change, DANGLING, names=tuple(lost))

    def _change(self, row: Any, change: Any) -> None:
        """Put one change of a row back, field by field."""
        if change.action == REMARKED:
            self._unsay(row, change)
        elif change.action == UNREMARKED:
            if not remarking.say_again(self.session, row, change, self._said[type(row)]):
                self._stop(change, remarking.why_it_stays(change))
        elif change.action in BESIDE:
            self._stop(change, ANSWERED if change.action == CONFIRMED else BESIDE_IT)
        elif change.action == MERGED:
            self._part_again(row, change)
        elif change.action == PARTED:
            self._stop(change, MERGE_ANEW)
        elif change.reverse is None:
            self._stop(change, TOO_OLD)
        elif any(entry["field"] in getattr(type(row), "__untold__", {}) for entry in change.fields):
            self._stop(change, UNTOLD)
        elif not _keys(change.reverse) <= {known.key for known in fields_of(type(row))}:
            self._stop(change, NO_FIELD)
        elif not all(may_read_field(known, row) for known in _touched(type(row), change.reverse)):
            self._stop(change, FORBIDDEN)  # what may not be read is not named either
        elif type(row).__register__.approval and not BY_STEPS.isdisjoint(_keys(change.reverse)):
            self._stop(change, BY_BUTTONS)  # else whoever sent a row could approve it: who sent it would be forgotten
        elif closed := [known for known in _written(type(row), change.reverse) if not self._is_open(known, row)]:
            self._stop(change, CLOSED, closed)
        else:
            self._fields(row, change, change.reverse, row)
            for part in change.reverse["parts"]:
                self._part(row, change, part)
            self._check(row, change)

    def _unsay(self, row: Any, change: Any) -> None:
        """Comments that came with the change go."""
        said = self._said[type(row)]
        mine = [said[one] for one in change.reverse[remarking.COMMENTS] if one in said]
        if not remarking.take_back(self.session, row, mine):
            self._stop(change, remarking.TOUCHED)

    def _part_again(self, row: Any, change: Any) -> None:
        """Two rows that were merged are two again: what was moved to the one goes back to the other."""
        other = self._far.get((type(row), change.reverse["gone"]))
        if other is None:
            self._stop(change, WITH_THE_OTHER)
        elif not merging.allowed(self.actor, row, other):
            self._stop(change, FORBIDDEN)
        else:
            self._merge = (Moves(self.session, row, other), change.reverse)
            self.moved = len({tuple(one[:2]) for one in change.reverse["pointers"]})

    def _is_open(self, known: Field, row: Any) -> bool:
        return may_write_field(self.actor, known, row)

    def _fields(self, owner: Any, change: Any, reverse: dict[str, Any], row: Any) -> None:
        """The values, references and links of a row or of a part of it."""
        keys = {**reverse["values"], **reverse["links"]}
        told = [known for known in fields_of(type(owner)) if known.key in keys and not self._is_moved(known)]
        for known in told:
            if known.kind is Kind.REFERENCES:
                self._links(owner, known, change, *reverse["links"][known.key])
                continue
            old, new = reverse["values"][known.key]
            if plain(known, getattr(owner, known.key)) != new:
                self._stop(change, CHANGED_SINCE, [self._seen(known, owner, row)])
                continue
            value = self._value(owner, known, old)
            if value is None and old is not None:
                self._stop(change, DANGLING, [self._seen(known, owner, row)])
            setattr(owner, known.key, value)

    def _is_moved(self, known: Field) -> bool:
        """Whether links go back with the rows that hold them, when two merged rows become two again."""
        return self._parts_again and known.mirrored

    def _value(self, owner: Any, known: Field, old: Any) -> Any:
        if known.kind is Kind.REFERENCE:
            return None if old is None else self._there(owner, known, old)
        return None if old is None else load(known.shape, known.choices, old)

    def _links(self, owner: Any, known: Field, change: Any, added: list[int], removed: list[int]) -> None:
        linked = {one.id: one for one in getattr(owner, known.key)}
        done = self._done_from_the_other_end(owner, known)
        added, removed = [one for one in added if one not in done], [one for one in removed if one not in done]
        if not linked.keys() >= set(added) or linked.keys() & set(removed):
            self._stop(change, CHANGED_SINCE, [known])
            return
        back = [self._there(owner, known, one) for one in removed]
        if None in back:
            self._stop(change, DANGLING, [known])
            return
        setattr(owner, known.key, [one for one_id, one in linked.items() if one_id not in added] + back)

    def _done_from_the_other_end(self, owner: Any, known: Field) -> set[int]:
        """The rows taken back before this one that hold the same links: what was done to those is done here too."""
        if not known.other_end:
            return set()
        target = inspect(type(owner)).relationships[known.key].mapper.class_
        return {one.id for one in (*self.rows, *self.gone) if isinstance(one, target)}

    def _there(self, owner: Any, known: Field, row_id: int) -> Any:
        """The row at the far end of a link, asked for once; None when it is gone or out of reach."""
        target = inspect(type(owner)).relationships[known.key].mapper.class_
        if (target, row_id) not in self._far:
            self._far[target, row_id] = self.session.get(target, row_id)
        return self._far[target, row_id]

    def _part(self, row: Any, change: Any, told: dict[str, Any]) -> None:
        """A part that came goes, one that went comes, and one that was changed is changed back."""
        known = field_of(type(row), told["within"])
        parts = getattr(row, known.key)
        part = next((one for one in parts if one.id == told["id"]), None)
        if "was" in told:
            made, lost = snapshots.made_of(self.session, part_class(known), told["was"], _owner(row))
            if part is not None or lost:
                self._stop(change, CHANGED_SINCE if part is not None else DANGLING, [known])
            else:
                parts.append(made)
        elif part is None or ("is" in told and snapshots.taken(part)["values"] != told["is"]["values"]):
            self._stop(change, CHANGED_SINCE, [known])
        elif "is" in told:
            parts.remove(part)
        else:
            self._fields(part, change, told, row)

    def _seen(self, known: Field, owner: Any, row: Any) -> Field:
        """The field of the row that a field of a part belongs to."""
        return known if owner is row else field_of(type(row), type(owner).parent.property.back_populates)

    def _check(self, row: Any, change: Any) -> None:
        """What the form asks of the fields that are put back."""
        for known in _touched(type(row), change.reverse):
            for problem in wrong(row, known):
                self._stop(change, "", [known], problem=problem)


def _without_moves(changes: Sequence[Any]) -> list[Any]:
    """The changes of an event; of a merge only those of the two rows, which know what else was moved."""
    merged = [change for change in changes if change.action == MERGED]
    two = {(one.register, row_id) for one in merged for row_id in (one.row_id, one.reverse["gone"])}
    return [change for change in changes if not two or (change.register, change.row_id) in two]


def register_of(change: Any) -> type[Any]:
    """The register an entry of the history tells of."""
    return _registers()[change.register]


@remembers()
def _registers() -> dict[str, type[Any]]:
    registers: list[Any] = [one.class_ for one in Base.registry.mappers if issubclass(one.class_, Record)]
    return {one.__tablename__: one for one in registers}


def _touched(register: type[Any], reverse: dict[str, Any]) -> list[Field]:
    """The fields of a row that a change is about, its parts among them."""
    keys = _keys(reverse)
    return [known for known in fields_of(register) if known.key in keys]


def _written(register: type[Any], reverse: dict[str, Any]) -> list[Field]:
    """The fields that one must be allowed to write to take a change back: of the reasons why fields are not relevant,
    those fields."""
    was, came = ({} if one is None else one for one in reverse["values"].get(WAIVED, ({}, {})))
    said = [known for key, known in waivable(register).items() if was.get(key) != came.get(key)]
    return [*[known for known in _touched(register, reverse) if known.key != WAIVED], *said]


def _keys(reverse: dict[str, Any]) -> set[str]:
    return {*reverse["values"], *reverse["links"], *[part["within"] for part in reverse["parts"]]}


def _all_touched(register: type[Any], changes: dict[int, list[Any]]) -> list[Field]:
    """The fields that any of these changes is about, so that they are read together; all of a row that goes."""
    some = [change for mine in changes.values() for change in mine]
    if any(change.action in {CREATED, RESTORED} for change in some):
        return list(fields_of(register))
    found = {known.key: known for change in some if change.reverse for known in _touched(register, change.reverse)}
    return list(found.values())


def _owner(row: Any) -> int | None:
    return getattr(row, "municipality_id", None)
