"""What a copy of a row says when its municipality is merged: everything the original says, field by field, but for what
the old controller decided."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.changes.carrying import DECIDED, registers
from models.database import db
from models.declare.base import fields_of
from models.declare.choices import Answer, AssessmentStatus, RecordStatus
from models.declare.domains import Domain
from models.declare.fields import Kind
from models.registers.architecture import Application
from models.registers.catalogue import ProcessingTemplate
from models.registers.mergers import ORIGINS
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment, RiskAssessment
from tests.conftest import inside
from tests.support import mergers
from tests.support.mergers import NEW, act, names, plan, row
from tests.support.rows import telling
from tests.test_registers import As, address

CARRIED = (*registers(Domain.CONTENT), *registers(Domain.RISK))


def told(one: Any) -> dict[str, Any]:
    """What a row says, what it points at by name."""
    found: dict[str, Any] = {}
    for known in fields_of(type(one)):
        value = getattr(one, known.key)
        if known.kind is Kind.ROWS:
            found[known.key] = [told(part) for part in value]
        elif known.kind is Kind.REFERENCES:
            found[known.key] = sorted(map(str, value))
        else:
            found[known.key] = str(value) if known.kind is Kind.REFERENCE else value
    return found


@pytest.mark.parametrize("register", CARRIED, ids=lambda one: one.__name__)
def test_a_copy_says_all_the_original_says(register: type[Any], app: Any, as_: As) -> None:
    mergers.furnish()
    with inside("Bø"), db.session.no_autoflush:
        original = telling(register, "Fylt rad")
        db.session.add(original)
        db.session.commit()
        number, before = original.id, told(original)
    per = as_("per")
    answer = act(per, plan(per), "carry")

    assert answer.status_code == 303, answer.text
    with inside(NEW):
        kept = ORIGINS[register.__domain__]
        mine = (kept.register == register.__tablename__, kept.from_row == number)
        copy = db.session.get(register, db.session.scalars(select(kept.row_id).where(*mine)).one())
        after = told(copy)
    decided = {key for key, value in before.items() if after[key] != value}
    assert decided <= DECIDED | {"status", "number", "former_number"}


def test_what_was_on_its_way_to_be_approved_accepted_or_shared_begins_again(as_on: As) -> None:
    mergers.furnish()
    with inside("Bø"):
        sent = ProcessingActivity(name="Sendt", status=RecordStatus.REVIEW, sent_by="En", sender_id=1)
        ended = ProcessingActivity(name="Avsluttet", status=RecordStatus.ENDED, shared=Answer.YES)
        done = ImpactAssessment(name="Godkjent DPIA", status=AssessmentStatus.APPROVED, approved_by="En")
        accepted = RiskAssessment(name="Akseptert", accepted_on=date(2019, 1, 1))
        db.session.add_all([sent, ended, done, accepted])
        db.session.commit()
    per = as_on("per")
    act(per, plan(per), "carry")

    with row(ProcessingActivity, NEW, name="Sendt") as one:
        assert (one.status, one.sent_by, one.sender_id) == (RecordStatus.DRAFT, None, None)
    with row(ProcessingActivity, NEW, name="Avsluttet") as one:
        assert (one.status, one.shared) == (RecordStatus.ENDED, Answer.NO)
    with row(ImpactAssessment, NEW, name="Godkjent DPIA") as one:
        assert (one.status, one.approved_by) == (AssessmentStatus.STARTED, None)
    with row(RiskAssessment, NEW, name="Akseptert") as one:
        assert one.accepted_on is None


def test_what_a_template_said_and_what_stands_under_itself_come_along(as_on: As) -> None:
    mergers.furnish()
    with inside("Bø"):
        template = db.session.scalars(select(ProcessingTemplate).order_by(ProcessingTemplate.id)).first()
        activity = ProcessingActivity(name="Fra mal", template=template, template_version=3)
        activity.taken = {"language": "nn", "said": {"purpose": "Før"}}
        over = OrganisationalUnit(name="Over")
        under = OrganisationalUnit(name="Under", parent_unit=over)
        new = Application(name="Ny", unit=under)
        db.session.add_all([activity, new, Application(name="Gammel", replaced_by=new, used_by=[over, under])])
        db.session.commit()
    per = as_on("per")
    act(per, plan(per), "carry")

    with row(ProcessingActivity, NEW, name="Fra mal") as one:
        assert (one.template_version, one.taken["said"]) == (3, {"purpose": "Før"})
    with row(Application, NEW, name="Gammel") as one:
        assert (str(one.replaced_by), str(one.replaced_by.unit.parent_unit)) == ("Ny", "Over")
        assert sorted(map(str, one.used_by)) == ["Over", "Under"]


def test_a_row_that_is_carried_over_twice_is_found_by_all_its_numbers(as_on: As) -> None:
    mergers.furnish()
    per = as_on("per")
    first = plan(per)
    act(per, first, "carry")
    act(per, first, "confirm")
    with row(ProcessingActivity, NEW, name="Sauherad elevadministrasjon") as one:
        number = one.number
    second = mergers.number_of(mergers.made(per, (NEW,), "Nome", "2025-01-01"))
    assert act(per, second, "carry").status_code == 303

    with row(ProcessingActivity, "Nome", name="Sauherad elevadministrasjon") as one:
        assert one.former_number == f"B-0001 (Sauherad), {number} ({NEW})"
    found = per.get(address(ProcessingActivity, "", search=number)).text
    assert "Sauherad elevadministrasjon" in found
    assert names(ProcessingActivity, "Nome") == names(ProcessingActivity, NEW)
