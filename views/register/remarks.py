"""What is said of a row, on its page: who said what, what became of it, and who may do what about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import g, url_for
from markupsafe import Markup, escape

from models.database import db
from models.declare.choices import CommentKind, CommentState
from models.declare.clock import today
from models.declare.domains import Domain
from models.declare.fields import is_owned
from models.queries import comments
from models.registers.comments import CLASSES, ENDINGS, comment_class
from models.tenancy import scope
from models.tenancy.people import still_here
from models.tenancy.roles import advises, can
from views import formatters
from views.texts import gettext as _
from views.texts import tr


def context(row: Any) -> dict[str, Any] | None:
    """What is said of a row, and where more is said; None where nothing ever is."""
    if comment_class(type(row)) is None:
        return None
    all_said, place = comments.of_row(db.session, row), _place(row)
    left = left_by_their_authors(all_said)
    said = [_told(one, row, one in left) for one in all_said]
    return {
        "said": said,
        "open": sum(one["is_open"] for one in said),
        "url": url_for("comments.say", register=type(row).__tablename__, row_id=row.id) if may_say(row) else None,
        "advises": advises(g.actor, place),
    }


def _place(row: Any) -> int | None:
    """The municipality that what is said of a row belongs to."""
    return int(row.municipality_id) if is_owned(type(row)) else scope.current().active


def may_say(row: Any) -> bool:
    """Whoever may read a row may speak of it, but for whom the table of roles lets only read."""
    said: Any = comment_class(type(row))
    return said is not None and _place(row) in scope.current().writable(said.__domain__)


def may_settle(comment: Any, row: Any) -> bool:
    """Who keeps the row says what becomes of advice; of a remark also the one who made it."""
    if comment.gone_at is not None or not scope.current().may_write(comment):
        return False
    mine = comment.kind is CommentKind.REMARK and comment.author_id == g.actor.user_id
    return mine or can(g.actor, "edit", row) or (not is_owned(type(row)) and comment.kind is CommentKind.REMARK)


def may_amend(comment: Any) -> bool:
    """Whoever said something changes it or takes it back; advice for as long as they are the officer who gives it."""
    mine = comment.author_id == g.actor.user_id and scope.current().may_write(comment) and comment.gone_at is None
    return mine and (comment.kind is CommentKind.REMARK or advises(g.actor, comment.municipality_id))


def left_by_their_authors(said: Iterable[Any]) -> list[Any]:
    """Remarks whose authors have no account that works or no role there any more, for who keeps people where they were
    said. Advice is evidence, and stays."""
    by_place: dict[int, list[Any]] = {}
    for one in said:
        if one.kind is CommentKind.REMARK and one.gone_at is None and one.author_id != g.actor.user_id:
            by_place.setdefault(one.municipality_id, []).append(one)
    found = []
    for place in by_place.keys() & scope.current().writable(Domain.PEOPLE):
        authors = {one.author_id for one in by_place[place] if one.author_id}
        here = still_here(db.session, authors, place, today()) if authors else set()
        found += [one for one in by_place[place] if one.author_id not in here]
    return found


def _told(comment: Any, row: Any, left: bool) -> dict[str, Any]:
    name = next(key for key, one in CLASSES.items() if one is type(comment))
    states = [one for one in CommentState if one in ENDINGS[comment.kind] and one is not comment.state]
    return {
        "id": f"{name}-{comment.id}",
        "who": comment.author_name,
        "when": formatters.moment(comment.at),
        "advice": comment.kind is CommentKind.ADVICE,
        "kind": tr(comment.kind.label),
        "state": comment.state.told(tr),
        "tone": comment.state.tone,
        "is_open": comment.is_open,
        "text": _linked(comment),
        "edited": formatters.moment(comment.edited_at) if comment.edited_at else "",
        "gone": formatters.moment(comment.gone_at) if comment.gone_at else "",
        "earlier": [(formatters.moment(datetime.fromisoformat(one["at"])), one["text"]) for one in comment.earlier],
        "own": _own(name, comment) if may_amend(comment) else None,
        "removed_by": comment.removed_by,
        "remove_url": url_for("comments.remove", kind=name, number=comment.id) if left else None,
        "stamp": comment.stamp,
        "answer": comment.answer,
        "settled": _("%(who)s, %(when)s", who=comment.settled_by, when=formatters.moment(comment.settled_at))
        if comment.settled_at
        else "",
        "url": url_for("comments.settle", kind=name, number=comment.id) if may_settle(comment, row) else None,
        "states": [
            {"value": str(one), "label": _words(one), "why": one is CommentState.NOT_FOLLOWED} for one in states
        ],
    }


def _own(name: str, comment: Any) -> dict[str, Any]:
    """Where somebody changes what they said, and takes it back: advice also when it is settled."""
    where = {"kind": name, "number": comment.id}
    goes = comment.is_open or comment.kind is CommentKind.ADVICE
    return {
        "text": comment.text,
        "edit_url": url_for("comments.reword", **where) if comment.is_open else None,
        "back_url": url_for("comments.take_back", **where) if goes else None,
    }


def _words(state: CommentState) -> str:
    """What the button says that makes it so."""
    words = {
        CommentState.OPEN: _("Åpne igjen"),
        CommentState.SETTLED: _("Merk som løst"),
        CommentState.FOLLOWED: _("Rådet er fulgt"),
        CommentState.NOT_FOLLOWED: _("Rådet følges ikke"),
    }
    return words[state]


def _linked(comment: Any) -> Markup:
    """The text, with who is mentioned as links."""
    text = str(escape(comment.text))
    for name, person in sorted(comment.mentions.items(), key=lambda pair: -len(pair[0])):
        url = url_for("contact_person.details_view", id=person)
        text = text.replace(f"@{escape(name)}", str(Markup('<a href="{}">@{}</a>').format(url, name)))
    return Markup(text)  # noqa: S704 - escaped above
