"""Rows as plain values, for lists, exports and reports: the same number of statements for one row and for many.

References become names by outer join or, between owned tables, by subquery; many-to-many and parts are fetched
for a whole chunk at a time, in one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from sqlalchemy import Integer, Select, String, bindparam, case, select, type_coerce
from sqlalchemy.orm import aliased

from models.declare.base import Part, field_of, fields_of, part_class
from models.declare.fields import Field, Kind, is_owned
from models.declare.memories import memory
from models.declare.titles import title
from models.queries import quality
from models.queries.together import Branch, Together, links, parts
from models.queries.told import column_of, name_beside, naming
from models.tenancy.roles import read_within

CHUNK = 250
NAME, MOST = "name", "most"
_statements: dict[Any, Select[Any]] = memory({}, of_declarations=True)
_hanging: dict[Any, Together] = memory({}, of_declarations=True)


class Reader:
    """Reads some fields of a register, or of a part class, as values.

    A value field gives its stored value (of a vocabulary the text, which finds its member's label), a reference the
    name of what it points at, many-to-many a list of names, parts a list of dicts by field key, and `quality.FILLED`
    how many per cent are filled with the fields that lack.
    """

    def __init__(self, register: type[Any], fields: Sequence[Field], language: str, *, local: bool = False) -> None:
        """With `local`, a text kept in several languages is read in this one, unless that has a column of its own."""
        self.register = register
        self.local = {known.key for known in fields if local and is_localised(register, fields, known)}
        self.fields = tuple(fields)
        self.language = language
        self.is_measured = any(known is quality.FILLED for known in self.fields)
        stored = [known for known in self.fields if known is not quality.FILLED]
        self.single = [known for known in stored if known.kind in {Kind.VALUE, Kind.REFERENCE}]
        self.many = [known for known in stored if known.kind in {Kind.REFERENCES, Kind.ROWS}]

    def statement(self, *extra: Any) -> Select[Any]:
        """SELECT id, any `extra` columns, then the single-valued fields.

        Built once for each combination: aliases of wide registers are costly to make.
        """
        keys = tuple(known.key for known in self.single), tuple(column.key for column in extra)
        key = (self.register, *keys, self.language, frozenset(self.local), self.kept)
        if key not in _statements:
            columns, joins = self._columns()
            rows = select(self.register.id, *extra, *columns).select_from(self.register)
            _statements[key] = _outer(rows, joins)
        return _statements[key]

    @property
    def kept(self) -> tuple[Any, ...]:
        """Where the fields may be read that are not for all who read the row."""
        return tuple((known.key, within) for known in self.single if (within := read_within(known)) is not None)

    def _columns(self) -> tuple[list[Any], list[tuple[Any, Any]]]:
        """The column of each single-valued field, and what is joined for them."""
        columns: list[Any] = []
        joins: list[tuple[Any, Any]] = []
        for known in self.single:
            if known.via is not None:
                columns.append(_as_text(known, value_beside(self.register, known)))
            elif known.kind is Kind.VALUE:
                column = column_of(self.register, known)
                if known.key in self.local:
                    column = title(self.register, "", known.key, self.language)
                columns.append(self._kept(known, _as_text(known, column)))
            elif is_owned(known.target):
                # Joined, SQLite would read the whole other table first (Bloom filter), however short the page.
                columns.append(name_beside(self.register, known, self.language))
            else:
                there = aliased(known.points_at)
                columns.append(title(there, *naming(known.target), self.language))
                joins.append((there, there.id == column_of(self.register, known)))
        return columns, joins

    def _kept(self, known: Field, column: Any) -> Any:
        """The column, empty in the rows whose field the scope may not read."""
        if (within := read_within(known)) is None:
            return column
        place = getattr(self.register, "municipality_id", self.register.id)
        return case((place.in_(sorted(within)), column), else_=None)

    def rows(self, session: Any, statement: Select[Any], leading: int = 0) -> Iterator[tuple[Any, ...]]:
        """Yield (id, `leading` extra values…, every field in order). Reads in chunks; memory stays flat."""
        for chunk in in_chunks(session, statement):
            yield from self.complete(session, chunk, leading)

    def complete(self, session: Any, chunk: Sequence[Any], leading: int = 0) -> Iterator[tuple[Any, ...]]:
        """Add what is not in the rows themselves to a chunk of rows of `statement`."""
        if self.is_whole:
            yield from chunk
            return
        ids = [row[0] for row in chunk]
        found: dict[str, dict[int, Any]] = {}
        if self.many:
            found |= self._hanging(session, ids)
        if self.is_measured:
            found[quality.FILLED.key] = quality.progress_of(session, self.register, ids)
        for row in chunk:
            single = iter(row[1 + leading :])
            yield (
                *row[: 1 + leading],
                *[found[known.key].get(row[0], ()) if known.key in found else next(single) for known in self.fields],
            )

    @property
    def is_whole(self) -> bool:
        """Whether the statement reads all there is to tell of a row."""
        return not (self.many or self.is_measured)

    def _hanging(self, session: Any, ids: list[int]) -> dict[str, dict[int, list[Any]]]:
        """The names and parts of rows, by field and row."""
        found: dict[str, dict[int, list[Any]]] = {known.key: {} for known in self.many}
        parts: dict[tuple[type[Any], int], dict[str, Any]] = {}
        for branch, far, near, told in self._together().read(session, ids):
            if branch.owner is not self.register:
                parts[branch.owner, near][branch.key].append(told[NAME])
            elif issubclass(branch.far, Part):
                one = parts[branch.far, far] = self._inner[branch.far].part(told)
                found[branch.key].setdefault(near, []).append(one)
            else:
                found[branch.key].setdefault(near, []).append(told[NAME])
        return found

    @cached_property
    def _inner(self) -> dict[type[Any], Reader]:
        """Readers of the parts."""
        classes = [part_class(known) for known in self.many if known.kind is Kind.ROWS]
        return {part: Reader(part, fields_of(part), self.language) for part in classes}

    def part(self, told: dict[str, Any]) -> dict[str, Any]:
        """A part by field key, with room for what it is linked to."""
        return {known.key: told.get(known.key, []) for known in self.fields}

    def _together(self) -> Together:
        kept = tuple(one for reader in (self, *self._inner.values()) for one in reader.kept)
        key = (self.register, tuple(known.key for known in self.many), self.language, kept)
        if key not in _hanging:
            _hanging[key] = Together(self.register, tuple(self._branches()))
        return _hanging[key]

    def _branches(self) -> Iterator[Branch]:
        """Parts before what belongs to them."""
        for known in self.many:
            if known.kind is Kind.ROWS:
                yield self._inner[part_class(known)].branch(self.register, known)
        for reader in (self, *self._inner.values()):
            for known in reader.many:
                if known.kind is Kind.REFERENCES:
                    yield self._names(reader.register, known)

    def branch(self, register: type[Any], known: Field) -> Branch:
        """The parts that this reads, as a branch of the rows they are parts of."""
        columns, joins = self._columns()
        told = {one.key: column for one, column in zip(self.single, columns, strict=True)}
        found = parts(register, known.key, self.register, told)
        return replace(found, rows=_outer(found.rows, joins))

    def _names(self, owner: type[Any], known: Field) -> Branch:
        there = aliased(known.points_at)
        name = title(there, *naming(known.target), self.language)
        return links(self.register, owner, known.key, there, {NAME: name}, there.sort_key)


def in_chunks(
    session: Any, statement: Select[Any], *, most: int | None = None, size: int = CHUNK
) -> Iterator[Sequence[Any]]:
    """The rows of a statement, `size` at a time; with `most`, of one that is `cut`. Few are read at once: a cursor at
    the server takes three trips, and its statement is planned anew each time."""
    given = {} if most is None else {MOST: most}
    if most is not None and most <= size:
        yield session.execute(statement, given).all()
    else:
        options = {"yield_per": size}
        yield from session.execute(statement, given, execution_options=options).partitions()


def cut(statement: Select[Any], *, is_cut: bool) -> Select[Any]:
    """The statement with room for how many rows it gives at most, if it is to be cut at all."""
    return statement.limit(bindparam(MOST, type_=Integer)) if is_cut else statement


def _outer(statement: Select[Any], joins: Sequence[tuple[Any, Any]]) -> Select[Any]:
    for target, on in joins:
        statement = statement.outerjoin(target, on)
    return statement


def value_beside(register: type[Any], known: Field) -> Any:
    """A value of what a reference points at (`through`), as a column beside the row."""
    assert known.via is not None  # noqa: S101 - a programming error, not input
    there = aliased(known.via.points_at)
    value = select(column_of(there, field_of(known.via.points_at, known.key.partition(".")[2])))
    return value.where(there.id == column_of(register, known.via)).correlate(register).scalar_subquery()


def _as_text(known: Field, column: Any) -> Any:
    """A member of a vocabulary is read as it is stored; its label is found by it."""
    return type_coerce(column, String) if known.choices is not None else column


def label_of(register: type[Any], fields: Sequence[Field], known: Field, t: Callable[[str], str]) -> str:
    """What a field is called among others, in the language of `t`: one read in the reader's own language no more by its
    bokmål, one behind a link with the link before it."""
    if known.via is not None:
        return f"{t(known.via.label)} › {t(known.label)}"
    return t(known.label.removesuffix(" (bokmål)") if is_localised(register, fields, known) else known.label)


def is_localised(register: type[Any], fields: Sequence[Field], known: Field) -> bool:
    """Whether a text has its nynorsk beside it, not among the fields: then the reader's own language stands in."""
    beside = f"{known.key}_nn"
    return known.kind is Kind.VALUE and hasattr(register, beside) and beside not in {one.key for one in fields}
