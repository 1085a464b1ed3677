"""What holds of whatever is owed: documents are the differences, nothing is used twice, and nothing else is changed."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models.database import db
from models.declare.clock import today
from models.declare.selfcost import Account, CostKind, Handling, SettlementKey
from models.declare.words import Problem
from models.money import invoiced, ledger, owed, settled
from models.money.owed import Difference
from models.money.papers import Plan
from models.money.settling import settled as shared
from models.registers.invoices import CREDIT_NOTE, Invoice, InvoiceLine
from models.registers.municipality import Municipality
from tests.conftest import inside
from tests.support.money import finish, issued, made
from tests.support.settled import YEAR, made_of_settlement, settle, spend
from tests.test_charging import charging  # noqa: F401 - a fixture
from tests.test_settling import party

NAMED = (("7", "2026-01-05"),)
sizes = st.lists(st.integers(1, 60_000), min_size=1, max_size=25)


def differences(cost: int, people: list[int], handling: Handling, before: list[int]) -> list[Difference]:
    """A year that is settled with municipalities of some sizes, of which something is invoiced before."""
    lines = shared(SettlementKey.ON_ACCOUNT, handling, cost, [party(n, size) for n, size in enumerate(people, 1)])
    made_up = {one.place: Municipality(id=one.place, name=one.name, organisation_number="1") for one in lines}
    invoiced_before = [*before, *[0] * len(lines)]
    return [
        Difference(
            made_up[one.place], 2018, 1, one.handling, one.handling, one.share, one.on_account, invoiced_before[n]
        )
        for n, one in enumerate(lines)
    ]


@given(st.integers(0, 10**9), sizes, st.lists(st.integers(-(10**7), 10**7), max_size=25), st.randoms())
def test_the_documents_come_to_the_differences_whatever_the_order(
    cost: int, people: list[int], before: list[int], chance: random.Random
) -> None:
    found = [one for one in differences(cost, people, Handling.NOW, before) if one.left]

    papers = [settled._of_difference(one, NAMED) for one in found]
    mixed = chance.sample(papers, len(papers))

    assert sum(one.signed_ore for one in papers) == sum(one.left for one in found)
    assert all(one.net_ore > 0 and (one.nature == CREDIT_NOTE) == bool(one.refers) for one in papers)
    assert Plan(papers, [], 0, None, ()).digest == Plan(mixed, [], 0, None, ()).digest


@given(
    st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=4),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=9),
)
def test_what_is_carried_is_used_exactly_once_however_small_the_invoices_are(
    lefts: list[int], rooms: list[int]
) -> None:
    place, used = Municipality(id=1, name="x"), dict.fromkeys(range(len(lefts)), 0)

    def left() -> list[Difference]:
        some = (
            Difference(place, 2000 + n, 1, Handling.NEXT, Handling.NEXT, share=ore, invoiced=used[n])
            for n, ore in enumerate(lefts)
        )
        return [one for one in some if one.left]

    for room in [*rooms, 10**8]:
        lines = owed.carried(left(), room)
        assert room + sum(line.charged for line in lines) >= 0
        for line in lines:
            assert line.settles is not None
            assert (line.price_ore >= 0, line.quantity * line.price_ore) == (True, line.charged)
            used[line.settles[0] - 2000] += line.charged
    assert list(used.values()) == lefts


QUARTERS = iter([(year, quarter) for year in (2020, 2026) for quarter in (1, 2, 3, 4)])


@pytest.fixture
def spent(charging: Any) -> Any:  # noqa: F811
    global QUARTERS  # noqa: PLW0603 - a world of its own has all of them
    QUARTERS = iter([(year, quarter) for year in (2020, 2026) for quarter in (1, 2, 3, 4)])
    issued(YEAR), spend()
    return charging


def everything() -> dict[int, tuple[Any, ...]]:
    with inside():
        found = {one.id: (one.number, one.buyer_name, one.gross_ore) for one in db.session.scalars(select(Invoice))}
        for line in db.session.scalars(select(InvoiceLine).order_by(InvoiceLine.id)):
            found[line.invoice_id] += ((line.kind, line.quantity, line.amount_ore, line.formula),)
        return found


EVERY_WAY = [(Handling.NEXT, 1_000_000), (Handling.NOW, 500_000), (Handling.FUND, -9_000_000), (Handling.NEXT, 7)]


@example(steps=EVERY_WAY)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(Handling), st.integers(-3_000_000, 3_000_000)), min_size=1, max_size=2))
def test_whatever_versions_come_each_is_invoiced_once_and_no_run_changes_another(
    spent: Any, steps: list[tuple[Handling, int]]
) -> None:
    for handling, ore in steps:
        before = everything()
        spend((CostKind.OTHER, "Glemt bilag", ore or 1, "1005"))
        try:
            settle(handling)
        except Problem:  # the fund does not cover it, or more is taken out of it
            assert steps != EVERY_WAY
            continue
        if handling is Handling.NEXT and (period := next(QUARTERS, None)):
            finish(made(*period))
        elif handling is not Handling.NEXT:
            with suppress(Problem):  # nothing is left
                finish(made_of_settlement())
        after = everything()
        with inside():
            known = owed.differences(db.session, today())
            waiting = sum(one.left for one in known if one.handling is Handling.NEXT)
            assert [one.left for one in known if one.handling is Handling.NOW and one.left] == []
            assert sum(one.invoiced for one in known) == sum(one.wanted for one in known) - waiting
            assert (
                ledger.balance(db.session, Account.MUNICIPALITIES) + ledger.balance(db.session, Account.NEXT_YEAR)
                == waiting
            )
            assert sum(ledger.balance(db.session, one) for one in Account) == 0
            assert sum(invoiced.on_account(db.session, YEAR).values()) == 44_307_300
        assert {number: after[number] for number in before} == before
        assert sorted(one[0] for one in after.values()) == list(range(1, len(after) + 1))
