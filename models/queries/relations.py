"""Where a row is used: every reference of every register and part that points at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, String, bindparam, cast, func, literal, null, select, type_coerce, union_all
from sqlalchemy.orm import Mapper, aliased

from models.declare.base import Part, fields_of
from models.declare.fields import Field, Kind, is_owned
from models.declare.memories import remembers
from models.declare.pointing import pointing_at
from models.declare.titles import title
from models.queries.together import ROWS, among
from models.queries.told import linked, points_at
from models.tenancy import scope
from models.tenancy.reach import written
from models.tenancy.session import prepare


@dataclass(frozen=True, slots=True)
class Use:
    """`count` rows of `register` point at the row through `field`; `part` when a part of them does."""

    register: type[Any]
    field: Field
    count: int
    part: type[Any] | None = None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A row that points at another: its id, what it is called, and the stored value of the field its register is
    sorted into (`stage_of`)."""

    id: int
    name: str
    stage: str | None


SHOWN = 5  # of each kind of rows that point at a row


def uses_of(session: Any, row: Any) -> list[Use]:
    """What points at a row, as far as the scope reaches; counted in one statement however many registers may."""
    pointing = pointing_at(type(row).__mapper__)
    if not pointing:
        return []
    with scope.use(around(row)):
        counts = session.execute(_counted(type(row).__mapper__), {"target": row.id}).one()
    return [_use(owner, known, count) for (owner, known), count in zip(pointing, counts, strict=True) if count]


def around(row: Any) -> scope.Scope:
    """What may point at an owned row has the same owner (the composite keys see to that): look no further."""
    now = scope.current()
    return now.around(row) if is_owned(type(row)) else now


@contextmanager
def at_home(row: Any) -> Iterator[None]:
    """Looks no further than the municipality of a row. What the row itself points at is read first: a link is read
    within the scope its row was read in, and cannot be in a narrower one."""
    for known in fields_of(type(row)):
        if known.kind is not Kind.VALUE:
            getattr(row, known.key)
    with scope.use(around(row)):
        yield


@remembers()
def _counted(target: Mapper[Any]) -> Any:
    return prepare(select(*[_count(owner, known) for owner, known in pointing_at(target)]))


def _count(owner: type[Any], known: Field) -> Any:
    target: Any = bindparam("target", type_=Integer)
    found = func.count(owner.parent_id.distinct()) if issubclass(owner, Part) else func.count()
    return select(found).select_from(owner).where(points(owner, known, target)).scalar_subquery()


def points(owner: type[Any], known: Field, target: Any) -> Any:
    """That a row or part points at one of that id through a field."""
    many = known.kind is Kind.REFERENCES
    return linked(owner, known.key, lambda there: there.id == target) if many else points_at(owner, known, target)


def used_among(session: Any, register: type[Any], ids: Sequence[int]) -> set[int]:
    """Those of some rows that something points at, as far as the scope reaches; in one statement."""
    statement = _used(register.__mapper__)
    return set() if statement is None or not ids else set(session.scalars(statement, {ROWS: list(ids)}))


@remembers()
def _used(target: Mapper[Any]) -> Any:
    each = [_pointed_at(owner, known) for owner, known in pointing_at(target)]
    if not each:
        return None
    return prepare(union_all(*each) if len(each) > 1 else each[0])


def _pointed_at(owner: type[Any], known: Field) -> Any:
    """The ids, among those asked about, that a field points at."""
    if known.kind is not Kind.REFERENCES:
        column = getattr(owner, known.column)
        return select(column.label("id")).where(among(column)).distinct()
    relation = getattr(owner, known.key)
    there = aliased(relation.property.mapper.class_)
    return (
        select(there.id.label("id")).select_from(owner).join(relation.of_type(there)).where(among(there.id)).distinct()
    )


def _use(owner: type[Any], known: Field, count: int) -> Use:
    if issubclass(owner, Part):
        return Use(owner.parent.property.mapper.class_, known, count, owner)
    return Use(owner, known, count)


def first_of(session: Any, row: Any, uses: list[Use], language: str) -> list[list[Neighbour]]:
    """The first few rows of each use, by name, in one statement; none of a register whose rows have no name of their
    own."""
    if not uses:
        return []
    target: Mapper[Any] = type(row).__mapper__
    found: dict[tuple[Any, str], list[Neighbour]] = {}
    pointing = pointing_at(target)
    with scope.use(around(row)):
        for number, row_id, name, stage, _turn in session.execute(_named(target, language), {"target": row.id}):
            owner, known = pointing[number]
            found.setdefault((owner, known.key), []).append(Neighbour(row_id, name, stage))
    return [found.get((use.part or use.register, use.field.key), []) for use in uses]


@remembers()
def _named(target: Mapper[Any], language: str) -> Any:
    each = [_few(number, owner, known, language) for number, (owner, known) in enumerate(pointing_at(target))]
    whole: Any = union_all(*each)
    return prepare(whole.order_by("number", "turn", "id"))


def _few(number: int, owner: type[Any], known: Field, language: str) -> Any:
    target: Any = bindparam("target", type_=Integer)
    pointing, register = points(owner, known, target), owner
    name: Any
    if issubclass(owner, Part):
        register = owner.parent.property.mapper.class_
        pointing = register.id.in_(select(owner.parent_id).where(pointing))
    named_by, stage = register.__register__.title, stage_of(register.__mapper__)
    if named_by not in register.__table__.c:
        pointing, name = literal(1) == 0, cast(null(), String)
    else:
        name = title(register, register.__tablename__, named_by, language)
    few = (
        select(
            written(number).label("number"),
            register.id.label("id"),
            name.label("name"),
            (type_coerce(getattr(register, stage.key), String) if stage else cast(null(), String)).label("stage"),
            register.sort_key.label("turn"),
        )
        .where(pointing)
        .order_by(register.sort_key, register.id)
        .limit(SHOWN)
        .subquery()
    )
    return select(few)


@remembers()
def stage_of(register: Mapper[Any]) -> Field | None:
    """The field that says how far the rows of a register have come: the first listed vocabulary whose words differ in
    tone, else the first listed one. None where nothing is chosen."""
    chosen = [known for known in fields_of(register.class_) if known.listed and known.choices]
    toned = (known for known in chosen if any(word.tone != "neutral" for word in known.choices or ()))
    return next(toned, next(iter(chosen), None))
