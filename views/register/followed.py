"""Following a row or a list, as pages show it: the button, and what happened since last time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import g, request, url_for
from sqlalchemy import select

import models
from models.changes.undoing import register_of
from models.database import db
from models.declare.clock import now
from models.queries import followed
from models.queries.finding import conditions, given
from models.queries.followed import News, Reader
from models.registers.comments import comment_class
from models.registers.following import Follow
from models.tenancy.roles import can
from views import formatters
from views.register import history, toolbar
from views.register.listing import Listing
from views.texts import gettext as _
from views.texts import ngettext, tr

RECENT, MOST_ROWS, MOST_LINES, MOST_FIELDS = timedelta(days=14), 15, 3, 4


def readable() -> list[type[Any]]:
    """The registers whose rows somebody may read and follow here."""
    return [one for one in models.REGISTERS if comment_class(one) is not None and can(g.actor, "read", one, g.active)]


def button(row: Any) -> dict[str, Any] | None:
    """Where a row is followed, and whether it is; None where nothing can be followed."""
    if comment_class(type(row)) is None:
        return None
    kind = type(row).__tablename__
    mine = (Follow.user_id == g.actor.user_id, Follow.register == kind, Follow.row_id == row.id)
    is_followed = db.session.scalar(select(Follow.id).where(*mine)) is not None
    return {"url": url_for("following.row", register=kind, row_id=row.id), "is_followed": is_followed}


def recent(email: str, page: int = 1) -> dict[str, Any] | None:
    """What is new in the rows one follows, and in a page of the lists; None when there is nothing, and no more lists to
    look in."""
    begun = now()
    follows, pages = followed.some_lists(followed.follows_of(db.session, g.actor.user_id), page)
    told, on_start = news(email, follows, begun - RECENT), request.endpoint != "following.index"
    if not told and (pages == 1 or not on_start):
        return None
    return {
        "rows": [line(one) for one in told[:MOST_ROWS]],
        "more": len(told[MOST_ROWS:]),
        "url": url_for("following.seen"),
        "form": [("until", begun.isoformat()), *[("list", one.id) for one in follows if one.is_list]],
        "all_url": url_for("following.index") if on_start else None,
        "lists_url": url_for("following.index", page=2, _anchor="lists") if on_start and pages > 1 else None,
    }


def news(email: str, follows: list[Follow], since: datetime) -> list[News]:
    """What happened in what somebody follows, by what may be read now."""
    return followed.news(db.session, Reader(g.actor.user_id, email, readable(), _held), follows, since)


def asked_of(register: type[Any], query: str) -> str:
    """What the address of a list asks for, order and columns left aside, as it is kept."""
    listing = Listing.from_address(register, query)
    return urlencode([(key, text) for key, text in listing.parameters if key not in {"sort", "columns"}])


def called(register: type[Any], query: str) -> str:
    """The same in words."""
    listing = Listing.from_address(register, query)
    words = [str(one["label"]) for one in toolbar.active(listing)]
    searched = [f"«{listing.query.search}»"] if listing.query.search else []
    return ": ".join(filter(None, (tr(register.__register__.name), ", ".join([*searched, *words]))))


def _held(register: type[Any], query: str, rows: Iterable[int]) -> set[int]:
    """Which of some rows a list holds, as its address asks for it today; none where it can no longer be asked so."""
    listing = Listing.from_address(register, query)
    if listing.asked.refused:
        return set()
    asked = listing.query
    found = select(register.id).where(register.id.in_(list(rows)), *conditions(register, asked))
    return set(db.session.scalars(found, given(asked)))


def line(one: News) -> dict[str, Any]:
    """What is told of a row: who did what, the newest first."""
    told = [_changed(change) for change in one.changes]
    told += [_("%(who)s skrev en kommentar", who=said.author_name or _("Orden")) for said in one.comments]
    told = list(dict.fromkeys(told))
    return {
        "name": one.name or "–",
        "kind": tr(one.register.__register__.one),
        "url": url_for(f"{one.register.__tablename__}.details_view", id=one.row_id),
        "when": formatters.moment(one.at),
        "lines": told[:MOST_LINES],
        "more": ngettext("og %(num)s til", "og %(num)s til", len(told) - MOST_LINES) if told[MOST_LINES:] else "",
    }


def _changed(change: Any) -> str:
    told = history.shown(register_of(change), change)
    labels = list(dict.fromkeys(entry["label"] for entry in told["fields"]))
    fields = ", ".join(labels[:MOST_FIELDS]) + (" …" if labels[MOST_FIELDS:] else "")
    if fields and told["action_label"] not in {tr("Opprettet"), tr("Slettet")}:
        return f"{told['who']}: {told['action_label']} – {fields}"
    return f"{told['who']}: {told['action_label']}"
