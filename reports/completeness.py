"""Utfylling: how complete every record is, what is missing and what must be put right, for handing out the work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import null, select

from models.declare.base import fields_of
from models.declare.fields import Mark
from models.declare.memories import remembers
from models.declare.titles import title_of
from models.queries import quality, rules
from models.queries.finding import order_keys
from models.queries.overview import count_together
from models.queries.places import names
from models.queries.reading import cut, in_chunks
from models.queries.standing import once, standing_together
from models.queries.told import name_beside
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.tenancy import scope
from models.tenancy.session import prepare
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
        found = [ask.t("Må rettes"), ask.t("Bør rettes"), ask.t("Kreves, mangler"), ask.t("Anbefalt, mangler")]
        columns = [
            *[Column(label) for label in [ask.t("Kommune")] * several + labels],
            Column(ask.t("Utfylt (prosent)"), Kind.INTEGER),
            *[Column(label, Kind.LONG_TEXT) for label in found],
        ]
        rows = (row for register in read for row in _rows(session, ask, register, several))
        sheet = Sheet(ask.t(self.title), columns, rows)
        return [Told(sheet, lambda most: count_together(session, tuple(read), most))]


def _rows(session: Any, ask: Ask, register: type[Any], several: bool) -> Iterator[list[Cell]]:
    owners = names(session) if several else {}
    statement = _with_who_answers(register, ask.language, ask.most is not None, *order_keys(register))
    one = ask.t(register.__register__.one)
    kind = f"{one[0].upper()}{one[1:]}"
    for chunk in in_chunks(session, statement, most=ask.most, size=CHUNK):
        stands = standing_together(session, [row for row, _unit, _person in chunk])
        for stand, (row, unit, person) in zip(stands, chunk, strict=True):
            name = title_of(row, ask.language)
            owner = [owners[row.municipality_id]] if several else []
            yield [*owner, name, kind, unit, person, *_found(ask, once(stand))]


def _found(ask: Ask, row: Any) -> list[Cell]:
    """How far it has come; what must be put right, what should be looked at, and the fields that are empty, a line
    each."""
    t, broken, (percent, gaps) = ask.t, list(rules.broken_rules(row, ask.today)), quality.progress(row)
    lines = [
        *[[rule.told(t) for rule in broken if rule.severity == grave] for grave in (rules.ERROR, rules.WARNING)],
        *[[t(known.label) for known in gaps if known.mark is mark] for mark in (Mark.MANDATORY, Mark.ADVISED)],
    ]
    return [percent, *["\n".join(some) or None for some in lines]]


@remembers()
def _with_who_answers(register: Any, language: str, is_cut: bool, *keys: Any) -> Any:
    """The rows in the order of the keys, with the names of the unit and of the person who answer for each."""
    who = [_name_of(register, target, language) for target in (OrganisationalUnit, ContactPerson)]
    return prepare(cut(select(register, *who).order_by(*keys), is_cut=is_cut))


def _name_of(register: type[Any], target: type[Any], language: str) -> Any:
    known = next((one for one in fields_of(register) if one.target is target and register is not target), None)
    return null() if known is None else name_beside(register, known, language)
