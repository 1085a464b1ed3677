"""What a template has come to say since an activity was taken from it: field by field taken over or kept, or no longer
asked about."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from models.changes import approving
from models.changes.adopting import renew, renewals, stop_following
from models.database import db
from models.declare.titles import title_of
from models.registers.processing import ProcessingActivity
from models.tenancy.roles import can
from views.access import needs, signed_in
from views.reached import reached
from views.register import kept
from views.texts import gettext as _
from views.texts import language, tr

blueprint = Blueprint("renewing", __name__, url_prefix="/processing-activity/template")
REGISTER = ProcessingActivity.__tablename__
STOP = "stop"


def _row(row_id: int) -> Any:
    row = reached(REGISTER, row_id)
    if not can(g.actor, "edit", row):
        abort(403)
    if row.template is None or row.taken is None:
        abort(404)
    return row


@blueprint.get("/<int:row_id>/")
@needs(signed_in)
def look(row_id: int) -> str:
    """Field by field what the template said, says, and what the activity says."""
    return _page(_row(row_id))


def _page(row: Any, error: str = "") -> str:
    name = title_of(row, language())
    return render_template(
        "register/renew.html",
        title=_("Malen er endret"),
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": tr(ProcessingActivity.__register__.name), "url": url_for(f"{REGISTER}.index_view")},
            {"label": name, "url": _address(row)},
            {"label": _("Malen er endret"), "url": None},
        ],
        template={
            "name": title_of(row.template, language()),
            "url": url_for("processing_template.details_view", id=row.template_id),
        },
        fields=[kept.field(ProcessingActivity, one) for one in renewals(row)],
        version=f"{row.version}.{row.template.version}",
        back_url=_address(row),
        error=error,
    )


def _address(row: Any) -> str:
    return url_for(f"{REGISTER}.details_view", id=row.id)


@blueprint.post("/<int:row_id>/")
@needs(signed_in)
def decide(row_id: int) -> ResponseReturnValue:
    """Take over what was chosen and keep the rest; or stop asking."""
    row = _row(row_id)
    if request.form.get("version") != f"{row.version}.{row.template.version}":
        return _page(row, tr(approving.PASSED)), 409
    try:
        if request.form.get("do") == STOP:
            stop_following(row)
            told = _("Behandlingen følger ikke malen lenger.")
        else:
            renew(row, [one.key for one in renewals(row) if request.form.get(one.key) == kept.TAKE])
            told = _("Lagret. Behandlingen er sett over mot malen slik den er nå.")
        db.session.commit()
    except StaleDataError:
        db.session.rollback()
        return _page(_row(row_id), tr(approving.PASSED)), 409
    flash(told, "success")
    return redirect(_address(row), code=303)
