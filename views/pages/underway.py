"""How far the changes of many rows have come that one has going: a page that draws itself anew, and for a script."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from views.access import needs, signed_in
from views.register import underway
from views.texts import gettext as _

blueprint = Blueprint("underway", __name__, url_prefix="/underway")


@blueprint.get("/")
@needs(signed_in)
def index() -> str:
    """What one has going here, and what ended not long ago. Without a script it is asked for every other second."""
    works = underway.shown()
    return render_template(
        "underway.html",
        title=_("Endringer av mange rader"),
        breadcrumbs=[{"label": _("Start"), "url": "/"}, {"label": _("Endringer av mange rader"), "url": None}],
        works=works,
        goes_on=any(one["percent"] is not None for one in works),
    )


@blueprint.get("/now/")
@needs(signed_in)
def now() -> ResponseReturnValue:
    """The same for a page that waits: by id how far each has come that goes on."""
    works = [one for one in underway.shown() if one["percent"] is not None]
    return jsonify({one["id"]: {"percent": one["percent"], "step": one["step"]} for one in works})
