"""A row that is named in an address by its register and number, as far as one reaches."""

from __future__ import annotations

from typing import Any

from flask import abort, g
from sqlalchemy import select

import models
from models.database import db
from models.declare.numbers import BIGGEST
from models.tenancy.roles import can


def reached(register: str, row_id: int) -> Any:
    """The row, or 404 for one that is unknown or out of reach."""
    found = models.BY_NAME.get(register)
    if found is None or not can(g.actor, "read", found, g.active):
        abort(404)
    return db.session.scalars(select(found).where(found.id == min(row_id, BIGGEST))).one_or_none() or abort(404)
