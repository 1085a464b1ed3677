"""What the pages of a merge show: rows that may be the same, and two of them side by side, what differs first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import case, select

from models.changes.merging import Pick
from models.database import db
from models.declare.base import fields_of
from models.declare.fields import Field, Kind, is_owned
from models.declare.proposing import UNDECIDED, Proposed
from models.declare.titles import title, title_of
from models.queries import attachments, comments
from models.queries.finding import Query, conditions, given
from models.queries.relations import uses_of
from models.tenancy import scope
from views import formatters
from views.register import related, returning
from views.register.namesakes import told_apart
from views.texts import gettext as _
from views.texts import language, tr

MOST, LONGEST = 20, 100
WORDS = 3  # letters that a word must have to say anything of which rows are alike


def choose(view: Any, kept: Any, refused: str = "", other: Any = None) -> ResponseReturnValue:
    """Which row is the same as this one: those that are called alike, or what is searched for."""
    name, asked = title_of(kept, language()), request.values.get("q")
    typed = (asked or "")[:LONGEST].replace("\0", "").strip()
    back, swap = returning.way_back(), None
    if other is not None and other is not kept:
        swap = url_for(".merge_view", id=other.id, other=kept.id, back=back)
    page = render_template(
        "register/merge_choose.html",
        title=_("Slå sammen med …"),
        eyebrow=name,
        breadcrumbs=view._trail(name, _("Slå sammen"), row=kept),
        refused=refused,
        swap_url=swap,
        rows=[
            {"name": label or "–", "url": url_for(".merge_view", id=stays, other=goes, back=back)}
            for row_id, label in _alike(view.register, kept, typed or _telling(name))
            for stays, goes in [_turned(kept, row_id)]
        ],
        typed=typed,
        form=[("id", kept.id), *([(returning.BACK, back)] if back else [])],
        action_url=url_for(".merge_view"),
        back_url=url_for(".details_view", id=kept.id, back=back),
    )
    return page, 409 if refused else 200


def _turned(kept: Any, other: int) -> tuple[int, int]:
    """Which of the two stays and which goes, until somebody says otherwise: a proposal goes into what was there."""
    is_proposal = isinstance(kept, Proposed) and kept.status in UNDECIDED
    return (other, kept.id) if is_proposal else (kept.id, other)


def _telling(name: str) -> str:
    """The word of a name that tells most of what it is: the longest."""
    words = [word for word in name.split() if len(word) >= WORDS]
    return max(words, key=len, default="")


def _alike(register: type[Any], kept: Any, search: str) -> list[tuple[int, str]]:
    """Rows of the same owner that a search finds, namesakes first."""
    query = Query(search=search)
    label = title(register, register.__tablename__, register.__register__.title, language())
    found = select(register.id, label).where(register.id != kept.id, *conditions(register, query))
    first = case((register.sort_key == kept.sort_key, 0), else_=1)
    now = scope.current()
    with scope.use(now.around(kept) if is_owned(register) else now):
        rows = db.session.execute(found.order_by(first, register.sort_key, register.id).limit(MOST), given(query))
        return [(row_id, name) for row_id, name, _group in told_apart(register, [(*row, None) for row in rows])]


def name_of(known: Field) -> str:
    """What the choice of a field is posted under."""
    return f"pick-{known.key}"


def choices(known: Field) -> list[Pick]:
    many = known.kind in {Kind.REFERENCES, Kind.ROWS}
    return [Pick.KEPT, Pick.GONE, Pick.BOTH] if many else [Pick.KEPT, Pick.GONE]


def context(kept: Any, gone: Any, known: Sequence[Field], picked: Mapping[str, Pick]) -> dict[str, Any]:
    """Both rows, field by field, and what moves from the one to the other."""
    told = [(one, [_lines(one, row) for row in (kept, gone)]) for one in known]
    return {
        "kept_name": title_of(kept, language()) or "–",
        "gone_name": title_of(gone, language()) or "–",
        "kept_url": url_for(".details_view", id=kept.id),
        "gone_url": url_for(".details_view", id=gone.id),
        "fields": [_field(one, sides, picked[one.key]) for one, sides in told if sides[0] != sides[1]],
        "equal": [{"label": tr(one.label), "lines": side} for one, (side, other) in told if side == other and side],
        "alias": tr(next((one.label for one in known if one.key == type(kept).__register__.aliases), "")),
        "moves": _moves(gone),
        "is_shared": not is_owned(type(kept)),
    }


def _field(known: Field, sides: list[list[str]], picked: Pick) -> dict[str, Any]:
    lines = {Pick.KEPT: sides[0], Pick.GONE: sides[1]}
    return {
        "name": name_of(known),
        "label": tr(known.label),
        "choices": [{"value": one.value, "lines": lines.get(one), "checked": one is picked} for one in choices(known)],
    }


def _lines(known: Field, row: Any) -> list[str]:
    """What a row says in a field, a line for each link or part."""
    value = getattr(row, known.key)
    if value in (None, "", []):
        return []
    if known.kind is Kind.ROWS:
        return sorted(filter(None, (_part(part) for part in value)))
    if known.kind is Kind.REFERENCES:
        return sorted(formatters.text(known, [one]) for one in value)
    return [formatters.text(known, value)]


def _part(part: Any) -> str:
    told = ("; ".join(_lines(one, part)) for one in fields_of(type(part)))
    return " – ".join(filter(None, told))


def _moves(gone: Any) -> list[dict[str, Any]]:
    """What points at the row that goes, as far as one sees it, and what is said of it and hangs on it."""
    found = related.links(uses_of(db.session, gone), gone)
    for label, rows in ((_("Kommentarer"), comments.of_row), (_("Vedlegg og lenker"), attachments.of_row)):
        if number := len(rows(db.session, gone)):
            found.append({"label": label, "url": None, "count": formatters.grouped(number)})
    return found
