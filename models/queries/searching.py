"""Which rows hold what is looked for: in their own text, or in that of what they point at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    String,
    Text,
    any_,
    bindparam,
    column,
    func,
    inspect,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.dialects.postgresql import array

from models.database import db
from models.declare.folding import fold, pattern
from models.declare.memories import memory
from models.declare.numbers import BIGGEST
from models.tenancy import scope as scoping
from models.tenancy.linkedsearch import found_beside, ways
from models.tenancy.reach import ZERO, written
from models.tenancy.searchindex import INDEXED, PIECE

FEW = 5  # municipalities
MOST_WORDS = 6
LONGEST_SEARCH = 100
_functions: dict[tuple[Any, type[Any]], bool] = memory({})


def searched(register: type[Any], text: str, *, indexed: bool = True, most: int = BIGGEST) -> list[ColumnElement[bool]]:
    """That the search text holds every word; of the large registers found in their index of three-letter pieces.

    The words are parameters by name (`given`): the same statement serves others."""
    words = words_of(text)
    if indexed and finds_by_function(register, words):
        return [any_of(register.id, select(by_function(register, words, most)))]
    by_index = indexed and _has_index(register, words) and db.engine.dialect.name == "sqlite"
    return [_holds(register, place, word, indexed, by_index) for place, word in enumerate(words)]


def words_of(text: str) -> list[str]:
    """What is looked for, the longest first."""
    return sorted(_words(text)[:MOST_WORDS], key=len, reverse=True)


def has_too_many_words(text: str) -> bool:
    """Whether more is typed than is looked for: each word is looked for at the end of every link."""
    return len(_words(text)) > MOST_WORDS


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(map(fold, text.split())))


def given(text: str) -> dict[str, Any]:
    """The parameters of `searched`."""
    words, found = words_of(text), dict[str, Any]()
    for place, word in enumerate(words):
        found |= {f"word{place}": word, f"pattern{place}": pattern(word), f"phrase{place}": _phrase(word)}
    return found | {"words": words} if words else found


def shape(register: type[Any], text: str) -> tuple[Any, ...]:
    """What a search varies by but for its parameters."""
    words = words_of(text)
    asked = tuple(finds_by_function(one, words) for one in (register, *[target for *_, target in ways(register)]))
    return db.engine.dialect.name, asked, tuple(min(len(word), PIECE) for word in words)


def _holds(register: type[Any], place: int, word: str, indexed: bool, by_index: bool) -> ColumnElement[bool]:
    """That a row has a word in its own text or in that of what it points at."""
    if not indexed:
        return or_(*_in_turn(register, place, word))
    own = _by_piece(register, place, word) if by_index and len(word) >= PIECE else _like(register, place, word)
    return or_(own, *found_beside(register, lambda there: _holds_alone(there, place, word)))


def _in_turn(register: type[Any], place: int, word: str) -> Iterator[ColumnElement[bool]]:
    """The same asked of one row after the other. PostgreSQL reckons that this holds for a third of the rows, LIKE for
    next to none: it walks in their order."""
    where = func.instr if db.engine.dialect.name == "sqlite" else func.strpos

    def holds(one: Any) -> Any:
        return where(one.search_text, bindparam(f"word{place}", word, type_=String)) > ZERO

    yield holds(register)
    yield from found_beside(register, holds, each=True)


def _by_piece(register: type[Any], place: int, word: str) -> ColumnElement[bool]:
    name = f"{register.__tablename__}_search"
    index = table(name, column("rowid"), column(name))
    phrase = bindparam(f"phrase{place}", _phrase(word), type_=String)
    return register.id.in_(select(index.c.rowid).where(index.c[name].op("MATCH")(phrase)))  # type: ignore[no-any-return]


def _like(there: Any, place: int, word: str) -> ColumnElement[bool]:
    return there.search_text.like(bindparam(f"pattern{place}", pattern(word), type_=String), escape="/")  # type: ignore[no-any-return]


def _holds_alone(there: Any, place: int, word: str) -> ColumnElement[bool]:
    """That a row has a word in its own text, by the index where that pays."""
    target = inspect(there).mapper.class_
    if not finds_by_function(target, [word]):
        return _like(there, place, word)
    words = array([bindparam(f"word{place}", word, type_=Text)])
    found = getattr(func, f"find_{target.__tablename__}")(words, written(BIGGEST), true()).column_valued("found_alone")
    return there.id.in_(select(found))  # type: ignore[no-any-return]


def _phrase(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def by_function(register: type[Any], words: Sequence[str], most: int) -> Any:
    wanted = bindparam("words", words, type_=ARRAY(Text))
    return getattr(func, f"find_{register.__tablename__}")(wanted, written(most)).column_valued("found_by_index")


def _has_index(register: type[Any], words: Sequence[str]) -> bool:
    return bool(words) and len(words[0]) >= PIECE and register.__tablename__ in INDEXED


def finds_by_function(register: type[Any], words: Sequence[str]) -> bool:
    """Whether there is a function to find by (models/tenancy/rowsecurity.py), and it pays: of one municipality the
    policy leaves so few rows that they are looked through as they are."""
    if not _has_index(register, words) or db.engine.dialect.name != "postgresql":
        return False
    if len(scoping.current().readable(register.__domain__)) <= FEW:
        return False
    name = (db.engine, register)
    if name not in _functions:
        there = select(func.to_regprocedure(f"find_{register.__tablename__}(text[],int,bool)").is_not(None))
        _functions[name] = bool(db.session.scalar(there))
    return _functions[name]


def any_of(one: Any, ids: Select[Any]) -> ColumnElement[bool]:
    """That an id is among those selected, which are all found first. (As IN, PostgreSQL reckons that there are a
    thousand, and walks through the whole register.)"""
    on_postgres = db.engine.dialect.name == "postgresql"
    return one == any_(func.array(ids.scalar_subquery())) if on_postgres else one.in_(ids)  # type: ignore[no-any-return]
