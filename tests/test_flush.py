"""What a flush does: every step in its order, none of them left out, and the guard before all of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import CircularDependencyError, IntegrityError
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from models.changes import alike, answered, audit, cards, circles, coding, derived, flush, numbering, window, witness
from models.database import db
from models.declare.base import fields_of
from models.declare.choices import Answer, Lifecycle
from models.declare.clock import now, today
from models.declare.fields import Personal
from models.declare.selfcost import Source
from models.declare.words import Problem
from models.money import fund, ledger
from models.registers.architecture import Application
from models.registers.breaches import Breach
from models.registers.codes import SecurityMeasure
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ControllerRow, ProcessingActivity, RetentionRow
from models.registers.selfcost import FundDecision
from models.registers.settlements import LedgerEntry
from models.registers.window import ShownCard
from models.tenancy import scope
from models.tenancy.accesslog import AccessEntry
from models.tenancy.log import CHANGED, ContentChange
from models.tenancy.people import Membership, MunicipalRole
from models.tenancy.scope import TenantError
from models.tenancy.session import arrange, guard
from tests.conftest import inside, municipality, user
from tests.world import IN_THE_FUND

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def steps() -> Iterator[Callable[..., None]]:
    """Put another list of steps in force for a test."""
    yield arrange
    arrange(flush.BEFORE, flush.AFTER)


def names(found: Any) -> list[str]:
    return [f"{step.__module__.rpartition('.')[2]}.{step.__name__}" for step in found]


def test_the_steps_stand_in_this_order() -> None:
    assert names(flush.BEFORE) == [
        "session.guard", "numbering.give", "coding.give", "derived.reckon", "derived.write_keys",
        "derived.note_renamed", "derived.check", "fund.refuse_beyond", "circles.refuse", "answered.settle",
        "audit.collect", "cards.collect", "ledger.collect", "alike.number", "alike.write",
    ]  # fmt: skip
    assert names(flush.AFTER) == [
        "audit.write", "witness.tell_of_roles", "ledger.follow", "cards.write", "derived.follow_names",
    ]  # fmt: skip


def has_a_number() -> bool:
    row = ProcessingActivity(name="Ny")
    db.session.add(row)
    db.session.flush()
    return row.number is not None


def has_a_code() -> bool:
    row = SecurityMeasure(name="Låst skap")
    db.session.add(row)
    with suppress(IntegrityError):
        db.session.flush()
    return row.code == "last-skap"


def has_its_deadline() -> bool:
    row = Breach(name="Brev til feil foresatte", aware=now())
    db.session.add(row)
    db.session.flush()
    return row.deadline == row.aware + timedelta(hours=72)


def decided(ore: int) -> None:
    db.session.add(FundDecision(name="Nytt kart", decided_on=today(), amount_ore=ore))
    db.session.flush()


def stands_in_the_books() -> bool:
    decided(1)
    told = select(LedgerEntry.amount_ore).where(LedgerEntry.source == Source.DECISION)
    return list(db.session.scalars(told)) == [1]


def is_no_more_than_there_is() -> bool:
    with suppress(Problem):
        decided(IN_THE_FUND + 1)
        return False
    return True


def has_its_keys() -> bool:
    row = Application(name="ÆRLIG")
    db.session.add(row)
    db.session.flush()
    return (row.search_text, row.sort_key) == ("ærlig", "{rlig")


def is_refused_by_its_own_class() -> bool:
    """Nobody gives a role to oneself."""
    me = user("kari")
    db.session.add(Membership(user=me, role=MunicipalRole.EDITOR, municipality_id=municipality("Tinn")))
    with scope.use(scope.Scope(user_id=me.id, write=scope.current().write, read=scope.current().read)):
        return _refused()


def is_refused_in_a_ring() -> bool:
    row = db.session.scalars(select(OrganisationalUnit)).first()
    row.parent_unit = row
    return _refused()


def _refused() -> bool:
    try:
        db.session.flush()
    except Problem:
        return True
    except CircularDependencyError:  # what the ORM says of a ring, in words for nobody
        return False
    return False


def is_logged() -> bool:
    row = Application(name="Ny")
    db.session.add(row)
    db.session.flush()
    return bool(db.session.scalars(select(ContentChange).where(ContentChange.row_id == row.id)).all())


def is_shown_to_the_neighbours() -> bool:
    row = Application(name="Ny")
    db.session.add(row)
    db.session.flush()
    return bool(db.session.scalars(select(ShownCard).where(ShownCard.row_id == row.id)).all())


def is_sorted_by_the_new_name() -> bool:
    """A membership is called after its person."""
    row = db.session.scalars(select(Membership)).first()
    row.user.name = "Zebra"
    db.session.flush()
    db.session.refresh(row)
    return str(row.sort_key).startswith("zebra")


def is_told_in_the_access_log() -> bool:
    row = Membership(user=user("berit"), role=MunicipalRole.READER)
    db.session.add(row)
    db.session.flush()
    return bool(db.session.scalars(select(AccessEntry).where(AccessEntry.subject.startswith("Berit"))).all())


def is_written_with_the_others() -> bool:
    """Many rows that change in the same column are one UPDATE, and count their versions."""
    db.session.add_all([Application(name=f"Lik {number}") for number in range(2 * alike.FEW)])
    db.session.flush()
    rows = list(db.session.scalars(select(Application).where(Application.name.startswith("Lik"))))
    seen: list[str] = []
    note = lambda *told: seen.append(told[2])  # noqa: E731 - the third of what the engine tells is the statement
    event.listen(db.engine, "before_cursor_execute", note)
    for row in rows:
        row.status = Lifecycle.RETIRED
    db.session.flush()
    event.remove(db.engine, "before_cursor_execute", note)
    assert {(row.status, row.version) for row in rows} == {(Lifecycle.RETIRED, 2)}
    return len([one for one in seen if one.startswith("UPDATE application")]) == 1


def is_relevant_once_it_is_filled() -> bool:
    row = Application(name="Ny", waived={"backup": "Ingen data"})
    db.session.add(row)
    db.session.flush()
    row.backup = "Hver natt"
    db.session.flush()
    return row.waived is None


def is_numbered_with_the_others() -> bool:
    """Many new rows of a register are one INSERT of all."""
    seen: list[bool] = []
    note = lambda *told: seen.append(told[2].startswith("INSERT INTO application ") and told[5])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", note)
    db.session.add_all([Application(name=f"Lik {number}") for number in range(2 * alike.FEW)])
    db.session.flush()
    event.remove(db.engine, "before_cursor_execute", note)
    return seen.count(True) == 1


EFFECTS = {
    derived.reckon: has_its_deadline,
    alike.number: is_numbered_with_the_others,
    witness.tell_of_roles: is_told_in_the_access_log,
    numbering.give: has_a_number,
    coding.give: has_a_code,
    derived.write_keys: has_its_keys,
    derived.note_renamed: is_sorted_by_the_new_name,
    derived.follow_names: is_sorted_by_the_new_name,
    derived.check: is_refused_by_its_own_class,
    fund.refuse_beyond: is_no_more_than_there_is,
    ledger.collect: stands_in_the_books,
    ledger.follow: stands_in_the_books,
    circles.refuse: is_refused_in_a_ring,
    answered.settle: is_relevant_once_it_is_filled,
    audit.collect: is_logged,
    cards.collect: is_shown_to_the_neighbours,
    alike.write: is_written_with_the_others,
    audit.write: is_logged,
    cards.write: is_shown_to_the_neighbours,
}


def test_every_step_has_an_effect_that_is_looked_for() -> None:
    assert {*flush.BEFORE, *flush.AFTER} - EFFECTS.keys() == {guard}


@pytest.mark.parametrize("step", EFFECTS, ids=lambda step: names([step])[0])
def test_a_step_that_is_left_out_is_missed(step: Any, app: Any, steps: Callable[..., None]) -> None:
    with inside("Tinn"):
        assert EFFECTS[step]()
        db.session.rollback()
        steps(tuple(s for s in flush.BEFORE if s is not step), tuple(s for s in flush.AFTER if s is not step))
        assert not EFFECTS[step]()
        db.session.rollback()


@pytest.mark.parametrize("before", [(), (audit.collect,), (audit.collect, guard)], ids=["none", "other", "late"])
def test_a_flush_without_the_guard_in_front_cannot_be_arranged(before: Any, app: Any) -> None:
    with pytest.raises(TenantError):
        arrange(before, ())

    with inside("Tinn"):
        elsewhere = municipality("Seljord")
        db.session.add(Application(name="Ny", municipality_id=elsewhere))
        with pytest.raises(TenantError):
            db.session.flush()
        db.session.rollback()


ALONE = """
import sys, types
house = types.ModuleType("models")
house.__path__ = ["models"]
sys.modules["models"] = house  # the package without its own list of what to read
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from models.declare.base import Base
from models.registers import architecture, municipality, processing, risk
from models.tenancy import scope
from models.tenancy.session import TenantSession
assert not [name for name in sys.modules if name.startswith("models.changes")]
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with scope.use(scope.of([1], active=1)):
    for owner in (1, 2):
        session = TenantSession.__new__(TenantSession)
        Session.__init__(session, engine)
        session.get_bind = lambda *_, **__: engine
        session.add(architecture.Platform(name="x", municipality_id=owner))
        try:
            session.flush()
            print("written", owner)
        except scope.TenantError:
            print("refused", owner)
