"""The road ahead by the dates of systems and agreements, and what does not meet: the page «Veikart» as a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.declare.choices import Lifecycle
from models.declare.words import N_
from models.landscape.graph import Graph, Key
from models.landscape.grouping import BY, Grouping, groups_of
from models.landscape.roadmap import Roadmap, Stretch, of
from reports.base import Ask, Group, Told, active_municipality, is_of_one
from reports.table import Cell, Column, Kind, Named, Sheet
from reports.tabular import Tabular

OF_ONE = N_("Veikartet viser én kommune om gangen. Velg den øverst på siden.")
DATES = N_("Bare det som har en dato eller en avtale som slutter, er med.")
PLATFORMS = N_("En plattform varer så lenge noe med dato kjører på den.")
IN_FORCE = N_("Avtaler som ikke gjelder nå, er ikke med.")


@dataclass(frozen=True)
class Road(Tabular):
    """Of one municipality, whose landscape is held in memory."""

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        place = active_municipality(session) if is_of_one() else None
        road = of(session, place.id, ask.language) if place else Roadmap(Graph())
        groups = {by: groups_of(road.graph, by) for by in (Grouping.THEME, Grouping.UNIT)}
        return [_road(road, groups, ask), _clashing(road, groups[Grouping.UNIT], ask)]


def _road(road: Roadmap, groups: Mapping[Grouping, Mapping[Key, Key]], ask: Ask) -> Told:
    t = ask.t
    columns = [
        Column(t("Navn")), Column(t("Slag")), Column(t("Tema (LOS)")), Column(t("Enhet")), Column(t("Livsløp")),
        Column(t("I bruk fra"), Kind.DATE), Column(t("Planlagt utfaset"), Kind.DATE), Column(t("Erstattes av")),
        Column(t("Avtaler"), Kind.LONG_TEXT), Column(t("Avtalen slutter"), Kind.DATE),
        Column(t("Går ikke opp"), Kind.LONG_TEXT),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [_named(one), kind(one, ask), *[_group(road.graph, groups[by], by, one) for by in groups],
         lifecycle(one, ask), one.begin, one.end, one.heir.name if one.heir else None,
         "\n".join(node.name for node, _span in one.agreements) or None, one.ends, clashing(one, ask)]
        for one in road.stretches
    ]  # fmt: skip
    return _told(t("Veikart"), columns, rows, t("Ingenting har en dato ennå."), ask)


def _clashing(road: Roadmap, units: Mapping[Key, Key], ask: Ask) -> Told:
    t = ask.t
    columns = [Column(t("Navn")), Column(t("Enhet")), Column(t("Går ikke opp"), Kind.LONG_TEXT),
               Column(t("Planlagt utfaset"), Kind.DATE), Column(t("Avtalen slutter"), Kind.DATE)]  # fmt: skip
    rows: list[list[Cell]] = [
        [_named(one), _group(road.graph, units, Grouping.UNIT, one), clashing(one, ask), one.end, one.ends]
        for one in road.stretches if one.clashes
    ]  # fmt: skip
    return _told(t("Går ikke opp"), columns, rows, t("Alt går opp."), ask)


def _told(title: str, columns: list[Column], rows: list[list[Cell]], empty: str, ask: Ask) -> Told:
    sheet = Sheet(title, columns, rows[: ask.most], empty=empty if is_of_one() else ask.t(OF_ONE))
    return Told(sheet, lambda _most: len(rows))


def _named(one: Stretch) -> Named:
    return Named(one.node.name, one.node.register, one.node.id)


def kind(one: Stretch, ask: Ask) -> str:
    return ask.t("Plattform") if one.node.register == "platform" else ask.t("Applikasjon")


def lifecycle(one: Stretch, ask: Ask) -> str | None:
    return next((ask.t(each.label) for each in Lifecycle if each.value == one.node.lifecycle), None)


def clashing(one: Stretch, ask: Ask) -> str | None:
    return "\n".join(ask.t(each.label) for each in one.clashes) or None


def _group(graph: Graph, groups: Mapping[Key, Key], by: Grouping, one: Stretch) -> str | None:
    """The theme or unit it belongs to; nothing where it is common to several, or belongs nowhere."""
    key = groups[one.node.key]
    return graph.nodes[key].name if key[0] == BY[by].__tablename__ else None


ROADMAP = Road(
    "veikart",
    N_("Veikart"),
    N_("Når systemer kommer og går, når avtalene slutter, og hva som ikke går opp."),
    group=Group.SYSTEMS,
    notes=(DATES, PLATFORMS, IN_FORCE),
)
