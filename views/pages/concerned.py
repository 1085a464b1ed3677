"""Who has a product, or anything of a supplier: when something has happened there, whom to tell (handbook, section 8,
story 27). Who leads the project sees it across, a municipality itself alone; support, who reads no register, sees whom
to write to in each municipality."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Blueprint, abort, g, render_template, url_for

from models.database import db
from models.declare.titles import title_of
from models.queries import concerned
from models.registers.architecture import Application
from models.registers.breaches import Breach
from models.registers.catalogue import Product, Supplier
from models.tenancy.people import Membership
from models.tenancy.roles import can
from reports.base import dpo_lines
from views import formatters
from views.access import needs
from views.reached import reached
from views.register.casework import tells_who_has
from views.register.saving import new_form
from views.texts import gettext as _
from views.texts import language, tr

blueprint = Blueprint("concerned", __name__, url_prefix="/concerned")


@blueprint.get("/<register>/<int:row_id>/")
@needs(tells_who_has)
def show(register: str, row_id: int) -> str:
    """Municipality by municipality: what they have, how many activities it is used in, and whom to tell."""
    row = reached(register, row_id)
    if type(row) not in {Product, Supplier}:
        abort(404)
    about, name = type(row).__register__, title_of(row, language())
    reads = can(g.actor, "read", Application, g.active)
    places = _having(row) if reads else _all()
    return render_template(
        "register/concerned.html",
        title=_("Hvem har %(name)s?", name=name),
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": tr(about.name), "url": url_for(f"{register}.index_view")},
            {"label": name, "url": url_for(f"{register}.details_view", id=row_id)},
            {"label": _("Hvem har dette?"), "url": None},
        ],
        reads=reads,
        places=places,
        tells_keepers=can(g.actor, "read", Membership, g.active),
        breach_url=_new_breach(row),
    )


def _new_breach(row: Any) -> str | None:
    """Where a breach is begun, for the municipality one works in."""
    if g.active is None or not isinstance(row, Supplier) or not can(g.actor, "create", Breach, g.active):
        return None
    return url_for("breach.create_view", form=new_form(), supplier=row.id)


def _having(row: Any) -> list[dict[str, Any]]:
    found: dict[int, list[Any]] = {}
    for one in concerned.that_have(db.session, row):
        found.setdefault(one.municipality_id, []).append(one)
    used, officers = concerned.activities_with(db.session, row), dpo_lines(db.session)
    return [
        place
        | {
            "applications": [
                {"name": formatters.link(one), "owner": one.owner.name if one.owner else ""}
                for one in found[place["id"]]
            ],
            "activities": formatters.grouped(used.get(place["id"], 0)),
            "officers": officers.get(place["id"], []),
        }
        for place in _all(found)
    ]


def _all(ids: Collection[int] | None = None) -> list[dict[str, Any]]:
    keepers = concerned.to_tell(db.session)
    return [
        {
            "id": one.id,
            "name": one.name,
            "email": one.email or "",
            "phone": one.phone or "",
            "keepers": [{"name": user.name, "email": user.email} for user in keepers.get(one.id, ())],
        }
        for one in concerned.places(db.session, ids)
    ]
