"""Bø and Sauherad become Midt-Telemark, and a part of Sauherad goes to Notodden: carried over, undone with nothing
lost, carried over again and confirmed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from models.database import db
from models.declare.choices import RecordStatus
from models.registers.agreements import Agreement
from models.registers.architecture import Application, Service
from models.registers.attachments import Attachment
from models.registers.data import Dataset
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.tenancy.log import CREATED, ContentChange
from tests.conftest import inside, municipality
from tests.support import mergers
from tests.support.mergers import NEW, OLD, PART, act, contents, differing, names, plan, row, take_units
from tests.test_registers import As


@pytest.fixture(params=["facts", "nothing known"])
def known(request: pytest.FixtureRequest, engine_app: Any) -> str:
    """Whether the merger is written down among the municipalities beforehand."""
    mergers.furnish()
    if request.param != "facts":
        mergers.forget_the_facts()
    return str(request.param)


def planned(per: Any, known: str) -> int:
    if known == "facts":
        number = plan(per)
    else:
        number = mergers.number_of(mergers.made(per))
        part = {"do": "part", "source": municipality("Sauherad"), "target": municipality(PART)}
        assert per.post(f"/mergers/{number}/", data=part).status_code == 303
        code = {"do": "code", "target": municipality(NEW), "code": "3817"}
        assert per.post(f"/mergers/{number}/", data=code).status_code == 303
    assert take_units(per, number, "Sauherad", PART, "Hjuksebø skule").status_code == 303
    return number


def test_done_and_undone_nothing_is_lost(known: str, as_on: As) -> None:
    per = as_on("per")
    number = planned(per, known)
    before = contents()

    done = act(per, number, "carry")
    between = contents()
    back = act(per, number, "undo")

    assert (done.status_code, back.status_code) == (303, 303), (done.text, back.text)
    assert set(differing(before, between)) >= {"application", "processing_activity", "risk_assessment", "origin"}
    assert differing(before, contents()) == {}
    assert mergers.state_of(number) == "undone"


def test_all_of_both_comes_to_the_new_one_and_the_part_to_the_other(known: str, as_on: As) -> None:
    per = as_on("per")
    number = planned(per, known)
    there = names(Application, PART)

    act(per, number, "carry")

    for register in (Application, Agreement, Dataset, Service, ProcessingActivity, RiskAssessment, ImpactAssessment):
        assert names(register, NEW) == sorted([*names(register, "Bø"), *names(register, "Sauherad")])
    for register in (OrganisationalUnit, ContactPerson):
        assert names(register, NEW) == sorted([*names(register, "Bø"), *names(register, "Sauherad")])
    assert names(Application, PART) == [*there, "Hjuksebø skulesystem"]
    assert names(RiskAssessment, PART) == []
    with row(Application, PART, name="Hjuksebø skulesystem") as one:
        assert (one.unit.name, one.owner.name) == ("Hjuksebø skule", "Hjuksebø Rektor")


def test_what_was_linked_is_linked_again_and_what_hung_on_a_row_hangs_on_its_copy(known: str, as_on: As) -> None:
    per = as_on("per")
    act(per, planned(per, known), "carry")

    with row(ProcessingActivity, NEW, name="Bø elevadministrasjon") as one:
        assert [str(far) for far in (one.unit, one.responsible)] == ["Bø oppvekst", "Bø Leiar"]
        assert [str(far) for far in (*one.applications, *one.datasets)] == ["Bø skoleprogram", "Bø elevregister"]
        assert [str(part.agreement) for part in one.processors] == ["Bø avtale"]
        assert {far.municipality_id for far in (one.unit, *one.applications, *one.laws)} == {municipality(NEW)}
        assert [law.section for law in one.laws] == ["§ 1"]
        assert one.article6[0].code == "6.1.e"
    with row(RiskAssessment, NEW, name="Bø ROS") as risk:
        assert (risk.application.name, risk.activity.name) == ("Bø skoleprogram", "Bø elevadministrasjon")
        assert [scenario.event for scenario in risk.scenarios] == ["Bø hendelse"]
    with row(Application, NEW, name="Bø skoleprogram") as system:
        mine = select(Attachment).where(Attachment.row_id == system.id).order_by(Attachment.id)
        assert [str(one) for one in db.session.scalars(mine)] == ["Bø lenke", "Bø.pdf"]
        assert [one.stored for one in db.session.scalars(mine)] == [None, mergers.FILE]


def test_the_new_controller_approves_anew_and_the_old_number_finds_the_row(known: str, as_on: As) -> None:
    per = as_on("per")
    with row(ProcessingActivity, "Bø", name="Bø elevadministrasjon") as old:
        number, version = old.number, old.version
    act(per, planned(per, known), "carry")

    with row(ProcessingActivity, NEW, name="Bø elevadministrasjon") as one:
        assert (one.status, one.approved_by, one.approved_on) == (RecordStatus.REVISE, None, None)
        assert one.former_number == f"{number} (Bø)"
        assert number.lower() in one.search_text
    with row(ProcessingActivity, "Bø", name="Bø elevadministrasjon") as old:
        assert (old.status, old.number, old.version) == (RecordStatus.APPROVED, number, version)


def test_the_old_ones_end_and_the_new_one_begins_on_the_day(known: str, as_on: As) -> None:
    per = as_on("per")
    act(per, planned(per, known), "carry")

    with inside():
        there = {one.name: one for one in db.session.scalars(select(Municipality))}
        assert [there[one].ended for one in (*OLD, NEW, PART)] == [mergers.THE_DAY, mergers.THE_DAY, None, None]
        assert there[NEW].joined == mergers.THE_DAY
        assert [there[one].code_on(mergers.THE_DAY) for one in (*OLD, NEW)] == [None, None, "3817"]
        assert sorted(str(one.predecessor) for one in there[NEW].predecessors) == ["Bø", "Sauherad"]
        assert [str(one.predecessor) for one in there[PART].predecessors] == ["Sauherad"]


def test_the_history_of_each_row_tells_where_it_came_from_and_all_of_it_is_one_event(known: str, as_on: As) -> None:
    per = as_on("per")
    act(per, planned(per, known), "carry")

    with inside(NEW):
        log = list(db.session.scalars(select(ContentChange).where(ContentChange.action == CREATED)))
    told = {one.row_name: one.fields[0] for one in log}

    assert len({one.request_id for one in log}) == 1
    assert {one.actor_name for one in log} == {"Per Test"}
    assert told["Bø skoleprogram"] == {"field": "carried", "added": ["Bø, 01.01.2020"], "removed": []}
    assert told["Bø elevadministrasjon"]["added"] == ["Bø, 01.01.2020, B-0001"]
    assert {one["field"] for one in told.values()} == {"carried"}


def test_confirmed_it_stands_and_cannot_be_undone(known: str, as_on: As) -> None:
    per = as_on("per")
    number = planned(per, known)
    act(per, number, "carry")

    done = act(per, number, "confirm")
    after = contents()
    late = act(per, number, "undo")

    assert (done.status_code, late.status_code) == (303, 409)
    assert differing(after, contents()) == {}
    assert mergers.state_of(number) == "confirmed"


def test_undone_it_may_be_carried_over_again(known: str, as_on: As) -> None:
    per = as_on("per")
    number = planned(per, known)
    for what in ("carry", "undo", "carry"):
        assert act(per, number, what).status_code == 303

    assert names(Application, NEW) == sorted([*names(Application, "Bø"), *names(Application, "Sauherad")])


def test_the_neighbours_see_what_was_carried_over_once_and_nobody_is_behind_in_what_is_no_more(
    known: str, as_on: As
) -> None:
    per, berit = as_on("per"), as_on("berit")
    number = planned(per, known)
    act(per, number, "carry")

    shown = berit.get("/neighbours/?search=skoleprogram").text
    behind = per.get("/progress/").text

    assert [shown.count(f"<td>{name}</td>") for name in (*OLD, NEW)] == [0, 0, 2]
    assert [f">{name}</th>" in behind for name in (*OLD, NEW)] == [False, False, True]


def test_what_was_taken_back_comes_back_from_no_bin(known: str, as_on: As) -> None:
    per = as_on("per")
    number = planned(per, known)
    for what in ("carry", "undo"):
        act(per, number, what)

    with inside(NEW):
        log = select(func.count(ContentChange.id)).where(ContentChange.snapshot.is_not(None))
        assert db.session.scalar(log) == 0
