"""What has nobody to answer for it, by field of work."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from models.registers.architecture import Application
from models.registers.areas import AREAS, Area, area_of
from models.registers.processing import ProcessingActivity


def unanswered(session: Any) -> dict[Area | None, list[Any]]:
    """The applications and activities without a unit or somebody who answers for them; beneath None those of which the
    field cannot be told. In two statements."""
    a, p = Application, ProcessingActivity
    lacking = [
        *session.scalars(select(a).where(or_(a.unit_id.is_(None), a.owner_id.is_(None))).options(_kind())).unique(),
        *session.scalars(
            select(p).where(or_(p.unit_id.is_(None), p.responsible_id.is_(None))).options(joinedload(p.theme))
        ).unique(),
    ]
    found = {area: [row for row in lacking if area_of(row) is area] for area in (*AREAS, None)}
    return {area: rows for area, rows in found.items() if rows}


def _kind() -> Any:
    return joinedload(Application.product).joinedload(Application.product.property.mapper.class_.category)
