"""What the common catalogue offers who registers a system: the cards that hold what is looked for, with how many
municipalities use each, as far as they show it, and whether one's own does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import distinct, func, or_, select

from models.declare.choices import CatalogueStatus
from models.declare.titles import title
from models.queries.searching import given, searched
from models.registers.architecture import Application
from models.registers.catalogue import Product, Supplier
from models.registers.codes import ProductCategory
from models.registers.window import ShownCard

MOST = 12


@dataclass(frozen=True, slots=True)
class Card:
    """A card of the catalogue. `here` is the application one's own municipality has of it, if any."""

    id: int
    name: str
    description: str
    supplier: str
    category: str
    is_proposed: bool
    used_by: int
    here: int | None


def cards(session: Any, text: str, language: str) -> list[Card]:
    """The cards that hold every word, those most use first; of no words those most use and one's own does not."""
    product: Any = Product
    uses = select(func.count(distinct(ShownCard.municipality_id))).where(ShownCard.product_id == Product.id)
    used_by = uses.correlate(Product).scalar_subquery()
    own = select(func.min(Application.id)).where(Application.product_id == Product.id)
    here = own.correlate(Product).scalar_subquery()
    supplier = select(Supplier.name).where(Supplier.id == product.supplier_id).scalar_subquery()
    kind = title(ProductCategory, *_naming(ProductCategory), language)
    category = select(kind).where(ProductCategory.id == product.category_id).scalar_subquery()
    is_proposed = Product.status == CatalogueStatus.PROPOSED
    found = select(
        Product.id, Product.name, func.coalesce(Product.description, ""), func.coalesce(supplier, ""),
        func.coalesce(category, ""), is_proposed, used_by, here,
    ).where(or_(Product.status == CatalogueStatus.APPROVED, is_proposed))  # fmt: skip
    found = found.where(*searched(Product, text)) if text else found.where(here.is_(None))
    wanted = found.order_by(used_by.desc(), Product.sort_key, Product.id).limit(MOST)
    return [Card(*row) for row in session.execute(wanted, given(text))]


def _naming(register: Any) -> tuple[str, str]:
    return register.__tablename__, register.__register__.title
