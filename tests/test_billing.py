"""What a municipality is to pay: tiers on their boundaries, half-open periods, and what the sums are made of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from models.database import db
from models.declare.choices import Answer, PriceKind
from models.money.basis import members
from models.money.lines import (
    Line,
    NoBasis,
    lines_for,
    months_of_membership,
    price_for,
    share_of_year,
)
from models.registers.billing import Price, price_rows
from models.registers.municipality import Municipality, Population
from tests.conftest import inside

CONNECTION, FIXED, INHABITANT = PriceKind.CONNECTION, PriceKind.FIXED, PriceKind.INHABITANT
YEAR_2018 = (date(2018, 1, 1), date(2019, 1, 1))
ALWAYS = (date(2018, 1, 1), None)


def price(
    nature: PriceKind,
    amount: int,
    period: tuple[date, date | None] = ALWAYS,
    above: int = 0,
    founders: Answer = Answer.YES,
) -> Price:
    return Price(
        nature=nature,
        amount_ore=amount,
        valid_from=period[0],
        valid_to=period[1],
        from_inhabitants=above,
        charged_to_founders=founders,
    )


def town(
    inhabitants: int | None,
    joined: date | None = date(2018, 1, 1),
    ended: date | None = None,
    founder: Answer = Answer.NO,
) -> Municipality:
    figures = [] if inhabitants is None else [Population(day=date(2018, 1, 1), inhabitants=inhabitants, source="SSB")]
    return Municipality(name="Byen", joined=joined, ended=ended, founder=founder, populations=figures)


AGREED = [
    *[
        price(CONNECTION, ore, above=above, founders=Answer.NO)
        for above, ore in ((0, 2_500_000), (5_000, 4_000_000), (10_001, 7_000_000), (25_001, 10_000_000))
    ],
    price(FIXED, 600_000),
    price(INHABITANT, 150),
]


def amounts(lines: list[Line]) -> dict[PriceKind, int]:
    return {line.kind: line.by_rule for line in lines}


# -- the tiers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inhabitants", "kroner"),
    [
        (0, 25_000),
        (4_999, 25_000),
        (5_000, 40_000),
        (10_000, 40_000),
        (10_001, 70_000),
        (25_000, 70_000),
        (25_001, 100_000),
    ],
)
def test_the_connection_fee_changes_exactly_at_its_boundaries(inhabitants: int, kroner: int) -> None:
    lines = lines_for(town(inhabitants), 2018, AGREED)

    assert amounts(lines) == {CONNECTION: kroner * 100, FIXED: 600_000, INHABITANT: inhabitants * 150}


@pytest.mark.usefixtures("app")
def test_the_registered_prices_are_the_agreed_ones() -> None:
    with inside():
        found = {(p.nature, p.from_inhabitants, p.amount_ore, p.charged_to_founders) for p in price_rows(db.session)}

    assert found == {(p.nature, p.from_inhabitants, p.amount_ore, p.charged_to_founders) for p in AGREED}


# -- dated prices ------------------------------------------------------------------------------------------------------


def test_prices_just_outside_the_year_never_count() -> None:
    before, after = (date(2017, 1, 1), date(2018, 1, 1)), (date(2019, 1, 1), None)
    prices = [
        price(kind, ore, period)
        for period, ores in ((before, (1, 2, 3)), (YEAR_2018, (2_500_000, 600_000, 150)), (after, (7, 8, 9)))
        for kind, ore in zip((CONNECTION, FIXED, INHABITANT), ores, strict=True)
    ]

    this_year, next_year = (amounts(lines_for(town(1_000), year, prices)) for year in (2018, 2019))

    # 1 000 inhabitants x 1,50 kr in 2018, x 9 øre the year after; the connection fee is paid once.
    assert this_year == {CONNECTION: 2_500_000, FIXED: 600_000, INHABITANT: 150_000}
    assert next_year == {FIXED: 8, INHABITANT: 9_000}


@pytest.mark.parametrize(
    ("day", "ore"), [(date(2018, 1, 1), 1), (date(2018, 12, 31), 1), (date(2019, 1, 1), 2), (date(2030, 1, 1), 2)]
)
def test_periods_hold_their_first_day_and_not_their_last(day: date, ore: int) -> None:
    prices = [price(FIXED, 1, YEAR_2018), price(FIXED, 2, (date(2019, 1, 1), None))]

    assert price_for(prices, FIXED, day, 100).amount_ore == ore


@pytest.mark.parametrize("day", [date(2017, 12, 31), date(2019, 1, 1)])
def test_a_day_without_a_price_is_an_error_and_never_free(day: date) -> None:
    with pytest.raises(NoBasis):
        price_for([price(FIXED, 1, YEAR_2018)], FIXED, day, 100)


def test_a_newer_row_wins_over_an_open_older_one_of_the_same_tier() -> None:
    prices = [price(FIXED, 1), price(FIXED, 2, (date(2020, 1, 1), None))]

    assert [price_for(prices, FIXED, date(year, 6, 1), 1).amount_ore for year in (2019, 2020)] == [1, 2]


# -- parts of a year ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("joined", [date(2018, 6, 1), date(2018, 6, 30)])
def test_who_joins_in_june_pays_seven_months(joined: date) -> None:
    lines = lines_for(town(1_411, joined), 2018, AGREED)

    # 6 000 kr x 7/12 = 3 500,00 kr; 1 411 x 1,50 kr x 7/12 = 1 234,625 kr, rounded half up once.
    assert amounts(lines) == {CONNECTION: 2_500_000, FIXED: 350_000, INHABITANT: 123_463}
    assert [line.months for line in lines] == [12, 7, 7]


@pytest.mark.parametrize(
    ("joined", "ended", "months"),
    [
        (date(2018, 1, 1), None, 12),
        (date(2018, 12, 31), None, 1),
        (date(2019, 1, 1), None, 0),
        (date(2015, 1, 1), date(2018, 1, 1), 0),
        (date(2015, 1, 1), date(2018, 1, 2), 1),
        (date(2015, 1, 1), date(2018, 7, 1), 6),
        (date(2015, 1, 1), date(2019, 1, 1), 12),
        (None, None, 0),
    ],
)
def test_months_count_by_their_first_day(joined: date | None, ended: date | None, months: int) -> None:
    assert months_of_membership(joined, ended, 2018) == months


def test_a_municipality_that_has_ended_pays_no_more() -> None:
    ended = town(1_000, date(2017, 1, 1), date(2018, 1, 1))

    assert lines_for(ended, 2018, AGREED) == []


@given(st.integers(0, 10**12), st.integers(0, 12))
def test_the_parts_of_a_year_never_differ_from_it_by_more_than_an_ore(full: int, months: int) -> None:
    assert abs(share_of_year(full, months) + share_of_year(full, 12 - months) - full) <= 1


# -- founders and mergers ----------------------------------------------------------------------------------------------


def test_founders_see_the_fee_by_rule_and_are_not_charged_it() -> None:
    lines = lines_for(town(5_000, founder=Answer.YES), 2018, AGREED)

    assert [(line.kind, line.by_rule, line.charged) for line in lines] == [
        (CONNECTION, 4_000_000, 0),
        (FIXED, 600_000, 600_000),
        (INHABITANT, 750_000, 750_000),
    ]


@pytest.mark.usefixtures("app")
def test_a_merger_takes_over_and_pays_no_new_connection_fee() -> None:
    with inside():
        rows = {m.name: m for m in members(db.session, 2020)}
        merged = lines_for(rows["Midt-Telemark"], 2020, price_rows(db.session))

    assert [line.kind for line in merged] == [FIXED, INHABITANT]
    assert ("Bø" in rows, "Sauherad" in rows) == (False, False)


@pytest.mark.usefixtures("app")
def test_before_the_merger_its_parts_pay_and_it_does_not() -> None:
    with inside():
        names = {m.name for m in members(db.session, 2019)}

    assert ({"Bø", "Sauherad"} <= names, "Midt-Telemark" in names) == (True, False)


@pytest.mark.usefixtures("app")
def test_members_are_those_within_the_scope_in_norwegian_order() -> None:
    with inside():
        names = [m.name for m in members(db.session, 2018)]
    with inside("Tinn"):
        own = [m.name for m in members(db.session, 2018)]

    assert (len(names), names[0], names[-1], own) == (22, "Bamble", "Vinje", ["Tinn"])
    assert names.index("Bø") > names.index("Bamble")


# -- what is missing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("municipality", "prices"),
    [
        (town(None), AGREED),
        (town(100), [p for p in AGREED if p.nature is not FIXED]),
        (town(100), [p for p in AGREED if p.nature is not CONNECTION]),
    ],
    ids=["no population", "no fixed price", "no connection fee"],
)
def test_a_missing_figure_is_never_taken_for_nothing(municipality: Municipality, prices: list[Price]) -> None:
    with pytest.raises(NoBasis):
        lines_for(municipality, 2018, prices)


def test_the_population_that_counts_is_the_newest_not_after_the_day() -> None:
    place = town(1_000)
    place.populations.append(Population(day=date(2019, 1, 1), inhabitants=2_000, source="SSB"))
    days = [date(2019, 1, 1) + timedelta(days=n) for n in (-1, 0, 400)]

    found: list[Any] = [place.population_on(day) for day in [date(2017, 12, 31), *days]]

    assert [figure and figure.inhabitants for figure in found] == [None, 1_000, 2_000, 2_000]


@pytest.mark.usefixtures("app")
def test_all_money_is_whole_ore() -> None:
    with inside():
        prices = price_rows(db.session)
        lines = [line for one in db.session.scalars(select(Municipality)) for line in lines_for(one, 2018, prices)]

    assert {type(amount) for line in lines for amount in (line.price_ore, line.by_rule, line.charged)} == {int}
    assert len(lines) == 66


# -- the day that counts -----------------------------------------------------------------------------------------------


def test_the_connection_fee_follows_the_population_of_the_day_of_joining() -> None:
    grown = town(4_999, joined=date(2018, 7, 1))
    grown.populations.append(Population(day=date(2018, 4, 1), inhabitants=5_000, source="SSB"))

    lines = lines_for(grown, 2018, AGREED)

    assert amounts(lines)[CONNECTION] == 4_000_000
    assert amounts(lines)[INHABITANT] == 5_000 * 150 // 2  # the a konto of who joins follows that day too
