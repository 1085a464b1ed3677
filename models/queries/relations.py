"""Where a row is used: every reference of every register and part that points at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Mapper

from models.declare.base import Base, Part, Record, fields_of
from models.declare.fields import Field, Kind
from models.queries.finding import linked


@dataclass(frozen=True, slots=True)
class Use:
    """`count` rows of `register` point at the row through `field`; `part` when a part of them does."""

    register: type[Any]
    field: Field
    count: int
    part: type[Any] | None = None


@cache
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
    """What points at a row, as far as the scope reaches."""
    pointing = pointing_at(type(row).__mapper__)
    return [use for owner, known in pointing if (use := _use(session, owner, known, row)).count]


def _use(session: Any, owner: type[Any], known: Field, row: Any) -> Use:
    attribute = getattr(owner, known.column)
    points = linked(owner, known.key, row.id) if known.kind is Kind.REFERENCES else attribute == row.id
    if issubclass(owner, Part):
        parent = owner.parent.property.mapper.class_
        counted = session.scalar(select(func.count(owner.parent_id.distinct())).select_from(owner).where(points))
        return Use(parent, known, counted, owner)
    return Use(owner, known, session.scalar(select(func.count()).select_from(owner).where(points)))
