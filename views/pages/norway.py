"""The members on a map of the municipalities of Norway, by any figure of how far they have come, and as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.database import db
from models.declare import borders
from models.declare.borders import BORDERS_OF, Box, Ground
from models.declare.clock import day_of, today
from models.declare.words import N_
from models.queries import places
from models.queries.figures import figures
from models.queries.progress import COUNTED, Stand
from reports.drawing.lettering import width
from reports.drawing.steps import Step, step_of, stepped
from views import formatters
from views.access import needs
from views.pages import progress
from views.texts import gettext as _
from views.texts import ngettext, tr

blueprint = Blueprint("norway", __name__, url_prefix="/progress/norway")
WIDE = 720  # how many letters' units a map is wide, whatever it shows
LETTERS = 15  # of them, the size of a text
MARGIN, LEAST = 0.06, 400  # what stands around the members, as a share; 40 kilometres at least
TALLEST, WIDEST = 1.25, 1.6  # how much taller than wide, and wider than tall, the map gets
SHARE = f"{formatters.NBSP}%"


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that the map may show: the number of a municipality, None where it has none, and what follows it."""

    key: str
    label: str
    of: Callable[[Stand], int | None]
    unit: str = ""

    def told(self, value: int) -> str:
        return formatters.grouped(value) + self.unit


def _share(stand: Stand) -> int | None:
    """Rounded down, as the page beside it tells: nothing is whole that lacks one."""
    return 100 * stand.approved // stand.activities if stand.activities else None


def _days(stand: Stand) -> int | None:
    return (today() - day_of(stand.lately.last)).days if stand.lately.last else None


MEASURES = (
    Measure("approved", N_("Andel godkjente behandlinger"), _share, SHARE),
    Measure("activities", N_("Behandlinger"), lambda one: one.activities),
    Measure("errors", N_("Feil som må rettes"), lambda one: one.errors),
    Measure("ownerless", N_("Systemer uten eier"), lambda one: one.ownerless),
    Measure("changes", N_("Endringer denne måneden"), lambda one: one.lately.changes),
    Measure("newly", N_("Behandlinger godkjent denne måneden"), lambda one: one.lately.approved),
    Measure("days", N_("Dager siden siste endring"), _days),
)


@dataclass(frozen=True, slots=True)
class Member:
    """A municipality that takes part: its figure, the step it stands on, and where it lies, when that is known."""

    place: int
    name: str
    value: int | None
    step: Step | None
    ground: Ground | None


def may_compare() -> bool:
    """Whether somebody reads what is counted, in several municipalities together."""
    return progress.may_see() and len(g.actor.municipalities(g.municipalities)) > 1


@blueprint.get("/")
@needs(may_compare)
def index() -> ResponseReturnValue:
    """Of all one reads together. Of one alone there is nothing to compare: how far it has come is told instead."""
    if g.active is not None:
        return redirect(url_for("progress.index"))
    asked, is_whole = request.args.get("figure", ""), request.args.get("all") == "1"
    measure = next((one for one in MEASURES if one.key == asked), MEASURES[0])
    members = _members(measure)
    drawn = [one for one in members if one.ground]
    steps = stepped(one.value for one in members)
    return render_template(
        "progress/norway.html",
        title=_("Kommunene på kartet"),
        intro=_("%(figure)s. Slik det står til %(day)s.", figure=tr(measure.label), day=formatters.day(today())),
        breadcrumbs=progress.trail(_("Kart")),
        measure=tr(measure.label),
        measures=[(one.key, tr(one.label), one is measure) for one in MEASURES],
        is_whole=is_whole,
        other_url=url_for(".index", figure=measure.key, all=None if is_whole else 1),
        legend=[_legend(one, members, measure) for one in steps],
        has_unknown=any(one.step is None for one in members),
        picture=_picture(drawn, steps, measure, is_whole=is_whole) if drawn else None,
        rows=[_row(one, measure) for one in members],
    )


