"""What becomes of a proposal to the shared registers: approved, rejected with a reason, or proposed once more."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from models.declare.choices import CatalogueStatus
from models.declare.proposing import UNDECIDED
from models.declare.words import N_, Problem
from models.tenancy.roles import Actor, can

APPROVED = N_("«%(name)s» er alt godkjent, og kan ikke avvises. Skal den ikke brukes mer, sett statusen til Utgått.")
PASSED = N_("Noen har endret eller avgjort forslaget siden du så på det, så ingenting er gjort. Se hvor det står nå.")
WHY = N_("Skriv hvorfor forslaget avvises, så kommunen vet hva den kan gjøre.")


class Decision(StrEnum):
    """What may be done with a proposal, by the project or by whoever made it."""

    APPROVE = "approve"
    REJECT = "reject"
    PROPOSE = "propose"


LEADS_TO = {
    Decision.APPROVE: CatalogueStatus.APPROVED,
    Decision.REJECT: CatalogueStatus.REJECTED,
    Decision.PROPOSE: CatalogueStatus.PROPOSED,
}


def decides(actor: Actor, register: type[Any]) -> bool:
    """Whether somebody keeps a shared register for all, and so decides on what is proposed to it."""
    return can(actor, "delete", register)


def is_open(row: Any) -> bool:
    """Whether a proposal is not approved yet."""
    return row.status in UNDECIDED


def decisions(row: Any, actor: Actor) -> tuple[Decision, ...]:
    """What somebody may do with a proposal as it stands, the foremost first."""
    if decides(actor, type(row)):
        if row.status is CatalogueStatus.PROPOSED:
            return Decision.APPROVE, Decision.REJECT
        return (Decision.APPROVE,) if row.status is CatalogueStatus.REJECTED else ()
    is_ours = row.status is CatalogueStatus.REJECTED and row.is_kept_by(actor.user_id)
    return (Decision.PROPOSE,) if is_ours else ()


def decide(row: Any, decision: Decision, actor: Actor, reason: str = "") -> None:
    """Do it. Raises Problem for what does not follow from where the row stands, and where a reason lacks."""
    if decision is Decision.REJECT and row.status is CatalogueStatus.APPROVED:
        raise Problem(APPROVED, name=str(row))
    if decision not in decisions(row, actor):
        raise Problem(PASSED)
    if decision is Decision.REJECT and not reason:
        raise Problem(WHY)
    row.status = LEADS_TO[decision]
    row.rejection = reason if decision is Decision.REJECT else None
