"""Following rows and lists, no longer following them, and having seen what happened. Each person's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from models.database import db
from models.declare.clock import now
from models.declare.numbers import BIGGEST, as_id
from models.queries.followed import MOST_FOLLOWED, MOST_LISTS, follows_of, names, some_lists
from models.registers.comments import comment_class
from models.registers.following import LONGEST_QUERY, MENTIONS, Follow
from views.access import is_local, needs, person, signed_in
from views.addresses import address_of
from views.register import followed, returning
from views.register.beside import row_at
from views.register.paging import number_of
from views.texts import gettext as _
from views.texts import language, tr

blueprint = Blueprint("following", __name__, url_prefix="/following")


@blueprint.get("/")
@needs(signed_in)
def index() -> str:
    """What one follows, and what happened in it."""
    everything = follows_of(db.session, g.actor.user_id)
    page = max(number_of(request.args.get("page", "")), 1)
    follows, pages = some_lists(everything, page)
    known = names(db.session, follows, followed.readable(), language())
    shown = [(one, line) for one in follows if (line := _line(one, known)) is not None]
    return render_template(
        "register/follow.html",
        title=_("Det du følger"),
        breadcrumbs=[{"label": _("Start"), "url": "/"}, {"label": _("Det du følger"), "url": None}],
        news=followed.recent(person().email, page),
        rows=[line for one, line in shown if one.row_id],
        lists=[line for one, line in shown if one.is_list],
        pages={
            "first": None,
            "previous": url_for(".index", page=page - 1, _anchor="lists") if page > 1 else None,
            "next": url_for(".index", page=page + 1, _anchor="lists") if page < pages else None,
            "last": None,
        },
    )


def _line(one: Follow, known: Mapping[int, str]) -> dict[str, Any] | None:
    """What is followed, as it is called now; None where one may not read such rows."""
    register = next((r for r in followed.readable() if r.__tablename__ == one.register), None)
    if register is None:
        return None
    there = address_of(f"{one.register}.index_view")
    return {
        "name": known.get(one.id, _("slettet")) if one.row_id else followed.called(register, one.query),
        "kind": tr(register.__register__.one) if one.row_id else _("liste"),
        "url": url_for(f"{one.register}.details_view", id=one.row_id) if one.row_id else f"{there}?{one.query}",
        "stop_url": url_for(".stop", number=one.id),
    }


@blueprint.post("/<register>/<int:row_id>/")
@needs(signed_in)
def row(register: str, row_id: int) -> ResponseReturnValue:
    """Follow a row one may read, or no longer."""
    found = row_at(register, row_id, comment_class)
    if "stop" in request.form:
        mine = (Follow.user_id == g.actor.user_id, Follow.register == register, Follow.row_id == found.id)
        db.session.execute(delete(Follow).where(*mine))
        db.session.commit()
    else:
        _follow(register=register, row_id=found.id)
    return redirect(returning.way_back() or url_for(f"{register}.details_view", id=row_id), code=303)


@blueprint.post("/<register>/list/")
@needs(signed_in)
def view(register: str) -> ResponseReturnValue:
    """Follow what a list holds."""
    back = request.form.get("back", "")
    found = next((one for one in followed.readable() if one.__tablename__ == register), None) or abort(404)
    if not is_local(back) or back.partition("?")[0] != address_of(f"{register}.index_view"):
        abort(400, description="return_address")
    query = followed.asked_of(found, back.partition("?")[2])
    if len(query) > LONGEST_QUERY:
        flash(_("Lista har for mange filtre til at den kan følges. Fjern noen av dem."), "error")
    elif _follow(register=register, query=query):
        flash(_("Du følger lista. Det som skjer i den, står på startsiden."), "success")
    return redirect(back, code=303)


def _follow(**about: Any) -> bool:
    """Follow from now on, once; whether there is room for it."""
    mine = follows_of(db.session, g.actor.user_id)
    if len(mine) >= MOST_FOLLOWED:
        flash(_("Du følger %(most)s rader og lister. Slutt å følge noen av dem først.", most=MOST_FOLLOWED), "error")
        return False
    db.session.add(Follow(user_id=g.actor.user_id, **about))
    try:
        db.session.commit()
    except IntegrityError:  # followed already, or pressed twice
        db.session.rollback()
    return True


@blueprint.post("/<int:number>/stop/")
@needs(signed_in)
def stop(number: int) -> ResponseReturnValue:
    """Follow something no longer, whatever has become of it."""
    db.session.execute(delete(Follow).where(Follow.id == min(number, BIGGEST), Follow.user_id == g.actor.user_id))
    db.session.commit()
    return redirect(url_for(".index"), code=303)


@blueprint.post("/seen/")
@needs(signed_in)
def seen() -> ResponseReturnValue:
    """What happened up to when the page was drawn is known: in all rows, and in the lists the page looked in."""
    try:
        until = min(datetime.fromisoformat(request.form.get("until", "")), now())
        lists = [as_id(one) for one in request.form.getlist("list")[:MOST_LISTS]]
    except (ValueError, TypeError):  # no moment, or one without a zone; no number
        abort(400)
    looked_in = or_(Follow.row_id != 0, Follow.register == MENTIONS, Follow.id.in_(lists))
    mine = (Follow.user_id == g.actor.user_id, Follow.seen_at < until, looked_in)
    db.session.execute(update(Follow).where(*mine).values(seen_at=until))
    named = (Follow.user_id == g.actor.user_id, Follow.register == MENTIONS)
    if db.session.scalar(select(Follow.id).where(*named)) is None:
        db.session.add(Follow(user_id=g.actor.user_id, register=MENTIONS, seen_at=until))
    try:
        db.session.commit()
    except IntegrityError:  # pressed twice
        db.session.rollback()
    return redirect("/", code=303)
