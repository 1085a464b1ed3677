"""What a row is called in each language, as SQL and as text; code lists carry their names in three languages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func

SHOWS_CODE = {"kostra_function"}


def title(entity: Any, table: str, attribute: str, language: str) -> ColumnElement[str]:
    """The SQL expression for the name of a row of `entity` (a class or an alias of it)."""
    name = getattr(entity, attribute)
    local = getattr(entity, f"{attribute}_{language}", None)
    if local is not None:
        name = func.coalesce(func.nullif(local, ""), name)
    return entity.code + " " + name if table in SHOWS_CODE else name  # type: ignore[no-any-return]


def title_of(row: Any, language: str) -> str:
    """The name of a loaded row in a language, falling back to bokmål."""
    attribute = type(row).__register__.title
    name = getattr(row, f"{attribute}_{language}", None) or getattr(row, attribute) or ""
    return f"{row.code} {name}" if type(row).__tablename__ in SHOWS_CODE else str(name)
