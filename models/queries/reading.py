"""Rows as plain values, for lists, exports and reports: the same number of statements for one row and for many.

References become names by outer join or, between owned tables, by subquery; many-to-many and parts are fetched
for a whole chunk at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, String, case, select, type_coerce
from sqlalchemy.orm import aliased

from models.declare.base import fields_of, part_class
from models.declare.fields import Field, Kind, is_owned
from models.declare.memories import memory
from models.declare.titles import title
from models.registers.municipality import Municipality
from models.tenancy.roles import read_within

CHUNK = 2000
_statements: dict[Any, Select[Any]] = memory({})


class Reader:
    """Reads some fields of a register, or of a part class, as values.

    A value field gives its stored value (of a vocabulary the text, which finds its member's label), a reference the
    name of what it points at, many-to-many a list of names, parts a list of dicts by field key.
    """

    def __init__(self, register: type[Any], fields: Sequence[Field], language: str, *, local: bool = False) -> None:
        """With `local`, a text kept in several languages is read in this one, unless that has a column of its own."""
        self.register = register
        self.local = {known.key for known in fields if local and is_localised(register, fields, known)}
        self.fields = tuple(fields)
        self.language = language
        self.single = [known for known in self.fields if known.kind in {Kind.VALUE, Kind.REFERENCE}]
        self.many = [known for known in self.fields if known.kind in {Kind.REFERENCES, Kind.ROWS}]

    def statement(self, *extra: Any, with_owner: bool = False) -> Select[Any]:
        """SELECT id, any `extra` columns, the owner's name when asked for, then the single-valued fields.

        Built once for each combination: aliases of wide registers are costly to make.
        """
        keys = tuple(known.key for known in self.single), tuple(column.key for column in extra)
        kept = tuple((known.key, within) for known in self.single if (within := read_within(known)) is not None)
        key = (self.register, *keys, self.language, frozenset(self.local), with_owner, kept)
        if key not in _statements:
            _statements[key] = self._build(extra, with_owner)
        return _statements[key]

    def _build(self, extra: tuple[Any, ...], with_owner: bool) -> Select[Any]:
        columns: list[Any] = [self.register.id, *extra]
        joins: list[tuple[Any, Any]] = []
        if with_owner:
            columns.append(Municipality.name)
            joins.append((Municipality, Municipality.id == self.register.municipality_id))
        for known in self.single:
            if known.kind is Kind.VALUE:
                column = getattr(self.register, known.key)
                if known.key in self.local:
                    column = title(self.register, "", known.key, self.language)
                column = type_coerce(column, String) if known.choices is not None else column
                columns.append(self._kept(known, column))
                continue
            there = aliased(known.points_at)
            name = title(there, *_naming(known.target), self.language)
            on = there.id == getattr(self.register, known.column)
            if is_owned(known.target):
                # Joined, SQLite would read the whole other table first (Bloom filter), however short the page.
                columns.append(select(name).where(on).correlate(self.register).scalar_subquery())
            else:
                columns.append(name)
                joins.append((there, on))
        statement = select(*columns)
        for target, on in joins:
            statement = statement.outerjoin(target, on)
        return statement

    def _kept(self, known: Field, column: Any) -> Any:
        """The column, empty in the rows whose field the scope may not read."""
        if (within := read_within(known)) is None:
            return column
        place = getattr(self.register, "municipality_id", self.register.id)
        return case((place.in_(sorted(within)), column), else_=None)

    def rows(self, session: Any, statement: Select[Any], leading: int = 0) -> Iterator[tuple[Any, ...]]:
        """Yield (id, `leading` extra values…, every field in order). Reads in chunks; memory stays flat."""
        result = session.execute(statement.execution_options(yield_per=CHUNK))
        if not self.many:
            yield from result
            return
        for chunk in result.partitions():
            yield from self.complete(session, chunk, leading)

    def complete(self, session: Any, chunk: Sequence[Any], leading: int = 0) -> Iterator[tuple[Any, ...]]:
        """Add the many-valued fields to a chunk of rows of `statement`."""
        ids = [row[0] for row in chunk]
        found = {known.key: self._many(session, known, ids) for known in self.many}
        for row in chunk:
            single = iter(row[1 + leading :])
            yield (
                *row[: 1 + leading],
                *[found[known.key].get(row[0], ()) if known.key in found else next(single) for known in self.fields],
            )

    def _many(self, session: Any, known: Field, ids: list[int]) -> dict[int, list[Any]]:
        return self._names(session, known, ids) if known.kind is Kind.REFERENCES else self._parts(session, known, ids)

    def _names(self, session: Any, known: Field, ids: list[int]) -> dict[int, list[Any]]:
        relation = getattr(self.register, known.key)
        there = aliased(relation.property.mapper.class_)
        statement = (
            select(self.register.id, title(there, *_naming(known.target), self.language))
            .join(relation.of_type(there))
            .where(self.register.id.in_(ids))
            .order_by(self.register.id, there.sort_key, there.id)
        )
        found: dict[int, list[Any]] = {}
        for owner, name in session.execute(statement):
            found.setdefault(owner, []).append(name)
        return found

    def _parts(self, session: Any, known: Field, ids: list[int]) -> dict[int, list[Any]]:
        part: type[Any] = part_class(known)
        inner = Reader(part, fields_of(part), self.language)
        statement = inner.statement(part.parent_id).where(part.parent_id.in_(ids)).order_by(part.parent_id, part.id)
        found: dict[int, list[Any]] = {}
        chunk = session.execute(statement).all()
        for _, parent, *values in inner.complete(session, chunk, leading=1):
            found.setdefault(parent, []).append(dict(zip([f.key for f in inner.fields], values, strict=True)))
        return found


def is_localised(register: type[Any], fields: Sequence[Field], known: Field) -> bool:
    """Whether a text has its nynorsk beside it, not among the fields: then the reader's own language stands in."""
    beside = f"{known.key}_nn"
    return known.kind is Kind.VALUE and hasattr(register, beside) and beside not in {one.key for one in fields}


def _naming(target: Any) -> tuple[str, str]:
    return target.__tablename__, target.__register__.title
