"""What the rows of a list come to: how many stand at each member of its main vocabulary, what its numbers add up to.

Read as columns beside the rows, and only where there are no more rows than lists are counted to: no statement more,
whatever there is, and nothing added up that nobody is told.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, String, case, cast, column, func, select, table, type_coerce
from sqlalchemy.orm import aliased

from models.declare.base import fields_of
from models.declare.fields import Field
from models.declare.memories import remembers
from models.declare.shapes import Places, Shape
from models.queries.finding import COUNT_LIMIT, FOUND, Query, looked_for
from models.tenancy.reach import mark, written

PREFERRED = ("status", "criticality")
ADDED = frozenset((Shape.MONEY, Shape.WHOLE, Shape.DECIMAL))
BETWEEN, WITHIN = "\n", "\t"


def main_vocabulary(register: type[Any]) -> Field | None:
    """The vocabulary a list is told by: how its rows stand, else how much they matter, else the first listed."""
    return _main_vocabulary(register.__mapper__)


@remembers()
def _main_vocabulary(mapper: Any) -> Field | None:
    listed = [known for known in fields_of(mapper.class_) if known.listed and known.shape is Shape.CHOICE]
    return min(listed, key=lambda one: PREFERRED.index(one.key) if one.key in PREFERRED else 2, default=None)


def adds_up(known: Field) -> bool:
    """Whether the values of a column of the row itself say something together."""
    return known.shape in ADDED and known.adds_up and known.via is None


def of_all(register: type[Any]) -> Any:
    """The ids of the rows of a register, to be counted."""
    here = aliased(register)
    return select(here.id).limit(written(COUNT_LIMIT + 1)).cte("every")


def of_found() -> Any:
    """The ids of the rows that a statement has found (`finding.narrowed`)."""
    return table(FOUND, column("id"))


def of_others(register: type[Any], query: Query, without: int) -> Any:
    """The ids of the rows that a query would find without one of its groups, whose parameters it has by name."""
    return looked_for(register, query, COUNT_LIMIT + 1, without=without).cte("others")


def _unless_too_many(ids: Any, told: Any) -> Any:
    """A column that is worked out where all the rows were counted; else None, and nothing is read for it."""
    number = select(func.count()).select_from(ids).scalar_subquery()
    return case((number <= written(COUNT_LIMIT), told))


def shares(register: type[Any], known: Field, ids: Any) -> Any:
    """How many of the rows stand at each member, as one text (`read_shares`); None where there are too many."""
    here = aliased(register)
    value = type_coerce(getattr(here, known.column), String)
    groups = select(value.label("value"), func.count().label("number")).where(here.id.in_(select(ids.c.id)))
    each = groups.group_by(value).subquery()
    said = func.coalesce(each.c.value, mark("")) + mark(WITHIN) + cast(each.c.number, String)
    told: Any = func.aggregate_strings(said, mark(BETWEEN))  # type: ignore[arg-type]  # a text there is a parameter
    return _unless_too_many(ids, select(told).scalar_subquery()).label("shares")


def read_shares(text: str | None) -> dict[str, int]:
    """The number of rows by the stored value; of those that have none by an empty one."""
    pairs = (said.partition(WITHIN) for said in (text or "").split(BETWEEN) if said)
    return {value: int(number) for value, _tab, number in pairs}


def sums(register: type[Any], fields: tuple[Field, ...], ids: Any) -> Any:
    """What the values of some fields add up to among the rows, as one text (`read_sums`); None as for `shares`."""
    here = aliased(register)
    each = [func.sum(type_coerce(getattr(here, known.column), BigInteger)) for known in fields]
    said: Any = mark("")
    for one in each:
        said = said + func.coalesce(cast(one, String), mark("")) + mark(WITHIN)
    added = select(said).select_from(here).where(here.id.in_(select(ids.c.id))).scalar_subquery()
    return _unless_too_many(ids, added).label("sums")


def read_sums(register: type[Any], fields: tuple[Field, ...], text: str | None) -> dict[str, int | Decimal | None]:
    """The sums by the field's key, as its values are; None where no row has any."""
    said = (text or "").split(WITHIN)
    return {known.key: _as_value(register, known, one) for known, one in zip(fields, said, strict=False)}


def _as_value(register: type[Any], known: Field, text: str) -> int | Decimal | None:
    if not text:
        return None
    kept = getattr(register, known.column).type
    return Decimal(text).scaleb(-kept.places) if isinstance(kept, Places) else int(text)
