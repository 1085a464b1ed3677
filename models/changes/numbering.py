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
    """Every processing activity without a number gets one, all that are new in a municipality in one statement."""
    bare: dict[int, list[ProcessingActivity]] = {}
    for row in [*session.new, *session.dirty]:
        if isinstance(row, ProcessingActivity) and not row.number:
            bare.setdefault(row.municipality_id, []).append(row)
    for owner, rows in sorted(bare.items()):  # in one order: two at once wait and never lock
        last = _counted(session, owner, len(rows))
        for number, row in enumerate(rows, last - len(rows) + 1):
            row.number = f"B-{number:04d}"


def _counted(session: TenantSession, owner: int, many: int) -> int:
    """The last of the next `many` numbers of a municipality. The database counts, in one statement: two people at once
    wait for each other, and a number that was deleted never comes back."""
    connection = session.flush_connection()
    activity = ProcessingActivity.__table__.c
    highest = select(func.max(cast(func.substr(activity.number, 3), Integer))).where(activity.municipality_id == owner)
    given = _INSERT[connection.dialect.name](LAST).values(
        municipality_id=owner, number=func.coalesce(highest.scalar_subquery(), 0) + many
    )
    following = LAST.c.number + many
    counted = given.on_conflict_do_update(
        index_elements=[LAST.c.municipality_id],
        # What was written with numbers of its own, such as a large import, may be ahead of the count.
        set_={"number": case((given.excluded.number > following, given.excluded.number), else_=following)},
    )
    return int(connection.execute(counted.returning(LAST.c.number)).scalar_one())
