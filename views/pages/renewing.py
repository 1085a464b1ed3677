"""What the template or the sister municipality that an activity follows has come to say: field by field taken over or
kept, or no longer asked about."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from models.changes import approving
from models.changes.renewing import Source, renew, renewals, source_of, stop_following
from models.database import db
from models.declare.titles import title_of
from models.registers.processing import ProcessingActivity
from models.tenancy.roles import can
from views import oncards
from views.access import needs, signed_in
from views.reached import reached
from views.register import kept
from views.register.renewal import gone, is_of_a_sister, origin
from views.texts import gettext as _
from views.texts import language, tr

blueprint = Blueprint("renewing", __name__, url_prefix="/processing-activity/template")
REGISTER = ProcessingActivity.__tablename__
STOP = "stop"


def _row(row_id: int) -> Any:
    row = reached(REGISTER, row_id)
    if not can(g.actor, "edit", row):
        abort(403)
    if row.taken is None:
        abort(404)
    return row


def _source(row: Any) -> Source | None:
    return source_of(db.session, row, g.actor.closed)


@blueprint.get("/<int:row_id>/")
@needs(signed_in)
def look(row_id: int) -> str:
    """Field by field what the source said, says, and what the activity says."""
    return _page(_row(row_id))


def _page(row: Any, error: str = "") -> str:
    name, source = title_of(row, language()), _source(row)
    of_a_sister = is_of_a_sister(row)
    told = oncards.said if of_a_sister else None
    title = _("Originalen er endret") if of_a_sister else _("Malen er endret")
    return render_template(
        "register/renew.html",
        title=title,
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": tr(ProcessingActivity.__register__.name), "url": url_for(f"{REGISTER}.index_view")},
            {"label": name, "url": _address(row)},
            {"label": title, "url": None},
        ],
        source=_said_of(row, source),
        gone=gone(row) if source is None else "",
        fields=[kept.field(ProcessingActivity, one, told) for one in renewals(row, source)],
        version=_version(row, source),
        back_url=_address(row),
        error=error,
    )


def _said_of(row: Any, source: Source | None) -> dict[str, Any]:
    """What the page calls the source, and where it is read."""
    if is_of_a_sister(row):
        place = origin(row)
        return {
            "from": _("Hentet fra"), "name": place, "now": _("%(place)s deler nå", place=place),
            "was": _("%(place)s delte før:", place=place), "stop": _("Slutt å følge originalen"),
            "nothing": _("Endringene i originalen gjelder ikke noe dere har hentet."),
            "url": url_for("neighbours.card", card_id=source.mark) if source is not None else None,
        }  # fmt: skip
    return {
        "from": _("Hentet fra fellesmal"), "name": title_of(row.template, language()), "now": _("Malen sier nå"),
        "was": _("Malen sa før:"), "stop": _("Slutt å følge malen"),
        "nothing": _("Endringene i malen gjelder ikke noe dere har hentet."),
        "url": url_for("processing_template.details_view", id=row.template_id),
    }  # fmt: skip


def _version(row: Any, source: Source | None) -> str:
    """How both stand, so that what is decided is decided of what was seen."""
    return f"{row.version}.{source.mark if source is not None else 0}"


def _address(row: Any) -> str:
    return url_for(f"{REGISTER}.details_view", id=row.id)


@blueprint.post("/<int:row_id>/")
@needs(signed_in)
def decide(row_id: int) -> ResponseReturnValue:
    """Take over what was chosen and keep the rest; or stop asking."""
    row = _row(row_id)
    source, of_a_sister = _source(row), is_of_a_sister(row)
    if request.form.get("version") != _version(row, source):
        return _page(row, tr(approving.PASSED)), 409
    try:
        if request.form.get("do") == STOP:
            stop_following(row)
            told = (
                _("Behandlingen følger ikke originalen lenger.")
                if of_a_sister
                else _("Behandlingen følger ikke malen lenger.")
            )
        elif source is None:
            return _page(row), 409
        else:
            renew(row, source, [one.key for one in renewals(row, source) if request.form.get(one.key) == kept.TAKE])
            told = _("Lagret. Behandlingen er sett over mot det den er hentet fra, slik det er nå.")
        db.session.commit()
    except StaleDataError:
        db.session.rollback()
        return _page(_row(row_id), tr(approving.PASSED)), 409
    flash(told, "success")
    return redirect(_address(row), code=303)
