"""What a municipality may propose to the shared registers; the project decides."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column, validates

from models.declare.base import Shared
from models.declare.choices import CatalogueStatus
from models.declare.fields import Copied, field
from models.declare.shapes import Shape
from models.declare.words import N_, Problem

LAST = 1_000_000  # after all the fields of a register's own
UNDECIDED = (CatalogueStatus.PROPOSED, CatalogueStatus.REJECTED)
WITHOUT_REASON = N_("Et forslag avvises med knappen «Avvis» på siden sin, så kommunen får vite hvorfor.")


class Proposed(Shared):
    """A shared row that may be proposed; whoever did keeps it until the project has approved it. One that is rejected
    goes on where it is used, and is offered as a new choice only where it was proposed (`models/queries/proposed.py`).
    """

    __kept__: ClassVar[tuple[str, ...]] = ("proposed_by", "proposed_in")

    status: Mapped[CatalogueStatus] = field(
        N_("Status"), CatalogueStatus, required=True, default=CatalogueStatus.APPROVED, listed=True, filtered=True,
        copied=Copied.ANEW, help=N_("Kommuner foreslår, prosjektet godkjenner."), writers=("project_manager",),
        order=LAST,
    )  # fmt: skip
    rejection: Mapped[str | None] = field(
        N_("Avvist fordi"), Shape.LONG_TEXT, length=500, in_form=False, copied=Copied.ANEW, order=LAST + 1,
        help=N_("Grunnen prosjektet har gitt. Alle kommunene kan lese den."),
    )  # fmt: skip
    proposed_by: Mapped[int | None] = mapped_column(Integer)  # a user's number, which may outlive the user
    proposed_in: Mapped[int | None] = mapped_column(Integer)  # the municipality that the user worked for

    @validates("status")
    def _lose_the_reason(self, _key: str, status: CatalogueStatus) -> CatalogueStatus:
        """The reason stands as long as the row is rejected."""
        if status is not CatalogueStatus.REJECTED:
            self.rejection = None
        return status

    def check(self) -> None:
        """Nothing is rejected without a reason, whichever door it comes by."""
        if self.status is CatalogueStatus.REJECTED and not self.rejection:
            raise Problem(WITHOUT_REASON)

    def is_kept_by(self, user_id: int) -> bool:
        return self.status in UNDECIDED and self.proposed_by == user_id


def is_proposable(register: type[Any]) -> bool:
    """Whether municipalities propose rows of a register."""
    return issubclass(register, Proposed)
