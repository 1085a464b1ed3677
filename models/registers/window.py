"""The cards that the neighbours see, as they are kept: written with the rows by `models/changes/cards.py`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.base import Base, Window


class ShownCard(Window, Base):
    """Utstilt kort – det andre kommuner får se av en applikasjon eller en delt behandling."""

    __tablename__ = "shown_card"
    __table_args__ = (
        UniqueConstraint("municipality_id", "register", "row_id"),
        Index(None, "register", "sort_key", "id"),
        Index(None, "register", "row_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(60), nullable=False)
    row_id: Mapped[int] = mapped_column(Integer, nullable=False)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    product_id: Mapped[int | None] = mapped_column(Integer, index=True)
    template_id: Mapped[int | None] = mapped_column(Integer, index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)
    search_text: Mapped[str] = mapped_column(String, default="", nullable=False)
    sort_key: Mapped[str] = mapped_column(
        String(120).with_variant(String(120, collation="C"), "postgresql"), default="", nullable=False
    )
