"""What follows from a row when it is saved: its search text and sort key, and what its own class has to say."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import set_committed_value

from models.changes import reversal
from models.declare.base import Base, Record, fields_of
from models.declare.fields import Field, Kind
from models.declare.folding import fold, sort_key
from models.declare.memories import remembers
from models.registers.municipality import Municipality
from models.tenancy import scope
from models.tenancy.session import TenantSession

_RENAMED = "derived_renamed"


def searched(register: type[Any]) -> tuple[str, ...]:
    """The attributes of a register that its rows are found by."""
    return tuple(known.key for known in fields_of(register) if known.searched and known.kind is Kind.VALUE)


def search_text(row: Any) -> str:
    """The searched fields of a row, folded."""
    words = [getattr(row, key) for key in searched(type(row))]
    return fold(" ".join(str(word) for word in words if word))


def write_keys(session: TenantSession) -> None:
    """What a row is found and sorted by."""
    for row in [*session.new, *session.dirty]:
        if isinstance(row, Record):
            row.search_text, row.sort_key = search_text(row), sort_key(row.sort_by())


def note_renamed(session: TenantSession) -> None:
    """Which rows get a name that others are sorted by."""
    session.info[_RENAMED] = [
        row
        for row in session.dirty
        if isinstance(row, Record) and _named_after(inspect(type(row))) and _has_new_name(row)
    ]


def _has_new_name(row: Any) -> bool:
    return bool(reversal.changed(row, row.__register__.title).has_changes())


@remembers()
def _named_after(target: Mapper[Any]) -> tuple[tuple[type[Any], Field], ...]:
    """The registers whose rows are called by the names of what they refer to, by the reference that leads there."""
    return tuple(
        (mapper.class_, known)
        for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__name__)
        if issubclass(mapper.class_, Record) and mapper.class_.__register__.title not in mapper.attrs
        for known in fields_of(mapper.class_)
        if known.kind is Kind.REFERENCE and mapper.relationships[known.key].mapper is target
    )


def follow_names(session: TenantSession) -> None:
    """Who is called after a row that was renamed is sorted by the new name, in whichever municipality it stands."""
    renamed = session.info.pop(_RENAMED, [])
    if not renamed:
        return
    everywhere = scope.of(session.scalars(select(Municipality.id)))
    with scope.use(everywhere):
        for row in renamed:
            for register, known in _named_after(row.__mapper__):
                there = session.scalars(select(register).where(getattr(register, known.column) == row.id))
                for other in there.all():
                    key, table = sort_key(str(other)), register.__table__
                    session.flush_connection().execute(update(table).where(table.c.id == other.id).values(sort_key=key))
                    set_committed_value(other, "sort_key", key)


def reckon(session: TenantSession) -> None:
    """A class may work out, with `reckon`, what follows from the other fields of a row."""
    for row in [*session.new, *session.dirty]:
        if work_out := getattr(row, "reckon", None):
            work_out()


def check(session: TenantSession) -> None:
    """A class may refuse a row with `check`, whether it is saved or deleted."""
    for row in [*session.deleted, *session.new, *session.dirty]:
        if refuse := getattr(row, "check", None):
            refuse()
