"""What hangs on a row, all of it by name: what stops, or must be seen to, when the row is retired (user story 5 of the
domain handbook)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from models.declare.base import Part, field_of, fields_of
from models.declare.fields import Field, Kind
from models.declare.titles import title_of
from models.queries.relations import Use, around, points, uses_of
from models.registers.agreements import Agreement
from models.registers.architecture import Application, Platform
from models.registers.catalogue import Supplier
from models.registers.organisation import ContactPerson
from models.tenancy import scope

RETIRED = (Application, Platform, Supplier, ContactPerson)  # what others come to a stop without
MOST = 500  # of each kind


@dataclass(frozen=True, slots=True)
class Affected:
    """A row that points at the one that is retired. `is_alone` says that it points at nothing else of the kind there;
    an agreement has its `notice` in months and the day it `ends`, where they are known."""

    id: int
    name: str
    is_alone: bool
    notice: int | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of a register that point at a row through a field: the first of them, and how many there are."""

    register: type[Any]
    field: Field
    rows: tuple[Affected, ...]
    total: int


def affected(session: Any, row: Any, language: str) -> list[Group]:
    """What points at a row, and what it is linked to by links with two ends, as far as the scope reaches. At
    most two statements for each register."""
    uses = uses_of(session, row)
    ends = [
        known for known in fields_of(type(row)) if known.other_end and not known.mirrored and getattr(row, known.key)
    ]
    with scope.use(around(row)):
        found = [Group(use.register, use.field, _rows(session, use, row, language), use.count) for use in uses]
        return [*_linked(session, row, ends, language), *found]


def _linked(session: Any, row: Any, ends: list[Field], language: str) -> Iterator[Group]:
    """By links that were read before the scope was narrowed: they are read within the one their row was read in."""
    for known in ends:
        register, there = known.points_at, getattr(row, known.key)
        use = Use(register, field_of(register, known.other_end), len(there))
        numbers = _numbers(session, use, [one.id for one in there])
        first = sorted(there, key=lambda one: (one.sort_key, one.id))[:MOST]
        told = [_told(one, is_alone=numbers.get(one.id) == 1, language=language) for one in first]
        yield Group(register, use.field, tuple(told), use.count)


def _rows(session: Any, use: Use, row: Any, language: str) -> tuple[Affected, ...]:
    owner: Any = use.part or use.register
    pointing = points(owner, use.field, row.id)
    if issubclass(owner, Part):
        pointing = use.register.id.in_(select(owner.parent_id).where(pointing))
    wanted = select(use.register).where(pointing).order_by(use.register.sort_key, use.register.id).limit(MOST)
    rows = session.scalars(wanted).all()
    numbers = _numbers(session, use, [one.id for one in rows])
    return tuple(_told(one, is_alone=numbers.get(one.id) == 1, language=language) for one in rows)


def _numbers(session: Any, use: Use, ids: list[int]) -> dict[int, int]:
    """How many rows each is linked to through the field, where it may be linked to several."""
    if use.field.kind is not Kind.REFERENCES or use.part is not None:
        return {}
    relation = getattr(use.register, use.field.key)
    far: Any = aliased(relation.property.mapper.class_)
    found = select(use.register.id, func.count(far.id)).join(relation.of_type(far))
    return dict(list(session.execute(found.where(use.register.id.in_(ids)).group_by(use.register.id))))


def _told(one: Any, *, is_alone: bool, language: str) -> Affected:
    name = title_of(one, language) if hasattr(type(one), type(one).__register__.title) else str(one)
    if not isinstance(one, Agreement):
        return Affected(one.id, name, is_alone)
    return Affected(one.id, name, is_alone, one.notice_months, one.ends)
