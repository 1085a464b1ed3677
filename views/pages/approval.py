"""Sending to be approved, approving, sending back: a press of a button writes status, date and name."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from models.changes import approving
from models.changes.approving import Stake
from models.database import db
from models.declare.approval import Step
from models.declare.clock import today
from models.declare.words import N_, Problem
from models.queries import quality, rules
from models.queries.standing import standing
from models.tenancy import scope
from views import reasons
from views.access import needs, signed_in
from views.reached import reached
from views.register import again
from views.register.approving import done, may_step, words
from views.texts import explain, tr
from views.texts import gettext as _

GAPS = N_("Fyll ut dette først: %(names)s.")
WRONG = N_("Dette må rettes først: %(sentences)s")
blueprint = Blueprint("approval", __name__, url_prefix="/approval")


@blueprint.post("/<register>/<int:row_id>/")
@needs(signed_in)
def step(register: str, row_id: int) -> ResponseReturnValue:
    """Take a step with a row, or say what stands in the way."""
    row = reached(register, row_id)
    if approving.approval_of(row) is None:
        abort(404)
    if not may_step(row):
        abort(403)
    try:
        told = _taken(row, Step(request.form.get("step", "")))
    except Problem as problem:
        return _refused(register, row_id, explain(problem))
    except StaleDataError:
        return _refused(register, row_id, tr(approving.PASSED))
    except ValueError:
        abort(400)
    flash(told, "success")
    return redirect(url_for(f"{register}.details_view", id=row_id), code=303)


def _refused(register: str, row_id: int, why: str) -> ResponseReturnValue:
    """What stood in the way, told on the page of the row; with what was written as a reason, where something was."""
    db.session.rollback()
    row, reason = reached(register, row_id), request.form.get(reasons.FIELD, "")
    if request.form.get("step") != Step.SEND_BACK or not reason.strip():
        flash(why, "error")
        return redirect(url_for(f"{register}.details_view", id=row_id), code=303)
    return again.answer(
        row,
        again.Refused(
            title=_("Ikke sendt tilbake"), why=why, text=reason, name=reasons.FIELD, label=_("Hva må rettes?"),
            button=words(Step.SEND_BACK), action=url_for(".step", register=register, row_id=row_id),
            along=[("version", row.version), ("step", Step.SEND_BACK)],
        ),
    )  # fmt: skip


def _taken(row: Any, wanted: Step) -> str:
    """Take the step; gives what is said of it."""
    if request.form.get("version") != str(row.version):
        raise Problem(approving.PASSED)
    reason = reasons.given()
    _refuse_gaps(row, wanted)
    stake = approving.stake_of(db.session, row, g.actor) if wanted is Step.APPROVE else None
    why = _alone(stake) if stake else reason
    approving.take(db.session, row, wanted, g.actor, today(), reason)
    told = done(row, wanted)
    with scope.saying(why):
        db.session.commit()
    return told


def _alone(stake: Stake) -> str:
    """What the history says of one who approves what they have a stake in, because nobody else may."""
    said = {
        Stake.SENT: _("Godkjent av den som sendte den: ingen andre i kommunen kan."),
        Stake.CHANGED: _("Godkjent av en som endret den etter at den ble sendt: ingen andre i kommunen kan."),
        Stake.UNKNOWN: _("Godkjent uten at det er kjent hvem som sendte den: ingen andre i kommunen kan."),
    }
    return said[stake]


def _refuse_gaps(row: Any, wanted: Step) -> None:
    """Raise Problem, which names them, while mandatory fields are empty or something is wrong."""
    if wanted not in {Step.SEND, Step.APPROVE}:
        return
    stands = standing(db.session, row)
    if gaps := quality.gaps(stands):
        raise Problem(GAPS, names=", ".join(tr(known.label) for known in gaps))
    if wrong := rules.errors(stands, today()):
        raise Problem(WRONG, sentences=" ".join(rule.told(tr) for rule in wrong))
