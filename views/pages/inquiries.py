"""Following a request for access: whom it is asked of, and what each has said."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models.database import db
from models.declare.choices import InquiryState
from models.declare.clock import today
from models.declare.numbers import BIGGEST
from models.queries.concerned import to_ask
from models.queries.relations import at_home
from models.registers.accessrequests import AccessInquiry, AccessRequest
from models.tenancy.roles import can, may_do
from views.access import needs
from views.texts import gettext as _
from views.texts import ngettext

blueprint = Blueprint("inquiries", __name__, url_prefix="/inquiries")


def follows_requests() -> bool:
    """Whether somebody keeps requests for access; of the request at hand it is asked once more."""
    return can(g.actor, "edit", AccessRequest, g.active)


def _kept(row_id: int) -> AccessRequest:
    wanted = select(AccessRequest).where(AccessRequest.id == min(row_id, BIGGEST))
    row = db.session.scalars(wanted).one_or_none() or abort(404)
    if not may_do(g.actor, "edit", row):
        abort(403)
    return row


@blueprint.post("/<int:row_id>/")
@needs(follows_requests)
def add(row_id: int) -> ResponseReturnValue:
    """Write down everybody who is to be asked and is not there yet."""
    row = _kept(row_id)
    with at_home(row):
        missing = [one for one in to_ask(db.session, row) if one.row is None]
    row.inquiries.extend(AccessInquiry(application=one.application, person=one.person) for one in missing)
    db.session.commit()
    number = len(missing)
    flash(ngettext("%(num)s er lagt til i lista.", "%(num)s er lagt til i lista.", number), "success")
    return redirect(url_for("access_request.details_view", id=row.id, _anchor="inquiries"), code=303)


@blueprint.post("/<int:row_id>/<int:inquiry_id>/")
@needs(follows_requests)
def follow(row_id: int, inquiry_id: int) -> ResponseReturnValue:
    """Say what has become of one of them."""
    row = _kept(row_id)
    one = next((one for one in row.inquiries if one.id == inquiry_id), None) or abort(404)
    try:
        one.status = InquiryState(request.form.get("state", ""))
    except ValueError:
        abort(400)
    if one.status is not InquiryState.TO_ASK and one.asked_on is None:
        one.asked_on = today()
    db.session.commit()
    flash(_("Lagret."), "success")
    return redirect(url_for("access_request.details_view", id=row.id, _anchor="inquiries"), code=303)
