"""The pages of self-cost: a year is drafted by one, approved by another and frozen; each sees what it may."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.clock import today
from models.declare.numbers import kroner
from models.declare.selfcost import Account, CostKind, Handling, SettlementKey, Source
from models.money import freezing, fund, ledger, settling, telling
from models.registers.selfcost import Cost
from models.registers.settlements import LedgerEntry, Settlement, SettlementDraft, SettlementLine
from tests.conftest import inside, municipality
from tests.support.settled import COST, YEAR, invoice, spend
from tests.test_registers import As

MOST_FOR_A_PAGE = 12
PAGE = f"/settlements/{YEAR}/"
NOW = {"key": "on_account", "handling": "now"}


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    return found[1] if found else ""


def stamped(year: int = YEAR) -> str:
    """By what the figures of today are known, for who posts them without being shown the button."""
    with inside():
        told = settling.figures(db.session, year, SettlementKey.ON_ACCOUNT, Handling.NOW, today())
        return freezing.stamp(told)


def told_of(answer: Any) -> str:
    """What the page says that went wrong."""
    found = re.search(r'role="alert"[^>]*>(.*?)</div>', answer.text, re.DOTALL)
    return bare(found[1]).strip() if found else ""


def frozen(as_: As, **chosen: str) -> None:
    """Frida makes the draft, and Per approves it."""
    assert as_("frida").post(PAGE, data={**NOW, **chosen}).status_code == 303
    per = as_("per")
    answer = per.post(f"{PAGE}approve/", data={"seen": seen(per.get(PAGE).text)})
    assert answer.status_code == 303, answer.text


def bare(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page)).replace("\u00a0", " ")


def test_a_year_is_drafted_by_one_approved_by_another_and_frozen_to_the_ore(as_on: As) -> None:
    invoice(), spend()

    frozen(as_on)

    page = bare(as_on("per").get(f"{PAGE}versions/1/").text)
    assert "Skien Til gode kr 6 551,18 kr 81 213,82 kr 87 765,00" in page
    assert "Sum Til gode kr 33 073,00 kr 410 000,00 kr 443 073,00" in page
    assert (
        "Representantskapet 1004 kr 15 000,00 Selvkostforskriften § 4: eierorganer er ikke en del av selvkost." in page
    )
    with inside():
        lines = freezing.lines_of(db.session, YEAR, 1)
        assert (len(lines), sum(one.share_ore for one in lines)) == (21, COST)
        assert [(one.name, one.covers) for one in lines if one.covers] == [("Midt-Telemark", ["Bø", "Sauherad"])]
        assert db.session.scalars(select(SettlementDraft)).all() == []
        entry = db.session.scalars(select(LedgerEntry).where(LedgerEntry.source == Source.SETTLEMENT)).one()
        assert (entry.debit, entry.credit, entry.amount_ore) == (Account.RESULT, Account.MUNICIPALITIES, 3_307_300)


def test_nobody_approves_their_own_draft_nor_a_cost_they_changed_since(as_: As) -> None:
    invoice(), spend()
    per, frida = as_("per"), as_("frida")
    per.post(PAGE, data=NOW)

    own = per.post(f"{PAGE}approve/", data={"seen": stamped()})
    assert (own.status_code, told_of(own)) == (422, freezing.OWN)

    with inside():
        row = db.session.scalars(select(Cost).order_by(Cost.id)).first()
    form = {"year": "2018", "nature": "operation", "name": "Drift", "amount_ore": "250 000", "attributable": "y"}
    assert frida.post(f"/self-cost/edit/?id={row.id}", data={**form, "version": "1"}).status_code in {302, 303}
    changed = frida.post(f"{PAGE}approve/", data={"seen": stamped()})
    assert (changed.status_code, told_of(changed)) == (422, freezing.OWN_COST)
    with inside():
        assert db.session.scalars(select(Settlement)).all() == []


def test_what_changed_since_it_was_seen_is_not_approved(as_: As) -> None:
    invoice(), spend()
    as_("frida").post(PAGE, data=NOW)
    per = as_("per")
    stamp = seen(per.get(PAGE).text)
    spend((CostKind.OTHER, "Kom sent", 100, "1005"))

    answer = per.post(f"{PAGE}approve/", data={"seen": stamp})

    assert (answer.status_code, "Tallene er endret" in answer.text) == (422, True)
    with inside():
        assert db.session.scalars(select(SettlementLine)).all() == []


def test_a_year_that_is_not_over_is_not_settled(as_: As) -> None:
    year = today().year
    invoice(year), spend(year=year)
    as_("frida").post(f"/settlements/{year}/", data=NOW)

    answer = as_("per").post(f"/settlements/{year}/approve/", data={"seen": stamped(year)})

    assert (answer.status_code, told_of(answer)) == (422, freezing.NOT_OVER % {"year": year})
    with inside():
        assert db.session.scalars(select(Settlement)).all() == []


def test_a_correction_is_a_new_version_that_refers_to_the_old_and_takes_its_entries_back(as_: As) -> None:
    invoice(), spend()
    frozen(as_)
    spend((CostKind.OTHER, "Glemt bilag", 1_000_000, "1005"))

    page = as_("frida").get(PAGE).text
    without = as_("frida").post(PAGE, data=NOW)
    frozen(as_, reason="Et bilag var glemt.", handling="next")

    assert "Kostnadene, eller det som er betalt a konto, er endret etter at dette ble frosset" in page
    assert (without.status_code, "Skriv hvorfor avregningen rettes" in without.text) == (422, True)
    assert "kr 33 073,00 kr 410 000,00 kr 443 073,00" in bare(as_("per").get(f"{PAGE}versions/1/").text)
    assert "Den retter versjon 1: Et bilag var glemt." in bare(as_("per").get(f"{PAGE}versions/2/").text)
    with inside():
        told = [(one.debit, one.credit, one.amount_ore, one.reverses) for one in ledger.entries(db.session)[1:]]
        assert [one[:3] for one in told] == [
            (Account.RESULT, Account.MUNICIPALITIES, 3_307_300),
            (Account.MUNICIPALITIES, Account.RESULT, 3_307_300),
            (Account.RESULT, Account.NEXT_YEAR, 2_307_300),
        ]
        assert ledger.balance(db.session, Account.MUNICIPALITIES) == 0
        assert freezing.newest(db.session, YEAR).corrects == 1


def test_a_municipality_sees_its_own_line_and_no_other(as_: As) -> None:
    invoice(), spend()
    frozen(as_)

    page = as_("tone").get("/settlements/").text

    with inside():
        others = [one for one in freezing.lines_of(db.session, YEAR, 1) if one.municipality_id != municipality("Tinn")]
        mine = next(one for one in freezing.lines_of(db.session, YEAR, 1) if one not in others)
    assert kroner(mine.share_ore) in page
    assert [one.name for one in others if f"<h2>{one.name}" in page or kroner(one.share_ore) in page] == []
    assert [as_("tone").get(one).status_code for one in (PAGE, f"{PAGE}versions/1/", "/settlements/funds/")] == [
        403
    ] * 3
    assert [as_(name).get("/settlements/").status_code for name in ("kari", "ola", "siri", "sol", "berit")] == [403] * 5
    papers = [
        as_(name).get(f"/reports/avregning/{end}").status_code for name in ("tone", "sol") for end in ("", "download/")
    ]
    assert papers == [403] * 4
    per = as_("per")
    per.post("/municipality/", data={"municipality": str(municipality("Tinn"))})
    assert (per.get(PAGE).status_code, per.get("/reports/avregning/").status_code) == (200, 403)
    with inside("Seljord"):
        assert [one.name for one in freezing.own_lines(db.session)] == ["Seljord"]


@pytest.mark.parametrize("year", ["2017", "2099", "0", "99999999999999999999"])
def test_a_year_out_of_range_is_no_page(as_: As, year: str) -> None:
    per = as_("per")

    assert per.get(f"/settlements/{year}/").status_code == 404
    assert [per.post(f"/settlements/{year}/{end}", data=NOW).status_code for end in ("", "approve/")] == [404, 404]


@pytest.mark.parametrize("data", [{}, {"key": "x", "handling": "now"}, {"key": "on_account", "handling": "gone"}])
def test_what_is_no_choice_is_refused(as_: As, data: dict[str, str]) -> None:
    invoice()
    answer = as_("per").post(PAGE, data=data)

    assert (answer.status_code, "Velg nøkkel" in answer.text) == (422, True)


def test_key_b_of_too_low_a_cost_explains_itself_and_drafts_nothing(as_: As) -> None:
    invoice(), spend((CostKind.STAFF, "Lite", 100_000, "1"))

    answer = as_("per").post(PAGE, data={**NOW, "key": "inhabitants"})

    assert (answer.status_code, "de faste delene alene er 132 000,00" in bare(answer.text)) == (422, True)
    with inside():
        assert db.session.scalars(select(SettlementDraft)).all() == []


@pytest.mark.parametrize(
    ("typed", "ore"),
    [
        ("12 500,50", 1_250_050),
        ("12500.50", 1_250_050),
        ("-3 000", -300_000),
        ("kr 1 000,-", 100_000),
        ("12.500", None),
    ],
)
def test_amounts_are_pasted_as_people_have_them(as_: As, typed: str, ore: int | None) -> None:
    form = {"year": "2018", "nature": "staff", "name": "Limt inn", "amount_ore": typed, "attributable": "y"}

    answer = as_("frida").post("/self-cost/new/", data=form)

    with inside():
        assert [one.amount_ore for one in db.session.scalars(select(Cost))] == ([] if ore is None else [ore])
    assert answer.status_code == (422 if ore is None else 303) or answer.status_code in {200, 302}


def test_invoices_may_be_split_in_any_way(app: Any) -> None:
    spend()
    told = []
    for parts in (1, 2):
        invoice(parts=parts)
        with inside():
            told.append(telling.of_year(db.session, YEAR).lines)

    assert told[0] == told[1]
    assert (len(told[0]), sum(one.share for one in told[0])) == (21, COST)


@pytest.mark.parametrize("way", ["deleted", "moved"])
def test_who_took_a_cost_out_of_the_year_since_the_draft_does_not_approve_it_either(way: str, as_: As) -> None:
    invoice(), spend()
    as_("frida").post(PAGE, data=NOW)
    per = as_("per")
    with inside():
        row = db.session.scalars(select(Cost).order_by(Cost.id)).first()
    if way == "deleted":
        assert per.post(f"/self-cost/delete/?id={row.id}", data={"version": "1"}).status_code == 303
    else:
        form = {"year": "2019", "nature": "operation", "name": "Drift", "amount_ore": "250 000", "attributable": "y"}
        assert per.post(f"/self-cost/edit/?id={row.id}", data={**form, "version": "1"}).status_code == 303

    answer = per.post(f"{PAGE}approve/", data={"seen": seen(per.get(PAGE).text)})

    assert (answer.status_code, "endret kostnader etter at utkastet" in answer.text) == (422, True)


def test_a_draft_is_let_go_and_what_was_frozen_stands(as_: As) -> None:
    invoice(), spend()
    frozen(as_)
    frida = as_("frida")
    frida.post(PAGE, data={**NOW, "reason": "Ved en feil."})

    assert frida.post(PAGE, data={"do": "drop"}).status_code == 303

    assert "Versjon 1, laget av Frida Test og godkjent av Per Test" in bare(frida.get(PAGE).text)
    with inside():
        assert db.session.scalars(select(SettlementDraft)).all() == []


def test_nothing_is_posted_to_what_is_frozen_nor_to_the_ledger(as_: As) -> None:
    invoice(), spend()
    frozen(as_)
    per = as_("per")

    doors = (f"{PAGE}versions/1/", "/settlements/", "/settlements/funds/1/", f"{PAGE}versions/1/approve/")

    assert [per.post(door, data=NOW).status_code for door in doors] == [405, 405, 404, 404]
    assert [per.get(f"{PAGE}versions/{number}/").status_code for number in (1, 2, 0, 10**30)] == [200, 404, 404, 404]


def test_the_funds_are_moved_by_the_page_with_a_sentence_for_what_is_wrong(as_: As) -> None:
    invoice(), spend()
    frozen(as_, handling="fund")
    per, door = as_("per"), "/settlements/funds/"

    page = bare(per.get(door).text)
    assert "2018 kr 33 073,00 31.12.2023" in page
    assert "kr 33 073,00 fra 2018 skulle vært tilbakeført senest 31.12.2023." in page
    assert [per.post(door, data={"year": year}).status_code for year in ("2019", "2019", "", "20x", "2022")] == [
        303, 422, 422, 422, 422,
    ]  # fmt: skip
    for typed, status in (("12.500", 422), ("0", 422), ("-5", 422), ("99 999 999", 422), ("kr 3 073,50", 303)):
        assert per.post(door, data={"do": "return", "amount": typed, "text": "Sak 4"}).status_code == status
    with inside():
        (layer,) = fund.layers(db.session)
        assert layer.ore == 3_307_300 + fund.interest(3_307_300, fund.rate(db.session, 2019)) - 307_350
        borne, returned = (one.id for one in fund.reversible(db.session))
    tries = [(borne, 303), (borne, 422), (returned, 303), (1, 422), ("", 422), ("x", 422), (10**30, 422)]
    for entry, status in tries:
        assert per.post(door, data={"do": "reverse", "entry": str(entry)}).status_code == status
    with inside():
        assert [one.ore for one in fund.layers(db.session)] == [3_307_300]


def test_the_pages_ask_as_many_statements_whatever_there_is(as_: As, statements: list[str]) -> None:
    invoice()
    spend(*[(CostKind.STAFF, f"Lønn {number}", 1_000_000, str(number)) for number in range(2)])
    per = as_("per")
    doors = (PAGE, "/settlements/", "/settlements/funds/", f"/reports/avregning/?year={YEAR}")

    def counted() -> list[int]:
        told = []
        for door in (*doors, *doors):
            statements.clear()
            assert per.get(door).status_code == 200
            told.append(len(statements))
        return told[len(doors) :]

    few = counted()
    spend(*[(CostKind.STAFF, f"Lønn {number}", 1_000_000, str(number)) for number in range(50)])

    assert counted() == few
    assert max(few[:3]) <= MOST_FOR_A_PAGE
