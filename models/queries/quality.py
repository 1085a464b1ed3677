"""What makes a record complete and right: one list of rules; score, badge and to-do list derive from it.

Rules Q1 to Q13 of the domain handbook, section 14. A full record scores 100 %, by test.
"""

# ruff: noqa: E501 - a table of rules: one rule, one line
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import inspect

from models.declare.base import fields_of
from models.declare.choices import (
    AccessRight,
    AgreementCover,
    AgreementStatus,
    Answer,
    AssessmentNeed,
    Criticality,
    Disposal,
    HeldPersonalData,
    says_nothing,
)  # fmt: skip
from models.declare.domains import Domain
from models.declare.fields import Field, Kind, Mark
from models.declare.memories import remembers
from models.declare.words import N_
from models.queries.standing import register_of, row_of
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.data import Dataset
from models.registers.processing import ProcessingActivity, is_approved, is_controller
from models.registers.risk import CRITERION_KEYS, ImpactAssessment, RiskAssessment
from models.tenancy import scope
from models.tenancy.roles import may_read_field

WEIGHTS = {Mark.MANDATORY: 2, Mark.ADVISED: 1}
NOTICE = timedelta(days=90)
LIKELY_DPIA = 2
ERROR, WARNING = "danger", "warning"


@dataclass(frozen=True, slots=True)
class Rule:
    """One quality rule: for which register, how grave, what to do, which field to open, and whether a row breaks it."""

    code: str
    register: type[Any]
    severity: str
    text: str
    field: str
    broken: Callable[[Any, date], bool]


def _codes(row: Any) -> set[str]:
    return {ground.code for ground in row.article6}


def _marked_special(row: Any) -> bool:
    return any(data.special.is_special for pair in row.subjects for data in pair.personal_data)


def _due(row: Any, today: date) -> bool:
    return row.review_due is not None and row.review_due < today


def _ends_soon(row: Any, today: date) -> bool:
    ends: date | None = row.ends
    if ends is None or row.status not in {AgreementStatus.ACTIVE, AgreementStatus.OPTION}:
        return False
    return ends < today + NOTICE + timedelta(days=30 * (row.notice_months or 0))


def _sees_risk(row: Any) -> bool:
    """Whether the reader may know of risk assessments at all; else their absence says nothing."""
    return row.municipality_id in scope.current().readable(Domain.RISK)


