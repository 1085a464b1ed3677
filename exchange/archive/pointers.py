"""What the columns of owned tables hold that is more than a plain value: the number of a row, a person, a shared row.

Most is told by foreign keys and by the fields of registers. What points without a key is named here, and a test finds
the number that is told by neither.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Table

from models.changes.numbering import LAST
from models.declare.base import Base, Record, fields_of, part_class
from models.declare.fields import Field, Kind, is_owned
from models.declare.memories import remembers
from models.registers.packages import Archive
from models.registers.window import ShownCard
from models.tenancy.locks import ALWAYS, locked
from models.tenancy.log import CHANGES
from models.tenancy.people import User
from models.tenancy.statements import guarded_tables

OWNER = "municipality_id"


class Means(StrEnum):
    PLAIN = "plain"
    OWN = "own"  # the number of a row of the municipality
    ROW = "row"  # the same, or of a shared row: the column `register` says of which
    PERSON = "person"
    PLACE = "place"  # a municipality
    SHARED = "shared"  # the number of a shared row
    STORED = "stored"  # what a file is stored as; its content is known by `digest`
    SECRET = "key"  # noqa: S105 - the hash of a key, which opens nothing elsewhere
    LOST = "lost"  # the number of what stays behind, or which form a row came from
    HISTORY = "history"  # what a row was, or what takes a change back: JSON with numbers in it
    OWNS = "owns"  # numbers of own rows, as JSON: a list, or by name


# By the name of the column, wherever it stands: what no foreign key tells.
BY_NAME = {
    "row_id": Means.ROW, "merged_into": Means.ROW, "person_id": Means.OWN, "comment_id": Means.OWN,
    "user_id": Means.PERSON, "actor_id": Means.PERSON, "author_id": Means.PERSON, "sender_id": Means.PERSON,
    "asked_by": Means.PERSON, "invited_by": Means.PERSON, "done_by": Means.PERSON,
    "acted_in": Means.PLACE, "origin_place": Means.PLACE, "from_place": Means.PLACE,
    "origin_row": Means.LOST, "origin_card": Means.LOST, "from_row": Means.LOST, "merger_id": Means.LOST,
    "made_by": Means.LOST, "run_id": Means.LOST,
    "stored": Means.STORED, "key_hash": Means.SECRET,
    "snapshot": Means.HISTORY, "reverse": Means.HISTORY, "mentions": Means.OWNS, "attachments": Means.OWNS,
}  # fmt: skip
# Where a name means another thing than elsewhere.
ELSEWHERE: dict[tuple[str, str], Means] = {
    ("agreement", "attachments"): Means.PLAIN,
    ("inspection_package", "made_by"): Means.PLAIN,
    ("risk_attachment", "stored"): Means.STORED,
}
# Cards point at what they show without a foreign key.
OF_CARDS = {"product_id": "product", "template_id": "processing_template"}
Seen = Callable[[type[Any], int], Any]


@remembers()
def tables() -> tuple[Table, ...]:
    """The tables with rows of municipalities, each after those it points at. Archives are in none, and how far numbers
    have come follows from what has had one."""
    own, beside = guarded_tables(), (Archive.__table__, LAST)
    return tuple(one for one in Base.metadata.sorted_tables if one.name in own and one not in beside)


@remembers()
def classes() -> dict[str, type[Any]]:
    """The class of each table that has one."""
    return {str(mapper.class_.__table__.name): mapper.class_ for mapper in Base.registry.mappers}


def is_read(table: Table) -> bool:
    """Whether rows of a table become rows elsewhere. What the database locks at once, and what that points at, are the
    accounts of who issued them: they are told, and stay what they are there. A supplement would be charged twice."""
    accounts = [one for one in locked().values() if one.info["locked"][0] == ALWAYS]
    return not any(
        table is one or table in {key.referred_table for key in one.foreign_key_constraints} for one in accounts
    )


@remembers()
def meaning(table: Table, column: Column[Any]) -> tuple[Means, Any]:
    """What a column means, and the class it points at where it does."""
    found = ELSEWHERE.get((table.name, column.name))
    if found is not None:
        return found, None
    if table is ShownCard.__table__ and column.name in OF_CARDS:
        return Means.SHARED, classes()[OF_CARDS[column.name]]
    if column.primary_key and column.name == "id":
        return Means.OWN, classes().get(table.name)
    target = _points_at(column)
    if target is not None:
        cls = classes().get(target.name)
        if target.name in guarded_tables():
            return Means.OWN, cls
        if cls is User:
            return Means.PERSON, cls
        return (Means.SHARED, cls) if cls is not None and issubclass(cls, Record) else (Means.LOST, cls)
    return BY_NAME.get(column.name, Means.PLAIN), None


def _points_at(column: Column[Any]) -> Table | None:
    for key in column.foreign_keys:
        if key.column.name == "id" and key.column.table.name != "municipality":
            return key.column.table
    return None


def in_history(register: type[Any], told: dict[str, Any], seen: Seen) -> dict[str, Any]:
    """A snapshot of a row, or what takes a change of it back, with every number in it said otherwise by `seen`, which
    is asked of a class and a number."""
    known = {one.key: one for one in fields_of(register)}
    made = dict(told)
    if "id" in told:
        made["id"] = seen(register, told["id"])
    if "values" in told:
        made["values"] = {key: _value(register, known, key, value, seen) for key, value in told["values"].items()}
    if "links" in told:
        made["links"] = {key: _links(known.get(key), value, seen) for key, value in told["links"].items()}
    if isinstance(told.get("parts"), dict):
        made["parts"] = {
            key: [in_history(part_class(known[key]), one, seen) for one in value] if key in known else value
            for key, value in told["parts"].items()
        }
    elif "parts" in told:
        made["parts"] = [_part(known, one, seen) for one in told["parts"]]
    return made


def _value(register: type[Any], known: dict[str, Field], key: str, value: Any, seen: Seen) -> Any:
    """A snapshot names a reference by its column, and has one value; what takes back names the field, and has two."""
    field = known.get(key) or next((one for one in known.values() if one.column == key), None)
    if field is not None and field.kind is Kind.REFERENCE:
        both = value if isinstance(value, list) else [value]
        said = [None if one is None else seen(_target(register, field), one) for one in both]
        return said if isinstance(value, list) else said[0]
    if field is None and BY_NAME.get(key) is Means.PERSON:
        return None if value is None else seen(User, value)
    return value


def _target(register: type[Any], field: Field) -> type[Any]:
    found: type[Any] = register.__mapper__.relationships[field.key].mapper.class_
    return found


def _links(field: Field | None, value: Any, seen: Seen) -> Any:
    """A snapshot has [[number, name]], what takes back [numbers that came, numbers that went]."""
    if field is None:
        return value
    if all(isinstance(one, list) and len(one) == 2 and isinstance(one[1], str) for one in value):
        return [[seen(field.points_at, number), name] for number, name in value]
    return [[seen(field.points_at, number) for number in side] for side in value]


def _part(known: dict[str, Field], told: dict[str, Any], seen: Seen) -> dict[str, Any]:
    field = known.get(told.get("within", ""))
    if field is None:
        return told
    part, made = part_class(field), in_history(part_class(field), told, seen)
    for key in ("was", "is"):
        if key in told:
            made[key] = in_history(part, told[key], seen)
    return made


def register_of(row: dict[str, Any]) -> type[Any] | None:
    """The register that a row beside others tells of."""
    return classes().get(str(row.get("register", "")))


def is_of_the_place(register: type[Any] | None) -> bool:
    """Whether what a row beside others tells of is the municipality's; of a register that is no more it was."""
    return register is None or is_owned(register)


def is_history(table: Table) -> bool:
    return any(one.__table__ is table for one in CHANGES.values())
