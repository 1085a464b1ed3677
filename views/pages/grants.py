"""What those who keep people are told on the start page: roles the project gave, and who does not come in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from models.database import db
from models.declare.numbers import as_id
from models.queries import granted
from models.queries.kept_out import lately
from models.tenancy.people import Membership, User
from models.tenancy.roles import can
from views import formatters
from views.access import needs, person, signed_in
from views.texts import gettext as _
from views.texts import ngettext, tr

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


def kept_out() -> list[dict[str, str]]:
    """Those who have written a wrong password so often that they are held back; nobody, for who keeps no people."""
    if not can(g.actor, "create", Membership, g.active):
        return []
    return [
        {"name": one.name, "url": url_for("user_account.details_view", id=one.id), "text": _tries(one)}
        for one in lately(db.session)
    ]


def _tries(user: Any) -> str:
    text = ngettext(
        "Ett forsøk uten riktig passord.", "%(num)s forsøk på rad uten riktig passord.", user.failed_attempts
    )
    last = _("Sist %(when)s.", when=formatters.moment(user.last_failed))
    lock = _("Låst til %(until)s.", until=formatters.moment(user.locked_until)) if user.is_locked else ""
    return " ".join(filter(None, (text, last, lock)))


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
