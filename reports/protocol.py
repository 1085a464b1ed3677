"""Behandlingsprotokoll: GDPR art. 30(1) in the order of Datatilsynet's template, and art. 30(2) beside it.

Orange headings are what the article demands, green what the template adds (domain handbook 2.1 to 2.3).
Every declared field of a processing activity has a column: what is not placed here by name follows at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from models.declare.base import field_of, fields_of, part_class
from models.declare.choices import ProcessingRole
from models.declare.fields import Field
from models.declare.words import N_
from models.queries.finding import count_all, order_keys
from models.queries.reading import CHUNK, Reader
from models.registers.codes import PersonalDataCategory, Special
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment, RiskAssessment
from reports.base import Ask, Report, Told, contact_line, dpo_lines, spaced
from reports.columns import converter, kind_of, part_lines
from reports.language import Translate
from reports.table import Cell, Column, Emphasis, Kind, Sheet

MUST, MAY = Emphasis.MANDATORY, Emphasis.VOLUNTARY
Value = Callable[[dict[str, Any]], Cell]


@dataclass(frozen=True, slots=True)
class Cover:
    """A column of the protocol: heading, duty, kind, and how its cell is made from what was read."""

    label: str
    emphasis: Emphasis
    value: Value
    kind: Kind = Kind.LONG_TEXT


@dataclass(frozen=True)
class Protocol(Report):
    """The record of processing activities of one municipality, or of several under each other."""

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        as_controller = ProcessingActivity.role != ProcessingRole.PROCESSOR
        as_processor = ProcessingActivity.role == ProcessingRole.PROCESSOR
        first, second = _controller_columns(ask.t), _processor_columns(ask.t)
        around = _Around(session, ask)
        return [
            _told(around, ask.t("Behandlingsansvarlig (30 nr. 1)"), first, as_controller, split=False),
            _told(around, ask.t("Databehandler (30 nr. 2)"), second, as_processor, split=True),
        ]


def _told(around: _Around, title: str, columns: list[Cover], where: Any, *, split: bool) -> Told:
    sheet = Sheet(
        title,
        [Column(c.label, c.kind, emphasis=c.emphasis) for c in columns],
        _rows(around, columns, where, split),
    )
    return Told(sheet, count_all(around.session, ProcessingActivity, [where]))


def _rows(around: _Around, columns: Sequence[Cover], where: Any, split: bool) -> Iterator[list[Cell]]:
    """One row for each activity; as processor one for each controller it is done for."""
    fields = fields_of(ProcessingActivity)
    keys = [known.key for known in fields]
    reader = Reader(ProcessingActivity, fields, around.ask.language)
    statement = reader.statement(ProcessingActivity.municipality_id, ProcessingActivity.updated_at).where(where)
    statement = statement.order_by(*order_keys(ProcessingActivity)).limit(around.ask.most)
    result = around.session.execute(statement.execution_options(yield_per=CHUNK))
    for chunk in result.partitions():
        assessed = around.read(chunk)
        for row_id, owner, updated, *values in reader.complete(around.session, chunk, leading=2):
            known = {**dict(zip(keys, values, strict=True)), **around.of(owner), "updated": updated}
            known |= {key: "\n".join(found.get(row_id, ())) or None for key, found in assessed.items()}
            for controller in (known["controllers"] or [{}]) if split else [None]:
                known["for"] = controller
                yield [column.value(known) for column in columns]


class _Around:
    """What belongs in the protocol but stands in other registers: the municipality, its officers, ROS and DPIA."""

    def __init__(self, session: Any, ask: Ask) -> None:
        self.session, self.ask = session, ask
        self.owners: dict[int, Municipality] = {}

    @cached_property
    def officers(self) -> dict[int, list[str]]:
        return dpo_lines(self.session)

    @cached_property
    def special(self) -> set[str]:
        """The names of the special categories, as the protocol is read."""
        rows = self.session.scalars(select(PersonalDataCategory).where(PersonalDataCategory.special != Special.NONE))
        return {getattr(row, f"name_{self.ask.language}", None) or row.name for row in rows if row.special.is_special}

    def read(self, chunk: Sequence[Any]) -> dict[str, dict[int, list[str]]]:
        """The assessments of some activities; the municipalities they are of are kept."""
        ids = [row[0] for row in chunk]
        owners = select(Municipality).where(Municipality.id.in_(sorted({row[1] for row in chunk})))
        self.owners |= {row.id: row for row in self.session.scalars(owners)}
        return {
            "ros": self._assessments(RiskAssessment, RiskAssessment.assessed_on, ids),
            "dpia": self._assessments(ImpactAssessment, ImpactAssessment.conclusion, ids),
        }

    def _assessments(self, register: Any, extra: Any, ids: list[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        statement = (
            select(register.activity_id, register.name, extra)
            .where(register.activity_id.in_(ids))
            .order_by(register.id)
        )
        for activity, name, more in self.session.execute(statement):
            note = "" if more is None else self.ask.t(more.label) if hasattr(more, "label") else f"{more:%d.%m.%Y}"
            found.setdefault(activity, []).append(f"{name} ({note})" if note else name)
        return found

    def of(self, owner: int) -> dict[str, Any]:
        return {
            "municipality": self.owners[owner],
            "officer": "; ".join(self.officers.get(owner, ())),
            "special_names": self.special,
        }


def _field(key: str, t: Translate, emphasis: Emphasis = MAY) -> Cover:
    known = field_of(ProcessingActivity, key)
    convert = converter(known, t)
    return Cover(t(known.label), emphasis, lambda r: convert(r[key]) if convert else r[key], kind_of(known))


def _owner_columns(t: Translate, who: str) -> list[Cover]:
    return [
        Cover(t(who), MUST, lambda r: r["municipality"].name, Kind.TEXT),
        Cover(t("Organisasjonsnummer"), MUST, lambda r: spaced(r["municipality"].organisation_number), Kind.TEXT),
        Cover(t("Kontaktopplysninger"), MUST, lambda r: contact_line(r["municipality"]) or None),
        Cover(t("Representant"), MUST, lambda r: r["municipality"].representative or None, Kind.TEXT),
        Cover(t("Personvernombud"), MUST, lambda r: r["officer"] or None),
    ]


def _controller_columns(t: Translate) -> list[Cover]:
    """The columns of art. 30(1), letters a to g in the template's order."""
    named = [
        _field("name", t, MUST),
        *_owner_columns(t, N_("Behandlingsansvarlig")),
        _joint(t),
        *[_field(key, t) for key in ("number", "unit", "responsible")],
        _field("purpose", t, MUST),
        *[_field(key, t) for key in ("article6", "laws", "balancing", "article9", "criminal", "article10")],
        Cover(t("Kategorier av registrerte"), MUST, _subjects),
        Cover(t("Kategorier av personopplysninger"), MUST, part_value("subjects", t)),
        Cover(t("Særlige kategorier"), MAY, _special, Kind.LONG_TEXT),
        *[_field(key, t) for key in ("special", "sources")],
        _field("recipients", t, MUST),
        *[_field(key, t) for key in ("has_processors", "processors")],
        _field("transferred", t, MUST),
        _field("transfers", t, MUST),
        Cover(t("Slettefrister"), MUST, _either("retention", "retention_reason", t)),
        *[_field(key, t) for key in ("applications", "datasets", "systems_reason")],
        Cover(t("Sikkerhetstiltak"), MUST, _measures),
        Cover(t("Risikovurdering (ROS)"), MAY, lambda r: r["ros"]),
        Cover(t("Vurdering av personvernkonsekvenser (DPIA)"), MAY, lambda r: r["dpia"]),
    ]  # fmt: skip
    shown = {
        "name", "joint_controllers", "joint_arrangement", "joint_contact", "number", "unit", "responsible", "purpose",
        "article6", "laws", "balancing", "article9", "criminal", "article10", "subjects", "special", "sources",
        "recipients", "has_processors", "processors", "transferred", "transfers", "retention", "retention_reason",
        "applications", "datasets", "systems_reason", "measures", "measures_text", "measures_reason", "controllers",
    }  # fmt: skip
    return [*named, *_rest(shown, t)]


