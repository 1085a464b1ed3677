"""The map of the architecture of a municipality: as a picture, table and list, around one row, and as a file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.database import db
from models.declare.choices import AccessEvent
from models.declare.domains import Domain
from models.declare.fields import is_owned
from models.declare.titles import title_of
from models.landscape import reading
from models.landscape.aspects import Aspect
from models.landscape.declared import BY_NAME, LAYERS
from models.landscape.graph import Graph, Key
from models.landscape.grouping import Grouping
from models.registers.architecture import Application
from models.tenancy import scope
from models.tenancy.roles import can, may_report
from reports.pdf import NotSetError
from views import formatters, witness
from views.access import needs
from views.landscape import files, modelled, words
from views.landscape.asked import LIST, PICTURE, TABLE, WHOLE, ZOOMS, Look, Narrowed, found
from views.landscape.shown import MOST_NEAR, Shown, near, shown
from views.landscape.timed import DAY, written
from views.reached import reached
from views.register import panels
from views.register.filters import group_text
from views.register.sending import file_name
from views.texts import gettext as _
from views.texts import language, tr

blueprint = Blueprint("landscape", __name__, url_prefix="/map")
STEPS = (1, 2, 3)
FITS = 1400  # units of width that are read without coming nearer
MOST_FOUND = 20
BY_SERVICE, BY_COMPARING, BY_ROAD = "services", "comparing", "roadmap"
INPUTS = {"by", "mark", "layer", "search", "day", "since", "changed"}  # what the form of the map asks


def may_see() -> bool:
    """Whether somebody reads the registers that are drawn."""
    return can(g.actor, "read", Application, g.active)


def may_take_along() -> bool:
    return may_see() and may_report(g.actor, g.active)


@blueprint.get("/")
@needs(may_see)
def index() -> ResponseReturnValue:
    """The map of the municipality one is in; of several together there is none: nothing leads across."""
    look = Look.from_request()
    of = BY_NAME.get(request.args.get("of", ""))
    panel = Narrowed(look, of) if of in LAYERS and can(g.actor, "read", of, g.active) else None
    address, problem = panels.asked_in_panel(panel) if panel else (None, "")
    if address is not None:
        return redirect(address)
    if g.active is None:
        return render_template("landscape/index.html", title=_("Kart"), breadcrumbs=_trail(), shown=None)
    told = shown(db.session, g.active, look)
    return render_template(
        "landscape/index.html",
        title=_("Kart"),
        breadcrumbs=_trail(),
        shown=told,
        way=look.way,
        problem=problem,
        ways=ways(look, look.way),
        **_choices(look, told),
        **_filters(look, panel),
        **_drawn(look, told),
        **_search(look, told),
        downloads=_downloads(look) if may_take_along() else [],
    )


def ways(look: Look, here: str) -> list[tuple[str, str, bool]]:
    """What the landscape is looked at as: by its ways, and by what the municipality does."""
    kinds = ((PICTURE, _("Kart")), (TABLE, _("Tabell")), (LIST, _("Liste")))
    looks = [(label, look.query(way="" if way == PICTURE else way), way) for way, label in kinds]
    every = [(label, url_for("landscape.index") + query, way) for label, query, way in looks]
    beside = [(_("Tjenester"), url_for("servicemap.index"), BY_SERVICE)]
    if scope.current().readable(Domain.WINDOW):
        beside.append((_("Sammenlign"), url_for("comparing.index"), BY_COMPARING))
    beside.append((_("Veikart"), url_for("roadmap.index"), BY_ROAD))
    return [(label, url, way == here) for label, url, way in (*every, *beside)]


def _trail(*more: dict[str, Any]) -> list[dict[str, Any]]:
    here = url_for("landscape.index") if more else None
    return [{"label": _("Start"), "url": "/"}, {"label": _("Kart"), "url": here}, *more]


def _choices(look: Look, told: Shown) -> dict[str, Any]:
    """What the map may be arranged and marked by."""
    return {
        "by": [(one.value, tr(one.label), one is look.by) for one in Grouping],
        "marks": [(one.value, tr(one.label), one is look.mark) for one in Aspect],
        "layers": [
            (one.__tablename__, words.all_of(one.__tablename__), not look.layers or one.__tablename__ in look.layers)
            for one in told.layers
        ],
        "carried": [
            pair for pair in look.parameters if pair[0] not in INPUTS or (look.days.since and pair[0] == "mark")
        ],
        "legend": told.legend(),
        "mark_label": _("Endring") if look.days.since else tr(look.mark.label),
        "search": look.search,
        "days": look.days,
        "bounds": DAY.bounds,
    }


def _filters(look: Look, panel: Narrowed | None) -> dict[str, Any]:
    """What narrows the map, and where it is narrowed more."""
    opened = panels.filter_panel(panel) if panel else None
    if opened is not None and panel is not None:
        opened |= {"carried": [*look.parameters, ("of", panel.register.__tablename__)]}
    active = []
    for name, asked in look.filters.items():
        narrowed = Narrowed(look, BY_NAME[name])
        for key, group in asked.groups.items():
            gone = asked.said(key)
            rest = [pair for pair in narrowed.parameters if pair not in gone]
            active.append({"label": f"{words.all_of(name)}: {group_text(group)}", "remove_url": narrowed.to(rest)})
    return {
        "filter_panel": opened,
        "panel_action": url_for(".index"),
        "active_filters": active,
        "refused": [*look.days.refused, *[one for asked in look.filters.values() for one in asked.refused]],
        "filter_ways": [
            (words.all_of(one.__tablename__), look.query(panel=panels.FILTER, of=one.__tablename__))
            for one in LAYERS
            if can(g.actor, "read", one, g.active)
        ],
    }


def _drawn(look: Look, told: Shown) -> dict[str, Any]:
    """The one way of looking that is asked for."""
    if look.way == TABLE:
        return {"rows": told.table()}
    if look.way == LIST:
        return {"groups": list(told.nested())}
    zoom = look.zoom or (WHOLE if told.layout.width <= FITS else 100)
    wider = [one for one in ZOOMS if one > (100 if zoom == WHOLE else zoom)]
    closer = [one for one in reversed(ZOOMS) if one < (100 if zoom == WHOLE else zoom)]
    return {
        "picture": told.picture(scaled=_scaled(told, zoom)),
        "is_whole": zoom == WHOLE,
        "zoom": f"{zoom} %",
        "zoom_in": look.query(zoom=wider[0]) if wider else None,
        "zoom_out": look.query(zoom=closer[0]) if closer else None,
        "zoom_whole": look.query(zoom=WHOLE),
    }


def _scaled(told: Shown, zoom: int) -> str:
    """How large the drawing is; the whole is as wide as there is room for."""
    if zoom == WHOLE or not told.layout.places:
        return ""
    _x, _y, width, height = told.drawing.box()
    return f' width="{width * zoom // 100}" height="{height * zoom // 100}"'


def _search(look: Look, told: Shown) -> dict[str, Any]:
    """What was looked for, and what is picked."""
    hits = found(told.graph, look.search)
    nodes = [told.graph.nodes[one] for one in hits[:MOST_FOUND]]
    return {
        "hits": [
            {"name": one.name, "kind": words.one_of(one.register), "url": f"{look.query(pick=one.code)}#picked"}
            for one in nodes
        ],
        "hit_count": formatters.grouped(len(hits)) if look.search else "",
        "picked": told.told_of_picked(),
        "search_gone": look.query(search=""),
    }


def _downloads(look: Look) -> list[tuple[str, str]]:
    every = {**files.KINDS, modelled.KIND: "ArchiMate"}
    return [(label, url_for(".download", kind=kind) + look.query()) for kind, label in every.items()]


@blueprint.get(f"/file.{modelled.KIND}")
@needs(may_take_along)
def model() -> ResponseReturnValue:
    """What the map shows, as a model for tools of architecture. That it was taken along is written down."""
    if g.active is None:
        abort(404)
    look, name = Look.from_request(), g.municipalities[g.active].name
    content, elements = modelled.model_of(db.session, g.active, look, name)
    day = written(look.days.day) if look.days.day else ""
    selection = "; ".join(filter(None, (modelled.KIND, day)))
    witness.write(AccessEvent.REPORT, [g.active], subject=f"ArchiMate, {name}", selection=selection, rows=elements)
    return _sent(content, f"{_('Kart')} {day}".strip(), modelled.KIND, "application/xml")


@blueprint.get("/file.<kind>")
@needs(may_take_along)
def download(kind: str) -> ResponseReturnValue:
    """The map as it is looked at, as a file that stands alone. That it was taken along is written down."""
    if kind not in files.KINDS or g.active is None:
        abort(404)
    look = Look.from_request()
    told, title = shown(db.session, g.active, look), f"{_('Kart')}, {g.municipalities[g.active].name}"
    title = f"{title}, {look.days.told}" if look.days.told else title
    try:
        content = files.written(told, kind, title)
    except NotSetError:
        current_app.logger.exception("The map could not be set as %s", kind)
        flash(_("Filen kunne ikke lages nå. Prøv igjen, eller last ned SVG."), "error")
        return redirect(url_for(".index") + look.query())
    selection = "; ".join(filter(None, (kind, look.days.told)))
    witness.write(AccessEvent.REPORT, [g.active], subject=title, selection=selection, rows=len(told.graph.nodes))
    return _sent(content, f"{_('Kart')} {look.days.told}", kind, files.TYPES[kind])


def _sent(content: bytes, name: str, kind: str, mimetype: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    answer.headers.set("Content-Disposition", "attachment", filename=file_name(name, kind))
    return answer


# -- around one row ----------------------------------------------------------------------------------------------------


@blueprint.get("/<register>/<int:row_id>/")
@needs(may_see)
def around(register: str, row_id: int) -> str:
    """What is found around a row in up to three steps: drawn, and as a list of all of it."""
    row, place = _placed(register, row_id)
    asked = request.args.get("steps", "")
    steps = int(asked) if asked in {str(one) for one in STEPS} else 1
    key: Key = (register, row.id)
    whole = reading.of(db.session, place, language()) if place else Graph()
    told = near(whole, key, steps) if key in whole.nodes else None
    name = title_of(row, language())
    return render_template(
        "landscape/near.html",
        title=_("Rundt %(name)s", name=name),
        breadcrumbs=_trail({"label": name, "url": url_for(f"{register}.details_view", id=row.id)},
                           {"label": _("Rundt den"), "url": None}),
        steps=[(one, url_for(".around", register=register, row_id=row.id, steps=one), one == steps) for one in STEPS],
        told=told,
        place=place,
        most=formatters.grouped(MOST_NEAR),
        picture=told.picture(_scaled(told, WHOLE if told.layout.width <= FITS else 100)) if told else "",
        legend=told.legend() if told else [],
        mark_label=tr(Look().mark.label),
    )  # fmt: skip


def _placed(register: str, row_id: int) -> tuple[Any, int | None]:
    """The row, as far as one reaches, and the municipality it is looked at in: its own, or the one that is chosen."""
    if BY_NAME.get(register) not in LAYERS:
        abort(404)
    row = reached(register, row_id)
    return row, row.municipality_id if is_owned(type(row)) else g.active
