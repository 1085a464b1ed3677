"""An archive read into another Orden, where the municipality has nothing: in one transaction, as who owns the tables.

Every number is given anew, all of them moved by the same step beyond what was ever used here, so that what points goes
on pointing, also in the history of rows that are gone. The history is written as it was told, and nothing is added to
it. A shared row is found by its key, or proposed; a person is found by address, or made without a password. What was
invoiced and settled stays with who did it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from sqlalchemy import Column, Connection, Date, Table, func, insert, select, text, update
from sqlalchemy.exc import StatementError

from exchange.archive.opening import DAMAGED, Opened, columns_known, opened, read_tables
from exchange.archive.pointers import (
    OWNER,
    Means,
    in_history,
    is_of_the_place,
    meaning,
    register_of,
    tables,
)
from exchange.archive.shelves import Shelves
from exchange.archive.telling import HERE, is_taken_along
from exchange.archive.writing import PEOPLE
from models.changes.numbering import LAST
from models.changes.refolding import refold
from models.declare.base import fields_of, part_class
from models.declare.clock import now
from models.declare.fields import Kind, is_owned
from models.declare.shapes import Moment, Places, load
from models.declare.words import N_, Problem
from models.keeping.files import Files
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from models.tenancy.log import CHANGES
from models.tenancy.people import User
from models.tenancy.rowsecurity import announce

HAS_ROWS = N_("%(name)s har allerede noe i denne Orden (%(table)s). Et arkiv leses inn der kommunen ikke har noe.")
NOWHERE = N_("%(count)s henvisninger i arkivet fører ingen steder. Ingenting er lest inn.")
TWO = N_("%(name)s finnes her med et annet organisasjonsnummer. Rett det først.")
CHUNK = 500
_NUMBER = re.compile(r"B-(\d{1,9})")


@dataclass(frozen=True)
class Read:
    """What was read: into which municipality, rows by table, what was proposed and who was made."""

    place: int
    name: str
    rows: dict[str, int]
    proposed: list[str]
    made: list[str]


def read(connection: Connection, archive: IO[bytes], files: Files) -> Read:
    """Read an archive in the transaction of who owns the tables. Raises a Problem, and nothing may then be kept."""
    with opened(archive) as told:
        reading = _Reading(connection, told, files)
        try:
            return reading.everything()
        except StatementError as error:
            reading.drop_files()
            raise Problem(DAMAGED, what=str(error.orig or error)) from error
        except BaseException:
            reading.drop_files()
            raise


@dataclass
class _Reading:
    connection: Connection
    told: Opened
    files: Files
    place: int = 0
    step: int = 0
    people: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    put: dict[str, str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    last: int = 0  # the highest number that an activity has had
    again: list[tuple[Table, int, dict[str, Any]]] = field(default_factory=list)

    def everything(self) -> Read:
        about = self.told.municipality()
        self._find_place(about)
        self._announce()
        self._refuse_rows(about["name"])
        self.shelves = Shelves(self.connection, self.told)
        self._people()
        self.step = self._beyond()
        rows = {table.name: self._table(table) for table in read_tables()}
        for table, number, values in self.again:
            self.connection.execute(update(table).where(table.c.id == number).values(values))
        self.connection.execute(insert(LAST).values(municipality_id=self.place, number=self.last))
        self._finish()
        return Read(self.place, about["name"], rows, self.shelves.proposed, self.made)

    # -- where and who -------------------------------------------------------------------------------------------------

    def _find_place(self, about: dict[str, Any]) -> None:
        table: Any = Municipality.__table__
        real = table.c.example.is_(None)
        number, name = about["organisation_number"], about["name"]
        by_number = select(table.c.id).where(table.c.organisation_number == number, real)
        found = self.connection.scalar(by_number) if number else None
        if found is None:
            named = self.connection.execute(
                select(table.c.id, table.c.organisation_number).where(table.c.name == name, real)
            ).all()
            if any(one.organisation_number and number for one in named):
                raise Problem(TWO, name=name)
            found = named[0].id if len(named) == 1 else None
        said = {one.column: one for one in fields_of(Municipality) if is_taken_along(one) and one.kind is not Kind.ROWS}
        values = {key: load(said[key].shape, said[key].choices, value) if value is not None else None
                  for key, value in about.items() if key in said}  # fmt: skip
        if found is None:
            begun = {
                "version": 1,
                "created_at": now(),
                "updated_at": now(),
                "search_text": "",
                "sort_key": "",
                "founder": "no",
            }
            found = self.connection.execute(insert(table).values(begun | values)).inserted_primary_key[0]  # type: ignore[index]
            self._parts(int(found), about)
        else:
            self.connection.execute(
                update(table).where(table.c.id == found).values(values | {"version": table.c.version + 1})
            )
        self.place = int(found)
        numbers = select(table.c.id, func.coalesce(table.c.organisation_number, table.c.name))
        self.places = {key: one for one, key in self.connection.execute(numbers)} | {HERE: self.place, "": 0}

    def _parts(self, place: int, about: dict[str, Any]) -> None:
        for known in fields_of(Municipality):
            if known.kind is not Kind.ROWS or known.key not in about:
                continue
            part = part_class(known)
            fields = {one.key: one for one in fields_of(part)}
            for told in about[known.key]:
                values = {key: None if value is None else load(fields[key].shape, fields[key].choices, value)
                          for key, value in told.items() if key in fields}  # fmt: skip
                self.connection.execute(insert(part.__table__).values(values | {"parent_id": place}))

    def _announce(self) -> None:
        if self.connection.dialect.name == "postgresql":
            announce(self.connection, scope.of([self.place]))

    def _refuse_rows(self, name: str) -> None:
        for table in read_tables():
            if self.connection.scalar(select(func.count()).select_from(table).where(self._mine(table))):
                raise Problem(HAS_ROWS, name=name, table=table.name)

    def _mine(self, table: Table) -> Any:
        return table.c[OWNER].in_([self.place])

    def _people(self) -> None:
        table: Any = User.__table__
        self.people = {email: number for number, email in self.connection.execute(select(table.c.id, table.c.email))}
        for told in self.told.lines(PEOPLE):
            if told["email"] in self.people:
                continue
            values = {
                "email": told["email"], "name": told["name"], "language": told["language"], "active": told["active"],
                "vouched_in": self.place, "version": 1, "created_at": now(), "updated_at": now(), "search_text": "",
                "sort_key": "", "session_key": "", "failed_attempts": 0, "grants_seen": 0, "settings": "",
            }  # fmt: skip
            number = self.connection.execute(insert(table).values(values)).inserted_primary_key[0]  # type: ignore[index]
            self.people[told["email"]] = int(number)
            self.made.append(f"{told['name']} ({told['email']})")

    # -- numbers -------------------------------------------------------------------------------------------------------

    def _beyond(self) -> int:
        """The step by which every number of the archive is moved: beyond all that were ever given here."""
        used = [0, *self._given()]
        lowest = min((one for table in read_tables() for one in self._numbers(table)), default=1)
        return max(used) - min(0, lowest - 1)

    def _given(self) -> Iterator[int]:
        own = {one.name for one in tables()}
        if self.connection.dialect.name == "sqlite":
            given = self.connection.execute(text("select name, seq from sqlite_sequence")).all()
            yield from (int(seq) for name, seq in given if name in own)
            return
        for table in tables():
            if "id" in table.c:
                yield self._last(table)

    def _numbers(self, table: Table) -> Iterator[int]:
        is_log = any(one.__table__ is table for one in CHANGES.values())
        for row in self.told.lines(f"data/{table.name}.jsonl"):
            yield from (
                row[key] for key in ("id", "row_id") if isinstance(row.get(key), int) and (key == "id" or is_log)
            )

    def _finish(self) -> None:
        """What rows are found by, the numbers that are given next, and that every reference leads somewhere."""
        refold(self.connection, only=[User, Municipality, *self.shelves.touched])
        if self.connection.dialect.name == "sqlite":
            if broken := self.connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                raise Problem(NOWHERE, count=str(len(broken)))
            return
        for table in read_tables():
            last = self.connection.scalar(select(func.max(table.c.id))) if "id" in table.c else None
            if last:
                given = "select setval(pg_get_serial_sequence(:name, 'id'), :last)"
                self.connection.execute(text(given), {"name": table.name, "last": max(int(last), self._last(table))})

    def _last(self, table: Table) -> int:
        """The last number that PostgreSQL has given in a table."""
        sequence = text("select last_value from pg_sequences where sequencename = :name")
        return int(self.connection.scalar(sequence, {"name": f"{table.name}_id_seq"}) or 0)

    # -- rows ----------------------------------------------------------------------------------------------------------

    def _table(self, table: Table) -> int:
        number, chunk = 0, []
        for told in self.told.lines(f"data/{table.name}.jsonl"):
            chunk.append(self._row(table, told))
            number += 1
            if len(chunk) == CHUNK:
                self.connection.execute(insert(table), chunk)
                chunk = []
        if chunk:
            self.connection.execute(insert(table), chunk)
        return number

    def _row(self, table: Table, told: dict[str, Any]) -> dict[str, Any]:
        columns_known(table, told)
        self._count(table, told)
        row: dict[str, Any] = {OWNER: self.place}
        for column in (one for one in table.c if one.name != OWNER):
            means, target = meaning(table, column)
            if means is Means.STORED:
                row[column.name] = self._stored(told.get("digest"))
            elif means is Means.SECRET:
                row[column.name] = secrets.token_hex(32)  # a hash that no key has
            elif means is Means.LOST:
                row[column.name] = None if column.nullable else 0
            elif column.name in told:
                value = told[column.name]
                row[column.name] = None if value is None else self._read(told, column, means, target, value)
        later = {key: row[key] for key in _within_itself(table) if row.get(key) is not None}
        if later:
            self.again.append((table, row["id"], later))
            row |= dict.fromkeys(later)
        return row

    def _count(self, table: Table, told: dict[str, Any]) -> None:
        """How far the numbers of activities have come, also of those that are gone: none is given twice."""
        is_one = table is ProcessingActivity.__table__
        if is_one or told.get("register") == ProcessingActivity.__tablename__:
            values = told if is_one else (told.get("snapshot") or {}).get("values", {})
            if found := _NUMBER.fullmatch(str(values.get("number"))):
                self.last = max(self.last, int(found[1]))

    def _read(self, row: dict[str, Any], column: Column[Any], means: Means, target: Any, value: Any) -> Any:
        if means is Means.OWN:
            return value + self.step
        if means is Means.PERSON:
            return self.people.get(value)
        if means is Means.PLACE:
            return self.places.get(value)
        if means is Means.SHARED:
            return self.shelves.number(target, value)
        if means is Means.ROW:
            register = register_of(row)
            return value + self.step if is_of_the_place(register) else self.shelves.number(register, value)
        if means is Means.HISTORY:
            register = register_of(row)
            return value if register is None else in_history(register, value, self._seen)
        if means is Means.OWNS:
            if isinstance(value, dict):
                return {name: one + self.step for name, one in value.items()}
            return [one + self.step for one in value]
        return loaded(column, value)

    def _seen(self, cls: type[Any], told: Any) -> Any:
        if cls is User:
            return self.people.get(told)
        if is_owned(cls):
            return told + self.step
        return None if told is None else self.shelves.number(cls, told)

    def _stored(self, digest: str | None) -> str | None:
        """Keep the file of a row under a name of its own; one that was lost before has a name that leads nowhere."""
        if digest is None:
            return None
        if digest not in self.put:
            content = self.told.file(digest)
            self.put[digest] = secrets.token_hex(16)
            if content is not None:
                with content:
                    self.files.put_back(self.put[digest], content)
        return self.put[digest]

    def drop_files(self) -> None:
        for name in self.put.values():
            with suppress(OSError):
                self.files.drop(name)


def _within_itself(table: Table) -> list[str]:
    """The columns by which rows of a table point at rows of the same: written once all are there."""
    return [key.parent.name for key in table.foreign_keys if key.column.table is table and key.parent.name != OWNER]


def loaded(column: Column[Any], value: Any) -> Any:
    """A plain value as the column takes it."""
    if isinstance(column.type, Moment):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return Decimal(value) if isinstance(column.type, Places) else value
