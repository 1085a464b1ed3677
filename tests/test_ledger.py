"""The ledger follows what is saved, and what is in it, or frozen above it, is changed by no door: not by the session,
not by SQL, not by the owner of the tables."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, make_url, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.pool import NullPool

from models import migrating
from models.database import db
from models.declare.charging import ChargeKind
from models.declare.clock import now
from models.declare.numbers import kroner
from models.declare.selfcost import Account, Handling, RateStatus, SettlementKey, Source
from models.declare.words import Problem
from models.money import fund, ledger
from models.money.ledger import Movement
from models.registers.billing import Charge
from models.registers.selfcost import FundDecision, InterestRate
from models.registers.settlements import LedgerEntry, Settlement, SettlementLine
from models.tenancy import locks
from models.tenancy.scope import TenantError
from tests.conftest import inside, municipality
from tests.support import postgres
from tests.world import IN_THE_FUND

DAY = date(2024, 3, 1)
IN, OUT = (Account.CONNECTION_FEES, Account.DEVELOPMENT_FUND), (Account.DEVELOPMENT_FUND, Account.PROJECTS)
SEALED = ("ledger_entry", "settlement", "settlement_line")


def charged(ore: int = 2_500_000) -> Charge:
    row = Charge(
        municipality_id=municipality("Tinn"), year=2024, nature=ChargeKind.CONNECTION, amount_ore=ore, reference="24-1"
    )
    db.session.add(row)
    db.session.commit()
    return row


def told() -> list[tuple[Any, ...]]:
    """What came after the first entry of the world; what it takes back by its place there."""
    entries = ledger.entries(db.session)[1:]
    return [(one.debit, one.credit, one.amount_ore, one.reverses and one.reverses - 1) for one in entries]


def in_the_fund() -> int:
    return fund.development(db.session) - IN_THE_FUND


# -- what is followed --------------------------------------------------------------------------------------------------


def test_a_connection_fee_goes_into_the_fund_and_a_changed_one_is_taken_back_and_posted_anew(app: Any) -> None:
    with inside():
        row = charged()
        first = ledger.entries(db.session)[1]
        assert (first.day, first.source) == (date(2024, 1, 1), Source.CHARGE)
        assert (first.source_id, first.text) == (row.id, "24-1")
        row.amount_ore = 4_000_000
        db.session.commit()
        row.formula = "40 000"  # of no concern
        db.session.commit()
        assert told() == [(*IN, 2_500_000, None), (IN[1], IN[0], 2_500_000, 1), (*IN, 4_000_000, None)]
        db.session.delete(row)
        db.session.commit()
        assert told()[3:] == [(IN[1], IN[0], 4_000_000, 3)]
        assert in_the_fund() == 0


def test_what_is_charged_on_account_is_no_fee(app: Any) -> None:
    with inside():
        db.session.add(
            Charge(municipality_id=municipality("Tinn"), year=2024, nature=ChargeKind.FIXED, amount_ore=600_000)
        )
        db.session.commit()
        assert told() == []


def test_a_decision_takes_out_of_the_fund_what_is_in_it_and_no_more(app: Any) -> None:
    with inside():
        charged()
        row = FundDecision(name="Integrasjon", decided_on=DAY, amount_ore=2_000_000)
        db.session.add(row)
        db.session.commit()
        assert (told()[1:], in_the_fund()) == ([(*OUT, 2_000_000, None)], 500_000)
        row.amount_ore = IN_THE_FUND + 2_500_000  # all there is
        db.session.commit()
        assert fund.development(db.session) == 0
        row.amount_ore += 1
        with pytest.raises(Problem) as refused:
            db.session.commit()
        db.session.rollback()
        there = kroner(IN_THE_FUND + 2_500_000)
        assert (refused.value.text, refused.value.params["there"]) == (fund.BEYOND_FEES, there)
        db.session.add(FundDecision(name="Enda et", decided_on=DAY, amount_ore=1))
        with pytest.raises(Problem):
            db.session.commit()


# -- the self-cost fund ------------------------------------------------------------------------------------------------


def put_in(year: int, ore: int, day: date = DAY) -> None:
    movement = Movement(day, Account.RESULT, Account.SELF_COST_FUND, ore, str(year), year)
    ledger.post(db.session, Source.SETTLEMENT, None, [movement])
    db.session.flush()


def test_interest_of_the_handbook_is_to_the_ore_and_rounds_half_up_once() -> None:
    assert fund.interest(3_307_300, Decimal("4.296")) == 142_082
    assert 3_307_300 + 142_082 == 3_449_382
    assert [fund.interest(ore, Decimal(1)) for ore in (49, 50, 149, 150)] == [0, 1, 1, 2]
    assert fund.Layer(2023, 1).return_by == 2028


def test_a_surplus_of_2022_bears_the_rate_of_2023_and_that_of_2024_is_refused_while_it_is_an_estimate(app: Any) -> None:
    with inside():
        put_in(2022, 3_307_300)
        assert fund.add_interest(db.session, 2023) == 142_082
        assert [(one.year, one.ore, one.return_by) for one in fund.layers(db.session)] == [(2022, 3_449_382, 2027)]
        for year, why in ((2023, fund.NO_MONEY), (2024, fund.ESTIMATED), (2025, fund.EARLIER), (2026, fund.NOT_OVER)):
            with pytest.raises(Problem) as refused:
                fund.add_interest(db.session, year)
            assert (year, refused.value.text) == (year, why)


def test_a_rate_that_is_missing_is_said_and_no_other_stands_for_it(app: Any) -> None:
    with inside():
        put_in(2021, 100_000)
        with pytest.raises(Problem) as refused:
            fund.add_interest(db.session, 2022)
        assert (refused.value.text, refused.value.params) == (fund.NO_RATE, {"year": "2022"})
        assert len(told()) == 1
        db.session.add(InterestRate(year=2022, percent=Decimal("3.3601"), status=RateStatus.FINAL))
        assert fund.add_interest(db.session, 2022) == 3_360


def test_the_oldest_is_taken_out_first_and_no_more_than_there_is(app: Any) -> None:
    assert fund.taken_out({2020: 100, 2018: 50, 2019: 0}, 120) == {2018: 50, 2020: 70}
    with inside():
        for year in (2023, 2022):
            put_in(year, 1_000)
        fund.give_back(db.session, 1_500, DAY, "Vedtak 7")
        assert [(one.year, one.ore) for one in fund.layers(db.session)] == [(2023, 500)]
        assert ledger.balance(db.session, Account.MUNICIPALITIES) == -1_500
        for ore in (501, 0, -1):
            with pytest.raises(Problem):
                fund.give_back(db.session, ore, DAY, "")


@pytest.mark.parametrize(
    ("year", "late", "soon"), [(2026, False, False), (2027, False, True), (2028, False, True), (2029, True, False)]
)
def test_what_must_be_returned_is_warned_of_the_year_before(year: int, late: bool, soon: bool) -> None:
    layer = fund.Layer(2023, 100)

    assert (layer.is_late(year), layer.is_soon(year)) == (late, soon)


def test_interest_that_is_spent_is_not_taken_back_before_what_spent_it(app: Any) -> None:
    with inside():
        put_in(2022, 1_000_000)
        fund.add_interest(db.session, 2023)
        fund.give_back(db.session, 1_042_960, DAY, "Alt")
        borne, spent = (one.id for one in fund.reversible(db.session))
        db.session.commit()
        with pytest.raises(Problem) as refused:
            fund.take_back(db.session, borne)
        db.session.rollback()
        for entry in (spent, borne):
            fund.take_back(db.session, entry)
        assert (refused.value.text, [one.ore for one in fund.layers(db.session)]) == (fund.SPENT, [1_000_000])


# -- the doors ---------------------------------------------------------------------------------------------------------


def freeze() -> None:
    """A settlement of one line, as it is written: the lines, and then what shuts the door behind them."""
    with inside():
        of = {"year": 2018, "number": 1, "on_account_ore": 7, "handling": Handling.NOW}
        about = {"name": "Tinn", "covers": [], "weight": 1, "fixed_ore": 0, "share_ore": 5}
        db.session.add(SettlementLine(municipality_id=municipality("Tinn"), **of, **about))
        db.session.flush()
        made = {"key": SettlementKey.ON_ACCOUNT, "cost_ore": 5, "costs": [], "funds": {}, "made_by_name": "Frida"}
        db.session.add(Settlement(**of, **made, approved_by=1, approved_by_name="Per", approved_at=now()))
        put_in(2018, 2)
        db.session.commit()


@contextlib.contextmanager
def as_owner(app: Any) -> Iterator[Connection]:
    """The database as who owns the tables reaches it; row-level security binds the owner too, who says what for."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "postgresql":
        url = url.set(username=postgres.OWNER)
    engine = create_engine(url, poolclass=NullPool, execution_options={"tenant_exempt": True})
    with engine.connect() as connection:
        if url.get_backend_name() == "postgresql":
            everyone = connection.scalar(text("select string_agg(id::text, ',') from municipality"))
            for mode in ("read", "write"):
                connection.execute(text(f"select set_config('app.{mode}_money', :ids, false)"), {"ids": everyone})
            connection.commit()
        yield connection