"""


def test_the_guard_is_in_force_even_when_nobody_has_read_the_list() -> None:
    told = subprocess.run([sys.executable, "-c", ALONE], cwd=ROOT, capture_output=True, text=True, check=False)

    assert told.stdout.split("\n")[:2] == ["written 1", "refused 2"], told.stderr


def test_what_a_failed_flush_had_noted_is_not_told_by_the_next(engine_app: Any) -> None:
    with inside("Tinn"):
        first = db.session.scalars(select(ProcessingActivity)).first()
        db.session.add(ProcessingActivity(name="To av samme", number=first.number))
        with pytest.raises(Exception, match=r"(?i)unique"):
            db.session.flush()
        db.session.rollback()
        db.session.add(Application(name="Etterpå"))
        db.session.flush()

        told = db.session.scalars(select(ContentChange.row_name).order_by(ContentChange.id.desc()).limit(2)).all()
        shown = db.session.scalars(select(ShownCard.name).order_by(ShownCard.id.desc()).limit(2)).all()

        db.session.rollback()
    assert (told[0], "To av samme" in told) == ("Etterpå", False)
    assert (shown[0], "To av samme" in shown) == ("Etterpå", False)


def card_of(row: Any) -> ShownCard | None:
    db.session.flush()
    return db.session.scalars(
        select(ShownCard)
        .where(ShownCard.register == row.__tablename__, ShownCard.row_id == row.id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def shared() -> ProcessingActivity:
    row: ProcessingActivity = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id)).first()
    row.shared = Answer.YES
    db.session.flush()
    return row


CHANGES: dict[str, tuple[Callable[[], Any], Callable[[Any], Any], bool]] = {
    "what an application is called": (
        lambda: db.session.scalars(select(Application)).first(), lambda row: setattr(row, "name", "Nytt"), True,
    ),
    "how far an application has come": (
        lambda: db.session.scalars(select(Application)).first(),
        lambda row: setattr(row, "status", Lifecycle.RETIRED), True,
    ),
    "notes about an application": (
        lambda: db.session.scalars(select(Application)).first(), lambda row: setattr(row, "notes", "Nytt"), False,
    ),
    "the purpose of a shared activity": (shared, lambda row: setattr(row, "purpose", "Nytt"), True),
    "a link of a shared activity": (shared, lambda row: setattr(row, "article6", []), True),
    "a part of a shared activity": (shared, lambda row: setattr(row.retention[0], "months", 7), True),
    "a part less": (shared, lambda row: setattr(row, "retention", []), True),
    "a part more": (shared, lambda row: row.retention.append(RetentionRow(start="Nytt")), True),
    "who answers for a shared activity": (shared, lambda row: setattr(row, "responsible", None), False),
    "when a shared activity is looked at again": (shared, lambda row: row.controllers.append(
        ControllerRow(name="Nytt")), True),
}  # fmt: skip


@pytest.mark.parametrize("told", CHANGES)
def test_a_card_is_written_anew_exactly_when_what_it_shows_has_changed(
    told: str, app: Any, statements: list[str]
) -> None:
    find, change, rewritten = CHANGES[told]
    with inside("Tinn"):
        row = find()
        assert card_of(row) is not None
        change(row)
        statements.clear()

        db.session.flush()

        assert [one.split()[0] for one in statements if "shown_card" in one] == ["DELETE", "INSERT"] * rewritten
        db.session.rollback()


def test_an_activity_nobody_shares_has_no_card_and_one_shared_no_more_loses_it(app: Any, statements: list[str]) -> None:
    with inside("Tinn"):
        row = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id)).first()
        statements.clear()
        row.purpose = "Noe annet"
        db.session.flush()
        assert [one for one in statements if "shown_card" in one] == []

        row.shared = Answer.YES
        assert card_of(row) is not None

        row.shared = Answer.NO
        assert card_of(row) is None
        db.session.rollback()


def test_a_field_about_people_is_on_no_card_even_if_it_says_it_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = next(known for known in fields_of(ProcessingActivity) if known.key == "purpose")
    personal = replace(told, personal=next(one for one in Personal if one is not Personal.NONE), shown=True)
    monkeypatch.setattr(window, "fields_of", lambda _register: [told, personal])

    assert window.shown_fields() == [told]


@pytest.mark.parametrize("late", [slice(3, 4), slice(None)], ids=["one", "all"])
def test_rows_written_together_are_none_of_them_written_when_one_is_not_as_it_was(late: slice, app: Any) -> None:
    with inside("Tinn"):
        db.session.add_all([Application(name=f"Lik {number}") for number in range(2 * alike.FEW)])
        db.session.commit()
        rows = list(db.session.scalars(select(Application).where(Application.name.startswith("Lik"))))
        for row in rows:
            row.status = Lifecycle.RETIRED
        for row in rows[late]:
            set_committed_value(row, "version", 7)  # as if somebody had been quicker

        with pytest.raises(StaleDataError):
            db.session.flush()

        db.session.rollback()
        assert {row.status for row in rows} == {Lifecycle.IN_USE}


def test_what_else_was_changed_of_rows_written_together_is_written_too_and_once(app: Any) -> None:
    with inside("Tinn"):
        users = OrganisationalUnit(name="Alle som bruker dem")
        db.session.add_all([users, *[Application(name=f"Lik {number:02d}") for number in range(3 * alike.FEW)]])
        db.session.commit()
        those = select(Application).where(Application.name.startswith("Lik")).order_by(Application.id)
        rows = list(db.session.scalars(those))
        for number, row in enumerate(rows):
            row.status, row.notes = Lifecycle.RETIRED, None if number % 2 else f"Nummer {number}"
        with db.session.no_autoflush:
            rows[4].used_by = rows[5].used_by = [users]  # of the few and of the many that get the same

        db.session.commit()
        db.session.expire_all()

        assert [(row.status, row.notes) for row in rows] == [
            (Lifecycle.RETIRED, None if number % 2 else f"Nummer {number}") for number in range(len(rows))
        ]
        assert [one for one in rows if one.used_by == [users]] == rows[4:6]
        log = select(ContentChange.row_id).where(
            ContentChange.action == CHANGED, ContentChange.register == "application"
        )
        assert sorted(db.session.scalars(log)) == sorted(row.id for row in rows)
