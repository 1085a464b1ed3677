"""The history of all that one may see: events newest first, narrowed by time, person, register and municipality."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

import models
from models.changes.undoing import register_of
from models.database import db
from models.declare.clock import start_of
from models.declare.numbers import as_id
from models.queries import events
from models.queries.events import Asked
from models.registers.mergers import Merger
from models.tenancy import scope
from models.tenancy.log import CHANGED
from models.tenancy.roles import can, may_merge_places
from views import formatters
from views.access import needs, signed_in
from views.register import history
from views.texts import gettext as _
from views.texts import ngettext, tr

blueprint = Blueprint("changes", __name__, url_prefix="/changes")
PAGE, ROWS, FIELDS = 30, 50, 6
FIRST_YEAR = 1900


@dataclass(frozen=True)
class Filters:
    """What an address asks for, checked: what cannot be meant is as good as not asked for."""

    since: date | None
    who: int | None
    register: type[Any] | None
    municipality: int | None

    def parameters(self) -> dict[str, Any]:
        register = self.register and self.register.__tablename__
        told = {"since": self.since, "who": self.who, "register": register, "municipality": self.municipality}
        return {key: str(value) for key, value in told.items() if value is not None}


def readable() -> list[type[Any]]:
    """The registers whose history somebody may read here."""
    kept = [register for register in models.REGISTERS if not register.__written_once__]
    return [register for register in kept if can(g.actor, "read", register, g.active)]


def everything() -> Asked:
    """Every event there is within reach."""
    places = None if g.actor.is_of_the_project else frozenset(g.actor.municipalities(()))
    return Asked(readable(), places=places)


def _filters(registers: list[type[Any]]) -> Filters:
    given = request.args
    register = next((one for one in registers if one.__tablename__ == given.get("register")), None)
    place = _number(given.get("municipality"))
    return Filters(_day(given.get("since")), _number(given.get("who")), register, place if place in _places() else None)


def _number(text: str | None) -> int | None:
    try:
        return as_id(text)
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year < FIRST_YEAR + 500 else None


def _places() -> dict[int, str]:
    """The municipalities to choose between, where several are shown together."""
    if g.active is not None:
        return {}
    mine = set(g.actor.municipalities(g.municipalities))
    return {one: place.name for one, place in g.municipalities.items() if one in mine}


def _asked(filters: Filters) -> Asked:
    asked = everything()
    if filters.register:
        asked = replace(asked, registers=[filters.register])
    if filters.since:
        asked = replace(asked, since=start_of(filters.since))
    known = filters.who == g.actor.user_id or filters.who is None
    return replace(
        asked,
        who=filters.who,
        places=None if known else asked.places,
        shared=filters.municipality is None,
        before=before_of(request.args.get("before", "")),
    )


def before_of(text: str) -> dict[str, int]:
    """Where a page begins, log by log: content-12.risk-4."""
    if not text:
        return {}
    found = dict(re.findall(r"([a-z]+)-([0-9]+)", text))
    try:
        return {name: as_id(number) for name, number in found.items() if name in events.NAMES}
    except ValueError:
        abort(404)


@contextmanager
def _in(municipality: int | None) -> Iterator[None]:
    if municipality is None:
        yield
        return
    with scope.use(scope.current().within([municipality])):
        yield


@blueprint.get("/")
@needs(signed_in)
def index() -> str:
    """What happened, a page of events at a time."""
    registers = readable()
    filters = _filters(registers)
    with _in(filters.municipality):
        asked = _asked(filters)
        heads = events.page(db.session, asked, PAGE)
        shown, more = heads[:PAGE], heads[PAGE:]
        names = [head.request_id for head in shown if head.request_id]
        sizes, undone = events.sizes(db.session, asked, names), events.undone_by(db.session, asked, names)
    people = events.actors(db.session, everything())
    before = place_after(asked, shown) if more else None
    return render_template(
        "changes/index.html",
        title=_("Endringer"),
        breadcrumbs=[{"label": _("Start"), "url": "/"}, {"label": _("Endringer"), "url": None}],
        events=[_event(found, sizes, undone) for found in _by_event(shown)],
        more_url=url_for(".index", before=before, **filters.parameters()) if before else None,
        filters=filters,
        is_filtered=bool(filters.parameters()),
        people={g.actor.user_id: g.actor.name} | people,
        registers=[(one.__tablename__, tr(one.__register__.name)) for one in registers],
        places=_places(),
    )


def place_after(asked: Asked, shown: list[Any]) -> str:
    last = dict(asked.before)
    for head in shown:
        last[events.name_of(type(head))] = head.id
    return ".".join(f"{name}-{number}" for name, number in last.items())


def _by_event(heads: list[Any]) -> list[list[Any]]:
    """The first changes of each event together, in the order of the newest. What has no name stands alone."""
    found: dict[Any, list[Any]] = {}
    for head in heads:
        found.setdefault(head.request_id or (type(head), head.id), []).append(head)
    return list(found.values())


def _event(heads: list[Any], sizes: dict[tuple[str, str], int], undone: dict[str, str]) -> dict[str, Any]:
    first = heads[0]
    return {
        "when": formatters.moment(first.at),
        "who": history.who(first),
        "reason": first.reason,
        "undoes": _address(first.undoes),
        "undone": _address(undone.get(first.request_id, "")),
        "url": _address(first.request_id),
        "lines": [_line(head, sizes.get((head.request_id, head.register), 1)) for head in heads],
    }


def _address(event: str) -> str | None:
    return url_for("changes.event", event=event) if event else None


def _line(head: Any, size: int) -> dict[str, Any]:
    """One register's share of an event: its first row, what of it changed, and how many more there are."""
    register = register_of(head)
    told = history.shown(register, head)
    labels = list(dict.fromkeys(entry["label"] for entry in told["fields"]))
    owner = getattr(head, "municipality_id", None)
    return {
        "action": told["action_label"],
        "tone": told["tone"],
        "kind": tr(register.__register__.one),
        "name": head.row_name or "–",
        "url": url_for(f"{register.__tablename__}.details_view", id=head.row_id),
        "fields": ", ".join(labels[:FIELDS]) + (" …" if len(labels) > FIELDS else "") if head.action == CHANGED else "",
        "more": ngettext("og %(num)s endring til", "og %(num)s endringer til", size - 1) if size > 1 else "",
        "place": g.municipalities[owner].name if owner in g.municipalities and g.active is None else "",
    }


