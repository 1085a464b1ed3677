"""One search in many registers at once: how many rows each has, and the few that are shown, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, bindparam, case, cast, func, null, select, union_all

from models.database import db
from models.declare.fields import is_owned
from models.declare.memories import Bounded, memory
from models.declare.titles import title
from models.queries import searching
from models.queries.finding import COUNT_LIMIT, Query, looked_for
from models.queries.searching import LONGEST_SEARCH, any_of, words_of
from models.tenancy.reach import written
from models.tenancy.session import prepare

FIRST = 5  # rows of each register
MOST_WORDS = 3  # looked for in all registers at once
_statements = memory(Bounded(30), of_declarations=True)  # large, and slow to build


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that was found; `by_link` when not by its own text."""

    id: int
    name: str
    municipality_id: int | None
    changed: datetime
    by_link: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What one register has: how many, counted no further than one past COUNT_LIMIT, and the first few."""

    register: type[Any]
    total: int
    hits: tuple[Hit, ...]


def can_be_found(register: type[Any]) -> bool:
    """Whether the rows of a register have names that can be asked for."""
    return register.__register__.title in register.__mapper__.columns


def bounded(text: str) -> str:
    """As much of what is typed as is looked for."""
    return " ".join(text[:LONGEST_SEARCH].replace("\0", " ").split()[:MOST_WORDS])


def found_in(
    session: Any, registers: tuple[type[Any], ...], text: str, language: str, active: int | None
) -> list[Found]:
    """The registers that have something, in the order given; in each, own text before links, then the newest first."""
    if not registers or not words_of(text):
        return []
    name = (registers, language, len(words_of(text)), *[searching.shape(one, text) for one in registers])
    statement = _statements.recall(name, lambda: prepare(_statement(registers, text, language)))
    rows: list[list[Any]] = [[] for _ in registers]
    for number, total, *hit in session.execute(statement, searching.given(text) | {"active": active or 0}):
        rows[number].append((total, Hit(*hit)))
    return [
        Found(register, found[0][0], tuple(hit for _total, hit in found))
        for register, found in zip(registers, rows, strict=True)
        if found
    ]


def _statement(registers: tuple[type[Any], ...], text: str, language: str) -> Any:
    together = union_all(*[_first(number, one, text, language) for number, one in enumerate(registers)]).subquery()
    columns = together.c
    return select(*columns[:-1]).order_by(columns.number, columns.by_link, columns.mine.desc(), columns.changed.desc())


def _first(number: int, register: type[Any], text: str, language: str) -> Any:
    """The first few rows of one register with how many there are, as one part of the whole."""
    found = looked_for(register, Query(text), COUNT_LIMIT + 1).cte(f"found_in_{register.__tablename__}")
    total = select(func.count()).select_from(found).scalar_subquery()
    holds = func.instr if db.engine.dialect.name == "sqlite" else func.strpos
    own = holds(register.search_text, bindparam("word0", words_of(text)[0], type_=String)) > 0
    owner: Any = register.municipality_id if is_owned(register) else cast(null(), Integer)
    mine = case((owner == bindparam("active", 0, type_=Integer), 1), else_=0).label("mine")
    by_link = case((own, 0), else_=1).label("by_link")
    columns = (
        written(number).label("number"),
        total.label("total"),
        register.id.label("id"),
        cast(title(register, register.__tablename__, register.__register__.title, language), String).label("name"),
        owner.label("owner"),
        register.updated_at.label("changed"),
        by_link,
        mine,
    )
    rows = select(*columns).where(any_of(register.id, select(found.c.id)))
    first = rows.order_by(by_link, mine.desc(), register.updated_at.desc(), register.id).limit(FIRST).subquery()
    return select(first)
