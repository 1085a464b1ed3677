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
from models.declare.choices import Answer, ProcessingRole
from models.declare.fields import Field
from models.declare.memories import remembers
from models.declare.notrelevant import WAIVED
from models.declare.titles import title
from models.declare.words import N_
from models.queries.finding import COUNT_LIMIT, how_many, order_keys
from models.queries.reading import Reader, cut, in_chunks
from models.queries.together import ROWS, among
from models.registers.codes import PersonalDataCategory, Special
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.tenancy.session import prepare
from reports.base import Ask, Report, Told, contact_line, dpo_lines, spaced
from reports.columns import converter, kind_of, part_lines
from reports.language import Translate, translator
from reports.table import Cell, Column, Emphasis, Kind, Sheet

COMMON = N_("Felles for kommunen: %(measures)s")
NOT_RELEVANT = N_("Ikke relevant: %(reason)s")
TEXTS = {Kind.TEXT, Kind.LONG_TEXT}
MUST, MAY = Emphasis.MANDATORY, Emphasis.VOLUNTARY
MEASURES = ("measures", "measures_text", "measures_reason")
Value = Callable[[dict[str, Any]], Cell]


@dataclass(frozen=True, slots=True)
class Cover:
    """A column of the protocol: heading, duty, kind, and how its cell is made from what was read. Where none of the
    fields it is `made_of` says anything, a column of texts tells why it is not relevant; all reasons stand together in
    a column of their own, those of numbers and dates too."""

    label: str
    emphasis: Emphasis
    value: Value
    kind: Kind = Kind.LONG_TEXT
    made_of: tuple[str, ...] = ()

    def cell(self, read: dict[str, Any], t: Translate) -> Cell:
        said = read[WAIVED] and next((read[WAIVED][key] for key in self.made_of if key in read[WAIVED]), None)
        if said and self.kind in TEXTS and all(_is_empty(read[key]) for key in self.made_of):
            return t(NOT_RELEVANT, reason=said)
        return self.value(read)


def _is_empty(value: Any) -> bool:
    return not value or value == Answer.UNKNOWN.value


@dataclass(frozen=True)
class Protocol(Report):
    """The record of processing activities of one municipality, or of several under each other."""

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        first, second = _controller_columns(ask.language), _processor_columns(ask.language)
        around = _Around(session, ask)
        return [
            _told(around, ask.t("Behandlingsansvarlig (30 nr. 1)"), first, as_processor=False),
            _told(around, ask.t("Databehandler (30 nr. 2)"), second, as_processor=True),
        ]


def _told(around: _Around, title: str, columns: list[Cover], *, as_processor: bool) -> Told:
    sheet = Sheet(
        title,
        [Column(c.label, c.kind, emphasis=c.emphasis) for c in columns],
        _rows(around, columns, as_processor=as_processor),
    )
    return Told(sheet, lambda most: around.totals(most)[as_processor])


def _done(as_processor: bool) -> Any:
    """What the municipality does for others, or for itself."""
    processor = ProcessingActivity.role == ProcessingRole.PROCESSOR
    return processor if as_processor else ~processor


@remembers()
def _counted(most: int | None) -> Any:
    counts = [how_many(ProcessingActivity, _done(as_processor), most=most) for as_processor in (False, True)]
    return prepare(select(*counts))


@remembers()
def _asked(statement: Any, as_processor: bool, is_cut: bool, *keys: Any) -> Any:
    """What a reader reads, of what is done for others or for oneself, in the order of some keys."""
    return prepare(cut(statement.where(_done(as_processor)).order_by(*keys), is_cut=is_cut))


def _rows(around: _Around, columns: Sequence[Cover], *, as_processor: bool) -> Iterator[list[Cell]]:
    """One row for each activity; as processor one for each controller it is done for."""
    fields = fields_of(ProcessingActivity)
    keys = [known.key for known in fields]
    reader = Reader(ProcessingActivity, fields, around.ask.language)
    statement = reader.statement(ProcessingActivity.municipality_id, ProcessingActivity.updated_at)
    most = around.ask.most
    if not around.totals(None if most is None else COUNT_LIMIT)[as_processor]:
        return
    statement = _asked(statement, as_processor, most is not None, *order_keys(ProcessingActivity))
    for chunk in in_chunks(around.session, statement, most=most):
        assessed = around.read(chunk)
        for row_id, owner, updated, *values in reader.complete(around.session, chunk, leading=2):
            known = {**dict(zip(keys, values, strict=True)), **around.of(owner), "updated": updated}
            known |= {key: "\n".join(found.get(row_id, ())) or None for key, found in assessed.items()}
            for controller in (known["controllers"] or [{}]) if as_processor else [None]:
                known["for"] = controller
                yield [column.cell(known, around.ask.t) for column in columns]


