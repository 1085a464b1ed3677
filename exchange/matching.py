"""Which field of a register a column of a sheet is: by what was chosen for it last time, by its label in any of our
languages, by the name of the field, by what a known guest calls it, and by likeness. Each field is taken once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from exchange import guests
from exchange.called import BRACKETS, known_by, told_columns
from exchange.cells.likeness import nearest
from exchange.cells.spellings import alike, in_all_languages
from exchange.columns import BESIDE, NUMBER, OF_PARTS, PARENT, PARENT_NAME, filled_in
from exchange.guests import Guest
from exchange.guests.guest import NO_FIELD
from exchange.table import GROUPED, Table, column_letters
from models.declare.base import part_class
from models.declare.fields import Kind

OFFERED = 5
LIKE_ENOUGH = 70  # per cent: below it a likeness is chance
_SHEET_NAME = 31  # letters that a sheet may be called


class How(StrEnum):
    """What a column was matched by."""

    LABEL = "label"
    NAME = "name"
    GUEST = "guest"
    REMEMBERED = "remembered"
    LIKENESS = "likeness"  # offered, and taken by nobody but the person
    CLOSED = "closed"  # a field that nobody fills in: told by Orden, and not read
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Match:
    """What a column of a table is taken for, and how surely (0 to 1). `key` is that of a field, one of BESIDE or
    OF_PARTS, or «part.field» where a guest tells of parts in the row; None when it is like nothing."""

    column: int
    key: str | None
    how: How
    share: float

    @property
    def is_sure(self) -> bool:
        return self.key is not None and self.how is not How.LIKENESS


def match(
    register: type[Any], table: Table, *, remembered: Mapping[str, str] | None = None, guest: Guest | None = None
) -> list[Match]:
    """What each column of a table is. `remembered` is what was chosen last time, by `spoken`; the guest is recognised
    where it is not given."""
    ours = _is_ours(register, table)
    guest = guest or guest_of(register, table)
    others = {alike(heading) for heading, key in guest.headings.items() if key == NO_FIELD} if guest else set()
    taken = {
        column: Match(column, None, How.NONE, 0.0)
        for column, heading in enumerate(table.headings)
        if alike(heading) in others
    }
    inner = {} if ours else leading_fields(register)
    for how, found in _ways(register, table, remembered or {}, guest, ours=ours):
        for column, named in found:
            key = inner.get(named, named)
            if column not in taken and key not in {one.key for one in taken.values()}:
                taken[column] = Match(column, key, how, 1.0)
    closed = told_columns(register, table.headings) - taken.keys()
    taken |= {column: Match(column, None, How.CLOSED, 1.0) for column in closed}
    taken |= {one.column: one for one in _likely(register, table, taken)}
    return [taken.get(column, Match(column, None, How.NONE, 0.0)) for column in range(len(table.headings))]


def homeless(register: type[Any], table: Table, matches: Sequence[Match]) -> frozenset[int]:
    """The columns of a known guest that no field is for: their words become comments unless somebody says otherwise."""
    left = frozenset(one.column for one in matches if not one.is_sure)
    return left if is_guest(register, table) else frozenset()


def is_guest(register: type[Any], table: Table) -> bool:
    """Whether a sheet is laid out as one of others that we know: what our fields cannot hold of it is kept in words."""
    return guest_of(register, table) is not None


def guest_of(register: type[Any], table: Table) -> Guest | None:
    """Whose layout a sheet has; None where it is ours, or nobody's that we know."""
    return None if _is_ours(register, table) else guests.recognised(register, said_by(table))


def said_by(table: Table) -> list[str]:
    """What the headings of a sheet say: of two rows of them also the lower by itself, where the upper parts all of the
    columns into sections and so names none of them. «» where that is said of several columns, or there is none."""
    if not all(GROUPED in heading for heading in table.headings if heading):
        return [*table.headings]
    lower = [heading.partition(GROUPED)[2] for heading in table.headings]
    times = Counter(map(alike, lower))
    return [*table.headings, *[one if times[alike(one)] == 1 else "" for one in lower]]


def spoken(table: Table, column: int) -> str:
    """What a column is called: its heading, with its letter where it has none or shares it with another."""
    heading = table.headings[column]
    if heading and Counter(map(alike, table.headings))[alike(heading)] == 1:
        return heading
    return f"{heading} ({column_letters(table.left + column)})".strip()


Found = Iterable[tuple[int, str]]


