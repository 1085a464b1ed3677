"""What must be done before something is retired: all that hangs on it, a line each, with room for who does it and
when it is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from models.declare.titles import title_of
from models.declare.words import N_
from models.queries.retiring import Affected, Group, affected
from models.registers.agreements import Agreement
from models.registers.architecture import Application, Platform, Process, Service
from models.registers.data import Dataset, Integration
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment, RiskAssessment
from reports.base import Ask, Report, Told
from reports.table import Cell, Column, Kind, Sheet

TITLE = N_("Sjekkliste før utfasing")
TEXT = N_("Alt som er knyttet til det som skal fases ut, og hva som må gjøres med det først.")
TO_DO = {
    Agreement: N_("Si opp eller endre avtalen, og avtal hvordan dataene leveres tilbake eller slettes."),
    Application: N_("Finn ut hva den skal bruke i stedet."),
    Dataset: N_("Flytt dataene, lever dem til arkivet eller slett dem etter slettefristen."),
    ImpactAssessment: N_("Se over vurderingen."),
    Integration: N_("Koble om eller slå av."),
    Platform: N_("Finn ut hva den skal bruke i stedet."),
    Process: N_("Bestem hvordan arbeidet gjøres uten."),
    ProcessingActivity: N_("Oppdater behandlingen: hvor gjøres den nå, og hvor blir det av opplysningene?"),
    RiskAssessment: N_("Se over risikovurderingen."),
    Service: N_("Bestem hva tjenesten skal bruke i stedet."),
}
OTHERWISE = N_("Se over koblingen.")
ALONE = N_("Har bare denne.")
NOTICE = N_("Oppsigelsesfrist: %(months)s måneder.")
NO_NOTICE = N_("Oppsigelsesfristen er ikke registrert.")
ENDS = N_("Gjelder til %(day)s.")


@dataclass(frozen=True)
class Retiring(Report):
    """The list of one row. `groups` are those that may be shown to the reader."""

    row: Any = None
    registers: tuple[type[Any], ...] = ()

    def groups(self, session: Any, ask: Ask) -> list[Group]:
        found = affected(session, self.row, ask.language)
        return [group for group in found if group.register in self.registers]

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        t, groups = ask.t, self.groups(session, ask)
        columns = [
            Column(t("Register"), width=20),
            Column(t("Navn"), width=34),
            Column(t("Merknad"), Kind.LONG_TEXT, width=34),
            Column(t("Må gjøres"), Kind.LONG_TEXT, width=44),
            Column(t("Ansvarlig"), width=20),
            Column(t("Gjort"), width=10),
        ]
        rows = list(_rows(groups, ask))
        return [Told(Sheet(t(TITLE), columns, rows, pages=1), lambda _most: len(rows))]

    def about(self, session: Any, ask: Ask) -> list[tuple[str, Cell]]:
        return [(ask.t("Skal fases ut"), title_of(self.row, ask.language)), *super().about(session, ask)]


def of(row: Any, registers: tuple[type[Any], ...]) -> Retiring:
    """The list of a row, of the registers that somebody reads."""
    return Retiring("utfasing", TITLE, TEXT, row=row, registers=registers)


def notes(one: Affected, group: Group, ask: Ask) -> list[str]:
    """What is special about a row: that it has nothing else, or how an agreement ends."""
    t = ask.t
    found = [t(ALONE)] if one.is_alone else []
    if group.register is Agreement:
        found.append(t(NOTICE, months=one.notice) if one.notice is not None else t(NO_NOTICE))
        found += [t(ENDS, day=f"{one.ends:%d.%m.%Y}")] if one.ends else []
    return found


def to_do(register: type[Any]) -> str:
    return TO_DO.get(register, OTHERWISE)


def _rows(groups: Iterable[Group], ask: Ask) -> Iterator[list[Cell]]:
    t = ask.t
    for group in groups:
        kind = t(group.register.__register__.one)
        for one in group.rows:
            said = " ".join(notes(one, group, ask)) or None
            yield [f"{kind[:1].upper()}{kind[1:]}", one.name, said, t(to_do(group.register)), None, None]
