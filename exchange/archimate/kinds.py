"""Which element each register is, and which relationship each link: what goes out is read by the same table when it
comes in.

A processing activity is a function and no process: it is what is done to data for one purpose (GDPR art. 4(2) and 30),
in whatever order, as ArchiMate's function is behaviour put together by what it needs (3.1, 8.3.2). So a process is what
the register of processes holds, and both come back as what they were.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

NAMESPACE = "http://www.opengroup.org/xsd/archimate/3.0/"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA = "http://www.opengroup.org/xsd/archimate/3.1/archimate3_Diagram.xsd"


class Is(StrEnum):
    """The kinds of relationships that ours are."""

    ACCESS, ASSIGNMENT, ASSOCIATION, COMPOSITION = "Access", "Assignment", "Association", "Composition"
    FLOW, REALIZATION, SERVING = "Flow", "Realization", "Serving"


ELEMENTS: Mapping[str, str] = {
    "service": "BusinessService",
    "process": "BusinessProcess",
    "processing_activity": "BusinessFunction",
    "application": "ApplicationComponent",
    "integration": "ApplicationInterface",  # of which an end is not known; else it is a flow between two components
    "dataset": "DataObject",
    "platform": "Node",
    "agreement": "Contract",
    "supplier": "BusinessActor",
    "organisational_unit": "BusinessActor",
    "municipality": "BusinessActor",
}
SOFTWARE = frozenset({"system_software", "database", "integration"})  # the kinds of platforms that are SystemSoftware
LAYERS: Mapping[str, str] = {
    **dict.fromkeys(
        ("BusinessService", "BusinessProcess", "BusinessFunction", "Contract", "BusinessActor"), "Business"
    ),
    **dict.fromkeys(("ApplicationComponent", "ApplicationInterface", "DataObject"), "Application"),
    **dict.fromkeys(("Node", "SystemSoftware"), "Technology & Physical"),
}  # as Archi calls its own folders, in every language

# Elements that are one kind of ours: what comes in of them is one sheet.
FAMILIES = dict.fromkeys(("SystemSoftware", "Device", "CommunicationNetwork"), "Node")
ACTORS = {"supplier": "Supplier", "organisational_unit": "OrganisationalUnit", "municipality": "Municipality"}
ACTOR = "BusinessActor"
_OURS = re.compile(r"orden-([a-z_]+)-[0-9]+")


def identifier(register: str, row_id: int) -> str:
    """What a row is called in every model it goes out in: a name in XML (NCName), the same the next time."""
    return f"orden-{register}-{row_id}"


def is_ours(called: str) -> bool:
    """Whether a concept went out from here, be it of this municipality or another."""
    return _OURS.fullmatch(called) is not None


def family(element: str, called: str = "") -> str:
    """What kind of ours an element may be, by what it is and by what it is called, if that was by us: to ArchiMate a
    supplier and a unit are the same."""
    ours = _OURS.fullmatch(called)
    return ACTORS.get(ours[1], element) if ours and element == ACTOR else FAMILIES.get(element, element)


@dataclass(frozen=True, slots=True)
class Tie:
    """A link to rows of `far` as a relationship: to them, or `back`, from them. Of an access `how` it is."""

    kind: Is
    far: str
    back: bool = False
    how: str = ""
    directed: bool = False

    @property
    def said(self) -> str:
        return f"{self.kind}{self.how}{'Directed' if self.directed else ''}"


_BACK = True
TIES: Mapping[str, Tie] = {
    "service.applications": Tie(Is.SERVING, "application", _BACK),
    "service.unit": Tie(Is.ASSIGNMENT, "organisational_unit", _BACK),
    "process.service": Tie(Is.REALIZATION, "service"),
    "process.applications": Tie(Is.SERVING, "application", _BACK),
    "processing_activity.applications": Tie(Is.SERVING, "application", _BACK),
    "processing_activity.datasets": Tie(Is.ACCESS, "dataset"),
    "processing_activity.unit": Tie(Is.ASSIGNMENT, "organisational_unit", _BACK),
    "processing_activity.processors.supplier": Tie(Is.ASSIGNMENT, "supplier", _BACK),
    "processing_activity.processors.agreement": Tie(Is.ASSOCIATION, "agreement"),
    "processing_activity.controllers.agreement": Tie(Is.ASSOCIATION, "agreement"),
    "processing_activity.transfers.supplier": Tie(Is.FLOW, "supplier"),
    "application.part_of": Tie(Is.COMPOSITION, "application", _BACK),
    "application.unit": Tie(Is.ASSOCIATION, "organisational_unit", _BACK),
    "application.used_by": Tie(Is.SERVING, "organisational_unit"),
    "application.replaced_by": Tie(Is.ASSOCIATION, "application", directed=True),
    "application.platform": Tie(Is.SERVING, "platform", _BACK),
    "application.agreements": Tie(Is.ASSOCIATION, "agreement"),
    "application.supplier": Tie(Is.ASSOCIATION, "supplier", _BACK),
    "integration.source": Tie(Is.COMPOSITION, "application", _BACK),
    "integration.destination": Tie(Is.SERVING, "application"),
    "integration.datasets": Tie(Is.ACCESS, "dataset"),
    "dataset.unit": Tie(Is.ASSOCIATION, "organisational_unit", _BACK),
    "dataset.applications": Tie(Is.ACCESS, "application", _BACK, "Write"),
    "dataset.copies": Tie(Is.ACCESS, "application", _BACK, "Read"),
    "platform.supplier": Tie(Is.ASSOCIATION, "supplier", _BACK),
    "platform.runs_on": Tie(Is.SERVING, "platform", _BACK),
    "agreement.supplier": Tie(Is.ASSOCIATION, "supplier"),
    "organisational_unit.parent_unit": Tie(Is.COMPOSITION, "organisational_unit", _BACK),
}
CARRIED = Tie(Is.ASSOCIATION, "dataset", _BACK)  # the datasets of an integration that is a flow hang on the flow
FLOW, FLOWS_BETWEEN = "Flow", ELEMENTS["application"]  # the sheet of flows between components, a row each
SOURCE, TARGET, RETURN = "Source", "Target", "-back"  # of a flow; of one both ways the second is called so
UNTAKEN = frozenset({"processing_activity.transfers.supplier"})  # a part that is nothing without what is not told


def families_of(register: str) -> tuple[str, ...]:
    """The sheets that rows of a register may stand on, its own first."""
    own = FAMILIES.get(ELEMENTS[register], ELEMENTS[register])
    return (ACTORS[register], ACTOR) if register in ACTORS else (own,)


def heading(said: str, back: bool, other: str) -> str:
    """What a column of a sheet is called that tells a kind of relationships towards one kind of others."""
    return f"{said} {'from' if back else 'to'} {other}"


def _told() -> dict[tuple[str, str, str], bool]:
    """The relationships that are links of ours, by how they are said and by their ends, and whether their target is
    the one that has the link, and tells of it."""
    return {
        (tie.said, *((far, near) if tie.back else (near, far))): tie.back
        for name, tie in TIES.items()
        for near in families_of(name.partition(".")[0])
        for far in families_of(tie.far)
    } | {(CARRIED.said, ELEMENTS[CARRIED.far], FLOW): CARRIED.back}


TOLD: Mapping[tuple[str, str, str], bool] = _told()


def columns_of(register: str) -> dict[str, str]:
    """Which link each column of a sheet of a register is. What may be two of its links is none."""
    found: dict[str, list[str]] = {}
    for name, tie in TIES.items():
        near, _dot, key = name.partition(".")
        for other in families_of(tie.far) if near == register and name not in UNTAKEN else ():
            found.setdefault(heading(tie.said, tie.back, other), []).append(key)
    return {said: keys[0] for said, keys in found.items() if len(keys) == 1}


# -- what ArchiMate allows ---------------------------------------------------------------------------------------------

# Of the table of relationships in ArchiMate 3.1, appendix B.5, as Archi holds it (`relationships.xml`, MIT): of the
# elements above, by source and target, those of the relationships above that are allowed. By the letters used there.
LETTERS = {"a": Is.ACCESS, "c": Is.COMPOSITION, "f": Is.FLOW, "i": Is.ASSIGNMENT, "o": Is.ASSOCIATION,
           "r": Is.REALIZATION, "v": Is.SERVING}  # fmt: skip
RELATION = "Relationship"
_COLUMNS = ("ApplicationComponent", "ApplicationInterface", "BusinessActor", "BusinessFunction", "BusinessProcess",
            "BusinessService", "Contract", "DataObject", "Node", "SystemSoftware", RELATION)  # fmt: skip
_TABLE = {
    "ApplicationComponent": "cforv cforv fov forv forv forv ao ao fov fov o",
    "ApplicationInterface": "fov cfov fov fov fov forv ao ao fov fov o",
    "BusinessActor": "fov fov cfov fiov fiov fiorv ao ao fov fov o",
    "BusinessFunction": "fov fov fov cfov cfov forv ao ao fov fov o",
    "BusinessProcess": "fov fov fov cfov cfov forv ao ao fov fov o",
    "BusinessService": "fov fov fov fov fov cfov ao ao fov fov o",
    "Contract": "o o o o o o co o o o o",
    "DataObject": "o o o o o o or co o o o",
    "Node": "forv forv fiov fiorv fiorv fiorv ao ao cfiov cfiorv o",
    "SystemSoftware": "forv forv fov forv forv forv ao ao fov cfiorv o",
}
ALLOWED: Mapping[tuple[str, str], frozenset[Is]] = {
    (source, target): frozenset(LETTERS[one] for one in letters)
    for source, row in _TABLE.items()
    for target, letters in zip(_COLUMNS, row.split(), strict=True)
}
