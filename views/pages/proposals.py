"""What municipalities propose to the shared registers, in one place: the project approves, merges or rejects with a
reason; whoever proposes sees what became of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

import models
from models.changes import deciding
from models.changes.deciding import Decision, decides
from models.changes.gathering import rows_of
from models.changes.merging import Merging, likely, pickable, refusal
from models.database import db
from models.declare.base import fields_of
from models.declare.proposing import is_proposable
from models.declare.titles import title_of
from models.declare.words import N_, Problem
from models.queries import proposed
from models.tenancy import scope
from models.tenancy.roles import can
from views import formatters, reasons
from views.access import needs
from views.reached import reached
from views.register import again, proposal, returning
from views.texts import explain, language, tr
from views.texts import gettext as _

blueprint = Blueprint("proposals", __name__, url_prefix="/proposals")
PROPOSABLE = tuple(one for one in models.REGISTERS if is_proposable(one))
NOT_AT_ONCE = N_("De to kan ikke slås sammen uten videre. Se på begge, og velg felt for felt.")


def kept() -> tuple[type[Any], ...]:
    """The registers of which one decides what is proposed."""
    return tuple(one for one in PROPOSABLE if decides(g.actor, one))


def may_propose() -> bool:
    """Whether one proposes to any of them, or decides."""
    return any(can(g.actor, "create", one, g.active) for one in PROPOSABLE)


@blueprint.get("/")
@needs(may_propose)
def index() -> str:
    """The queue of the project, the oldest first in each register; to a municipality its own proposals."""
    decided = kept()
    read = proposed.waiting if decided else proposed.ours
    found = {one: read(db.session, one) for one in decided or PROPOSABLE}
    numbers = proposed.numbers(db.session, decided)
    intro = (
        _("Det kommunene har foreslått til felleskatalogen. Godkjenn det, slå det sammen med det som finnes fra før, "
          "eller avvis det med en grunn.")
        if decided
        else _("Det dere har foreslått til felleskatalogen og som ikke er godkjent. Er noe avvist, kan det endres og "
               "foreslås på nytt.")
    )  # fmt: skip
    return render_template(
        "proposals.html",
        title=_("Forslag til felleskatalogen"),
        intro=intro,
        breadcrumbs=[{"label": _("Start"), "url": "/"}, {"label": _("Forslag til felleskatalogen"), "url": None}],
        groups=[_group(register, rows, numbers.get(register, 0)) for register, rows in found.items() if rows],
        decides=bool(decided),
    )


def _group(register: type[Any], rows: Any, number: int) -> dict[str, Any]:
    same = proposed.by_the_same_name(db.session, register, rows) if number else {}
    more = max(number - len(rows), 0)
    url = url_for(f"{register.__tablename__}.index_view", status="proposed")
    return {
        "name": tr(register.__register__.name),
        "rows": [proposal.line(row, same.get(row.id), url_for(".index")) for row in rows],
        "more": _("%(num)s til i lista", num=formatters.grouped(more)) if more else "",
        "url": url,
    }


def _proposal(register: str, row_id: int) -> Any:
    row = reached(register, row_id)
    return row if is_proposable(type(row)) else abort(404)


@blueprint.post("/<register>/<int:row_id>/")
@needs(may_propose)
def decide(register: str, row_id: int) -> ResponseReturnValue:
    """Approve, reject or propose anew, or say what stands in the way."""
    row = _proposal(register, row_id)
    if not decides(g.actor, type(row)) and not row.is_kept_by(g.actor.user_id):
        abort(403)
    try:
        decision = Decision(request.form.get("step", ""))
    except ValueError:
        abort(400)
    if decision is not Decision.PROPOSE and not decides(g.actor, type(row)):
        abort(403)
    try:
        told = _decided(row, decision)
    except Problem as problem:
        return _refused(register, row_id, decision, explain(problem))
    except StaleDataError:
        return _refused(register, row_id, decision, tr(deciding.PASSED))
    flash(told, "success")
    return redirect(_back(register, row_id), code=303)


def _decided(row: Any, decision: Decision) -> str:
    reason, name = reasons.given(), title_of(row, language())
    if decision is not Decision.REJECT or deciding.is_open(row):
        _refuse_what_changed(row)
    deciding.decide(row, decision, g.actor, reason)
    with scope.saying(reason):
        db.session.commit()
    return proposal.done(name, decision)


def _refuse_what_changed(row: Any) -> None:
    if request.form.get("version") != str(row.version):
        raise Problem(deciding.PASSED)


def _back(register: str, row_id: int) -> str:
    return returning.way_back() or url_for(f"{register}.details_view", id=row_id)


def _refused(register: str, row_id: int, decision: Decision, why: str) -> ResponseReturnValue:
    """What stood in the way; with what was written as a reason, where something was and it may still be sent."""
    db.session.rollback()
    row, reason = _proposal(register, row_id), request.form.get(reasons.FIELD, "")
    if decision is not Decision.REJECT or decision not in deciding.decisions(row, g.actor) or not reason.strip():
        flash(why, "error")
        return redirect(_back(register, row_id), code=303)
    back = returning.way_back()
    return again.answer(
        row,
        again.Refused(
            title=_("Ikke avvist"), why=why, text=reason, name=reasons.FIELD, label=_("Hvorfor avvises det?"),
            button=proposal.words(decision), action=url_for(".decide", register=register, row_id=row_id),
            along=[("version", row.version), ("step", decision), *([(returning.BACK, back)] if back else [])],
        ),
    )  # fmt: skip


@blueprint.post("/<register>/<int:row_id>/use/<int:other>/")
@needs(may_propose)
def use(register: str, row_id: int, other: int) -> ResponseReturnValue:
    """Let what is approved take the place of a proposal of the same name: all that used the one follows."""
    gone, there = _proposal(register, row_id), _proposal(register, other)
    if not decides(g.actor, type(gone)):
        abort(403)
    name = title_of(gone, language())
    try:
        _refuse_what_changed(gone)
        merged = _merged(type(gone), there.id, gone.id)
    except (Problem, StaleDataError) as problem:
        return _not_used(explain(problem) if isinstance(problem, Problem) else tr(deciding.PASSED), register, row_id)
    except IntegrityError:
        merged = False
    if not merged:
        db.session.rollback()
        flash(tr(NOT_AT_ONCE), "error")
        return redirect(url_for(f"{register}.merge_view", id=other, other=row_id, back=returning.way_back()), code=303)
    flash(_("«%(name)s» er slått sammen med den som fantes fra før.", name=name), "success")
    return redirect(returning.way_back() or url_for(f"{register}.details_view", id=other), code=303)


def _not_used(why: str, register: str, row_id: int) -> ResponseReturnValue:
    db.session.rollback()
    flash(why, "error")
    return redirect(_back(register, row_id), code=303)


def _merged(register: type[Any], there: int, proposal_id: int) -> bool:
    """Whether the two were made one; not where something in them has to be looked at first."""
    both = rows_of(db.session, register, [there, proposal_id], fields_of(register))
    kept_row, gone = both[there], both[proposal_id]
    if problem := refusal(kept_row, gone):
        raise problem
    if kept_row.status is not deciding.LEADS_TO[Decision.APPROVE]:
        raise Problem(deciding.PASSED)
    picks = {known.key: likely(known, kept_row, gone) for known in pickable(g.actor, kept_row, gone)}
    merging = Merging(db.session, kept_row, gone, picks)
    with scope.saying(_("Fantes fra før under samme navn.")), db.session.no_autoflush:
        if merging.put_together():
            return False
        merging.carry_out()
    db.session.commit()
    return True