ATTACKS = [
    *(f"UPDATE {name} SET id = id + 100" for name in SEALED),
    *(f"DELETE FROM {name}" for name in SEALED),
    "UPDATE ledger_entry SET amount_ore = 1", "UPDATE settlement SET cost_ore = 1",
    "UPDATE settlement_line SET share_ore = 1",
    "INSERT INTO settlement_line (year, number, name, covers, weight, fixed_ore, share_ore, on_account_ore, handling,"
    " municipality_id) SELECT year, number, name, covers, 1, 0, 9, 9, handling, municipality_id + 1"
    " FROM settlement_line",
    "INSERT INTO ledger_entry (day, debit, credit, amount_ore, source, text, at, by)"
    " SELECT day, debit, credit, -1, source, text, at, by FROM ledger_entry",
    "INSERT INTO ledger_entry (day, debit, credit, amount_ore, source, text, at, by)"
    " SELECT day, debit, debit, 1, source, text, at, by FROM ledger_entry",
]  # fmt: skip
ONE_ENGINE = {
    "sqlite": [f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}" for name in SEALED],
    "postgresql": [f"TRUNCATE {name} CASCADE" for name in SEALED],
}


def test_no_sql_changes_what_is_written_not_even_as_the_owner(engine_app: Any) -> None:
    freeze()
    with as_owner(engine_app) as connection:
        before = {name: connection.execute(text(f"SELECT * FROM {name}")).all() for name in SEALED}
        for attack in (*ATTACKS, *ONE_ENGINE[connection.dialect.name]):
            with pytest.raises(DatabaseError):
                connection.execute(text(attack))
            connection.rollback()
        assert {name: connection.execute(text(f"SELECT * FROM {name}")).all() for name in SEALED} == before
    assert {name: len(rows) for name, rows in before.items()} == {
        "ledger_entry": 2,
        "settlement": 1,
        "settlement_line": 1,
    }


