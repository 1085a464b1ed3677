"""What may point at the rows of a register, as it is declared: the references of every register and part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Mapper

from models.declare.base import Base, Part, Record, fields_of
from models.declare.fields import Field, Kind
from models.declare.memories import remembers


@remembers()
def pointing_at(target: Mapper[Any]) -> tuple[tuple[type[Any], Field], ...]:
    """Every (class, field) that refers to rows of a register."""
    return tuple(_pointing(target))


def _pointing(target: Mapper[Any]) -> Iterator[tuple[type[Any], Field]]:
    for mapper in sorted(Base.registry.mappers, key=lambda m: m.class_.__name__):
        if not issubclass(mapper.class_, (Record, Part)):
            continue
        for known in fields_of(mapper.class_):
            if known.mirrored:
                continue  # the same links are counted once, from where they are declared
            if known.kind in {Kind.REFERENCE, Kind.REFERENCES} and mapper.relationships[known.key].mapper is target:
                yield mapper.class_, known
