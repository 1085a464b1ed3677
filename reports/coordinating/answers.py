"""Where those that have an activity of one template answer otherwise, from the cards they show: for each field on which
they do, a line for each answer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from models.changes.elsewhere import COMPARED, called, in_any_order
from models.changes.gathering import rows_of
from models.changes.window import card_content, shown_fields
from models.declare.base import field_of, fields_of, part_class
from models.declare.fields import Field, Kind, is_owned
from models.declare.titles import title
from models.declare.words import N_
from models.queries.told import naming
from models.registers.catalogue import ProcessingTemplate
from models.registers.processing import ProcessingActivity
from models.registers.window import ShownCard
from reports.base import Ask, Told
from reports.columns import converter, part_lines
from reports.table import Cell, Column, Sheet
from reports.table import Kind as Cells

ALIKE = N_("Ingen som deler behandlinger av samme mal, svarer ulikt.")
SILENT = N_("Ikke besvart")


@dataclass
class _Answer:
    """What some say alike, in whichever order they say it."""

    value: Any
    places: dict[int, None] = field(default_factory=dict)


def answers(session: Any, ask: Ask, places: dict[int, str], own: int | None) -> Told:
    """Of the municipalities in `places`, which says what they are called; of one's own also what it does not share."""
    t, said, speak = ask.t, _said(session, places, own), _Speaker(session, ask)
    called_so = title(ProcessingTemplate, *naming(ProcessingTemplate), ask.language)
    names = dict(session.execute(select(ProcessingTemplate.id, called_so)).all())
    labels = {key: t(field_of(ProcessingActivity, key).label) for key in COMPARED}
    rows = [
        [names[template], labels[key], speak.told(key, one.value), len(one.places), _named(one, places)]
        for template in sorted(said, key=lambda one: (names[one].casefold(), one))
        for key in COMPARED
        for one in _apart(said[template], key)
    ]
    columns = [
        Column(t("Mal")), Column(t("Felt")), Column(t("Svar"), Cells.LONG_TEXT),
        Column(t("Antall kommuner"), Cells.INTEGER), Column(t("Kommuner"), Cells.LONG_TEXT),
    ]  # fmt: skip
    return Told(Sheet(t("Svarer ulikt"), columns, rows, empty=t(ALIKE)), lambda _most: len(rows))


def _said(session: Any, places: dict[int, str], own: int | None) -> dict[int, list[tuple[int, dict[str, Any]]]]:
    """What is said of each template, and by whom."""
    card, found = ShownCard, defaultdict(list)
    shown = select(card.template_id, card.municipality_id, card.detail).where(
        card.register == ProcessingActivity.__tablename__, card.template_id.is_not(None)
    )
    for template, place, detail in session.execute(shown.order_by(card.id)):
        if place in places and place != own:
            found[template].append((place, detail))
    activity = ProcessingActivity
    if own and found:
        ids = session.scalars(select(activity.id).where(activity.template_id.in_(found)).order_by(activity.id)).all()
        for row in rows_of(session, activity, ids, shown_fields()).values():
            found[row.template_id].append((own, card_content(row)))
    return found


def _apart(said: list[tuple[int, dict[str, Any]]], key: str) -> list[_Answer]:
    """The answers to one field, those most give first; none where all say the same."""
    found: dict[str, _Answer] = {}
    for place, detail in said:
        value = detail.get(key)
        found.setdefault(repr(in_any_order(value)), _Answer(value)).places[place] = None
    return sorted(found.values(), key=lambda one: -len(one.places)) if len(found) > 1 else []


def _named(answer: _Answer, places: dict[int, str]) -> str:
    return ", ".join(name for place, name in places.items() if place in answer.places)


class _Speaker:
    """Says what a card holds in the language of the report: the names of codes stand there in bokmål."""

    def __init__(self, session: Any, ask: Ask) -> None:
        self.session, self.ask = session, ask
        self._names: dict[type[Any], dict[str, str]] = {}

    def told(self, key: str, value: Any) -> Cell:
        known = field_of(ProcessingActivity, key)
        if known.kind is Kind.ROWS:
            inner = [one for one in fields_of(part_class(known)) if value and one.key in value[0]]
            parts = [{one.key: self._called(one, part[one.key]) for one in inner} for part in value or ()]
            said = part_lines(known, self.ask.t, [one.key for one in inner])(parts)
        else:
            make, value = converter(known, self.ask.t), self._called(known, value)
            said = make(value) if make and value else value
        return said or self.ask.t(SILENT)

    def _called(self, known: Field, value: Any) -> Any:
        if known.kind is Kind.VALUE or is_owned(known.points_at) or not value:
            return value
        names = self._names.setdefault(known.points_at, {}) or called(self.session, known.points_at, self.ask.language)
        self._names[known.points_at] = names
        return [names.get(one, one) for one in value] if isinstance(value, list) else names.get(value, value)
