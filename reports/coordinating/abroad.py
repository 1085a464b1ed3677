"""What leaves the EEA: to which country, to whom, on what ground, and when that was last assessed."""

from dataclasses import dataclass
from typing import Any

from models.declare.conditions import filled
from models.declare.words import N_
from models.queries.rules import ALIVE, BY_CODE, breaks
from models.queries.told import holds
from models.registers.processing import ProcessingActivity, is_transferred
from reports import subprocessors
from reports.base import Ask, Group, Told
from reports.coordinating.listing import unit_of
from reports.coordinating.parts import Finding, PartsOf


def _breaks(code: str) -> Finding:
    return code, lambda: breaks(BY_CODE[code]), BY_CODE[code].says


@dataclass(frozen=True)
class Abroad(PartsOf):
    """What activities transfer; and whom the suppliers of agreements use there."""

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        return [*super().sheets(session, ask), subprocessors.abroad(session, ask)]


ABROAD = Abroad(
    "tredjeland",
    N_("Overføringer til tredjeland"),
    N_("Land, mottaker og grunnlag for hver overføring ut av EØS, med vurdering (TIA) og fjerntilgang."),
    group=Group.PROTECTION,
    choices=(unit_of(ProcessingActivity),),
    within="transfers",
    sheet=N_("Overføringer"),
    of=lambda: holds(ProcessingActivity, ALIVE[ProcessingActivity] & (is_transferred | filled("transfers"))),
    findings=tuple(_breaks(code) for code in ("Q4", "Q4b", "Q4c", "Q4d")),
    empty=N_("Ingen behandlinger i dette utvalget overfører noe til tredjeland."),
)
