"""A settlement becomes documents of ours: an invoice, a credit note, or a line of the next a konto, once."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import func, inspect, select

from models.database import db
from models.declare.charging import ChargeKind, VatStatus
from models.declare.clock import today
from models.declare.selfcost import Account, CostKind, Handling
from models.declare.words import Problem
from models.money import basis, invoiced, ledger, owed, runs, settled
from models.registers.billing import Charge, Supplement
from models.registers.invoices import CREDIT_NOTE, INVOICE, ChargeRun, Invoice
from models.registers.municipality import Municipality
from models.registers.settlements import LedgerEntry
from reports.language import translator
from tests.conftest import inside, municipality
from tests.support.money import acting, corrected, finish, issued, made
from tests.support.settled import COST, YEAR, documents, made_of_settlement, settle, spend
from tests.support.settled import settled as settled_now
from tests.test_charging import charging, charging_on  # noqa: F401 - fixtures
from tests.test_ehf_of_invoices import addressed, prepared
from tests.test_registers import As

ON_ACCOUNT = 44_307_300
SKIEN = (8_121_382, 8_776_500)  # share and a konto of 2018


def place(name: str) -> Municipality:
    return db.session.scalars(select(Municipality).where(Municipality.name == name)).one()


def standing(*accounts: Account) -> list[int]:
    with inside():
        return [ledger.balance(db.session, one) for one in accounts]


def as_told(one: Any) -> dict[str, Any]:
    return {key.key: getattr(one, key.key) for key in inspect(one).mapper.column_attrs}


def told(invoices: list[Invoice]) -> list[Any]:
    """What was issued, with its lines, whatever becomes of the session."""
    numbers = [one.id for one in invoices]
    with inside():
        held = [db.session.get(Invoice, number) for number in numbers]
        return [
            SimpleNamespace(
                **as_told(one), lines=[SimpleNamespace(**as_told(line)) for line in one.lines], sign=one.sign
            )
            for one in held
        ]


def named(invoices: list[Invoice]) -> dict[str, Any]:
    """The same by buyer."""
    return {one.buyer_name.removesuffix(" kommune"): one for one in told(invoices)}


@pytest.fixture
def spent(charging: Any) -> Any:  # noqa: F811
    """2018 is invoiced on account by Orden, and has cost less."""
    issued(YEAR), spend()
    return charging


@pytest.fixture
def spent_on(charging_on: Any) -> Any:  # noqa: F811
    """The same on each engine."""
    issued(YEAR), spend()
    return charging_on


# -- settled now -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("spent_on")
def test_what_is_owed_becomes_credit_notes_that_name_the_invoices_of_the_year_and_the_books_are_even() -> None:
    found = settled_now()

    assert [one.number for one in found] == list(range(23, 23 + 21))
    assert {(one.nature, one.about, one.kid, one.year) for one in found} == {(CREDIT_NOTE, "settlement", "", YEAR)}
    assert -sum(one.sign * one.gross_ore for one in found) == ON_ACCOUNT - COST
    (line,), skien = named(found)["Skien"].lines, named(found)["Skien"]
    assert (line.kind, line.quantity, line.amount_ore, line.settles_year, line.settles_number, line.handling) == (
        ChargeKind.SETTLEMENT, 1, 655_118, YEAR, 1, Handling.NOW,
    )  # fmt: skip
    assert line.formula.replace("\u00a0", " ") == "81 213,82 − 87 765,00 = -6 551,18"
    assert (line.name, len(skien.refers), len(named(found)["Midt-Telemark"].refers)) == ("Avregning av 2018", 1, 2)
    assert standing(Account.MUNICIPALITIES, Account.NEXT_YEAR) == [0, 0]
    with inside():
        assert sum(invoiced.on_account(db.session, YEAR).values()) == ON_ACCOUNT
        assert basis.charges_of(db.session, YEAR)[municipality("Skien"), ChargeKind.SETTLEMENT] == -655_118


@pytest.mark.usefixtures("charging")
def test_an_invoice_that_was_credited_is_not_named_and_the_one_in_its_place_is() -> None:
    (skien,) = [one for one in issued(YEAR) if one.buyer_name == "Skien kommune"]
    first = skien.number
    again = [one.number for one in told(corrected(skien, 10)) if one.nature != CREDIT_NOTE]
    spend()

    refers = [str(one[0]) for one in named(settled_now())["Skien"].refers]
    assert (str(first) in refers, refers) == (False, [str(one) for one in again])


@pytest.mark.usefixtures("spent")
def test_the_same_settlement_twice_makes_nothing_and_a_corrected_one_only_the_difference() -> None:
    found = settled_now()
    first = named(found)
    with pytest.raises(Problem, match="ingenting å fakturere"):
        made_of_settlement()
    spend((CostKind.OTHER, "Glemt bilag", 1_000_000, "1005"))
    assert settle(Handling.NOW) == 2

    second = named(documents(finish(made_of_settlement())))

    with inside():
        lines = {one.name: one for one in settled_lines(2)}
    assert {one.nature for one in second.values()} == {INVOICE}
    assert sum(one.gross_ore for one in second.values()) == 1_000_000
    assert second["Skien"].gross_ore - first["Skien"].gross_ore == lines["Skien"].share_ore - SKIEN[1]
    assert standing(Account.MUNICIPALITIES) == [0]


def settled_lines(number: int) -> list[Any]:
    from models.money import freezing

    return freezing.lines_of(db.session, YEAR, number)


@pytest.mark.usefixtures("spent")
def test_who_is_in_balance_gets_no_paper_and_what_was_charged_by_hand_is_not_charged_again() -> None:
    settle(Handling.NOW)
    with inside():
        outside = {"year": YEAR, "nature": ChargeKind.SETTLEMENT, "reference": "9", "invoiced_on": date(2019, 3, 1)}
        db.session.add(Charge(municipality_id=municipality("Skien"), amount_ore=-655_118, **outside))
        db.session.commit()

    found = named(documents(finish(made_of_settlement())))

    assert ("Skien" in found, len(found)) == (False, 20)
    assert standing(Account.MUNICIPALITIES) == [0]


@pytest.mark.usefixtures("spent")
def test_a_settlement_is_approved_by_another_and_faults_come_first() -> None:
    with pytest.raises(Problem, match="ikke godkjent"):
        made_of_settlement()
    settle(Handling.NOW)
    with inside():
        place("Vinje").invoice_reference = None
        db.session.commit()
    with inside():
        plan = settled.plan_of_settlement(db.session, YEAR, today())
        assert ([one.municipality.name for one in plan.hindered], len(plan.papers)) == (["Vinje"], 20)

    number = made_of_settlement()

    with acting("frida"), pytest.raises(Problem, match="kan ikke godkjenne"):
        runs.approve(db.session, number)
    with pytest.raises(Problem, match="Noen andre"):
        made_of_settlement()
    with inside():
        assert db.session.get(ChargeRun, number).settles == 1


@pytest.mark.usefixtures("spent")
def test_where_no_invoice_has_a_number_a_credit_note_names_nothing_and_waits() -> None:
    with inside():
        db.session.add(Charge(municipality_id=municipality("Skien"), year=2019, nature=ChargeKind.FIXED, amount_ore=9))
        db.session.commit()
    spend((CostKind.OTHER, "x", 4, "1"), year=2019)
    settle(Handling.NOW, 2019)

    with inside():
        plan = settled.plan_of_settlement(db.session, 2019, today())

    assert [one.hinders[0].text for one in plan.hindered] == [settled.NOTHING_TO_NAME]


# -- carried to the next year ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("spent_on")
def test_what_is_owed_is_deducted_from_the_next_a_konto_once() -> None:
    settle(Handling.NEXT)
    with pytest.raises(Problem, match="neste a konto"):
        made_of_settlement()

    found = named(issued(2020))

    skien = found["Skien"].lines[-1]
    assert (skien.kind, skien.quantity, skien.price_ore, skien.amount_ore, skien.handling) == (
        ChargeKind.SETTLEMENT, -1, 655_118, -655_118, Handling.NEXT,
    )  # fmt: skip
    assert sum(one.gross_ore for one in found.values()) == 43_739_250 - (ON_ACCOUNT - COST)
    assert not [
        line for one in named(issued(2026)).values() for line in one.lines if line.kind is ChargeKind.SETTLEMENT
    ]
    assert standing(Account.NEXT_YEAR, Account.MUNICIPALITIES) == [0, 0]
    with inside():
        assert sum(invoiced.on_account(db.session, 2020).values()) == 43_739_250


@pytest.mark.usefixtures("spent")
def test_what_is_owed_beyond_the_invoice_stays_and_is_told() -> None:
    with inside():
        db.session.add(
            Charge(municipality_id=municipality("Skien"), year=YEAR, nature=ChargeKind.FIXED, amount_ore=90_000_000)
        )
        db.session.commit()
    settle(Handling.NEXT)
    with inside():
        (skien,) = [one for one in owed.differences(db.session, today()) if one.place.name == "Skien"]
        whole = -skien.left

    first, second = (named(issued(2019, quarter))["Skien"] for quarter in (1, 2))

    assert (first.net_ore, second.net_ore) == (0, 0)
    deducted = [-one.lines[-1].amount_ore for one in (first, second)]
    assert "trekkes fra senere" in first.lines[-1].remark
    with inside():
        (skien,) = [one for one in owed.differences(db.session, today()) if one.place.name == "Skien"]
        assert -skien.left == whole - sum(deducted) > 0


@pytest.mark.usefixtures("spent")
def test_what_is_to_be_paid_is_added_and_a_new_version_moves_what_was_carried_on_the_books() -> None:
    settle(Handling.NEXT)
    issued(2020)
    spend((CostKind.OTHER, "Glemt bilag", 6_000_000, "1005"))
    settle(Handling.NOW)

    found = told(documents(finish(made_of_settlement())))

    assert (sum(one.gross_ore for one in found), {one.nature for one in found}) == (6_000_000, {INVOICE})
    assert standing(Account.NEXT_YEAR, Account.MUNICIPALITIES) == [0, 0]
    spend((CostKind.OTHER, "Refusjon", -6_000_000, "1006"))
    settle(Handling.FUND)  # what was invoiced is given back, as the fund takes it all
    back = told(documents(finish(made_of_settlement())))
    assert sum(one.sign * one.gross_ore for one in back) == -(COST + 6_000_000 - ON_ACCOUNT)
    assert standing(Account.NEXT_YEAR, Account.MUNICIPALITIES, Account.SELF_COST_FUND)[:2] == [0, 0]


@pytest.mark.usefixtures("spent")
def test_an_invoice_that_is_corrected_carries_the_same_again_and_nothing_twice() -> None:
    settle(Handling.NEXT)
    old = named(issued(2020))["Tinn"]
    with inside():
        tinn = place("Tinn")
        next(one for one in tinn.populations if one.day == date(2020, 1, 1)).inhabitants = 7_000
        db.session.commit()

    with acting("frida"):
        number = runs.make_correction(db.session, db.session.get(Invoice, old.id)).id
    note, new = told(documents(finish(number)))

    assert (note.gross_ore, note.lines[-1].amount_ore) == (old.gross_ore, old.lines[-1].amount_ore)
    assert (new.lines[-1].amount_ore, new.lines[-1].name) == (old.lines[-1].amount_ore, "Avregning av 2018")
    assert standing(Account.NEXT_YEAR) == [0]


@pytest.mark.usefixtures("spent")
def test_two_runs_that_are_approved_do_not_carry_the_same() -> None:
    settle(Handling.NEXT)
    first, second = made(2019), made(2020)
    for one in (first, second):
        with acting("per"):
            runs.approve(db.session, one)
    with acting("frida"):
        runs.issue(db.session, first, translator)

    with acting("frida"), pytest.raises(Problem, match="endret siden"):
        runs.issue(db.session, second, translator)


# -- supplements -------------------------------------------------------------------------------------------------------


def add(ore: int = 1_234_550, year: int = 2019, name: str = "Tinn") -> int:
    with inside(name):
        row = Supplement(year=year, name="Opplæring i Rjukan", amount_ore=ore, basis="Bestilt 3. mai")
        db.session.add(row)
        db.session.commit()
        return row.id


@pytest.mark.usefixtures("spent_on")
def test_a_supplement_comes_with_the_next_run_once_and_is_locked_then() -> None:
    number = add()

    tinn = named(issued(2019))["Tinn"]

    assert [(one.kind, one.name, one.amount_ore) for one in tinn.lines[2:]] == [
        (ChargeKind.SUPPLEMENT, "Tillegg 2019: Opplæring i Rjukan", 1_234_550)
    ]
    assert standing(Account.SUPPLEMENTS) == [-1_234_550]
    with pytest.raises(Problem, match="ingenting å fakturere"):
        made(2019)
    with inside("Tinn"):
        db.session.get(Supplement, number).amount_ore = 1
        with pytest.raises(Problem, match="står på en faktura"):
            db.session.commit()
        db.session.rollback()
        db.session.delete(db.session.get(Supplement, number))
        with pytest.raises(Problem, match="står på en faktura"):
            db.session.commit()
        db.session.rollback()


@pytest.mark.usefixtures("spent")
def test_where_the_year_is_invoiced_a_supplement_is_an_invoice_of_its_own_and_is_credited_when_it_is_dropped() -> None:
    issued(2019)
    number = add()

    (alone,) = issued(2019)

    assert (alone.about, alone.gross_ore, [one.supplement_id for one in alone.lines]) == (
        "supplement", 1_234_550, [number],
    )  # fmt: skip
    with acting("frida"), pytest.raises(Problem, match="ikke endret noe"):
        runs.make_correction(db.session, db.session.get(Invoice, alone.id))
    with inside("Tinn"):
        db.session.get(Supplement, number).dropped = True
        db.session.commit()
    with acting("frida"):
        correction = runs.make_correction(db.session, db.session.get(Invoice, alone.id)).id
    assert [(one.nature, one.gross_ore) for one in documents(finish(correction))] == [(CREDIT_NOTE, 1_234_550)]
    assert standing(Account.SUPPLEMENTS) == [0]
    with pytest.raises(Problem, match="ingenting å fakturere"):
        made(2019)


# -- as papers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vat", [VatStatus.OUTSIDE, VatStatus.STANDARD])
@pytest.mark.usefixtures("spent")
def test_every_document_of_them_keeps_to_the_rules_of_ehf(vat: VatStatus) -> None:
    addressed(vat)
    credited = settled_now()
    spend((CostKind.OTHER, "Glemt bilag", 1_000_000, "1005"))
    settle(Handling.NEXT)
    add()
    carried = issued(2019)
    spend((CostKind.OTHER, "x", 1_000_000, "1006"))
    settle(Handling.NOW)
    more = documents(finish(made_of_settlement()))
    ready = prepared([*credited, *carried, *more])

    assert [(one.name, one.faults, one.findings) for one in ready if one.faults or one.findings] == []
    first = etree.fromstring(ready[[one.buyer_name for one in credited].index("Midt-Telemark kommune")].document)
    assert len(first.findall(".//{*}BillingReference")) == 2
    assert {etree.QName(etree.fromstring(one.document)).localname for one in ready[21:]} == {"Invoice"}


@pytest.mark.usefixtures("spent")
def test_the_pages_play_it_and_each_sees_its_own(as_: As) -> None:
    from tests.test_charging_pages import said

    settle(Handling.NOW)
    frida = as_("frida")
    look = said(frida.get(f"/invoicing/settlement/{YEAR}/"))
    made_it = frida.post(f"/invoicing/settlement/{YEAR}/")
    page = made_it.headers["Location"]
    assert as_("per").post(f"{page}approve/").status_code == 303
    frida = as_("frida")
    done = said(frida.get(frida.post(f"{page}issue/").headers["Location"]))
    index = said(frida.get("/invoicing/"))
    with inside():
        tinn = db.session.scalars(select(Invoice.id).where(Invoice.buyer_name == "Tinn kommune", Invoice.number > 22))
        number = tinn.one()
    own = as_("tone")

    assert "Til sammen -kr 33 073,00" in look or "Til sammen kr -33 073,00" in look
    assert (made_it.status_code, "Kreditnota 23" in done) == (303, True)
    assert "Fakturering av avregningen for 2018, versjon 1" in done
    assert "Avregningen for 2018 Alt er fakturert." in index
    assert "Avregning av 2018" in said(own.get(f"/invoices/{number}/"))
    assert as_("kari").get(f"/invoicing/settlement/{YEAR}/").status_code == 403
    with inside():
        other = db.session.scalars(
            select(Invoice.id).where(Invoice.buyer_name == "Seljord kommune", Invoice.number > 22)
        )
        seljord = other.one()
    assert as_("tone").get(f"/invoices/{seljord}/").status_code == 404
    assert frida.get("/invoicing/settlement/99999999999999999999/").status_code in {404, 422, 200}


@pytest.mark.usefixtures("spent")
def test_the_books_sum_to_zero_whatever_was_settled() -> None:
    settle(Handling.NEXT), issued(2019), add(year=2020), issued(2020)

    with inside():
        accounts = list(Account)
        assert sum(ledger.balance(db.session, one) for one in accounts) == 0
        assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) > 22
