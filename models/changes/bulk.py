"""Changes of many rows, and many new ones: tried row by row in the session, before anything is saved.

Each row is asked what its own form would ask: the right to it and to its fields, whether they apply, their checks. A
row that refuses stays as it is, and says why. What goes is saved by whoever asked, in one flush and one event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.changes.beginning import is_default
from models.changes.circles import refuse_circle
from models.changes.validity import wrong
from models.declare.base import fields_of, part_class
from models.declare.choices import says_nothing
from models.declare.fields import Field, Kind, is_owned
from models.declare.memories import remembers
from models.declare.words import N_, Problem
from models.tenancy.roles import Actor, may_do, may_read_field, writes_fields
from models.tenancy.session import crosses_the_border

MOST = 5000  # rows, as many as one undoing takes back
OFTEN = 100  # rows, after which it is told how far one has come
FORBIDDEN = N_("Du kan ikke endre denne.")
UNDELETABLE = N_("Du kan ikke slette denne.")
UNMAKABLE = N_("Du kan ikke lage nye her.")
CLOSED = N_("Du kan ikke endre feltet her.")
CHANGED_SINCE = N_("Noen har endret den siden du så på den.")
NOT_ASKED = N_("Feltet gjelder ikke for denne, slik den er.")
ELSEWHERE = N_("«%(name)s» hører til en annen kommune.")


@dataclass(frozen=True)
class PartChange:
    """What becomes of a part by the keys of its fields, or what a new one holds where there is none."""

    part: Any
    values: Mapping[str, Any]

    @property
    def differs(self) -> bool:
        """Whether there is anything new in it."""
        return self.part is None or any(map(self.differs_in, fields_of(type(self.part))))

    def differs_in(self, known: Field) -> bool:
        """Whether a field of the part would hold something else; of links their order is nothing else."""
        if known.key not in self.values:
            return False
        old, new = getattr(self.part, known.key), self.values[known.key]
        return bool(set(old) != set(new) if known.kind is Kind.REFERENCES else old != new)


@dataclass(frozen=True)
class Change:
    """What becomes of one field: a value (of a reference a row), links that come and, by their ids, go, or parts that
    change and come; `empties` takes all parts away."""

    known: Field
    value: Any = None
    added: tuple[Any, ...] = ()
    removed: frozenset[int] = frozenset()
    parts: tuple[PartChange, ...] = ()
    empties: bool = False

    def of(self, row: Any) -> Any:
        """What the field of a row holds when the change is made."""
        if self.known.kind is Kind.ROWS:
            kept = [] if self.empties else list(getattr(row, self.known.key))
            return kept + [part_class(self.known)(**one.values) for one in self.parts if one.part is None]
        if self.known.kind is not Kind.REFERENCES:
            return self.value
        kept = [one for one in getattr(row, self.known.key) if one.id not in self.removed]
        return kept + [one for one in self.added if one not in kept]

    @property
    def far(self) -> Sequence[Any]:
        """The rows it newly points at."""
        if self.known.kind is Kind.ROWS:
            return [far for one in self.parts for value in one.values.values() for far in _rows_in(value)]
        return self.added if self.known.kind is not Kind.REFERENCE or self.value is None else (self.value,)


@dataclass(frozen=True)
class Refusal:
    """Why a row stays as it is: a problem, and the fields it is about."""

    row: Any
    problem: Problem
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class InPart:
    """What a field of a part held, and what it holds now."""

    within: Field
    part: Any
    known: Field
    old: Any
    new: Any


Before = dict[str, tuple[Field, Any, Any]]  # of each field that differs: what it held, and what it holds now
Judge = Callable[[Any], Refusal | None]


@dataclass
class Bulk:
    """Some rows of a register as they would be. `versions` is how they stood when the change was asked for; `judge`
    may say of each what this room knows nothing of; `tell` is told now and then how many were gone through."""

    session: Any
    actor: Actor
    versions: Mapping[int, int]
    judge: Judge = lambda _row: None
    tell: Callable[[int], None] = lambda _done: None
    changed: dict[Any, Before] = field(default_factory=dict)
    parts: dict[Any, list[InPart]] = field(default_factory=dict)
    made: list[Any] = field(default_factory=list)
    gone: list[Any] = field(default_factory=list)
    same: list[Any] = field(default_factory=list)
    refusals: dict[Any, list[Refusal]] = field(default_factory=dict)

    def change(self, rows: Sequence[Any], changes: Sequence[Change]) -> None:
        """Change the rows that let themselves be changed."""
        self.change_each((row, changes) for row in rows)

    def change_each(self, wanted: Iterable[tuple[Any, Sequence[Change]]]) -> None:
        """The same, each row in its own way."""
        with self.session.no_autoflush:
            for row, changes in self._one_by_one(wanted):
                self._note(row, list(self._change(row, changes)))

    def make(self, wanted: Iterable[tuple[Any, Sequence[Change]]]) -> None:
        """Fill in rows that were begun, and add those that let themselves be made."""
        with self.session.no_autoflush:
            for row, changes in self._one_by_one(wanted):
                self._note(row, list(self._make(row, changes)))

    def delete(self, rows: Sequence[Any]) -> None:
        """Delete the rows that let themselves be deleted."""
        with self.session.no_autoflush:
            for row in self._one_by_one(rows):
                self._note(row, list(self._undeletable(row)))
                if row not in self.refusals:
                    self.gone.append(row)
                    self.session.delete(row)

    def take_back(self, row: Any) -> None:
        """Let a row that was changed be what it was after all, and one that was made not be there."""
        _set_back(row, self.changed.pop(row), self.parts.pop(row, ()))
        if row in self.made:
            self.made.remove(row)
            self.session.expunge(row)

    def _one_by_one(self, rows: Iterable[Any]) -> Iterator[Any]:
        for number, row in enumerate(rows):
            if number % OFTEN == 0:
                self.tell(number)
            yield row

    def _note(self, row: Any, refused: list[Refusal]) -> None:
        if refused:
            self.refusals[row] = refused

    def _change(self, row: Any, changes: Sequence[Change]) -> Iterator[Refusal]:
        if not may_do(self.actor, "edit", row):
            yield Refusal(row, Problem(FORBIDDEN))
            return
        if closed := self._closed(row, changes):
            yield Refusal(row, Problem(CLOSED), tuple(known for known in closed if may_read_field(known, row)))
            return
        differing, inner = self._set(row, _wanted(row, changes)), list(_set_parts(changes))
        if not differing and not inner:
            self.same.append(row)
            return
        keys = differing.keys() | {one.within.key for one in inner}
        refused = list(self._wrong(row, [one for one in changes if one.known.key in keys]))
        if refused:
            _set_back(row, differing, inner)
            yield from refused
        else:
            self.changed[row] = differing
            self.parts[row] = inner

    def _closed(self, row: Any, changes: Sequence[Change]) -> list[Field]:
        may_write = writes_fields(self.actor, row)
        return [one.known for one in changes if not may_read_field(one.known, row) or not may_write(one.known)]

    def _make(self, row: Any, changes: Sequence[Change]) -> Iterator[Refusal]:
        if not may_do(self.actor, "create", row):
            yield Refusal(row, Problem(UNMAKABLE))
            return
        if closed := self._closed(row, changes):
            yield Refusal(row, Problem(CLOSED), tuple(closed))
            return
        differing, said = self._set(row, _wanted(row, changes)), {one.known.key for one in changes}
        refused = [one for change in changes for one in _told(row, change)]
        unsaid = [one for one in _asked_of_new(type(row)) if one.key not in said and not is_default(row, one)]
        refused += [Refusal(row, problem, (known,)) for known in unsaid for problem in wrong(row, known)]
        refused += self._row_problems(row)
        if refused:
            _set_back(row, differing, ())
            yield from refused
        else:
            self.changed[row] = differing
            self.made.append(row)
            self.session.add(row)

    def _set(self, row: Any, wanted: Before) -> Before:
        """Set what differs; gives what did, as the row took it."""
        for key, (_known, old, new) in wanted.items():
            if old != new:
                setattr(row, key, new)
        held = {key: (known, old, getattr(row, key)) for key, (known, old, _new) in wanted.items()}
        return {key: one for key, one in held.items() if one[1] != one[2]}

    def _wrong(self, row: Any, changes: Sequence[Change]) -> Iterator[Refusal]:
        """What stands in the way of a row as it now is."""
        if self._is_changed_since(row):
            yield Refusal(row, Problem(CHANGED_SINCE))
            return
        for change in changes:
            yield from _told(row, change)
        yield from self._row_problems(row)

    def _row_problems(self, row: Any) -> Iterator[Refusal]:
        """What the row itself, and those who know more than this room, have to say."""
        for check in (getattr(row, "check", None), lambda: refuse_circle(row)):
            try:
                if check:
                    check()
            except Problem as problem:
                yield Refusal(row, problem)
        if judged := self.judge(row):
            yield judged

    def _undeletable(self, row: Any) -> Iterator[Refusal]:
        if not may_do(self.actor, "delete", row):
            yield Refusal(row, Problem(UNDELETABLE))
        elif self._is_changed_since(row):
            yield Refusal(row, Problem(CHANGED_SINCE))
        else:
            yield from self._row_problems(row)

    def _is_changed_since(self, row: Any) -> bool:
        return bool(self.versions.get(row.id, row.version) != row.version)


def _wanted(row: Any, changes: Sequence[Change]) -> Before:
    """What the fields hold, and are to hold."""
    found = {}
    for change in changes:
        old = getattr(row, change.known.key)
        found[change.known.key] = (change.known, list(old) if isinstance(old, list) else old, change.of(row))
    return found


def _set_parts(changes: Sequence[Change]) -> Iterator[InPart]:
    """Change the parts that stay; gives what differs of them."""
    for change in changes:
        for one in change.parts:
            for known in fields_of(type(one.part)) if one.part is not None else ():
                if one.differs_in(known):
                    old = getattr(one.part, known.key)
                    old = list(old) if isinstance(old, list) else old
                    setattr(one.part, known.key, one.values[known.key])
                    yield InPart(change.known, one.part, known, old, getattr(one.part, known.key))


def _set_back(row: Any, differing: Before, inner: Iterable[InPart]) -> None:
    for key, (_known, old, _new) in differing.items():
        setattr(row, key, old)
    for one in inner:
        setattr(one.part, one.known.key, one.old)


def _told(row: Any, change: Change) -> Iterator[Refusal]:
    for problem in _field_problems(row, change):
        yield Refusal(row, problem, (change.known,))


def _rows_in(value: Any) -> Sequence[Any]:
    """The rows that a value of a part points at."""
    return [one for one in (value if isinstance(value, list) else [value]) if hasattr(one, "__register__")]


@remembers()
def _following(register: Any) -> dict[str, list[Field]]:
    """The dates that must come after a field, by its key."""
    found: dict[str, list[Field]] = {}
    for known in fields_of(register):
        if known.after:
            found.setdefault(known.after, []).append(known)
    return found


@remembers()
def _asked_of_new(register: Any) -> tuple[Field, ...]:
    return tuple(known for known in fields_of(register) if known.required)


def _field_problems(row: Any, change: Change) -> Iterator[Problem]:
    known = change.known
    if not known.applies_to(row) and not says_nothing(getattr(row, known.key)):
        yield Problem(NOT_ASKED)
        return
    yield from wrong(row, known)
    for one in _following(type(row)).get(known.key, ()):
        yield from wrong(row, one)
    if change.parts:
        for part in getattr(row, known.key):
            yield from (problem for inner in fields_of(type(part)) for problem in wrong(part, inner))
    for there in change.far:
        if is_owned(type(row)) and is_owned(type(there)) and crosses_the_border(row, there):
            yield Problem(ELSEWHERE, name=str(there))
