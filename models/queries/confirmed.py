"""The questions to owners that a municipality has out, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from models.declare.choices import CommentState
from models.declare.titles import title
from models.registers.comments import Comment
from models.tenancy.confirmations import Confirmation

MOST = 200


def here(session: Any) -> list[tuple[Confirmation, Any]]:
    """The newest questions within the scope, each with what has become of what the owner said, where that is known."""
    said = select(Confirmation, Comment.state).outerjoin(Comment, Comment.id == Confirmation.comment_id)
    return [(one, state) for one, state in session.execute(said.order_by(Confirmation.id.desc()).limit(MOST))]


def names(session: Any, questions: Sequence[Confirmation], registers: Sequence[type[Any]], language: str) -> Any:
    """What the rows asked about are called, by register and number: those that are there. A statement for each
    register."""
    found: dict[tuple[str, int], str] = {}
    for register in registers:
        table = register.__tablename__
        if ids := {one.row_id for one in questions if one.register == table}:
            label = title(register, table, register.__register__.title, language)
            rows = session.execute(select(register.id, label).where(register.id.in_(ids)))
            found |= {(table, row_id): str(name) for row_id, name in rows}
    return found


def unsettled(session: Any) -> int:
    """How many owners have said something that nobody has seen to."""
    is_open = (Comment.state == CommentState.OPEN, Comment.gone_at.is_(None))
    found = select(func.count()).select_from(Confirmation).join(Comment, Comment.id == Confirmation.comment_id)
    return int(session.scalar(found.where(*is_open)))
