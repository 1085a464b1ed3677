"""What a municipality has, what needs doing next, and which agreements end soon: the same facts for every start page."""

# ruff: noqa: E501 - a table of tasks: one task, one line
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select, union_all

from models.declare.choices import AgreementStatus, AssessmentStatus, RecordStatus, RequestState
from models.declare.conditions import filled
from models.declare.memories import remembers
from models.declare.words import N_
from models.queries.finding import how_many
from models.queries.rules import BY_CODE, INFO, WARNING, Rule, breaks
from models.queries.told import holds
from models.registers.accessrequests import AccessRequest
from models.registers.agreements import Agreement
from models.registers.catalogue import ProcessingTemplate, ShippedTemplate
from models.registers.data import Dataset
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity, is_controller
from models.registers.risk import ImpactAssessment
from models.registers.window import ShownCard
from models.tenancy.people import User
from models.tenancy.reach import written
from models.tenancy.session import prepare

RULE = "rule"  # what an address says of a list that shows the rows that break a rule
SOON = timedelta(days=183)
lacks_retention = is_controller & ~filled("retention_reason") & ~filled("retention")


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
        return next((pair for pair in self.filters.items() if pair[0] in {"lacks", "due", "old", RULE}), None)


@remembers()
def tasks() -> tuple[Task, ...]:
    """The to-do list, gravest first."""
    activity = ProcessingActivity
    return (
        _breaks("Q20a", N_("Personvernavvik som ikke er meldt")),
        _breaks("Q20d", N_("Personvernavvik med høy risiko der de berørte ikke har fått beskjed")),
        _breaks("Q21a", N_("Innsynskrav der fristen er ute")),
        Task(N_("Innsynskrav som ikke er besvart"), N_("Spør dem som kan ha opplysninger, og svar innen fristen."), WARNING, AccessRequest, {"status": RequestState.OPEN.value}, AccessRequest.status == RequestState.OPEN),
        _mends("Q1a", N_("Behandlinger uten behandlingsgrunnlag"), N_("Velg grunnlag etter artikkel 6."), {"lacks": "article6"}),
        _mends("Q1b Q1f", N_("Behandlinger som mangler en lov"), N_("Grunnlaget gjelder bare sammen med en lov. Legg den til."), {"lacks": "laws"}),
        _mends("Q1c", N_("Behandlinger av særlige kategorier uten grunnlag"), N_("Velg unntaket i artikkel 9."), {"lacks": "article9"}),
        _breaks("Q1d", N_("Behandlinger som sier nei til særlige kategorier de har")),
        _breaks("Q1h", N_("Behandlinger som ikke sier ja til straffbare forhold de har")),
        _breaks("Q1g", N_("Behandlinger av straffbare forhold uten hjemmel")),
        _mends("Q2", N_("Behandlinger der en databehandler mangler aktiv avtale"), N_("Koble til avtalen, eller inngå en."), {"lacks": "agreement"}),
        _mends("Q4", N_("Overføringer til tredjeland uten land eller grunnlag"), N_("Fyll ut begge."), {"lacks": "transfers"}),
        _breaks("Q4b", N_("Overføringer som siste utvei uten garantier")),
        _breaks("Q2c", N_("Databehandleravtaler som mangler noe de skal ha")),
        _breaks("Q9b", N_("Avtaler som er gått ut, men står som aktive")),
        _mends("Q3c", N_("Applikasjoner med personopplysninger uten databehandleravtale"), N_("Inngå avtale, registrer den som finnes, eller svar at det ikke trengs noen."), {"lacks": "processing_agreement"}),
        _mends("Q7b", N_("Behandlinger uten daglig behandlingsansvarlig"), N_("Velg lederen som svarer for behandlingen."), {"lacks": "responsible"}),
        _mends("Q7a", N_("Applikasjoner uten systemeier"), N_("Velg hvem som bestemmer over systemet."), {"lacks": "owner"}),
        Task(N_("Behandlinger uten slettefrist"), N_("Skriv hvor lenge opplysningene lagres, eller hvorfor det ikke går."), WARNING, activity, {"lacks": "retention"}, holds(activity, lacks_retention)),
        Task(N_("Behandlinger som venter på godkjenning"), N_("Les dem, og godkjenn dem eller send dem tilbake."), WARNING, activity, {"status": RecordStatus.REVIEW.value}, activity.status == RecordStatus.REVIEW),
        Task(N_("DPIA som venter på godkjenning"), N_("Les dem, og godkjenn dem eller send dem tilbake."), WARNING, ImpactAssessment, {"status": AssessmentStatus.TO_APPROVE.value}, ImpactAssessment.status == AssessmentStatus.TO_APPROVE),
        Task(N_("Behandlinger som trenger revidering"), N_("Gå gjennom dem, og sett en ny revisjonsdato."), WARNING, activity, {"status": RecordStatus.REVISE.value}, activity.status == RecordStatus.REVISE),
        _breaks("Q5b", N_("Behandlinger som trolig trenger DPIA")),
        _mends("Q8a", N_("Behandlinger der revisjonsdatoen er passert"), N_("Bekreft at opplysningene stemmer."), {"due": "1"}),
        _mends("Q7c", N_("Kritiske applikasjoner uten manuell reserve"), N_("Skriv hva dere gjør når systemet er nede."), {"lacks": "fallback"}),
        _mends("Q6", N_("Risikovurderinger eldre enn to år"), N_("Gjør vurderingen på nytt."), {"old": "1"}),
        Task(N_("DPIA som venter på råd fra personvernombudet"), N_("Personvernombudet skriver rådet sitt i vurderingen."), INFO, ImpactAssessment, {"status": AssessmentStatus.WITH_DPO.value}, ImpactAssessment.status == AssessmentStatus.WITH_DPO),
        Task(N_("Behandlinger der malen eller originalen er endret"), N_("Se hva som er nytt, og ta det over eller behold det dere har."), INFO, activity, {"old": "template"}, _is_behind_its_source()),
        Task(N_("Behandlinger som er utkast"), N_("Fyll ut det som mangler, og send til godkjenning."), INFO, activity, {"status": RecordStatus.DRAFT.value}, activity.status == RecordStatus.DRAFT),
        Task(N_("Behandlingsmaler der den leverte er endret siden"), N_("Se hva som er nytt, og ta det over eller behold prosjektets."), INFO, ProcessingTemplate, {"old": "shipped"}, _is_behind_what_is_shipped()),
        _mends("Q14a", N_("Brukere uten tilgang"), N_("Gi dem en rolle i en kommune, eller la dem ikke logge inn."), {"lacks": "grant"}),
        Task(N_("Brukere som aldri har logget inn"), N_("Spør om de har fått passordet."), INFO, User, {"lacks": "sign_in"}, User.active & User.last_sign_in.is_(None)),
        Task(N_("Datasett uten dataeier"), N_("Velg den som bestemmer over opplysningene."), INFO, Dataset, {"lacks": "owner"}, Dataset.owner_id.is_(None)),
    )  # fmt: skip


