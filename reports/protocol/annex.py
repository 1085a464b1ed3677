"""What an inspector asks for beside the record, of the same activities: processors with their agreements, transfers,
retention, measures, what is missing or wrong, and what the data protection officer advised and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import and_, select

from models.declare.base import field_of, fields_of, part_class
from models.declare.choices import Answer, CommentKind
from models.declare.clock import day_of, start_of
from models.declare.fields import Mark
from models.declare.titles import title
from models.declare.words import N_
from models.past import PastSession
from models.queries import quality, rules
from models.queries.finding import order_keys
from models.queries.reading import in_chunks
from models.queries.standing import standing_together
from models.registers.agreements import ITEMS, Agreement
from models.registers.catalogue import Supplier
from models.registers.comments import Comment, RiskComment
from models.registers.processing import ProcessingActivity, ProcessorRow
from models.registers.risk import ImpactAssessment
from reports import subprocessors
from reports.base import Ask, Report, Told, spaced
from reports.columns import column, converter
from reports.language import Translate
from reports.protocol.reading import Activities, Activity, Which
from reports.protocol.report import chosen
from reports.table import Cell, Column, Kind, Sheet

PROCESSORS, TRANSFERS, RETENTION, MEASURES, FAULTS, ADVICE = (
    N_("Databehandlere"), N_("Overføringer"), N_("Lagringstid"), N_("Sikkerhetstiltak"), N_("Åpne mangler"),
    N_("Råd fra personvernombudet"),
)  # fmt: skip
COMMON = N_("Felles for kommunen")
NOT_SAID = N_("Ikke fylt ut")
NO_PROCESSORS = N_("Ingen databehandlere er registrert i dette utvalget.")
NO_TRANSFERS = N_("Ingen overføringer til tredjeland er registrert i dette utvalget.")
NOTHING = N_("Ingen behandlinger i dette utvalget.")
NO_FAULTS = N_("Ingenting mangler eller må rettes.")
NO_ADVICE = N_("Personvernombudet har ikke gitt råd om dette.")
WITHDRAWN = N_("Trukket tilbake")
SIGNED = ("number", "signed", "ends", "subprocessor_consent", "subprocessors")
FILED = ("archive_reference", "link")
LOGS = (Comment, RiskComment)  # where advice on activities stands, and on assessments
NARROW = 10  # columns that are readable on one page's width
Rows = Callable[[], Iterable[list[Cell]]]


@dataclass(frozen=True)
class Annex(Report):
    """The sheets beside the record, of the activities that the choices of the record choose."""

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        past = ask.read_from(session)
        found, t = chosen(self, past, ask), ask.t
        named = [Column(t("Behandling"), width=28), Column(t("Behandlingsnummer"), width=12)]
        transfers, retention = (_Parts(found, key) for key in ("transfers", "retention"))
        told: list[tuple[str, list[Column], Rows, str]] = [
            (PROCESSORS, _of_processors(t), lambda: _processors(past, found), NO_PROCESSORS),
            (TRANSFERS, [*named, *transfers.columns], transfers.rows, NO_TRANSFERS),
            (RETENTION, [*named, *retention.columns], lambda: retention.rows(needed=True), NOTHING),
            (MEASURES, [*named, Column(t("Tiltak"), Kind.LONG_TEXT)], lambda: _measures(found), NOTHING),
            (FAULTS, [*named, *_of_faults(t)], lambda: _faults(past, found), NO_FAULTS),
            (ADVICE, [*named, *_of_advice(t)], lambda: _advice(session, past, found), NO_ADVICE),
        ]
        return [_sheet(t(name), columns, rows, t(empty)) for name, columns, rows, empty in told]


def _sheet(name: str, columns: list[Column], rows: Rows, empty: str) -> Told:
    """A sheet whose rows are found once, for who draws them and who counts them."""
    once = _Once(rows)
    pages = 1 if len(columns) <= NARROW else None
    return Told(Sheet(name, columns, iter(once), pages=pages, empty=empty), lambda _most: len(once.rows))


@dataclass
class _Once:
    make: Rows

    @cached_property
    def rows(self) -> list[list[Cell]]:
        return list(self.make())

    def __iter__(self) -> Iterator[list[Cell]]:
        yield from self.rows


def _of_processors(t: Translate) -> list[Column]:
    return [
        Column(t("Databehandler"), width=24), Column(t("Organisasjonsnummer"), width=14),
        Column(t("Databehandleravtale"), width=28), *[column(field_of(Agreement, key), t) for key in SIGNED],
        Column(t("Ikke avtalt etter artikkel 28 nr. 3"), Kind.LONG_TEXT),
        *[column(field_of(Agreement, key), t) for key in FILED],
        Column(t("Behandlinger"), Kind.LONG_TEXT),
    ]  # fmt: skip


def _processors(session: Any, found: Activities) -> Iterator[list[Cell]]:
    """One row for each processor and agreement, with the activities it is used for."""
    t, language = found.ask.t, found.ask.language
    more = [field_of(Agreement, key) for key in (*SIGNED, *FILED)]
    name = title(Agreement, Agreement.__tablename__, Agreement.__register__.title, language)
    told = (Supplier.id, Supplier.name, Supplier.organisation_number, ProcessingActivity.name, name, Agreement)
    statement = (
        select(*told)
        .select_from(ProcessorRow)
        .join(ProcessorRow.supplier)
        .join(ProcessingActivity, ProcessingActivity.id == ProcessorRow.parent_id)
        .outerjoin(ProcessorRow.agreement)
        .where(found.where(Which.ALL))
        .order_by(Supplier.sort_key, Supplier.id, Agreement.id, ProcessingActivity.sort_key, ProcessingActivity.id)
    )
    together: dict[tuple[int, int | None], tuple[Any, list[str]]] = {}
    for row in session.execute(statement):
        key = (row[0], row[5] and row[5].id)
        together.setdefault(key, (row, []))[1].append(row[3])
    used = subprocessors.lines(session, [one for _supplier, one in together if one], found.ask)
    for (_supplier, who, number, _activity, agreement_name, agreement), activities in together.values():
        values = [_cell(known, getattr(agreement, known.key), t) if agreement else None for known in more]
        if agreement:  # those that stand in rows, before the words
            last = len(SIGNED) - 1
            values[last] = subprocessors.beside(used.get(agreement.id), values[last])
        lacking = [t(field_of(Agreement, key).label) for key in ITEMS if _lacks(agreement, key)]
        yield [
            who, spaced(number), agreement_name if agreement else t(NOT_SAID), *values[: len(SIGNED)],
            "\n".join(lacking) or None, *values[len(SIGNED) :], "\n".join(dict.fromkeys(activities)),
        ]  # fmt: skip


def _lacks(agreement: Any, key: str) -> bool:
    return agreement is not None and getattr(agreement, key) is not Answer.YES


def _cell(known: Any, value: Any, t: Translate) -> Cell:
    convert = converter(known, t)
    return convert(value) if convert else value


class _Parts:
    """A row for each part of the activities under a field; where one is `needed` and there is none, that."""

    def __init__(self, found: Activities, key: str) -> None:
        known, self.found, self.key = field_of(ProcessingActivity, key), found, key
        self.inner = fields_of(part_class(known))
        self.columns = [column(one, found.ask.t) for one in self.inner]

    def rows(self, *, needed: bool = False) -> Iterator[list[Cell]]:
        t = self.found.ask.t
        nothing: list[Cell] = [None] * (len(self.columns) - 1)
        for activity in self.found.of(Which.ALL):
            named = _named(activity)
            for part in activity[self.key]:
                yield [*named, *(_cell(one, part[one.key], t) for one in self.inner)]
            if needed and not activity[self.key]:
                yield [*named, activity[f"{self.key}_reason"] or t(NOT_SAID), *nothing]


def _named(activity: Activity) -> list[Cell]:
    return [activity["name"], activity["number"]]


def _measures(found: Activities) -> Iterator[list[Cell]]:
    """What holds for everything first, then what each activity has of its own."""
    t = found.ask.t
    rows = [[*_named(one), _own_measures(one, t)] for one in found.of(Which.ALL)]
    for owner in found.owners.values():
        if owner.default_measures:
            yield [t(COMMON), None, owner.default_measures]
    yield from rows


def _own_measures(activity: Activity, t: Translate) -> str:
    said = ("\n".join(activity["measures"]), activity["measures_text"], activity["measures_reason"])
    return "\n".join(filter(None, said)) or t(NOT_SAID)


def _of_faults(t: Translate) -> list[Column]:
    labels = (t("Må rettes"), t("Bør rettes"), t("Kreves, mangler"))
    return [Column(label, Kind.LONG_TEXT) for label in labels]


def _faults(session: Any, found: Activities) -> Iterator[list[Cell]]:
    """What the rules find and what must be said and is not, of the activities of which there is any."""
    t, day = found.ask.t, found.ask.today
    statement = select(ProcessingActivity).where(found.where(Which.ALL)).order_by(*order_keys(ProcessingActivity))
    for chunk in in_chunks(session, statement):
        rows = [row for (row,) in chunk]
        for stand, row in zip(standing_together(session, rows), rows, strict=True):
            broken, (_percent, gaps) = list(rules.broken_rules(stand, day)), quality.progress(stand)
            lines = [
                *[[one.told(t) for one in broken if one.severity == grave] for grave in (rules.ERROR, rules.WARNING)],
                [t(known.label) for known in gaps if known.mark is Mark.MANDATORY],
            ]
            if any(lines):
                yield [row.name, row.number, *["\n".join(some) or None for some in lines]]


def _of_advice(t: Translate) -> list[Column]:
    return [
        Column(t("Gjelder"), width=28), Column(t("Råd"), Kind.LONG_TEXT), Column(t("Dato"), Kind.DATE),
        Column(t("Hva det ble til"), width=20), Column(t("Begrunnelse"), Kind.LONG_TEXT),
    ]  # fmt: skip


def _advice(session: Any, past: Any, found: Activities) -> Iterator[list[Cell]]:
    """Advice on the activities and on their impact assessments, by activity. What was said beside rows, and what became
    of it, stands as it does today."""
    t = found.ask.t
    named = past.execute(
        select(ProcessingActivity.id, ProcessingActivity.name, ProcessingActivity.number)
        .where(found.where(Which.ALL))
        .order_by(*order_keys(ProcessingActivity))
    ).all()
    assessed = past.scalars(
        select(ImpactAssessment)
        .join(ProcessingActivity, ProcessingActivity.id == ImpactAssessment.activity_id)
        .where(found.where(Which.ALL))
        .order_by(ImpactAssessment.id)
    ).all()
    about = {ProcessingActivity: [one.id for one in named], ImpactAssessment: [one.id for one in assessed]}
    before = start_of(found.ask.today + timedelta(days=1)) if isinstance(past, PastSession) else None
    said = {one: _said(session, log, one, ids, before) for (one, ids), log in zip(about.items(), LOGS, strict=True)}
    for activity_id, name, number in named:
        yield from ([name, number, None, *_line(one, t)] for one in said[ProcessingActivity].get(activity_id, ()))
        for assessment in (one for one in assessed if one.activity_id == activity_id):
            if assessment.advice:
                fate = t(assessment.status.label)
                yield [name, number, assessment.name, assessment.advice, assessment.advised_on, fate, None]
            some = said[ImpactAssessment].get(assessment.id, ())
            yield from ([name, number, assessment.name, *_line(one, t)] for one in some)


def _said(session: Any, log: Any, register: type[Any], ids: list[int], before: Any) -> dict[int, list[Any]]:
    asked = and_(log.register == register.__tablename__, log.row_id.in_(ids), log.kind == CommentKind.ADVICE)
    found: dict[int, list[Any]] = {}
    for one in session.scalars(select(log).where(asked, *([log.at < before] if before else [])).order_by(log.id)):
        found.setdefault(one.row_id, []).append(one)
    return found


def _line(advice: Any, t: Translate) -> list[Cell]:
    """Advice, when it was given, what became of it and why."""
    fate = t(WITHDRAWN) if advice.gone_at else t(advice.state.label)
    return [advice.text, day_of(advice.at), fate, advice.answer or None]
