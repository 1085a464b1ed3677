"""The numbers of the start page: the same from memory as counted anew, and never of more than somebody may read."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

import models
from models.database import db
from models.declare.choices import RecordStatus
from models.declare.clock import now
from models.declare.domains import Domain
from models.declare.fields import is_owned
from models.queries import figures as counting
from models.queries import overview
from models.queries.figures import Kept, figures
from models.registers.architecture import Application
from models.registers.data import Dataset
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from models.tenancy.log import CHANGES
from tests.conftest import inside, municipality

TODAY = date(2026, 1, 1)
OWNED = tuple(one for one in models.REGISTERS if is_owned(one) and one.__domain__ in {Domain.CONTENT, Domain.RISK})
BOTH = ("Tinn", "Seljord")


@pytest.fixture
def always_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also two municipalities are many, and what has just been changed has settled."""
    monkeypatch.setattr(counting, "MANY", 2)
    monkeypatch.setattr(counting, "SETTLED", timedelta(seconds=-60))


def told(registers: tuple[type[Any], ...], kept: Kept | None = None) -> Any:
    """All that is told of some registers, as plain values."""
    found = figures(db.session, registers, kept)
    return (
        {one.__name__: found.by_municipality(one) for one in registers},
        [(task.text, number) for task, number in found.open_tasks()],
        found.by_status(ProcessingActivity),
    )


def add(town: str, *rows: Any) -> None:
    with inside(town):
        db.session.add_all(rows)
        db.session.commit()


@pytest.mark.parametrize("towns", [("Tinn",), BOTH, ()], ids=["one", "two", "all"])
def test_every_number_is_what_counting_it_alone_gives(engine_app: Any, towns: tuple[str, ...]) -> None:
    with inside(*towns):
        owners = {one.__name__: Counter(db.session.scalars(select(one.municipality_id))) for one in OWNED}
        todo = [
            (task.text, db.session.scalar(select(func.count()).select_from(task.register).where(task.condition)))
            for task in overview.tasks()
            if task.register in OWNED
        ]
        statuses = {
            status: db.session.scalar(select(func.count()).where(ProcessingActivity.status == status))
            for status in RecordStatus
        }
        numbers, open_tasks, by_status = told(OWNED)

    assert {name: {one: n for one, n in found.items() if n} for name, found in numbers.items()} == owners
    assert open_tasks == [(text, number) for text, number in todo if number]
    assert by_status == statuses
    assert sum(by_status.values()) == sum(owners["ProcessingActivity"].values()) > 0 < len(open_tasks)


