"""Taking back one change or a whole event: a page that shows what each row becomes, and the act itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from models.changes.undoing import CHANGED_SINCE, USED_SINCE, Obstacle, Undoing, register_of
from models.database import db
from models.declare.numbers import BIGGEST
from models.declare.words import N_, Problem
from models.queries import events, quality
from models.queries.relations import uses_of
from models.queries.standing import Standing, standing_together
from models.tenancy import scope
from models.tenancy.log import CREATED, RESTORED
from views import formatters, reasons
from views.access import needs, signed_in
from views.pages.changes import everything, trail
from views.register import history, underway
from views.texts import explain, ngettext, tr
from views.texts import gettext as _

blueprint = Blueprint("undoing", __name__, url_prefix="/changes/undo")
MOST, AT_ONCE = 30_000, 5000  # changes: of an event that is taken back, and of it in memory together
SHOWN, FEW = 50, 20
IN_USE = N_("«%(name)s» er i bruk, og kan ikke slettes før koblingene til den er fjernet.")
NOT_READY = N_("«%(name)s» er godkjent, og ville mangle: %(fields)s.")


@blueprint.route("/event/<event>/", methods=["GET", "POST"])
@needs(signed_in)
def of_event(event: str) -> ResponseReturnValue:
    """A whole event, as far as one reaches."""
    asked = everything()
    size = sum(events.sizes(db.session, asked, [event]).values())
    some = AT_ONCE if size <= AT_ONCE else SHOWN
    found = _apart(events.changes_of(db.session, asked, event, some, whole=True)) or abort(404)
    wanted = Wanted(found, size, url_for("changes.event", event=event))
    wanted.pieces = [found] if wanted.is_looked_at else _read(asked, event)
    return _answer(wanted)


@blueprint.route("/<log>/<int:number>/", methods=["GET", "POST"])
@needs(signed_in)
def of_change(log: str, number: int) -> ResponseReturnValue:
    """One change of one row."""
    table = events.NAMES.get(log) or abort(404)
    found = events.change(db.session, everything(), table, min(number, BIGGEST)) or abort(404)
    back = url_for(f"{found.register}.history_view", id=found.row_id)
    return _answer(Wanted(_apart([found]), 1, back, [[found]]))


@dataclass
class Wanted:
    """What is to be taken back: its first changes, how many they are in all, where one goes from here, and all of them
    in pieces."""

    changes: Sequence[Any]
    size: int
    back: str
    pieces: Iterable[Sequence[Any]] = ()

    @property
    def is_looked_at(self) -> bool:
        """Whether what stands in the way is looked for before anybody asks for it to be done."""
        return self.size <= AT_ONCE


def _read(asked: events.Asked, event: str) -> Iterator[list[Any]]:
    for some in events.pieces_of(db.session, asked, event, AT_ONCE):
        yield _apart(some)


def _apart(changes: list[Any]) -> list[Any]:
    """What was read stays, whatever is rolled back."""
    for change in changes:
        db.session.expunge(change)
    return changes


def _answer(wanted: Wanted) -> ResponseReturnValue:
    if wanted.size > MOST:
        told = _("Dette er mer enn %(most)s endringer, og kan ikke angres på én gang.", most=formatters.grouped(MOST))
        return _page(wanted, [told], 409)
    if request.method == "POST":
        return _take_back(wanted)
    obstacles = _tried(wanted.changes)[1] if wanted.is_looked_at else []
    db.session.rollback()
    return _page(wanted, obstacles, 200)


def _tried(changes: Sequence[Any]) -> tuple[Undoing, list[str]]:
    """Every row as it was, in the session alone, and what stands in the way of it, in words."""
    before = {one.row: quality.gaps_when_approved(one) for one in _to_approve(changes)}
    undoing = Undoing(db.session, g.actor)
    undoing.take_back(changes)
    found = sentences(undoing.obstacles)
    with db.session.no_autoflush:
        found += _unready([row for row in undoing.rows if type(row).__register__.approval], before)
        found += _used(changes, undoing)
    return undoing, found


def _to_approve(changes: Sequence[Any]) -> Iterator[Standing]:
    """How the rows that are approved one by one stand, of those that are changed."""
    ids: dict[type[Any], list[int]] = {}
    for change in changes:
        if register_of(change).__register__.approval:
            ids.setdefault(register_of(change), []).append(change.row_id)
    for register, some in ids.items():
        rows = db.session.scalars(select(register).where(register.id.in_(some)))
        yield from standing_together(db.session, list(rows))


def _unready(rows: list[Any], before: dict[Any, Any]) -> list[str]:
    """What an approved activity would lack, that it does not lack now."""
    found = []
    for row in rows:
        if gaps := quality.unready(row, before.get(row)):
            found.append(tr(NOT_READY, name=str(row), fields=", ".join(tr(one.label) for one in gaps)))
    return found


def _used(changes: Sequence[Any], undoing: Undoing) -> list[str]:
    """What has been taken into use, or changed again, since it was made."""
    made = {(change.register, change.row_id): change for change in changes if change.action in {CREATED, RESTORED}}
    found = [tr(IN_USE, name=str(row)) for row in undoing.gone if len(changes) == 1 and uses_of(db.session, row)]
    for register in {type(row) for row in undoing.gone}:
        mine = [made[register.__tablename__, row.id] for row in undoing.gone if type(row) is register]
        first = min(change.id for change in mine)
        later = events.later(db.session, register, first, [change.row_id for change in mine])
        events_of = {change.row_id: change.request_id for change in mine}
        now = scope.current().request_id  # what has been taken back of it in this very moment
        again = {
            one.row_id for one in later if not one.request_id or one.request_id not in {events_of[one.row_id], now}
        }
        found += [tr(USED_SINCE, name=change.row_name) for change in mine if change.row_id in again]
    return found


def sentences(obstacles: list[Obstacle]) -> list[str]:
    """What stands in the way, once each, and by whom where something was changed again."""
    whom = _changed_again([one for one in obstacles if one.text == CHANGED_SINCE])
    return list(dict.fromkeys(_sentence(one, whom) for one in obstacles))


def _sentence(obstacle: Obstacle, whom: dict[int, str]) -> str:
    labels = ", ".join(dict.fromkeys([*[tr(known.label) for known in obstacle.fields], *obstacle.names]))
    if obstacle.problem is not None:
        said = explain(obstacle.problem)
        return f"«{obstacle.change.row_name}», {labels}: {said}" if labels else said
    told = tr(obstacle.text, name=obstacle.change.row_name, fields=labels)
    by = whom.get(obstacle.change.id) if obstacle.text == CHANGED_SINCE else None
    return f"{told} ({by})" if by else told


def _changed_again(obstacles: list[Obstacle]) -> dict[int, str]:
    """Who changed the same fields again, and when, by the change that is to be taken back; a statement a register."""
    found: dict[int, str] = {}
    for register in {register_of(one.change) for one in obstacles}:
        mine = [one for one in obstacles if register_of(one.change) is register]
        first = min(one.change.id for one in mine)
        later = events.later(db.session, register, first, [one.change.row_id for one in mine])
        for one in mine:
            keys = {known.key for known in one.fields}
            fits = (
                entry
                for entry in later
                if entry.row_id == one.change.row_id
                and entry.id > one.change.id
                and any(told["field"] in keys or "part" in told for told in entry.fields)
            )
            if newest := next(fits, None):
                found[one.change.id] = f"{history.who(newest)}, {formatters.moment(newest.at)}"
    return found


def _take_back(wanted: Wanted) -> ResponseReturnValue:
    """All of it in one transaction, a piece after the other, or nothing."""
    first, number = wanted.changes[0], 0
    try:
        with (
            scope.saying(reason=reasons.given(), undoes=first.request_id),
            underway.telling_of(register_of(first), wanted.size) as tell,
        ):
            for changes in wanted.pieces:
                undoing, obstacles = _tried(changes)
                if obstacles:
                    return _refused(wanted, obstacles)
                undoing.write()
                number += len(undoing.rows) + len(undoing.gone) + undoing.moved
                tell(min(number, wanted.size), wanted.size)
            db.session.commit()
    except Problem as problem:
        return _refused(wanted, [explain(problem)], may_retry=True)
    except StaleDataError:
        return _refused(wanted, [_("Noen andre endret noe av dette i samme øyeblikk. Prøv igjen.")])
    except IntegrityError:
        told = _("Noe viser til det som skulle bort, eller er registrert på nytt. Fjern det først, og prøv igjen.")
        return _refused(wanted, [told])
    flash(_("Angret. %(number)s er som før.", number=_rows(number)), "success")
    return redirect(wanted.back, code=303)


def _rows(number: int) -> str:
    return ngettext("%(num)s rad", "%(num)s rader", number)


def _refused(wanted: Wanted, told: list[str], *, may_retry: bool = False) -> ResponseReturnValue:
    db.session.rollback()
    return _page(wanted, told, 409, may_retry=may_retry)


def _page(wanted: Wanted, obstacles: list[str], status: int, *, may_retry: bool = False) -> ResponseReturnValue:
    changes, is_long = wanted.changes, not wanted.is_looked_at
    shown = changes[:SHOWN]
    rows = wanted.size if is_long else len({(type(change), change.register, change.row_id) for change in changes})
    page = render_template(
        "changes/undo.html",
        title=_("Angre dette?"),
        breadcrumbs=trail(_("Angre")),
        intro=_("%(who)s, %(when)s", who=history.who(changes[0]), when=formatters.moment(changes[0].at)),
        obstacles=obstacles[:FEW],
        more_obstacles=max(len(obstacles) - FEW, 0),
        rows=[_before_and_after(change) for change in shown],
        more=max(wanted.size - SHOWN, 0),
        total=_rows(rows),
        progress_url=url_for("underway.index") if is_long else None,
        may_try=may_retry or not obstacles,
        back_url=wanted.back,
    )
    return page, status


def _before_and_after(change: Any) -> dict[str, Any]:
    """A change as its undoing will be told: what is now, and what comes."""
    register = register_of(change)
    told = history.shown(register, change)
    turned = [
        {**one, "old": one["new"], "new": one["old"], "added": one["removed"], "removed": one["added"]}
        for one in told["fields"]
    ]
    what = {"created": _("Slettes"), "restored": _("Slettes"), "deleted": _("Hentes tilbake")}
    return {
        "name": change.row_name or "–",
        "kind": tr(register.__register__.one),
        "url": url_for(f"{register.__tablename__}.details_view", id=change.row_id),
        "action_label": what.get(change.action, _("Endres tilbake")),
        "tone": "danger" if change.action in {CREATED, RESTORED} else "info",
        "fields": turned,
    }
