"""The registers as they were at a moment: a database in memory, made of what stands today with all that was done since
taken back by the history. The same statements read it, within the same scope.

Nothing is guessed. What the history cannot take back, as it was written before it kept what that takes, stands as it
does today and is named (`PastSession.unsure`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn
from weakref import finalize

from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, update
from sqlalchemy.orm import Mapper, aliased, undefer

from models.changes.refolding import refold
from models.database import db, in_memory
from models.declare.base import Base, Part, Record, fields_of
from models.declare.fields import Field, Kind
from models.declare.memories import remembers
from models.declare.shapes import load
from models.registers.attachments import CLASSES
from models.registers.municipality import Municipality
from models.tenancy.log import BESIDE, CHANGED, CREATED, DELETED, RESTORED, change_class
from models.tenancy.session import EXEMPT, TenantSession

MERELY_BESIDE = frozenset({*BESIDE, "merged", "parted"})  # what changed of the rows themselves stands in other entries
CHUNK = 500


class PastSession(TenantSession):
    """Reads what was there at a moment, and writes nothing. `unsure` names the rows of which not everything could be
    taken back, `today` reads what stands now. The database is gone with it."""

    def __init__(self, engine: Engine, today: Any, unsure: list[str]) -> None:
        super().__init__(db, autoflush=False)
        self._past, self.today, self.unsure = engine, today, unsure
        finalize(self, engine.dispose)

    def get_bind(self, *_: Any, **__: Any) -> Engine:
        return self._past

    def flush(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("What has been is not changed.")


def as_of(session: Any, moment: datetime, registers: Iterable[type[Any]]) -> PastSession:
    """Some registers, with all that they point at, as they were just before a moment; of owned rows what the scope
    reads. For one municipality: its rows are held in memory."""
    engine = in_memory()
    with engine.connect().execution_options(**{EXEMPT: True}) as connection:
        unsure = _made(session, connection, moment, told_of(tuple(registers)))
    return PastSession(engine, session, unsure)


@remembers()
def told_of(registers: tuple[type[Any], ...]) -> tuple[Mapper[Any], ...]:
    """The registers and parts that a reader of some registers may be led to, the municipalities among them."""
    found: dict[Mapper[Any], None] = {}
    ahead = [Municipality.__mapper__, *[one.__mapper__ for one in registers]]
    while ahead:
        mapper = ahead.pop()
        if mapper not in found:
            found[mapper] = None
            ahead += [_far(mapper, known) for known in fields_of(mapper.class_) if known.kind is not Kind.VALUE]
    return tuple(found)


def _far(mapper: Mapper[Any], known: Field) -> Mapper[Any]:
    there: Mapper[Any] = mapper.relationships[known.key].mapper
    return there


def _made(session: Any, connection: Connection, moment: datetime, mappers: tuple[Mapper[Any], ...]) -> list[str]:
    """Fill the empty database; gives the names of what is unsure."""
    links = {one.name: one for mapper in mappers for _known, one in link_tables(mapper)}
    beside = [one.__table__ for one in CLASSES.values()]
    tables = [*[mapper.local_table for mapper in mappers], *links.values(), *beside]
    Base.metadata.create_all(connection, tables=tables)
    for mapper in mappers:
        _copy(session, connection, mapper)
    _copy_beside(session, connection, moment)
    taking = _TakingBack(connection, {mapper.class_.__tablename__: mapper for mapper in mappers})
    taking.all_since(session, moment)
    refold(connection, only=taking.touched)
    connection.commit()
    return sorted(taking.unsure)


# -- what stands today -------------------------------------------------------------------------------------------------


def columns_of(mapper: Mapper[Any]) -> dict[str, Any]:
    """The columns of a class's own table, by the attribute that holds each."""
    own = mapper.local_table
    return {one.key: one.columns[0] for one in mapper.column_attrs if getattr(one.columns[0], "table", None) is own}


def link_tables(mapper: Mapper[Any]) -> Iterator[tuple[Field, Table]]:
    """The links of a class, by the table that holds them."""
    for known in fields_of(mapper.class_):
        if known.kind is Kind.REFERENCES:
            yield known, mapper.relationships[known.key].secondary  # type: ignore[misc]


def _copy(session: Any, connection: Connection, mapper: Mapper[Any]) -> None:
    columns = columns_of(mapper)
    names = [one.name for one in columns.values()]
    rows = session.execute(select(*[getattr(mapper.class_, key) for key in columns]))
    _insert(connection, mapper.local_table, (dict(zip(names, row, strict=True)) for row in rows))
    for known, table in link_tables(mapper):
        if not known.mirrored:
            _copy_links(session, connection, mapper, known, table)


def _copy_links(session: Any, connection: Connection, mapper: Mapper[Any], known: Field, table: Table) -> None:
    _insert(connection, table, link_rows(session, mapper, known))


