"""Municipalities side by side: by fields of work, which systems each shows that it has, how many, and who could share.
The same as the page «Sammenlign» tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.declare.words import N_
from models.queries.sidebyside import Area, Compared
from reports.base import Ask, Told
from reports.language import Translate
from reports.table import Cell, Column, Kind, Sheet
from reports.tabular import Tabular

TITLE = N_("Kommuner side om side")
TEXT = N_("Hvilke systemer kommunene har på hvert fagområde, hvor mange, og hvem som kan dele.")
NO_AREA = N_("Uten fagområde")
NOTHING = N_("Ingen viser noe system.")
NONE_ALIKE = N_("Ingen har samme produkt, og ingen mangler det en annen har.")
NOTES = (
    N_("Bare det kommunene viser hverandre, er med. Tjenestene til andre kommuner vises ikke."),
    N_("Fagområdet følger av produktet. Avviklede systemer er ikke med."),
)


@dataclass(frozen=True)
class SideBySide(Tabular):
    """What was compared, with what the municipalities are called."""

    told: Compared = field(default_factory=lambda: Compared((), (), 0))
    names: Mapping[int, str] = field(default_factory=dict)

    def sheets(self, session: Any, ask: Ask) -> list[Told]:  # noqa: ARG002 - it is read already
        return [self._systems(ask.t), self._numbers(ask.t), self._sharing(ask.t)]

    def selection(self, session: Any, ask: Ask) -> str:  # noqa: ARG002 - as it is told
        return ", ".join(self.names[one] for one in self.told.places)

    def about(self, session: Any, ask: Ask) -> list[tuple[str, Cell]]:
        compared = ", ".join(self.names[one] for one in self.told.places) or ask.t("Regionen")
        return [*super().about(session, ask), (ask.t("Sammenlignet"), compared)]

    def _systems(self, t: Translate) -> Told:
        columns = [
            Column(t("Fagområde")), Column(t("Våre tjenester"), Kind.LONG_TEXT, width=24),
            *[Column(self.names[one], Kind.LONG_TEXT, width=24) for one in self.told.places],
            Column(t("Vanligst i regionen"), Kind.LONG_TEXT, width=24),
        ]  # fmt: skip
        rows: list[list[Cell]] = [
            [
                called(one, t), _lines(name for _id, name in one.services),
                *[_lines(each.name for each in one.cells.get(place, ())) for place in self.told.places],
                _lines(f"{product} ({times})" for product, times in one.usual),
            ]
            for one in self.told.areas
        ]  # fmt: skip
        return _sheet(t("Systemer"), columns, rows, t(NOTHING))

    def _numbers(self, t: Translate) -> Told:
        columns = [
            Column(t("Fagområde")), *[Column(self.names[one], Kind.INTEGER) for one in self.told.places],
            Column(t("Kommuner i regionen"), Kind.INTEGER),
        ]  # fmt: skip
        rows: list[list[Cell]] = [
            [called(one, t), *numbers(self.told, one), one.region] for one in self.told.areas
        ]  # fmt: skip
        return _sheet(t("Antall systemer"), columns, rows, t(NOTHING))

    def _sharing(self, t: Translate) -> Told:
        columns = [Column(t("Fagområde")), Column(t("Kan dele"), Kind.LONG_TEXT, width=80)]
        rows: list[list[Cell]] = [
            [called(one, t), "\n".join(said)]
            for one in self.told.areas if (said := list(sharing(self.told, one, self.names, t)))
        ]  # fmt: skip
        return _sheet(t("Hvem som kan dele"), columns, rows, t(NONE_ALIKE))


def of(told: Compared, names: Mapping[int, str]) -> SideBySide:
    return SideBySide("side-om-side", TITLE, TEXT, notes=NOTES, told=told, names=names)


def called(area: Area, t: Translate) -> str:
    return area.name or t(NO_AREA)


def numbers(told: Compared, area: Area) -> list[int]:
    """How many systems each has."""
    return [len(area.cells.get(one, ())) for one in told.places]


def sharing(told: Compared, area: Area, names: Mapping[int, str], t: Translate) -> Iterator[str]:
    """Who could share, in sentences: those with the same product, and those without a system beside those with one."""
    for product, places in area.in_common.items():
        yield t("%(places)s har %(product)s.", places=", ".join(names[one] for one in places), product=product)
    without = told.without(area)
    if without:
        yield t(
            "%(without)s viser ikke noe system for dette. %(having)s har det.",
            without=", ".join(names[one] for one in without), having=", ".join(names[one] for one in area.cells),
        )  # fmt: skip


def _lines(texts: Any) -> str | None:
    return "\n".join(texts) or None


def _sheet(title: str, columns: list[Column], rows: list[list[Cell]], empty: str) -> Told:
    return Told(Sheet(title, columns, rows, empty=empty), lambda _most: len(rows))
