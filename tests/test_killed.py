"""A process that is killed while it issues invoices, at 50 moments (`KILLS=50`; fewer each day), and then run again: no
gap, no double, and the papers are those that were approved. And two clerks who do the same at once."""

from __future__ import annotations

import os
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.selfcost import Handling
from models.money import runs
from models.money.runs import AT_ONCE, UNDERWAY
from models.registers.billing import Supplement
from models.registers.invoices import ChargeRun, Invoice, InvoiceSeries
from reports.language import translator
from tests.conftest import inside
from tests.support.interrupting import at_once, killed_at, moments_of
from tests.support.money import acting, issued, made
from tests.support.settled import YEAR, settle, spend
from tests.test_charging import charging_on  # noqa: F401 - a fixture

KILLS = int(os.environ.get("KILLS", "8"))
PERIODS = [(2020, 1), (2020, 2), (2026, 1), (2026, 2), (2026, 3)]
Papers = dict[int, list[tuple[Any, ...]]]


@pytest.fixture
def ready_on(charging_on: Any) -> Any:  # noqa: F811
    """A settlement is carried, and a supplement waits: a run has all kinds of lines."""
    issued(YEAR), spend()
    settle(Handling.NEXT)
    with inside("Tinn"):
        db.session.add(Supplement(year=2020, name="Opplæring", amount_ore=100_000, basis="Bestilt"))
        db.session.commit()
    return charging_on


def issue(number: int) -> None:
    with acting("frida"):
        runs.issue(db.session, number, translator)


def approved(year: int, quarter: int) -> tuple[int, Papers]:
    """A run that is approved, and what was: the lines of each."""
    number = made(year, quarter)
    with acting("per"):
        papers = runs.plan_of(db.session, db.session.get(ChargeRun, number)).papers
        told = {
            one.municipality.id: [(n, line.kind.value, line.charged) for n, line in enumerate(one.payable, 1)]
            for one in papers
        }
        runs.approve(db.session, number)
    return number, told


def there(number: int) -> tuple[str, Papers, list[int], int]:
    """The run, its papers, all the numbers there are, and the last that is given."""
    with inside():
        papers = {
            one.municipality_id: [(line.place, line.kind.value, line.amount_ore) for line in one.lines]
            for one in db.session.scalars(select(Invoice).where(Invoice.run_id == number))
        }
        state, last = db.session.get(ChargeRun, number).state, db.session.scalar(select(InvoiceSeries.last))
        found = state, papers, sorted(db.session.scalars(select(Invoice.number))), last
    alone()
    return found


def alone() -> None:
    """No connection is handed to another process."""
    db.session.remove()
    db.engine.dispose()


def spread(whole: int, many: int, turn: int, turns: int) -> list[int]:
    """So many moments from the first to the last, others in each turn."""
    return [(whole - 1) * (n * turns + turn) // max(many * turns - 1, 1) for n in range(many)]


def test_killed_anywhere_and_run_again_there_is_no_gap_no_double_and_what_was_approved(ready_on: Any) -> None:
    number, _told = approved(2020, 4)
    whole, killed = moments_of(lambda: issue(number)), 0
    for turn, (year, quarter) in enumerate(PERIODS):
        number, told = approved(year, quarter)
        before = there(number)
        for moment in spread(whole, -(-KILLS // len(PERIODS)), turn, len(PERIODS)):
            if there(number)[0] == "issued":
                break
            killed += killed_at(moment, lambda number=number: issue(number))
            state, papers, numbers, last = there(number)
            assert (state, papers) in [("approved", {}), ("issued", told)], moment
            assert numbers == list(range(1, last + 1)), moment
        if there(number)[0] == "approved":
            assert there(number) == before
            issue(number)

        state, papers, numbers, _last = there(number)
        assert (state, papers, numbers) == ("issued", told, list(range(1, len(before[2]) + len(told) + 1)))
        with pytest.raises(runs.Problem, match="ikke lenger"):
            issue(number)
    assert killed >= KILLS * 0.9, f"killed {killed} times in {whole} moments"


def test_two_clerks_who_begin_and_who_issue_at_once_make_one(ready_on: Any) -> None:
    alone()

    def make_as(name: str) -> None:
        with acting(name):
            runs.make(db.session, 2020)

    began = at_once(lambda: make_as("frida"), lambda: make_as("per"))
    with inside():
        number = db.session.scalars(select(ChargeRun.id).where(ChargeRun.year == 2020)).one()
        by = db.session.get(ChargeRun, number).made_by
    with acting("per" if by.startswith("Frida") else "frida"):
        runs.approve(db.session, number)
    alone()
    ended = at_once(lambda: issue(number), lambda: issue(number))

    state, papers, numbers, _last = there(number)
    assert sorted(began) == sorted(["done", f"Problem: {AT_ONCE}"])
    assert sorted(ended) == sorted(["done", f"Problem: {UNDERWAY}"])
    assert (state, len(papers), numbers) == ("issued", 21, list(range(1, 22 + 21 + 1)))


def test_two_runs_that_are_issued_at_once_do_not_carry_the_same(ready_on: Any) -> None:
    first, second = approved(2020, 1)[0], approved(2026, 1)[0]
    alone()

    ended = at_once(lambda: issue(first), lambda: issue(second))

    assert sorted(ended) == sorted(["done", f"Problem: {runs.CHANGED}"])
    found = there(first)
    assert found[2] == list(range(1, found[3] + 1))