def link_rows(session: Any, mapper: Mapper[Any], known: Field) -> Iterator[dict[str, Any]]:
    """The rows of the table behind a link, by column, as far as both of their ends lie within the scope."""
    near, far = link_ends(mapper, known)
    there: Any = aliased(_far(mapper, known).class_)
    here = mapper.class_
    told = [getattr(here, _key(mapper, one)) for one in near]
    told += [getattr(there, _key(_far(mapper, known), one)) for one in far]
    names = [one.name for one in (*near.values(), *far.values())]
    for row in session.execute(select(*told).join(getattr(here, known.key).of_type(there)).order_by(*told)):
        yield dict(zip(names, row, strict=True))


def link_ends(mapper: Mapper[Any], known: Field) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """The columns of a link table by those they repeat: of the row that has the link, and of the one it leads to. Where
    both say whose they are, once."""
    relation: Any = mapper.relationships[known.key]
    near, far = dict(relation.synchronize_pairs), dict(relation.secondary_synchronize_pairs)
    return near, {there: column for there, column in far.items() if column not in near.values()}


def _key(mapper: Mapper[Any], column: Any) -> str:
    return mapper.get_property_by_column(column).key


def _copy_beside(session: Any, connection: Connection, moment: datetime) -> None:
    """The files and links that hung on rows then."""
    for cls in CLASSES.values():
        columns = columns_of(cls.__mapper__)
        hung = select(*[getattr(cls, key) for key in columns]).where(cls.at < moment)
        hung = hung.where(cls.removed_at.is_(None) | (cls.removed_at >= moment))
        rows = [dict(zip([one.name for one in columns.values()], row, strict=True)) for row in session.execute(hung)]
        _insert(connection, cls.__table__, (row | {"removed_at": None} for row in rows))