@pytest.mark.parametrize("register", [LedgerEntry, Settlement, SettlementLine])
def test_no_change_through_the_session_is_let_through(app: Any, register: Any) -> None:
    freeze()
    with inside():
        row = db.session.scalars(select(register).limit(1)).one()
        row.year = 2019
        with pytest.raises(TenantError):
            db.session.commit()
        db.session.rollback()
        row = db.session.scalars(select(register).limit(1)).one()
        db.session.delete(row)
        with pytest.raises(TenantError):
            db.session.commit()
        db.session.rollback()
        with pytest.raises(TenantError):
            db.session.execute(register.__table__.delete())


def test_an_entry_is_taken_back_once(app: Any) -> None:
    with inside():
        put_in(2023, 5)
        db.session.commit()
        for _turn in range(2):
            ledger.reverse(db.session, [ledger.entries(db.session)[1]])
            with contextlib.suppress(IntegrityError):
                db.session.commit()
            db.session.rollback()
        assert told() == [
            (Account.RESULT, Account.SELF_COST_FUND, 5, None),
            (Account.SELF_COST_FUND, Account.RESULT, 5, 1),
        ]


def test_the_seals_are_made_anew_by_every_upgrade(app: Any) -> None:
    freeze()
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    with as_owner(app) as connection:
        connection.execute(text("DROP TRIGGER ledger_entry_locked_delete"))
        connection.commit()

    migrating.upgrade(url, url)

    with as_owner(app) as connection, pytest.raises(DatabaseError):
        connection.execute(text("DELETE FROM ledger_entry"))
    assert set(SEALED) <= set(locks.locked())
