"""What a local administrator is told on the start page: roles that support or the project gave in the municipality."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from models.database import db
from models.queries import granted
from models.queries.finding import as_id
from models.tenancy.people import User
from views import formatters
from views.access import needs, person, signed_in
from views.texts import gettext as _
from views.texts import tr

blueprint = Blueprint("grants", __name__, url_prefix="/grants")
KEEPER = "local_admin"


def recent() -> dict[str, Any] | None:
    """Who gave whom which role, until it is seen or thirty days old; None when there is nothing new."""
    if not any(grant.role == KEEPER for grant in g.actor.grants):
        return None
    found = granted.by_the_project(db.session, g.actor.user_id)
    if not found:
        return None
    lines = [{"text": _line(one), "url": url_for("membership.details_view", id=one.row_id)} for one in found]
    return {"lines": lines, "url": url_for("grants.seen"), "form": [("last", found[0].id)]}


def _line(one: granted.Granted) -> str:
    return _(
        "%(when)s ga %(who)s %(whom)s rollen %(role)s i %(where)s.",
        when=formatters.moment(one.at),
        who=one.actor_name,
        whom=one.whom,
        role=tr(one.role),
        where=g.municipalities[one.municipality_id].name,
    )


@blueprint.post("/seen/")
@needs(signed_in)
def seen() -> ResponseReturnValue:
    """Do not tell of these again."""
    try:
        last = as_id(request.form.get("last", ""))
    except ValueError:
        abort(400)
    user = db.session.get(User, person().user_id) or abort(404)
    user.note_grants_seen(last)
    db.session.commit()
    return redirect("/", code=303)
