"""The numbers of processing activities: each municipality counts its own, and gives none twice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, Table, case, cast, func, select
from sqlalchemy.dialects import postgresql, sqlite

from models.declare.base import Base
from models.declare.domains import Domain
from models.registers.processing import ProcessingActivity
from models.tenancy.session import TenantSession

LAST = Table(
    "last_number",
    Base.metadata,
    Column("municipality_id", Integer, ForeignKey("municipality.id"), primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    info={"domain": Domain.CONTENT},
)
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def give(session: TenantSession) -> None:
    """Every processing activity without a number gets one."""
    for row in [*session.new, *session.dirty]:
        if isinstance(row, ProcessingActivity) and not row.number:
            row.number = _next_number(session, row)


def _next_number(session: TenantSession, row: ProcessingActivity) -> str:
    """The next number of the row's municipality, as B-0042. The database counts, in one statement: two people at once
    wait for each other, and a number that was deleted never comes back."""
    connection, owner = session.flush_connection(), row.municipality_id
    activity = ProcessingActivity.__table__.c
    highest = select(func.max(cast(func.substr(activity.number, 3), Integer))).where(activity.municipality_id == owner)
    given = _INSERT[connection.dialect.name](LAST).values(
        municipality_id=owner, number=func.coalesce(highest.scalar_subquery(), 0) + 1
    )
    following = LAST.c.number + 1
    counted = given.on_conflict_do_update(
        index_elements=[LAST.c.municipality_id],
        # What was written with numbers of its own, such as a large import, may be ahead of the count.
        set_={"number": case((given.excluded.number > following, given.excluded.number), else_=following)},
    )
    return f"B-{connection.execute(counted.returning(LAST.c.number)).scalar_one():04d}"
