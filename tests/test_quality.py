"""Rules and completeness: each rule is broken by one row and kept by another, and a full record is 100 per cent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

import models
from models.database import db
from models.declare.base import fields_of
from models.declare.choices import (
    AccessRight,
    AgreementCover,
    AgreementStatus,
    Answer,
    AssessmentNeed,
    Criticality,
    HeldPersonalData,
    ProcessingRole,
)
from models.declare.fields import Kind, Mark
from models.queries import quality
from models.queries.overview import tasks
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.codes import Article6, Article9, PersonalDataCategory, Special, TransferGround
from models.registers.data import Dataset
from models.registers.organisation import ContactPerson
from models.registers.processing import LegalReference, ProcessingActivity, ProcessorRow, SubjectRow, TransferRow
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.tenancy import scope
from tests.conftest import inside
from tests.support.rows import full
from tests.test_forms import first, send
from tests.test_registers import As

TODAY = date(2026, 6, 1)
EVERYTHING = scope.of([1])
YESTERDAY, LATER = TODAY - timedelta(days=1), TODAY + timedelta(days=400)


def ground(code: str) -> Article6:
    return Article6(code=code, name=code)


def about(special: Special) -> SubjectRow:
    return SubjectRow(personal_data=[PersonalDataCategory(name="x", code="x", special=special)])


def handled_by(status: AgreementStatus | None) -> ProcessorRow:
    return ProcessorRow(supplier=Supplier(name="x"), agreement=status and Agreement(name="x", status=status))


def activity(**changes: Any) -> ProcessingActivity:
    """A processing activity in good order, but for the changes."""
    good: dict[str, Any] = {
        "name": "x",
        "role": ProcessingRole.CONTROLLER,
        "article6": [ground("6.1.e")],
        "laws": [LegalReference()],
        "special": Answer.NO,
        "subjects": [about(Special.NONE)],
        "processors": [handled_by(AgreementStatus.ACTIVE)],
        "applications": [Application(name="x")],
        "transferred": Answer.NO,
        "responsible_id": 1,
        "review_due": TODAY,
    }
    return ProcessingActivity(**good | changes)


def application(**changes: Any) -> Application:
    good: dict[str, Any] = {
        "name": "x",
        "municipality_id": 1,
        "owner_id": 1,
        "personal_data": HeldPersonalData.YES,
        "processing_agreement": AgreementCover.IN_PLACE,
        "processing_activities": [ProcessingActivity(name="x")],
        "risk_assessments": [RiskAssessment(name="x")],
        "criticality": Criticality.C1,
        "fallback": "Papir",
        "review_due": TODAY,
    }
    wanted = good | changes
    activities = wanted.pop("processing_activities")
    row = Application(**wanted)
    set_committed_value(row, "processing_activities", activities)  # as read: the link is the activity's to change
    return row


def agreement(**changes: Any) -> Agreement:
    return Agreement(**{"name": "x", "status": AgreementStatus.ACTIVE, "ends": TODAY + quality.NOTICE} | changes)


def ros(**changes: Any) -> RiskAssessment:
    return RiskAssessment(**{"name": "x", "assessed_on": TODAY - timedelta(days=730), "review_due": TODAY} | changes)


def dpia(**changes: Any) -> ImpactAssessment:
    return ImpactAssessment(
        **{"name": "x", "evaluation": Answer.YES, "conclusion": None, "review_due": TODAY} | changes
    )


def dataset(**changes: Any) -> Dataset:
    return Dataset(**{"name": "x", "access": AccessRight.PUBLIC, "personal_data": HeldPersonalData.NONE} | changes)


GOOD = (activity, application, agreement, ros, dpia, dataset)
HEALTH = Article9(code="9.2.h", name="x", needs_law=Answer.YES)
TRANSFER = {"transferred": Answer.YES}
BROKEN: list[tuple[str, Any, dict[str, Any]]] = [
    ("Q1a", activity, {"article6": []}),
    ("Q1b", activity, {"laws": []}),
    ("Q1c", activity, {"special": Answer.YES}),
    ("Q1d", activity, {"subjects": [about(Special.HEALTH)], "article9": [Article9(code="9.2.h", name="x")]}),
    ("Q1e", activity, {"article9": [Article9(code="9.2.h", name="x")]}),
    ("Q1f", activity, {"special": Answer.YES, "article6": [ground("6.1.d")], "article9": [HEALTH], "laws": []}),
    ("Q1g", activity, {"criminal": Answer.YES}),
    ("Q2", activity, {"processors": [handled_by(AgreementStatus.ACTIVE), handled_by(None)]}),
    ("Q2", activity, {"processors": [handled_by(AgreementStatus.EXPIRED)]}),
    ("Q3a", application, {"processing_activities": []}),
    ("Q3b", activity, {"applications": []}),
    ("Q3c", application, {"processing_agreement": AgreementCover.MISSING}),
    ("Q4", activity, TRANSFER),
    ("Q4", activity, TRANSFER | {"transfers": [TransferRow(country="USA")]}),
    ("Q5", dpia, {"automated": Answer.YES}),
    ("Q5", dpia, {"automated": Answer.YES, "conclusion": AssessmentNeed.SHALL_NOT}),
    ("Q6", ros, {"assessed_on": TODAY - timedelta(days=731)}),
    ("Q6b", application, {"risk_assessments": []}),
    ("Q7a", application, {"owner_id": None}),
    ("Q7b", activity, {"responsible_id": None}),
    ("Q7c", application, {"fallback": None}),
    ("Q8a", activity, {"review_due": YESTERDAY}),
    ("Q8b", application, {"review_due": YESTERDAY}),
    ("Q8c", ros, {"review_due": YESTERDAY}),
    ("Q8d", dpia, {"review_due": YESTERDAY}),
    ("Q9", agreement, {"ends": TODAY + quality.NOTICE - timedelta(days=1)}),
    ("Q9", agreement, {"ends": TODAY + quality.NOTICE, "notice_months": 1}),
    ("Q12", dataset, {"personal_data": HeldPersonalData.SPECIAL}),
    ("Q13a", activity, {"article6": [ground("6.1.f")]}),
    ("Q13b", activity, {"article6": [ground("6.1.a")]}),
]
KEPT: list[tuple[Any, dict[str, Any]]] = [
    (activity, TRANSFER | {"transfers": [TransferRow(country="USA", ground=TransferGround(code="x", name="x"))]}),
    (activity, {"special": Answer.YES, "article9": [Article9(code="9.2.h", name="x")]}),
    (activity, {"special": Answer.YES, "article9": [HEALTH]}),
    (activity, {"criminal": Answer.YES, "article10": "Politiregisterloven § 36"}),
    (activity, {"role": ProcessingRole.PROCESSOR, "article6": [], "laws": []}),
    (activity, {"processors": []}),
    (activity, {"applications": [], "systems_reason": "Alt er på papir."}),
    (activity, {"subjects": [about(Special.CRIMINAL), about(Special.NIN)]}),
    (application, {"personal_data": HeldPersonalData.NONE, "processing_activities": [], "processing_agreement": None}),
    (application, {"criticality": Criticality.C3, "fallback": None}),
    (agreement, {"ends": None}),
    (agreement, {"ends": YESTERDAY, "status": AgreementStatus.TERMINATED}),
    (dpia, {"automated": Answer.YES, "conclusion": AssessmentNeed.SHALL}),
    (dataset, {"access": AccessRight.NON_PUBLIC, "personal_data": HeldPersonalData.YES}),
    (ros, {"assessed_on": None, "review_due": None}),
]


def codes(row: Any, reader: scope.Scope = EVERYTHING) -> list[str]:
    with scope.use(reader):
        return [rule.code for rule in quality.broken_rules(row, TODAY)]


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


def test_every_rule_is_tested_and_says_what_to_do_at_a_field_of_the_form() -> None:
    assert {code for code, *_ in BROKEN} == {rule.code for rule in quality.RULES}
    assert len({rule.code for rule in quality.RULES}) == len(quality.RULES)
    for rule in quality.RULES:
        known = {field.key for field in fields_of(rule.register) if field.in_form}
        assert (rule.code, rule.field in known, rule.text.endswith("."), rule.severity in {"danger", "warning"}) == (
            rule.code, True, True, True,
        )  # fmt: skip


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
    task = next(one for one in tasks(TODAY) if one.filters == {"lacks": "article6"})
    with inside("Tinn"):
        found = set(db.session.scalars(select(ProcessingActivity.role).where(task.condition)))

    assert "processor" not in {str(role) for role in found}


def test_saving_says_so_when_something_is_wrong(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)

    answer = send(browser, row, special="yes", article9=[])

    assert "men noe må rettes" in browser.get(answer.location).text
