"""Municipalities side by side, or one beside the region: which systems each shows that it has, and who could share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.database import db
from models.declare.choices import Lifecycle
from models.declare.clock import now, today
from models.declare.numbers import as_id
from models.queries.places import names
from models.queries.sidebyside import MOST_SIDE_BY_SIDE, Area, Compared, compared, showing
from models.tenancy.roles import may_report
from reports import sidebyside
from reports.base import Ask
from reports.drawing.heat import heat
from reports.kinds import EXCEL
from reports.pdf import NotSetError
from views import formatters
from views.access import needs
from views.landscape.asked import Look
from views.pages.landscape import BY_COMPARING, ways
from views.pages.neighbours import sees_neighbours
from views.register.sending import file_name, send_report
from views.texts import gettext as _
from views.texts import language, ngettext, tr

blueprint = Blueprint("comparing", __name__, url_prefix="/map/compare")
FILES = {EXCEL: "Excel", "pdf": "PDF"}
PAGE, FEW = 40, 6  # fields of work on a page, and systems by name in a cell


def may_take_along() -> bool:
    return sees_neighbours() and may_report(g.actor, g.active)


def _told() -> tuple[Compared, dict[int, str]]:
    """What the address asks for. Who shows nothing is as good as not there."""
    there = showing(db.session, g.actor.closed)
    called = {one: name for one, name in names(db.session).items() if one in {*there, g.active}}
    return compared(db.session, g.active, _asked(), there, language()), called


def _asked() -> list[int]:
    """The municipalities the address names; what is no number is as good as not said."""
    found = []
    for text in request.args.getlist("with"):
        try:
            found.append(as_id(text))
        except ValueError:
            continue
    return list(dict.fromkeys(one for one in found if one != g.active))[:MOST_SIDE_BY_SIDE]


def _here(endpoint: str, chosen: list[int], **more: Any) -> str:
    asked: dict[str, Any] = {"with": chosen} if chosen else {}
    return url_for(endpoint, **asked, **more)


@blueprint.get("/")
@needs(sees_neighbours)
def index() -> str:
    """The chosen beside one's own, and how it is in all that show anything."""
    told, called = _told()
    chosen = [one for one in told.places if one != told.own]
    page = min(request.args.get("page", 1, type=int) or 1, 1 + len(told.areas) // PAGE)
    areas = told.areas[max(page - 1, 0) * PAGE :][:PAGE]
    return render_template(
        "landscape/compare.html",
        title=_("Sammenlign kommuner"),
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": _("Kart"), "url": url_for("landscape.index")},
            {"label": _("Sammenlign"), "url": None},
        ],
        ways=ways(Look(), BY_COMPARING),
        chosen=[(one, called[one], _here(".index", [each for each in chosen if each != one])) for one in chosen],
        offered=[(one, name) for one, name in called.items() if one not in told.places]
        if len(chosen) < MOST_SIDE_BY_SIDE
        else [],
        files=[(label, _here(".download", chosen, kind=kind)) for kind, label in FILES.items()]
        if may_take_along()
        else [],
        columns=[called[one] for one in told.places],
        region=ngettext(
            "%(count)s kommune viser systemer", "%(count)s kommuner viser systemer", told.region,
            count=formatters.grouped(told.region),
        ),
        has_services=any(one.services for one in told.areas),
        rows=[_row(told, one) for one in areas],
        picture=_heat(told, areas, called) if told.places else None,
        shared=[(sidebyside.called(one, tr), said) for one in areas
                if (said := list(sidebyside.sharing(told, one, called, tr)))],
        pages=_pages(page, len(told.areas), chosen),
        notes=[tr(one) for one in sidebyside.NOTES],
    )  # fmt: skip


def _row(told: Compared, area: Area) -> dict[str, Any]:
    return {
        "name": sidebyside.called(area, tr),
        "services": [(name, url_for("service.details_view", id=row_id)) for row_id, name in area.services[:FEW]],
        "cells": [_cell(area, one) for one in told.places],
        "region": formatters.grouped(area.region),
        "usual": ", ".join(f"{product} ({times})" for product, times in area.usual),
    }


def _cell(area: Area, place: int) -> dict[str, Any]:
    systems = area.cells.get(place, ())
    common = {product for product, places in area.in_common.items() if place in places}
    return {
        "systems": [
            {
                "name": one.name,
                "status": "" if one.status == Lifecycle.IN_USE else tr(Lifecycle.stored(one.status).label),
                "is_common": one.product in common,
            }
            for one in systems[:FEW]
        ],
        "more": formatters.grouped(len(systems) - FEW) if len(systems) > FEW else "",
    }


def _heat(told: Compared, areas: tuple[Area, ...], called: Mapping[int, str]) -> Any:
    """How many systems each has of each field of work."""
    return heat(
        "heat", _("Antall systemer"), _("Hvor mange systemer hver kommune viser på hvert fagområde."), _("Fagområde"),
        [sidebyside.called(one, tr) for one in areas], [called[one] for one in told.places],
        [sidebyside.numbers(told, one) for one in areas], lambda one: formatters.grouped(int(one)),
    )  # fmt: skip


def _pages(page: int, number: int, chosen: list[int]) -> dict[str, str | None]:
    last = max(-(-number // PAGE), 1)
    return {
        "first": _here(".index", chosen) if page > 1 else None,
        "previous": _here(".index", chosen, page=page - 1) if page > 1 else None,
        "next": _here(".index", chosen, page=page + 1) if page < last else None,
        "last": _here(".index", chosen, page=last) if page < last else None,
    }


@blueprint.get("/file.<kind>")
@needs(may_take_along)
def download(kind: str) -> ResponseReturnValue:
    """The whole of it as a report. That it was taken along is written down."""
    if kind not in FILES:
        abort(404)
    told, called = _told()
    try:
        ask = Ask(language(), today(), now(), today().year)
        return send_report(sidebyside.of(told, called), ask, file_name(_("Sammenligning"), kind), kind)
    except NotSetError:
        current_app.logger.exception("The comparison could not be set as PDF")
        flash(_("PDF-en kunne ikke lages nå. Prøv igjen, eller last ned Excel."), "error")
        return redirect(_here(".index", _asked()))
