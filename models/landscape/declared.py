"""What the landscape is made of: registers and the links between them, as their fields declare them. A reference that
is added to a register is in the picture by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models.declare.base import fields_of, part_class
from models.declare.fields import Field, Kind, is_owned
from models.declare.memories import remembers
from models.registers.agreements import Agreement
from models.registers.architecture import Application, Platform, Process, Service
from models.registers.catalogue import Product, Supplier
from models.registers.codes import LosTheme
from models.registers.data import Dataset, Integration
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity

# What is drawn, layer by layer from the top: what is done for people above, systems in the middle, what they rest on
# below.
LAYERS: tuple[type[Any], ...] = (
    Service, Process, ProcessingActivity, Application, Integration, Dataset, Platform, Supplier,
)  # fmt: skip
# What is known of those and not drawn: it tells when something ends, who answers for it and where it belongs. Names of
# people belong on no poster.
BESIDE: tuple[type[Any], ...] = (Agreement, OrganisationalUnit, ContactPerson, LosTheme)
KINDS = (*LAYERS, *BESIDE)
MIDDLE = Application.__tablename__
LAYER = {one.__tablename__: number for number, one in enumerate(LAYERS)}
BY_NAME = {one.__tablename__: one for one in KINDS}
# All that what is told of rests on: when none of these rows has changed, neither has the landscape.
RESTS_ON = (*KINDS, Product)


@dataclass(frozen=True, slots=True)
class Link:
    """A field by which rows of one kind point at rows of another; `part` when a part of theirs does."""

    register: type[Any]
    field: Field
    target: type[Any]
    part: type[Any] | None = None

    @property
    def name(self) -> str:
        """What the link is called among all: `application.platform`, `processing_activity.processors.supplier`."""
        within = [self.part.__within__] if self.part else []
        return ".".join([self.register.__tablename__, *within, self.field.key])


@remembers()
def links() -> dict[str, Link]:
    """Every link there may be, by name. Of one with two ends the end where it is declared."""
    return {one.name: one for register in KINDS for one in _of(register)}


def _of(register: type[Any]) -> Iterator[Link]:
    for known in fields_of(register):
        if known.kind is Kind.ROWS and known.readers is None:
            part = part_class(known)
            yield from (Link(register, one, one.points_at, part) for one in fields_of(part) if _joins(one))
        elif _joins(known):
            yield Link(register, known, known.points_at)


def _joins(known: Field) -> bool:
    pointing = known.kind in {Kind.REFERENCE, Kind.REFERENCES} and not known.mirrored and known.readers is None
    return pointing and known.target in KINDS


def shared_kinds() -> tuple[type[Any], ...]:
    """The kinds that all municipalities share: of these a landscape has only what its own rows point at."""
    return tuple(one for one in KINDS if not is_owned(one))
