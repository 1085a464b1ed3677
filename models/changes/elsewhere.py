"""Who else has the same: the cards that municipalities show of one product, or of one template."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import distinct, func, select

from models.declare.titles import title
from models.registers.catalogue import ProcessingTemplate, Product, Supplier
from models.registers.window import ShownCard

KINDS: dict[str, tuple[type[Any], Any]] = {
    "product": (Product, ShownCard.product_id),
    "template": (ProcessingTemplate, ShownCard.template_id),
}
MOST = 400  # more than there are municipalities
COMPARED = ("article6", "laws", "article9", "retention", "has_processors")  # what municipalities disagree on


def of_others(place: int | None, closed: Collection[int]) -> Any:
    """That a card is shown by another municipality than the one worked in, and by one that is still there."""
    return ShownCard.municipality_id.not_in([place or 0, *sorted(closed)])


def how_many(session: Any, kind: str, row_id: int, place: int | None, closed: Collection[int]) -> int:
    """How many others show one of it, within the scope."""
    counted = select(func.count(distinct(ShownCard.municipality_id)))
    return int(session.scalar(counted.where(KINDS[kind][1] == row_id, of_others(place, closed))) or 0)


def how_many_of_supplier(session: Any, supplier: int, place: int | None, closed: Collection[int]) -> int:
    """How many others show a system that is of a product of a supplier. Whose else they have it from no card says."""
    of_it = select(Product.id).join(Product.supplier).where(Supplier.id == supplier)
    counted = select(func.count(distinct(ShownCard.municipality_id)))
    return int(session.scalar(counted.where(ShownCard.product_id.in_(of_it), of_others(place, closed))) or 0)


def cards(session: Any, kind: str, row_id: int, place: int | None, closed: Collection[int]) -> Sequence[ShownCard]:
    """What they show of it."""
    found = (
        select(ShownCard)
        .where(KINDS[kind][1] == row_id, of_others(place, closed))
        .order_by(ShownCard.sort_key, ShownCard.id)
    )
    shown: Sequence[ShownCard] = session.scalars(found.limit(MOST)).all()
    return shown


def in_any_order(value: Any) -> Any:
    """What a card says, whichever order it was said in."""
    if isinstance(value, list):
        return sorted(map(in_any_order, value), key=repr)
    return {key: in_any_order(one) for key, one in value.items()} if isinstance(value, dict) else value


def called(session: Any, register: type[Any], language: str) -> dict[str, str]:
    """What the rows of a shared register are called in a language, by their names in bokmål, which cards hold; nothing
    where they have one name in all."""
    key = register.__register__.title
    if getattr(register, f"{key}_{language}", None) is None:
        return {}
    told = select(getattr(register, key), title(register, register.__tablename__, key, language))
    return dict(session.execute(told).all())
