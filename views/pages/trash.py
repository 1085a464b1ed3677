"""What is deleted in all registers together, and bringing back several rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from models.changes import restoring
from models.changes.undoing import register_of
from models.database import db
from models.declare.clock import now
from models.declare.numbers import as_id
from models.declare.words import Problem
from models.queries import events
from views import formatters
from views.access import needs, signed_in
from views.pages.changes import before_of, everything, place_after, trail
from views.register import history
from views.register.deleting import may_restore, until
from views.texts import explain, tr
from views.texts import gettext as _

blueprint = Blueprint("trash", __name__, url_prefix="/changes/deleted")
PAGE, TICKED = 50, "row"


@blueprint.get("/")
@needs(signed_in)
def index() -> ResponseReturnValue:
    """What can still be brought back, of all that one may see."""
    return _page(200)


@blueprint.post("/")
@needs(signed_in)
def restore() -> ResponseReturnValue:
    """Bring back every row that is ticked, or none."""
    changes = [_deletion(key) for key in list(dict.fromkeys(request.form.getlist(TICKED)))[:PAGE]]
    if not changes:
        flash(_("Kryss av for det du vil hente tilbake."), "info")
        return _page(422)
    if not all(may_restore(register_of(change), change) for change in changes):
        abort(403)
    try:
        lost = _bring_back(changes)
        db.session.commit()
    except Problem as problem:
        return _refused(explain(problem))
    except IntegrityError:
        told = _("Noe av det er registrert på nytt etterpå, for eksempel samme nummer. Endre det, og prøv igjen.")
        return _refused(told)
    flash(_("Hentet tilbake: %(names)s.", names=", ".join(change.row_name for change in changes)), "success")
    if lost:
        flash(_("Dette finnes ikke lenger, og er ikke koblet til nå: %(names)s.", names=", ".join(lost)), "warning")
    return redirect(url_for(".index"), code=303)


def _bring_back(changes: Sequence[Any]) -> list[str]:
    """What was deleted last comes first, for others may have been linked to it. Gives the names of what is lost."""
    lost: list[str] = []
    for change in sorted(changes, key=lambda one: one.at, reverse=True):
        if not restoring.may_come_back(change):
            raise Problem(restoring.LATE, name=change.row_name)
        lost += restoring.bring_back(db.session, register_of(change), change)[1]
        db.session.flush()
    return lost


def _refused(told: str) -> ResponseReturnValue:
    db.session.rollback()
    flash(told, "error")
    return _page(409)


def _deletion(key: str) -> Any:
    """What a tick stands for; 404 for what is out of reach, malformed, or there again."""
    log, _dash, number = key.partition("-")
    try:
        found = events.change(db.session, everything(), events.NAMES[log], as_id(number))
    except (KeyError, ValueError):
        abort(404)
    if found is None or restoring.deletion_of(db.session, register_of(found), found.row_id) is not found:
        abort(404)
    return found


def _page(status: int) -> ResponseReturnValue:
    asked = replace(everything(), before=before_of(request.args.get("before", "")))
    one = next((each for each in asked.registers if each.__tablename__ == request.args.get("register")), None)
    asked = replace(asked, registers=[one]) if one else asked
    found = events.deleted(db.session, asked, now() - timedelta(days=restoring.DAYS), PAGE)
    rows = [_row(change) for change in found[:PAGE]]
    page = render_template(
        "changes/deleted.html",
        title=_("Slettede"),
        breadcrumbs=trail(_("Slettede")),
        days=restoring.DAYS,
        rows=rows,
        may=any(row["key"] for row in rows),
        more_url=url_for(".index", **_onward(asked, found[:PAGE])) if len(found) > PAGE else None,
    )
    return page, status


def _onward(asked: Any, shown: Sequence[Any]) -> dict[str, Any]:
    given = request.args.get("register")
    return {"before": place_after(asked, list(shown))} | ({"register": given} if given else {})


def _row(change: Any) -> dict[str, Any]:
    register = register_of(change)
    key = f"{events.name_of(type(change))}-{change.id}"
    return {
        "key": key if restoring.may_come_back(change) and may_restore(register, change) else "",
        "name": change.row_name or "–",
        "url": url_for(f"{register.__tablename__}.deleted_view", id=change.row_id),
        "cells": [tr(register.__register__.one), formatters.moment(change.at), history.who(change), until(change)],
    }
