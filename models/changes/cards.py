"""The cards that the neighbours see: written with the row, and only when what a card shows has changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import instance_state

from models.changes import reversal
from models.changes.gathering import rows_of
from models.changes.terms import Terms, sharing, terms_of
from models.changes.window import NONE, card_content, is_shown, of_application, shown_fields
from models.declare.folding import fold
from models.declare.memories import remembers
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity
from models.registers.window import ShownCard
from models.tenancy import scope
from models.tenancy.session import TenantSession

_CARDS, _PLACES = "cards", "cards_of_places"
ON_CARDS = ("name", "product", "product_id", "status")  # of an application, whoever it belongs to
TERMS = ("version_name", "licence_ore", "operation_ore", "maintenance_ore", "agreements")
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
    cards.update(_bound_otherwise(session))
    session.info[_PLACES] = {
        row.id
        for row in session.dirty
        if isinstance(row, Municipality) and reversal.changed(row, "shares_terms").has_changes()
    }
    new = session.new
    told = [one.id for one in cards if isinstance(one, ProcessingActivity) and one not in new and is_shown(one)]
    if len(told) > 1:
        rows_of(session, ProcessingActivity, told, shown_fields())  # what stands on their cards, read together


def _bound_otherwise(session: TenantSession) -> list[Application]:
    """The applications whose agreements end otherwise, or are no more; of what is linked anew the application knows."""
    changed = [
        row
        for row in session.dirty
        if isinstance(row, Agreement) and any(reversal.changed(row, key).has_changes() for key in ("status", "ends"))
    ]
    ids = [row.id for row in [*changed, *(row for row in session.deleted if isinstance(row, Agreement))]]
    if not ids:
        return []
    return list(session.scalars(select(Application).join(Application.agreements).where(Agreement.id.in_(ids))))


def _changes_its_card(row: Any) -> bool:
    told = ("shared",) if isinstance(row, ProcessingActivity) and not is_shown(row) else _told(row.__mapper__)
    return any(reversal.changed(row, key).has_changes() for key in told)


@remembers()
def _told(mapper: Mapper[Any]) -> tuple[str, ...]:
    """The attributes that stand on a card, or that say whether there is one."""
    if mapper.class_ is Application:
        return (*ON_CARDS, *TERMS)
    fields = [key for known in shown_fields() for key in {known.key, known.column}]
    return ("name", "shared", "template", "template_id", *fields)


def write(session: TenantSession) -> None:
    """The cards as the rows now are; none for a row that is not shown, or no more. A statement or two, of however many
    rows."""
    told: list[Any] = []
    stale: dict[tuple[int, str], list[int]] = {}
    new, deleted = session.new, session.deleted  # made anew each time they are asked for
    for row in session.info.pop(_CARDS, ()):
        if row not in new:
            stale.setdefault((row.municipality_id, type(row).__tablename__), []).append(row.id)
        if is_shown(row) and not instance_state(row).deleted and row not in deleted:
            told.append(row)
    for (owner, register), ids in stale.items():
        mine = (_card.c.municipality_id == owner, _card.c.register == register, _card.c.row_id.in_(ids))
        session.flush_connection().execute(delete(_card).where(*mine))
    if told:
        bound = [row for row in told if isinstance(row, Application) and (row not in new or _has_terms(row))]
        shared = _shared_terms(session, bound)
        values = [_values(row, shared.get(row.id, NONE) if isinstance(row, Application) else NONE) for row in told]
        session.flush_connection().execute(_card.insert(), values)
    for place in session.info.pop(_PLACES, ()):
        _share_otherwise(session, place)


def _has_terms(row: Application) -> bool:
    """Whether a new application says anything that could be shared: of one that does not, nobody is asked."""
    return any(one is not None for key in TERMS for one in reversal.changed(row, key).added or ())


def _shared_terms(session: TenantSession, rows: list[Application]) -> dict[int, Terms]:
    """The terms of those applications whose municipality shares them."""
    places = sharing(session, {row.municipality_id for row in rows}) if rows else set()
    ids = [row.id for row in rows if row.municipality_id in places]
    return terms_of(session, Application.id.in_(ids)) if ids else {}


def _share_otherwise(session: TenantSession, place: int) -> None:
    """Every card of a municipality that has come to share the terms of its applications, or shares them no more."""
    with scope.use(scope.of([place], active=place)):
        terms = terms_of(session) if sharing(session, [place]) else {}
        cards = select(ShownCard.id, ShownCard.row_id, ShownCard.detail)
        rows = session.execute(cards.where(ShownCard.register == Application.__tablename__)).all()
        said = [
            {"card": card, "said": of_application(detail["status"], terms.get(row_id, NONE))}
            for card, row_id, detail in rows
        ]
        if said:
            change = update(_card).where(_card.c.id == bindparam("card")).values(detail=bindparam("said"))
            session.flush_connection().execute(change, said)


def _values(row: Any, terms: Terms) -> dict[str, Any]:
    content = card_content(row, terms)
    return {
        "municipality_id": row.municipality_id, "register": type(row).__tablename__, "row_id": row.id,
        "name": row.name, "product_id": getattr(row, "product_id", None), "detail": content,
        "template_id": getattr(row, "template_id", None),
        "search_text": card_text(row.name, content), "sort_key": row.sort_key,
    }  # fmt: skip


def card_text(name: str, content: dict[str, Any]) -> str:
    """What a card is found by."""
    return fold(f"{name} {content.get('purpose', '')}")
