"""The cards that the neighbours see: written with the row, and only when what a card shows has changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, inspect
from sqlalchemy.orm import Mapper

from models.changes.window import ShownCard, card_content, is_shown, shown_fields
from models.declare.folding import fold
from models.declare.memories import remembers
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from models.tenancy.session import TenantSession

_CARDS = "cards"
SHOWN = (Application, ProcessingActivity)
_card = ShownCard.__table__


def collect(session: TenantSession) -> None:
    """Note whose card is to be written anew."""
    cards = session.info[_CARDS] = set()
    for row in [*session.new, *session.deleted]:
        shown = row if isinstance(row, SHOWN) else getattr(row, "parent", None)
        if isinstance(shown, SHOWN):
            cards.add(shown)
    for row in session.dirty:
        if isinstance(row, SHOWN) and _changes_its_card(row):
            cards.add(row)
        elif isinstance(parent := getattr(row, "parent", None), SHOWN) and session.is_modified(row):
            cards.add(parent)


def _changes_its_card(row: Any) -> bool:
    attributes = inspect(row).attrs
    if isinstance(row, ProcessingActivity) and not is_shown(row) and not attributes.shared.history.has_changes():
        return False
    return any(attributes[key].history.has_changes() for key in _told(row.__mapper__))


@remembers()
def _told(mapper: Mapper[Any]) -> tuple[str, ...]:
    """The attributes that stand on a card, or that say whether there is one."""
    if mapper.class_ is Application:
        return ("name", "product", "product_id", "status")
    fields = [key for known in shown_fields() for key in {known.key, known.column}]
    return ("name", "shared", *fields)


def write(session: TenantSession) -> None:
    """The card as the row now is; none for a row that is not shown, or no more."""
    for row in session.info.pop(_CARDS, ()):
        register, row_id = type(row).__tablename__, row.id
        connection = session.flush_connection()
        if row not in session.new:
            mine = (_card.c.municipality_id == row.municipality_id, _card.c.register == register)
            connection.execute(delete(_card).where(*mine, _card.c.row_id == row_id))
        if not is_shown(row) or inspect(row).deleted or row in session.deleted:
            continue
        content = card_content(row)
        connection.execute(
            _card.insert().values(
                municipality_id=row.municipality_id, register=register, row_id=row_id, name=row.name,
                product_id=getattr(row, "product_id", None), detail=content,
                search_text=card_text(row.name, content), sort_key=row.sort_key,
            )
        )  # fmt: skip


def card_text(name: str, content: dict[str, Any]) -> str:
    """What a card is found by."""
    return fold(f"{name} {content.get('purpose', '')}")
