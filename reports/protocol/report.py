"""Behandlingsprotokoll: GDPR art. 30(1), and art. 30(2) beside it, as sheets and as a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.declare.choices import RecordStatus
from models.declare.words import N_
from models.registers.processing import ProcessingActivity
from reports.base import Ask, Report, Told, whose
from reports.choices import DAY, SINCE, Choice, Flag, OfField, conditions
from reports.columns import SAID
from reports.document import MOST_CHAPTERS, PAGE, PAGES, Answer, Chapter, Document, Part, Section, lines_of
from reports.language import Translate
from reports.protocol.changes import changed, told_as_part
from reports.protocol.contents import SECTIONS, Form, Item, items, left_out
from reports.protocol.reading import Activities, Activity, Which
from reports.table import Cell, Column, Kind, Sheet

STATES = (RecordStatus.APPROVED, RecordStatus.REVISE)
STATUS = OfField("status", N_("Status"), STATES, several=True, register=ProcessingActivity, place="status")
DRAFTS = Flag("drafts", N_("Med utkast som vedlegg"))
MISSING = N_("Ikke fylt ut")
GAPS = N_(
    "Det som må stå om hver behandling og mangler, er merket «Ikke fylt ut». Ellers står bare det som er svart på."
)
NONE = N_("Ingen behandlinger i dette utvalget.")
TITLES = {
    Which.OWN: N_("Behandlingsansvarlig (30 nr. 1)"),
    Which.OTHERS: N_("Databehandler (30 nr. 2)"),
    Which.DRAFTS: N_("Vedlegg: utkast"),
    Which.ALL: N_("Vedlegg: alle felt"),
}
FORMS = {Which.OWN: Form.SHORT, Which.OTHERS: Form.PROCESSOR, Which.DRAFTS: Form.SHORT, Which.ALL: Form.WIDE}


def _of(name: str, label: str, place: str = "") -> OfField:
    return OfField(name, label, register=ProcessingActivity, place=place or name)


CHOICES: tuple[Choice, ...] = (
    STATUS,
    _of("unit", N_("Ansvarlig enhet")),
    _of("theme", N_("Tjenesteområde (LOS)")),
    _of("function", N_("KOSTRA-funksjon")),
    _of("supplier", N_("Leverandør"), "processors.supplier"),
    _of("special", N_("Særlige kategorier")),
    DRAFTS,
    DAY,
    SINCE,
)


@dataclass(frozen=True)
class Protocol(Report):
    """The record of processing activities of one municipality, or of several under each other."""

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        here = ask.read_from(session)
        found = chosen(self, here, ask)
        told = [_told(found, which) for which in (*found.groups, Which.ALL)]
        return [*told, changed(here, ask)] if ask.chosen.get(SINCE.name) else told

    def document(self, session: Any, ask: Ask) -> Document:
        """Activity by activity. Its parts are read as they are drawn."""
        session = ask.read_from(session)
        t, found = ask.t, chosen(self, session, ask)
        told = [*self.facts(session, ask), *[(t(TITLES[one]), found.total(one)) for one in found.groups]]
        return Document(
            title=t(self.title), subtitle=t(self.text), whose=whose(session, t), made=ask.made,
            language=ask.language, facts=[(label, _in_words(value)) for label, value in told if value is not None],
            notes=[t(GAPS)], contents_label=t("Innhold"),
            page_label=t("Side %(page)s av %(pages)s", page=PAGE, pages=PAGES),
            parts=[
                Part(t(TITLES[which]), _chapters(found.of(which), ask), t(NONE))
                for which in found.groups if which is not Which.OTHERS or found.total(which)
            ] + ([told_as_part(session, ask)] if ask.chosen.get(SINCE.name) else []),
        )  # fmt: skip

    def chapters(self, session: Any, ask: Ask) -> int:
        """How many chapters a document would have, counted no further than one past what it holds."""
        return chosen(self, ask.read_from(session), ask).total(Which.ALL, MOST_CHAPTERS)


def _in_words(value: Cell) -> str:
    return SAID[Kind.DATETIME](value) if isinstance(value, datetime) else str(value)


def chosen(report: Report, session: Any, ask: Ask) -> Activities:
    """The activities asked for. Which states are told of stands apart: drafts come beside them."""
    narrowed = [one for one in report.choices if one not in (STATUS, DRAFTS, DAY, SINCE)]
    return Activities(
        session, ask, chosen=conditions(narrowed, ask.chosen), states=ask.chosen.get(STATUS.name, STATUS.default),
        with_drafts=bool(ask.chosen.get(DRAFTS.name)),
    )  # fmt: skip


def _told(found: Activities, which: Which) -> Told:
    ask, form = found.ask, FORMS[which]
    told = items(form, ask.language)
    if form is Form.WIDE and ask.most is None:  # whoever sees the beginning alone sees no column of the annex
        told = left_out(told, found.filled)
    columns = [Column(_heading(one), one.kind, emphasis=one.emphasis, width=one.width) for one in told]
    rows = _rows(found.of(which, ask.most), told, ask.t, each=which is Which.OTHERS)
    wide = form is Form.WIDE
    sheet = Sheet(ask.t(TITLES[which]), columns, rows, annex=wide, pages=None if wide else 1)
    return Told(sheet, lambda most: found.total(which, most))


def _heading(one: Item) -> str:
    return f"{one.label} ({one.unit})" if one.unit else one.label


def _rows(activities: Iterable[Activity], told: tuple[Item, ...], t: Translate, *, each: bool) -> Iterator[list[Cell]]:
    """One row for each activity; as processor one for `each` controller it is done for."""
    for activity in activities:
        for controller in (activity["controllers"] or [{}]) if each else [{}]:
            activity["for"] = controller
            yield [one.cell(activity, t) for one in told]


def _chapters(activities: Iterable[Activity], ask: Ask) -> Iterator[Chapter]:
    told, t = items(Form.READ, ask.language), ask.t
    status = next(one for one in items(Form.WIDE, ask.language) if one.made_of == ("status",))
    by_section = [(t(title), [one for one in told if one.section == title]) for title in SECTIONS]
    for activity in activities:
        known = (activity["number"], status.cell(activity, t), activity["unit"])
        sections = [Section(title, _answers(some, activity, t)) for title, some in by_section]
        line = " · ".join(str(one) for one in known if one)
        yield Chapter(activity["name"], line, [one for one in sections if one.answers])


def _answers(told: list[Item], activity: Activity, t: Translate) -> list[Answer]:
    """What an activity says; of what it should say and does not, that it is missing."""
    found = []
    for one in told:
        grid, said = one.grid(activity) if one.grid else None, one.answer(activity, t)
        if grid is not None:
            found.append(Answer(one.label, grid=grid))
        elif said is not None:
            found.append(Answer(one.label, _lines(one, said)))
        elif one.needed:
            found.append(Answer(one.label, [t(MISSING)]))
    return found


def _lines(one: Item, said: Cell) -> list[str]:
    lines = lines_of(SAID.get(one.kind, str)(said))
    return ["; ".join(lines)] if one.listed else [f"{line} {one.unit}".strip() for line in lines]
