"""What is proposed to the shared registers: what waits for the project, what was rejected, and for whom that may still
be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select, union_all

from models.declare.choices import CatalogueStatus
from models.declare.domains import Domain
from models.declare.proposing import UNDECIDED, is_proposable
from models.queries.finding import how_many
from models.tenancy import scope

MOST = 100  # of one register on one page

Rejected = dict[int, int | None]


def numbers(session: Any, registers: tuple[type[Any], ...]) -> dict[type[Any], int]:
    """How many rows of some shared registers wait for the project to decide; of those where any does. One statement."""
    counts = [how_many(one, one.status == CatalogueStatus.PROPOSED) for one in registers]
    found = session.execute(select(*counts)).one() if counts else ()
    return {register: number for register, number in zip(registers, found, strict=True) if number}


def waiting(session: Any, register: type[Any]) -> Sequence[Any]:
    """What waits for the project in a register, the oldest first."""
    found = select(register).where(register.status == CatalogueStatus.PROPOSED).order_by(register.id)
    rows: Sequence[Any] = session.scalars(found.limit(MOST)).all()
    return rows


def ours(session: Any, register: type[Any]) -> Sequence[Any]:
    """What has been proposed where one reads, and is not approved: what is rejected first."""
    found = select(register).where(register.status.in_(UNDECIDED), register.proposed_in.in_(_here()))
    rows: Sequence[Any] = session.scalars(found.order_by(register.status.desc(), register.id).limit(MOST)).all()
    return rows


def by_the_same_name(session: Any, register: type[Any], rows: Sequence[Any]) -> dict[int, Any]:
    """What is approved and has the name of one of some proposals, by the number of the proposal."""
    if not rows:
        return {}
    keys = {row.sort_key for row in rows}
    same = select(register).where(register.status == CatalogueStatus.APPROVED, register.sort_key.in_(keys))
    found = {one.sort_key: one for one in session.scalars(same.order_by(register.id.desc()))}
    return {row.id: found[row.sort_key] for row in rows if row.sort_key in found}


def rejected_by_place(session: Any, registers: tuple[type[Any], ...]) -> dict[int, int]:
    """How many proposals are rejected, by the municipality that made them."""
    each = [
        select(one.proposed_in.label("place"), func.count().label("number"))
        .where(one.status == CatalogueStatus.REJECTED, one.proposed_in.is_not(None))
        .group_by(one.proposed_in)
        for one in registers
    ]
    found = union_all(*each).subquery()
    summed = select(found.c.place, func.sum(found.c.number)).group_by(found.c.place)
    return {place: int(number) for place, number in session.execute(summed)}


def here(by_place: dict[int, int]) -> int:
    """How many of them are of where one reads."""
    return sum(by_place.get(one, 0) for one in _here())


def rejected(session: Any, register: type[Any]) -> Rejected:
    """What is rejected in a register, with the municipality that proposed each."""
    found = select(register.id, register.proposed_in).where(register.status == CatalogueStatus.REJECTED)
    return dict(list(session.execute(found)))


def kept_back(rows: Rejected) -> set[int]:
    """Those of them that are offered as a new choice no more: where one was proposed it still is."""
    mine = _here()
    return {row_id for row_id, place in rows.items() if place not in mine}


def offered(register: type[Any]) -> list[Any]:
    """The same as a condition of a register's rows; none of a register nobody proposes to."""
    if not is_proposable(register):
        return []
    return [or_(register.status != CatalogueStatus.REJECTED, register.proposed_in.in_(_here()))]


def _here() -> frozenset[int]:
    return scope.current().readable(Domain.CONTENT)
