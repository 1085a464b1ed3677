"""What the pages of a change of many rows show: its fields in groups, and what each row becomes or says to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from models.changes.bulk import Bulk, Refusal
from models.declare.fields import Field, Kind
from models.declare.titles import title_of
from views import formatters
from views.register.bulkform import Asked
from views.register.bulkselection import Selection
from views.texts import explain, language, tr
from views.texts import gettext as _

SHOWN = 50


def frame(view: Any, selection: Selection, title: str) -> dict[str, Any]:
    """What surrounds every such page."""
    return {
        "eyebrow": tr(view.register.__register__.name),
        "breadcrumbs": view._trail(title),
        "action_url": url_for(".bulk_view"),
        "back_url": selection.back,
    }


def told(view: Any, sentence: str) -> ResponseReturnValue:
    """A page that says why nothing can be done with a selection."""
    title = _("Endre flere")
    page = render_template(
        "register/bulk_stopped.html",
        title=title,
        breadcrumbs=view._trail(title),
        sentence=sentence,
        back_url=url_for(".index_view"),
    )
    return page, 422


def groups(fields: Sequence[Asked]) -> list[dict[str, Any]]:
    """The fields a list shows first, for they are what most is done with; the others by their section, folded."""
    listed = [one for one in fields if one.known.listed] or list(fields)
    found: dict[str, list[Asked]] = {}
    for one in fields:
        if one not in listed:
            found.setdefault(one.known.section, []).append(one)
    more = [
        {"title": tr(title) or _("Flere felt"), "fields": some, "open": any(one.says for one in some)}
        for title, some in found.items()
    ]
    return [{"title": "", "fields": listed, "open": True}, *more]


def outcome(bulk: Bulk, missing: int) -> dict[str, Any]:
    """What becomes of the rows, the first of each kind by name, and how many there are."""
    changed, refused = list(bulk.changed.items()), list(bulk.refusals.items())
    goes = len(changed) + len(bulk.gone)
    return {
        "goes": goes,
        "number": formatters.grouped(goes),
        "changed": [_row(row) | {"fields": [_field(*one) for one in said.values()]} for row, said in changed[:SHOWN]],
        "gone": [_row(row) for row in bulk.gone[:SHOWN]],
        "more": max(goes - SHOWN, 0),
        "refused": _by_reason(refused[:SHOWN]),
        "more_refused": max(len(refused) - SHOWN, 0),
        "stays": len(refused) + missing,
        "missing": missing,
        "same": len(bulk.same),
    }


def _by_reason(refused: Iterable[tuple[Any, Sequence[Refusal]]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The rows that refuse, those together that do so for the same reason."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row, some in refused:
        found.setdefault(" ".join(why(some)), []).append(_row(row))
    return list(found.items())


def _row(row: Any) -> dict[str, Any]:
    return {"name": title_of(row, language()) or "–", "url": url_for(".details_view", id=row.id)}


def _field(known: Field, old: Any, new: Any) -> dict[str, Any]:
    """A field before and after, as the history tells of it."""
    said = {"label": tr(known.label), "old": "", "new": "", "added": [], "removed": []}
    if known.kind is not Kind.REFERENCES:
        return said | {"old": formatters.text(known, old), "new": formatters.text(known, new)}
    return said | {
        "added": _names(one for one in new if one not in old),
        "removed": _names(one for one in old if one not in new),
    }


def _names(rows: Iterable[Any]) -> list[str]:
    return sorted(title_of(row, language()) for row in rows)


def why(refusals: Sequence[Refusal]) -> Iterable[str]:
    """Each reason as a sentence, after the fields it is about."""
    for one in refusals:
        labels = ", ".join(tr(known.label) for known in one.fields)
        yield f"{labels}: {explain(one.problem)}" if labels else explain(one.problem)