def _insert(connection: Connection, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    chunk = list(rows)
    for start in range(0, len(chunk), CHUNK):
        connection.execute(insert(table).prefix_with("OR IGNORE"), chunk[start : start + CHUNK])


# -- what was done since -----------------------------------------------------------------------------------------------


@dataclass
class _TakingBack:
    """Entries of the history taken back, the newest first. What is done twice does no harm: the rows may have been read
    a little before the history."""

    connection: Connection
    mappers: dict[str, Mapper[Any]]
    touched: set[type[Any]] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    changed: dict[Mapper[Any], set[int]] = field(default_factory=dict)

    def all_since(self, session: Any, moment: datetime) -> None:
        for log in {change_class(mapper.class_): None for mapper in self.mappers.values() if _is_logged(mapper)}:
            since = select(log).where(log.at >= moment, log.register.in_(self.mappers)).order_by(log.id.desc())
            whole = since.options(undefer(log.snapshot), undefer(log.reverse)).execution_options(yield_per=CHUNK)
            for change in session.scalars(whole):
                self._take_back(self.mappers[change.register], change)
            self._say_when(session, log, moment)
        for mapper in self.mappers.values():
            table: Any = mapper.local_table
            if "created_at" in table.c and mapper.class_ is not Municipality:
                self.connection.execute(delete(table).where(table.c.created_at >= moment))

    def _say_when(self, session: Any, log: Any, moment: datetime) -> None:
        """When the rows had last been changed by then, which the history knows; else when they were made."""
        told = (
            log.at < moment,
            log.register.in_([one.class_.__tablename__ for one in self.changed]),
            log.action == CHANGED,
        )
        last = select(log.register, log.row_id, func.max(log.at)).where(*told).group_by(log.register, log.row_id)
        at = {(register, row_id): when for register, row_id, when in session.execute(last)} if self.changed else {}
        for mapper, ids in self.changed.items():
            table: Any = mapper.local_table
            for row_id in ids:
                when = at.get((mapper.class_.__tablename__, row_id), table.c.created_at)
                self.connection.execute(update(table).where(table.c.id == row_id).values(updated_at=when))
        self.changed.clear()

    def _take_back(self, mapper: Mapper[Any], change: Any) -> None:
        self.touched.add(mapper.class_)
        if change.action in {CREATED, RESTORED}:
            if mapper.class_ is not Municipality:  # it is one before it is known here
                self._delete(mapper, change.row_id)
        elif change.action == DELETED and change.snapshot is not None:
            self._put_back(mapper, change.snapshot, getattr(change, "municipality_id", None), change.at)
        elif change.action == CHANGED and change.reverse is not None:
            self.changed.setdefault(mapper, set()).add(change.row_id)
            self._fields(mapper, change.row_id, change.reverse)
            for part in change.reverse["parts"]:
                self._part(mapper, part, change)
        elif change.action not in MERELY_BESIDE:
            self.unsure.add(change.row_name)

    def _delete(self, mapper: Mapper[Any], row_id: int) -> None:
        for known, links in link_tables(mapper):
            self._unlink(mapper, known, links, row_id)
        for known in fields_of(mapper.class_):
            if known.kind is Kind.ROWS:
                parts = _far(mapper, known)
                of_row = select(parts.local_table.c.id).where(parts.local_table.c.parent_id == row_id)
                for part in self.connection.scalars(of_row).all():
                    self._delete(parts, part)
        table: Any = mapper.local_table
        self.connection.execute(delete(table).where(table.c.id == row_id))

    def _put_back(
        self, mapper: Mapper[Any], told: dict[str, Any], owner: int | None, at: datetime, **more: Any
    ) -> None:
        """A deleted row or part, with its links and parts."""
        table: Any = mapper.local_table
        self._delete(mapper, told["id"])
        values = {"id": told["id"], **self._read(mapper, told["values"]), **more}
        if owner is not None:
            values["municipality_id"] = owner
        if "version" in told:
            values |= {"version": told["version"], "created_at": datetime.fromisoformat(told["created_at"])}
            values |= {"updated_at": at, "search_text": "", "sort_key": ""}
        self.connection.execute(insert(table), values)
        for known, links in link_tables(mapper):
            ids = [one for one, _name in told["links"].get(known.key, ())]
            self._link(mapper, known, links, told["id"], ids, owner)
        for known in fields_of(mapper.class_):
            for part in told["parts"].get(known.key, ()) if known.kind is Kind.ROWS else ():
                self._put_back(_far(mapper, known), part, owner, at, parent_id=told["id"])

    def _fields(self, mapper: Mapper[Any], row_id: int, reverse: dict[str, Any]) -> None:
        table: Any = mapper.local_table
        before = {
            known.column if known.kind is Kind.REFERENCE else known.key: reverse["values"][known.key][0]
            for known in fields_of(mapper.class_)
            if known.key in reverse["values"]
        }
        if values := self._read(mapper, before):
            self.connection.execute(update(table).where(table.c.id == row_id).values(values))
        for known, links in link_tables(mapper):
            if known.key in reverse["links"]:
                added, removed = reverse["links"][known.key]
                owner = self._owner(mapper, row_id)
                self._unlink(mapper, known, links, row_id, added)
                self._link(mapper, known, links, row_id, removed, owner)

    def _part(self, mapper: Mapper[Any], told: dict[str, Any], change: Any) -> None:
        known = next((one for one in fields_of(mapper.class_) if one.key == told["within"]), None)
        if known is None:
            self.unsure.add(change.row_name)  # the register has no such parts any longer
            return
        parts = _far(mapper, known)
        if "was" in told:
            owner = getattr(change, "municipality_id", None)
            self._put_back(parts, told["was"], owner, change.at, parent_id=change.row_id)
        elif "is" in told:
            self._delete(parts, told["id"])
        else:
            self._fields(parts, told["id"], told)

    def _read(self, mapper: Mapper[Any], values: dict[str, Any]) -> dict[str, Any]:
        """Values as the history writes them, by column, as the columns take them."""
        columns, found = columns_of(mapper), {}
        by_key = {known.key: known for known in fields_of(mapper.class_) if known.kind is Kind.VALUE}
        for key, value in values.items():
            if key in columns:
                found[columns[key].name] = value
                if value is not None and (known := by_key.get(key)):
                    found[columns[key].name] = load(known.shape, known.choices, value)
        return found

    def _owner(self, mapper: Mapper[Any], row_id: int) -> int | None:
        table: Any = mapper.local_table
        if "municipality_id" not in table.c:
            return None
        return self.connection.scalar(select(table.c.municipality_id).where(table.c.id == row_id))

    def _link(
        self, mapper: Mapper[Any], known: Field, table: Table, row_id: int, ids: Iterable[int], owner: int | None
    ) -> None:
        near, far = link_ends(mapper, known)
        rows = []
        for one in ids:
            told = {column.name: row_id if here.name == "id" else owner for here, column in near.items()}
            rows.append(told | {column.name: one for there, column in far.items() if there.name == "id"})
        _insert(self.connection, table, rows)

    def _unlink(
        self, mapper: Mapper[Any], known: Field, table: Table, row_id: int, ids: Iterable[int] | None = None
    ) -> None:
        near, far = link_ends(mapper, known)
        (here,), (there,) = ([column for end, column in side.items() if end.name == "id"] for side in (near, far))
        gone = delete(table).where(here == row_id)
        self.connection.execute(gone if ids is None else gone.where(there.in_(list(ids))))


def _is_logged(mapper: Mapper[Any]) -> bool:
    return issubclass(mapper.class_, Record) and not issubclass(mapper.class_, Part)
