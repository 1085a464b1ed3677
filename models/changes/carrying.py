"""Rows of one municipality carried into another when they are merged: copies that remember where they came from, and
the taking away of them again.

The original stays as it was: it is the record of the controller that was (GDPR art. 30), and ends with it. A copy says
the same, but for what the old controller decided. The new one is another controller and answers for its own record
(art. 4(7), 24, 30): what was approved needs to be looked at anew, what was on its way to be approved begins again, no
risk is accepted, and nothing is shared with others before somebody there says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from models.changes import audit
from models.changes.gathering import CHUNK, whole_rows
from models.changes.merging import Pick, content, names_after
from models.declare.approval import BY_STEPS
from models.declare.base import Base, OwnedRecord, fields_of, part_class
from models.declare.choices import says_nothing
from models.declare.domains import Domain
from models.declare.fields import Field, Kind, is_owned
from models.declare.memories import remembers
from models.registers.architecture import Application
from models.registers.attachments import attachment_class
from models.registers.mergers import Leg, origin_class
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.tenancy import scope

FOLLOWING = (OrganisationalUnit, ContactPerson)  # go along with what points at them
NUMBERED, FORMER = "number", "former_number"
# What the old controller decided, and is not carried over.
DECIDED = (BY_STEPS | {"sender_id", "accepted_on", "shared"}) - {"status"}
KEPT_BESIDE = ("name", "ending", "size", "digest", "stored", "title", "address", "at", "author_id", "author_name")
TOLD_EACH = 50  # copies, after which it is told how far it has come
Ids = dict[type[Any], list[int]]


@remembers()
def registers(domain: Domain) -> tuple[type[Any], ...]:
    """The registers of content, or of risk, that are carried over."""
    found: list[Any] = [one.class_ for one in Base.registry.mappers if issubclass(one.class_, OwnedRecord)]
    return tuple(sorted((one for one in found if one.__domain__ is domain), key=lambda one: one.__tablename__))


def chosen(session: Any, leg: Leg) -> Ids:
    """The ids of the content that goes along, by register; within the scope in force, that of the source alone."""
    with scope.use(scope.current().within([leg.source])):
        found = {one: list(session.scalars(select(one.id).order_by(one.id))) for one in registers(Domain.CONTENT)}
    return {one: leg.chosen(one.__tablename__, ids) for one, ids in found.items()}


def pointed_at(row: Any) -> Iterator[tuple[Field, Any]]:
    """What a row and its parts point at in the same municipality."""
    for known in fields_of(type(row)):
        if known.mirrored:
            continue
        value: Any = getattr(row, known.key) if known.kind is not Kind.VALUE else None
        if known.kind is Kind.ROWS:
            for part in value:
                yield from pointed_at(part)
        elif value and is_owned(known.points_at):
            for far in value if known.kind is Kind.REFERENCES else [value]:
                yield known, far


@dataclass
class Carrying:
    """What is carried into one municipality. `twins` are the applications that become one there, by their ids."""

    session: Any
    target: int
    day: date
    names: dict[int, str]
    twins: Sequence[Sequence[int]] = ()
    originals: dict[type[Any], dict[int, Any]] = field(default_factory=dict)
    _copies: dict[tuple[type[Any], int], Any] = field(default_factory=dict)
    _kinds: dict[type[Any], list[Any]] = field(default_factory=dict)

    def read(self, leg: Leg, ids: Ids, *, with_risk: bool) -> None:
        """Read what goes along of a source: what was chosen, the units and people it points at, and the risk of it."""
        with scope.use(scope.current().within([leg.source])):
            for register, some in ids.items():
                self._read(register, some)
            for register in registers(Domain.RISK) if with_risk else ():
                self._read(register, self._risk_of(register, leg))
            self._follow()

    def _read(self, register: type[Any], ids: Sequence[int]) -> None:
        there = self.originals.setdefault(register, {})
        there |= whole_rows(self.session, register, [one for one in ids if one not in there])

    def _follow(self) -> None:
        """Units and people come with what points at them, and so on upwards."""
        while True:
            wanted: Ids = {register: [] for register in FOLLOWING}
            for rows in self.originals.values():
                for row in rows.values():
                    for known, far in pointed_at(row):
                        if known.points_at in FOLLOWING and far.id not in self.originals.get(known.points_at, {}):
                            wanted[known.points_at].append(far.id)
            if not any(wanted.values()):
                return
            for register, ids in wanted.items():
                self._read(register, sorted(set(ids)))

    def _risk_of(self, register: type[Any], leg: Leg) -> list[int]:
        """The assessments of what goes along; those of nothing at all go where everything goes."""
        about = [
            known
            for known in fields_of(register)
            if known.kind is Kind.REFERENCE and is_owned(known.points_at) and known.points_at not in FOLLOWING
        ]
        columns = [getattr(register, known.column) for known in about]
        found = []
        for row_id, *there in self.session.execute(select(register.id, *columns).order_by(register.id)):
            told = [(known.points_at, far) for known, far in zip(about, there, strict=True) if far is not None]
            goes = any(far in self.originals.get(one, {}) for one, far in told) if told else leg.takes_all
            found += [row_id] if goes else []
        return found

    @property
    def size(self) -> int:
        """How many rows they are."""
        return sum(map(len, self.originals.values()))

    @property
    def number(self) -> int:
        """How many of them are content, which is all that is told."""
        return sum(len(rows) for one, rows in self.originals.items() if one.__domain__ is Domain.CONTENT)

    def left_behind(self) -> Counter[tuple[type[Any], Field]]:
        """How many links are left, as what they lead to does not go along; by the register and the field."""
        lost: Counter[tuple[type[Any], Field]] = Counter()
        for register, rows in self.originals.items():
            for row in rows.values():
                lost.update((register, known) for known, far in pointed_at(row) if not self._goes(known, far))
        return lost

    def _goes(self, known: Field, far: Any) -> bool:
        return far.id in self.originals.get(known.points_at, {})

    def make(self, tell: Callable[[int], None] = lambda _made: None) -> list[Any]:
        """The copies, in the session and tied to each other; to be flushed. Now and then it is told how many are made,
        of content."""
        groups = [(register, some) for register in self.originals for some in self._together(register)]
        with self.session.no_autoflush:
            for register, some in groups:
                made = register(municipality_id=self.target)
                self._copies |= {(register, row.id): made for row in some}
            done = 0
            for at, (register, some) in enumerate(groups):
                if at % TOLD_EACH == 0:
                    tell(done)
                done += len(some) if register.__domain__ is Domain.CONTENT else 0
                made = self._copies[register, some[0].id]
                self._fill(made, some)
                audit.note_origin(self.session, made, [self._told(row) for row in some])
                self.session.add(made)
        return list(dict.fromkeys(self._copies.values()))

    def _together(self, register: type[Any]) -> Iterator[list[Any]]:
        """Each row by itself, and those that become one with the first of them."""
        rows = self.originals[register]
        alike = [[one for one in twins if one in rows] for twins in self.twins] if register is Application else []
        first = {one: twins[0] for twins in alike for one in twins}
        groups: dict[int, list[Any]] = {}
        for row_id, row in rows.items():
            groups.setdefault(first.get(row_id, row_id), []).append(row)
        yield from groups.values()

    def _fill(self, made: Any, rows: list[Any]) -> None:
        register = type(made)
        for known in fields_of(register):
            if not known.mirrored and known.key not in DECIDED:
                setattr(made, known.key, self._value(known, rows))
        for key in getattr(register, "__kept__", ()):
            if key not in DECIDED:
                setattr(made, key, copy(getattr(rows[0], key)))
        for other in rows[1:]:
            if names := names_after(made, other, {register.__register__.aliases: Pick.BOTH}):
                setattr(made, register.__register__.aliases, names[: _length(register)])
        _begin_anew(made)
        if register is ProcessingActivity:
            former = [row.former_number for row in rows] + [self._called(row) for row in rows]
            made.former_number = ", ".join(filter(None, former))[: _length(register, FORMER)]

    def _value(self, known: Field, rows: list[Any]) -> Any:
        """What the copy of some rows says in a field: of single values the first that says something, and all links and
        parts."""
        if known.kind is Kind.ROWS:
            parts = {content(part): part for row in rows for part in getattr(row, known.key)}
            some = parts.values() if len(rows) > 1 else getattr(rows[0], known.key)
            return [self._part(known, part) for part in some]
        if known.kind is Kind.REFERENCES:
            there = [self._there(known, far) for row in rows for far in getattr(row, known.key)]
            return list(dict.fromkeys(one for one in there if one is not None))
        values = [getattr(row, known.key) for row in rows]
        if known.kind is Kind.REFERENCE:
            return next((there for far in values if (there := self._there(known, far)) is not None), None)
        return copy(next((one for one in values if not says_nothing(one)), values[0]))

    def _there(self, known: Field, far: Any) -> Any:
        """What stands for the far end of a link in the new municipality; None where that does not go along."""
        if far is None or not is_owned(known.points_at):
            return far
        return self._copies.get((known.points_at, far.id))

    def _part(self, owner: Field, part: Any) -> Any:
        made = part_class(owner)(municipality_id=self.target)
        for known in fields_of(type(part)):
            setattr(made, known.key, self._value(known, [part]))
        return made

    def _called(self, row: Any) -> str:
        """What a row was known by, with its place: B-0007 (Bø)."""
        number = getattr(row, NUMBERED, None)
        return f"{number} ({self.names[row.municipality_id]})" if number else ""

    def _told(self, row: Any) -> str:
        return ", ".join(filter(None, (self.names[row.municipality_id], f"{self.day:%d.%m.%Y}", _number(row))))

    def remember(self, merger: int) -> None:
        """Say of every copy where it came from, and hang on it what hung on the original; to be flushed twice."""
        beside = self._beside()
        self.session.flush()
        for (register, row_id), made in self._copies.items():
            row, kept = self.originals[register][row_id], origin_class(register)
            assert kept is not None  # noqa: S101 - only what has such a class is carried
            self.session.add(
                kept(
                    municipality_id=self.target, register=register.__tablename__, row_id=made.id,
                    row_version=made.version, merger_id=merger, day=self.day, from_place=row.municipality_id,
                    from_row=row_id, from_version=row.version, number=_number(row),
                    attachments=[one.id for one in beside.get((register, row_id), ())],
                )
            )  # fmt: skip
        self.session.flush()

    def hanging(self) -> list[tuple[type[Any], Any]]:
        """What hangs on the originals, each with its register."""
        return [(one, found) for one, rows in self.originals.items() for found in beside_rows(self.session, one, rows)]

    def _beside(self) -> dict[tuple[type[Any], int], list[Any]]:
        """What hangs on the copies: the files are the same ones, which nobody changes."""
        found: dict[tuple[type[Any], int], list[Any]] = {}
        for register, one in self.hanging():
            told = {key: getattr(one, key) for key in KEPT_BESIDE}
            made = type(one)(
                municipality_id=self.target, register=register.__tablename__,
                row_id=self._copies[register, one.row_id].id, **told,
            )  # fmt: skip
            self.session.add(made)
            found.setdefault((register, one.row_id), []).append(made)
        return found


def beside_rows(session: Any, register: type[Any], ids: Collection[int], *, with_gone: bool = False) -> Iterator[Any]:
    """The files and links that hang on some rows, a statement for a few hundred; those taken away only `with_gone`."""
    table: Any = attachment_class(register)
    there = sorted(ids)
    for start in range(0, len(there), CHUNK):
        mine = (table.register == register.__tablename__, table.row_id.in_(there[start : start + CHUNK]))
        still = () if with_gone else (table.removed_at.is_(None),)
        yield from session.scalars(select(table).where(*mine, *still).order_by(table.id))


def _number(row: Any) -> str:
    return str(getattr(row, NUMBERED, None) or "")


def _begin_anew(made: Any) -> None:
    """What was approved by the old controller is to be looked at by the new one; what was on its way begins again. The
    number is given anew."""
    approval = type(made).__register__.approval
    if approval is not None and made.status not in {approval.draft, approval.revise, approval.ended}:
        made.status = approval.revise if made.status is approval.approved else approval.draft
    if isinstance(made, ProcessingActivity):
        made.number = None


def _length(register: type[Any], key: str = "") -> int:
    wanted = key or register.__register__.aliases
    return next(known.length for known in fields_of(register) if known.key == wanted)
