"""The data protection officer's report of a year (domain handbook 8, story 25): what stands now, what advice was given
and what became of it, the impact assessments of the year, and the faults that are open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from models import BY_NAME
from models.declare.choices import CommentKind, CommentState
from models.declare.clock import day_of, start_of
from models.declare.domains import Domain
from models.declare.titles import title
from models.declare.words import N_
from models.queries.finding import how_many
from models.queries.rules import ALIVE, BY_CODE, ERROR, RULES, breaks
from models.queries.told import holds, naming
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.comments import Comment, RiskComment
from models.registers.processing import ProcessingActivity, is_approved, is_special
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.tenancy import scope
from reports.base import Ask, Group, Told
from reports.choices import YEAR
from reports.coordinating.listing import Listing
from reports.table import Cell, Column, Kind, Named, Sheet
from reports.tabular import Tabular

CONCERNED = (ProcessingActivity, Application, Agreement, ImpactAssessment, RiskAssessment)
WITHDRAWN = N_("Trukket tilbake")
_alive = ALIVE[ProcessingActivity]


@dataclass(frozen=True)
class Yearly(Tabular):
    """What stands now is told as it stands, whatever year is asked for: the title of each line says which it is."""

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        return [
            _figures(session, ask),
            _advice(session, ask),
            *_assessments().told(session, ask),
            _faults(session, ask),
        ]


def _span(ask: Ask) -> tuple[date, date]:
    return date(ask.year, 1, 1), date(ask.year + 1, 1, 1)


def _within(column: Any, ask: Ask) -> Any:
    first, after = _span(ask)
    return (column >= first) & (column < after)


def _figures(session: Any, ask: Ask) -> Told:
    """In one statement."""
    t, activity, dpia = ask.t, ProcessingActivity, ImpactAssessment
    lines: list[tuple[str, Any]] = [
        (t("Behandlinger i dag"), how_many(activity, holds(activity, _alive))),
        (t("Godkjente i dag"), how_many(activity, holds(activity, _alive & is_approved))),
        (t("Godkjent i %(year)s", year=str(ask.year)), how_many(activity, _within(activity.approved_on, ask))),
        (t("Forbi revisjonsdatoen i dag"), how_many(activity, breaks(BY_CODE["Q8a"]))),
        (t("Med særlige kategorier i dag"), how_many(activity, holds(activity, _alive & is_special))),
        (t("Applikasjoner uten databehandleravtale i dag"), how_many(Application, breaks(BY_CODE["Q3c"]))),
        (t("Behandlinger som trolig trenger DPIA i dag"), how_many(activity, breaks(BY_CODE["Q5b"]))),
    ]
    if scope.current().readable(Domain.RISK):
        lines += [
            (t("Risikovurderinger eldre enn to år"), how_many(RiskAssessment, breaks(BY_CODE["Q6"]))),
            (t("DPIA ferdige i %(year)s", year=str(ask.year)), how_many(dpia, _within(dpia.done_on, ask))),
            (t("DPIA med råd i %(year)s", year=str(ask.year)), how_many(dpia, _within(dpia.advised_on, ask))),
        ]
    numbers = session.execute(select(*[number for _label, number in lines])).one()
    rows = [[label, number] for (label, _), number in zip(lines, numbers, strict=True)]
    columns = [Column(t("Tall"), width=48), Column(t("Antall"), Kind.INTEGER)]
    return Told(Sheet(t("Nøkkeltall"), columns, rows), lambda _most: len(rows))


def _advice(session: Any, ask: Ask) -> Told:
    """The advice given in the year, by row; what was withdrawn stands there as withdrawn."""
    t = ask.t
    first, after = map(start_of, _span(ask))
    given: list[Any] = []
    for said in (Comment, RiskComment):
        where = (said.kind == CommentKind.ADVICE, said.at >= first, said.at < after)
        given += session.scalars(select(said).where(*where).order_by(said.at, said.id))
    called = _names(session, given, ask)
    rows = [list(_line(one, called, ask)) for one in sorted(given, key=lambda one: (one.at, one.register, one.id))]
    columns = [
        Column(t("Gjelder"), width=34), Column(t("Register")), Column(t("Gitt"), Kind.DATE),
        Column(t("Råd"), Kind.LONG_TEXT), Column(t("Hva det ble til")), Column(t("Svar"), Kind.LONG_TEXT),
    ]  # fmt: skip
    empty = t("Ingen råd er skrevet i Orden det året.")
    return Told(Sheet(t("Råd"), columns, rows, empty=empty), lambda _most: len(rows))


def _line(one: Any, called: dict[tuple[str, int], str], ask: Ask) -> Iterator[Cell]:
    register = BY_NAME[one.register]
    name = called.get((one.register, one.row_id))
    yield Named(name, one.register, one.row_id) if name else ask.t("Slettet")
    yield ask.t(register.__register__.name)
    yield day_of(one.at)
    yield one.text
    yield ask.t(WITHDRAWN if one.gone_at is not None else CommentState(one.state).label)
    yield one.answer or None


def _names(session: Any, given: list[Any], ask: Ask) -> dict[tuple[str, int], str]:
    """What the rows are called: one statement for each register that any advice is of."""
    found: dict[tuple[str, int], str] = {}
    for register in dict.fromkeys(one.register for one in given):
        cls = BY_NAME[register]
        ids = {one.row_id for one in given if one.register == register}
        rows = session.execute(select(cls.id, title(cls, *naming(cls), ask.language)).where(cls.id.in_(ids)))
        found |= {(register, row_id): name for row_id, name in rows}
    return found


def _assessments() -> Listing:
    dpia = ImpactAssessment
    dates = (dpia.considered_on, dpia.done_on, dpia.advised_on, dpia.approved_on)
    return Listing(
        N_("DPIA i året"),
        dpia,
        ("activity", "conclusion", "residual", "considered_on", "done_on", "advised_on", "advice"),
        lambda ask: [or_(*[_within(one, ask) for one in dates])],
        first=lambda: (dpia.considered_on,),
        empty=N_("Ingen DPIA du kan lese, er vurdert, gjort eller gitt råd om det året."),
    )


def _faults(session: Any, ask: Ask) -> Told:
    """What must be put right today, and how many rows have it; what one may not know of is counted as nothing."""
    t = ask.t
    grave = [one for one in RULES if one.severity == ERROR and one.register in CONCERNED]
    numbers = session.execute(select(*[how_many(one.register, breaks(one)) for one in grave])).one()
    rows = [
        [t(rule.says), t(rule.register.__register__.name), number, t(rule.source)]
        for rule, number in zip(grave, numbers, strict=True)
        if number
    ]
    columns = [
        Column(t("Må rettes"), Kind.LONG_TEXT), Column(t("Register")), Column(t("Antall"), Kind.INTEGER),
        Column(t("Hvor det står"), Kind.LONG_TEXT),
    ]  # fmt: skip
    rows.sort(key=lambda row: -row[2])
    return Told(Sheet(t("Åpne feil"), columns, rows, empty=t("Ingenting må rettes.")), lambda _most: len(rows))


YEARLY = Yearly(
    "arsrapport-personvern",
    N_("Personvernombudets årsrapport"),
    N_("Råd som er gitt og hva det ble til, DPIA, revisjon, særlige kategorier og det som må rettes."),
    group=Group.PROTECTION,
    choices=(YEAR,),
    notes=(N_("Det som gjelder «i dag», er slik registrene står når rapporten lages, også for et år som har vært."),),
)
