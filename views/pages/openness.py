"""Whether one's own municipality is open to all, for its local administrator: what is on, where it is found, what would
be shown, and what is held back and why. It is switched on and off on the municipality's own card."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, render_template, url_for

from models.database import db
from models.declare.base import field_of
from models.queries import opened
from models.queries.opened import Opened, Shown
from models.registers.data import Dataset
from models.registers.municipality import OPENED, Municipality
from models.tenancy.roles import Grant
from reports.language import mid_sentence
from views.access import needs
from views.pages.opened import address, complete
from views.texts import gettext as _
from views.texts import language, ngettext, tr

blueprint = Blueprint("openness", __name__, url_prefix="/openness")


def may_open() -> bool:
    """Who decides it for the municipality that is chosen."""
    return g.active is not None and Grant("local_admin", g.active) in g.actor.working


@blueprint.get("/")
@needs(may_open)
def index() -> str:
    found = opened.of(db.session, g.active) or abort(404)
    systems = opened.applications(db.session, found.id, language())
    activities = opened.activities(db.session, found.id, language())
    datasets = opened.datasets(db.session, found.id)
    page_url, catalogue_url = _addresses(found)
    return render_template(
        "opened/openness.html",
        title=_("Åpenhet"),
        breadcrumbs=[{"label": _("Start"), "url": "/"}, {"label": _("Åpenhet"), "url": None}],
        switches=[(tr(field_of(Municipality, key).label), _("Ja") if is_on else _("Nei")) for key, is_on in _on(found)],
        edit_url=url_for("municipality.edit_view", id=found.id),
        page_url=page_url,
        catalogue_url=catalogue_url,
        counts=[
            ngettext("%(num)s system", "%(num)s systemer", len(systems.rows)),
            ngettext("%(num)s godkjent behandling", "%(num)s godkjente behandlinger", len(activities.rows)),
            ngettext("%(num)s datasett i katalogen", "%(num)s datasett i katalogen", len(complete(datasets))),
        ],
        held_back=_held_back(systems, activities, datasets),
        lacking=[_lacking(row) for row in datasets.rows if opened.lacking(row)],
        notes=list(_notes(found)),
    )


def _on(found: Opened) -> list[tuple[str, bool]]:
    return list(zip(OPENED, (found.page, found.page and found.indexed, found.wants_catalogue), strict=True))


def _addresses(found: Opened) -> tuple[str, str]:
    """Where the page and the catalogue are found, of those that are on."""
    if not found.number:
        return "", ""
    page = url_for("opened.index", number=found.number, _external=True) if found.page else ""
    return page, address(found) if found.catalogue else ""


def _held_back(*shown: Shown) -> str:
    number = sum(one.held_back for one in shown)
    return ngettext(
        "%(num)s tekst er holdt tilbake, fordi den nevner en kontaktperson eller har en e-postadresse i seg.",
        "%(num)s tekster er holdt tilbake, fordi de nevner en kontaktperson eller har en e-postadresse i seg.", number,
    ) if number else ""  # fmt: skip


def _lacking(row: dict[str, Any]) -> dict[str, str]:
    what = ", ".join(mid_sentence(tr(known.label)) for known in opened.lacking(row))
    url = url_for(f"{Dataset.__tablename__}.edit_view", id=row["id"])
    return {"name": row["name"], "url": url, "what": _("mangler %(what)s", what=what)}


def _notes(found: Opened) -> list[str]:
    """What of the municipality itself stands in the way."""
    said = [] if found.number else [_("Kommunen har ikke noe kommunenummer i dag, og derfor ingen åpen adresse.")]
    if found.wants_catalogue and not found.organisation_number:
        said.append(_("Katalogen åpner når kommunen har et organisasjonsnummer. Prosjektlederen fyller det inn."))
    if found.wants_catalogue and opened.office(db.session, found) is None:
        said.append(_("Skriv inn kommunens postmottak: det er kontaktpunktet for datasett som ikke har sitt eget."))
    return said
