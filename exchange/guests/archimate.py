"""Models of ArchiMate, by any tool that writes its exchange format: a sheet for each kind of element (`exchange/files/
archimate.py`), of which the links are those that ours go out as."""

from __future__ import annotations

from exchange.archimate.kinds import CARRIED, ELEMENTS, FLOW, SOURCE, TARGET, columns_of, families_of, heading
from exchange.guests.guest import NO_FIELD, Guest
from models.declare.words import N_

NAME = N_("ArchiMate")
# What is pointed at before what points.
REGISTERS = {
    "organisational_unit": "OrganisationalUnit", "supplier": "Supplier", "platform": "Platform",
    "agreement": "Agreement", "application": "Application", "dataset": "Dataset", "integration": "Integration",
    "service": "Service", "process": "Process", "processing_activity": "ProcessingActivity",
}  # fmt: skip
# Where what is said of an element goes; nowhere else than into a comment where a register has no such field.
DOCUMENTED = {"processing_activity": "purpose", "process": "steps", "agreement": NO_FIELD, "supplier": NO_FIELD}


def _sheet(register: str, family: str, columns: dict[str, str]) -> Guest:
    documented = DOCUMENTED.get(register, "description")
    own = {family: NO_FIELD, "Name": "name", "Documentation": documented}
    return Guest(f"archimate-{register}-{family}", NAME, REGISTERS[register], own | columns, 2, frozenset({family}))


FLOWS = _sheet(
    "integration", FLOW,
    {SOURCE: "source", TARGET: "destination", heading(CARRIED.said, CARRIED.back, ELEMENTS[CARRIED.far]): "datasets"},
)  # fmt: skip
SHEETS = (
    FLOWS, *[_sheet(one, family, columns_of(one)) for one in REGISTERS for family in families_of(one)]
)  # fmt: skip