def _members(measure: Measure) -> list[Member]:
    """In the order of their names. One that lies elsewhere than it did on the day of the borders is not drawn."""
    codes, grounds = places.numbers(db.session, BORDERS_OF), borders.grounds()
    found = {one.place: measure.of(one) for one in _stands()}
    steps = stepped(found.values())
    return [
        Member(one, place.name, found[one], step_of(found[one], steps), grounds.get(codes.get(one, "")))
        for one, place in g.municipalities.items()
        if one in found
    ]


def _stands() -> list[Stand]:
    return progress.stands(figures(db.session, COUNTED), today().replace(day=1), members_only=True)


def _legend(step: Step, members: Sequence[Member], measure: Measure) -> dict[str, Any]:
    number = sum(one.step == step for one in members)
    of = ngettext("%(num)s kommune", "%(num)s kommuner", number)
    return {"number": step.number, "shade": step.shade, "range": _range(step, measure), "of": of}


def _range(step: Step, measure: Measure) -> str:
    if step.lowest == step.highest:
        return measure.told(step.lowest)
    return f"{formatters.grouped(step.lowest)}–{measure.told(step.highest)}"


def _row(one: Member, measure: Measure) -> dict[str, Any]:
    return {
        "name": one.name,
        "value": "–" if one.value is None else measure.told(one.value),
        "step": f"{one.step.number}: {_range(one.step, measure)}" if one.step else _("Uten tall"),
        "url": url_for("control.index", place=one.place),
        "is_drawn": one.ground is not None,
    }


# -- what is drawn -----------------------------------------------------------------------------------------------------


def _picture(drawn: Sequence[Member], steps: Sequence[Step], measure: Measure, *, is_whole: bool) -> dict[str, Any]:
    """What lies within the window: the members over the others, and the counties' borders over all."""
    grounds = borders.grounds()
    shown = [*grounds.values()] if is_whole else [one.ground for one in drawn if one.ground]
    box = window([one.box for one in shown])
    ours = {one.ground.code for one in drawn if one.ground}
    unit = box.width / WIDE
    return {
        "box": f"{box.left:g} {box.top:g} {box.width:g} {box.height:g}",
        "width": WIDE,
        "height": round(box.height / unit),
        "unit": round(unit, 3),
        "letters": round(LETTERS * unit, 1),
        "halo": round(3 * unit, 1),
        "others": "".join(one.path for one in grounds.values() if one.code not in ours and one.box.meets(box)),
        "counties": "".join(one.path for one in borders.county_lines() if one.box.meets(box)),
        "members": [_drawn(one, one.ground, measure, len(steps), unit) for one in drawn if one.ground],
        "has_words": not is_whole,
    }


def _drawn(one: Member, ground: Ground, measure: Measure, many: int, unit: float) -> dict[str, Any]:
    """What is said of a municipality in the picture: its name and step, or the step alone, where there is room."""
    number = str(one.step.number) if one.step else ""
    room, (x, y) = ground.room / unit, ground.place
    long = f"{one.name} {number}".strip()
    return {
        "url": url_for("control.index", place=one.place),
        "named": f"{one.name}: {_said(one, measure, many)}",
        "path": ground.path,
        "shade": one.step.shade if one.step else 0,
        "text": next((text for text in (long, number) if width(text, LETTERS) <= room), ""),
        "x": round(x),
        "y": round(y + LETTERS * unit / 3),
    }


def _said(one: Member, measure: Measure, many: int) -> str:
    if one.value is None or one.step is None:
        return _("uten tall")
    return _("%(value)s, trinn %(step)s av %(many)s", value=measure.told(one.value), step=one.step.number, many=many)


def window(boxes: Sequence[Box]) -> Box:
    """What is looked at: some municipalities with a margin around, never so narrow or so low that it is hard to
    read."""
    box = borders.around(boxes)
    wide, tall = (max(size * (1 + 2 * MARGIN), LEAST) for size in (box.width, box.height))
    wide, tall = max(wide, tall / TALLEST), max(tall, wide / WIDEST)
    left, top = round((box.left + box.right - wide) / 2), round((box.top + box.bottom - tall) / 2)
    return Box(left, top, left + round(wide), top + round(tall))