def _is_behind_its_source() -> Any:
    """That what an activity follows has changed since it was taken or last seen through: its template, or what the
    sister municipality shows, as long as there is one."""
    template, activity, card = ProcessingTemplate, ProcessingActivity, ShownCard
    changed = select(template.id).where(
        template.id == activity.template_id, template.version != activity.template_version
    )
    shown = (card.register == activity.__tablename__, card.row_id == activity.origin_row)
    written_anew = select(card.id).where(*shown, card.id != activity.origin_card)
    ended = select(Municipality.id).where(Municipality.id == activity.origin_place, Municipality.ended.is_not(None))
    behind_template = activity.template_version.is_not(None) & changed.correlate(activity).exists()
    behind_sister = activity.origin_card.is_not(None) & written_anew.correlate(activity).exists()
    return behind_template | (behind_sister & ~ended.correlate(activity).exists())


def _is_behind_what_is_shipped() -> Any:
    """That what is shipped of a template has changed since the staff, whose own it is, looked last."""
    there = (ShippedTemplate.template_id == ProcessingTemplate.id) & ShippedTemplate.before.is_not(None)
    return select(ShippedTemplate.id).where(there).correlate(ProcessingTemplate).exists()


def _mends(codes: str, text: str, advice: str, filters: dict[str, Any]) -> Task:
    """The rows that break some rules of a register. Advice that is a rule's own is told as the rule tells it."""
    rules = [BY_CODE[code] for code in codes.split()]
    advice = next((one.remedy for one in rules if one.remedy == advice), advice)
    return Task(text, advice, rules[0].severity, rules[0].register, filters, or_(*map(breaks, rules)))


