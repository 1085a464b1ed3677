"""Long lists of ticks: the products of the catalogue a municipality may use, and the templates it may take."""

from __future__ import annotations

from collections.abc import Set
from itertools import groupby
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from models.changes.firststeps import suits
from models.database import db
from models.declare.choices import Answer, CatalogueStatus
from models.declare.titles import title_of
from models.registers.architecture import Application
from models.registers.areas import AREAS, area_of, group_of
from models.registers.catalogue import ProcessingTemplate, Product
from models.registers.processing import ProcessingActivity
from views.texts import gettext as _
from views.texts import language, tr


def products(ticked: Set[int]) -> tuple[list[dict[str, Any]], int]:
    """The products by the group of their category, and how many are in use. What is in use is told of."""
    in_use = set(db.session.scalars(select(Application.product_id).where(Application.product_id.is_not(None))))
    cards = select(Product).options(joinedload(Product.supplier), joinedload(Product.category))
    known = cards.where(or_(Product.status == CatalogueStatus.APPROVED, Product.id.in_(in_use)))
    rows = sorted(db.session.scalars(known.order_by(Product.sort_key)).unique(), key=_group)
    groups = [
        {"name": tr(name) if name else _("Annet"), "options": [_product(one, in_use, ticked) for one in some]}
        for name, some in groupby(rows, key=_group)
    ]
    return groups, len(in_use)


def _group(product: Product) -> str:
    return group_of(product) or ""


def _product(row: Product, in_use: Set[int], ticked: Set[int]) -> dict[str, Any]:
    told = (row.supplier.name if row.supplier else "", title_of(row.category, language()) if row.category else "")
    return {
        "id": row.id, "name": row.name, "about": " · ".join(filter(None, told)),
        "ticked": row.id in ticked, "there": row.id in in_use,
    }  # fmt: skip


def templates() -> list[dict[str, Any]]:
    """The templates by field of work. The common ones that suit the systems of the municipality are ticked."""
    taken = set(db.session.scalars(select(ProcessingActivity.template_id)))
    links = (joinedload(ProcessingTemplate.theme), selectinload(ProcessingTemplate.product_categories))
    known = select(ProcessingTemplate).options(*links).order_by(ProcessingTemplate.sort_key)
    systems = db.session.scalars(select(Application).options(joinedload(Application.product))).unique().all()
    found: dict[Any, list[dict[str, Any]]] = {area: [] for area in (*AREAS, None)}
    for row in db.session.scalars(known).unique():
        suited = row.common is Answer.YES and any(suits(row, one) for one in systems)
        found[area_of(row)].append(_template(row, there=row.id in taken, suited=suited))
    return [{"name": tr(area.name) if area else _("Annet"), "options": some} for area, some in found.items() if some]


def _template(row: ProcessingTemplate, *, there: bool, suited: bool) -> dict[str, Any]:
    about = getattr(row, f"purpose_{language()}", None) or row.purpose
    return {"id": row.id, "name": title_of(row, language()), "about": about, "ticked": suited, "there": there}
