"""What municipalities are called in tables and lists: Herøy (1515) and Herøy (1818), and all others by their name."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, or_, select

from models.declare.memories import remembers
from models.registers.municipality import Municipality, MunicipalityCode
from models.tenancy.session import prepare


def names(session: Any) -> dict[int, str]:
    """Every municipality in the order of the names. Which ones there are is no secret."""
    return dict(session.execute(_named()).all())


def are_all(session: Any, ids: Collection[int]) -> bool:
    """Whether some municipalities, of those there are, are all of them."""
    return bool(len(ids) == session.scalar(_counted()))


@remembers()
def _counted() -> Any:
    return prepare(select(func.count(Municipality.id)))


@remembers()
def _named() -> Any:
    return prepare(select(Municipality.id, told_apart()).order_by(Municipality.sort_key, Municipality.id))


def numbers(session: Any, day: date) -> dict[int, str]:
    """The municipality number that each had on a day; in one statement."""
    return dict(session.execute(_numbered(), {"day": day}).all())


@remembers()
def _numbered() -> Any:
    begun = MunicipalityCode.valid_from <= bindparam("day")
    still = or_(MunicipalityCode.valid_to.is_(None), MunicipalityCode.valid_to > bindparam("day"))
    return prepare(select(MunicipalityCode.parent_id, MunicipalityCode.code).where(begun, still))


def told_apart() -> ColumnElement[str]:
    """The name, and the newest number beside it where another municipality has the name too."""
    code = select(MunicipalityCode.code).where(MunicipalityCode.parent_id == Municipality.id)
    newest = code.order_by(MunicipalityCode.valid_from.desc()).limit(1).scalar_subquery()
    with_number = func.coalesce(Municipality.name + " (" + newest + ")", Municipality.name)
    alone = func.count().over(partition_by=Municipality.name) == 1
    return case((alone, Municipality.name), else_=with_number)
