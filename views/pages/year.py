"""The year of a municipality, as a wheel and as a list: twelve months from this one on, or those of a calendar year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, g, render_template, request, url_for

from models.database import db
from models.declare.choices import YearKind
from models.declare.clock import today
from models.declare.numbers import as_id
from models.declare.words import N_
from models.queries import year
from models.queries.year import Entry
from models.tenancy import calendars
from views import formatters
from views.access import needs
from views.pages.wheel import wheel
from views.texts import gettext as _
from views.texts import tr

blueprint = Blueprint("year", __name__)
FIRST, LAST = 2000, 2100
MONTHS = (
    N_("januar"), N_("februar"), N_("mars"), N_("april"), N_("mai"), N_("juni"), N_("juli"), N_("august"),
    N_("september"), N_("oktober"), N_("november"), N_("desember"),
)  # fmt: skip
SHORT = 3  # letters of a month that tell it


def may_read() -> bool:
    """Whether somebody reads anything that has a date in the year."""
    return bool(year.kinds_for(g.actor, g.active))


@blueprint.get("/year/")
@needs(may_read)
def index() -> str:
    """The dates of a year within the scope. Over several municipalities each names its own."""
    chosen = _chosen(request.args.get("year", ""))
    begin = date(chosen, 1, 1) if chosen else today().replace(day=1)
    end = begin.replace(year=begin.year + 1)
    kinds = year.kinds_for(g.actor, g.active)
    found = year.dates(db.session, kinds, begin, end)
    entries, months = found[: year.MOST], [_month(begin, number) for number in range(12)]
    return render_template(
        "year/index.html",
        title=_("Årshjul %(year)s", year=str(chosen)) if chosen else _("Årshjul"),
        breadcrumbs=[{"label": _("Start"), "url": "/"}, {"label": _("Årshjul"), "url": None}],
        intro=_intro(months),
        ways=_ways(chosen, begin),
        wheel=wheel(months, entries),
        months=_by_month(months, entries),
        most=formatters.grouped(year.MOST) if found[year.MOST :] else "",
        address=_address(),
        place=g.municipalities[g.active].name if g.active else None,
    )


def _chosen(asked: str) -> int | None:
    """The calendar year an address asks for; None for the twelve months to come."""
    if not asked:
        return None
    try:
        found = as_id(asked)
    except ValueError:
        abort(404)
    return found if FIRST <= found <= LAST else abort(404)


def _ways(chosen: int | None, begin: date) -> list[dict[str, Any]]:
    """The year before and after, and the months to come where a calendar year is shown."""
    around = (chosen - 1, chosen + 1) if chosen else (begin.year, begin.year + 1)
    ways = [{"label": f"{one}", "url": url_for(".index", year=one)} for one in around if FIRST <= one <= LAST]
    return [*ways, {"label": _("Månedene som kommer"), "url": url_for(".index")}] if chosen else ways


def _intro(months: Sequence[dict[str, Any]]) -> str:
    return _("Det som har en frist, fra %(first)s til %(last)s.", first=months[0]["name"], last=months[-1]["name"])


def _month(begin: date, number: int) -> dict[str, Any]:
    years, month = divmod(begin.month - 1 + number, 12)
    first = date(begin.year + years, month + 1, 1)
    name = tr(MONTHS[month])
    return {"begin": first, "id": f"m-{first:%Y-%m}", "short": name[:SHORT], "name": f"{name} {first.year}"}


def _by_month(months: Sequence[dict[str, Any]], entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The months that have something, each with its dates in order."""
    of = {first: list(some) for first, some in groupby(entries, lambda one: one.day.replace(day=1))}
    return [month | {"lines": [_line(one) for one in of[month["begin"]]]} for month in months if month["begin"] in of]


def _line(one: Entry) -> dict[str, Any]:
    return {
        "day": formatters.day(one.day),
        "date": one.day.isoformat(),
        "kind": one.kind.value,
        "label": tr(one.kind.label),
        "name": one.name,
        "url": address_of(one),
        "place": g.municipalities[one.municipality_id].name if g.active is None else None,
    }


def address_of(one: Entry, **more: Any) -> str:
    """Where what a date is about is seen."""
    if one.kind is YearKind.ACCESS:
        return url_for("reviews.index", **more)
    return url_for(f"{one.register.__tablename__}.details_view", id=one.id, **more)


def told(kind: YearKind, name: str) -> str:
    """A date in one line, where there is no more room."""
    return _("%(kind)s: %(name)s", kind=tr(kind.label), name=name)


def _address() -> dict[str, Any] | None:
    """What one is told of one's own calendar address here; None where several municipalities are shown together."""
    if g.active is None:
        return None
    found = calendars.of_person(db.session, g.actor.user_id, g.active)
    return {"made": formatters.moment(found.made_at) if found else ""}
