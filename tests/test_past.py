"""The registers as they were: all that was done since is taken back, field by field, links, parts and deleted rows too,
and nothing that was not there is made up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from models import migrating
from models.changes.emptying import empty_trash
from models.changes.snapshots import taken
from models.database import db
from models.declare.base import Part, Record, fields_of, part_class
from models.declare.clock import now
from models.declare.fields import Kind, is_owned
from models.declare.pointing import pointing_at
from models.declare.shapes import Shape
from models.past import PastSession, as_of, told_of
from models.registers.architecture import Application
from models.registers.attachments import RiskAttachment
from models.registers.catalogue import Supplier
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity, PurposeRow
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.tenancy.log import CHANGED, ContentChange, change_class
from models.tenancy.session import EXEMPT
from tests.conftest import inside
from tests.support.merging import fetched, merge, undo
from tests.test_keeping import owner_url
from tests.test_merging import different, furnished, keeper
from tests.test_registers import As, delete_row

ROOTS = (ProcessingActivity, RiskAssessment, ImpactAssessment)
THERE = [mapper.class_ for mapper in told_of(ROOTS) if issubclass(mapper.class_, Record)]
OWNED = [register for register in THERE if is_owned(register)]
State = dict[tuple[str, int], dict[str, Any]]


def state(session: Any) -> State:
    """All rows there are, as plain values, in an order that means nothing."""
    found = {}
    for register in THERE:
        for row in session.scalars(select(register)):
            told = found[register.__name__, row.id] = taken(row)
            told.pop("version")
            for one in (told, *[part for parts in told["parts"].values() for part in parts]):
                [links.sort() for links in one["links"].values()]
            [parts.sort(key=lambda one: one["id"]) for parts in told["parts"].values()]
    return found


def today() -> State:
    with inside("Tinn"):
        found = state(db.session)
        db.session.expunge_all()
    return found


def then(moment: Any) -> State:
    with inside("Tinn"):
        past = as_of(db.session, moment, ROOTS)
        return state(past)


def take_over(row: Any, other: Any) -> None:
    """Everything of another row, which is never saved."""
    told = [known for known in fields_of(type(row)) if not known.mirrored and known.shape is not Shape.REASONS]
    told = [known for known in told if known.kind is not Kind.REFERENCE or known.points_at is not type(row)]
    # Links with another end would draw the other row into the session through it: they are taken away instead.
    [setattr(other, known.key, []) for known in fields_of(type(row)) if known.other_end or known.mirrored]
    values = {known: getattr(other, known.key) for known in told}
    for known, value in values.items():
        if known.kind in {Kind.ROWS, Kind.REFERENCES}:
            values[known] = list(value)
            setattr(other, known.key, [])
        elif known.kind is Kind.REFERENCE:
            setattr(other, known.key, None)
    for known, value in values.items():
        setattr(row, known.key, value)


def let_go(register: type[Any], row_id: int) -> None:
    """Nothing points at a row any more: links and parts go, and rows that must point at something."""
    for owner, known in pointing_at(register.__mapper__):
        far: Any = aliased(register)
        pointing = select(owner).join(getattr(owner, known.key).of_type(far)).where(far.id == row_id)
        for one in db.session.scalars(pointing).all():
            if known.kind is Kind.REFERENCES:
                setattr(one, known.key, [there for there in getattr(one, known.key) if there.id != row_id])
            elif issubclass(owner, Part):
                getattr(one.parent, owner.parent.property.back_populates).remove(one)
            elif known.required:
                db.session.delete(one)
            else:
                setattr(one, known.key, None)
        db.session.flush()


# -- what is taken back ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", OWNED, ids=lambda one: one.__name__)
def test_every_field_link_and_part_is_what_it_was(register: type[Any], engine_app: Any) -> None:
    with inside("Tinn"), db.session.no_autoflush:
        row = different(register)
        for known in fields_of(register):
            if known.kind is Kind.ROWS:
                setattr(row, known.key, [different(part_class(known))])
        db.session.add(row)
        db.session.commit()
        row_id = row.id
    before, moment = today(), now()

    with inside("Tinn"), db.session.no_autoflush:
        row, other = db.session.get(register, row_id), different(register)
        for known in fields_of(register):
            if known.kind is Kind.ROWS:
                setattr(other, known.key, [different(part_class(known))])
        take_over(row, other)
        db.session.expunge(other) if other in db.session else None
        db.session.commit()
    after = today()

    assert after[register.__name__, row_id] != before[register.__name__, row_id]
    assert then(moment) == before
    assert then(now()) == after


@pytest.mark.parametrize("register", OWNED, ids=lambda one: one.__name__)
def test_what_is_deleted_stands_there_with_all_that_pointed_at_it_and_what_came_does_not(
    register: type[Any], engine_app: Any
) -> None:
    kept, gone = furnished(register)
    before, moment = today(), now()

    with inside("Tinn"), db.session.no_autoflush:
        let_go(register, gone)
        db.session.delete(db.session.get(register, gone))
        db.session.commit()
        db.session.add(different(register))
        db.session.commit()

    assert today() != before
    assert then(moment) == before
    assert (register.__name__, kept) in before
    assert (register.__name__, gone) in before


@pytest.mark.parametrize("register", [Application, ProcessingActivity, Supplier], ids=lambda one: one.__name__)
def test_two_rows_that_were_merged_are_two_also_when_they_became_two_again_since(
    register: type[Any], as_on: As, engine_app: Any
) -> None:
    kept, gone = furnished(register)
    browser = keeper(register, as_on)
    before, moment = today(), now()

    done = merge(browser, register, kept, gone)
    between, after_merge = today(), now()
    back = undo(browser, fetched(register, kept))

    assert (done.status_code, back.status_code) == (303, 303)
    assert then(moment) == before
    assert then(after_merge) == between


def test_what_was_deleted_and_brought_back_is_there_before_gone_between_and_there_after(
    as_on: As, engine_app: Any
) -> None:
    browser = as_on("kari")
    with inside("Tinn"):
        row = Application(name="Kommer og går")
        db.session.add(row)
        db.session.commit()
        row_id = row.id
    first = now()
    delete_row(browser, Application, row_id)
    second = now()
    browser.post("/application/restore/", data={"id": str(row_id)})
    third = now()

    there = [("Application", row_id) in then(moment) for moment in (first - timedelta(days=1), first, second, third)]

    assert there == [False, True, False, True]


def test_what_was_deleted_is_told_of_also_when_it_may_come_back_no_more(engine_app: Any) -> None:
    with inside("Tinn"):
        row = Application(name="For lenge siden")
        db.session.add(row)
        db.session.commit()
        before, moment = today(), now()
        db.session.delete(db.session.get(Application, row.id))
        db.session.commit()
    with migrating.engine_for(owner_url(engine_app)).begin() as connection:
        emptied = empty_trash(connection, now())
    with migrating.engine_for(owner_url(engine_app)).begin() as connection:
        again = empty_trash(connection, now())

    assert (emptied, again) == (1, 0)
    assert then(moment) == before


def test_a_municipality_goes_by_the_name_and_number_of_that_day(engine_app: Any) -> None:
    with inside():
        row = db.session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one()
        was, moment = (row.name, row.organisation_number), now()
        row.name, row.organisation_number = "Nye Tinn", None
        db.session.commit()
        row_id = row.id

    with inside("Nye Tinn"):
        past = as_of(db.session, moment, ROOTS)
        found = past.get(Municipality, row_id)

        assert (found.name, found.organisation_number) == was


def test_what_hung_on_a_row_hangs_there_and_what_came_later_does_not(engine_app: Any) -> None:
    with inside("Tinn"):
        risk = db.session.scalars(select(RiskAssessment)).first()
        hung = [
            RiskAttachment(register="risk_assessment", row_id=risk.id, title=title, address=f"https://{title}.example/")
            for title in ("der", "borte")
        ]
        db.session.add_all(hung)
        db.session.commit()
        hung[1].removed_at = now()
        db.session.commit()
        moment = now()
        hung[0].removed_at = now()
        db.session.add(
            RiskAttachment(register="risk_assessment", row_id=risk.id, title="ny", address="https://n.example/")
        )
        db.session.commit()

    with inside("Tinn"):
        past = as_of(db.session, moment, ROOTS)
        found = past.scalars(select(RiskAttachment.title).where(RiskAttachment.removed_at.is_(None))).all()

        assert found == ["der"]


def test_rows_stand_in_the_order_of_the_names_they_had(engine_app: Any) -> None:
    with inside("Tinn"):
        db.session.add_all([Application(name="Bok"), Application(name="Ark")])
        db.session.commit()
        moment = now()
        for row in db.session.scalars(select(Application).where(Application.name.in_(["Bok", "Ark"]))):
            row.name = {"Bok": "Aaa", "Ark": "Zzz"}[row.name]
        db.session.commit()

    with inside("Tinn"):
        past = as_of(db.session, moment, ROOTS)
        named = select(Application.name).where(Application.name.in_(["Bok", "Ark"])).order_by(Application.sort_key)

        assert past.scalars(named).all() == ["Ark", "Bok"]


# -- what is not -------------------------------------------------------------------------------------------------------


def test_what_was_done_in_the_very_moment_is_not_there_yet(engine_app: Any) -> None:
    with inside("Tinn"):
        row = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id)).first()
        number, name, row.name = row.id, row.name, "Et annet navn"
        db.session.commit()
        mine = (ContentChange.register == "processing_activity", ContentChange.row_id == number)
        moment = db.session.scalars(select(func.max(ContentChange.at)).where(*mine)).one()
        found = {}
        for when in (moment, moment + timedelta(microseconds=1)):
            past = as_of(db.session, when, ROOTS)
            found[when] = past.scalars(select(ProcessingActivity.name).where(ProcessingActivity.id == number)).one()

    assert list(found.values()) == [name, "Et annet navn"]


def test_what_the_history_cannot_take_back_stands_as_today_and_is_named(app: Any) -> None:
    with inside("Tinn"):
        row = db.session.scalars(select(Application)).first()
        name, moment = row.name, now()
        row.description = "Skrevet siden"
        db.session.commit()
        row_id = row.id
    log = ContentChange.__table__
    old = (log.c.row_id == row_id) & (log.c.register == "application") & (log.c.action == CHANGED)
    with db.engine.execution_options(**{EXEMPT: True}).begin() as connection:
        connection.execute(update(log).where(old).values(reverse=None))

    with inside("Tinn"):
        past = as_of(db.session, moment, ROOTS)
        assert past.unsure == [name]
        assert past.get(Application, row_id).description == "Skrevet siden"


def test_nothing_of_another_municipality_is_in_the_past_of_one(engine_app: Any) -> None:
    moment = now()

    with inside("Seljord"):
        theirs = db.session.scalar(select(func.count()).select_from(Application))
        db.session.add(Application(name="Deres hemmelige"))
        db.session.commit()

    with inside("Tinn"):
        past = as_of(db.session, moment, ROOTS)
        owners = {row["values"].get("municipality_id") for row in state(past).values()}
        names = set(past.scalars(select(Application.municipality_id)))

    assert theirs > 0
    assert owners == {None}
    assert len(names) == 1


def test_the_past_is_never_written(engine_app: Any) -> None:
    with inside("Tinn"):
        past = as_of(db.session, now(), ROOTS)
        row = past.scalars(select(Application)).first()
        row.name = "En annen fortid"
        with pytest.raises(TypeError):
            past.commit()


def test_the_past_costs_the_same_statements_for_one_change_and_for_fifty(app: Any, statements: list[str]) -> None:
    moment = now()

    def change(times: int) -> int:
        with inside("Tinn"):
            for number in range(times):
                row = db.session.scalars(select(Application)).first()
                row.description = f"{times}-{number}"
                db.session.commit()
        statements.clear()
        with inside("Tinn"):
            as_of(db.session, moment, ROOTS)
            return sum("content_change" in one or "shared_change" in one or "risk_change" in one for one in statements)

    when_it_was_changed_before = 1
    logs = len({change_class(register) for register in THERE})
    assert change(1) == change(50) == logs + when_it_was_changed_before


def test_a_day_before_there_was_anything_is_empty(engine_app: Any) -> None:
    with inside("Tinn"):
        past = as_of(db.session, now() - timedelta(days=3650), ROOTS)
        assert isinstance(past, PastSession)
        assert {name for name, _id in state(past)} == {"Municipality"}
        assert past.scalar(select(func.count()).select_from(PurposeRow)) == 0
