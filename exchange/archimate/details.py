"""What rows say of themselves in a model: a text as documentation, and a few fields as properties by their labels.

No field that names a person is among them: a model is sent around.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import models
from models.declare.base import fields_of
from models.declare.fields import Field
from models.declare.shapes import Shape
from models.landscape.graph import Key
from models.queries.reading import Reader
from reports.columns import converter
from reports.language import translator

AT_ONCE = 500  # rows a statement
DOCUMENTATION: Mapping[str, str] = {
    **dict.fromkeys(
        ("service", "application", "integration", "dataset", "platform", "organisational_unit"), "description"
    ),
    "processing_activity": "purpose", "process": "steps",
}  # fmt: skip
PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "service": ("theme", "criticality", "audience"),
    "process": ("trigger", "result"),
    "processing_activity": ("theme",),
    "application": (
        "product", "nature", "version_name", "status", "in_use_from", "retires", "hosting", "personal_data",
        "criticality", "licence_ore", "operation_ore", "maintenance_ore",
    ),
    "integration": ("direction", "technique", "frequency", "personal_data", "status"),
    "dataset": ("los_themes", "access", "personal_data", "frequency"),
    "platform": ("nature", "location", "status"),
    "supplier": ("organisation_number", "country"),
    "organisational_unit": ("short_name",),
    "agreement": ("nature", "number", "status", "starts", "ends", "value_ore"),
}  # fmt: skip
TYPES = {Shape.DATE: "date", Shape.MONEY: "currency", Shape.WHOLE: "number"}


@dataclass(frozen=True, slots=True)
class Detail:
    """What a row says: `stored` as its fields hold it, `properties` by field as a model tells it."""

    documentation: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    stored: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Definition:
    """What a property is called, for all registers that have one of that name."""

    identifier: str
    name: str
    type: str


def definitions(language: str) -> dict[tuple[str, str], Definition]:
    """The definition of each property, by register and field. Its identifier is that of the first of its name."""
    t, found, by_name = translator(language), dict[tuple[str, str], Definition](), dict[str, Definition]()
    for register, keys in PROPERTIES.items():
        for known in _fields(register, keys):
            name = t(known.label)
            made = Definition(f"orden-property-{register}-{known.key}", name, TYPES.get(known.shape, "string"))
            found[register, known.key] = by_name.setdefault(name, made)
    return found


def read(session: Any, keys: Iterable[Key], language: str) -> dict[Key, Detail]:
    """What some rows say, in the scope in force; a statement or two for some hundreds of a kind."""
    by_register: dict[str, list[int]] = {}
    for register, row_id in keys:
        by_register.setdefault(register, []).append(row_id)
    found: dict[Key, Detail] = {}
    for register, ids in by_register.items():
        for start in range(0, len(ids), AT_ONCE):
            found |= dict(_read(session, register, ids[start : start + AT_ONCE], language))
    return found


def _read(session: Any, register: str, ids: list[int], language: str) -> Iterator[tuple[Key, Detail]]:
    of: Any = models.BY_NAME[register]
    told = DOCUMENTATION.get(register, "")
    keys = [*PROPERTIES[register], *([told] if told else [])]
    fields = _fields(register, keys)
    reader, t = Reader(of, fields, language), translator(language)
    say = [(known, converter(known, t)) for known in fields]
    for row_id, *values in reader.rows(session, reader.statement().where(of.id.in_(ids))):
        stored = {known.key: value for known, value in zip(fields, values, strict=True)}
        words = {known.key: _said(known, make, stored[known.key]) for known, make in say}
        properties = {key: words[key] for key in PROPERTIES[register] if words[key]}
        yield (register, row_id), Detail(words.get(told, ""), properties, stored)


def _fields(register: str, keys: Iterable[str]) -> list[Field]:
    known = {one.key: one for one in fields_of(models.BY_NAME[register])}
    return [known[key] for key in keys]


def _said(known: Field, make: Any, value: Any) -> str:
    """A value as a model tells it: dates and amounts as programs of every country read them."""
    if value is None:
        return ""
    if known.shape is Shape.MONEY:
        return f"{value // 100}" if value % 100 == 0 else f"{value // 100}.{value % 100:02d}"
    if isinstance(value, date):
        return value.isoformat()
    return str((make(value) if make else value) or "")
