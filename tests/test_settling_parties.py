"""Who is settled with: members of a part of a year, those that have become others, and those that are no more."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.charging import ChargeKind
from models.declare.choices import SuccessionKind
from models.declare.numbers import kroner
from models.declare.selfcost import CostKind, Handling, SettlementKey
from models.declare.words import Problem
from models.money import settling
from models.money.settling import Line
from models.registers.billing import Charge
from models.registers.municipality import Municipality, Succession
from tests.conftest import inside, municipality
from tests.support.settled import invoice, spend

A, B = SettlementKey.ON_ACCOUNT, SettlementKey.INHABITANTS
BEFORE, AFTER = date(2019, 12, 31), date(2020, 1, 1)
YEAR = 2018


def lines(
    key: SettlementKey = A, day: date = AFTER, handling: Handling = Handling.FUND, year: int = YEAR
) -> dict[str, Line]:
    with inside():
        return {one.name: one for one in settling.figures(db.session, year, key, handling, day).lines}


def place(name: str) -> Any:
    return db.session.scalars(select(Municipality).where(Municipality.name == name)).one()


def charge(name: str, ore: int, year: int = YEAR) -> None:
    with inside():
        about = {"year": year, "nature": ChargeKind.INHABITANT, "amount_ore": ore}
        db.session.add(Charge(municipality_id=municipality(name), **about))
        db.session.commit()


@pytest.mark.parametrize("key", [A, B])
def test_the_successor_settles_for_those_that_went_into_it_and_until_then_each_for_itself(app: Any, key: Any) -> None:
    invoice(), spend()

    before, after = lines(key, BEFORE), lines(key, AFTER)

    both = [before["Bø"], before["Sauherad"]]
    assert (len(before), len(after), "Midt-Telemark" in before) == (22, 21, False)
    assert after["Midt-Telemark"].covers == ("Bø", "Sauherad")
    assert after["Midt-Telemark"].on_account == sum(one.on_account for one in both) == 2_822_850
    assert (after["Midt-Telemark"].weight, after["Midt-Telemark"].fixed) == (
        sum(one.weight for one in both), sum(one.fixed for one in both),
    )  # fmt: skip
    assert abs(after["Midt-Telemark"].share - sum(one.share for one in both)) <= 1
    assert {one.handling for one in after.values()} == {Handling.FUND}


def test_who_is_no_more_and_has_no_successor_is_settled_now_whatever_is_done_with_the_rest(app: Any) -> None:
    invoice(), spend()
    with inside():
        place("Siljan").ended = date(2019, 1, 1)
        db.session.commit()

    told = lines()

    assert {name for name, one in told.items() if one.handling is Handling.NOW} == {"Siljan"}
    assert told["Siljan"].share > 0


def test_of_one_that_is_split_in_two_none_answers_for_all_of_it(app: Any) -> None:
    invoice(), spend()
    with inside():
        gone = place("Siljan")
        gone.ended = AFTER
        for name in ("Skien", "Porsgrunn"):
            db.session.add(Succession(predecessor=gone, successor=place(name), day=AFTER, nature=SuccessionKind.SPLIT))
        db.session.commit()

    told = lines()

    assert (told["Siljan"].handling, told["Skien"].covers) == (Handling.NOW, ())


def test_a_member_of_half_a_year_bears_half_by_inhabitants_and_what_it_paid_by_the_other_key(app: Any) -> None:
    spend((CostKind.STAFF, "Alt", 20_000_000, "1"))
    with inside():
        for one in db.session.scalars(select(Municipality)):
            one.joined = None
        for name, joined in (("Tinn", date(2018, 1, 1)), ("Seljord", date(2018, 7, 1))):
            place(name).joined = joined
            place(name).population_on(date(2018, 1, 1)).inhabitants = 1_000
        for row in db.session.scalars(select(Charge)):
            db.session.delete(row)
        db.session.commit()
    charge("Tinn", 750_000), charge("Seljord", 375_000)

    by_inhabitants, by_paid = lines(B), lines(A)

    assert [(by_inhabitants[name].fixed, by_inhabitants[name].weight) for name in ("Tinn", "Seljord")] == [
        (600_000, 12_000),
        (300_000, 6_000),
    ]
    assert [by_inhabitants[name].share for name in ("Tinn", "Seljord")] == [13_333_333, 6_666_667]
    assert [by_paid[name].share for name in ("Tinn", "Seljord")] == [13_333_333, 6_666_667]


def test_who_was_invoiced_without_being_a_member_gets_it_back_by_key_b(app: Any) -> None:
    invoice(), spend((CostKind.STAFF, "Alt", 50_000_000, "1"))
    charge("Midt-Telemark", 5_000)

    told = lines(B, BEFORE)

    assert (told["Midt-Telemark"].share, told["Midt-Telemark"].difference) == (0, -5_000)


@pytest.mark.parametrize(("year", "why"), [(2017, settling.NOBODY), (2019, settling.NOBODY)])
def test_a_year_in_which_nobody_was_invoiced_is_refused_with_a_sentence(app: Any, year: int, why: str) -> None:
    with pytest.raises(Problem) as refused:
        lines(year=year)

    assert (refused.value.text, refused.value.params) == (why, {"year": str(year)})


def test_without_a_price_or_a_population_key_b_says_of_whom(app: Any) -> None:
    invoice()
    with inside():
        place("Vinje").populations = []
        db.session.commit()

    with pytest.raises(Problem) as refused:
        lines(B)

    assert (refused.value.text, refused.value.params) == (settling.NO_BASIS, {"name": "Vinje"})
    assert kroner(-123_456) == "-1\u00a0234,56"
