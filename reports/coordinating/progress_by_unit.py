"""How far each unit has come with what it answers for, those that lack most first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from models.declare.fields import Mark
from models.declare.memories import remembers
from models.declare.words import N_
from models.queries import quality, rules
from models.queries.places import names
from models.queries.reading import in_chunks
from models.queries.standing import standing_together
from models.registers.architecture import Application, Service
from models.registers.data import Dataset
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from models.tenancy.session import prepare
from reports.base import Ask, Group, Told
from reports.coordinating.listing import NO_UNIT
from reports.table import Cell, Column, Kind, Sheet
from reports.tabular import Tabular

CHUNK = 500


@dataclass
class _Sum:
    percents: list[int] = field(default_factory=list)
    mandatory: int = 0
    advised: int = 0
    wrong: int = 0

    @property
    def percent(self) -> int:
        """Of the rows together, rounded down: 100 only when nothing is missing."""
        return sum(self.percents) // len(self.percents)

    def add(self, percent: int, gaps: list[Any], *, is_wrong: bool) -> None:
        self.percents.append(percent)
        self.mandatory += sum(one.mark is Mark.MANDATORY for one in gaps)
        self.advised += sum(one.mark is Mark.ADVISED for one in gaps)
        self.wrong += is_wrong


@dataclass(frozen=True)
class ProgressByUnit(Tabular):
    """Of the registers that a unit answers for, by the rules of `models/queries/quality.py`. Everything is read: no
    database knows how complete a row is."""

    registers: tuple[type[Any], ...] = ()

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        t = ask.t
        several = any(len(scope.current().readable(one.__domain__)) > 1 for one in self.registers)
        columns = [
            Column(t("Enhet")), *[Column(t("Kommune"))] * several,
            Column(t("Utfylt (prosent)"), Kind.INTEGER, percent=True),
            *[Column(t(one), Kind.INTEGER, summed=True) for one in HEADINGS],
        ]  # fmt: skip
        rows = list(self._rows(session, ask, several=several))
        sheet = Sheet(t("Utfylling per enhet"), columns, rows, bars=1 + several)
        return [Told(sheet, lambda _most: len(rows))]

    def _rows(self, session: Any, ask: Ask, *, several: bool) -> Iterator[list[Cell]]:
        sums: dict[tuple[int, int | None], _Sum] = defaultdict(_Sum)
        for register in self.registers:
            for chunk in in_chunks(session, _all(register), most=None, size=CHUNK):
                rows = [row for (row,) in chunk]
                for row, stand in zip(rows, standing_together(session, rows), strict=True):
                    percent, gaps = quality.progress(stand)
                    wrong = any(one.severity == rules.ERROR for one in rules.broken_rules(stand, ask.today))
                    sums[row.municipality_id, row.unit_id].add(percent, gaps, is_wrong=wrong)
        units = dict(session.execute(select(OrganisationalUnit.id, OrganisationalUnit.name)).all())
        owners = names(session)
        told = [(units.get(unit) or ask.t(NO_UNIT), owners[place], one) for (place, unit), one in sums.items()]
        for unit, place, one in sorted(told, key=lambda row: (row[2].percent, row[0], row[1])):
            counted = (len(one.percents), one.percents.count(100), one.wrong, one.mandatory, one.advised)
            yield [unit, *([place] if several else []), one.percent, *counted]


HEADINGS = (
    N_("Antall"),
    N_("Helt utfylt"),
    N_("Har noe som må rettes"),
    N_("Felt som kreves, mangler"),
    N_("Felt som er anbefalt, mangler"),
)


@remembers()
def _all(register: type[Any]) -> Any:
    return prepare(select(register).order_by(register.id))


PROGRESS_BY_UNIT = ProgressByUnit(
    "utfylling-per-enhet",
    N_("Utfylling per enhet"),
    N_("Hvor langt hver enhet er kommet med behandlinger, applikasjoner, datasett og tjenester. Lavest først."),
    group=Group.QUALITY,
    notes=(N_("Prosenten er gjennomsnittet av radene til enheten."),),
    registers=(ProcessingActivity, Application, Dataset, Service),
)
