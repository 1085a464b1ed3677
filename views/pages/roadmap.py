"""The road ahead, drawn: systems and platforms by when they come and go, with the agreements that end, year by year or
quarter by quarter, and first of all what does not meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, g, render_template, request, url_for

from models.database import db
from models.declare.clock import months_after, today
from models.landscape.grouping import Grouping, groups_of
from models.landscape.roadmap import Roadmap, Stretch, of
from models.tenancy.roles import may_report
from reports.coordinating.roadmap import DATES, IN_FORCE, PLATFORMS, ROADMAP
from reports.drawing import charts
from reports.drawing.charts import Span
from reports.drawing.picture import Picture, Table
from views import formatters
from views.access import needs
from views.landscape import words
from views.landscape.asked import Look
from views.landscape.timed import written
from views.pages.landscape import BY_ROAD, may_see, ways
from views.texts import gettext as _
from views.texts import language, ngettext, tr

blueprint = Blueprint("roadmap", __name__, url_prefix="/map/roadmap")
BACK, AHEAD = 3, 7  # years that are drawn around this one, at most
QUARTERS = 9  # quarters that are drawn, of which this is the second
RUNS, COMES, GOES, AGREED = 1, 2, 3, 4  # kinds of bars


@blueprint.get("/")
@needs(may_see)
def index() -> str:
    """Of the municipality one is in: of several together there is no such road."""
    by = next((one for one in Grouping if one == request.args.get("by")), Grouping.THEME)
    is_near = request.args.get("near") == "1"
    road = of(db.session, g.active, language()) if g.active is not None else None
    return render_template(
        "landscape/roadmap.html",
        title=_("Veikart"),
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": _("Kart"), "url": url_for("landscape.index")},
            {"label": _("Veikart"), "url": None},
        ],
        ways=ways(Look(), BY_ROAD),
        report_url=url_for("reports.show", slug=ROADMAP.slug) if may_report(g.actor, g.active) else "",
        by=[(one.value, tr(one.label), one is by) for one in Grouping],
        is_near=is_near,
        notes=[tr(one) for one in (DATES, PLATFORMS, IN_FORCE)],
        road=road,
        **(_told(road, by, is_near) if road else {}),
    )


def _told(road: Roadmap, by: Grouping, is_near: bool) -> dict[str, Any]:
    groups = groups_of(road.graph, by)
    each: dict[Any, list[Stretch]] = {}
    for one in road.stretches:
        each.setdefault(groups[one.node.key], []).append(one)
    order = words.in_order(road.graph, {one.node.key: groups[one.node.key] for one in road.stretches})
    first, last = _quarters()[0] if is_near else _years(road.stretches), _last(road.stretches, is_near)
    pictures = [
        (name, _picture(f"road-{number}", name, each[key], first, last, is_near))
        for number, key in enumerate(order)
        for name in [words.group_name(road.graph, by, key)]
    ]
    without_key = [replace(one, legend=()) for _name, one in pictures[1:]]
    drawn = [one for _name, one in pictures[:1]] + without_key
    clashing = [one for one in road.stretches if one.clashes]
    many, undated = len(road.stretches), road.undated
    return {
        "counted": ngettext(
            "%(num)s system eller plattform har en dato.", "%(num)s systemer og plattformer har en dato.", many
        ),
        "undated": ngettext(
            "%(num)s applikasjon uten dato er ikke med.", "%(num)s applikasjoner uten dato er ikke med.", undated
        ) if undated else "",
        "pictures": [(name, one) for (name, _first), one in zip(pictures, drawn, strict=True)],
        "clashing": [_clashing(one) for one in clashing],
        "clash_count": formatters.grouped(len(clashing)),
    }  # fmt: skip


def _clashing(one: Stretch) -> dict[str, Any]:
    """What does not meet, with the days."""
    said = [", ".join(tr(each.label) for each in one.clashes)]
    said += [_("ut av bruk %(day)s", day=written(one.end))] if one.end else []
    said += [_("avtalen slutter %(day)s", day=written(one.ends))] if one.ends else []
    return {"name": one.node.name or "–", "url": words.row_url(one.node), "said": ", ".join(said)}


def _years(stretches: Sequence[Stretch]) -> date:
    """The first of January of the first year that is drawn."""
    begins = [one.begin for one in stretches if one.begin]
    earliest = min([*begins, today()]).year
    return date(max(earliest, today().year - BACK), 1, 1)


def _last(stretches: Sequence[Stretch], is_near: bool) -> date:
    if is_near:
        return _quarters()[-1]
    ends = [
        day for one in stretches for day in (one.begin, one.end, *[span.end for _node, span in one.agreements]) if day
    ]
    return date(min(max([*ends, today()]).year + 1, today().year + AHEAD) + 1, 1, 1)


def _quarters() -> list[date]:
    """When the quarters that are drawn begin."""
    this = date(today().year, 3 * ((today().month - 1) // 3) + 1, 1)
    return [months_after(this, 3 * number) for number in range(-1, QUARTERS)]


def _picture(name: str, title: str, some: Sequence[Stretch], first: date, last: date, is_near: bool) -> Picture:
    told = _(
        "%(name)s: %(number)s fra %(first)s til %(last)s. Tabellen sier det samme.", name=title,
        number=ngettext("%(num)s system eller plattform", "%(num)s systemer og plattformer", len(some)),
        first=written(first), last=written(last),
    )  # fmt: skip
    bars = [bar for one in some for bar in _bars(one) if _meets(bar, first, last)]
    kinds = [_("I bruk"), _("Planlagt"), _("Skal ut"), _("Avtale")]
    ticks = [(one, f"{(one.month + 2) // 3}/{one:%y}") for one in _quarters()] if is_near else ()
    drawn = charts.timeline(name, title, told, ("", ""), bars, first, last, kinds, today=today(), ticks=ticks)
    return replace(drawn, table=_table(some))


def _meets(bar: Span, first: date, last: date) -> bool:
    return (bar.begin is None or bar.begin < last) and (bar.end is None or bar.end > first)


def _bars(one: Stretch) -> list[Span]:
    """A bar of the system, and one below of each agreement that ends."""
    kind = COMES if one.is_awaited else GOES if one.end else RUNS
    clash = f" – {', '.join(tr(each.label) for each in one.clashes)}" if one.clashes else ""
    agreed = [
        Span(_("Avtale til %(day)s: %(name)s", day=written(span.end), name=node.name), span.begin, span.end, "", AGREED)
        for node, span in one.agreements
        if span.end
    ]
    return [Span(f"{'! ' if clash else ''}{one.node.name or '–'}{clash}", one.begin, one.end, "", kind), *agreed]


def _table(some: Sequence[Stretch]) -> Table:
    columns = (_("Navn"), _("Slag"), _("I bruk fra"), _("Planlagt utfaset"), _("Avtalen slutter"), _("Går ikke opp"))
    return Table(columns, [
        (one.node.name or "–", words.one_of(one.node.register), _day(one.begin), _day(one.end), _day(one.ends),
         ", ".join(tr(each.label) for each in one.clashes))
        for one in some
    ])  # fmt: skip


def _day(day: date | None) -> str:
    return written(day) if day else ""
