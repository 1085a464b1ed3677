"""The services of a municipality with the systems behind them, what lacks and what is doubled, and what each costs: the
page «Tjenestekart» as a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.declare.words import N_
from models.queries.servicemap import MANY, ServiceMap, Supported, System, read
from models.registers.architecture import Application, Service
from reports.base import Ask, Group, Told, is_of_one
from reports.table import Cell, Column, Kind, Named, Sheet
from reports.tabular import Tabular

OF_ONE = N_("Tjenestekartet viser én kommune om gangen. Velg den øverst på siden.")
NO_THEME = N_("Uten tema")
SHARED = N_("Det en applikasjon koster i året, er delt likt mellom tjenestene den støtter, på øret.")
KNOWN = N_("Kostnaden er lisens, drift og vedlikehold uten merverdiavgift, og bare det som er registrert.")
RETIRED = N_("Avviklede applikasjoner er ikke med.")


@dataclass(frozen=True)
class Services(Tabular):
    """Of one municipality. Its services are held in memory: a municipality has some hundreds."""

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        found = read(session, ask.language) if is_of_one() else ServiceMap((), (), ())
        return [_supported(found, ask), _unsupported(found, ask), _unused(found, ask), _overlaps(found, ask)]


def _supported(found: ServiceMap, ask: Ask) -> Told:
    t = ask.t
    columns = [
        Column(t("Tjeneste")), Column(t("Hovedtema")), Column(t("Tema")), Column(t("Kritikalitet")),
        Column(t("Applikasjoner"), Kind.LONG_TEXT), Column(t("Antall"), Kind.INTEGER),
        Column(t("Kostnad per år (kr)"), Kind.MONEY, summed=True),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [_service(one), main.name or t(NO_THEME), theme.name or None, _grave(one, ask), _lines(one.systems),
         len(one.systems), one.ore]
        for main in found.themes for theme in main.themes for one in theme.services
    ]  # fmt: skip
    return _told(t("Tjenester"), columns, rows, t("Ingen tjenester er registrert."), ask)


def _unsupported(found: ServiceMap, ask: Ask) -> Told:
    t = ask.t
    rows: list[list[Cell]] = [[_service(one), _grave(one, ask)] for one in found.unsupported]
    columns = [Column(t("Tjeneste")), Column(t("Kritikalitet"))]
    return _told(t("Uten applikasjon"), columns, rows, t("Alle tjenestene har en applikasjon."), ask)


def _unused(found: ServiceMap, ask: Ask) -> Told:
    t = ask.t
    columns = [
        Column(t("Applikasjon")), Column(t("Kritikalitet")), Column(t("Status")),
        Column(t("Kostnad per år (kr)"), Kind.MONEY, summed=True),
    ]  # fmt: skip
    rows: list[list[Cell]] = [[_system(one), _grave(one, ask), t(one.status.label), one.ore] for one in found.unused]
    return _told(t("Uten tjeneste"), columns, rows, t("Alle applikasjoner i bruk støtter en tjeneste."), ask)


def _overlaps(found: ServiceMap, ask: Ask) -> Told:
    t = ask.t
    columns = [
        Column(t("Tjeneste")), Column(t("Hva")), Column(t("Applikasjoner"), Kind.LONG_TEXT),
        Column(t("Antall"), Kind.INTEGER),
    ]  # fmt: skip
    many = t("%(number)s applikasjoner eller flere", number=MANY)
    rows: list[list[Cell]] = [[_service(one), many, _lines(one.systems), len(one.systems)] for one in found.crowded]
    rows += [
        [_service(one), t("Samme produktkategori: %(category)s", category=kind), _lines(systems), len(systems)]
        for one, kind, systems in found.doubled
    ]
    return _told(t("Overlapp"), columns, rows, t("Ingen tjenester har flere applikasjoner som gjør det samme."), ask)


def _told(title: str, columns: list[Column], rows: list[list[Cell]], empty: str, ask: Ask) -> Told:
    sheet = Sheet(title, columns, rows[: ask.most], empty=empty if is_of_one() else ask.t(OF_ONE))
    return Told(sheet, lambda _most: len(rows))


def _service(one: Supported) -> Named:
    return Named(one.name, Service.__tablename__, one.id)


def _system(one: System) -> Named:
    return Named(one.name, Application.__tablename__, one.id)


def _grave(one: Supported | System, ask: Ask) -> str | None:
    return ask.t(one.criticality.label) if one.criticality else None


def _lines(systems: Sequence[System]) -> str | None:
    return "\n".join(one.name for one in systems) or None


SERVICES = Services(
    "tjenestekart",
    N_("Tjenestekart"),
    N_("Tjenestene etter LOS, applikasjonene som støtter dem, hull og overlapp, og hva hver tjeneste koster i året."),
    group=Group.SYSTEMS,
    notes=(SHARED, KNOWN, RETIRED),
)
