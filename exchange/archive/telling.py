"""Rows as they are told in an archive: plain values, with what they point at by names that mean something elsewhere.

Numbers of own rows are counted from the lowest there is, so that the same rows are told alike wherever they are. A
shared row is told by its key: what is unique of it, else its name. A person is told by e-mail address, if somebody with
a role here; of all others the history has the name alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import Table, func, inspect, select

from exchange.archive.pointers import (
    OWNER,
    Means,
    classes,
    in_history,
    is_history,
    is_of_the_place,
    meaning,
    register_of,
    tables,
)
from models.declare.base import Record, fields_of, is_unique
from models.declare.fields import Kind, is_owned
from models.declare.proposing import Proposed
from models.declare.shapes import dump
from models.past import columns_of, link_rows, link_tables
from models.registers.municipality import OPENED, PROJECT, Municipality
from models.tenancy.people import Membership, User

HERE = "here"  # the municipality itself, in place of an organisation number
FIRST = 1
UNTOLD = {Means.STORED, Means.SECRET, Means.LOST}
DECIDED = {"status", "rejection"}  # of a shared row: what the project there has said


def is_taken_along(known: Any) -> bool:
    """Whether a field of the municipality itself is its own, or tells who it is: what the cooperation decides stays.
    Nothing is open to all in another house before it is said there."""
    if known.key in OPENED:
        return False
    return known.key in {"name", "organisation_number"} or known.writers != PROJECT or known.kind is Kind.ROWS


@dataclass
class Telling:
    """Tells the rows of the one municipality that the scope in force reads."""

    session: Any
    place: Municipality
    base: int = 0
    used: dict[type[Any], set[str]] = field(default_factory=dict)
    _keys: dict[type[Any], dict[int, str]] = field(default_factory=dict)
    _members: dict[int, str] = field(default_factory=dict)
    _places: dict[int, str] = field(default_factory=dict)

    def begin(self) -> None:
        """What is asked once."""
        owned = [cls for cls in map(classes().get, (one.name for one in tables())) if cls is not None]
        lowest = [self.session.scalar(select(func.min(cls.id))) for cls in owned]
        lowest += [self.session.scalar(select(func.min(cls.row_id))) for cls in owned if is_history(cls.__table__)]
        self.base = min((one for one in lowest if one), default=FIRST) - FIRST
        here = select(User.id, User.email).where(User.id.in_(select(Membership.user_id).distinct()))
        self._members = dict(self.session.execute(here).all())
        numbers = select(Municipality.id, func.coalesce(Municipality.organisation_number, Municipality.name))
        self._places = dict(self.session.execute(numbers).all()) | {self.place.id: HERE, 0: ""}

    def rows(self, table: Table) -> Iterator[dict[str, Any]]:
        """The rows of a table, in order of their numbers."""
        cls = classes().get(table.name)
        for values in self._links(table) if cls is None else self._values(cls):
            yield self.told(table, values)

    def _values(self, cls: type[Any]) -> Iterator[dict[str, Any]]:
        columns = columns_of(inspect(cls))
        names = [one.name for one in columns.values()]
        statement = select(*[getattr(cls, key) for key in columns]).order_by(cls.id)
        for row in self.session.execute(statement.execution_options(yield_per=500)):
            yield dict(zip(names, row, strict=True))

    def _links(self, table: Table) -> Iterator[dict[str, Any]]:
        for cls in classes().values():
            for known, there in link_tables(inspect(cls)) if is_owned(cls) else ():
                if there is table and not known.mirrored:
                    yield from link_rows(self.session, inspect(cls), known)

    def told(self, table: Table, values: dict[str, Any]) -> dict[str, Any]:
        """One row, without its owner and what is told of nobody."""
        found = {}
        for name, value in values.items():
            means, target = meaning(table, table.c[name])
            if name != OWNER and means not in UNTOLD:
                found[name] = None if value is None else self._told(values, means, target, value)
        return found

    def _told(self, row: dict[str, Any], means: Means, target: Any, value: Any) -> Any:
        if means is Means.OWN:
            return value - self.base
        if means is Means.PERSON:
            return self._members.get(value)
        if means is Means.PLACE:
            return self._places.get(value)
        if means is Means.SHARED:
            return self.key(target, value)
        if means is Means.ROW:
            register = register_of(row)
            return value - self.base if is_of_the_place(register) else self.key(register, value)
        if means is Means.HISTORY:
            register = register_of(row)
            return None if register is None else in_history(register, value, self.seen)
        if means is Means.OWNS:
            moved = {name: one - self.base for name, one in value.items()} if isinstance(value, dict) else None
            return moved if moved is not None else [one - self.base for one in value]
        return plain(value)

    def seen(self, cls: type[Any], number: int) -> Any:
        """What a number in the history is told as."""
        if cls is User:
            return self._members.get(number)
        return number - self.base if is_owned(cls) else self.key(cls, number)

    # -- shared rows ---------------------------------------------------------------------------------------------------

    def key(self, cls: Any, number: int) -> str | None:
        """The key of a shared row, which is told beside; None of one that is gone."""
        if cls not in self._keys:
            self._keys[cls] = {row.id: key_of(row) for row in self.session.scalars(select(cls))}
        found = self._keys[cls].get(number)
        if found is not None:
            self.used.setdefault(cls, set()).add(found)
        return found

    def shared(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Every shared row that is pointed at, and what those point at in their turn, by table."""
        done: dict[type[Any], dict[str, dict[str, Any]]] = {}
        while ahead := [(cls, key) for cls, keys in self.used.items() for key in keys - done.get(cls, {}).keys()]:
            numbers = {cls: {key: number for number, key in self._keys[cls].items()} for cls, _key in ahead}
            for cls, key in ahead:
                row = self.session.get(cls, numbers[cls][key])
                done.setdefault(cls, {})[key] = self._shared(row, key)
        for cls in sorted(done, key=lambda one: one.__tablename__):
            yield cls.__tablename__, [done[cls][key] for key in sorted(done[cls])]

    def _shared(self, row: Any, key: str) -> dict[str, Any]:
        values, references = {}, {}
        for known in fields_of(type(row)):
            value: Any = getattr(row, known.key) if known.kind in {Kind.VALUE, Kind.REFERENCE} else None
            if value is None or (isinstance(row, Proposed) and known.key in DECIDED):
                continue
            if known.kind is Kind.VALUE:
                values[known.key] = dump(known.shape, value)
            elif issubclass(known.points_at, Record) and not is_owned(known.points_at):
                references[known.key] = self.key(known.points_at, value.id)
        return {"key": key, "name": str(row), "values": values, "references": references}

    # -- who and where -------------------------------------------------------------------------------------------------

    def people(self) -> Iterator[dict[str, Any]]:
        """Those with a role here: who they are, never how they sign in."""
        there = select(User).where(User.id.in_(self._members)).order_by(User.email)
        for one in self.session.scalars(there):
            yield {"email": one.email, "name": one.name, "language": plain(one.language), "active": one.active}

    def municipality(self) -> dict[str, Any]:
        """The municipality itself: what it says of itself, its numbers and its population."""
        found: dict[str, Any] = {}
        for known in filter(is_taken_along, fields_of(Municipality)):
            value: Any = getattr(self.place, known.key)
            if known.kind is Kind.ROWS:
                parts = [
                    {one.key: dump(one.shape, getattr(part, one.key)) for one in fields_of(type(part))}
                    for part in value
                ]
                found[known.key] = sorted(parts, key=str)
            elif known.in_form:
                found[known.key] = dump(known.shape, value)
        return found


def key_of(row: Any) -> str:
    """What a shared row is known by wherever it is."""
    for known in fields_of(type(row)):
        if known.kind is Kind.VALUE and is_unique(type(row), known) and (value := getattr(row, known.key)):
            return f"{known.key}={dump(known.shape, value)}"
    return f"={row}"


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str | list | dict):
        return getattr(value, "value", value)
    return value.isoformat() if isinstance(value, date) else str(value)
