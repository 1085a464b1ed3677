"""What a municipality that shares it lets its sisters know of an application: which version it has, what a year of it
costs, and the last day an agreement binds it. Nothing of one that has not said that it shares."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Integer, bindparam, func, select

from models.declare.memories import remembers
from models.declare.shapes import Shape, dump
from models.registers.agreements import IN_FORCE, Agreement
from models.registers.architecture import COSTS, Application
from models.registers.municipality import Municipality
from models.tenancy.session import prepare

Terms = dict[str, Any]  # as a card says them; what nobody has registered is left out


def sharing(session: Any, places: Collection[int]) -> set[int]:
    """Those of some municipalities that share."""
    return set(session.scalars(_sharing(), {"places": sorted(places)}))


@remembers()
def _sharing() -> Any:
    places = bindparam("places", type_=Integer, expanding=True)
    return prepare(select(Municipality.id).where(Municipality.id.in_(places), Municipality.shares_terms))


def terms_of(session: Any, *where: Any) -> dict[int, Terms]:
    """What there is to say of applications within the scope, whoever shares it; one statement.

    An agreement that runs until it is given notice of has no last day.
    """
    in_force = Application.agreements.and_(Agreement.status.in_(IN_FORCE))
    told = select(Application.id, Application.version_name, *COSTS, func.max(Agreement.ends)).outerjoin(in_force)
    rows = session.execute(told.where(*where).group_by(Application.id))
    return {row_id: _terms(version, parts, ends) for row_id, version, *parts, ends in rows}


def _terms(version: str | None, parts: list[int | None], ends: Any) -> Terms:
    known = [part for part in parts if part is not None]
    said = {"version": version, "cost_ore": sum(known) if known else None, "ends": dump(Shape.DATE, ends)}
    return {key: value for key, value in said.items() if value is not None}
