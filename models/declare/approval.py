"""How rows of a register come to be approved: the words of the status that stand for each stage."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.declare.words import Choice


class Step(StrEnum):
    """What is done to a row on its way."""

    CONSULT = "consult"
    SEND = "send"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    REVISE = "revise"
    END = "end"


BY_STEPS = frozenset({"status", "sent_by", "sent_back", "approved_by", "approved_on"})  # what only the steps write


@dataclass(frozen=True, slots=True)
class Approval:
    """The values of `status`, stage by stage. A register that declares it has the fields `sent_by`, `sender_id`,
    `sent_back`, `approved_by`, `approved_on` and `review_due` beside `status`, which only the steps change.

    `revise` is what a row becomes that is sent back or looked at anew; `consulted` and `ended` are stages not all have.
    """

    draft: Choice
    sent: Choice
    approved: Choice
    revise: Choice
    consulted: Choice | None = None
    ended: Choice | None = None

    def leads_to(self, step: Step) -> Choice | None:
        """What the status is after a step; None for a step the register does not know."""
        stages = {
            Step.CONSULT: self.consulted, Step.SEND: self.sent, Step.APPROVE: self.approved,
            Step.SEND_BACK: self.revise, Step.REVISE: self.revise, Step.END: self.ended,
        }  # fmt: skip
        return stages[step]

    def steps(self, status: Choice) -> tuple[Step, ...]:
        """The steps a row may take from where it stands, the foremost first."""
        if status is self.sent:
            return Step.APPROVE, Step.SEND_BACK
        if status in {self.approved, self.ended}:
            found: tuple[Step, ...] = (Step.REVISE,) if status is self.ended else (Step.REVISE, Step.END)
        else:
            found = (Step.SEND, *([Step.CONSULT] if status is not self.consulted else []), Step.END)
        return tuple(step for step in found if self.leads_to(step) is not None)
