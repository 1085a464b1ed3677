"""Rows in good order, but for what is changed: of each, a rule is broken by one and kept by another."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value

from models.declare.choices import (
    AccessRight,
    AgreementStatus,
    Answer,
    AssessmentNeed,
    BreachRisk,
    BreachState,
    ContactRole,
    Criticality,
    Disposal,
    HeldPersonalData,
    InquiryState,
    Lifecycle,
    ProcessingRole,
    RequestState,
)
from models.declare.clock import now
from models.queries import rules
from models.registers.accessrequests import AccessInquiry, AccessRequest
from models.registers.agreements import Agreement
from models.registers.ai import AiSystem
from models.registers.architecture import Application, Service
from models.registers.breaches import Breach
from models.registers.catalogue import Supplier
from models.registers.codes import (
    Article6,
    DataSubjectCategory,
    Law,
    PersonalDataCategory,
    RecipientCategory,
    Special,
    TransferGround,
)
from models.registers.data import Dataset, Integration
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson
from models.registers.processing import (
    DisclosureRow,
    LegalReference,
    ProcessingActivity,
    ProcessorRow,
    PurposeRow,
    RetentionRow,
    SubjectRow,
    TransferRow,
)
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.tenancy.people import Membership, User

TODAY = date(2026, 6, 1)
ALIKE = ("of_same_name", "of_same_template")
NOTICE = timedelta(days=rules.NOTICE)
OFFICERS = [ContactPerson(name="x", role=ContactRole.DPO)]


def ground(code: str) -> Article6:
    return Article6(code=code, name=code)


def about(special: Special, who: str = "inhabitant", vulnerable: Answer = Answer.NO) -> SubjectRow:
    subject = DataSubjectCategory(code=who, name=who, vulnerable=vulnerable)
    return SubjectRow(subject=subject, personal_data=[PersonalDataCategory(name="x", code="x", special=special)])


def handled_by(status: AgreementStatus | None, **of_it: Any) -> ProcessorRow:
    of_it = {"data_processing": Answer.YES} | of_it
    return ProcessorRow(supplier=Supplier(name="x"), agreement=status and Agreement(name="x", status=status, **of_it))


def transfer(country: str = "USA", **changes: Any) -> dict[str, Any]:
    good = {"ground": TransferGround(code="45", name="x", needs_safeguards=Answer.NO)}
    return {"transferred": Answer.YES, "transfers": [TransferRow(country=country, **good | changes)]}


def consider(conclusion: AssessmentNeed | None) -> list[ImpactAssessment]:
    return [ImpactAssessment(name="x", conclusion=conclusion)]


def law(number: int | None = None, section: str | None = "§ 1") -> LegalReference:
    return LegalReference(law_id=number, section=section)


def retention(disposal: Disposal, months: int | None = None) -> list[RetentionRow]:
    return [RetentionRow(disposal=disposal, months=months)]


def recipients(*codes: str) -> list[RecipientCategory]:
    return [RecipientCategory(code=code, name=code) for code in codes]


def activity(**changes: Any) -> ProcessingActivity:
    """A processing activity in good order, but for the changes."""
    good: dict[str, Any] = {
        "name": "x",
        "municipality_id": 1,
        "role": ProcessingRole.CONTROLLER,
        "article6": [ground("6.1.e")],
        "laws": [law()],
        "criminal": Answer.NO,
        "special": Answer.NO,
        "subjects": [about(Special.NONE)],
        "processors": [handled_by(AgreementStatus.ACTIVE)],
        "applications": [Application(name="x")],
        "transferred": Answer.NO,
        "responsible": ContactPerson(name="x"),
        "review_due": TODAY,
    }
    return as_read(ProcessingActivity, good | changes, "impact_assessments", "ai_systems", *ALIKE)


def as_read(register: Any, wanted: dict[str, Any], *pointing: str) -> Any:
    """A row with what points at it as if it were read: those links are not its own to change."""
    row = register(**{key: value for key, value in wanted.items() if key not in pointing})
    for key in pointing:
        set_committed_value(row, key, wanted.get(key, []))
    return row


def application(**changes: Any) -> Application:
    good: dict[str, Any] = {
        "name": "x",
        "municipality_id": 1,
        "owner": ContactPerson(name="x"),
        "personal_data": HeldPersonalData.YES,
        "agreements": [agreement(data_processing=Answer.YES, ends=None)],
        "processing_activities": [ProcessingActivity(name="x")],
        "risk_assessments": [RiskAssessment(name="x")],
        "criticality": Criticality.C1,
        "fallback": "Papir",
        "review_due": TODAY,
    }
    return as_read(Application, good | changes, "processing_activities", "risk_assessments", "of_same_name")


def agreement(**changes: Any) -> Agreement:
    return Agreement(**{"name": "x", "status": AgreementStatus.ACTIVE, "ends": TODAY + NOTICE} | changes)


def ros(**changes: Any) -> RiskAssessment:
    return RiskAssessment(**{"name": "x", "assessed_on": TODAY - timedelta(days=730), "review_due": TODAY} | changes)


def person(**changes: Any) -> User:
    good: dict[str, Any] = {"name": "x", "active": True, "password_hash": "x", "memberships": [Membership()]}
    return as_read(User, good | changes, "memberships", "project_roles")


def dpia(**changes: Any) -> ImpactAssessment:
    return ImpactAssessment(
        **{"name": "x", "evaluation": Answer.YES, "conclusion": None, "review_due": TODAY} | changes
    )


def town(**changes: Any) -> Municipality:
    good = {"id": 1, "name": "x", "joined": TODAY, "email": "x@x.example", "phone": "1", "contact_people": OFFICERS}
    return as_read(Municipality, good | changes, "contact_people")


def ai_system(**changes: Any) -> AiSystem:
    good = {"name": "x", "owner": ContactPerson(name="x"), "review_due": TODAY, "status": Lifecycle.IN_USE}
    return AiSystem(**good | changes)


def purpose(*grounds: str, named: bool = True) -> dict[str, Any]:
    one = ground(grounds[0]) if grounds else None
    return {"purposes": [PurposeRow(purpose="x", article6=one, law=Law(code="x", name="x") if named else None)]}


def disclosed(secrecy: Answer) -> dict[str, Any]:
    return {"disclosures": [DisclosureRow(recipient="x", secrecy=secrecy)]}


def dataset(**changes: Any) -> Dataset:
    return Dataset(**{"name": "x", "access": AccessRight.PUBLIC, "personal_data": HeldPersonalData.NONE} | changes)


def integration(**changes: Any) -> Integration:
    return Integration(**{"name": "x", "owner": ContactPerson(), "status": Lifecycle.IN_USE} | changes)


def service(**changes: Any) -> Service:
    return Service(**{"name": "x", "applications": in_use(Lifecycle.IN_USE)} | changes)


def in_use(*statuses: Lifecycle) -> list[Application]:
    return [Application(name="x", status=one) for one in statuses]


def breach(**changes: Any) -> Breach:
    """A breach that was notified in time, but for the changes."""
    aware = now() - timedelta(days=10)
    good: dict[str, Any] = {
        "name": "x", "aware": aware, "deadline": aware + timedelta(hours=72),
        "notified_at": aware + timedelta(hours=72),
        "risk": BreachRisk.RISK, "status": BreachState.NOTIFIED, "applications": [Application(name="x")],
    }  # fmt: skip
    return Breach(**good | changes)


def access_request(**changes: Any) -> AccessRequest:
    good: dict[str, Any] = {"name": "x", "received": TODAY, "deadline": TODAY, "status": RequestState.OPEN}
    return AccessRequest(**good | changes)


NEVER = {"notified_at": None}
HIGH = {"risk": BreachRisk.HIGH}
ANSWERED: dict[str, Any] = {"status": RequestState.ANSWERED}
# What breaks the rules of cases and of the map of systems, and what does not.
CASES_BROKEN: list[tuple[str, Any, dict[str, Any]]] = [
    ("Q20a", breach, NEVER | {"status": BreachState.OPEN}),
    ("Q20a", breach, NEVER | {"status": BreachState.CLOSED, "risk": None}),
    ("Q20b", breach, NEVER | {"status": BreachState.CLOSED, "risk": BreachRisk.UNLIKELY}),
    ("Q20c", breach, {"notified_at": now()}),
    ("Q20d", breach, HIGH),
    ("Q20d", breach, HIGH | {"told": Answer.NO}),
    ("Q20e", breach, NEVER | {"risk": BreachRisk.UNLIKELY, "no_notice": "Kryptert."}),
    ("Q20f", breach, {"applications": []}),
    ("Q21a", access_request, {"deadline": TODAY - timedelta(days=1)}),
    ("Q21b", access_request, {"extended": Answer.YES}),
    ("Q21c", access_request, {"status": RequestState.REFUSED}),
    (
        "Q21d",
        access_request,
        ANSWERED | {"inquiries": [AccessInquiry(status=InquiryState.ASKED)]},
    ),
    ("Q22a", integration, {"owner": None}),
    ("Q22b", service, {"applications": in_use(Lifecycle.IN_USE, Lifecycle.RETIRED)}),
    ("Q22c", activity, {"applications": in_use(Lifecycle.RETIRED)}),
    ("Q22d", dataset, {"applications": in_use(Lifecycle.IN_USE, Lifecycle.PLANNED)}),
]
CASES_KEPT: list[tuple[Any, dict[str, Any]]] = [
    (breach, NEVER | {"status": BreachState.CLOSED, "risk": BreachRisk.UNLIKELY, "no_notice": "Kryptert."}),
    (breach, {"notified_at": now(), "late_reason": "Leverandøren sa fra sent."}),
    (breach, HIGH | {"told": Answer.YES}),
    (breach, HIGH | {"told": Answer.NO, "not_told": "Artikkel 34 nr. 3 bokstav a."}),
    (breach, {"applications": [], "supplier": Supplier(name="x")}),
    (access_request, {"deadline": TODAY - timedelta(days=1), "status": RequestState.ANSWERED}),
    (access_request, {"extended": Answer.YES, "extension_reason": "Mange systemer."}),
    (access_request, {"status": RequestState.REFUSED, "refusal": "Åpenbart grunnløst."}),
    (access_request, ANSWERED | {"inquiries": [AccessInquiry(status=InquiryState.NOTHING)]}),
    (integration, {}),
    (integration, {"owner": None, "status": Lifecycle.RETIRED}),
    (service, {"applications": in_use(Lifecycle.PHASING_OUT)}),
    (dataset, {"applications": in_use(Lifecycle.IN_USE, Lifecycle.RETIRED)}),
]
