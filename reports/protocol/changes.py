"""What has changed in the record since a day, activity by activity (`reports/comparing.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from models.declare.choices import RecordStatus
from models.declare.words import N_
from reports.base import Ask, Told
from reports.choices import SINCE
from reports.columns import SAID
from reports.comparing import WORDS, differences
from reports.comparing import Said as Compared
from reports.document import Answer as Said
from reports.document import Chapter, Grid, Part, Section, lines_of
from reports.protocol.contents import Form, Item, items
from reports.protocol.reading import Activities, Activity, Which
from reports.table import Cell, Column, Kind, Sheet

TITLE = N_("Endringer siden")
NONE = N_("Ingenting er endret siden da.")
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
    said = [
        Compared("", item.label, partial(_said, item, ask))
        for item in items(Form.WIDE, ask.language)
        if item.kind is not Kind.DATETIME  # when it was changed is no change
    ]
    for one in differences(before, after, said, lambda activity: str(activity["name"])):
        yield one.name, ask.t(WORDS[one.what]), one.label, one.was, one.now


def _by_id(session: Any, ask: Ask) -> dict[int, Activity]:
    """All activities, whatever state they are in: one that was deleted is gone, one that has ended says so itself."""
    found = Activities(session, ask, chosen=(), states=STATES, with_drafts=False)
    return {one["id"]: one for one in found.of(Which.ALL)}


def _said(item: Item, ask: Ask, activity: Activity) -> str:
    return "\n".join(lines_of(SAID.get(item.kind, str)(said))) if (said := item.cell(activity, ask.t)) else ""
