"""What hangs on a row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.registers.attachments import attachment_class


def of_row(session: Any, row: Any) -> list[Any]:
    """The files and links of a row within the scope, oldest first, those taken away among them."""
    kept = attachment_class(type(row))
    if kept is None:
        return []
    mine = select(kept).where(kept.register == type(row).__tablename__, kept.row_id == row.id)
    return list(session.scalars(mine.order_by(kept.id)))  # no more than `models/changes/attaching.py` lets there be
