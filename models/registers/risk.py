"""Risk assessments (ROS) and impact assessments (DPIA, art. 35). Their content is never shown to others."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Date, Integer, String
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from models.declare.approval import Approval
from models.declare.base import Base, Group, OwnedRecord, Part, Register, Risk
from models.declare.choices import (
    Answer,
    AssessmentNeed,
    AssessmentStatus,
    Impact,
    Likelihood,
    MeasureStatus,
    RiskLevel,
)
from models.declare.conditions import when
from models.declare.criteria import CRITERIA
from models.declare.fields import Copied, Mark, field, reference, rows
from models.declare.shapes import Shape
from models.declare.words import N_
from models.registers.architecture import Application, Service
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity

ABOUT, SCENARIOS, ACCEPTANCE = N_("Om vurderingen"), N_("Risikoer"), N_("Aksept og oppfølging")
NEED, CHECKLIST, CONTENT, ADVICE, DECISION = (
    N_("Behovet"), N_("Kriterier"), N_("Innholdet"), N_("Råd fra personvernombudet"), N_("Beslutning"),
)  # fmt: skip
DPO = ("dpo",)


class RiskAssessment(OwnedRecord, Risk, Base):
    """Risikovurdering (ROS) av en applikasjon, behandling eller tjeneste."""

    __tablename__ = "risk_assessment"
    __register__ = Register(Group.PROTECTION, N_("Risikovurderinger"), N_("risikovurdering"), N_("Hva som kan gå galt, og hva dere gjør med det. Vises aldri til andre kommuner."))

    name: Mapped[str] = field(N_("Tittel"), String(200), section=ABOUT, required=True, mark=Mark.MANDATORY, listed=True, searched=True, help=N_("For eksempel ROS for Visma Flyt Skole."))
    application_id: ClassVar[Any]
    application: Mapped[Any] = reference(N_("Applikasjon"), Application, section=ABOUT, listed=True, help=N_("Systemet som vurderes."))
    activity: Mapped[Any] = reference(N_("Behandling"), ProcessingActivity, section=ABOUT, listed=True, help=N_("Behandlingen som vurderes."))
    service: Mapped[Any] = reference(N_("Tjeneste"), Service, section=ABOUT, help=N_("Tjenesten som vurderes."))
    assessed_on: Mapped[date | None] = field(N_("Dato"), Date, section=ABOUT, mark=Mark.MANDATORY, listed=True, help=N_("Når vurderingen ble gjort."))
    participants: Mapped[str | None] = field(N_("Deltakere"), String(500), section=ABOUT, mark=Mark.ADVISED, personal="personal", help=N_("Rollene som var med."))
    method: Mapped[str | None] = field(N_("Metode"), String(300), section=ABOUT, help=N_("Hvordan dere gikk fram."))
    scenarios: Mapped[list[Any]] = rows(N_("Risikoer"), "RiskScenario", section=SCENARIOS, mark=Mark.MANDATORY, help=N_("Én rad for hver uønskede hendelse."))
    acceptance: Mapped[str | None] = field(N_("Akseptkriterier"), Shape.LONG_TEXT, length=1000, section=ACCEPTANCE, mark=Mark.ADVISED, help=N_("Hvor mye risiko kommunen kan leve med."))
    residual: Mapped[RiskLevel | None] = field(N_("Restrisiko"), RiskLevel, section=ACCEPTANCE, mark=Mark.MANDATORY, listed=True, filtered=True, copied=Copied.ANEW, help=N_("Samlet risiko etter tiltakene."))
    risk_owner: Mapped[Any] = reference(N_("Risikoeier"), ContactPerson, section=ACCEPTANCE, mark=Mark.MANDATORY, help=N_("Lederen som kan godta risikoen."))
    accepted_on: Mapped[date | None] = field(N_("Akseptert dato"), Date, section=ACCEPTANCE, mark=Mark.ADVISED, help=N_("Når risikoeier godtok restrisikoen."))
    review_due: Mapped[date | None] = field(N_("Neste revisjon"), Date, section=ACCEPTANCE, mark=Mark.MANDATORY, listed=True, help=N_("Når vurderingen skal gjøres på nytt."))
    exempt: Mapped[Answer] = field(N_("Unntatt offentlighet"), Answer, section=ACCEPTANCE, required=True, default=Answer.YES, help=N_("Offentleglova § 24. Vanligvis ja."))


class RiskScenario(Part, Risk, Base, of=RiskAssessment, within="scenarios"):
    """En uønsket hendelse med sannsynlighet, konsekvens og tiltak."""

    __tablename__ = "risk_scenario"

    event: Mapped[str] = field(N_("Hendelse"), Shape.LONG_TEXT, length=500, required=True, help=N_("Det som kan skje."))
    cause: Mapped[str | None] = field(N_("Årsak"), String(500), help=N_("Hvorfor det kan skje."))
    affects: Mapped[str | None] = field(N_("Berører"), String(60), help=N_("Konfidensialitet, integritet eller tilgjengelighet."))
    likelihood: Mapped[Likelihood | None] = field(N_("Sannsynlighet"), Likelihood, help=N_("Slik det er i dag."))
    impact: Mapped[Impact | None] = field(N_("Konsekvens"), Impact, help=N_("Slik det er i dag."))
    reasoning: Mapped[str | None] = field(N_("Begrunnelse"), Shape.LONG_TEXT, length=1000, help=N_("Hvorfor dere vurderer det slik."))
    existing: Mapped[str | None] = field(N_("Tiltak som finnes"), Shape.LONG_TEXT, length=1000, help=N_("Det dere allerede gjør."))
    measure: Mapped[str | None] = field(N_("Nytt tiltak"), Shape.LONG_TEXT, length=1000, help=N_("Det dere vil gjøre."))
    responsible: Mapped[Any] = reference(N_("Ansvarlig"), ContactPerson, help=N_("Den som gjennomfører tiltaket."))
    due: Mapped[date | None] = field(N_("Frist"), Date, help=N_("Når tiltaket skal være på plass."))
    status: Mapped[MeasureStatus | None] = field(N_("Status på tiltak"), MeasureStatus, copied=Copied.ANEW, help=N_("Hvor langt tiltaket er kommet."))
    residual_likelihood: Mapped[Likelihood | None] = field(N_("Sannsynlighet etter tiltak"), Likelihood, help=N_("Når tiltaket er gjennomført."))
    residual_impact: Mapped[Impact | None] = field(N_("Konsekvens etter tiltak"), Impact, help=N_("Når tiltaket er gjennomført."))


def _criterion(key: str) -> Any:
    label, help_text = CRITERIA[key]
    return field(label, Answer, section=CHECKLIST, required=True, default=Answer.UNKNOWN, mark=Mark.ADVISED, help=help_text)


is_needed = when("conclusion", AssessmentNeed.SHALL, AssessmentNeed.DONE)


class ImpactAssessment(OwnedRecord, Risk, Base):
    """Vurdering av personvernkonsekvenser (DPIA) etter artikkel 35."""

    __tablename__ = "impact_assessment"
    __kept__: ClassVar[tuple[str, ...]] = ("sender_id",)
    __register__ = Register(Group.PROTECTION, N_("DPIA"), N_("DPIA"), N_("Vurdering av personvernkonsekvenser: om den trengs, hva den sier, og hva dere bestemte."), approval=Approval(AssessmentStatus.STARTED, AssessmentStatus.TO_APPROVE, AssessmentStatus.APPROVED, AssessmentStatus.STARTED, consulted=AssessmentStatus.WITH_DPO))

    name: Mapped[str] = field(N_("Tittel"), String(200), section=NEED, required=True, mark=Mark.MANDATORY, listed=True, searched=True, help=N_("For eksempel DPIA for velferdsteknologi."))
    activity_id: ClassVar[Any]
    activity: Mapped[Any] = reference(N_("Behandling"), ProcessingActivity, section=NEED, mark=Mark.MANDATORY, listed=True, help=N_("Behandlingen som vurderes."))
    considered_on: Mapped[date | None] = field(N_("Dato behovet ble vurdert"), Date, section=NEED, mark=Mark.MANDATORY, help=N_("Når dere vurderte om DPIA trengs."))
    considered_by: Mapped[Any] = reference(N_("Vurdert av"), ContactPerson, section=NEED, mark=Mark.ADVISED, copied=Copied.ANEW, help=N_("Den som gjorde vurderingen."))
    conclusion: Mapped[AssessmentNeed | None] = field(N_("Konklusjon"), AssessmentNeed, section=NEED, mark=Mark.MANDATORY, listed=True, filtered=True, copied=Copied.ANEW, help=N_("Om DPIA skal gjennomføres."))
    reasoning: Mapped[str | None] = field(N_("Begrunnelse"), Shape.LONG_TEXT, section=NEED, mark=Mark.MANDATORY, help=N_("Kreves uansett hva dere konkluderer med."))
    evaluation: Mapped[Answer] = _criterion("evaluation")
    automated: Mapped[Answer] = _criterion("automated")
    monitoring: Mapped[Answer] = _criterion("monitoring")
    sensitive: Mapped[Answer] = _criterion("sensitive")
    large_scale: Mapped[Answer] = _criterion("large_scale")
    matching: Mapped[Answer] = _criterion("matching")
    vulnerable: Mapped[Answer] = _criterion("vulnerable")
    innovative: Mapped[Answer] = _criterion("innovative")
    blocking: Mapped[Answer] = _criterion("blocking")
    description: Mapped[str | None] = field(N_("Beskrivelse av behandlingen"), Shape.LONG_TEXT, length=8000, section=CONTENT, mark=Mark.MANDATORY, applies=is_needed, help=N_("Artikkel 35 nr. 7 bokstav a."))
    necessity: Mapped[str | None] = field(N_("Nødvendighet og forholdsmessighet"), Shape.LONG_TEXT, length=8000, section=CONTENT, mark=Mark.MANDATORY, applies=is_needed, help=N_("Artikkel 35 nr. 7 bokstav b."))
    risks: Mapped[str | None] = field(N_("Risiko for de registrerte"), Shape.LONG_TEXT, length=8000, section=CONTENT, mark=Mark.MANDATORY, applies=is_needed, help=N_("Artikkel 35 nr. 7 bokstav c."))
    measures: Mapped[str | None] = field(N_("Planlagte tiltak"), Shape.LONG_TEXT, length=8000, section=CONTENT, mark=Mark.MANDATORY, applies=is_needed, help=N_("Artikkel 35 nr. 7 bokstav d."))
    done_on: Mapped[date | None] = field(N_("Gjennomført dato"), Date, section=CONTENT, mark=Mark.ADVISED, applies=is_needed, help=N_("Når vurderingen ble ferdig."))
    link: Mapped[str | None] = field(N_("Lenke eller arkivreferanse"), String(500), section=CONTENT, mark=Mark.ADVISED, copied=Copied.ANEW, help=N_("Der hele vurderingen ligger."))
    advice: Mapped[str | None] = field(N_("Råd"), Shape.LONG_TEXT, section=ADVICE, mark=Mark.ADVISED, applies=is_needed, writers=DPO, copied=Copied.ANEW, help=N_("Personvernombudets eget felt. Andre kan lese, men ikke endre."))
    advised_on: Mapped[date | None] = field(N_("Dato rådet ble gitt"), Date, section=ADVICE, mark=Mark.ADVISED, applies=is_needed, writers=DPO, help=N_("Når rådet ble gitt."))
    status: Mapped[AssessmentStatus] = field(N_("Status"), AssessmentStatus, section=DECISION, required=True, default=AssessmentStatus.STARTED, mark=Mark.MANDATORY, listed=True, filtered=True, in_form=False, help=N_("Hvor langt vurderingen er kommet. Endres med knappene på siden."))
    sent_by: Mapped[str | None] = field(N_("Sendt til godkjenning av"), String(200), section=DECISION, in_form=False, personal="personal", help=N_("Den som mener at vurderingen kan godkjennes."))
    sender_id: Mapped[int | None] = mapped_column(Integer)
    sent_back: Mapped[str | None] = field(N_("Sendt tilbake fordi"), Shape.LONG_TEXT, length=500, section=DECISION, in_form=False, help=N_("Det som må rettes før den kan godkjennes."))
    residual: Mapped[RiskLevel | None] = field(N_("Restrisiko"), RiskLevel, section=DECISION, mark=Mark.ADVISED, applies=is_needed, listed=True, help=N_("Risikoen som er igjen etter tiltakene."))
    risk_owner: Mapped[Any] = reference(N_("Risikoeier"), ContactPerson, section=DECISION, mark=Mark.MANDATORY, applies=is_needed, help=N_("Lederen som beslutter."))
    approved_by: Mapped[str | None] = field(N_("Godkjent av"), String(200), section=DECISION, in_form=False, personal="personal", help=N_("Den som godkjente på vegne av risikoeier."))
    approved_on: Mapped[date | None] = field(N_("Godkjent dato"), Date, section=DECISION, in_form=False, help=N_("Når risikoeier godkjente."))
    prior_consultation: Mapped[Answer] = field(N_("Forhåndsdrøfting"), Answer, section=DECISION, applies=is_needed, required=True, default=Answer.UNKNOWN, help=N_("Om Datatilsynet må spørres fordi restrisikoen er høy (artikkel 36)."))
    consulted_on: Mapped[date | None] = field(N_("Dato for forhåndsdrøfting"), Date, section=DECISION, applies=when("prior_consultation", Answer.YES), help=N_("Når drøftingen ble holdt."))
    review_due: Mapped[date | None] = field(N_("Neste revisjon"), Date, section=DECISION, mark=Mark.ADVISED, help=N_("Når vurderingen skal ses på igjen."))


Application.risk_assessments = relationship(RiskAssessment, viewonly=True, primaryjoin=Application.id == foreign(RiskAssessment.application_id))
ProcessingActivity.impact_assessments = relationship(ImpactAssessment, viewonly=True, primaryjoin=ProcessingActivity.id == foreign(ImpactAssessment.activity_id))
