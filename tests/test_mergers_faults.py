"""A merger broken off leaves nothing half, two at once make one, and many rows take no more statements than a few."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from models.database import db
from models.registers.architecture import Application
from models.registers.codes import DataSubjectCategory
from models.registers.mergers import CARRYING, TO_CARRY, TO_UNDO, UNDOING, Merger
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity, SubjectRow
from models.registers.risk import RiskAssessment, RiskScenario
from models.tenancy.people import User
from tests.conftest import inside, user
from tests.support import mergers
from tests.support.interrupting import ended_after, statements_of
from tests.support.mergers import NEW, act, ask, contents, differing, names, plan, worker
from tests.test_mergers_rules import said as words
from tests.test_registers import As

TAKEN = {TO_CARRY: CARRYING, TO_UNDO: UNDOING}
SOME = 17  # every so many statements a process ends; a prime, so that the same kind is not met again and again


@pytest.mark.parametrize("what", ["carry", "undo"])
def test_a_worker_that_ends_in_the_middle_leaves_nothing_half(what: str, app: Any, as_: As) -> None:
    mergers.furnish()
    mergers.forget_the_facts()
    per = as_("per")
    number = mergers.number_of(mergers.made(per))
    if what == "undo":
        act(per, number, "carry")
    assert ask(per, number, what).status_code == 303
    before, waits = contents(), mergers.state_of(number)
    let_go()
    at, ended = 0, 0
    while ended_after(at, lambda: worker().once()):
        assert differing(before, contents()) == {}
        assert mergers.state_of(number) in {waits, TAKEN[waits]}
        wait_again(number, waits)
        at, ended = at + SOME, ended + 1

    assert ended > 8
    assert differing(before, contents()) != {}
    assert mergers.state_of(number) == {"carry": "carried", "undo": "undone"}[what]


def wait_again(number: int, state: str) -> None:
    """As if the job had not been tried yet."""
    with inside():
        db.session.execute(update(Merger).where(Merger.id == number).values(state=state, attempts=0))
        db.session.commit()
    let_go()


def let_go() -> None:
    db.session.remove()
    db.engine.dispose()


def test_what_a_worker_left_is_done_by_the_next_and_what_two_left_is_said(app: Any, as_: As) -> None:
    mergers.furnish()
    per = as_("per")
    number, once_only = plan(per), []
    ask(per, number, "carry")
    let_go()

    for _time in range(2):
        once_only.append(ended_after(60, lambda: worker().once()))
        let_go()
    worker().once()
    page = words(per.get(f"/mergers/{number}/"))

    assert (once_only, mergers.state_of(number)) == ([True, True], "planned")
    assert "Arbeidet stanset to ganger før det var ferdig. Ingenting er endret." in page
    assert (act(per, number, "carry").status_code, mergers.state_of(number)) == (303, "carried")


def test_a_worker_that_is_to_end_lets_go_of_a_merger_which_the_next_one_does(app: Any, as_: As) -> None:
    mergers.furnish()
    per = as_("per")
    number = plan(per)
    ask(per, number, "carry")
    before = contents()

    worker(goes_on=lambda: False).once()
    left = (mergers.state_of(number), differing(before, contents()))
    worker().once()

    assert (left, mergers.state_of(number)) == (("carrying", {}), "carried")


def test_who_leads_the_project_no_longer_has_nothing_done_in_their_name(app: Any, as_: As) -> None:
    mergers.furnish()
    per = as_("per")
    number = plan(per)
    ask(per, number, "carry")
    with inside():
        row = db.session.get(User, user("per").id)
        row.active = False
        db.session.commit()

    worker().once()

    with inside():
        found = db.session.get(Merger, number)
        assert (found.state, found.said) == (
            "planned", ["Den som ba om dette, leder ikke prosjektet lenger. Ingenting er endret."]
        )  # fmt: skip


def test_the_page_waits_and_may_be_closed_and_nothing_of_the_plan_is_changed_meanwhile(app: Any, as_: As) -> None:
    mergers.furnish()
    per = as_("per")
    number = plan(per)
    ask(per, number, "carry")

    page, told = words(per.get(f"/mergers/{number}/")), per.get("/mergers/now/").json
    again, dropped = ask(per, number, "carry"), per.post(f"/mergers/{number}/", data={"do": "drop"})

    assert "Venter på å bli ført over" in page
    assert "Du kan lukke siden" in page
    assert [one["step"] for one in told.values()] == ["Venter på å bli ført over"]
    assert (again.status_code, dropped.status_code, mergers.state_of(number)) == (409, 303, "to_carry")
    worker().once()
    assert (per.get("/mergers/now/").json, mergers.state_of(number)) == ({}, "carried")
    assert "rader er ført over." in words(per.get(f"/mergers/{number}/"))


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

    at_once(*(partial(press, one) for one in browsers))
    done = [worker().once() for _time in range(3)]

    assert answers.count(303) == 1, answers
    assert set(answers) <= {303, 409, 503}
    assert (done, names(RiskAssessment, NEW)) == ([True, False, False], ["Bø ROS", "Sauherad ROS"])


def at_once(*works: Callable[[], None]) -> None:
    threads = [threading.Thread(target=one) for one in works]
    [one.start() for one in threads]
    [one.join() for one in threads]


def test_two_workers_never_do_the_same_and_two_plans_of_the_same_are_carried_over_once(
    engine_app: Any, as_on: As
) -> None:
    mergers.furnish()
    per = as_on("per")
    numbers = [plan(per), mergers.number_of(mergers.made(per))]
    assert [ask(per, one, "carry").status_code for one in numbers] == [303, 303]
    db.session.remove()
    did, together = [], threading.Barrier(2)

    def work() -> None:
        with engine_app.app_context():
            alone = db.engine.dialect.name == "sqlite"
            mine = worker(alone=False)
            together.wait()
            with lock if alone else nullcontext():
                while mine.once():
                    did.append(1)
            db.session.remove()

    lock = threading.Lock()
    at_once(work, work)

    assert (len(did), sorted(map(mergers.state_of, numbers))) == (2, ["carried", "planned"])
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
