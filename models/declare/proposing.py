"""What a municipality may propose to the shared registers; the project decides."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.base import Shared
from models.declare.choices import CatalogueStatus
from models.declare.fields import Copied, field
from models.declare.words import N_

LAST = 1_000_000  # after all the fields of a register's own


class Proposed(Shared):
    """A shared row that may be proposed; whoever did keeps it until the project has decided."""

    __kept__: ClassVar[tuple[str, ...]] = ("proposed_by",)

    status: Mapped[CatalogueStatus] = field(
        N_("Status"), CatalogueStatus, required=True, default=CatalogueStatus.APPROVED, listed=True, filtered=True,
        copied=Copied.ANEW, help=N_("Kommuner foreslår, prosjektet godkjenner."), writers=("project_manager",),
        order=LAST,
    )  # fmt: skip
    proposed_by: Mapped[int | None] = mapped_column(Integer)  # a user's number, which may outlive the user

    def is_kept_by(self, user_id: int) -> bool:
        return self.status is CatalogueStatus.PROPOSED and self.proposed_by == user_id


def is_proposable(register: type[Any]) -> bool:
    """Whether municipalities propose rows of a register."""
    return issubclass(register, Proposed)
