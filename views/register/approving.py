"""What the page of a row says of its approval: where it stands, what it lacks, and the steps the reader may take."""

from __future__ import annotations

from typing import Any

from flask import g, url_for

from models.changes import approving
from models.changes.approving import Stake
from models.database import db
from models.declare.approval import Step
from models.declare.clock import today
from models.queries import quality, rules
from models.queries.standing import Standing
from models.tenancy.roles import can
from views import formatters
from views.register.mending import field_address
from views.texts import gettext as _
from views.texts import tr


def may_step(row: Any) -> bool:
    """Whether the reader keeps rows of this kind whole: who may only advise neither sends nor approves."""
    return bool(can(g.actor, "delete", row))


def may_send(row: Any) -> bool:
    """Whether the reader may send a row to be approved from where it stands."""
    approval = approving.approval_of(row)
    return approval is not None and Step.SEND in approval.steps(row.status) and may_step(row)


def send(row: Any) -> None:
    """Send a row to be approved. Raises Problem where that does not follow from where it stands."""
    approving.take(db.session, row, Step.SEND, g.actor, today())


def words(step: Step) -> str:
    """What the button of a step says."""
    said = {
        Step.CONSULT: _("Be personvernombudet om råd"),
        Step.SEND: _("Send til godkjenning"),
        Step.APPROVE: _("Godkjenn"),
        Step.SEND_BACK: _("Send tilbake"),
        Step.REVISE: _("Ta opp til revisjon"),
        Step.END: _("Avslutt"),
    }
    return said[step]


def done(row: Any, step: Step) -> str:
    """What is said once a step is taken."""
    review = formatters.day(row.review_due) if row.review_due else ""
    said = {
        Step.CONSULT: _("Personvernombudet ser nå på startsiden at rådet ventes."),
        Step.SEND: _("Sendt til godkjenning. De som kan godkjenne, ser det på startsiden."),
        Step.APPROVE: _("Godkjent. Neste revisjon er %(day)s.", day=review),
        Step.SEND_BACK: _("Sendt tilbake. Grunnen står på siden."),
        Step.REVISE: _("Tatt opp til revisjon. Den kan sendes til godkjenning igjen når den er gjennomgått."),
        Step.END: _("Avsluttet."),
    }
    return said[step]


def context(row: Standing) -> dict[str, Any] | None:
    """The card of approval; None for rows that are not approved, and for who may not take a step."""
    approval = approving.approval_of(row.row)
    if approval is None or not may_step(row.row):
        return None
    steps = list(approval.steps(row.status))
    asked = Step.SEND in steps or Step.APPROVE in steps
    gaps, wrong = (quality.gaps(row), rules.errors(row, today())) if asked else ([], [])
    stake = approving.stake_of(db.session, row.row, g.actor) if Step.APPROVE in steps else None
    waits = approving.hinders(db.session, row.row, stake, g.actor, today())
    hindered = {Step.SEND, Step.APPROVE} if gaps or wrong else {Step.APPROVE} if waits else set()
    return {
        "url": url_for("approval.step", register=row.register.__tablename__, row_id=row.id),
        "version": row.version,
        "says": _says(row, approval),
        "note": _note(stake, waits=waits) if stake else "",
        "gaps": [{"label": tr(known.label), "url": field_address(row, known.key)} for known in gaps],
        "is_wrong": bool(wrong),
        "steps": [
            {"name": str(one), "label": words(one), "why": one is Step.SEND_BACK, "quiet": one is Step.END}
            for one in steps
            if one not in hindered
        ],
    }


def stage(row: Standing) -> dict[str, str] | None:
    """Where a row stands on the way, for the form that does not ask; None for rows that are not approved."""
    approval = approving.approval_of(row.row)
    if approval is None:
        return None
    return {"label": row.status.told(tr), "tone": row.status.tone, "says": _says(row, approval)}


def _says(row: Any, approval: Any) -> str:
    if row.status is approval.sent:
        return _("Sendt til godkjenning av %(who)s.", who=row.sent_by) if row.sent_by else ""
    if row.status is approval.approved:
        told = [row.approved_by, formatters.day(row.approved_on) if row.approved_on else None]
        return _("Godkjent: %(told)s.", told=", ".join(filter(None, told))) if any(told) else ""
    return _("Sendt tilbake: %(why)s", why=row.sent_back) if row.sent_back else ""


def _note(stake: Stake, *, waits: bool) -> str:
    if waits:
        return tr(approving.HINDERS[stake])
    said = {
        Stake.SENT: _("Du sendte den selv."),
        Stake.CHANGED: _("Du har endret den etter at den ble sendt."),
        Stake.UNKNOWN: _("Det er ikke kjent hvem som sendte den."),
    }
    alone = _("Ingen andre i kommunen kan godkjenne, så du kan gjøre det. Det står i historikken.")
    return f"{said[stake]} {alone}"
