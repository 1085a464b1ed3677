"""What a row takes with it: what stops and what is weakened, link by link, whose data it is about, which agreements
bind, and who must be told. The same as the page «Hva stopper» tells, to take along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.declare.choices import Criticality
from models.declare.titles import title_of
from models.declare.words import N_
from models.landscape.consequences import Bound, Consequences, People
from models.landscape.declared import BY_NAME
from models.landscape.graph import Key, Node
from models.landscape.impact import Effect, Hit
from reports.base import Ask, Told
from reports.language import Translate
from reports.table import Cell, Column, Kind, Named, Sheet
from reports.tabular import Tabular

TITLE = N_("Følger om noe faller bort")
TEXT = N_("Hva som stopper, svekkes eller mister eieren og hvorfor, hvem det gjelder, og hvem som må få vite det.")
NOTHING = N_("Ingenting annet stopper, svekkes eller mister eieren.")
NO_DATA = N_("Ingen behandlinger rammes.")
NO_AGREEMENTS = N_("Ingen avtaler gjelder det som stopper.")
NOBODY = N_("Ingen svarer for det som rammes.")
ALONE = N_("Har bare denne.")
WAY = " → "
NOTES = (
    N_("Det som er avviklet, er ikke med. Det som er planlagt, regnes ikke som en erstatning."),
    N_("En integrasjon stopper når en av endene stopper. Systemet i den andre enden går, uten dataene."),
)


@dataclass(frozen=True)
class Falling(Tabular):
    """Of one row, in one municipality."""

    row: Any = None
    told: Consequences | None = None

    def sheets(self, session: Any, ask: Ask) -> list[Told]:  # noqa: ARG002 - it is read already
        assert self.told is not None  # noqa: S101 - made by `of`
        return [_hits(self.told, ask), _people(self.told, ask), _agreements(self.told, ask), _to_tell(self.told, ask)]

    def about(self, session: Any, ask: Ask) -> list[tuple[str, Cell]]:
        return [(ask.t("Faller bort"), title_of(self.row, ask.language)), *super().about(session, ask)]

    def selection(self, session: Any, ask: Ask) -> str:  # noqa: ARG002 - what is chosen is the row
        return title_of(self.row, ask.language)


def of(row: Any, told: Consequences) -> Falling:
    return Falling("folger", TITLE, TEXT, notes=NOTES, row=row, told=told)


def kind_of(register: str, t: Translate) -> str:
    """What one row of a register is called, as a heading."""
    name = t(BY_NAME[register].__register__.one)
    return name[:1].upper() + name[1:]


def grave(node: Node, t: Translate) -> str:
    """How critical a row is, without what that means."""
    return t(Criticality.stored(node.criticality).label).partition(": ")[0] if node.criticality else ""


def way(hit: Hit, nodes: Mapping[Key, Node]) -> str:
    """The chain that explains it, by name."""
    return WAY.join(nodes[one].name or "–" for one in hit.path)


def _hits(told: Consequences, ask: Ask) -> Told:
    t, nodes = ask.t, told.impact.graph.nodes
    columns = [
        Column(t("Register")), Column(t("Navn"), width=34), Column(t("Hva som skjer"), width=22),
        Column(t("Kritikalitet"), width=16), Column(t("Merknad"), width=18),
        Column(t("Hvorfor"), Kind.LONG_TEXT, width=60),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            kind_of(register, t), _named(nodes[hit.key]), t(Effect(hit.effect).label), grave(nodes[hit.key], t) or None,
            t(ALONE) if hit.is_alone else None, way(hit, nodes),
        ]
        for register, hits in told.impact.kinds() for hit in hits
    ]  # fmt: skip
    return _sheet(t("Det som rammes"), columns, rows, t(NOTHING))


def _people(told: Consequences, ask: Ask) -> Told:
    t = ask.t
    columns = [
        Column(t("Registrerte")), Column(t("Antall behandlinger"), Kind.INTEGER),
        Column(t("Opplysninger"), Kind.LONG_TEXT), Column(t("Særlige kategorier"), Kind.LONG_TEXT),
    ]  # fmt: skip
    rows = [_about(one) for one in told.people]
    return _sheet(t("Hvem opplysningene gjelder"), columns, rows, t(NO_DATA))


def _about(one: People) -> list[Cell]:
    return [one.name, one.activities, "\n".join(one.kinds) or None, "\n".join(one.special) or None]


def _agreements(told: Consequences, ask: Ask) -> Told:
    t = ask.t
    columns = [
        Column(t("Avtale"), width=34), Column(t("Motpart")), Column(t("Oppsigelsesfrist (måneder)"), Kind.INTEGER),
        Column(t("Siste dag for å si opp"), Kind.DATE), Column(t("Gjelder til"), Kind.DATE),
    ]  # fmt: skip
    rows = [_bound(one) for one in told.agreements]
    return _sheet(t("Avtaler"), columns, rows, t(NO_AGREEMENTS))


def _bound(one: Bound) -> list[Cell]:
    return [Named(one.name, "agreement", one.id), one.partner, one.notice, one.deadline, one.ends]


def _to_tell(told: Consequences, ask: Ask) -> Told:
    t = ask.t
    columns = [Column(t("Navn"), width=34), Column(t("Svarer for"), Kind.LONG_TEXT, width=60)]
    rows: list[list[Cell]] = [[_named(one), "\n".join(row.name for row in rows)] for one, rows in told.impact.to_tell]
    return _sheet(t("Hvem må få vite det"), columns, rows, t(NOBODY))


def _named(node: Node) -> Named:
    return Named(node.name or "–", node.register, node.id)


def _sheet(title: str, columns: Sequence[Column], rows: list[list[Cell]], empty: str) -> Told:
    return Told(Sheet(title, columns, rows, empty=empty), lambda _most: len(rows))
