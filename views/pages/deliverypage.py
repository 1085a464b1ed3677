"""What was delivered to the access point, as the pages of a run and of an invoice tell it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g
from sqlalchemy import select

from exchange import delivering
from models.database import db
from models.declare.words import N_, Problem
from models.registers.deliveries import Delivery, DeliveryJob
from models.registers.invoices import ChargeRun, Invoice
from models.registers.jobs import GOES_ON
from views import ehf, formatters
from views.register import underway
from views.texts import explain, ngettext, tr
from views.texts import gettext as _

DELIVERED = N_("Levert %(moment)s til %(place)s av %(name)s.")
WAS_THERE = N_("Lå hos %(place)s fra før, funnet %(moment)s av %(name)s.")
NOT_DELIVERED = N_("Ikke levert %(moment)s:")
WAITS, GOES = N_("Venter på å bli levert"), N_("Leveres nå")


def of_run(run: ChargeRun, invoices: Sequence[Invoice], *, may_make: bool) -> dict[str, Any]:
    """How many are delivered, what is going on, what came of it last, and what stands in the way."""
    tried = delivering.delivered(db.session, invoices)
    done = sum(any(one.is_delivered for one in some) for some in tried.values())
    jobs = _jobs(run.id)
    going = [job_line(one) for one in jobs if one.state in GOES_ON]
    left = len(invoices) - done
    told = ngettext("%(num)s dokument er levert.", "%(num)s dokumenter er levert.", done)
    if left:
        told += " " + ngettext("%(num)s gjenstår.", "%(num)s gjenstår.", left)
    return {
        "states": {number: _state(some) for number, some in tried.items()},
        "told_of_deliveries": told,
        "going": going,
        "last": next((one.said for one in jobs if one.said), ""),
        "not_set": lacking() if left and may_make else "",
        "may_deliver": may_make and left and not going,
    }


def lacking() -> str:
    """What the operator must set before anything can be delivered; nothing where it is set."""
    try:
        ehf.reached()
    except Problem as problem:
        return explain(problem)
    return ""


def going_on(number: int) -> list[dict[str, Any]]:
    """One's own jobs of a run that are not done."""
    return [job_line(one) for one in _jobs(number) if one.state in GOES_ON]


def _jobs(number: int) -> list[DeliveryJob]:
    """One's own of a run, the newest first."""
    mine = (DeliveryJob.user_id == g.actor.user_id, DeliveryJob.run_id == number)
    return list(db.session.scalars(select(DeliveryJob).where(*mine).order_by(DeliveryJob.id.desc()).limit(5)))


def job_line(job: DeliveryJob) -> dict[str, Any]:
    return underway.job_line(job, WAITS, GOES)


def _state(some: Sequence[Delivery]) -> str:
    done = next((one for one in some if one.is_delivered), None)
    if done is not None:
        return _("Levert %(moment)s", moment=formatters.moment(done.at))
    return f"{tr(NOT_DELIVERED, moment=formatters.moment(some[-1].at))} {some[-1].said}"


def of_invoice(session: Any, invoice: Invoice) -> list[dict[str, str]]:
    """Each attempt, the first first."""
    return [_attempt(one) for one in delivering.delivered(session, [invoice]).get(invoice.id, [])]


def _attempt(one: Delivery) -> dict[str, str]:
    text = NOT_DELIVERED if not one.is_delivered else DELIVERED if one.is_new else WAS_THERE
    told = {"moment": formatters.moment(one.at), "place": one.place, "name": one.by}
    return {"told": tr(text, **told), "said": one.said, "sha256": one.sha256, "name": one.name}
