"""The cards that the neighbours see: written with the row, and only when what a card shows has changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, inspect
from sqlalchemy.orm import Mapper

from models.changes import reversal
from models.changes.gathering import rows_of
from models.changes.window import card_content, is_shown, shown_fields
from models.declare.folding import fold
from models.declare.memories import remembers
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from models.registers.window import ShownCard
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
    new = session.new
    told = [one.id for one in cards if isinstance(one, ProcessingActivity) and one not in new and is_shown(one)]
    if len(told) > 1:
        rows_of(session, ProcessingActivity, told, shown_fields())  # what stands on their cards, read together


def _changes_its_card(row: Any) -> bool:
    told = ("shared",) if isinstance(row, ProcessingActivity) and not is_shown(row) else _told(row.__mapper__)
    return any(reversal.changed(row, key).has_changes() for key in told)


@remembers()
def _told(mapper: Mapper[Any]) -> tuple[str, ...]:
    """The attributes that stand on a card, or that say whether there is one."""
    if mapper.class_ is Application:
        return ("name", "product", "product_id", "status")
    fields = [key for known in shown_fields() for key in {known.key, known.column}]
    return ("name", "shared", "template", "template_id", *fields)


def write(session: TenantSession) -> None:
    """The cards as the rows now are; none for a row that is not shown, or no more. A statement or two, of however many
    rows."""
    told: list[dict[str, Any]] = []
    stale: dict[tuple[int, str], list[int]] = {}
    new, deleted = session.new, session.deleted  # made anew each time they are asked for
    for row in session.info.pop(_CARDS, ()):
        if row not in new:
            stale.setdefault((row.municipality_id, type(row).__tablename__), []).append(row.id)
        if is_shown(row) and not inspect(row).deleted and row not in deleted:
            told.append(_values(row))
    for (owner, register), ids in stale.items():
        mine = (_card.c.municipality_id == owner, _card.c.register == register, _card.c.row_id.in_(ids))
        session.flush_connection().execute(delete(_card).where(*mine))
    if told:
        session.flush_connection().execute(_card.insert(), told)


def _values(row: Any) -> dict[str, Any]:
    content = card_content(row)
    return {
        "municipality_id": row.municipality_id, "register": type(row).__tablename__, "row_id": row.id,
        "name": row.name, "product_id": getattr(row, "product_id", None), "detail": content,
        "template_id": getattr(row, "template_id", None),
        "search_text": card_text(row.name, content), "sort_key": row.sort_key,
    }  # fmt: skip


def card_text(name: str, content: dict[str, Any]) -> str:
    """What a card is found by."""
    return fold(f"{name} {content.get('purpose', '')}")
