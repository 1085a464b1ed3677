"""What it would cost, as anybody may ask: to the øre what is invoiced, and nothing told that is not public."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.charging import PartyRole, VatStatus
from models.declare.choices import Answer, SuccessionKind
from models.money import basis
from models.queries import payers
from models.queries.quote import quote_for
from models.registers.municipality import Municipality, Population, Succession
from models.registers.parties import Party
from tests.conftest import inside
from tests.support import attack
from tests.test_charging import charging, place  # noqa: F401 - the first is a fixture
from tests.test_registers import As


def said(answer: Any) -> str:
    """What is told beneath the form."""
    text = re.sub(
        r"<[^>]+>", " ", answer.get_data(as_text=True).partition("</form></section>")[2].partition("</main>")[0]
    )
    return re.sub(r"\s+", " ", html.unescape(text).replace("\xa0", " ")).strip()


def error(answer: Any) -> str:
    found = re.search(r'role="alert">.*?<p>(.*?)</p>', answer.get_data(as_text=True), re.DOTALL)
    return html.unescape(found[1]).replace("\xa0", " ") if found else ""


def asked(app: Any, address: str = "", **given: str) -> Any:
    """The answer to somebody nobody knows, by a browser that was never here."""
    query = "&".join(f"{name.rstrip('_')}={value}" for name, value in given.items())
    return attack.visitor(app).get(f"/quote/?{address or query}")


# -- what it comes to --------------------------------------------------------------------------------------------------


def test_who_is_no_member_sees_fee_first_year_and_whole_year_each_written_out(app: Any) -> None:
    page = said(asked(app, municipality="Larvik", from_="2027-06-15"))

    told = [
        "Larvik Tilkoblingsavgift, én gang kr 100 000,00 Å betale i 2027 kr 146 394,25",
        "A konto for hele 2028 kr 79 533,00",
        "Tilkoblingsavgift Kommuner med 25 001 innbyggere eller flere. kr 100 000,00",
        "A konto, fast del 2027 6 000,00 × 7/12 kr 3 500,00",
        "A konto, per innbygger 2027 49 022 innbyggere × 1,50 × 7/12 kr 42 894,25",
        "Å betale i 2027 100 000,00 + 46 394,25 kr 146 394,25",
        "49 022 innbyggere 01.01.2026. Kilde: SSB tabell 07459.",
        "Foreløpig: folketallet 1. januar 2027 er ikke registrert. Tallet er fra 01.01.2026.",
        "Kongsbergregionen sender fakturaen.",
        "Utenfor avgiftsområdet. Det kommer ingen merverdiavgift i tillegg.",
    ]
    assert [one for one in told if one not in page] == []


def test_it_is_the_same_on_each_engine(engine_app: Any) -> None:
    answers = [asked(engine_app, municipality=name, from_="2027-06-15") for name in ("Larvik", "Tinn", "Sauherad")]

    assert [one.status_code for one in answers] == [200, 200, 400]
    assert "Å betale i 2027 kr 146 394,25" in said(answers[0])


TIERS = {4999: "25", 5000: "40", 10000: "40", 10001: "70", 25000: "70", 25001: "100"}


@pytest.mark.parametrize(("number", "fee"), TIERS.items())
def test_a_number_that_is_typed_is_in_its_tier_the_upper_bound_included(number: int, fee: str, app: Any) -> None:
    page = said(asked(app, inhabitants=str(number), from_="2027-01-01"))

    assert f"Tilkoblingsavgift, én gang kr {fee} 000,00" in page
    assert ("Kilde:" in page, "Foreløpig" in page, page.count("A konto for hele 2027")) == (False, False, 2)


def test_every_founder_is_told_what_the_run_invoices(charging: Any) -> None:  # noqa: F811
    with inside():
        run = {
            one.municipality.name: one.net_ore for one in basis.plan_for(db.session, 2018, 0, date(2018, 1, 1)).papers
        }
        known = {one.row_id: one for one in payers.everywhere(db.session)}
        told = {}
        for one in db.session.scalars(select(Municipality).where(Municipality.founder == Answer.YES)):
            quote = quote_for(db.session, known[one.id], date(2018, 1, 1))
            told[one.name] = quote.fee_ore + sum(line.charged for line in (*quote.first, *quote.whole))

    assert (len(told), told) == (22, run)


# -- whose truth is another --------------------------------------------------------------------------------------------


def test_a_founder_sees_the_fee_by_the_rule_and_that_it_is_not_charged(app: Any) -> None:
    page = said(asked(app, municipality="Tinn", from_="2026-03-01"))

    assert "Tinn var med og startet samarbeidet." in page
    assert "Kommuner med 5 000 til og med 10 000 innbyggere. Etter regelen kr 40 000,00. kr 0,00" in page
    assert ("Å betale i" in page, "A konto for hele 2026" in page) == (False, True)


def test_what_came_of_founders_is_told_so(app: Any) -> None:
    page = said(asked(app, municipality="Midt-Telemark", from_="2026-03-01"))

    assert "Midt-Telemark kom av en sammenslåing av kommuner som startet samarbeidet" in page
    assert ("Tilkoblingsavgift, én gang" in page, "11 157 innbyggere × 1,50 kr 16 735,50" in page) == (False, True)


def test_what_has_ended_leads_to_who_took_over(app: Any) -> None:
    answer = asked(app, municipality="Sauherad", from_="2027-01-01")

    assert (answer.status_code, error(answer)) == (
        400, "Sauherad finnes ikke lenger fra 01.01.2020. Velg kommunen som tok over: Midt-Telemark, Notodden.",
    )  # fmt: skip


def test_what_comes_of_a_member_later_is_spared_the_fee_by_the_rule_of_mergers(app: Any) -> None:
    with inside():
        new = Municipality(
            name="Nydal", populations=[Population(day=date(2026, 1, 1), inhabitants=9_000, source="SSB")]
        )
        db.session.add(new)
        db.session.flush()
        db.session.add(Succession(
            predecessor=place("Tinn"), successor=new, day=date(2027, 1, 1), nature=SuccessionKind.MERGE,
        ))  # fmt: skip
        db.session.commit()

    page = said(asked(app, municipality="Nydal", from_="2027-01-01"))

    assert "Tilkoblingsavgiften kreves ikke: Tinn var medlem før sammenslåingen 01.01.2027." in page
    assert ("én gang" in page, "kr 19 500,00" in page) == (False, True)


def test_a_member_is_told_that_it_is_one_and_never_since_when(app: Any) -> None:
    with inside():
        there = place("Tinn")
        there.founder, there.joined = Answer.NO, date(2026, 5, 1)
        db.session.commit()

    page = said(asked(app, municipality="Tinn", from_="2026-12-01"))

    assert "Tinn er med i samarbeidet alt. Tilkoblingsavgiften betales bare én gang." in page
    assert ("/12" in page, "05.2026" in page, "A konto for hele 2026" in page) == (False, False, True)


# -- who invoices ------------------------------------------------------------------------------------------------------


def issuer(**changes: Any) -> None:
    with inside():
        row = db.session.scalars(select(Party).where(Party.role == PartyRole.ISSUER)).one()
        for key, value in changes.items():
            setattr(row, key, value)
        db.session.commit()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"vat": VatStatus.STANDARD}, "Merverdiavgift, 25 %, kommer i tillegg: kr 13 375,00 av kr 53 500,00."),
        ({"vat": VatStatus.UNTAXED}, "Unntatt fra avgift. Det kommer ingen merverdiavgift i tillegg."),
        ({"vat": None}, "Det er ikke avgjort om det kommer merverdiavgift i tillegg."),
        ({"valid_to": date(2027, 1, 1)}, "Hvem som sender fakturaen, er ikke avgjort ennå."),
    ],
)
def test_vat_is_that_of_the_issuer_on_the_day(changes: dict[str, Any], told: str, app: Any) -> None:
    issuer(**changes)

    assert told in said(asked(app, inhabitants="5000", from_="2027-01-01"))


def test_nothing_else_of_the_issuer_or_a_member_is_told(charging: Any) -> None:  # noqa: F811
    issuer(
        account="12345678903", email="faktura@hemmelig.example", note="Hemmelig vedtak", organisation_number="999999999"
    )

    page = asked(charging, municipality="Tinn", from_="2026-12-01").get_data(as_text=True)

    secrets = ("12345678903", "hemmelig", "Hemmelig", "999999999", "REF-", "post@tinn", "864963552")
    assert [one for one in secrets if one in page] == []


# -- what is no question -----------------------------------------------------------------------------------------------

NOBODY = "«%s» er ingen kommune vi kjenner. Velg den i lista, eller skriv et innbyggertall."
NO_FIGURE = "Prisen eller folketallet for 2018 er ikke kjent. Velg en annen dag."
NUMBER = "Skriv innbyggertallet som et helt tall fra 1 til 10 000 000."
BAD = {
    "inhabitants=0": NUMBER,
    "inhabitants=-5": NUMBER,
    "inhabitants=1000000000000": NUMBER,
    "inhabitants=10000001": NUMBER,
    "inhabitants=mange": NUMBER,
    "inhabitants=5000,5": NUMBER,
    f"inhabitants={'9' * 5000}": NUMBER,
    "municipality=Ingensteds": NOBODY % "Ingensteds",
    "municipality=Hær%00øy": None,
    "municipality=Herøy": NOBODY % "Herøy",
    "municipality=%3Cscript%3E": None,
    "municipality=Larvik&inhabitants=5": "Velg en kommune eller skriv et innbyggertall, ikke begge deler.",
    "municipality=Larvik&municipality=Tinn": "Velg hvert av feltene bare én gang.",
    "inhabitants=5&inhabitants=5": "Velg hvert av feltene bare én gang.",
    "municipality=Larvik&from=": "",
    "municipality=Larvik&from=2018-01-01": NO_FIGURE,
    **{f"inhabitants=5&from={day}": None for day in ("9999-12-31", "1999-01-01", "i morgen", "2027-02-30", "0")},
}


@pytest.mark.parametrize(("address", "told"), BAD.items(), ids=[one[:40] for one in BAD])
def test_what_is_no_question_gets_a_sentence(address: str, told: str | None, app: Any) -> None:
    answer = asked(app, address)

    assert answer.status_code == (200 if told == "" else 400)
    assert error(answer) == told if told is not None else len(error(answer)) > 20
    assert "<script>" not in answer.get_data(as_text=True).partition("<body>")[2]


def test_a_price_that_has_ended_is_not_guessed_on(app: Any) -> None:
    from models.registers.billing import Price

    with inside():
        for one in db.session.scalars(select(Price)):
            one.valid_to = date(2027, 1, 1)
        db.session.commit()

    assert asked(app, inhabitants="5000", from_="2027-01-01").status_code == 400


# -- the door ----------------------------------------------------------------------------------------------------------


def test_nothing_is_posted_there(app: Any) -> None:
    assert attack.visitor(app).post("/quote/", data={"municipality": "Larvik"}).status_code in {400, 401, 405}


@pytest.mark.parametrize("name", ["kari", "frida", "siri"])
def test_who_is_signed_in_sees_the_same(name: str, as_: As, app: Any) -> None:
    mine = said(as_(name).get("/quote/?municipality=Seljord&from=2026-12-01"))

    assert mine == said(asked(app, municipality="Seljord", from_="2026-12-01"))


def test_the_sign_in_page_and_the_page_of_help_lead_there(as_: As, app: Any) -> None:
    pages = [attack.visitor(app).get("/sign-in/"), as_("kari").get("/help/")]

    assert ['href="/quote/"' in one.get_data(as_text=True) for one in pages] == [True, True]


@pytest.mark.parametrize(("language", "told"), [("nn", "Tilkoplingskostnad, éin gong"), ("en", "Connection fee, once")])
def test_it_is_told_in_three_languages(language: str, told: str, app: Any) -> None:
    answer = attack.visitor(app).get("/quote/?inhabitants=5000", headers={"Accept-Language": language})

    assert told in said(answer)


def test_all_of_norway_may_be_chosen_each_by_a_name_of_its_own(app: Any) -> None:
    page = asked(app).get_data(as_text=True)
    names = [html.unescape(one) for one in re.findall(r"<option>(.*?)</option>", page)]

    assert (len(names) >= 357, len(names) - len(set(names))) == (True, 0)
    assert {"Oslo", "Tinn", "Sauherad", "Herøy (1515)", "Herøy (1818)", "Våler (3419)"} <= set(names)


def test_it_asks_as_often_for_one_as_for_another(app: Any, statements: list[str]) -> None:
    counted = {}
    for address in ("municipality=Larvik&from=2027-06-15", "municipality=Tinn&from=2026-12-01", "inhabitants=5000", ""):
        asked(app, address or "from=2027-01-01")
        statements.clear()
        asked(app, address or "from=2027-01-01")
        counted[address.partition("=")[2].partition("&")[0]] = len(statements)

    assert counted["Larvik"] <= counted["Tinn"] <= 10
    assert counted[""] <= 3