def _ways(
    register: type[Any], table: Table, remembered: Mapping[str, str], guest: Guest | None, *, ours: bool
) -> Iterator[tuple[How, Found]]:
    """The ways to match, the surest first. A sheet that went out from here says its labels: what is told there in the
    reader's language is no field by its bare name."""
    labels, names = known_by(register)
    known = {*labels.values(), *names.values(), *part_keys(register)}
    told = {column: remembered.get(spoken(table, column)) for column in range(len(table.headings))}
    before = [(column, key) for column, key in told.items() if key in known]
    if not _is_ours(register, table):  # what a person chose for a heading is meant, also where we would guess otherwise
        yield How.REMEMBERED, before
    yield How.LABEL, _named(table, labels, exactly=True)
    yield How.LABEL, _named(table, labels, exactly=False)
    if not ours:
        yield How.NAME, _named(table, names, exactly=True)
    if guest:
        called = {alike(heading): key for heading, key in guest.headings.items() if key != NO_FIELD}
        yield How.GUEST, _named(table, called, exactly=True)
    yield How.REMEMBERED, before


def likeliest(register: type[Any], tables: Sequence[Table]) -> Table | None:
    """The table of a file that has most columns of a register; None when none has any. One that is laid out as we, or
    others that we know, tell of it comes first: to others a column of its name may mean anything."""
    known = [_is_ours(register, table) or is_guest(register, table) for table in tables]
    sure = [(sum(one.is_sure for one in match(register, table)), -place) for place, table in enumerate(tables)]
    _, (most, place) = max(zip(known, sure, strict=True), default=(False, (0, 0)))
    return tables[-place] if most else None


def sheets_of_parts(register: type[Any], tables: Sequence[Table]) -> dict[str, Table]:
    """The sheets of a file that hold parts of a register, by the key of their field: they are called what it is called,
    in any language, and say which row each part hangs on."""
    held = [known for known in filled_in(register) if known.kind is Kind.ROWS]
    found: dict[str, Table] = {}
    for known in held:
        called = {alike(said[:_SHEET_NAME]) for said in in_all_languages(known.label)}
        for table in tables:
            keys = {one.key for one in match(part_class(known), table)} if alike(table.name) in called else set()
            if PARENT in keys or PARENT_NAME in keys:
                found.setdefault(known.key, table)
    return found


def part_keys(register: type[Any]) -> list[str]:
    """The fields of the parts of a register, as «part.field»."""
    held = [known for known in filled_in(register) if known.kind is Kind.ROWS]
    return [f"{known.key}.{inner.key}" for known in held for inner in filled_in(part_class(known))]


def leading_fields(register: type[Any]) -> dict[str, str]:
    """What a column of parts is in a sheet that is not ours: the reference that each part must have."""
    held = [known for known in filled_in(register) if known.kind is Kind.ROWS]
    return {
        known.key: f"{known.key}.{inner.key}"
        for known in held
        for inner in filled_in(part_class(known))
        if inner.required and inner.kind is Kind.REFERENCE
    }


def _is_ours(register: type[Any], table: Table) -> bool:
    """Whether a sheet went out from here: only then it has our numbers."""
    labels, _ = known_by(register)
    return any(labels.get(alike(heading)) == NUMBER for heading in table.headings)


def _named(table: Table, known: Mapping[str, str], *, exactly: bool) -> Found:
    """The columns whose heading is known; not `exactly`: without what stands in brackets."""
    for place, heading in enumerate(said_by(table)):
        word = alike(heading if exactly else BRACKETS.sub(" ", heading))
        if word and (key := known.get(word)):
            yield place % len(table.headings), key


def _likely(register: type[Any], table: Table, taken: Mapping[int, Match]) -> Iterator[Match]:
    """The fields that the headings left over are most like, the likeliest first, each field once."""
    used = {one.key for one in taken.values()}
    labels = {word: key for word, key in known_by(register)[0].items() if key not in {*used, *BESIDE, *OF_PARTS}}
    offers = []
    for column, heading in enumerate(said_by(table)[-len(table.headings) :]):
        if column in taken or not alike(heading):
            continue
        near = nearest(alike(heading), labels, least=LIKE_ENOUGH, most=OFFERED)
        offers += [(share, -column, labels[word]) for word, share in near]
    for share, place, key in sorted(offers, reverse=True):
        if key not in used and -place not in {one.column for one in taken.values()}:
            used.add(key)
            taken = {**taken, -place: Match(-place, key, How.LIKENESS, share / 100)}
            yield taken[-place]
