"""Where a row is used: every reference of every register and part that points at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import Mapper

from models.declare.base import Base, Part, Record, fields_of
from models.declare.fields import Field, Kind, is_owned
from models.declare.memories import remembers
from models.queries.finding import linked
from models.tenancy import scope
from models.tenancy.session import prepare


@dataclass(frozen=True, slots=True)
class Use:
    """`count` rows of `register` point at the row through `field`; `part` when a part of them does."""

    register: type[Any]
    field: Field
    count: int
    part: type[Any] | None = None


@remembers()
def pointing_at(target: Mapper[Any]) -> tuple[tuple[type[Any], Field], ...]:
    """Every (class, field) that refers to rows of a register."""
    return tuple(_pointing(target))


def _pointing(target: Mapper[Any]) -> Iterator[tuple[type[Any], Field]]:
    for mapper in sorted(Base.registry.mappers, key=lambda m: m.class_.__name__):
        if not issubclass(mapper.class_, (Record, Part)):
            continue
        for known in fields_of(mapper.class_):
            if known.kind in {Kind.REFERENCE, Kind.REFERENCES} and mapper.relationships[known.key].mapper is target:
                yield mapper.class_, known


def uses_of(session: Any, row: Any) -> list[Use]:
    """What points at a row, as far as the scope reaches; counted in one statement however many registers may."""
    pointing = pointing_at(type(row).__mapper__)
    if not pointing:
        return []
    with scope.use(_around(row)):
        counts = session.execute(_counted(type(row).__mapper__), {"target": row.id}).one()
    return [_use(owner, known, count) for (owner, known), count in zip(pointing, counts, strict=True) if count]


def _around(row: Any) -> scope.Scope:
    """What may point at an owned row has the same owner (the composite keys see to that): look no further."""
    now = scope.current()
    return now.within([row.municipality_id]) if is_owned(type(row)) else now


@remembers()
def _counted(target: Mapper[Any]) -> Any:
    return prepare(select(*[_count(owner, known) for owner, known in pointing_at(target)]))


def _count(owner: type[Any], known: Field) -> Any:
    target: Any = bindparam("target", type_=Integer)
    many = known.kind is Kind.REFERENCES
    points = linked(owner, known.key, target) if many else getattr(owner, known.column) == target
    found = func.count(owner.parent_id.distinct()) if issubclass(owner, Part) else func.count()
    return select(found).select_from(owner).where(points).scalar_subquery()


def _use(owner: type[Any], known: Field, count: int) -> Use:
    if issubclass(owner, Part):
        return Use(owner.parent.property.mapper.class_, known, count, owner)
    return Use(owner, known, count)
