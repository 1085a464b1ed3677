"""A row as it stands: its links and parts read in one statement, as plain values, for whoever asks and changes nothing.

The ORM reads each collection by itself and every linked row whole. What a form shows, whether what was posted differs,
and how far a record has come need the ids at the far end, the values of the parts, and a few facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Mapper, aliased

from models.declare.base import Part, fields_of, part_class, told_fields
from models.declare.conditions import Some
from models.declare.fields import Field, Kind
from models.declare.inferred import told as told_of
from models.declare.memories import remembers
from models.declare.titles import title, title_of
from models.queries.together import Branch, Together, links, parts, references
from models.queries.told import name_beside
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import ProcessingTemplate
from models.registers.codes import (
    Article6,
    Article9,
    DataSubjectCategory,
    PersonalDataCategory,
    RecipientCategory,
    TransferGround,
)
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity
from models.tenancy.people import User

# What quality asks of the rows at the far end of a link, and of what points here from elsewhere.
FACTS: dict[type[Any], tuple[str, ...]] = {
    Article6: ("code",), Article9: ("code", "needs_law"), PersonalDataCategory: ("special",),
    DataSubjectCategory: ("code", "vulnerable"), RecipientCategory: ("code",), TransferGround: ("needs_safeguards",),
    ProcessingTemplate: ("evaluation", "monitoring", "large_scale", "matching", "innovative", "blocking"),
    Agreement: ("status", "data_processing", "ends"), Application: ("status",),
}  # fmt: skip
OF_THE_OWNER: dict[type[Any], tuple[str, ...]] = {ProcessingActivity: ("default_measures",)}  # and of its municipality
OWNER = "municipality"
CALLED = "called"
POINTING_HERE: dict[type[Any], dict[str, tuple[str, ...]]] = {  # and what is asked of it
    Application: {"processing_activities": (), "risk_assessments": (), "of_same_name": ("status",)},
    ProcessingActivity: {
        "impact_assessments": ("conclusion",), "ai_systems": (), "of_same_name": ("status",),
        "of_same_template": ("status",),
    },
    User: {"memberships": ("valid_from", "valid_to"), "project_roles": ("valid_from", "valid_to")},
    Municipality: {"contact_people": ("role",)},
}  # fmt: skip


class Standing:
    """Answers as the row does. What is loaded, and so may have changed, comes from the row itself; its other
    collections from what was read together; and of a reference that is not loaded it knows the id."""

    def __init__(self, row: Any, read: Mapping[str, Any]) -> None:
        self.row, self.register, self.read = row, type(row), read
        self.kinds, self.derived = _kinds(self.register.__mapper__), _derived(self.register.__mapper__)

    def __getattr__(self, name: str) -> Any:
        if name in self.derived:
            return told_of(self.derived[name], self)
        kind, loaded = self.kinds.get(name), vars(self.row)
        if name in loaded and kind is Kind.VALUE:
            return loaded[name]
        if name not in loaded:
            if name in self.read:
                return self.read[name]
            if kind is Kind.REFERENCE and not _is_asked(self.register.__mapper__, name):
                there = getattr(self.row, f"{name}_id")
                return None if there is None else SimpleNamespace(id=there)
        value = getattr(self.row, name)
        if kind is Kind.ROWS:
            known = {one.id: vars(one) for one in self.read.get(name, ())}
            return [Standing(part, known.get(part.id, {})) for part in value]
        return value


class Once:
    """Answers as a row or what stands for one does, as long as nothing changes: each answer is looked for once."""

    def __init__(self, stands: Any) -> None:
        self.stands = stands

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.stands, name)
        vars(self)[name] = value
        return value


def once(row: Any) -> Once:
    """What answers for a row without looking twice: of what does so already, itself."""
    return row if isinstance(row, Once) else Once(row)


@remembers()
def _kinds(mapper: Mapper[Any]) -> dict[str, Kind]:
    return {known.key: known.kind for known in fields_of(mapper.class_)}


@remembers()
def _derived(mapper: Mapper[Any]) -> dict[str, Field]:
    return {known.key: known for known in told_fields(mapper.class_) if known.cases}


def standing(session: Any, row: Any, *, named_in: str = "") -> Standing:
    """How a row stands; with what everything it points at is called, when that is asked for in a language. What is new
    has nothing to be read, not even once it is saved."""
    if not inspect(row).persistent:
        return Standing(row, _nothing(type(row)))
    return Standing(row, read_together(session, [row], named_in=named_in)[row.id])


def standing_together(session: Any, rows: Sequence[Any]) -> list[Standing]:
    """How some saved rows of one register stand, in one statement."""
    read = read_together(session, rows) if rows else {}
    return [Standing(row, read[row.id]) for row in rows]


def _nothing(register: type[Any]) -> dict[str, Any]:
    return {key: [] for key in _collections(register.__mapper__)}


def called(row: Any, language: str) -> str:
    """What a row is called, or what stands for one that was read with names."""
    return str(row.called) if isinstance(row, SimpleNamespace) else title_of(row, language)


def row_of(row: Any) -> Any:
    """The row itself, of whatever stands for one."""
    stands = row.stands if isinstance(row, Once) else row
    return stands.row if isinstance(stands, Standing) else stands


def register_of(row: Any) -> Any:
    """The class whose declarations speak of a row, or of what stands for one."""
    stands = row.stands if isinstance(row, Once) else row
    return stands.register if isinstance(stands, (Standing, SimpleNamespace)) else type(stands)


def read_together(session: Any, rows: Sequence[Any], *, named_in: str = "") -> dict[int, dict[str, Any]]:
    """Every collection of some rows of a register, by their ids and its key, in one statement within the scope; with
    names, every reference too."""
    register = type(rows[0])
    found = {row.id: _nothing(register) for row in rows}
    for read in found.values():
        read.update(dict.fromkeys(known.key for known in _read_with(register.__mapper__, named_in)))
        read.update(dict.fromkeys([OWNER] if register in OF_THE_OWNER else ()))
    if (together := _together(register.__mapper__, named_in)) is None:
        return found
    parts: dict[tuple[type[Any], int], Any] = {}
    foldings: dict[int, _Folding] = {}
    for branch, far, near, told in together.read(session, list(found)):
        if (folding := foldings.get(id(branch))) is None:
            folding = foldings[id(branch)] = _Folding(branch)
        one = SimpleNamespace(register=branch.far, id=far, **folding.folded(told))
        if branch.owner is not register:
            getattr(parts[branch.owner, near], branch.key).append(one)
        elif found[near][branch.key] is None:
            found[near][branch.key] = one
        else:
            found[near][branch.key].append(one)
            parts[branch.far, far] = one
    return found


class _Folding:
    """How what is told of the rows of a branch becomes rows of which the id and the facts are known, found out once for
    all of them."""

    def __init__(self, branch: Branch) -> None:
        far = branch.far
        self._references = [
            (
                known,
                [(name, fact) for name in branch.told for at, _dot, fact in [name.partition(".")] if at == known.key],
            )
            for known in _pointing(inspect(far))
            if known.column in branch.told
        ]
        many = fields_of(far) if issubclass(far, Part) else ()
        self._many = [known.key for known in many if known.kind is Kind.REFERENCES]

    def folded(self, told: dict[str, Any]) -> dict[str, Any]:
        """What is told of a row, with its references folded."""
        for known, names in self._references:
            there, facts = told[known.column], {fact: told.pop(name) for name, fact in names}
            told[known.key] = None if there is None else SimpleNamespace(register=known.points_at, id=there, **facts)
        for key in self._many:
            told[key] = []
        return told


@remembers()
def _pointing(mapper: Mapper[Any]) -> tuple[Field, ...]:
    return tuple(known for known in fields_of(mapper.class_) if known.kind is Kind.REFERENCE)


@remembers()
def _read_with(mapper: Mapper[Any], named_in: str) -> tuple[Field, ...]:
    """The references of which more than the id is read: for their names, or for what follows from them."""
    return tuple(known for known in _pointing(mapper) if named_in or _is_asked(mapper, known.key))


@remembers()
def _is_asked(mapper: Mapper[Any], key: str) -> bool:
    """Whether more than the id is asked of the row a reference leads to: by quality, or because something follows."""
    return mapper.relationships[key].mapper.class_ in FACTS or bool(asked_of(mapper, key))


@remembers()
def asked_of(mapper: Mapper[Any], key: str) -> tuple[Field, ...]:
    """The fields at the end of a link that others of the row follow from, or are told with."""
    every = told_fields(mapper.class_)
    asked = {known.key for known in every if known.follows == key}
    for known in every:
        if any(isinstance(condition, Some) and condition.key == key for condition, _ in known.cases):
            asked.update(known.tells)
    return tuple(known for known in fields_of(mapper.relationships[key].mapper.class_) if known.key in asked)


@remembers()
def _collections(mapper: Mapper[Any]) -> tuple[str, ...]:
    register = mapper.class_
    known = [one.key for one in fields_of(register) if one.kind in {Kind.ROWS, Kind.REFERENCES}]
    return (*known, *POINTING_HERE.get(register, {}))


@remembers()
def _together(mapper: Mapper[Any], named_in: str) -> Together | None:
    branches = tuple(_branches(mapper.class_, named_in))
    return Together(mapper.class_, branches) if branches else None


def _branches(register: type[Any], named_in: str) -> Iterator[Branch]:
    """Parts before what belongs to them."""
    inner = [(known, part_class(known)) for known in fields_of(register) if known.kind is Kind.ROWS]
    for known, part in inner:
        yield _of_a_part(register, known, part, named_in)
    for owner in (register, *[part for _, part in inner]):
        for known in fields_of(owner):
            if known.kind is Kind.REFERENCES:
                yield _of_links(register, owner, known.key, named_in)
    for key, facts in POINTING_HERE.get(register, {}).items():
        yield _pointing_here(register, key, facts)
    for known in _read_with(register.__mapper__, named_in):
        yield _of_a_reference(register, known, named_in)
    if register in OF_THE_OWNER:
        there = aliased(Municipality)
        told = {fact: getattr(there, fact) for fact in OF_THE_OWNER[register]}
        yield references(register, OWNER, Municipality, there, register.municipality_id, told)


def _of_a_part(register: type[Any], known: Field, part: type[Any], named_in: str) -> Branch:
    single = [one for one in fields_of(part) if one.kind in {Kind.VALUE, Kind.REFERENCE}]
    told = {one.column: getattr(part, one.column) for one in single}
    branch = parts(register, known.key, part, told)
    rows = branch.rows
    for one in _pointing(part.__mapper__):
        there = aliased(one.points_at)
        if facts := _facts(one.points_at, there, named_in):
            told |= {f"{one.key}.{name}": column for name, column in facts.items()}
            rows = rows.outerjoin(there, there.id == getattr(part, one.column))
    return replace(branch, rows=rows, told=told)


def _of_links(register: type[Any], owner: type[Any], key: str, named_in: str) -> Branch:
    far = getattr(owner, key).property.mapper.class_
    there = aliased(far)
    turn = there.sort_key if named_in else None
    asked = asked_of(register.__mapper__, key) if owner is register and key in _kinds(register.__mapper__) else ()
    return links(register, owner, key, there, _facts(far, there, named_in, asked), turn)


def _pointing_here(register: type[Any], key: str, facts: Sequence[str]) -> Branch:
    there = aliased(getattr(register, key).property.mapper.class_)
    return links(register, register, key, there, {fact: getattr(there, fact) for fact in facts})


def _of_a_reference(register: type[Any], known: Field, named_in: str) -> Branch:
    there = aliased(known.points_at)
    told = _facts(known.points_at, there, named_in, asked_of(register.__mapper__, known.key))
    return references(register, known.key, known.points_at, there, getattr(register, known.column), told)


def _facts(far: type[Any], there: Any, named_in: str, asked: Sequence[Field] = ()) -> dict[str, Any]:
    """What is read of a row at the far end, by name; of what it refers to itself, the id and what it is called."""
    found = {fact: getattr(there, fact) for fact in (*FACTS.get(far, ()), *[known.column for known in asked])}
    if named_in:
        said = {f"{known.key}.{CALLED}": known for known in asked if known.kind is Kind.REFERENCE}
        found |= {name: name_beside(there, known, named_in) for name, known in said.items()}
        found[CALLED] = title(there, far.__tablename__, far.__register__.title, named_in)
    return found
