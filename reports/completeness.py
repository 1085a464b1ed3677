"""Utfylling: how complete every record is, what is missing and what must be put right, for handing out the work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import selectinload

from models.declare.base import fields_of, part_class
from models.declare.fields import Kind as FieldKind
from models.declare.fields import Mark
from models.declare.titles import title_of
from models.queries import quality
from models.queries.finding import order_keys
from models.queries.overview import counts
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.tenancy import scope
from reports.base import Ask, Report, Told
from reports.table import Cell, Column, Kind, Sheet

CHUNK = 500


@dataclass(frozen=True)
class Completeness(Report):
    """Every record of the registers given, one row each, by the rules of `models/queries/quality.py`."""

    registers: tuple[type[Any], ...] = ()

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        read = [one for one in self.registers if scope.current().readable(one.__domain__)]
        several = any(len(scope.current().readable(one.__domain__)) > 1 for one in read)
        labels = [ask.t("Navn"), ask.t("Register"), ask.t("Enhet"), ask.t("Ansvarlig")]
        found = [ask.t("Må rettes"), ask.t("Bør ses på"), ask.t("Kreves, mangler"), ask.t("Anbefalt, mangler")]
        columns = [
            *[Column(label) for label in [ask.t("Kommune")] * several + labels],
            Column(ask.t("Utfylt (prosent)"), Kind.INTEGER),
            *[Column(label, Kind.LONG_TEXT) for label in found],
        ]
        rows = (row for register in read for row in _rows(session, ask, register, several))
        total = sum(counts(session, tuple(read)).values())
        return [Told(Sheet(ask.t(self.title), columns, rows), total)]


def _rows(session: Any, ask: Ask, register: type[Any], several: bool) -> Iterator[list[Cell]]:
    owners = dict(session.execute(select(Municipality.id, Municipality.name)).all()) if several else {}
    unit, person = _pointing_at(register, OrganisationalUnit), _pointing_at(register, ContactPerson)
    statement = select(register).options(*_all_at_once(register)).order_by(*order_keys(register))
    statement = statement.limit(ask.most)
    one = ask.t(register.__register__.one)
    for row in session.scalars(statement.execution_options(yield_per=CHUNK)):
        yield [
            *([owners[row.municipality_id]] if several else []),
            title_of(row, ask.language),
            f"{one[0].upper()}{one[1:]}",
            *[str(other) if (other := key and getattr(row, key)) else None for key in (unit, person)],
            quality.completeness(row),
            *_found(ask, row),
        ]


def _found(ask: Ask, row: Any) -> list[Cell]:
    """What must be put right, what should be looked at, and the fields that are empty, a line each."""
    broken, gaps = list(quality.broken_rules(row, ask.today)), quality.missing(row)
    lines = [
        *[[rule.text for rule in broken if rule.severity == grave] for grave in (quality.ERROR, quality.WARNING)],
        *[[known.label for known in gaps if known.mark is mark] for mark in (Mark.MANDATORY, Mark.ADVISED)],
    ]
    return ["\n".join(map(ask.t, some)) or None for some in lines]


def _pointing_at(register: type[Any], target: type[Any]) -> str | None:
    """The field that names the unit or the person who answers for a record."""
    fields = [known for known in fields_of(register) if known.target is target and register is not target]
    return next((known.key for known in fields), None)


def _all_at_once(register: type[Any]) -> list[Any]:
    """What the rules look at, fetched for a whole chunk: a statement for each relation, however many rows there are."""
    parts = {known.key: part_class(known) for known in fields_of(register) if known.kind is FieldKind.ROWS}
    found = []
    for relation in inspect(register).relationships:
        here = selectinload(getattr(register, relation.key))
        part = parts.get(relation.key)
        inner = [known.key for known in fields_of(part) if known.target] if part else []
        found += [here.selectinload(getattr(part, key)) for key in inner] or [here]
    return found