def _breaks(code: str, text: str) -> Task:
    """The same of one rule, for which no address says anything else."""
    return _mends(code, text, BY_CODE[code].remedy, {RULE: code})


@remembers()
def task_of(rule: Rule) -> Task:
    """The rows that break one rule, to be shown in a list."""
    return Task(rule.says, rule.remedy, rule.severity, rule.register, {RULE: rule.code}, breaks(rule))


def counts(session: Any, registers: tuple[type[Any], ...]) -> dict[type[Any], int]:
    """How many rows each register has within the scope, in one statement."""
    if not registers:
        return {}
    return dict(zip(registers, session.execute(_sizes(registers)).one(), strict=True))


@remembers()
def _sizes(registers: tuple[Any, ...]) -> Any:
    return prepare(select(*[how_many(one) for one in registers]))


def count_together(session: Any, registers: tuple[type[Any], ...], most: int | None = None) -> int:
    """How many rows some registers have within the scope; with `most` counted no further than one past it."""
    return int(session.scalar(_together(registers, most))) if registers else 0


@remembers()
def _together(registers: tuple[Any, ...], most: int | None) -> Any:
    """As one walk that ends where it may: counted each by itself, twelve registers are counted so far."""
    each = [select(written(1).label("one")).select_from(one) for one in registers]
    rows = union_all(*each) if len(each) > 1 else each[0]
    limited = rows if most is None else rows.limit(written(most + 1))
    return prepare(select(func.count()).select_from(limited.subquery()))


def open_tasks(session: Any, register: type[Any]) -> list[tuple[Task, int]]:
    """The tasks of one register that have something in them, in one statement."""
    concerned = [task for task in tasks() if task.register is register]
    numbers = session.execute(select(*[how_many(register, task.condition) for task in concerned])).one()
    return [(task, number) for task, number in zip(concerned, numbers, strict=True) if number]


def waiting(session: Any, task: Task, actor_id: int, limit: int = 3) -> list[Any]:
    """The rows of a task that another than this person has sent to be approved, the one that has waited longest first;
    nothing of other tasks."""
    approval = task.register.__register__.approval
    if approval is None or task.filters != {"status": approval.sent.value}:
        return []
    register = task.register
    theirs = or_(register.sender_id.is_(None), register.sender_id != actor_id)
    found = select(register).where(register.status == approval.sent, theirs)
    return list(session.scalars(found.order_by(register.updated_at, register.id).limit(limit)))


def ending_agreements(session: Any, today: date, limit: int = 8) -> list[Any]:
    """Agreements in force that end within half a year, or have just ended, soonest first."""
    alive = (AgreementStatus.ACTIVE, AgreementStatus.OPTION, AgreementStatus.EXPIRED)
    statement = select(Agreement).where(
        Agreement.status.in_(alive), Agreement.ends.between(today - timedelta(days=60), today + SOON)
    )
    return list(session.scalars(statement.order_by(Agreement.ends, Agreement.id).limit(limit)))