def _processor_columns(t: Translate) -> list[Cover]:
    """The columns of art. 30(2), letters a to d."""
    controller = {known.key: known for known in fields_of(part_class(field_of(ProcessingActivity, "controllers")))}
    named = [
        _field("name", t, MUST),
        *_owner_columns(t, N_("Databehandler")),
        *[_of_controller(controller[key], t) for key in ("name", "contact", "representative", "categories")],
        _field("transferred", t, MUST),
        _field("transfers", t, MUST),
        Cover(t("Sikkerhetstiltak"), MUST, _measures),
        Cover(t("Databehandleravtale"), MAY, lambda r: r["for"].get("agreement")),
    ]
    shown = {"name", "controllers", "transferred", "transfers", "measures", "measures_text", "measures_reason"}
    return [*named, *_rest(shown, t)]


def _rest(shown: set[str], t: Translate) -> list[Cover]:
    rest = [_field(known.key, t) for known in fields_of(ProcessingActivity) if known.key not in shown]
    return [*rest, Cover(t("Sist endret"), MAY, lambda r: r["updated"], Kind.DATETIME)]


def _of_controller(known: Field, t: Translate) -> Cover:
    return Cover(t(known.label), MUST, lambda r: r["for"].get(known.key), Kind.LONG_TEXT)


def _joint(t: Translate) -> Cover:
    keys = ("joint_controllers", "joint_arrangement", "joint_contact")
    return Cover(
        t("Felles behandlingsansvarlig"), MUST, lambda r: "\n".join(filter(None, (r[key] for key in keys))) or None
    )


def part_value(key: str, t: Translate) -> Value:
    lines = part_lines(field_of(ProcessingActivity, key), t)
    return lambda r: lines(r[key])


def _either(key: str, reason: str, t: Translate) -> Value:
    lines = part_value(key, t)
    return lambda r: lines(r) or r[reason]


def _measures(r: dict[str, Any]) -> Cell:
    """Own measures; else the reason there are none; else those the municipality has for everything."""
    own = "; ".join(r["measures"])
    return (
        "\n".join(filter(None, (own, r["measures_text"]))) or r["measures_reason"] or r["municipality"].default_measures
    )


def _subjects(r: dict[str, Any]) -> Cell:
    return "\n".join(dict.fromkeys(pair["subject"] for pair in r["subjects"])) or None


def _special(r: dict[str, Any]) -> Cell:
    named = {name for pair in r["subjects"] for name in pair["personal_data"]} & r["special_names"]
    return "; ".join(sorted(named)) or None
