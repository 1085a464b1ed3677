"""Comments that come with the change of a row, as an import brings them, and go with it or after who made them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from models.changes import audit
from models.changes.gathering import CHUNK
from models.declare.fields import is_owned
from models.declare.words import N_
from models.registers.comments import comment_class
from models.tenancy.log import REMARKED, UNREMARKED

COMMENTS, SAID = "comments", "said"
TOUCHED = N_("Kommentaren på «%(name)s» er endret eller løst siden. Slett den selv, om den skal bort.")
REMOVED = N_("Kommentaren på «%(name)s» er slettet for godt, og kommer ikke tilbake.")
GONE_FOR_GOOD = N_("Kommentarene på «%(name)s» er slettet, og kommer ikke tilbake. Importer filen på nytt i stedet.")


def note(session: Any, row: Any, comments: Sequence[Any]) -> None:
    """Say of a row that these comments, about to be saved, are said of it."""
    told = [{"field": COMMENTS, "new": len(comments)}]
    audit.note_beside(session, row, REMARKED, told, lambda: _reverse(**{COMMENTS: [one.id for one in comments]}))


def found(session: Any, register: type[Any], changes: Iterable[Any]) -> dict[int, Any]:
    """The comments that came or went with some changes of a register, by number, some hundreds a statement."""
    ids = [one for change in changes if change.action in {REMARKED, UNREMARKED} for one in _numbers(change)]
    kept: Any = comment_class(register)
    chunks = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
    return {one.id: one for some in chunks for one in session.scalars(select(kept).where(kept.id.in_(some)))}


def take_back(session: Any, row: Any, comments: Sequence[Any]) -> bool:
    """Delete those that are still there, and say so of their row; not where somebody has changed or settled one. What
    they said is kept as long as what is deleted may come back (`models/changes/emptying.py`)."""
    there = [one for one in comments if one.gone_at is None]
    if any(not one.is_open or one.edited_at is not None for one in there):
        return False
    said = [[one.id, one.text, one.mentions] for one in there]
    for one in there:
        one.take_back()
    if there:
        told = [{"field": COMMENTS, "old": len(there)}]
        audit.note_beside(session, row, UNREMARKED, told, _reverse(**{SAID: said}))
    return True


def say_again(session: Any, row: Any, change: Any, comments: Mapping[int, Any]) -> bool:
    """Say again what was taken back, and that it is; not where what it said is kept no longer."""
    said = _said(change)
    if not said or any(number not in comments for number, _text, _mentions in said):
        return False
    for number, text, mentions in said:
        comments[number].say_again(text, mentions)
    note(session, row, [comments[number] for number, _text, _mentions in said])
    return True


def remove(session: Any, row: Any, comment: Any, by: str) -> None:
    """Delete what somebody who has left said of a row, for good: its words are kept nowhere. The history of a
    municipality's row says so; that of a shared row is read by all, and what is said of it belongs to one."""
    comment.remove(by)
    if is_owned(type(row)):
        audit.note_beside(session, row, UNREMARKED, [{"field": COMMENTS, "old": 1}], _reverse(**{SAID: []}))


def why_it_stays(change: Any) -> str:
    """What is told to who would have deleted comments back."""
    return GONE_FOR_GOOD if change.undoes else REMOVED


def _numbers(change: Any) -> list[int]:
    return [one[0] for one in _said(change)] if change.action == UNREMARKED else change.reverse[COMMENTS]


def _said(change: Any) -> list[tuple[int, str, dict[str, int]]]:
    return [(number, text, mentions) for number, text, mentions in (change.reverse or {}).get(SAID, ())]


def _reverse(**told: list[Any]) -> dict[str, Any]:
    return {"values": {}, "links": {}, "parts": [], **told}
