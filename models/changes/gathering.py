"""Many rows read for changing: a few hundred a statement, and what hangs on them a statement a kind, never a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload, undefer

from models.declare.base import Part, fields_of, part_class
from models.declare.fields import Field, Kind

CHUNK = 500


def rows_of(session: Any, register: type[Any], ids: Sequence[int], fields: Iterable[Field] = ()) -> dict[int, Any]:
    """The rows that are there within the scope, with the references, links and parts among some of their fields."""
    return _read(session, register, ids, list(_loads(register, [*fields, *_naming(register)])))


def whole_rows(session: Any, register: type[Any], ids: Sequence[int]) -> dict[int, Any]:
    """The same with all there is of them, also what no field tells of."""
    kept = [undefer(getattr(register, key)) for key in getattr(register, "__kept__", ())]
    return _read(session, register, ids, [*_loads(register, [*fields_of(register), *_naming(register)]), *kept])


def _read(session: Any, register: type[Any], ids: Sequence[int], loads: Sequence[Any]) -> dict[int, Any]:
    chunks = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
    found = (session.scalars(select(register).where(register.id.in_(chunk)).options(*loads)) for chunk in chunks)
    return {row.id: row for some in found for row in some}


def _loads(owner: type[Any], fields: Iterable[Field]) -> Iterator[Any]:
    for known in {one.key: one for one in fields}.values():
        if known.kind is Kind.REFERENCE:
            yield joinedload(getattr(owner, known.key))
        elif known.kind is Kind.REFERENCES:
            yield selectinload(getattr(owner, known.key))
        elif known.kind is Kind.ROWS:
            part = part_class(known)
            yield selectinload(getattr(owner, known.key)).options(*_loads(part, fields_of(part)))


def _naming(register: type[Any]) -> list[Field]:
    """The references a row is called after, where it has no name of its own; a part is called nothing."""
    if issubclass(register, Part) or register.__register__.title in register.__mapper__.attrs:
        return []
    return [known for known in fields_of(register) if known.kind is Kind.REFERENCE]
