"""The map by what the municipality does: services by theme with the systems behind them, gaps, overlaps and cost."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, url_for
from markupsafe import Markup

from models.database import db
from models.declare.choices import Criticality, Lifecycle
from models.landscape.aspects import LEVELS, Aspect
from models.queries.servicemap import ServiceMap, Supported, System, read
from models.registers.architecture import Application, Service
from models.tenancy.roles import may_report
from reports.coordinating.servicemap import KNOWN, NO_THEME, RETIRED, SERVICES, SHARED
from views import formatters
from views.access import needs
from views.landscape.asked import Look
from views.landscape.drawing import mark
from views.pages.landscape import BY_SERVICE, may_see, ways
from views.texts import gettext as _
from views.texts import language, ngettext, tr

blueprint = Blueprint("servicemap", __name__, url_prefix="/map/services")


@blueprint.get("/")
@needs(may_see)
def index() -> str:
    """Of the municipality one is in: of several together there is no such map."""
    found = read(db.session, language()) if g.active is not None else None
    return render_template(
        "landscape/services.html",
        title=_("Tjenestekart"),
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": _("Kart"), "url": url_for("landscape.index")},
            {"label": _("Tjenester"), "url": None},
        ],
        ways=ways(Look(), BY_SERVICE),
        report_url=url_for("reports.show", slug=SERVICES.slug) if may_report(g.actor, g.active) else "",
        notes=[tr(one) for one in (SHARED, KNOWN, RETIRED)],
        **_told(found) if found else {"map": None},
    )


def _told(found: ServiceMap) -> dict[str, Any]:
    return {
        "map": found,
        "legend": [(_form(one), tr(one.label)) for one in Criticality],
        "tiles": _tiles(found),
        "themes": [_theme(main.name, main.ore, main.themes) for main in found.themes],
        "bare": ", ".join(found.bare),
        "unsupported": [_service(one) for one in found.unsupported],
        "unused": [_system(one) for one in found.unused],
        "crowded": [_service(one) for one in found.crowded],
        "doubled": [
            {"service": _service(one), "kind": kind, "systems": [_system(each) for each in systems]}
            for one, kind, systems in found.doubled
        ],
        "ore": formatters.kroner(found.ore) if found.ore else "",
        "ore_beside": formatters.kroner(found.ore_beside) if found.ore_beside else "",
    }


def _tiles(found: ServiceMap) -> list[tuple[str, str, str]]:
    """The map in figures, each leading to where it is told."""
    overlaps = len({one.id for one in found.crowded} | {one.id for one, _kind, _systems in found.doubled})
    services, unused = len(found.services), len(found.unused)
    told = [
        (services, ngettext("tjeneste i alt", "tjenester i alt", services), "#themes"),
        (len(found.unsupported), _("uten applikasjon"), "#unsupported"),
        (unused, ngettext("applikasjon uten tjeneste", "applikasjoner uten tjeneste", unused), "#unused"),
        (overlaps, ngettext("tjeneste med overlapp", "tjenester med overlapp", overlaps), "#overlaps"),
    ]
    return [(formatters.grouped(number), label, there) for number, label, there in told]


def _theme(name: str, ore: int, themes: Any) -> dict[str, Any]:
    return {
        "name": name or tr(NO_THEME),
        "ore": formatters.kroner(ore) if ore else "",
        "themes": [{"name": one.name, "services": [_service(each) for each in one.services]} for one in themes],
    }


def _service(one: Supported) -> dict[str, Any]:
    return {
        "name": one.name,
        "url": url_for(f"{Service.__tablename__}.details_view", id=one.id),
        "form": _form(one.criticality),
        "grave": tr(one.criticality.label) if one.criticality else "",
        "ore": formatters.kroner(one.ore) if one.ore is not None else "",
        "systems": [_system(each) for each in one.systems],
    }


def _system(one: System) -> dict[str, Any]:
    return {
        "name": one.name,
        "url": url_for(f"{Application.__tablename__}.details_view", id=one.id),
        "form": _form(one.criticality),
        "grave": tr(one.criticality.label) if one.criticality else "",
        "status": "" if one.status is Lifecycle.IN_USE else tr(one.status.label),
    }


def _form(grave: Criticality | None) -> Markup:
    """The form and colour by which the map marks how critical something is."""
    if grave is None:
        return Markup()
    level = LEVELS[Aspect.CRITICALITY][tuple(Criticality).index(grave)]
    return Markup(mark(level, 10, 10))  # noqa: S704 - a path