@blueprint.get("/event/<event>/")
@needs(signed_in)
def event(event: str) -> ResponseReturnValue:
    """One event: every row it changed, field by field."""
    asked = replace(everything(), before=before_of(request.args.get("before", "")))
    found = events.changes_of(db.session, asked, event, ROWS + 1)
    if not found:
        abort(404)
    shown = sorted(found, key=lambda one: (one.at, one.id), reverse=True)[:ROWS]
    total = sum(events.sizes(db.session, asked, [event]).values())
    undone = events.undone_by(db.session, asked, [event]).get(event, "")
    more = url_for(".event", event=event, before=place_after(asked, shown)) if len(found) > len(shown) else None
    first, merger = found[0], _merger_of(event, found[0].undoes)
    return render_template(
        "changes/event.html",
        title=_("Endring %(when)s", when=formatters.moment(first.at)),
        breadcrumbs=trail(formatters.moment(first.at)),
        told=_("%(who)s endret %(rows)s.", who=history.who(first), rows=_counted(total)),
        reason=first.reason,
        undoes=_address(first.undoes),
        undone=_address(undone),
        undo_url=url_for("undoing.of_event", event=event) if merger is None and _may_change(shown) else None,
        merges=merger is not None,
        merger_url=url_for("mergers.plan", number=merger) if merger and may_merge_places(g.actor) else None,
        rows=[_row(change) for change in shown],
        more_url=more,
    )


def _merger_of(*events_: str) -> int | None:
    """The merger of municipalities that an event was, or that it took back: it is undone on its own page alone."""
    told = [one for one in events_ if one]
    found: int | None = db.session.scalar(select(Merger.id).where(Merger.event.in_(told) | Merger.job.in_(told)))
    return found


def _counted(number: int) -> str:
    return ngettext("%(num)s rad", "%(num)s rader", number)


def _may_change(changes: list[Any]) -> bool:
    """Whether somebody may change anything in the registers at hand; of each row it is asked when it comes to it."""
    return any(can(g.actor, "edit", register_of(change), g.active) for change in changes)


def _row(change: Any) -> dict[str, Any]:
    register = register_of(change)
    return history.shown(register, change) | {
        "name": change.row_name or "–",
        "kind": tr(register.__register__.one),
        "url": url_for(f"{register.__tablename__}.details_view", id=change.row_id),
    }


def trail(label: str) -> list[dict[str, str | None]]:
    """The way to a page that belongs to what happened."""
    return [
        {"label": _("Start"), "url": "/"},
        {"label": _("Endringer"), "url": url_for("changes.index")},
        {"label": label, "url": None},
    ]
