"""What a municipality has, what needs doing next, and which agreements end soon: the same facts for every start page."""

# ruff: noqa: E501 - a table of tasks: one task, one line
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from models.declare.choices import (
    AgreementCover,
    AgreementStatus,
    Answer,
    Criticality,
    HeldPersonalData,
    ProcessingRole,
    RecordStatus,
)
from models.declare.memories import remembers
from models.declare.words import N_
from models.queries.finding import how_many, linked
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.codes import Article6, Article9, PersonalDataCategory, Special
from models.registers.data import Dataset
from models.registers.processing import ProcessingActivity, ProcessorRow, SubjectRow, TransferRow
from models.registers.risk import RiskAssessment
from models.tenancy.session import prepare

SOON = timedelta(days=183)
OLD_RISK = timedelta(days=730)
PERSONAL = (HeldPersonalData.YES, HeldPersonalData.SPECIAL)


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do: how many rows it concerns, how grave it is, and the list that shows them."""

    text: str
    advice: str
    severity: str
    register: type[Any]
    filters: dict[str, Any]
    condition: Any

    @property
    def parameter(self) -> tuple[str, str] | None:
        """The address parameter that stands for the condition where no ordinary filter does."""
        return next((pair for pair in self.filters.items() if pair[0] in {"lacks", "due", "old"}), None)


@remembers(4)
def tasks(today: Any, old: Any = None) -> tuple[Task, ...]:
    """The to-do list, gravest first. `old` is the day before which an assessment is; both may be parameters."""
    old = today - OLD_RISK if old is None else old
    activity, application = ProcessingActivity, Application
    special = (activity.special == Answer.YES) | _keeps_special()
    return (
        Task(N_("Behandlinger uten behandlingsgrunnlag"), N_("Velg grunnlag etter artikkel 6."), "error", activity, {"lacks": "article6"}, ~linked(activity, 'article6') & (activity.role != ProcessingRole.PROCESSOR)),
        Task(N_("Behandlinger som mangler en lov"), N_("Grunnlaget gjelder bare sammen med en lov. Legg den til."), "error", activity, {"lacks": "laws"}, _needs_law() & ~linked(activity, "laws")),
        Task(N_("Behandlinger av særlige kategorier uten grunnlag"), N_("Velg unntaket i artikkel 9."), "error", activity, {"lacks": "article9"}, (activity.role != ProcessingRole.PROCESSOR) & special & ~linked(activity, "article9")),
        Task(N_("Behandlinger der en databehandler mangler aktiv avtale"), N_("Koble til avtalen, eller inngå en."), "error", activity, {"lacks": "agreement"}, _without_agreement()),
        Task(N_("Overføringer til tredjeland uten land eller grunnlag"), N_("Fyll ut begge."), "error", activity, {"lacks": "transfers"}, (activity.transferred == Answer.YES) & (~linked(activity, "transfers") | _without_ground())),
        Task(N_("Applikasjoner med personopplysninger uten databehandleravtale"), N_("Inngå avtale, eller registrer den som finnes."), "error", application, {"lacks": "processing_agreement"}, application.personal_data.in_(PERSONAL) & (application.processing_agreement == AgreementCover.MISSING)),
        Task(N_("Behandlinger uten daglig behandlingsansvarlig"), N_("Velg lederen som svarer for behandlingen."), "error", activity, {"lacks": "responsible"}, activity.responsible_id.is_(None)),
        Task(N_("Applikasjoner uten systemeier"), N_("Velg hvem som bestemmer over systemet."), "error", application, {"lacks": "owner"}, application.owner_id.is_(None)),
        Task(N_("Behandlinger uten slettefrist"), N_("Skriv hvor lenge opplysningene lagres, eller hvorfor det ikke går."), "warning", activity, {"lacks": "retention"}, (activity.role != ProcessingRole.PROCESSOR) & activity.retention_reason.is_(None) & ~linked(activity, "retention")),
        Task(N_("Behandlinger som trenger revidering"), N_("Gå gjennom dem, og sett en ny revisjonsdato."), "warning", activity, {"status": RecordStatus.REVISE.value}, activity.status == RecordStatus.REVISE),
        Task(N_("Behandlinger der revisjonsdatoen er passert"), N_("Bekreft at opplysningene stemmer."), "warning", activity, {"due": "1"}, activity.review_due < today),
        Task(N_("Kritiske applikasjoner uten manuell reserve"), N_("Skriv hva dere gjør når systemet er nede."), "warning", application, {"lacks": "fallback"}, application.criticality.in_((Criticality.C1, Criticality.C2)) & application.fallback.is_(None)),
        Task(N_("Risikovurderinger eldre enn to år"), N_("Gjør vurderingen på nytt."), "warning", RiskAssessment, {"old": "1"}, RiskAssessment.assessed_on < old),
        Task(N_("Behandlinger som er utkast"), N_("Fyll ut det som mangler, og send til godkjenning."), "info", activity, {"status": RecordStatus.DRAFT.value}, activity.status == RecordStatus.DRAFT),
        Task(N_("Datasett uten dataeier"), N_("Velg den som bestemmer over opplysningene."), "info", Dataset, {"lacks": "owner"}, Dataset.owner_id.is_(None)),
    )  # fmt: skip


def _needs_law() -> ColumnElement[bool]:
    """Quality rules Q1b and Q1f: a ground that applies only together with a law."""
    here, six, nine = aliased(ProcessingActivity), aliased(Article6), aliased(Article9)
    by_six = select(here.id).join(here.article6.of_type(six)).where(six.code.in_(("6.1.c", "6.1.e")))
    by_nine = select(here.id).join(here.article9.of_type(nine)).where(nine.needs_law == Answer.YES)
    return ProcessingActivity.id.in_(by_six) | ProcessingActivity.id.in_(by_nine)


def _keeps_special() -> ColumnElement[bool]:
    """Quality rule Q1d: what is kept about somebody is of a special category, whatever is answered."""
    row, data = aliased(SubjectRow), aliased(PersonalDataCategory)
    kinds = [kind for kind in Special if kind.is_special]
    found = select(row.parent_id).join(row.personal_data.of_type(data)).where(data.special.in_(kinds))
    return ProcessingActivity.id.in_(found)


def _without_agreement() -> ColumnElement[bool]:
    """Quality rule Q2."""
    row, agreement = aliased(ProcessorRow), aliased(Agreement)
    alive = agreement.status.in_((AgreementStatus.ACTIVE, AgreementStatus.OPTION))
    found = select(row.parent_id).outerjoin(row.agreement.of_type(agreement)).where(or_(agreement.id.is_(None), ~alive))
    return ProcessingActivity.id.in_(found)


def _without_ground() -> ColumnElement[bool]:
    """Quality rule Q4."""
    row = aliased(TransferRow)
    return ProcessingActivity.id.in_(select(row.parent_id).where(row.ground_id.is_(None)))


def counts(session: Any, registers: tuple[type[Any], ...], most: int | None = None) -> dict[type[Any], int]:
    """How many rows each register has within the scope, in one statement; with `most` none further than one past it."""
    if not registers:
        return {}
    return dict(zip(registers, session.execute(_sizes(registers, most)).one(), strict=True))


@remembers()
def _sizes(registers: tuple[Any, ...], most: int | None) -> Any:
    return prepare(select(*[how_many(one, most=most) for one in registers]))


def ending_agreements(session: Any, today: date, limit: int = 8) -> list[Any]:
    """Agreements in force that end within half a year, or have just ended, soonest first."""
    alive = (AgreementStatus.ACTIVE, AgreementStatus.OPTION, AgreementStatus.EXPIRED)
    statement = select(Agreement).where(
        Agreement.status.in_(alive), Agreement.ends.between(today - timedelta(days=60), today + SOON)
    )
    return list(session.scalars(statement.order_by(Agreement.ends, Agreement.id).limit(limit)))
