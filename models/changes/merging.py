"""Two rows of a register that are the same thing made one: what each field holds afterwards, and all that points at the
one that goes, moved to the one that stays.

The row that goes is deleted as any other, and its entry in the history says where it went (`merged_into`). What moved
stands in an entry of the row that stays, so that the whole is taken back as one event (`undoing.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models.changes import audit, snapshots
from models.changes.circles import refuse_circle
from models.changes.moving import Moves, around
from models.changes.validity import wrong
from models.declare.base import Group, field_of, fields_of, is_unique, part_class
from models.declare.choices import says_nothing
from models.declare.fields import Field, Kind, is_owned
from models.declare.words import N_, Problem
from models.tenancy import scope
from models.tenancy.log import MERGED
from models.tenancy.roles import Actor, can, may_do, may_read_field, may_write_field
from models.tenancy.session import crosses_the_border

ITSELF = N_("Dette er samme rad to ganger. Velg en annen å slå den sammen med.")
NO_ROOM = N_(
    "Med navnene på begge blir dette %(length)s tegn, og det er plass til %(limit)s. "
    "Velg den korteste, eller kort det ned i raden først."
)
ELSEWHERE = N_("«%(name)s» hører til en annen kommune. Bare rader i samme kommune kan slås sammen.")
APPROVED = N_("«%(name)s» er godkjent, og det er ikke den du beholder. Bytt om, så den godkjente blir stående.")


class Pick(StrEnum):
    """Which of the two rows a field is taken from; of links and parts perhaps both."""

    KEPT = "kept"
    GONE = "gone"
    BOTH = "both"


def may_merge(register: type[Any]) -> bool:
    """Whether rows of a register can be the same thing twice: not people, roles, money and municipalities."""
    return not register.__written_once__ and register.__register__.group is not Group.SYSTEM


def allowed(actor: Actor, kept: Any, gone: Any) -> bool:
    """Whether somebody may change the one and delete the other; of shared rows only who keeps them for all."""
    register = type(kept)
    if not is_owned(register):
        return can(actor, "delete", register)
    return may_do(actor, "edit", kept) and may_do(actor, "delete", gone)


def refusal(kept: Any, gone: Any) -> Problem | None:
    """Why two rows cannot be one, whatever is picked."""
    if kept is gone:
        return Problem(ITSELF)
    if is_owned(type(kept)) and crosses_the_border(kept, gone):
        return Problem(ELSEWHERE, name=str(gone))
    if _is_approved(gone) and not _is_approved(kept):
        return Problem(APPROVED, name=str(gone))
    return None


def _is_approved(row: Any) -> bool:
    stages = ((known, getattr(known.choices, "APPROVED", None)) for known in fields_of(type(row)))
    return any(approved is not None and getattr(row, known.key) is approved for known, approved in stages)


def pickable(actor: Actor, kept: Any, gone: Any) -> list[Field]:
    """The fields that somebody may choose between: those of the form that may be read in both rows and written. Links
    that are declared at the other end move with what points here."""
    return [
        known
        for known in fields_of(type(kept))
        if known.in_form
        and not known.mirrored
        and may_read_field(known, kept)
        and may_read_field(known, gone)
        and may_write_field(actor, known, kept)
    ]


def likely(known: Field, kept: Any, gone: Any) -> Pick:
    """What is picked until somebody picks: all links and parts, and of single values the one that says something."""
    if known.kind in {Kind.REFERENCES, Kind.ROWS}:
        return Pick.BOTH
    says = not says_nothing(getattr(kept, known.key)) or says_nothing(getattr(gone, known.key))
    return Pick.KEPT if says else Pick.GONE


def names_after(kept: Any, gone: Any, picks: Mapping[str, Pick]) -> str:
    """What the field for other names holds afterwards: what the two were called goes on being found. Nothing where the
    register has no such field, or it is not picked."""
    register = type(kept).__register__
    if register.aliases not in picks:
        return ""
    alias, title = (gone if picks.get(one) is Pick.GONE else kept for one in (register.aliases, register.title))
    others = [one.strip() for one in (getattr(alias, register.aliases) or "").split(",") if one.strip()]
    for name in (str(kept), str(gone)):
        if name and name.casefold() not in {one.casefold() for one in [str(title), *others]}:
            others.append(name)
    return ", ".join(others)


def names_too_long(kept: Any, gone: Any, picks: Mapping[str, Pick]) -> Refusal | None:
    """What is told before anybody presses where the other names do not fit."""
    names, known = names_after(kept, gone, picks), type(kept).__register__.aliases
    limit = field_of(type(kept), known).length if names else 0
    if len(names) <= limit:
        return None
    return Refusal(Problem(NO_ROOM, length=len(names), limit=limit), field_of(type(kept), known))


@dataclass(frozen=True)
class Refusal:
    """What is wrong with the row as it was put together."""

    problem: Problem
    known: Field | None = None


@dataclass
class Merging:
    """The row that stays and the one that goes, read whole (`gathering.rows_of`), and what is picked of each field."""

    session: Any
    kept: Any
    gone: Any
    picks: Mapping[str, Pick]
    _late: dict[str, Any] = field(default_factory=dict)

    def put_together(self) -> list[Refusal]:
        """Give the row that stays what was picked, in the session alone; what is wrong with it then."""
        names = names_after(self.kept, self.gone, self.picks)
        picked = [known for known in fields_of(type(self.kept)) if known.key in self.picks]
        for known in picked:
            value = self._value(known, self.picks[known.key])
            if value == getattr(self.kept, known.key):
                continue
            if is_unique(type(self.kept), known):
                self._late[known.key] = value  # taken by the row that goes until it has gone
            else:
                setattr(self.kept, known.key, value)
        if names:
            setattr(self.kept, type(self.kept).__register__.aliases, names)
        return list(self._wrong(picked))

    def _value(self, known: Field, pick: Pick) -> Any:
        kept, gone = (getattr(row, known.key) for row in (self.kept, self.gone))
        if known.kind is Kind.ROWS:
            return list(_parts(known, kept, gone, pick))
        if known.kind is Kind.REFERENCES:
            wanted = {Pick.KEPT: kept, Pick.GONE: gone, Pick.BOTH: [*kept, *gone]}[pick]
            return [one for one in dict.fromkeys(wanted) if one is not self.gone and one is not self.kept]
        value = gone if pick is Pick.GONE else kept
        return None if known.kind is Kind.REFERENCE and (value is self.gone or value is self.kept) else value

    def _wrong(self, picked: list[Field]) -> Iterator[Refusal]:
        for known in picked:
            for problem in wrong(self.kept, known):
                yield Refusal(problem, known)
        for check in (getattr(self.kept, "check", None), lambda: refuse_circle(self.kept)):
            try:
                if check:
                    check()
            except Problem as problem:
                yield Refusal(problem)

    def carry_out(self) -> int:
        """Move what points at the row that goes, delete it, and write all of it; how many rows were changed by it.

        Nothing may be committed when this raises: Problem where a row that points at it refuses, IntegrityError where
        the database does, StaleDataError where somebody was quicker."""
        with self.session.no_autoflush, scope.use(around(self.session, self.kept)):
            moves = Moves(self.session, self.kept, self.gone)
            moves.move()
            audit.note_beside(self.session, self.kept, MERGED, told(self.gone, "added"), moves.written())
            audit.note_merged(self.session, self.gone, self.kept)
            self.session.delete(self.gone)
            self.session.flush()
            for key, value in self._late.items():
                setattr(self.kept, key, value)
            self.session.flush()
        return moves.number


def told(gone: Any, side: str) -> list[dict[str, Any]]:
    """What the history of the row that stays tells of the other, which is `added` to it or `removed` again."""
    return [{"field": "merged", "added": [], "removed": [], "row": gone.id} | {side: [str(gone)]}]


def _parts(known: Field, kept: list[Any], gone: list[Any], pick: Pick) -> Iterator[Any]:
    """The parts as they are to be: those of the row that goes as new ones, and none that is there already."""
    there = {content(part): part for part in kept}
    wanted = kept if pick is not Pick.GONE else [there[content(one)] for one in gone if content(one) in there]
    yield from wanted
    if pick is not Pick.KEPT:
        for said, part in {content(one): one for one in gone}.items():
            if said not in there:
                yield _copied(part_class(known), part)


def content(part: Any) -> str:
    """What a part says, its number aside: two that say the same are one."""
    told = snapshots.taken(part)
    return repr((told["values"], {key: sorted(one for one, _name in ends) for key, ends in told["links"].items()}))


def _copied(part: type[Any], row: Any) -> Any:
    made = part()
    for known in fields_of(part):
        value = getattr(row, known.key)
        setattr(made, known.key, list(value) if known.kind is Kind.REFERENCES else value)
    return made