def test_what_is_kept_is_counted_again_where_something_has_changed_and_nowhere_else(
    engine_app: Any, always_kept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[set[int]] = []
    really = counting._count
    monkeypatch.setattr(counting, "_count", lambda s, r, places: counted.append(set(places)) or really(s, r, places))
    tinn, seljord = municipality("Tinn"), municipality("Seljord")
    kept = Kept()
    with inside(*BOTH):
        told(OWNED, kept)
        told(OWNED, kept)
    first = list(counted)

    add("Tinn", Application(name="Ny"), Dataset(name="Nytt"))
    counted.clear()
    with inside(*BOTH):
        assert told(OWNED, kept) == told(OWNED)
        again = counted[:1]
        told(OWNED, kept)

    assert first == [{tinn, seljord}] * 2  # content and risk
    assert (again, counted[2:]) == ([{tinn}], [])


def test_what_has_not_settled_is_counted_once_and_again_when_there_is_more(
    app: Any, always_kept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "SETTLED", timedelta(days=1))
    counted: list[set[int]] = []
    really = counting._count
    monkeypatch.setattr(counting, "_count", lambda s, r, places: counted.append(set(places)) or really(s, r, places))
    kept = Kept()
    with inside(*BOTH):
        told(OWNED, kept)
        assert {settled for settled, _newer in kept.holds.values()} == {0}
    for _ in range(2):
        add("Tinn", Application(name="Ny"))
        counted.clear()
        with inside(*BOTH):
            assert told(OWNED, kept) == told(OWNED)
            told(OWNED, kept)
        assert [one for one in counted if one != {municipality(town) for town in BOTH}] == [{municipality("Tinn")}]


class Log:
    """A session to which a log is as it is said: numbers, each with whose the change is and how many seconds old."""

    def __init__(self, *lines: tuple[int, int, int]) -> None:
        self.lines = [
            SimpleNamespace(id=n, municipality_id=place, at=now() - timedelta(seconds=s)) for n, place, s in lines
        ]

    def execute(self, _statement: Any) -> Log:
        return self

    def all(self) -> list[SimpleNamespace]:
        return self.lines


def test_a_slower_change_that_comes_in_below_a_newer_one_is_news() -> None:
    log = CHANGES[Domain.CONTENT]
    first = counting._News(Log((10, 1, 5), (8, 1, 500), (7, 2, 500)), log)
    holds = {place: (first.settled, first.since(first.settled, place)) for place in (1, 2, 3)}
    told = {
        "the same": Log((10, 1, 6), (8, 1, 501), (7, 2, 501)),
        "settled by now": Log((10, 1, 600), (8, 1, 900), (7, 2, 900)),
        "a newer one": Log((11, 1, 1), (10, 1, 6), (8, 1, 501)),
        "a slower one": Log((10, 1, 6), (9, 1, 20), (8, 1, 501)),
        "a slower one of another": Log((10, 1, 6), (9, 2, 20), (8, 1, 501)),
        "another's first": Log((10, 1, 6), (9, 3, 20), (8, 1, 501)),
        "none any more": Log(),
    }

    found = {
        name: [one for one in holds if counting._News(lines, log).tells_of(one, holds[one])]
        for name, lines in told.items()
    }

    assert holds == {1: (8, frozenset({10})), 2: (8, frozenset()), 3: (8, frozenset())}
    assert found == {
        "the same": [], "settled by now": [], "a newer one": [1], "a slower one": [1],
        "a slower one of another": [2], "another's first": [3], "none any more": [],
    }  # fmt: skip


def test_where_the_log_no_longer_reaches_back_all_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "NEWEST", 2)
    full = counting._News(Log((12, 1, 500), (11, 1, 500)), CHANGES[Domain.CONTENT])

    assert [full.tells_of(2, holds) for holds in (None, (10, frozenset[int]()), (11, frozenset[int]()))] == [
        True,
        True,
        False,
    ]


def test_more_changes_than_are_looked_through_are_not_missed(
    app: Any, always_kept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "NEWEST", 3)
    monkeypatch.setattr(counting, "_newest", counting._newest.__wrapped__)
    kept = Kept()
    with inside(*BOTH):
        told(OWNED, kept)
    add("Seljord", Application(name="Først"))
    add("Tinn", *[Application(name=f"Ny {number}") for number in range(5)])

    with inside(*BOTH):
        assert told(OWNED, kept) == told(OWNED)


def test_what_was_kept_for_one_who_reads_all_tells_nothing_to_one_who_reads_less(
    engine_app: Any, always_kept: None
) -> None:
    kept = Kept()
    with inside():
        told(OWNED, kept)
    content_only = {Domain.CONTENT: frozenset([municipality("Tinn")])}
    with scope.use(scope.Scope(read=content_only)):
        db.session.rollback()
        less = figures(db.session, OWNED, kept)

    tinn = municipality("Tinn")
    assert {place for found in less.rows.values() for place in found} == {tinn}
    assert {one.__name__: found for one, found in less.rows.items() if one.__domain__ is Domain.RISK} == {
        "RiskAssessment": {}, "ImpactAssessment": {}, "Breach": {}, "AccessRequest": {},
    }  # fmt: skip


def test_counting_within_less_ends_with_the_scope_there_was(engine_app: Any, always_kept: None) -> None:
    with inside(*BOTH) as before:
        told(OWNED, Kept())
        assert scope.current() is before
        found = db.session.scalars(select(Application.municipality_id).distinct()).all()

    assert set(found) == {municipality(town) for town in BOTH}
