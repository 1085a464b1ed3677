"""A template as Orden ships it, beside what the project's own staff have made of it: field by field, or all of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from models.changes import approving, shipping
from models.database import db
from models.declare.titles import title_of
from models.registers.catalogue import ProcessingTemplate
from models.tenancy.roles import can
from views.access import needs
from views.reached import reached
from views.register import kept
from views.texts import gettext as _
from views.texts import language, tr

blueprint = Blueprint("shipping", __name__, url_prefix="/processing-template/shipped")
REGISTER = ProcessingTemplate.__tablename__
ALL = "all"


def keeps_templates() -> bool:
    return can(g.actor, "create", ProcessingTemplate, g.active)


def _found(row_id: int) -> tuple[Any, Any]:
    row = reached(REGISTER, row_id)
    return row, shipping.shipped_of(db.session, row) or abort(404)


@blueprint.route("/<int:row_id>/", methods=["GET", "POST"])
@needs(keeps_templates)
def look(row_id: int) -> ResponseReturnValue:
    """Where a template says something else than is shipped, and which of the two is to stand."""
    row, shipped = _found(row_id)
    if request.method != "POST":
        return _page(row, shipped)
    if request.form.get("version") != str(row.version):
        return _page(row, shipped, tr(approving.PASSED)), 409
    keys = [one.key for one in shipping.differences(row, shipped)]
    if request.form.get("do") != ALL:
        keys = [key for key in keys if request.form.get(key) == kept.TAKE]
    try:
        shipping.take(db.session, row, shipped, keys)
        db.session.commit()
    except StaleDataError:
        db.session.rollback()
        return _page(*_found(row_id), tr(approving.PASSED)), 409
    flash(_("Lagret. Malen er sett over mot den Orden leverer."), "success")
    return redirect(_address(row), code=303)


def _page(row: Any, shipped: Any, error: str = "") -> str:
    title = _("Malen slik Orden leverer den")
    return render_template(
        "register/shipped.html",
        title=title,
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": tr(ProcessingTemplate.__register__.name), "url": url_for(f"{REGISTER}.index_view")},
            {"label": title_of(row, language()), "url": _address(row)},
            {"label": title, "url": None},
        ],
        is_behind=shipped.before is not None,
        fields=[kept.field(ProcessingTemplate, one) for one in shipping.differences(row, shipped)],
        version=row.version,
        back_url=_address(row),
        error=error,
    )


def _address(row: Any) -> str:
    return url_for(f"{REGISTER}.details_view", id=row.id)
