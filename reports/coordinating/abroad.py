"""What leaves the EEA: to which country, to whom, on what ground, and when that was last assessed."""

from models.declare.conditions import filled
from models.declare.words import N_
from models.queries.rules import ALIVE, BY_CODE, breaks
from models.queries.told import holds
from models.registers.processing import ProcessingActivity, is_transferred
from reports.base import Group
from reports.coordinating.listing import unit_of
from reports.coordinating.parts import Finding, PartsOf


def _breaks(code: str) -> Finding:
    return code, lambda: breaks(BY_CODE[code]), BY_CODE[code].says


ABROAD = PartsOf(
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
