"""What rows are found and sorted by, derived again for every row there is: after an upgrade, which may have brought
another folding or another searched field. To have it done, a new folding comes with a migration, be it an empty one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, update

from models.changes.cards import card_text
from models.changes.derived import searched
from models.declare.base import Base, Record
from models.declare.folding import fold, sort_key
from models.registers.window import ShownCard

CHUNK = 2000
Derive = Callable[[Any], dict[str, str]]


def refold(connection: Connection, only: Collection[type[Any]] | None = None) -> None:
    """Write the keys of every row, or of those of some registers, whose keys are not as they would be today. For the
    owner of the tables while all of them are open to it (`models/migrating.py`)."""
    for cls, columns, derive in _folded():
        if only is None or cls in only:
            _refold(connection, cls.__table__, columns, derive)


def _folded() -> Iterator[tuple[type[Any], tuple[str, ...], Derive]]:
    for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__name__):
        if issubclass(register := mapper.class_, Record):
            yield register, (*searched(register), named_by(register)), _of(register)
    yield ShownCard, ("name", "detail"), _of_a_card


def named_by(register: type[Any]) -> str:
    """The column that names a row; of a register whose rows are named by what they point at, the key as it stands:
    folding it once more gives what folding the name would."""
    title = register.__register__.title
    return title if title in register.__table__.c else "sort_key"


def _of(register: type[Any]) -> Derive:
    words, title = searched(register), named_by(register)

    def derive(row: Any) -> dict[str, str]:
        found = (getattr(row, key) for key in words)
        return {
            "search_text": fold(" ".join(str(word) for word in found if word)),
            "sort_key": sort_key(str(getattr(row, title) or "")),
        }

    return derive


def _of_a_card(row: Any) -> dict[str, str]:
    return {"search_text": card_text(row.name, row.detail), "sort_key": sort_key(row.name)}


def _refold(connection: Connection, table: Table, columns: tuple[str, ...], derive: Derive) -> None:
    read = dict.fromkeys((*columns, "search_text", "sort_key"))
    wanted = select(table.c.id, *[table.c[key] for key in read]).order_by(table.c.id).limit(CHUNK)
    change = (
        update(table)
        .where(table.c.id == bindparam("row"))
        .values(search_text=bindparam("text"), sort_key=bindparam("key"))
    )
    last = 0
    while rows := connection.execute(wanted.where(table.c.id > last)).all():
        last = rows[-1].id
        changed = [
            {"row": row.id, "text": keys["search_text"], "key": keys["sort_key"]}
            for row in rows
            if (keys := derive(row)) != {"search_text": row.search_text, "sort_key": row.sort_key}
        ]
        if changed:
            connection.execute(change, changed)
