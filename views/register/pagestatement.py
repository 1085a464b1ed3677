"""The statement that reads a page of a list: built and examined once for all pages that are asked for alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, bindparam

from models.declare.memories import Bounded, memory
from models.queries.finding import narrowed, order, page, shape
from models.queries.reading import Reader
from models.tenancy.reach import written
from models.tenancy.session import prepare

PAGE = 50
SKIPPED = "skipped"
KEPT_WORDS = 4  # as many as people look for; a statement is kept for each number of them
_kept = memory(Bounded(1_000), of_declarations=True)


def statement_of(listing: Any, reader: Reader, ahead: tuple[Any, ...]) -> Any:
    """What reads the page of a `Listing`, with the columns `ahead` of the values."""
    if listing.query.extra or len(listing.query.search.split()) > KEPT_WORDS:
        return _built(listing, reader, ahead)
    ways = listing.cursor is not None, listing.backwards, reader.language, reader.kept
    keys = [one.key for one in (*ahead, *listing.fields)]
    name = (listing.register, *shape(listing.register, listing.query), *keys, *ways)
    return _kept.recall(name, lambda: prepare(_built(listing, reader, ahead)))


def _built(listing: Any, reader: Reader, ahead: tuple[Any, ...]) -> Any:
    def cut(statement: Any) -> Any:
        """The rows of the page and one past its end, in order."""
        found = _in_order(listing, statement, onward=listing.cursor is not None).limit(written(PAGE + 1))
        return found if listing.has_place else found.offset(bindparam(SKIPPED, type_=Integer))

    statement = reader.statement(*ahead).add_columns(*listing.summary.columns)
    if not listing.is_filtered:
        return cut(statement)
    return _in_order(listing, statement.where(narrowed(listing.register, listing.query, cut)))


def _in_order(listing: Any, statement: Any, *, onward: bool = False) -> Any:
    if not listing.has_place:
        return statement.order_by(*order(listing.register, listing.query))
    is_descending = any(turn.descending for turn in listing.query.sort)
    return page(statement, listing.keys, onward=onward, backwards=listing.backwards != is_descending)
