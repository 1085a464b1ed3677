"""What the record of processing activities holds (GDPR art. 30), declared once for all its forms: the short sheet, the
document and the sheet of everything.

The order is that of NAV's printed record, which people already read (domain handbook 1.2), with what art. 30 demands
beside it put where it belongs. Every declared field of an activity has a place: what is not named here follows at the
end. A short column may put several answers together; the other forms tell each by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from models.declare.base import field_of, fields_of, part_class
from models.declare.choices import Answer
from models.declare.fields import Field
from models.declare.memories import remembers
from models.declare.notrelevant import WAIVED
from models.declare.shapes import Shape
from models.declare.words import N_
from models.registers.agreements import Agreement
from models.registers.processing import ProcessingActivity
from reports.base import contact_line, spaced
from reports.columns import SAID, converter, kind_of, part_lines
from reports.document import Grid
from reports.language import Translate, translator
from reports.table import Cell, Emphasis, Kind

COMMON = N_("Felles for kommunen: %(measures)s")
NOT_RELEVANT = N_("Ikke relevant: %(reason)s")
TEXTS = {Kind.TEXT, Kind.LONG_TEXT}
MUST, MAY = Emphasis.MANDATORY, Emphasis.VOLUNTARY
MEASURES = ("measures", "measures_text", "measures_reason")
JOINT = ("joint_controllers", "joint_arrangement", "joint_contact")
PURPOSE, BASIS, TRAITS, AI, WHO, PROCESSORS, RECIPIENTS, TIME, SECURITY, IMPACT, PEOPLE, VALIDITY = (
    N_("Formål"), N_("Rettslig grunnlag"), N_("Egenskaper ved behandlingen"), N_("Kunstig intelligens"),
    N_("Organisering"), N_("Databehandlere og overføringer"), N_("Mottakere"), N_("Lagringstid"), N_("Sikkerhet"),
    N_("Personvernkonsekvenser og risiko"), N_("Registrerte og personopplysninger"), N_("Gyldighet og oppfølging"),
)  # fmt: skip
SECTIONS = (PURPOSE, BASIS, TRAITS, AI, WHO, PROCESSORS, RECIPIENTS, TIME, SECURITY, IMPACT, PEOPLE, VALIDITY)
Value = Callable[[dict[str, Any]], Cell]


class Form(StrEnum):
    """A form that an item is part of."""

    SHORT = "short"
    PROCESSOR = "processor"
    READ = "read"
    WIDE = "wide"


BOTH = frozenset({Form.READ, Form.WIDE})
SHORT, READ, WIDE, PROCESSOR = (frozenset({one}) for one in (Form.SHORT, Form.READ, Form.WIDE, Form.PROCESSOR))


@dataclass(frozen=True, slots=True)
class Item:
    """Something the record tells of an activity: its label, whether the law demands it, and how it is made from what
    was read. Where none of the fields it is `made_of` says anything, texts tell why it is not relevant. What is
    `needed` of every activity is told to be missing where a document has nothing to say."""

    label: str
    emphasis: Emphasis
    value: Value
    forms: frozenset[Form]
    section: str = ""
    kind: Kind = Kind.LONG_TEXT
    made_of: tuple[str, ...] = ()
    grid: Callable[[dict[str, Any]], Grid | None] | None = None
    needed: bool = False
    listed: bool = False  # names, which a document tells on one line
    unit: str = ""
    width: int | None = None

    def cell(self, read: dict[str, Any], t: Translate) -> Cell:
        return self._reason(read, t) or self.value(read)

    def answer(self, read: dict[str, Any], t: Translate) -> Cell:
        """As a document says it, where a question nobody has answered says nothing unless it must be."""
        reason = self._reason(read, t)
        return reason or (self.value(read) if self.needed or not self.is_empty(read) else None)

    def _reason(self, read: dict[str, Any], t: Translate) -> str | None:
        said = read[WAIVED] and next((read[WAIVED][key] for key in self.made_of if key in read[WAIVED]), None)
        return t(NOT_RELEVANT, reason=said) if said and self.kind in TEXTS and self.is_empty(read) else None

    def is_empty(self, read: dict[str, Any]) -> bool:
        """Whether none of the fields it is made of says anything."""
        return bool(self.made_of) and all(_says_nothing(read[key]) for key in self.made_of)


def _says_nothing(value: Any) -> bool:
    return not value or value == Answer.UNKNOWN.value


@remembers()
def items(form: Form, language: str) -> tuple[Item, ...]:
    """What a form tells, in order."""
    t = translator(language)
    placed = _placed(t)
    told = {key for one in placed for key in one.made_of} | {WAIVED}
    rest = [_field(known.key, t, VALIDITY) for known in fields_of(ProcessingActivity) if known.key not in told]
    return tuple(one for one in (*placed, *rest, *_last(t)) if form in one.forms)


def _placed(t: Translate) -> list[Item]:
    return [
        *_known_by(t), *_owner(t), *_purpose(t), *_basis(t),
        *[_field(key, t, TRAITS) for key in ("automated", "profiling", "scale", "children", "vulnerable")],
        *[_field(key, t, AI) for key in ("ai_use", "ai_description")],
        *_who(t), *_short_people(t), *_others(t), *_time(t), *_security(t), *_impact(t), *_people(t),
        *[_field(key, t, VALIDITY) for key in ("valid_from", "valid_to", "approved_by", "approved_on", "review_due")],
        *[_field(key, t, VALIDITY, WIDE) for key in ("sent_by", "sent_back", "shared", "template", "origin")],
        *[_field(key, t, VALIDITY, WIDE) for key in ("former_number",)],
    ]  # fmt: skip


def _known_by(t: Translate) -> list[Item]:
    everywhere = frozenset({Form.SHORT, Form.PROCESSOR, Form.WIDE})
    return [
        _field("name", t, "", everywhere, MUST, width=18),
        _field("number", t, "", PROCESSOR | WIDE, width=10),
        _field("status", t, "", everywhere, width=9),
        _field("role", t, WHO, WIDE),
    ]


def _owner(t: Translate) -> list[Item]:
    """Who answers for it (letter a): apart in the wide sheet, in one cell or line elsewhere."""

    def whole(separator: str) -> Value:
        def value(r: dict[str, Any]) -> Cell:
            m = r["municipality"]
            said = (m.name, spaced(m.organisation_number), contact_line(m), m.representative)
            return separator.join(filter(None, said))

        return value

    parts: list[tuple[str, Value]] = [
        (N_("Organisasjonsnummer"), lambda r: spaced(r["municipality"].organisation_number)),
        (N_("Kontaktopplysninger"), lambda r: contact_line(r["municipality"]) or None),
        (N_("Representant"), lambda r: r["municipality"].representative or None),
    ]
    officer: Value = lambda r: r["officer"] or None  # noqa: E731 - as the values above say it
    return [
        Item(t("Behandlingsansvarlig"), MUST, whole("\n"), SHORT, width=14),
        Item(t("Databehandler"), MUST, whole("\n"), PROCESSOR, width=16),
        Item(t("Kommune"), MUST, lambda r: r["municipality"].name, WIDE, kind=Kind.TEXT),
        *[Item(t(label), MUST, value, WIDE) for label, value in parts],
        Item(t("Personvernombud"), MUST, officer, frozenset({Form.SHORT, Form.PROCESSOR, Form.WIDE}), width=13),
        Item(t("Kommune"), MUST, whole(", "), READ, WHO),
    ]


def _purpose(t: Translate) -> list[Item]:
    return [
        *[_field(key, t, PURPOSE) for key in ("theme", "function")],
        _field("purpose", t, PURPOSE, BOTH | SHORT, MUST, needed=True, width=20),
        _field("description", t, PURPOSE),
        _field("purposes", t, PURPOSE),
    ]


def _basis(t: Translate) -> list[Item]:
    apart = ("article6", "laws", "balancing", "special", "article9", "criminal", "article10")
    told = ("article6", "laws", "balancing", "article9", "article10")
    values = [_value(field_of(ProcessingActivity, key), t) for key in told]

    def whole(r: dict[str, Any]) -> Cell:
        return "\n".join(str(said) for said in (value(r) for value in values) if said) or None

    return [
        Item(t("Behandlingsgrunnlag"), MAY, whole, SHORT, made_of=told, width=18),
        *[_field(key, t, BASIS, needed=key in {"article6", "special"}) for key in apart],
    ]


def _who(t: Translate) -> list[Item]:
    joint: Value = lambda r: "\n".join(filter(None, (r[key] for key in JOINT))) or None  # noqa: E731 - as above

    def responsible(r: dict[str, Any]) -> Cell:
        said = (r["responsible"], r["responsible_email"], r["responsible_phone"])
        return ", ".join(filter(None, said)) or None

    return [
        Item(t("Felles behandlingsansvarlig"), MUST, joint, BOTH | SHORT, WHO, made_of=JOINT, width=10),
        _field("controllers", t, WHO, BOTH),
        *_of_controllers(t),
        _field("unit", t, WHO, BOTH | SHORT | PROCESSOR, width=12),
        Item(
            t("Daglig behandlingsansvarlig"), MAY, responsible, BOTH | PROCESSOR, WHO,
            made_of=("responsible",), width=18,
        ),
        *[_field(key, t, WHO) for key in ("applications", "datasets", "systems_reason")],
    ]  # fmt: skip


def _of_controllers(t: Translate) -> list[Item]:
    """Art. 30(2)(a) and (b): each controller the municipality works for, on a row of its own."""
    inner = {known.key: known for known in fields_of(part_class(field_of(ProcessingActivity, "controllers")))}

    def value(key: str) -> Value:
        return lambda r: r["for"].get(key)

    told = ("name", "contact", "representative", "categories")
    return [Item(t(inner[key].label), MUST, value(key), PROCESSOR, width=18) for key in told]


def _others(t: Translate) -> list[Item]:
    apart, lines = ("transferred", "transfers"), part_value("transfers", t)
    answer = _value(field_of(ProcessingActivity, "transferred"), t)
    named = part_lines(field_of(ProcessingActivity, "processors"), t, ("supplier",))
    suppliers: Value = lambda r: named(r["processors"])  # noqa: E731 - as above
    both = frozenset({Form.SHORT, Form.PROCESSOR})
    agreement: Value = lambda r: r["for"].get("agreement")  # noqa: E731 - as above
    return [
        _field("has_processors", t, PROCESSORS, needed=True),
        Item(
            t("Databehandlere"),
            MAY,
            suppliers,
            BOTH,
            PROCESSORS,
            made_of=("processors",),
            grid=_agreement_grid(t),
        ),
        Item(t("Databehandleravtaler"), MAY, _agreement_lines, WIDE, made_of=("processors",)),
        _field("recipients", t, RECIPIENTS, BOTH | SHORT, MUST, needed=True, width=13),
        _field("disclosures", t, RECIPIENTS),
        Item(t("Overføring til tredjeland"), MUST, lambda r: lines(r) or answer(r), both, made_of=apart, width=12),
        _field("transferred", t, PROCESSORS, BOTH, MUST, needed=True),
        _field("transfers", t, PROCESSORS, BOTH, MUST),
        Item(t("Databehandleravtale"), MAY, agreement, PROCESSOR, width=16),
    ]


def _agreement_grid(t: Translate) -> Callable[[dict[str, Any]], Grid | None]:
    """Processors with the agreement that binds each, who owns it and where it is."""
    labels = {"supplier": t("Databehandler"), "name": t("Databehandleravtale")}
    labels |= {key: t(field_of(Agreement, key).label) for key in ("number", "owner", "archive_reference", "link")}
    return lambda r: side_by_side(labels.values(), [[one[key] or "" for key in labels] for one in r["agreements"]])


def _agreement_lines(r: dict[str, Any]) -> Cell:
    told = ([said for key, said in one.items() if key != "supplier" and said] for one in r["agreements"])
    return "\n".join(", ".join(said) for said in told if said) or None


def side_by_side(labels: Iterable[str], rows: Sequence[Sequence[str]]) -> Grid | None:
    """Rows in the columns that any of them fills; nothing where none is."""
    named = list(labels)
    kept = [number for number in range(len(named)) if any(row[number] for row in rows)]
    made = [[row[number] for number in kept] for row in rows]
    return Grid([named[number] for number in kept], made) if kept else None


def _time(t: Translate) -> list[Item]:
    lines, keys = part_value("retention", t), ("retention", "retention_reason")
    value: Value = lambda r: lines(r) or r["retention_reason"]  # noqa: E731 - as above
    grid = _grid(field_of(ProcessingActivity, "retention"), t)
    return [
        Item(t("Slettefrister"), MUST, value, BOTH | SHORT, TIME, made_of=keys, grid=grid, needed=True, width=15)
    ]  # fmt: skip


def _security(t: Translate) -> list[Item]:
    """Own measures, or the reason there are none; those the municipality has for everything are told as common."""

    def own(r: dict[str, Any]) -> Cell:
        measures = "; ".join(r["measures"])
        said = (measures, r["measures_text"], None if measures else r["measures_reason"])
        return "\n".join(filter(None, said)) or None

    def common(r: dict[str, Any]) -> Cell:
        return r["municipality"].default_measures or None

    def whole(r: dict[str, Any]) -> Cell:
        shared = common(r)
        said = (own(r), shared and t(COMMON, measures=shared))
        return "\n".join(str(one) for one in said if one) or None

    narrow = frozenset({Form.SHORT, Form.PROCESSOR})
    return [
        Item(t("Sikkerhetstiltak"), MUST, whole, narrow, made_of=MEASURES, width=24),
        Item(t("Sikkerhetstiltak"), MUST, own, BOTH, SECURITY, made_of=MEASURES, needed=True),
        Item(t("Felles sikkerhetstiltak i kommunen"), MUST, common, BOTH, SECURITY),
    ]


def _impact(t: Translate) -> list[Item]:
    return [
        Item(t("Vurdering av personvernkonsekvenser (DPIA)"), MAY, lambda r: r["dpia"], BOTH, IMPACT),
        Item(t("Risikovurdering (ROS)"), MAY, lambda r: r["ros"], BOTH, IMPACT),
        _field("privacy_notice", t, IMPACT),
    ]


def _short_people(t: Translate) -> list[Item]:
    """Letter c in two columns; the document has it in one grid, where who and what stand beside each other."""
    of = ("subjects",)
    return [
        Item(t("Kategorier av registrerte"), MUST, _subjects, SHORT | WIDE, made_of=of, width=13),
        Item(
            t("Kategorier av personopplysninger"), MUST, _pairs, SHORT | WIDE, made_of=of, width=18,
        ),
    ]  # fmt: skip


def _people(t: Translate) -> list[Item]:
    pairs = field_of(ProcessingActivity, "subjects")
    return [
        Item(
            t(pairs.label), MUST, _pairs, READ, PEOPLE, made_of=("subjects",), grid=_grid(pairs, t),
            needed=True,
        ),
        Item(t("Særlige kategorier"), MAY, _special, BOTH, PEOPLE),
        _field("sources", t, PEOPLE),
    ]  # fmt: skip


def _last(t: Translate) -> list[Item]:
    return [
        _field(WAIVED, t, VALIDITY, WIDE),
        Item(t("Sist endret"), MAY, lambda r: r["updated"], BOTH, VALIDITY, Kind.DATETIME),
    ]


def _field(
    key: str,
    t: Translate,
    section: str,
    forms: frozenset[Form] = BOTH,
    emphasis: Emphasis = MAY,
    **more: Any,
) -> Item:
    known = field_of(ProcessingActivity, key)
    grid = _grid(known, t) if key in GRIDS else None
    more |= {"listed": known.shape is Shape.REFERENCES, "unit": t(known.unit) if known.unit else ""}
    return Item(t(known.label), emphasis, _value(known, t), forms, section, kind_of(known), (key,), grid, **more)


GRIDS = {"purposes", "controllers", "transfers", "disclosures"}


def _value(known: Field, t: Translate) -> Value:
    convert, key = converter(known, t), known.key
    return lambda r: convert(r[key]) if convert else r[key]


def part_value(key: str, t: Translate) -> Value:
    lines = part_lines(field_of(ProcessingActivity, key), t)
    return lambda r: lines(r[key])


def _grid(known: Field, t: Translate) -> Callable[[dict[str, Any]], Grid | None]:
    """Parts side by side, in the columns that any of them fills."""
    told = [(one, converter(one, t)) for one in fields_of(part_class(known))]

    def text(one: Field, convert: Any, value: Any) -> str:
        cell = None if _says_nothing(value) else convert(value) if convert else value
        said = "" if cell is None else "; ".join(SAID.get(kind_of(one), str)(cell).splitlines())
        return f"{said} {t(one.unit)}" if said and one.unit else said

    def grid(r: dict[str, Any]) -> Grid | None:
        rows = [[text(one, convert, part[one.key]) for one, convert in told] for part in r[known.key]]
        return side_by_side([t(one.label) for one, _convert in told], rows)

    return grid


def _subjects(r: dict[str, Any]) -> Cell:
    return "\n".join(dict.fromkeys(pair["subject"] for pair in r["subjects"])) or None


def _pairs(r: dict[str, Any]) -> Cell:
    """Who, and what of them: a line for each."""
    told = (": ".join(filter(None, (pair["subject"], "; ".join(pair["personal_data"])))) for pair in r["subjects"])
    return "\n".join(told) or None


def _special(r: dict[str, Any]) -> Cell:
    named = {name for pair in r["subjects"] for name in pair["personal_data"]} & r["special_names"]
    return "; ".join(sorted(named)) or None


def left_out(told: Sequence[Item], filled: set[str]) -> tuple[Item, ...]:
    """The items without those that are voluntary and that no activity says anything of."""
    return tuple(one for one in told if one.emphasis is MUST or not one.made_of or filled & set(one.made_of))
