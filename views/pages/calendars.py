"""Calendar addresses: made and withdrawn by whose they are, and the feed they lead to, which asks for a key alone.

A key that leads nowhere is answered alike whatever the reason, and in plain text: a page would fetch what belongs to
it, and say to each where it came from.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from exchange.out import icalendar
from exchange.out.icalendar import Event
from models.database import db
from models.declare.choices import AccessEvent, YearKind
from models.declare.clock import today
from models.declare.memories import memory
from models.queries import acting, year
from models.registers.municipality import Municipality
from models.tenancy import calendars, scope
from models.tenancy.calendars import CalendarAddress
from models.tenancy.roles import Actor
from reports.language import LANGUAGES
from views import guesses, texts, witness
from views.access import needs
from views.addresses import CALENDARS
from views.pages.year import address_of, may_read, told
from views.texts import gettext as _

blueprint = Blueprint("calendars", __name__)
BACK, AHEAD = 3, 24  # months that a calendar is told of
ENDING = ".ics"
_asked = guesses.Tally(memory({}))  # of places that have no key that fits, and of keys that fit


@blueprint.post("/year/")
@needs(may_read)
def make() -> ResponseReturnValue:
    """Make an address for the municipality one is in, in place of the one there may be. Its key is shown this once."""
    if g.active is None:
        abort(403)
    try:
        _withdraw(g.active)
        key = calendars.make(db.session, g.actor.user_id, g.active)
        witness.add(AccessEvent.CALENDAR_MADE, [g.active], address=request.remote_addr)
        db.session.commit()
    except IntegrityError:  # pressed twice: the other address is shown there
        db.session.rollback()
        return redirect(url_for("year.index"), code=303)
    return render_template(
        "year/address.html",
        title=_("Kalenderadressen din"),
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": _("Årshjul"), "url": url_for("year.index")},
            {"label": _("Kalenderadressen din"), "url": None},
        ],
        url=url_for(".feed", name=key + ENDING, _external=True),
        place=g.municipalities[g.active].name,
    )


@blueprint.post("/year/withdraw/")
@needs(may_read)
def withdraw() -> ResponseReturnValue:
    """Let the address one has here lead nowhere."""
    if g.active is None:
        abort(403)
    if _withdraw(g.active):
        db.session.commit()
        flash(_("Kalenderadressen er trukket tilbake. Den virker ikke lenger."), "success")
    return redirect(url_for("year.index"), code=303)


def _withdraw(place: int) -> bool:
    """Withdraw one's own address for a municipality; whether there was any."""
    found = calendars.withdraw(db.session, g.actor.user_id, place)
    if found:
        witness.add(AccessEvent.CALENDAR_WITHDRAWN, [place], address=request.remote_addr)
    return found


@blueprint.get(f"{CALENDARS}<path:name>")
def feed(name: str) -> ResponseReturnValue:
    """What whose address it is reads today, and no more, whoever has signed in to the browser that asks. Also what is
    nearly an address is answered here, so that no page is made of it."""
    stranger = guesses.place_of(request.remote_addr)
    if seconds := _asked.wait(stranger):
        return _refused(429, seconds)
    with scope.use(calendars.ANYBODYS):
        found = calendars.find(db.session, name.removesuffix(ENDING)) if name.endswith(ENDING) else None
    if found is None:
        _asked.note(stranger)
        return _refused(404)
    if seconds := _asked.wait(f"key {found.id}"):
        return _refused(429, seconds)
    _asked.note(f"key {found.id}")
    reader = _reader(found)
    return _refused(404) if reader is None else _answer(reader, found.place)


class Reader(NamedTuple):
    """On whose behalf a feed is read: how far they reach, what they may read, in which language."""

    reach: scope.Scope
    kinds: tuple[YearKind, ...]
    language: str | None


def _reader(address: CalendarAddress) -> Reader | None:
    """Whose address it is, by the roles held today; None of who may not sign in, or reads nothing there any more."""
    rows = acting.identified(db.session(), address.user_id)
    if not rows or not rows[0].active:
        return None
    actor = Actor(address.user_id, rows[0].name, acting.grants_of(rows))
    reach = acting.reach_of(db.session(), actor, address.place, g.request_id)
    kinds = year.kinds_for(actor, address.place)
    return Reader(reach, kinds, rows[0].language) if reach is not None and kinds else None


def _answer(reader: Reader, place: int) -> Response:
    begin = today().replace(day=1)
    with scope.use(reader.reach):
        municipality: Any = db.session.get(Municipality, place)
        speaks = next((str(one) for one in (reader.language, municipality.language) if one in LANGUAGES), "nb")
        with texts.speaking(speaks):
            since, until = year.months_before(begin, BACK), year.months_before(begin, -AHEAD)
            entries = year.dates(db.session, reader.kinds, since, until)[: year.MOST]
            body = icalendar.calendar(_("Orden i %(place)s", place=municipality.name), map(_event, entries))
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="orden.ics"'
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    return answer.make_conditional(request)  # type: ignore[return-value]


def _event(one: year.Entry) -> Event:
    url = address_of(one, _external=True)
    uid = f"{one.kind.value}-{one.id}@{request.host}"
    return Event(uid, one.day, one.changed, texts.tr(one.kind.label), told(one.kind, one.name), url)


def _refused(code: int, seconds: int = 0) -> ResponseReturnValue:
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": str(seconds)} if seconds else {})
    return Response(f"{code}\n", status=code, content_type="text/plain; charset=utf-8", headers=headers)
