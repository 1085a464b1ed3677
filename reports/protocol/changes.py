"""What has changed in the record since a day: which activities have come, which are told of no more, and of the others
what they say otherwise, field by field, also where what they point at has changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from models.declare.choices import RecordStatus
from models.declare.words import N_
from reports.base import Ask, Told
from reports.choices import SINCE
from reports.columns import SAID
from reports.document import Answer as Said
from reports.document import Chapter, Grid, Part, Section, lines_of
from reports.protocol.contents import Form, Item, items
from reports.protocol.reading import Activities, Activity, Which
from reports.table import Cell, Column, Kind, Sheet

TITLE = N_("Endringer siden")
NONE = N_("Ingenting er endret siden da.")
NEW, CHANGED, GONE = N_("Ny"), N_("Endret"), N_("Slettet")
STATES = tuple(RecordStatus)
Line = tuple[str, str, str, str, str]  # the activity, what became of it, the field, what it said and what it says


@dataclass(frozen=True)
class _Changes:
    """The lines, found once for who draws them and who counts them."""

    session: Any
    ask: Ask

    @cached_property
    def lines(self) -> list[Line]:
        return list(_lines(self.session, self.ask))


def changed(session: Any, ask: Ask) -> Told:
    """The changes as a sheet, a line for each field."""
    t, found = ask.t, _Changes(session, ask)
    columns = [
        Column(t("Behandling"), Kind.TEXT), Column(t("Hva"), Kind.TEXT, width=10), Column(t("Felt"), Kind.TEXT),
        Column(t("Før"), Kind.LONG_TEXT), Column(t("Nå"), Kind.LONG_TEXT),
    ]  # fmt: skip

    def rows() -> Iterator[list[Cell]]:
        for line in found.lines[: ask.most]:
            yield [*line]

    return Told(Sheet(t(TITLE), columns, rows(), pages=1, empty=t(NONE)), lambda _most: len(found.lines))


def told_as_part(session: Any, ask: Ask) -> Part:
    """The same as the last part of a document, a chapter for each activity."""
    t = ask.t

    def chapters() -> Iterator[Chapter]:
        by_activity: dict[tuple[str, str], list[Line]] = {}
        for line in _lines(session, ask):
            by_activity.setdefault((line[0], line[1]), []).append(line)
        for (name, what), some in by_activity.items():
            said = [line[2:] for line in some if line[2]]
            grid = Grid([t("Felt"), t("Før"), t("Nå")], said)
            yield Chapter(name, what, [Section(t("Endringer"), [Said(what, grid=grid)])] if said else [])

    return Part(t(TITLE), chapters(), t(NONE))


def _lines(session: Any, ask: Ask) -> Iterator[Line]:
    before, after = (_by_id(one, ask) for one in (ask.read_from(session, SINCE), session))
    t = ask.t
    said = [
        one for one in items(Form.WIDE, ask.language) if one.kind is not Kind.DATETIME
    ]  # when it was changed is no change
    for one in sorted({*before, *after}, key=lambda one: _order(after.get(one) or before[one])):
        was, now = before.get(one), after.get(one)
        if was is None or now is None:
            known = now or was
            assert known is not None  # noqa: S101 - it is in one of the two
            yield known["name"], t(NEW if was is None else GONE), "", "", ""
            continue
        for item in said:
            old, new = _said(item, was, ask), _said(item, now, ask)
            if old != new:
                yield now["name"], t(CHANGED), item.label, old, new


def _by_id(session: Any, ask: Ask) -> dict[int, Activity]:
    """All activities, whatever state they are in: one that was deleted is gone, one that has ended says so itself."""
    found = Activities(session, ask, chosen=(), states=STATES, with_drafts=False)
    return {one["id"]: one for one in found.of(Which.ALL)}


def _order(activity: Activity) -> tuple[str, int]:
    return activity["name"].casefold(), activity["id"]


def _said(item: Item, activity: Activity, ask: Ask) -> str:
    return "\n".join(lines_of(SAID.get(item.kind, str)(said))) if (said := item.cell(activity, ask.t)) else ""
