"""Code that works for Tinn tries every way SQLAlchemy has to reach Seljord: 34 attacks and one rule, on both engines.

The right answer is nothing or a refusal. What finds nothing for Tinn finds something for Seljord itself,
so that an attack that never could find anything is noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import (
    and_,
    column,
    delete,
    exists,
    func,
    insert,
    literal_column,
    select,
    table,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, joinedload, selectinload

from models.database import db
from models.declare.domains import Domain
from models.registers.agreements import Agreement
from models.registers.architecture import Application, Service
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson
from models.registers.processing import RetentionRow
from models.registers.risk import RiskAssessment, RiskScenario
from models.registers.window import ShownCard
from models.tenancy import scope
from models.tenancy.log import ContentChange, MoneyChange, PeopleChange, RiskChange, SharedChange
from models.tenancy.scope import TenantError
from tests.conftest import inside, municipality
from tests.support import attack

A, T, OTHER = Application, Application.__table__, aliased(Application)
NOTHING, REFUSED = "nothing", "refused"


@dataclass(frozen=True)
class Ids:
    tinn: int
    seljord: int
    ours: int
    theirs: int
    contact: int
    agreement: int
    activity: int
    retention: int
    platform: int


@pytest.fixture
def ids(engine_app: Any) -> Iterator[Ids]:
    """Where to aim. A row of Tinn points at Seljord, and whatever is tried Seljord is the same afterwards."""
    attack.furnish_rest()
    ours = attack.plant_cross_links(engine_app)
    tables = ("application", "contact_person", "agreement", "processing_activity", "activity_retention", "platform")
    theirs = [attack.first_id(engine_app, name, "Seljord") for name in tables]
    before = attack.snapshot(engine_app, "Seljord")
    yield Ids(municipality("Tinn"), municipality("Seljord"), ours, *theirs)
    db.session.remove()
    assert attack.snapshot(engine_app, "Seljord") == before


def _all(statement: Any) -> list[Any]:
    return [tuple(row) for row in db.session.execute(statement).unique()]


def _own(ids: Ids) -> Any:
    return select(A).where(A.id == ids.ours)


def _one(*options: Any) -> Callable[[Ids], Any]:
    def load(ids: Ids) -> list[Any]:
        row = db.session.scalars(_own(ids).options(*options)).unique().one_or_none()
        assert row is not None
        return [one for one in (row.owner, row.unit, row.replaced_by, *row.agreements, *row.used_by) if one]

    return load


def _backref(ids: Ids) -> list[Any]:
    found = db.session.scalars(select(Agreement).where(Agreement.id == ids.agreement)).one_or_none()
    return [] if found is None else list(found.applications)


def _log(change: type[Any]) -> Callable[[Ids], Any]:
    return lambda ids: db.session.scalars(select(change).where(change.municipality_id == ids.seljord)).all()


# What finds nothing. Each gives what it found of Seljord.
BLIND: dict[str, Callable[[Ids], Any]] = {
    "O6 backref": _backref,
    "O7 count": lambda i: db.session.scalar(select(func.count()).select_from(A).where(A.municipality_id == i.seljord)),
    "O8 count of ids": lambda i: db.session.scalar(select(func.count(A.id)).where(A.id == i.theirs)),
    "O8 greatest": lambda _: db.session.scalar(select(func.max(A.name)).where(A.name.like("Hemm%"))),
    "O9 columns": lambda i: _all(select(A.name, A.notes).where(A.id == i.theirs)),
    "O13 union": lambda i: _all(union_all(*[select(A.name).where(A.id == i.theirs)] * 2)),
    "O14 subquery": lambda i: _all(select(select(A.name).where(A.id == i.theirs).subquery().c.name)),
    "O14 cte": lambda i: _all(select(select(A.name).where(A.id == i.theirs).cte().c.name)),
    "O14 alias": lambda i: _all(select(OTHER.name).where(OTHER.id == i.theirs)),
    "O14 alias of subquery": lambda i: _all(select(aliased(A, select(A).where(A.id == i.theirs).subquery()).name)),
    "O14 exists": lambda _: _all(select(Municipality.name).where(exists().where(A.name.like("Hemm%")))),
    "O14 exists of select": lambda i: _all(select(Municipality.name).where(select(A).where(A.id == i.theirs).exists())),
    "O14 in": lambda i: _all(
        select(Municipality.name).where(Municipality.id.in_(select(A.municipality_id).where(A.id == i.theirs)))
    ),
    "O14 query exists": lambda i: db.session.query(db.session.query(A).filter(A.id == i.theirs).exists()).scalar(),
    "O15 scalar": lambda i: [
        v
        for (v,) in _all(select(select(A.name).where(A.id == i.theirs).scalar_subquery()).select_from(Municipality))
        if v
    ],
    "O16 join": lambda i: _all(
        select(Municipality.name, A.name).join(A, and_(A.municipality_id == Municipality.id, A.id == i.theirs))
    ),
    "O16 where alone": lambda i: _all(
        select(Municipality.name).where(A.municipality_id == Municipality.id, A.id == i.theirs)
    ),
    "has": lambda _: _all(select(RiskAssessment.name).where(RiskAssessment.application.has(A.name.like("Hemm%")))),
    "parts": lambda i: _all(select(RetentionRow.start).where(RetentionRow.id == i.retention)),
    "parts of risk": lambda i: _all(select(RiskScenario.event).where(RiskScenario.municipality_id == i.seljord)),
    "O34 content log": _log(ContentChange),
    "O34 risk log": _log(RiskChange),
    "O34 people log": _log(PeopleChange),
    "O34 money log": _log(MoneyChange),
}

# What is refused outright, whatever it would find: it names an owned table past its class.
RAW: dict[str, Callable[[Ids], Any]] = {
    "O10 core select": lambda _: _all(select(T)),
    "O10 core column": lambda _: _all(select(T.c.name)),
    "O10 core exists": lambda i: _all(
        select(Municipality.name).where(exists(select(T.c.id).where(T.c.id == i.theirs)))
    ),
    "O10 core cte": lambda _: _all(select(Municipality.name, select(T.c.name).cte().c.name)),
    "O10 core join": lambda _: _all(select(Municipality.name).join(T, T.c.municipality_id == Municipality.id)),
    "O10 class over core": lambda _: _all(
        select(aliased(Municipality, select(T.c.id, T.c.name).subquery(), adapt_on_names=True).name)
    ),
    "O10 link table": lambda _: _all(select(A.agreements.property.secondary)),
    "O11 text": lambda _: _all(text("select name from application")),
    "O11 text within": lambda _: _all(
        select(Municipality.name).where(text("id in (select municipality_id from application)"))
    ),
    "O12 from statement": lambda _: _all(select(A).from_statement(text("select * from application"))),
    "O12 from select": lambda _: _all(select(A).from_statement(select(A))),
    "O30 connection": lambda _: db.session.connection().execute(select(T)),
    "O31 engine": lambda _: _engine(select(T)),
    "O31 engine text": lambda _: _engine(text("select * from risk_change")),
    "O31 engine update": lambda _: _engine(update(T).values(name="Tatt")),
    "O17 bulk update": lambda i: db.session.execute(update(A).where(A.id == i.theirs).values(name="Tatt")),
    "O18 bulk delete": lambda _: db.session.execute(delete(Service)),
    "O19 query update": lambda i: db.session.query(A).filter(A.id == i.theirs).update({"name": "Tatt"}),
    "O19 query delete": lambda _: db.session.query(Service).delete(),
    "O20 move": lambda i: db.session.execute(update(A).where(A.id == i.ours).values(municipality_id=i.seljord)),
    "O21 insert list": lambda i: db.session.execute(insert(A), [{"name": "Ny", "municipality_id": i.seljord}]),
    "O22 update by keys": lambda i: db.session.execute(update(A), [{"id": i.theirs, "name": "Tatt"}]),
    "O23 bulk insert": lambda i: db.session.bulk_insert_mappings(A, [{"name": "Ny", "municipality_id": i.seljord}]),
    "O23 bulk save": lambda i: db.session.bulk_save_objects([A(name="Ny", municipality_id=i.seljord)]),
    "O24 bulk update": lambda i: db.session.bulk_update_mappings(A, [{"id": i.theirs, "name": "Tatt"}]),
    "O28 link": lambda i: db.session.execute(
        insert(A.agreements.property.secondary).values(
            municipality_id=i.seljord, application_id=i.theirs, agreement_id=i.agreement
        )
    ),
    "O29 upsert": lambda i: _upsert(i.theirs, i.tinn),
    "insert from owned": lambda _: db.session.execute(insert(Municipality).from_select(["name"], select(A.name))),
    "update from owned": lambda _: db.session.execute(
        update(Municipality).values(name=select(A.name).scalar_subquery())
    ),
}

# Hand-written SQL in the clothes of an expression.
DRESSED: dict[str, Callable[[Ids], Any]] = {
    "literal column": lambda _: _all(select(literal_column("(select max(name) from application)"))),
    "literal column beside a class": lambda _: _all(
        select(Municipality.id, literal_column("(select max(notes) from application)"))
    ),
    "table without metadata": lambda _: _all(select(table("application", column("name")))),
    "suffix": lambda _: _all(select(Municipality.name).suffix_with("union select name from application")),
    "prefix": lambda _: _all(select(Municipality.name).prefix_with("(select max(name) from application),")),
}


def _engine(statement: Any) -> Any:
    with db.engine.connect() as connection:
        return connection.execute(statement).all()


def _upsert(row_id: int, owner: int) -> Any:
    build = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = build(A).values(id=row_id, name="Tatt", municipality_id=owner)
    return db.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"name": "Tatt"}))


def _outcome(attempt: Callable[[Ids], Any], ids: Ids) -> str:
    """What an attack ends with, as code of a municipality: nothing, a refusal, or the booty."""
    try:
        found = attempt(ids)
    except TenantError:
        return REFUSED
    finally:
        db.session.rollback()
    return f"found {found!r}" if found else NOTHING


def _outcomes(attempts: dict[str, Callable[[Ids], Any]], ids: Ids, where: str) -> dict[str, str]:
    found = {}
    for name, attempt in attempts.items():
        with inside(where):
            found[name] = _outcome(attempt, ids)
    return found


def test_o6_to_o16_and_o34_selects_through_the_classes_find_nothing_of_seljord(ids: Ids) -> None:
    assert _outcomes(BLIND, ids, "Tinn") == dict.fromkeys(BLIND, NOTHING)


def test_the_same_selects_find_something_for_seljord_itself(ids: Ids) -> None:
    found = _outcomes(BLIND, ids, "Seljord")

    assert {name for name, outcome in found.items() if not outcome.startswith("found")} == set()


def test_o10_to_o31_what_goes_past_the_classes_or_the_unit_of_work_is_refused(ids: Ids) -> None:
    assert _outcomes(RAW, ids, "Tinn") == dict.fromkeys(RAW, REFUSED)


def test_o11_sql_dressed_as_an_expression_is_refused(ids: Ids) -> None:
    assert _outcomes(DRESSED, ids, "Tinn") == dict.fromkeys(DRESSED, REFUSED)


def test_o1_get_finds_ones_own_row_and_no_other(ids: Ids) -> None:
    with inside("Tinn"):
        assert db.session.get(A, ids.theirs) is None
        assert db.session.get(ContactPerson, ids.contact) is None
        assert db.session.get(RetentionRow, ids.retention) is None
    with inside("Tinn"):
        assert getattr(db.session.get(A, ids.ours), "id", None) == ids.ours


def test_o2_get_finds_nothing_that_a_system_job_left_in_memory(ids: Ids) -> None:
    with inside("Seljord"):
        kept = [db.session.scalars(select(c)).all() for c in (A, ContactPerson, Agreement, RiskAssessment, ShownCard)]
        with scope.use(scope.of([ids.tinn], active=ids.tinn)):
            found = [db.session.get(type(row), row.id) for rows in kept for row in rows]

    assert len(found) >= 5
    assert set(found) == {None}


@pytest.mark.parametrize("how", [(), (joinedload,), (selectinload,)], ids=["O3 lazy", "O4 joined", "O5 selectin"])
def test_o3_to_o5_a_relation_to_a_row_of_seljord_is_empty(ids: Ids, how: tuple[Any, ...]) -> None:
    options = [load(relation) for load in how for relation in (A.owner, A.unit, A.replaced_by, A.agreements, A.used_by)]
    with inside("Tinn"):
        assert _one(*options)(ids) == []
    with inside("Seljord"):
        row = db.session.scalars(select(A).options(*options)).unique().one()

        assert (str(row.owner), [str(one) for one in row.agreements]) == ("Hemmeleg Leiar", ["Hemmeleg avtale"])


def test_o3_a_relation_is_empty_even_when_a_system_job_left_the_target_in_memory(ids: Ids) -> None:
    with inside("Seljord"):
        kept = [db.session.scalars(select(c)).all() for c in (A, ContactPerson, Agreement)]
        with scope.use(scope.of([ids.tinn], active=ids.tinn)):
            assert _one()(ids) == []
    assert all(kept)


def test_o34_the_log_of_shared_rows_names_no_person_of_seljord(ids: Ids) -> None:
    with inside("Tinn"), scope.use(scope.Scope(user_id=0, read=dict.fromkeys(Domain, frozenset({ids.tinn})))):
        names = db.session.scalars(select(SharedChange.row_name).where(SharedChange.register == "user_account")).all()

    assert "Berit Test" not in names


def test_f1_without_a_scope_everything_raises(ids: Ids) -> None:
    attempts: dict[str, Callable[[Ids], Any]] = {
        **BLIND,
        **RAW,
        "select": lambda _: _all(select(A)),
        "get": lambda i: db.session.get(A, i.ours),
        "save": lambda i: (db.session.add(A(name="Ny", municipality_id=i.tinn)), db.session.commit()),
        "card": lambda _: _all(select(ShownCard)),
    }
    scope.enter(None)

    assert {name: _outcome(attempt, ids) for name, attempt in attempts.items()} == dict.fromkeys(attempts, REFUSED)


def _merge(row: Any) -> None:
    db.session.merge(row)
    db.session.commit()


def test_o25_merging_a_foreign_id_is_refused_and_changes_nothing(ids: Ids) -> None:
    with inside("Tinn"), pytest.raises((TenantError, IntegrityError)):
        _merge(A(id=ids.theirs, name="Tatt", municipality_id=ids.tinn, version=1))
    db.session.rollback()


def test_o26_a_detached_row_of_seljord_is_not_attached_again(ids: Ids) -> None:
    with inside("Seljord"):
        row = db.session.scalars(select(A)).one()
        db.session.expunge(row)
    with inside("Tinn"), pytest.raises(TenantError, match="detached"):
        db.session.add(row)
    db.session.rollback()


WRITES: dict[str, Callable[[Ids, Any], Any]] = {
    "O27 reference by value": lambda i, row: setattr(row, "manager_id", i.contact),
    "O27 platform by value": lambda i, row: setattr(row, "platform_id", i.platform),
    "O32 change of owner": lambda i, row: setattr(row, "municipality_id", i.seljord),
    "O33 insert for seljord": lambda i, _row: db.session.add(A(name="Ny", municipality_id=i.seljord)),
    "O33 part of theirs": lambda i, _row: db.session.add(RetentionRow(parent_id=i.activity, municipality_id=i.tinn)),
    "O33 part for seljord": lambda i, _row: db.session.add(
        RetentionRow(parent_id=i.activity, municipality_id=i.seljord)
    ),
    "O33 card for seljord": lambda i, _row: db.session.add(
        ShownCard(register="application", row_id=i.theirs, name="Tatt", municipality_id=i.seljord)
    ),
    "O33 log for seljord": lambda i, _row: db.session.add(
        ContentChange(register="application", row_id=i.theirs, action="changed", municipality_id=i.seljord)
    ),
}


@pytest.mark.parametrize("name", WRITES)
def test_o27_to_o33_a_write_across_the_border_is_refused(ids: Ids, name: str) -> None:
    with inside("Tinn"):
        row = db.session.scalars(_own(ids)).one()

        WRITES[name](ids, row)
        with pytest.raises(TenantError):
            db.session.commit()
        db.session.rollback()
