"""Rules and completeness: each rule is broken by one row and kept by another, and a full record is 100 per cent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare.agreeing import OptionUse
from models.declare.base import fields_of
from models.declare.choices import (
    AccessRight,
    AgreementStatus,
    AiRisk,
    Answer,
    AssessmentNeed,
    ContactRole,
    Criticality,
    Disposal,
    HeldPersonalData,
    HumanControl,
    Lifecycle,
    ProcessingRole,
    RecordStatus,
)
from models.declare.clock import now
from models.declare.fields import Kind, Mark
from models.queries import quality, rules
from models.queries.overview import tasks
from models.registers.agreements import Agreement, AgreementOption, AgreementProcessor
from models.registers.ai import AiSystem
from models.registers.architecture import Application
from models.registers.codes import (
    Article9,
    Special,
    TransferGround,
)
from models.registers.organisation import ContactPerson
from models.registers.processing import (
    ProcessingActivity,
    SubjectRow,
    TransferRow,
)
from models.tenancy import scope
from models.tenancy.people import Membership
from tests.conftest import inside
from tests.support.inorder import (
    ALIKE,
    CASES_BROKEN,
    CASES_KEPT,
    NOTICE,
    TODAY,
    about,
    access_request,
    activity,
    agreement,
    ai_system,
    application,
    breach,
    consider,
    dataset,
    disclosed,
    dpia,
    ground,
    handled_by,
    law,
    person,
    purpose,
    recipients,
    retention,
    ros,
    town,
    transfer,
)
from tests.support.rows import full
from tests.test_forms import first, send
from tests.test_registers import As

EVERYTHING = scope.of([1])
YESTERDAY, LATER = TODAY - timedelta(days=1), TODAY + timedelta(days=400)


GOOD = (activity, application, agreement, ros, dpia, dataset, person, town, ai_system, breach, access_request)
HIGH: dict[str, Any] = {
    "risk_class": AiRisk.HIGH,
    "human_control": HumanControl.OVERSEES,
    "rights_assessed": Answer.YES,
}
BY_AI: dict[str, Any] = {"ai_use": Answer.YES, "ai_systems": [AiSystem()]}
HEALTH = Article9(code="9.2.h", name="x", needs_law=Answer.YES)
TRANSFER = {"transferred": Answer.YES}
SPECIAL: dict[str, Any] = {"special": Answer.YES, "article9": [HEALTH], "subjects": [about(Special.HEALTH)]}
LAST_RESORT = TransferGround(code="49.1.2", name="x", needs_safeguards=Answer.YES)
WORK = {"special": Answer.YES, "article9": [Article9(code="9.2.b", name="x")]}
RISKY = {"children": Answer.YES, "automated": Answer.YES}
BROKEN: list[tuple[str, Any, dict[str, Any]]] = [
    ("Q1a", activity, {"article6": []}),
    ("Q1b", activity, {"laws": []}),
    ("Q1c", activity, SPECIAL | {"article9": []}),
    ("Q1d", activity, {"subjects": [about(Special.HEALTH)], "article9": [Article9(code="9.2.h", name="x")]}),
    ("Q1e", activity, {"article9": [Article9(code="9.2.h", name="x")]}),
    ("Q1f", activity, SPECIAL | {"article6": [ground("6.1.d")], "article9": [HEALTH], "laws": []}),
    ("Q1g", activity, {"criminal": Answer.YES}),
    ("Q1h", activity, {"subjects": [about(Special.CRIMINAL)]}),
    ("Q1h", activity, {"subjects": [about(Special.CRIMINAL)], "criminal": Answer.UNKNOWN}),
    ("Q1i", activity, WORK | {"subjects": [about(Special.RELIGION, "pupil")]}),
    ("Q1i", activity, WORK | {"subjects": [about(Special.HEALTH, "patient")]}),
    ("Q1j", activity, {"laws": [law(section="§ 1"), law(section=None)]}),
    ("Q1k", activity, {"special": Answer.YES, "article9": [HEALTH]}),
    ("Q1l", activity, {"subjects": [about(Special.NIN)]}),
    ("Q1m", activity, {"subjects": [SubjectRow(subject_id=1), SubjectRow(subject_id=1)]}),
    ("Q1n", activity, {"laws": [law(1), law(1)]}),
    ("Q1o", activity, purpose()),
    ("Q1p", activity, purpose("6.1.e", named=False)),
    ("Q2", activity, {"processors": [handled_by(AgreementStatus.ACTIVE), handled_by(None)]}),
    ("Q2", activity, {"processors": [handled_by(AgreementStatus.EXPIRED)]}),
    ("Q2", activity, {"processors": [handled_by(AgreementStatus.ACTIVE, data_processing=Answer.NO)]}),
    ("Q2", activity, {"processors": [handled_by(AgreementStatus.ACTIVE, ends=YESTERDAY)]}),
    ("Q2b", activity, {"has_processors": Answer.NO}),
    ("Q2c", agreement, {"data_processing": Answer.YES, "audits": Answer.NO}),
    ("Q4e", agreement, {"data_processing": Answer.YES, "processors": [AgreementProcessor(name="x", country="US")]}),
    ("Q3a", application, {"processing_activities": []}),
    ("Q3b", activity, {"applications": []}),
    ("Q3c", application, {"agreements": []}),
    ("Q3c", application, {"agreements": [Agreement(name="x", status=AgreementStatus.ACTIVE)]}),
    ("Q3c", application, {"agreements": [handled_by(AgreementStatus.EXPIRED).agreement]}),
    ("Q4", activity, TRANSFER),
    ("Q4", activity, TRANSFER | {"transfers": [TransferRow(country="USA")]}),
    ("Q4b", activity, transfer(ground=LAST_RESORT)),
    ("Q4c", activity, transfer("Sverige")),
    ("Q4c", activity, transfer("SE")),
    ("Q4d", activity, transfer() | {"transferred": Answer.NO}),
    ("Q5", dpia, {"automated": Answer.YES}),
    ("Q5", dpia, {"automated": Answer.YES, "conclusion": AssessmentNeed.SHALL_NOT}),
    ("Q5b", activity, RISKY),
    ("Q5b", activity, RISKY | {"impact_assessments": consider(None)}),
    ("Q5b", activity, SPECIAL | {"scale": rules.LARGE_SCALE}),
    (
        "Q5b",
        activity,
        BY_AI | {"subjects": [about(Special.NONE, "pupil", Answer.YES)]},
    ),
    ("Q6", ros, {"assessed_on": TODAY - timedelta(days=731)}),
    ("Q6b", application, {"risk_assessments": []}),
    ("Q7a", application, {"owner": None}),
    ("Q7b", activity, {"responsible": None}),
    ("Q7c", application, {"fallback": None}),
    ("Q7d", ai_system, {"owner": None}),
    ("Q8a", activity, {"review_due": YESTERDAY}),
    ("Q8b", application, {"review_due": YESTERDAY}),
    ("Q8c", ros, {"review_due": YESTERDAY}),
    ("Q8d", dpia, {"review_due": YESTERDAY}),
    ("Q8e", activity, {"status": RecordStatus.APPROVED, "valid_to": TODAY}),
    ("Q8f", ai_system, {"review_due": YESTERDAY}),
    ("Q9", agreement, {"ends": TODAY}),
    ("Q9", agreement, {"ends": TODAY + NOTICE - timedelta(days=1)}),
    ("Q9", agreement, {"ends": TODAY + NOTICE, "notice_months": 1, "notice_deadline": TODAY + timedelta(days=59)}),
    ("Q9b", agreement, {"ends": YESTERDAY}),
    ("Q9c", agreement, {"extensions": [AgreementOption(years=1, deadline=YESTERDAY, use=OptionUse.OPEN)]}),
    ("Q12", dataset, {"personal_data": HeldPersonalData.SPECIAL}),
    ("Q14a", person, {"memberships": [Membership(valid_to=TODAY)]}),
    ("Q14b", person, {"password_hash": None}),
    ("Q14d", person, {"vouched_in": 1}),
    ("Q14c", person, {"locked_until": now() + timedelta(hours=1)}),
    ("Q13a", activity, {"article6": [ground("6.1.f")]}),
    ("Q13b", activity, {"article6": [ground("6.1.a"), ground("6.1.e")]}),
    ("Q15", activity, {"recipients": recipients("none", "nav")}),
    ("Q15b", activity, disclosed(Answer.UNKNOWN)),
    ("Q16", activity, {"retention": retention(Disposal.ERASE)}),
    ("Q17", town, {"email": None, "phone": None}),
    ("Q17b", town, {"contact_people": [ContactPerson(name="x", role=ContactRole.EXECUTIVE)]}),
    ("Q18a", ai_system, {"risk_class": AiRisk.FORBIDDEN}),
    ("Q18b", ai_system, HIGH | {"human_control": HumanControl.NONE}),
    ("Q18b", ai_system, HIGH | {"human_control": None}),
    ("Q18c", ai_system, HIGH | {"rights_assessed": Answer.UNKNOWN}),
    ("Q18d", ai_system, HIGH | {"informed": Answer.NO}),
    ("Q18e", activity, {"ai_use": Answer.YES}),
    ("Q19a", activity, {"of_same_name": [ProcessingActivity(status=RecordStatus.DRAFT)]}),
    ("Q19b", activity, {"of_same_template": [ProcessingActivity(status=RecordStatus.APPROVED)]}),
    ("Q19c", application, {"of_same_name": [Application(status=Lifecycle.IN_USE)]}),
    *CASES_BROKEN,
]
KEPT: list[tuple[Any, dict[str, Any]]] = [
    (person, {"locked_until": now() - timedelta(hours=1)}),
    (person, {"active": False, "password_hash": None, "memberships": []}),
    (activity, TRANSFER | {"transfers": [TransferRow(country="USA", ground=TransferGround(code="x", name="x"))]}),
    (activity, SPECIAL | {"article9": [Article9(code="9.2.h", name="x")]}),
    (activity, SPECIAL),
    (activity, {"criminal": Answer.YES, "article10": "Politiregisterloven § 36"}),
    (activity, {"role": ProcessingRole.PROCESSOR, "article6": [], "laws": []}),
    (activity, {"processors": []}),
    (activity, {"applications": [], "systems_reason": "Alt er på papir."}),
    (
        activity,
        {"subjects": [about(Special.CRIMINAL)], "criminal": Answer.YES, "article10": "Politiregisterloven § 36"},
    ),
    (activity, {"article6": [ground("6.1.a")]}),
    (activity, {"article6": [ground("6.1.f")], "laws": [], "balancing": "Sak 26/1"}),
    (activity, {"role": ProcessingRole.PROCESSOR, "article6": [ground("6.1.e")], "laws": []}),
    (activity, {"status": RecordStatus.ENDED, "article6": [], "laws": [], "review_due": YESTERDAY}),
    (activity, {"status": RecordStatus.APPROVED, "valid_to": TODAY + timedelta(days=1)}),
    (activity, WORK | {"subjects": [about(Special.UNION, "employee"), about(Special.HEALTH, "pupil")]}),
    (activity, {"laws": [law(1), law(1, "§ 2")]}),
    (activity, {"recipients": recipients("none")}),
    (activity, {"retention": retention(Disposal.ERASE, 12)}),
    (activity, {"retention": retention(Disposal.PRESERVE)}),
    (activity, {"has_processors": Answer.NO, "processors": []}),
    (activity, transfer(ground=LAST_RESORT, safeguards="Se vurderingen")),
    (activity, RISKY | {"impact_assessments": consider(AssessmentNeed.SHALL_NOT)}),
    (activity, {"scale": rules.LARGE_SCALE}),
    (application, {"status": Lifecycle.RETIRED, "owner": None, "agreements": []}),
    (agreement, {"data_processing": Answer.NO, "audits": Answer.NO}),
    (dpia, {"automated": Answer.YES, "conclusion": AssessmentNeed.SHALL_NOT, "reasoning": "Bare ti personer."}),
    (activity, purpose("6.1.e")),
    (activity, purpose("6.1.a", named=False)),
    (activity, disclosed(Answer.YES)),
    (activity, BY_AI),
    (activity, {key: [ProcessingActivity(status=RecordStatus.ENDED)] for key in ALIKE}),
    (application, {"of_same_name": [Application(status=Lifecycle.RETIRED)]}),
    (ai_system, HIGH | {"informed": Answer.YES}),
    (ai_system, {"risk_class": AiRisk.MINIMAL, "informed": Answer.NO}),
    (ai_system, {"risk_class": AiRisk.FORBIDDEN, "status": Lifecycle.PHASING_OUT}),
    (ai_system, {"status": Lifecycle.RETIRED, "owner": None}),
    (town, {"email": None}),
    (town, {"joined": None, "email": None, "phone": None, "contact_people": []}),
    (town, {"ended": TODAY, "email": None, "phone": None, "contact_people": []}),
    (application, {"personal_data": HeldPersonalData.NONE, "processing_activities": [], "agreements": []}),
    (application, {"agreements": [], "needs_agreement": Answer.NO}),
    (application, {"criticality": Criticality.C3, "fallback": None}),
    (agreement, {"ends": None}),
    (agreement, {"extensions": [AgreementOption(years=1, deadline=YESTERDAY, use=OptionUse.DECLINED)]}),
    (agreement, {"extensions": [AgreementOption(years=1, deadline=TODAY, use=OptionUse.OPEN)]}),
    (agreement, {"data_processing": Answer.NO, "processors": [AgreementProcessor(name="x", country="US")]}),
    (
        agreement,
        {
            "data_processing": Answer.YES,
            "processors": [
                AgreementProcessor(name="x", country="SE"),
                AgreementProcessor(name="y"),
                AgreementProcessor(name="z", country="US", ground=TransferGround(name="x")),
            ],
        },
    ),
    (agreement, {"ends": YESTERDAY, "status": AgreementStatus.TERMINATED}),
    (dpia, {"automated": Answer.YES, "conclusion": AssessmentNeed.SHALL}),
    (dataset, {"access": AccessRight.NON_PUBLIC, "personal_data": HeldPersonalData.YES}),
    (ros, {"assessed_on": None, "review_due": None}),
    *CASES_KEPT,
]


def codes(row: Any, reader: scope.Scope = EVERYTHING) -> list[str]:
    with scope.use(reader):
        return [rule.code for rule in rules.broken_rules(row, TODAY)]


@pytest.mark.parametrize(("code", "build", "changes"), BROKEN)
def test_a_row_with_one_thing_wrong_breaks_just_that_rule(code: str, build: Any, changes: dict[str, Any]) -> None:
    assert codes(build(**changes)) == [code]


@pytest.mark.parametrize("build", GOOD)
def test_a_row_in_good_order_breaks_no_rule(build: Any) -> None:
    assert codes(build()) == []


@pytest.mark.parametrize(("build", "changes"), KEPT)
def test_what_only_looks_wrong_breaks_no_rule(build: Any, changes: dict[str, Any]) -> None:
    assert codes(build(**changes)) == []


def test_who_may_not_know_of_risk_is_not_told_that_it_is_missing() -> None:
    assert codes(application(risk_assessments=[]), scope.Scope()) == []
    assert codes(activity(**RISKY), scope.Scope()) == []


def test_whether_another_municipality_lacks_an_officer_is_not_told() -> None:
    assert codes(town(id=2, contact_people=[])) == []


def test_every_rule_is_tested_and_says_what_to_do() -> None:
    assert {code for code, *_ in BROKEN} == {rule.code for rule in rules.RULES}
    assert len({rule.code for rule in rules.RULES}) == len(rules.RULES)
    for rule in rules.RULES:
        sentences = [one[0].isupper() or one[0] == "«" for one in (rule.says, rule.remedy, rule.source)]
        ends = [one.endswith(".") for one in (rule.says, rule.remedy)]
        assert (rule.code, sentences, ends, rule.severity in rules.WORDS) == (rule.code, [True] * 3, [True] * 2, True)


# -- completeness ------------------------------------------------------------------------------------------------------

SCORED = [register for register in models.REGISTERS if any(f.mark in quality.WEIGHTS for f in fields_of(register))]


@pytest.mark.parametrize("register", SCORED, ids=lambda register: register.__tablename__)
def test_a_full_record_is_complete(register: type[Any]) -> None:
    row = full(register)

    assert (quality.completeness(row), quality.missing(row)) == (100, [])


@pytest.mark.parametrize("register", SCORED, ids=lambda register: register.__tablename__)
def test_every_field_that_applies_is_missed_when_empty(register: type[Any]) -> None:
    for known in quality.applicable(full(register)):
        row = full(register)
        empty = (
            Answer.UNKNOWN if known.choices is Answer else None if known.kind in {Kind.VALUE, Kind.REFERENCE} else []
        )
        setattr(row, known.key, empty)
        gaps = {gap.key for gap in quality.missing(row)}
        assert (known.key, known.key in gaps, quality.completeness(row) < 100) == (known.key, True, True)


def test_mandatory_fields_weigh_twice_and_are_named_first() -> None:
    row = ContactPerson(name="x")
    marks = [known.mark for known in quality.applicable(row)]

    assert (marks.count(Mark.MANDATORY), marks.count(Mark.ADVISED), quality.completeness(row)) == (2, 2, 33)
    assert [gap.key for gap in quality.missing(row)] == ["role", "unit", "email"]


def test_only_what_applies_counts() -> None:
    controller, processor = (
        ProcessingActivity(role=role) for role in (ProcessingRole.CONTROLLER, ProcessingRole.PROCESSOR)
    )

    asked = [{known.key for known in quality.applicable(row)} for row in (controller, processor)]

    assert ({"article6", "subjects", "recipients"} <= asked[0], "controllers" in asked[0]) == (True, False)
    assert ({"article6", "subjects", "recipients"} & asked[1], "controllers" in asked[1]) == (set(), True)


def test_a_checklist_counts_only_for_data_processing_agreements() -> None:
    asked = [
        {known.key for known in quality.applicable(Agreement(data_processing=answer))}
        for answer in (Answer.YES, Answer.NO)
    ]

    assert (len(asked[0] - asked[1]), asked[1] - asked[0]) == (10, set())


def test_a_processor_needs_no_ground_of_its_own(app: Any) -> None:
    task = next(one for one in tasks() if one.filters == {"lacks": "article6"})
    with inside("Tinn"):
        found = set(db.session.scalars(select(ProcessingActivity.role).where(task.condition)))

    assert "processor" not in {str(role) for role in found}


def test_saving_says_so_when_something_is_wrong(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)

    answer = send(browser, row, special="yes", article9=[])

    assert "men noe må rettes" in browser.get(answer.location).text
