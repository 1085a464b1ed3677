"""Runs of invoices: what they come to, who may let them go, and what is kept of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.charging import ChargeKind, PartyRole, VatStatus
from models.declare.choices import PriceKind
from models.declare.words import Problem
from models.money import basis, papers, runs
from models.money.papers import Plan
from models.registers.billing import Charge, Price
from models.registers.invoices import CREDIT_NOTE, INVOICE, ChargeRun, Invoice
from models.registers.municipality import Municipality, Population
from models.registers.parties import Party
from reports.language import translator
from tests.conftest import inside, municipality
from tests.support.money import acting, finish, issued, made, ready

YEARS = {2018: 44_307_300, 2019: 44_304_000, 2020: 43_739_250, 2026: 44_668_950}


def _begin() -> None:
    with inside():
        for one in db.session.scalars(select(Charge)):
            db.session.delete(one)
        db.session.commit()
    ready()


@pytest.fixture
def charging(app: Any) -> Any:
    """All is said that an invoice needs, and nothing was charged before."""
    _begin()
    return app


@pytest.fixture
def charging_on(engine_app: Any) -> Any:
    """The same on each engine."""
    _begin()
    return engine_app


def plan(year: int, quarter: int = 0) -> Plan:
    return basis.plan_for(db.session, year, quarter, date(2026, 11, 30))


def place(name: str) -> Municipality:
    return db.session.scalars(select(Municipality).where(Municipality.name == name)).one()


# -- what a run comes to -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("charging")
@pytest.mark.parametrize(("year", "ore"), YEARS.items())
def test_a_year_comes_to_what_the_agreement_says_to_the_ore(year: int, ore: int) -> None:
    with inside():
        found = plan(year)

    assert (found.total_ore, len(found.hindered), found.hinders) == (ore, 0, ())


@pytest.mark.usefixtures("charging")
def test_22_founders_are_invoiced_in_one_run_numbered_from_one() -> None:
    found = issued(2018)

    assert [one.number for one in found] == list(range(1, 23))
    assert (len(found), sum(one.gross_ore for one in found)) == (22, YEARS[2018])
    assert all(sum(line.amount_ore for line in one.lines) == one.net_ore for one in found)


@pytest.mark.usefixtures("charging")
def test_four_quarters_are_the_year_to_the_ore() -> None:
    with inside():
        found = [plan(2018, quarter) for quarter in (1, 2, 3, 4)]

    assert sum(one.total_ore for one in found) == YEARS[2018]


@pytest.mark.usefixtures("charging")
def test_an_invoice_holds_all_that_was_true_on_its_day() -> None:
    (first, *_) = [one for one in issued(2018) if one.buyer_name == "Rollag kommune"]

    assert (first.buyer_organisation_number, first.buyer_reference, first.seller_name) == (
        "964963282", "REF-Rollag", "Kongsbergregionen",
    )  # fmt: skip
    assert [(one.kind, one.quantity, one.price_ore, one.amount_ore, one.inhabitants) for one in first.lines] == [
        (ChargeKind.FIXED, 1, 600_000, 600_000, 1_411), (ChargeKind.INHABITANT, 1_411, 150, 211_650, 1_411),
    ]  # fmt: skip
    assert {one.counted_on for one in first.lines} == {date(2018, 1, 1)}
    assert first.lines[1].formula == "1\u00a0411 × 1,50 = 2\u00a0116,50"
    assert "Grunnlegger" in first.note
    assert (first.vat_category, first.vat_percent, first.vat_ore) == ("O", 0, 0)
    assert first.kid[:-1] == f"{first.number:07d}"
    assert (first.due_on - first.issued_on).days == 30


def test_vat_follows_the_issuer_and_is_reckoned_of_the_whole(charging: Any) -> None:
    ready(VatStatus.STANDARD)

    found = issued(2018)

    assert {(one.vat_category, one.vat_percent, one.vat_reason) for one in found} == {("S", 25, "")}
    assert all(one.vat_ore == (one.net_ore * 25 + 50) // 100 for one in found)


@pytest.mark.usefixtures("charging")
def test_the_order_of_municipalities_changes_nothing() -> None:
    with inside():
        found = plan(2018)
        backwards = Plan(found.papers[::-1], (), 0, found.issuer, ())

        assert (backwards.digest, backwards.total_ore) == (found.digest, found.total_ore)


@pytest.mark.usefixtures("charging")
def test_no_run_changes_another() -> None:
    before = [(one.number, one.buyer_name, one.gross_ore) for one in issued(2018)]

    issued(2019)

    with inside():
        kept = db.session.scalars(select(Invoice).where(Invoice.year == 2018).order_by(Invoice.number))
        assert [(one.number, one.buyer_name, one.gross_ore) for one in kept] == before
        assert sorted(db.session.scalars(select(Invoice.number))) == list(range(1, 45))


# -- what hinders ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("charging")
def test_who_has_no_reference_is_told_first_and_left_out_until_it_has() -> None:
    with inside():
        place("Tinn").invoice_reference = None
        db.session.commit()
    with inside():
        found = plan(2018)
        assert [(one.municipality.name, one.hinders[0].text) for one in found.hindered] == [
            ("Tinn", papers.NO_REFERENCE)
        ]
    assert len(issued(2018)) == 21

    ready()

    assert [(one.buyer_name, one.number) for one in issued(2018)] == [("Tinn kommune", 22)]


@pytest.mark.usefixtures("charging")
def test_a_year_without_its_own_population_is_preliminary_and_no_run() -> None:
    with inside():
        found = plan(2027)

        assert (len(found.papers), len(found.hindered)) == (0, 21)
        assert found.hindered[0].net_ore > 0
        assert "Foreløpig" in found.hindered[0].hinders[0].text
    with pytest.raises(Problem, match="ingenting å fakturere"):
        made(2027)


@pytest.mark.usefixtures("charging")
def test_a_price_that_changes_inside_the_period_is_told_and_not_charged_across() -> None:
    with inside():
        for one in db.session.scalars(select(Price).where(Price.nature == PriceKind.FIXED)):
            one.valid_to = date(2026, 7, 1)
        db.session.add(Price(nature=PriceKind.FIXED, amount_ore=700_000, valid_from=date(2026, 7, 1)))
        db.session.commit()
    with inside():
        year, third = plan(2026), plan(2026, 3)

        assert (len(year.papers), len(year.hindered), len(third.hindered)) == (0, 21, 0)
        assert {line.price_ore for one in third.papers for line in one.lines if line.kind is PriceKind.FIXED} == {
            700_000
        }


@pytest.mark.usefixtures("charging")
@pytest.mark.parametrize("key", ["organisation_number", "account", "vat"])
def test_an_issuer_that_lacks_something_hinders_the_whole(key: str) -> None:
    with inside():
        setattr(db.session.scalars(select(Party).where(Party.role == PartyRole.ISSUER)).one(), key, None)
        db.session.commit()

    with pytest.raises(Problem, match="Parter"):
        made(2018)


@pytest.mark.usefixtures("charging")
def test_what_was_charged_outside_orden_is_not_charged_again() -> None:
    with inside("Tinn"):
        db.session.add(Charge(year=2018, nature=ChargeKind.FIXED, amount_ore=600_000))
        db.session.commit()

    found = {one.buyer_name: one for one in issued(2018)}

    assert [one.kind for one in found["Tinn kommune"].lines] == [ChargeKind.INHABITANT]
    assert sum(one.net_ore for one in found.values()) == YEARS[2018] - 600_000


@pytest.mark.usefixtures("charging")
def test_a_year_is_not_invoiced_both_whole_and_in_quarters() -> None:
    issued(2018, 1)

    with pytest.raises(Problem, match="kan ikke blandes"):
        made(2018)


# -- two people --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("charging")
def test_nobody_approves_a_run_of_their_own() -> None:
    number = made(2018)

    with acting("frida"), pytest.raises(Problem, match="kan ikke godkjenne"):
        runs.approve(db.session, number)
    with acting("frida"), pytest.raises(Problem):
        runs.issue(db.session, number, translator)
    with inside():
        assert (db.session.get(ChargeRun, number).state, db.session.scalars(select(Invoice)).all()) == ("draft", [])


@pytest.mark.usefixtures("charging")
def test_who_makes_it_anew_cannot_approve_it_either() -> None:
    number = made(2018)
    with acting("per"):
        runs.make_anew(db.session, number)

    with acting("per"), pytest.raises(Problem, match="kan ikke godkjenne"):
        runs.approve(db.session, number)


@pytest.mark.usefixtures("charging")
def test_what_has_changed_since_it_was_made_is_not_approved_nor_issued_as_it_was() -> None:
    number, said = made(2018), "endret siden"
    with inside():
        place("Tinn").populations[0].inhabitants += 0
        next(one for one in place("Tinn").populations if one.day == date(2018, 1, 1)).inhabitants = 5_000
        db.session.commit()

    with acting("per"), pytest.raises(Problem, match=said):
        runs.approve(db.session, number)
    with acting("frida"):
        runs.make_anew(db.session, number)
    with acting("per"):
        runs.approve(db.session, number)
    with inside():
        place("Tinn").invoice_reference = "En annen"
        db.session.commit()
    with acting("frida"), pytest.raises(Problem, match=said):
        runs.issue(db.session, number, translator)


@pytest.mark.usefixtures("charging_on")
def test_two_who_begin_the_same_are_told_and_only_one_is_made() -> None:
    made(2018)

    with acting("per"), pytest.raises(Problem, match="Noen andre"):
        runs.make(db.session, 2018)
    db.session.rollback()
    with inside():
        assert len(db.session.scalars(select(ChargeRun)).all()) == 1


@pytest.mark.usefixtures("charging")
def test_the_same_run_twice_makes_nothing_new() -> None:
    issued(2018)

    with pytest.raises(Problem, match="ingenting å fakturere"):
        made(2018)
    with acting("frida"), pytest.raises(Problem, match="ikke lenger"):
        runs.issue(db.session, 1, translator)


# -- correcting --------------------------------------------------------------------------------------------------------


def corrected(invoice: Invoice) -> int:
    with acting("frida"):
        return runs.make_correction(db.session, db.session.get(Invoice, invoice.id)).id


@pytest.mark.usefixtures("charging_on")
def test_a_population_that_was_wrong_becomes_a_credit_note_and_a_new_invoice() -> None:
    old = next(one for one in issued(2018) if one.buyer_name == "Tinn kommune")
    number, was = old.id, old.gross_ore
    with inside():
        next(one for one in place("Tinn").populations if one.day == date(2018, 1, 1)).inhabitants = 5_000
        db.session.commit()
    with inside():
        assert db.session.get(Invoice, number).gross_ore == was
        note, new = basis.plan_of_correction(db.session, db.session.get(Invoice, number), date(2026, 11, 30)).papers
        assert (note.signed_ore, new.signed_ore) == (-was, 600_000 + 5_000 * 150)

    run = corrected(old)
    with acting("frida"), pytest.raises(Problem, match="kan ikke godkjenne"):
        runs.approve(db.session, run)
    with acting("per"):
        runs.approve(db.session, run)
    with acting("frida"):
        runs.issue(db.session, run, translator)

    with inside():
        note, new = db.session.scalars(select(Invoice).where(Invoice.run_id == run).order_by(Invoice.number))
        assert (note.nature, note.credits_id, note.credits_number, note.gross_ore, note.number) == (
            CREDIT_NOTE, number, old.number, was, 23,
        )  # fmt: skip
        assert (new.nature, new.replaces_id, new.gross_ore, new.number) == (INVOICE, number, 1_350_000, 24)
        assert basis.charges_of(db.session, 2018)[municipality("Tinn"), ChargeKind.INHABITANT] == 750_000


@pytest.mark.usefixtures("charging")
def test_a_correction_that_changes_nothing_is_refused_and_none_is_made_twice() -> None:
    (first, *_) = issued(2018)
    with pytest.raises(Problem, match="ikke endret noe"):
        corrected(first)
    with inside():
        one = place(first.buyer_name.removesuffix(" kommune"))
        one.populations.append(Population(day=date(2017, 12, 31), inhabitants=1, source="x"))
        next(figure for figure in one.populations if figure.day == date(2018, 1, 1)).inhabitants = 7
        db.session.commit()

    finish(corrected(first))

    with pytest.raises(Problem, match="rettet før"):
        corrected(first)
    with pytest.raises(Problem, match="ingenting å fakturere"):
        made(2018)
