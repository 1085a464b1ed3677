"""Sending, approving and sending back: what each step writes in the row, and who may take it."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import String, or_, select

from models.declare.approval import Approval, Step
from models.declare.words import N_, Problem
from models.tenancy.log import BESIDE, change_class
from models.tenancy.people import others_who_write
from models.tenancy.roles import Actor

UNTIL_REVIEW = timedelta(days=365)
PASSED = N_("Den er kommet til et annet trinn siden du åpnet siden, så ingenting er endret. Se hvor den står nå.")
WHY = N_("Skriv hvorfor den sendes tilbake, så den som sendte den, vet hva som skal rettes.")
MOST_CHANGES = 500  # looked through for whether somebody changed a row since it was sent


class Stake(StrEnum):
    """What somebody has to do with a row that is to be approved, so that another pair of eyes is wanted."""

    SENT = "sent"
    CHANGED = "changed"
    UNKNOWN = "unknown"  # it was sent by nobody knows whom


HINDERS: dict[Stake, str] = {
    Stake.SENT: N_(
        "Du sendte denne til godkjenning selv. En annen som kan endre i kommunens registre, må godkjenne den."
    ),
    Stake.CHANGED: N_(
        "Du har endret denne etter at den ble sendt. La en annen godkjenne den, eller send den tilbake, så den som "
        "sendte den, får se endringene og kan sende den på nytt."
    ),
    Stake.UNKNOWN: N_(
        "Det er ikke kjent hvem som sendte denne til godkjenning. Send den tilbake, så den kan sendes på nytt."
    ),
}


def approval_of(row: Any) -> Approval | None:
    """How rows of this kind are approved; None of those that are not."""
    found: Approval | None = type(row).__register__.approval
    return found


def stake_of(session: Any, row: Any, actor: Actor) -> Stake | None:
    """What somebody has to do with a row that was sent, beside approving it; None when nothing."""
    if row.sender_id == actor.user_id:
        return Stake.SENT
    if row.sender_id is None and row.sent_by:
        return Stake.UNKNOWN
    return Stake.CHANGED if _has_changed(session, row, actor) else None


def _has_changed(session: Any, row: Any, actor: Actor) -> bool:
    """Whether somebody has changed a row since it was sent, parts and links too, deleted it or brought it back. The
    history is asked, which nobody can change: what was changed and changed back counts. What others changed is left
    out, so that however much it is it hides nothing."""
    log, sent = change_class(type(row)), str(row.status)
    ours = or_(log.actor_id == actor.user_id, log.fields.cast(String).like('%"status"%'))
    mine = (log.register == type(row).__tablename__, log.row_id == row.id, log.action.not_in(BESIDE), ours)
    newest = select(log.actor_id, log.fields).where(*mine).order_by(log.id.desc()).limit(MOST_CHANGES)
    for who, entries in session.execute(newest):
        if any(one["field"] == "status" and one.get("new") == sent and "part" not in one for one in entries):
            return False
        if who == actor.user_id:
            return True
    return False


def hinders(session: Any, row: Any, stake: Stake | None, actor: Actor, today: date) -> bool:
    """Four eyes see it where there are four: what one has a stake in, one approves only when nobody else may."""
    return stake is not None and others_who_write(session, row, actor.user_id, today)


def take(session: Any, row: Any, step: Step, actor: Actor, today: date, reason: str = "") -> None:
    """Take a step. Raises Problem for one that does not follow from where the row stands, or is not this person's."""
    approval = approval_of(row)
    if approval is None or step not in approval.steps(row.status):
        raise Problem(PASSED)
    if step is Step.SEND_BACK and not reason:
        raise Problem(WHY)
    if step is Step.APPROVE:
        stake = stake_of(session, row, actor)
        if stake is not None and hinders(session, row, stake, actor, today):
            raise Problem(HINDERS[stake])
        row.approved_by, row.approved_on = actor.name, today
        row.review_due = row.review_due if row.review_due and row.review_due > today else today + UNTIL_REVIEW
    row.sent_by, row.sender_id = (actor.name, actor.user_id) if step is Step.SEND else (None, None)
    row.sent_back = reason if step is Step.SEND_BACK else None
    row.status = approval.leads_to(step)