RULES: tuple[Rule, ...] = (
    Rule("Q1a", ProcessingActivity, ERROR, N_("Behandlingsgrunnlag etter artikkel 6 mangler. Velg minst ett."), "article6", lambda r, t: is_controller(r) and not r.article6),
    Rule("Q1b", ProcessingActivity, ERROR, N_("Grunnlag c og e krever en lov. Legg til supplerende rettsgrunnlag."), "laws", lambda r, t: bool(_codes(r) & {"6.1.c", "6.1.e"}) and not r.laws),
    Rule("Q1c", ProcessingActivity, ERROR, N_("Særlige kategorier krever et grunnlag etter artikkel 9. Velg ett."), "article9", lambda r, t: is_controller(r) and (r.special is Answer.YES or _marked_special(r)) and not r.article9),
    Rule("Q1d", ProcessingActivity, ERROR, N_("Opplysningene du har krysset av, er særlige kategorier. Svar Ja på spørsmålet om det."), "special", lambda r, t: r.special is Answer.NO and _marked_special(r)),
    Rule("Q1e", ProcessingActivity, WARNING, N_("Det er valgt grunnlag etter artikkel 9, men ingen særlige kategorier. Sjekk at begge deler stemmer."), "article9", lambda r, t: bool(r.article9) and r.special is Answer.NO and not _marked_special(r)),
    Rule("Q1f", ProcessingActivity, ERROR, N_("Grunnlaget etter artikkel 9 gjelder bare sammen med en lov. Legg til supplerende rettsgrunnlag."), "laws", lambda r, t: any(ground.needs_law is Answer.YES for ground in r.article9) and not r.laws),
    Rule("Q1g", ProcessingActivity, ERROR, N_("Opplysninger om straffbare forhold krever et grunnlag etter artikkel 10. Skriv hjemmelen."), "article10", lambda r, t: is_controller(r) and r.criminal is Answer.YES and not r.article10),
    Rule("Q2", ProcessingActivity, ERROR, N_("En databehandler mangler aktiv databehandleravtale. Koble til avtalen."), "processors", lambda r, t: any(p.agreement is None or p.agreement.status not in {AgreementStatus.ACTIVE, AgreementStatus.OPTION} for p in r.processors)),
    Rule("Q3a", Application, WARNING, N_("Applikasjonen har personopplysninger, men hører ikke til noen behandling. Koble den til en behandling."), "name", lambda r, t: r.personal_data in {HeldPersonalData.YES, HeldPersonalData.SPECIAL} and not r.processing_activities),
    Rule("Q3b", ProcessingActivity, WARNING, N_("Behandlingen har ingen applikasjon. Velg systemene den foregår i."), "applications", lambda r, t: not r.applications and not r.systems_reason),
    Rule("Q3c", Application, ERROR, N_("Applikasjonen har personopplysninger, men databehandleravtalen mangler."), "processing_agreement", lambda r, t: r.personal_data in {HeldPersonalData.YES, HeldPersonalData.SPECIAL} and r.processing_agreement is AgreementCover.MISSING),
    Rule("Q4", ProcessingActivity, ERROR, N_("Overføring til tredjeland mangler land eller grunnlag. Fyll ut begge."), "transfers", lambda r, t: r.transferred is Answer.YES and (not r.transfers or any(x.ground is None for x in r.transfers))),
    Rule("Q5", ImpactAssessment, ERROR, N_("To eller flere kriterier er oppfylt, så DPIA trengs trolig. Skriv konklusjonen."), "conclusion", lambda r, t: sum(getattr(r, key) is Answer.YES for key in CRITERION_KEYS) >= LIKELY_DPIA and r.conclusion in {None, AssessmentNeed.SHALL_NOT}),
    Rule("Q6", RiskAssessment, WARNING, N_("Risikovurderingen er eldre enn to år. Gå gjennom den på nytt."), "assessed_on", lambda r, t: r.assessed_on is not None and r.assessed_on < t - timedelta(days=730)),
    Rule("Q6b", Application, WARNING, N_("Systemet er kritisk, men har ingen risikovurdering. Gjør en, og koble den til systemet."), "criticality", lambda r, t: r.criticality in {Criticality.C1, Criticality.C2} and _sees_risk(r) and not r.risk_assessments),
    Rule("Q7a", Application, ERROR, N_("Systemeier mangler. Velg hvem som bestemmer over systemet."), "owner", lambda r, t: r.owner_id is None),
    Rule("Q7b", ProcessingActivity, ERROR, N_("Daglig behandlingsansvarlig mangler. Velg lederen som svarer for behandlingen."), "responsible", lambda r, t: r.responsible_id is None),
    Rule("Q7c", Application, WARNING, N_("Systemet er kritisk, men manuell reserve er ikke beskrevet."), "fallback", lambda r, t: r.criticality in {Criticality.C1, Criticality.C2} and not r.fallback),
    Rule("Q8a", ProcessingActivity, WARNING, N_("Revisjonsdatoen er passert. Gå gjennom behandlingen og sett en ny dato."), "review_due", _due),
    Rule("Q8b", Application, WARNING, N_("Revisjonsdatoen er passert. Bekreft at opplysningene stemmer."), "review_due", _due),
    Rule("Q8c", RiskAssessment, WARNING, N_("Revisjonsdatoen er passert. Gjør vurderingen på nytt."), "review_due", _due),
    Rule("Q8d", ImpactAssessment, WARNING, N_("Revisjonsdatoen er passert. Se på vurderingen igjen."), "review_due", _due),
    Rule("Q9", Agreement, WARNING, N_("Avtalen går snart ut. Bestem om den skal forlenges eller sies opp."), "ends", _ends_soon),
    Rule("Q12", Dataset, WARNING, N_("Datasettet har allmenn tilgang, men inneholder personopplysninger. Sjekk tilgangsnivået."), "access", lambda r, t: r.access is AccessRight.PUBLIC and r.personal_data in {HeldPersonalData.YES, HeldPersonalData.SPECIAL}),
    Rule("Q13a", ProcessingActivity, WARNING, N_("Berettiget interesse (bokstav f) kan ikke brukes når kommunen utfører oppgavene sine. Finn et annet grunnlag, eller lenk til interesseavveiingen."), "article6", lambda r, t: "6.1.f" in _codes(r)),
    Rule("Q13b", ProcessingActivity, WARNING, N_("Samtykke er sjelden frivillig overfor en kommune. Vurder om et annet grunnlag passer bedre."), "article6", lambda r, t: "6.1.a" in _codes(r)),
)  # fmt: skip


