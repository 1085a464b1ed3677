"""Which columns a list has, in which order and how wide: as the address says, else as the person left it, else as
declared. The column that names the row always comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from models.declare.base import told_fields
from models.declare.fields import Field, through
from models.queries.filtering import askable, path_of
from models.queries.ordering import is_beside
from models.queries.quality import FILLED, is_measured
from views import preferences
from views.register.filters import may_ask

MOST, WIDE, ALL = 30, "*", "all"


@dataclass(frozen=True, slots=True)
class Column:
    """A field as a column, wide when it is given more room."""

    known: Field
    is_wide: bool = False

    def __str__(self) -> str:
        """As an address says it."""
        return f"{self.known.key}{WIDE if self.is_wide else ''}"


def columns_of(register: type[Any], given: MultiDict[str, str]) -> tuple[tuple[Column, ...], list[str]]:
    """The columns of a list, and what was asked for that there is not (any more)."""
    asked = given.get("columns") or preferences.columns(register.__tablename__)
    if not asked or asked == ALL:
        return declared(register), []
    return read(register, asked.split(",")[:MOST])


def declared(register: type[Any]) -> tuple[Column, ...]:
    return tuple(Column(known) for known in told_fields(register) if known.listed)


def read(register: type[Any], asked: Iterable[str]) -> tuple[tuple[Column, ...], list[str]]:
    """Columns as an address says them, the naming one first and none twice, and the names that are no columns."""
    found: dict[str, Column] = {}
    missing = []
    for text in [register.__register__.title, *asked]:
        name = text.removesuffix(WIDE)
        if (known := _shown_by(register, name)) is not None:
            found[name] = Column(known, text.endswith(WIDE))
        elif name != register.__register__.title:
            missing.append(name[:60])
    if len(found) < 2:
        return declared(register), missing
    return tuple(found.values()), missing


def _shown_by(register: type[Any], name: str) -> Field | None:
    """What a column shows: a field, or how far the row has come."""
    if name == FILLED.key and is_measured(register):
        return FILLED
    return column_field(register, name)


def column_field(register: type[Any], name: str) -> Field | None:
    """The field a column shows: one of the row, or of what a reference of it points at."""
    path = path_of(register, name)
    if path is None or not may_ask(path):
        return None
    if len(path) == 1:
        return path[0]
    return through(*path) if is_beside(path) else None


def choosable(register: type[Any]) -> list[tuple[Field | None, list[Field]]]:
    """All that may be columns, by the reference they stand behind; the row's own come first, under None."""
    groups: dict[Field | None, list[Field]] = {}
    for path in askable(register):
        if (len(path) == 1 or is_beside(path)) and may_ask(path):
            link = None if len(path) == 1 else path[0]
            groups.setdefault(link, []).append(path[0] if link is None else through(*path))
    if is_measured(register):
        groups.setdefault(None, []).append(FILLED)
    return list(groups.items())


def moved(columns: Sequence[Column], name: str, step: int) -> list[Column]:
    """The columns with one of them a step to the left or to the right; the naming column stays first."""
    found = list(columns)
    place = next((number for number, one in enumerate(found) if one.known.key == name), 0)
    if place and 0 < place + step < len(found):
        found[place], found[place + step] = found[place + step], found[place]
    return found
