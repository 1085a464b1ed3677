"""Shares of actual cost: the worked examples to the øre, and what holds of every settlement there can be."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.declare.selfcost import Handling, SettlementKey
from models.declare.words import Problem
from models.money import settling
from models.money.settling import Party, largest_remainder, settled, shares
from models.seed.facts import read_csv

A, B = SettlementKey.ON_ACCOUNT, SettlementKey.INHABITANTS
FIXED, EACH = 600_000, 150
FOUNDED = date(2018, 1, 1)


def party(place: int, inhabitants: int, number: str | None = None) -> Party:
    paid = FIXED + EACH * inhabitants
    return Party(place, f"Kommune {place}", number or f"9{place:08}", paid, FIXED, inhabitants * 12)


def founders() -> list[Party]:
    """The 22 of 2018, with the population the handbook has."""
    places = {row["key"]: row for row in read_csv("municipalities.csv") if row["founder"] in {"1", "True"}}
    found = {
        row["key"]: int(row["population"]) for row in read_csv("populations.csv") if row["date"] == FOUNDED.isoformat()
    }
    return [
        Party(
            n, row["name"], row["organisation_number"], FIXED + EACH * found[key], FIXED, found[key] * 12,
        )
        for n, (key, row) in enumerate(places.items())
        if row["joined"] == FOUNDED.isoformat()
    ]  # fmt: skip


NAMED = ("Skien", "Kongsberg", "Notodden", "Bø", "Rollag", "Fyresdal")


@pytest.mark.parametrize(
    ("key", "cost", "told", "owed"),
    [
        (A, 41_000_000, [8_121_382, 4_359_812, 2_313_018, 1_451_883, 751_065, 738_434],
         [-655_118, -351_688, -186_582, -117_117, -60_585, -59_566]),
        (A, 48_650_000, [9_636_713, 5_173_289, 2_744_594, 1_722_783, 891_202, 876_214],
         [860_213, 461_789, 244_994, 153_783, 79_552, 78_214]),
        (B, 41_000_000, [7_907_182, 4_274_369, 2_297_636, 1_465_977, 789_147, 776_949], None),
    ],
)  # fmt: skip
def test_the_22_founders_are_settled_to_the_ore(key: Any, cost: int, told: list[int], owed: list[int] | None) -> None:
    lines = {one.name: one for one in settled(key, Handling.NOW, cost, founders())}

    assert [lines[name].share for name in NAMED] == told
    assert owed is None or [lines[name].difference for name in NAMED] == owed
    assert (len(lines), sum(one.on_account for one in lines.values())) == (22, 44_307_300)
    assert sum(one.share for one in lines.values()) == cost
    assert sum(one.difference for one in lines.values()) == cost - 44_307_300


@pytest.mark.parametrize(
    ("cost", "told"),
    [
        (8_000_000, [1_180_197, 1_180_328, 1_836_065, 3_803_410]),
        (9_500_000, [1_401_484, 1_401_639, 2_180_328, 4_516_549]),
        (10_000_000, [1_475_246, 1_475_410, 2_295_082, 4_754_262]),
    ],
)
def test_the_four_of_the_handbook(cost: int, told: list[int]) -> None:
    four = [party(n, inhabitants) for n, inhabitants in enumerate((4_999, 5_000, 10_000, 25_001))]

    assert [one.on_account for one in four] == [1_349_850, 1_350_000, 2_100_000, 4_350_150]
    assert list(shares(A, cost, four).values()) == told


# -- what holds of all -------------------------------------------------------------------------------------------------

NUMBERS = st.one_of(st.none(), st.integers(800_000_000, 999_999_999).map(str))
PARTIES = st.lists(
    st.tuples(st.integers(0, 10**9), st.integers(0, 10**6), NUMBERS), min_size=1, max_size=30
).map(
    lambda told: [Party(n, str(n), number, paid, FIXED, weight) for n, (paid, weight, number) in enumerate(told)]
)  # fmt: skip
COSTS = st.integers(-(10**12), 10**12)


@given(PARTIES, COSTS)
def test_shares_sum_to_the_cost_and_differences_to_what_is_left(parties: list[Party], cost: int) -> None:
    for key in SettlementKey:
        weights = sum(one.on_account if key is A else one.weight for one in parties)
        if not weights or (key is B and cost < FIXED * len(parties)):
            continue
        lines = settled(key, Handling.NOW, cost, parties)

        assert sum(one.share for one in lines) == cost
        assert sum(one.difference for one in lines) == cost - sum(one.on_account for one in parties)
        assert {type(one.share) for one in lines} == {int}


@given(PARTIES, COSTS, st.randoms())
def test_no_share_changes_when_municipalities_stand_in_another_order(
    parties: list[Party], cost: int, chance: random.Random
) -> None:
    moved = parties[:]
    chance.shuffle(moved)

    assert shares(A, cost, moved) == shares(A, cost, parties)
    assert settled(A, Handling.NOW, cost, moved) == settled(A, Handling.NOW, cost, parties)


@given(PARTIES, COSTS)
def test_each_gets_its_part_within_an_ore(parties: list[Party], cost: int) -> None:
    whole = sum(one.on_account for one in parties)
    told = shares(A, cost, parties)

    assert all(abs(told[one.place] * whole - cost * one.on_account) < max(whole, 1) for one in parties if whole)


def test_one_member_bears_it_all_and_nothing_is_shared_by_nothing() -> None:
    assert shares(A, 12_345, [party(1, 100)]) == {1: 12_345}
    assert shares(A, 0, [party(1, 100), party(2, 200)]) == {1: 0, 2: 0}
    assert shares(A, -3, [party(1, 100), party(2, 100)]) == {1: -1, 2: -2}
    assert largest_remainder(5, [party(1, 0)], [0]) == {1: 0}


def test_among_equals_the_lowest_organisation_number_gets_the_odd_ore_and_who_has_none_is_last() -> None:
    equal = [party(1, 10, "983333333"), party(2, 10, "911111111"), Party(4, "x", None, 1), Party(3, "x", None, 1)]
    alike = [Party(one.place, one.name, one.organisation_number, 1) for one in equal]

    assert [largest_remainder(extra, alike, [1] * 4) for extra in (1, 2, 3)] == [
        {1: 0, 2: 1, 4: 0, 3: 0},
        {1: 1, 2: 1, 4: 0, 3: 0},
        {1: 1, 2: 1, 4: 0, 3: 1},
    ]
    assert [one.place for one in settled(A, Handling.NOW, 4, alike)] == [2, 1, 3, 4]


def test_key_b_is_refused_when_the_cost_is_lower_than_the_fixed_parts_and_says_why() -> None:
    two = [party(1, 100), party(2, 300)]

    assert shares(B, 1_200_000, two) == {1: 600_000, 2: 600_000}
    with pytest.raises(Problem) as refused:
        shares(B, 1_199_999, two)
    assert refused.value.text == settling.TOO_LOW
    assert refused.value.params == {"cost": "11\u00a0999,99", "fixed": "12\u00a0000,00"}