def applicable(row: Any) -> list[Field]:
    """The mandatory and advised fields that apply to a row, as it stands."""
    asked = [known for known in _weighed(inspect(register_of(row))) if known.when is None or known.when(row)]
    return [one for one in asked if may_read_field(one, row_of(row))]


@remembers()
def _weighed(register: Any) -> tuple[Field, ...]:
    return tuple(known for known in fields_of(register.class_) if known.mark in WEIGHTS and known.in_form)


def is_filled(row: Any, known: Field) -> bool:
    """Whether something is said; of rows, whether each says what it must."""
    value = getattr(row, known.key)
    if known.kind is Kind.ROWS:
        return bool(value) and all(is_filled(part, inner) for part in value for inner in _musts(part))
    return not says_nothing(value) and value is not Disposal.UNDECIDED


def _musts(part: Any) -> list[Field]:
    return [inner for inner in fields_of(register_of(part)) if inner.mark is Mark.MANDATORY]


def missing(row: Any) -> list[Field]:
    """What is not filled yet, mandatory fields first."""
    return progress(row)[1]


def gaps(row: Any) -> list[Field]:
    """The mandatory fields that are empty."""
    return [known for known in missing(row) if known.mark is Mark.MANDATORY]


def gaps_when_approved(row: Any) -> list[Field] | None:
    """The gaps an approved processing activity has; None for what is not approved."""
    return gaps(row) if register_of(row) is ProcessingActivity and is_approved(row) else None


def unready(row: Any, before: list[Field] | None) -> list[Field]:
    """What keeps a processing activity from being approved (handbook 1.2): the mandatory fields that are empty. One that
    was approved already may keep the gaps it had `before`, but gets no new ones."""
    found = gaps_when_approved(row) or []
    return found if before is None else [known for known in found if known not in before]


def completeness(row: Any) -> int:
    """Whole per cent filled of what applies: mandatory fields weigh two, advised one. 100 only when nothing is missing."""
    return progress(row)[0]


def progress(row: Any) -> tuple[int, list[Field]]:
    """`completeness` and `missing` of a row, which rest on the same look at it."""
    wanted = applicable(row)
    gaps = [known for known in wanted if not is_filled(row, known)]
    total, lacking = (sum(WEIGHTS[known.mark] for known in some) for some in (wanted, gaps))
    percent = 100 * (total - lacking) // total if total else 100
    return percent, sorted(gaps, key=lambda known: -WEIGHTS[known.mark])


def broken_rules(row: Any, today: date) -> Iterator[Rule]:
    """The rules a row breaks."""
    return (rule for rule in _rules(inspect(register_of(row))) if rule.broken(row, today))


@remembers()
def _rules(register: Any) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES if issubclass(register.class_, rule.register))
