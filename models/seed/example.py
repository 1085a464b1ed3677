"""The municipality everybody may look at and nobody change: a finished one, so that who begins sees what good is.

It is in every installation, made anew when what it is made from has changed. The walls keep it apart from all others
(`models/tenancy/reach.py`, `Pretended`).
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, create_engine, delete, insert, select, text, update
from sqlalchemy.pool import NullPool

from models.declare.folding import fold, sort_key
from models.registers.municipality import Municipality, example_id
from models.seed import facts
from models.seed.furnish import House, shared_shelves
from models.tenancy import removing, scope

CONTENT = "../seed/content/example.json"
NAME, UNFINISHED = "Eksempel", "unfinished"


def load(session: Any, owner_url: str) -> bool:
    """Make the example, or make it anew where it was made from something else; whether it was. The municipality itself
    is written and taken out as the owner of the tables, past the history, which tells of what people did."""
    wanted = fingerprint()
    with scope.use(scope.Scope(example=True)):
        made_of = session.scalar(select(Municipality.example))
    if made_of == wanted:
        return False
    old = example_id(session)
    session.commit()
    owner = create_engine(owner_url, poolclass=NullPool)
    with owner.begin() as connection:
        if old is not None:
            _remove(connection, old)
        content = facts.read_json(CONTENT)
        about = content.pop("municipality") | {"version": 1, "sort_key": sort_key(NAME), "search_text": fold(NAME)}
        place = connection.scalar(
            insert(Municipality.__table__).values(name=NAME, example=UNFINISHED, **about).returning(text("id"))
        )
    with scope.use(replace(scope.of([place], active=place), example=True)):
        House(session, shared_shelves(session)).furnish(content)
        session.commit()
    with owner.begin() as connection:  # only what is whole is not made again
        table = Municipality.__table__
        connection.execute(update(table).where(table.c.id == place).values(example=wanted))
    return True


def fingerprint() -> str:
    """What the example is made of, in short."""
    return sha256((facts.FACTS / CONTENT).read_bytes()).hexdigest()


def _remove(connection: Connection, place: int) -> None:
    """Everything of it: it was made up, and is made anew at once."""
    removing.remove(connection, place)
    connection.execute(delete(Municipality.__table__).where(Municipality.__table__.c.id == place))