class _Around:
    """What belongs in the protocol but stands in other registers: the municipality, its officers, ROS and DPIA."""

    def __init__(self, session: Any, ask: Ask) -> None:
        self.session, self.ask = session, ask
        self.owners: dict[int, Municipality] = {}
        self._totals: dict[int | None, tuple[int, int]] = {}

    def totals(self, most: int | None) -> tuple[int, int]:
        """How many activities are done for oneself and how many for others; with `most` no further than one past it."""
        if most not in self._totals:
            own, others = self.session.execute(_counted(most)).one()
            self._totals[most] = own, others
        return self._totals[most]

    @cached_property
    def officers(self) -> dict[int, list[str]]:
        return dpo_lines(self.session)

    @cached_property
    def special(self) -> set[str]:
        """The names of the special categories, as the protocol is read."""
        return {name for name, special in self.session.execute(_special_names(self.ask.language)) if special.is_special}

    def read(self, chunk: Sequence[Any]) -> dict[str, dict[int, list[str]]]:
        """The assessments of some activities; the municipalities they are of are kept."""
        ids = [row[0] for row in chunk]
        owners = sorted({row[1] for row in chunk} - self.owners.keys())
        self.owners |= {row.id: row for row in self.session.scalars(_of_ids(), {ROWS: owners})} if owners else {}
        return {
            "ros": self._assessments(RiskAssessment, "assessed_on", ids),
            "dpia": self._assessments(ImpactAssessment, "conclusion", ids),
        }

    def _assessments(self, register: Any, extra: str, ids: list[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for activity, name, more in self.session.execute(_assessed(register, extra), {ROWS: ids}) if ids else ():
            note = "" if more is None else self.ask.t(more.label) if hasattr(more, "label") else f"{more:%d.%m.%Y}"
            found.setdefault(activity, []).append(f"{name} ({note})" if note else name)
        return found

    def of(self, owner: int) -> dict[str, Any]:
        return {
            "municipality": self.owners[owner],
            "officer": "; ".join(self.officers.get(owner, ())),
            "special_names": self.special,
        }


@remembers()
def _of_ids() -> Any:
    return prepare(select(Municipality).where(among(Municipality.id)))


@remembers()
def _assessed(register: Any, extra: str) -> Any:
    found = select(register.activity_id, register.name, getattr(register, extra))
    return prepare(found.where(among(register.activity_id)).order_by(register.id))


@remembers()
def _special_names(language: str) -> Any:
    category = PersonalDataCategory
    name = title(category, category.__tablename__, category.__register__.title, language)
    return prepare(select(name, category.special).where(category.special != Special.NONE))


def _field(key: str, t: Translate, emphasis: Emphasis = MAY) -> Cover:
    known = field_of(ProcessingActivity, key)
    convert = converter(known, t)
    value: Value = lambda r: convert(r[key]) if convert else r[key]  # noqa: E731 - as the other covers say it
    return Cover(t(known.label), emphasis, value, kind_of(known), (key,))


def _owner_columns(t: Translate, who: str) -> list[Cover]:
    return [
        Cover(t(who), MUST, lambda r: r["municipality"].name, Kind.TEXT),
        Cover(t("Organisasjonsnummer"), MUST, lambda r: spaced(r["municipality"].organisation_number), Kind.TEXT),
        Cover(t("Kontaktopplysninger"), MUST, lambda r: contact_line(r["municipality"]) or None),
        Cover(t("Representant"), MUST, lambda r: r["municipality"].representative or None, Kind.TEXT),
        Cover(t("Personvernombud"), MUST, lambda r: r["officer"] or None),
    ]


@remembers()
def _controller_columns(language: str) -> list[Cover]:
    """The columns of art. 30(1), letters a to g in the template's order."""
    t = translator(language)
    named = [
        _field("name", t, MUST),
        *_owner_columns(t, N_("Behandlingsansvarlig")),
        _joint(t),
        *[_field(key, t) for key in ("number", "unit", "responsible")],
        _field("purpose", t, MUST),
        *[_field(key, t) for key in ("article6", "laws", "balancing", "article9", "criminal", "article10")],
        Cover(t("Kategorier av registrerte"), MUST, _subjects, made_of=("subjects",)),
        Cover(t("Kategorier av personopplysninger"), MUST, part_value("subjects", t), made_of=("subjects",)),
        Cover(t("Særlige kategorier"), MAY, _special, Kind.LONG_TEXT),
        *[_field(key, t) for key in ("special", "sources")],
        _field("recipients", t, MUST),
        *[_field(key, t) for key in ("has_processors", "processors")],
        _field("transferred", t, MUST),
        _field("transfers", t, MUST),
        Cover(
            t("Slettefrister"), MUST, _either("retention", "retention_reason", t),
            made_of=("retention", "retention_reason"),
        ),
        *[_field(key, t) for key in ("applications", "datasets", "systems_reason")],
        Cover(t("Sikkerhetstiltak"), MUST, _measures(t), made_of=MEASURES),
        Cover(t("Risikovurdering (ROS)"), MAY, lambda r: r["ros"]),
        Cover(t("Vurdering av personvernkonsekvenser (DPIA)"), MAY, lambda r: r["dpia"]),
    ]  # fmt: skip
    shown = {
        "name", "joint_controllers", "joint_arrangement", "joint_contact", "number", "unit", "responsible", "purpose",
        "article6", "laws", "balancing", "article9", "criminal", "article10", "subjects", "special", "sources",
        "recipients", "has_processors", "processors", "transferred", "transfers", "retention", "retention_reason",
        "applications", "datasets", "systems_reason", *MEASURES, "controllers",
    }  # fmt: skip
    return [*named, *_rest(shown, t)]


@remembers()
def _processor_columns(language: str) -> list[Cover]:
    """The columns of art. 30(2), letters a to d."""
    t = translator(language)
    controller = {known.key: known for known in fields_of(part_class(field_of(ProcessingActivity, "controllers")))}
    named = [
        _field("name", t, MUST),
        *_owner_columns(t, N_("Databehandler")),
        *[_of_controller(controller[key], t) for key in ("name", "contact", "representative", "categories")],
        _field("transferred", t, MUST),
        _field("transfers", t, MUST),
        Cover(t("Sikkerhetstiltak"), MUST, _measures(t), made_of=MEASURES),
        Cover(t("Databehandleravtale"), MAY, lambda r: r["for"].get("agreement")),
    ]
    shown = {"name", "controllers", "transferred", "transfers", *MEASURES}
    return [*named, *_rest(shown, t)]


def _rest(shown: set[str], t: Translate) -> list[Cover]:
    rest = [_field(known.key, t) for known in fields_of(ProcessingActivity) if known.key not in shown]
    return [*rest, Cover(t("Sist endret"), MAY, lambda r: r["updated"], Kind.DATETIME)]


def _of_controller(known: Field, t: Translate) -> Cover:
    return Cover(t(known.label), MUST, lambda r: r["for"].get(known.key), Kind.LONG_TEXT)


def _joint(t: Translate) -> Cover:
    keys = ("joint_controllers", "joint_arrangement", "joint_contact")
    return Cover(
        t("Felles behandlingsansvarlig"), MUST, lambda r: "\n".join(filter(None, (r[key] for key in keys))) or None,
        made_of=keys,
    )  # fmt: skip


def part_value(key: str, t: Translate) -> Value:
    lines = part_lines(field_of(ProcessingActivity, key), t)
    return lambda r: lines(r[key])


def _either(key: str, reason: str, t: Translate) -> Value:
    lines = part_value(key, t)
    return lambda r: lines(r) or r[reason]


def _measures(t: Translate) -> Value:
    """Own measures, or the reason there are none; and those the municipality has for everything, said to be common."""

    def value(r: dict[str, Any]) -> Cell:
        own = "; ".join(r["measures"])
        common = r["municipality"].default_measures
        said = (own, r["measures_text"], r["measures_reason"] if not own else None)
        return "\n".join(filter(None, (*said, common and t(COMMON, measures=common)))) or None

    return value


def _subjects(r: dict[str, Any]) -> Cell:
    return "\n".join(dict.fromkeys(pair["subject"] for pair in r["subjects"])) or None


def _special(r: dict[str, Any]) -> Cell:
    named = {name for pair in r["subjects"] for name in pair["personal_data"]} & r["special_names"]
    return "; ".join(sorted(named)) or None
