"""The shared rows that an archive names: found by their keys, or proposed; what nobody may propose must be here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select

from exchange.archive.opening import Opened
from exchange.archive.writing import SHARED
from models.declare.base import field_of, fields_of
from models.declare.choices import CatalogueStatus
from models.declare.clock import now
from models.declare.fields import Kind
from models.declare.folding import sort_key
from models.declare.proposing import is_proposable
from models.declare.shapes import load
from models.declare.words import N_, Problem

LACKING = N_("%(name)s finnes ikke i denne Orden, og kan ikke foreslås. Legg det til i %(register)s først.")


@dataclass
class Shelves:
    connection: Connection
    told: Opened
    proposed: list[str] = field(default_factory=list)
    touched: set[type[Any]] = field(default_factory=set)
    _known: dict[type[Any], dict[str, int]] = field(default_factory=dict)
    _said: dict[type[Any], dict[str, dict[str, Any]]] = field(default_factory=dict)

    def number(self, cls: Any, key: str | None) -> int | None:
        """The number that a shared row has here."""
        if key is None or cls is None:
            return None
        known = self._known.setdefault(cls, {})
        if key not in known:
            known[key] = self._found(cls, key)
        return known[key]

    def _found(self, cls: Any, key: str) -> int:
        table, (name, _is, value) = cls.__table__, key.partition("=")
        same = table.c[field_of(cls, name).column] == value if name else table.c.sort_key == sort_key(value)
        found = self.connection.scalar(select(table.c.id).where(same).order_by(table.c.id))
        return int(found) if found is not None else self._proposed(cls, key)

    def _proposed(self, cls: Any, key: str) -> int:
        """Make it, as what a municipality proposes."""
        told = self._lines(cls).get(key, {"name": key, "values": {}, "references": {}})
        if not is_proposable(cls):
            raise Problem(LACKING, name=told["name"], register=cls.__register__.name)
        values: dict[str, Any] = {
            "version": 1,
            "created_at": now(),
            "updated_at": now(),
            "search_text": "",
            "sort_key": "",
        }
        for known in fields_of(cls):
            if known.kind is Kind.VALUE and known.key in told["values"]:
                values[known.column] = load(known.shape, known.choices, told["values"][known.key])
            elif known.kind is Kind.REFERENCE and known.key in told["references"]:
                values[known.column] = self.number(known.points_at, told["references"][known.key])
        values["status"] = CatalogueStatus.PROPOSED
        self.proposed.append(str(told["name"]))
        self.touched.add(cls)
        made = self.connection.execute(insert(cls.__table__).values(values))
        return int(made.inserted_primary_key[0])  # type: ignore[index]

    def _lines(self, cls: Any) -> dict[str, dict[str, Any]]:
        if cls not in self._said:
            name = f"{SHARED}/{cls.__tablename__}.jsonl"
            self._said[cls] = {one["key"]: one for one in self.told.lines(name)}
        return self._said[cls]
