"""What follows from a row when it is saved: its search text, sort key, number, own checks, and shop window card."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, event, inspect

from models.changes.circles import refuse_circle
from models.changes.numbering import next_number
from models.changes.window import ShownCard, card_content, is_shown
from models.declare.base import Record, fields_of
from models.declare.fields import Kind
from models.declare.folding import fold, sort_key
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from models.tenancy.session import TenantSession

_CARDS = "cards"
SHOWN = (Application, ProcessingActivity)


def search_text(row: Any) -> str:
    """The searched fields of a row, folded."""
    words = [getattr(row, known.key) for known in fields_of(type(row)) if known.searched and known.kind is Kind.VALUE]
    return fold(" ".join(str(word) for word in words if word))


@event.listens_for(TenantSession, "before_flush")
def _derive(session: TenantSession, _context: Any, _instances: Any) -> None:
    with session.no_autoflush:
        for row in session.deleted:
            if check := getattr(row, "check", None):
                check()
        for row in [*session.new, *session.dirty]:
            if not isinstance(row, Record):
                continue
            if isinstance(row, ProcessingActivity) and not row.number:
                row.number = next_number(session, row)
            row.search_text, row.sort_key = search_text(row), sort_key(str(row))
            refuse_circle(row)
            if check := getattr(row, "check", None):
                check()
        cards = session.info.setdefault(_CARDS, set())
        for row in [*session.new, *session.dirty, *session.deleted]:
            shown = row if isinstance(row, SHOWN) else getattr(row, "parent", None)
            if isinstance(shown, SHOWN):
                cards.add(shown)


@event.listens_for(TenantSession, "after_flush")
def _show(session: TenantSession, _context: Any) -> None:
    for row in session.info.pop(_CARDS, ()):
        register, row_id = type(row).__tablename__, row.id
        connection = session.flush_connection()
        connection.execute(
            delete(ShownCard.__table__).where(
                ShownCard.__table__.c.municipality_id == row.municipality_id,
                ShownCard.__table__.c.register == register,
                ShownCard.__table__.c.row_id == row_id,
            )
        )
        if not is_shown(row) or inspect(row).deleted or row in session.deleted:
            continue
        content = card_content(row)
        connection.execute(
            ShownCard.__table__.insert().values(
                municipality_id=row.municipality_id, register=register, row_id=row_id, name=row.name,
                product_id=getattr(row, "product_id", None), detail=content,
                search_text=fold(f"{row.name} {content.get('purpose', '')}"), sort_key=row.sort_key,
            )
        )  # fmt: skip
