"""A merger broken off leaves nothing half, two at once make one, and many rows take no more statements than a few."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.registers.architecture import Application
from models.registers.codes import DataSubjectCategory
from models.registers.mergers import Merger
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity, SubjectRow
from models.registers.risk import RiskAssessment, RiskScenario
from tests.conftest import inside, sign_in
from tests.support import mergers
from tests.support.interrupting import ended_after, statements_of
from tests.support.mergers import NEW, act, contents, differing, names, plan
from tests.test_registers import As

SOME = 17  # every so many statements a process ends; a prime, so that the same kind is not met again and again


def _pressed(app: Any, number: int, what: str) -> Callable[[], None]:
    """A button of a plan pressed by Per, who is signed in already."""
    per = sign_in(app, "per")
    with inside():
        version = db.session.get(Merger, number).version
    db.session.remove()
    db.engine.dispose()

    def press() -> None:
        answer = per.post(f"/mergers/{number}/{what}/", data={"version": str(version)})
        assert answer.status_code == 303, answer.text

    return press


@pytest.mark.parametrize("what", ["carry", "undo"])
def test_a_process_that_ends_in_the_middle_leaves_nothing_half(what: str, app: Any, as_: As) -> None:
    mergers.furnish()
    mergers.forget_the_facts()
    per = as_("per")
    number = mergers.number_of(mergers.made(per))
    if what == "undo":
        act(per, number, "carry")
    press = _pressed(app, number, what)
    before, state = contents(), mergers.state_of(number)
    db.session.remove()
    db.engine.dispose()
    at, ended = 0, 0
    while ended_after(at, press):
        assert (differing(before, contents()), mergers.state_of(number)) == ({}, state)
        db.session.remove()
        db.engine.dispose()
        at, ended = at + SOME, ended + 1

    assert ended > 8
    assert differing(before, contents()) != {}


def test_two_who_press_at_once_carry_it_over_once(engine_app: Any, as_on: As) -> None:
    mergers.furnish()
    number = plan(as_on("per"))
    with inside():
        version = db.session.get(Merger, number).version
    db.session.remove()
    browsers, answers = [as_on("per") for _one in range(2)], []
    together = threading.Barrier(2)

    def press(browser: Any) -> None:
        together.wait()
        answers.append(browser.post(f"/mergers/{number}/carry/", data={"version": str(version)}).status_code)

    threads = [threading.Thread(target=press, args=[one]) for one in browsers]
    [one.start() for one in threads]
    [one.join() for one in threads]

    assert answers.count(303) == 1, answers
    assert set(answers) <= {303, 409, 503}
    assert names(RiskAssessment, NEW) == ["Bø ROS", "Sauherad ROS"]


def test_two_plans_of_the_same_at_once_carry_it_over_once(engine_app: Any, as_on: As) -> None:
    mergers.furnish()
    per = as_on("per")
    numbers = [plan(per), mergers.number_of(mergers.made(per))]
    with inside():
        versions = {one: db.session.get(Merger, one).version for one in numbers}
    db.session.remove()
    browsers, answers = [as_on("per") for _one in range(2)], []
    together = threading.Barrier(2)

    def press(browser: Any, number: int) -> None:
        together.wait()
        told = {"version": str(versions[number])}
        answers.append(browser.post(f"/mergers/{number}/carry/", data=told).status_code)

    threads = [threading.Thread(target=press, args=pair) for pair in zip(browsers, numbers, strict=True)]
    [one.start() for one in threads]
    [one.join() for one in threads]

    assert sorted(answers) == [303, 409] or sorted(answers) == [303, 503], answers
    assert names(RiskAssessment, NEW) == ["Bø ROS", "Sauherad ROS"]


def test_a_plan_that_was_changed_meanwhile_is_not_carried_over_as_it_was_seen(app: Any, as_: As) -> None:
    mergers.furnish()
    per = as_("per")
    number = plan(per)
    with inside():
        version = db.session.get(Merger, number).version
    mergers.take_units(per, number, "Sauherad", mergers.PART, "Hjuksebø skule")

    late = per.post(f"/mergers/{number}/carry/", data={"version": str(version)})

    assert (late.status_code, mergers.state_of(number)) == (409, "planned")


def many(place: str, number: int) -> None:
    """So many systems with an activity, a unit and an assessment each."""
    with inside(place), db.session.no_autoflush:
        subject = db.session.scalars(select(DataSubjectCategory).order_by(DataSubjectCategory.id)).first()
        for one in range(number):
            unit = OrganisationalUnit(name=f"Eining {one}")
            system = Application(name=f"System {one}", unit=unit)
            activity = ProcessingActivity(name=f"Behandling {one}", unit=unit, applications=[system])
            activity.subjects = [SubjectRow(subject=subject)]
            risk = RiskAssessment(name=f"Vurdering {one}", application=system)
            risk.scenarios = [RiskScenario(event="Noko skjer")]
            db.session.add_all([unit, system, activity, risk])
        db.session.commit()


def test_many_rows_take_no_more_statements_than_some(app: Any, as_: As) -> None:
    mergers.furnish()
    per, counts = as_("per"), []
    number = plan(per)
    for more in (20, 20, 60):
        many("Bø", more)
        did = [statements_of(lambda what=what: act(per, number, what)) for what in ("carry", "undo")]
        looked = statements_of(lambda: per.get(f"/mergers/{number}/look/"))
        counts.append((*did, looked, statements_of(lambda: per.get(f"/mergers/{number}/"))))

    assert counts[1] == counts[2]  # the first time SQLite begins to count what there was none of
