"""A row as it stands: its links and parts read in one statement, as plain values, for whoever asks and changes nothing.

The ORM reads each collection by itself and every linked row whole. What a form shows, whether what was posted differs,
and how far a record has come need the ids at the far end, the values of the parts, and a few facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    inspect,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Mapper

from models.declare.base import Part, fields_of, part_class
from models.declare.fields import Field, Kind
from models.declare.memories import remembers
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.codes import Article6, Article9, PersonalDataCategory
from models.tenancy.session import prepare

# What quality asks of the rows at the far end of a link, and of what points here from elsewhere.
FACTS: dict[type[Any], tuple[str, ...]] = {
    Article6: ("code",), Article9: ("needs_law",), PersonalDataCategory: ("special",), Agreement: ("status",),
}  # fmt: skip
POINTING_HERE: dict[type[Any], tuple[str, ...]] = {Application: ("processing_activities", "risk_assessments")}
ROW = "row"
PLAIN = (String, Integer, BigInteger, Date)  # types that differ in nothing but, perhaps, a length


class Standing:
    """Answers as the row does. What is loaded, and so may have changed, comes from the row itself; its other
    collections from what was read together; and of a reference that is not loaded it knows the id."""

    def __init__(self, row: Any, read: Mapping[str, Any]) -> None:
        self.row, self.register, self.read = row, type(row), read

    def __getattr__(self, name: str) -> Any:
        kind = _kinds(self.register.__mapper__).get(name)
        if name not in vars(self.row):
            if name in self.read:
                return self.read[name]
            if kind is Kind.REFERENCE:
                there = getattr(self.row, f"{name}_id")
                return None if there is None else SimpleNamespace(id=there)
        value = getattr(self.row, name)
        if kind is Kind.ROWS:
            known = {one.id: vars(one) for one in self.read.get(name, ())}
            return [Standing(part, known.get(part.id, {})) for part in value]
        return value


@remembers()
def _kinds(mapper: Mapper[Any]) -> dict[str, Kind]:
    return {known.key: known.kind for known in fields_of(mapper.class_)}


def standing(session: Any, row: Any) -> Standing:
    """How a row stands. What is new has nothing to be read, not even once it is saved."""
    return Standing(row, read_together(session, row) if inspect(row).persistent else _nothing(type(row)))


def _nothing(register: type[Any]) -> dict[str, Any]:
    return {one.key: [] for one in _branches(register.__mapper__) if one.owner is register}


def row_of(row: Any) -> Any:
    """The row itself, of whatever stands for one."""
    return row.row if isinstance(row, Standing) else row


def register_of(row: Any) -> Any:
    """The class whose declarations speak of a row, or of what stands for one."""
    return row.register if isinstance(row, (Standing, SimpleNamespace)) else type(row)


@dataclass(frozen=True, slots=True)
class _Branch:
    """One collection of a row, or of its parts: which attribute of which class, and what is read of the far end."""

    owner: type[Any]
    key: str
    far: type[Any]
    names: tuple[str, ...]  # what each column is called
    columns: tuple[Any, ...]
    pointing: tuple[Field, ...] = ()  # the references of a part

    def ids(self) -> tuple[Any, Any]:
        """The row at the far end, and the one that has it."""
        is_part = issubclass(self.far, Part) and self.owner is not self.far
        return self.far.id, self.far.parent_id if is_part else self.owner.id


def read_together(session: Any, row: Any) -> dict[str, Any]:
    """Every collection of a row by its key, in one statement within the scope."""
    branches = _branches(type(row).__mapper__)
    found = _nothing(type(row))
    if not branches:
        return found
    statement, slots = _statement(type(row).__mapper__)
    parts: dict[tuple[type[Any], int], Any] = {}
    for number, far_id, near_id, *values in session.execute(statement, {ROW: row.id}):
        branch = branches[number]
        told = _named(branch, [values[slot] for slot in slots[number]])
        one = SimpleNamespace(register=branch.far, id=far_id, **told)
        if branch.owner is type(row):
            found[branch.key].append(one)
            parts[branch.far, far_id] = one
        else:
            getattr(parts[branch.owner, near_id], branch.key).append(one)
    return found


def _named(branch: _Branch, values: list[Any]) -> dict[str, Any]:
    named = dict(zip(branch.names, values, strict=True))
    for known in branch.pointing:
        facts = {fact: named.pop(f"{known.key}.{fact}") for fact in FACTS.get(known.points_at, ())}
        there = named[known.column]
        named[known.key] = None if there is None else SimpleNamespace(register=known.target, id=there, **facts)
    if issubclass(branch.far, Part):
        named |= {known.key: [] for known in fields_of(branch.far) if known.kind is Kind.REFERENCES}
    return named


@remembers()
def _branches(mapper: Mapper[Any]) -> tuple[_Branch, ...]:
    return tuple(_collections(mapper.class_))


def _collections(register: type[Any]) -> Iterator[_Branch]:
    """Parts before what belongs to them."""
    parts = [(known, part_class(known)) for known in fields_of(register) if known.kind is Kind.ROWS]
    for known, part in parts:
        yield _of_a_part(register, known, part)
    for owner in (register, *[part for _, part in parts]):
        for known in fields_of(owner):
            if known.kind is Kind.REFERENCES:
                yield _of_links(owner, known.key, known.points_at)
    for key in POINTING_HERE.get(register, ()):
        yield _of_links(register, key, getattr(register, key).property.mapper.class_)


def _of_a_part(register: type[Any], known: Field, part: type[Any]) -> _Branch:
    inner = [one for one in fields_of(part) if one.kind in {Kind.VALUE, Kind.REFERENCE}]
    read = {one.column: getattr(part, one.column) for one in inner}
    pointing = tuple(one for one in inner if one.kind is Kind.REFERENCE)
    for one in pointing:
        read |= {f"{one.key}.{fact}": getattr(one.points_at, fact) for fact in FACTS.get(one.points_at, ())}
    return _Branch(register, known.key, part, tuple(read), tuple(read.values()), pointing)


def _of_links(owner: type[Any], key: str, far: type[Any]) -> _Branch:
    facts = FACTS.get(far, ())
    return _Branch(owner, key, far, facts, tuple(getattr(far, fact) for fact in facts))


@remembers()
def _statement(mapper: Mapper[Any]) -> tuple[Any, tuple[tuple[int, ...], ...]]:
    """All branches in one statement, and in which slots each has its columns. Columns of one type share a slot: twelve
    are quicker than the fifty of all parts side by side."""
    register, branches = mapper.class_, _branches(mapper)
    types: list[Any] = []
    slots = tuple(_give_slots(branch, types) for branch in branches)
    selects = [
        _select(register, branch, number, taken, types)
        for number, (branch, taken) in enumerate(zip(branches, slots, strict=True))
    ]
    together = union_all(*selects) if len(selects) > 1 else selects[0]
    return prepare(together.order_by("number", "far")), slots


def _give_slots(branch: _Branch, types: list[Any]) -> tuple[int, ...]:
    taken: list[int] = []
    for column in branch.columns:
        same = (n for n, one in enumerate(types) if _is_same(one, column.type) and n not in taken)
        slot = next(same, None)
        if slot is None:
            types.append(column.type)
            slot = len(types) - 1
        taken.append(slot)
    return tuple(taken)


def _is_same(one: Any, other: Any) -> bool:
    """Whether the database and Python read both alike; how long a text may be makes no difference."""
    return type(one) is type(other) and type(one) in PLAIN


def _select(register: type[Any], branch: _Branch, number: int, taken: tuple[int, ...], types: list[Any]) -> Select[Any]:
    far, near = branch.ids()
    values: list[ColumnElement[Any]] = [cast(null(), type_).label(f"v{n}") for n, type_ in enumerate(types)]
    for slot, column in zip(taken, branch.columns, strict=True):
        values[slot] = column.label(f"v{slot}")
    found = select(literal(number).label("number"), far.label("far"), near.label("near"), *values)
    if issubclass(branch.far, Part):
        for known in branch.pointing:
            if known.points_at in FACTS:
                found = found.outerjoin(getattr(branch.far, known.key))
        return found.where(near == bindparam(ROW))
    found = found.select_from(branch.owner).join(getattr(branch.owner, branch.key))
    return found.where((branch.owner.id if branch.owner is register else branch.owner.parent_id) == bindparam(ROW))
