"""What a clerk would ask about: waived fees, founders by succession, figures that lack, prices that change (money M1
to M10), and the population that SSB gives."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from exchange import populations
from models.database import db
from models.declare.charging import ChargeKind, KidKind, PartyRole
from models.declare.choices import Answer, PriceKind, SuccessionKind
from models.declare.words import Problem
from models.money import figures
from models.money.kid import kid_of
from models.money.lines import is_founder, lines_for, months_within, period_of, price_for, share_of_year
from models.registers.billing import Charge, Price
from models.registers.municipality import Municipality, Population, Succession
from models.registers.parties import Party, parties_on, party_on
from tests.conftest import inside
from tests.support.money import issued, ready
from tests.test_billing import AGREED, CONNECTION, FIXED, INHABITANT, amounts, price, town
from tests.test_charging import charging  # noqa: F401 - a fixture
from tests.test_registers import As
from tests.test_reports import ASK, told

DAY = date(2018, 7, 1)
MERGE, SPLIT = SuccessionKind.MERGE, SuccessionKind.SPLIT
MOD10, MOD11 = KidKind.MOD10, KidKind.MOD11


def heir(old: Municipality, nature: SuccessionKind, joined: date = DAY, *, waives: bool = False) -> Municipality:
    """Who came of another on DAY, and joined then or later."""
    new = town(9_400, joined=joined)
    new.predecessors = [Succession(day=DAY, nature=nature, predecessor=old, waives_fee=waives)]
    return new


def member(ended: date | None = DAY, founder: Answer = Answer.NO) -> Municipality:
    return town(5_000, joined=date(2018, 1, 1), ended=ended, founder=founder)


# -- M1, M2: when the fee is waived ------------------------------------------------------------------------------------


@pytest.mark.parametrize("later", [0, 1, 184])
def test_a_merger_of_a_member_waives_the_fee_whenever_the_agreement_begins(later: int) -> None:
    new = heir(member(), MERGE, DAY + timedelta(days=later))

    lines = lines_for(new, new.joined.year if new.joined else 0, AGREED)

    assert set(amounts(lines)) == {FIXED, INHABITANT}
    assert [said.params for said in lines[0].remarks if "sammenslåingen" in said.text] == [
        {"name": "Byen", "day": "01.07.2018"}
    ]


@pytest.mark.parametrize(
    ("old", "nature", "waives"),
    [
        (town(5_000, joined=None, ended=DAY), MERGE, False),
        (town(5_000, joined=DAY + timedelta(days=1)), MERGE, False),
        (member(ended=DAY - timedelta(days=1)), MERGE, False),
        (member(), SuccessionKind.BORDER, True),
        (member(), SuccessionKind.RENUMBER, True),
        (member(), SPLIT, False),
    ],
    ids=["never a member", "a member later", "had ended before", "border", "new number", "split without a decision"],
)
def test_nothing_else_waives_it(old: Municipality, nature: SuccessionKind, waives: bool) -> None:
    lines = lines_for(heir(old, nature, waives=waives), 2018, AGREED)

    assert amounts(lines)[CONNECTION] == 4_000_000


def test_a_split_waives_it_where_that_was_decided() -> None:
    assert CONNECTION not in amounts(lines_for(heir(member(), SPLIT, waives=True), 2018, AGREED))


# -- M3, M5: figures that lack, prices that change ---------------------------------------------------------------------


def test_a_figure_of_another_year_is_preliminary() -> None:
    this, other = lines_for(town(1_000), 2018, AGREED), lines_for(town(1_000), 2019, AGREED)

    assert ({line.hinders for line in this}, [len(line.hinders) for line in other]) == ({()}, [1, 1])


def test_who_joins_after_a_price_has_ended_pays_the_new_one() -> None:
    middle = date(2018, 7, 1)
    prices = [
        price(CONNECTION, 1), price(FIXED, 1_200, (date(2018, 1, 1), middle)), price(FIXED, 2_400, (middle, None)),
        price(INHABITANT, 0),
    ]  # fmt: skip

    whole, later = (lines_for(town(10, joined), 2018, prices) for joined in (date(2018, 1, 1), date(2018, 8, 1)))

    assert (amounts(later)[FIXED], [line.hinders for line in later]) == (1_000, [(), (), ()])
    assert {said.params["day"] for line in whole for said in line.hinders} == {"01.07.2018"}


# -- M4: the newest list whole -----------------------------------------------------------------------------------------


def test_the_newest_list_counts_alone_whatever_tiers_an_older_one_had() -> None:
    new = [
        price(CONNECTION, ore, (date(2020, 1, 1), None), above=above)
        for above, ore in ((0, 1), (10_000, 2), (30_000, 3))
    ]

    found = [
        price_for([*AGREED, *new], CONNECTION, date(2020, 6, 1), size).amount_ore for size in (9_999, 22_000, 27_000)
    ]

    assert found == [1, 2, 2]


@pytest.mark.usefixtures("app")
def test_a_list_over_one_that_was_left_open_is_refused_until_all_of_that_has_ended() -> None:
    with inside():
        db.session.add(Price(nature=PriceKind.FIXED, amount_ore=1, valid_from=date(2027, 1, 1)))
        with pytest.raises(Problem, match=r"Prislisten fra 01\.01\.2018"):
            db.session.commit()
        db.session.rollback()
        for one in db.session.scalars(select(Price).where(Price.nature == PriceKind.FIXED)):
            one.valid_to = date(2027, 1, 1)
        db.session.commit()
        db.session.add(Price(nature=PriceKind.FIXED, amount_ore=1, valid_from=date(2027, 1, 1)))
        db.session.commit()


# -- M6: whole months, and the parts of a year -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("joined", "ended", "months"),
    [(date(2018, 6, 30), None, 7), (date(2018, 12, 31), None, 1), (date(2017, 1, 1), date(2018, 7, 15), 7)],
)
def test_the_first_and_the_last_month_are_whole_and_that_is_said(joined: date, ended: date | None, months: int) -> None:
    place = town(1_411, joined, ended)

    lines = [line for line in lines_for(place, 2018, AGREED) if line.kind is not CONNECTION]

    assert [line.months for line in lines] == [months, months]
    assert [said.params for said in lines[0].remarks] == [{"months": str(months), "whole": "12"}]


@given(st.integers(0, 10**9), st.integers(1, 12), st.integers(1, 12))
def test_the_quarters_of_any_membership_are_its_year_to_the_ore(inhabitants: int, first: int, last: int) -> None:
    ended = date(2018, last, 15) if last > first else None
    place = town(inhabitants, date(2018, first, 1), ended)

    year = sum(line.by_rule for line in lines_for(place, 2018, AGREED))
    quarters = [lines_for(place, 2018, AGREED, quarter) for quarter in (1, 2, 3, 4)]

    assert sum(line.by_rule for lines in quarters for line in lines) == year
    assert sum(months_within(place.joined, ended, *period_of(2018, quarter)) for quarter in (1, 2, 3, 4)) == (
        months_within(place.joined, ended, *period_of(2018))
    )


def test_an_amount_is_its_quantity_and_months_times_its_price() -> None:
    (line,) = [one for one in lines_for(town(1_411, date(2018, 6, 1)), 2018, AGREED) if one.kind is INHABITANT]

    assert line.by_rule == share_of_year(line.quantity * line.price_ore, line.months) == 123_463


# -- M9, M10: the basis ------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_what_was_charged_without_a_basis_stands_in_the_basis() -> None:
    with inside("Midt-Telemark"):
        db.session.add(Charge(year=2019, nature=ChargeKind.FIXED, amount_ore=12_300))
        db.session.commit()

    from dataclasses import replace

    (rows, *_) = told("fakturagrunnlag", ask=replace(ASK, year=2019))

    found = [row for row in rows if row["Kommune"] == "Midt-Telemark"]
    assert [(row["Skal belastes (kr)"], row["Er fakturert (kr)"], row["Merknad"][:22]) for row in found] == [
        (None, 12_300, "Belastet uten grunnlag")
    ]


@pytest.mark.usefixtures("app")
def test_the_heir_of_founders_is_a_founder_by_merger() -> None:
    with inside():
        new = db.session.scalars(select(Municipality).where(Municipality.name == "Midt-Telemark")).one()
        assert (new.founder, is_founder(new)) == (Answer.NO, True)

    from dataclasses import replace

    (rows, *_) = told("fakturagrunnlag", ask=replace(ASK, year=2020))

    assert {row["Grunnlegger"] for row in rows if row["Kommune"] == "Midt-Telemark"} == {"Grunnlegger ved sammenslåing"}
    assert "Bø" in next(row["Merknad"] for row in rows if row["Kommune"] == "Midt-Telemark")


# -- parties -----------------------------------------------------------------------------------------------------------


def party(role: PartyRole, first: date, last: date | None = None, **more: Any) -> Party:
    return Party(name=more.pop("name", "Ny IKS"), role=role, valid_from=first, valid_to=last, **more)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("role", [PartyRole.ISSUER, PartyRole.CONTRACT_PARTY])
def test_two_issuers_or_contract_parties_at_a_time_are_refused(role: PartyRole) -> None:
    with inside():
        db.session.add(party(role, date(2027, 1, 1)))
        with pytest.raises(Problem, match="bare én om gangen"):
            db.session.commit()
        db.session.rollback()
        old = db.session.scalars(select(Party).where(Party.role == role)).one()
        old.valid_to = date(2027, 1, 1)
        db.session.add(party(role, date(2027, 1, 1)))
        db.session.commit()
        days = (date(2026, 12, 31), date(2027, 1, 1))
        assert [party_on(db.session, role, day).name for day in days] == ["Kongsbergregionen", "Ny IKS"]


@pytest.mark.usefixtures("app")
def test_what_an_issuer_is_paid_to_is_an_account() -> None:
    with inside():
        issuer = party_on(db.session, PartyRole.ISSUER, date(2026, 1, 1))
        assert issuer is not None
        for wrong in ("12345678904", "1234", "1234567890x"):
            issuer.account = wrong
            with pytest.raises(Problem, match="Kontonummeret"):
                db.session.commit()
            db.session.rollback()
        issuer.account = "1234 56 78903"
        db.session.commit()
        assert issuer.account == "12345678903"


@pytest.mark.usefixtures("app")
def test_owners_have_no_more_than_the_whole_on_any_day() -> None:
    with inside():
        db.session.add_all(
            [
                party(PartyRole.OWNER, date(2026, 1, 1), date(2027, 1, 1), name="A", share=6_000),
                party(PartyRole.OWNER, date(2026, 1, 1), name="B", share=4_000),
                party(PartyRole.OWNER, date(2027, 1, 1), name="C", share=6_000),
            ]
        )
        db.session.commit()
        assert [one.name for one in parties_on(db.session, PartyRole.OWNER, date(2027, 1, 1))] == ["B", "C"]
        db.session.add(party(PartyRole.OWNER, date(2026, 12, 31), name="D", share=1))
        with pytest.raises(Problem, match=r"10001 av 10 000 deler 31\.12\.2026"):
            db.session.commit()


@pytest.mark.parametrize(
    ("number", "kind", "kid"),
    [
        (1, KidKind.MOD10, "00000018"),
        (12_345, KidKind.MOD10, "00123455"),
        (1, KidKind.MOD11, "00000019"),
        (5, None, ""),
    ],
)
def test_a_kid_ends_with_its_check_digit(number: int, kind: KidKind | None, kid: str) -> None:
    assert kid_of(number, kind) == kid


# -- population from SSB -----------------------------------------------------------------------------------------------

STAT = {
    "class": "dataset", "id": ["Region", "ContentsCode", "Tid"], "size": [2, 1, 2],
    "dimension": {
        "Region": {"category": {"index": {"4026": 0, "9999": 1}}},
        "ContentsCode": {"label": "statistikkvariabel", "category": {"index": {"Personer1": 0}}},
        "Tid": {"category": {"index": ["2018", "2027"]}},
    },
    "value": [0, 5_600, 1, 2],
}  # fmt: skip
ACROSS = (
    '"07459: Befolkning"\n\n"region","Personer 2026","Personer 2027"\n"K-4026 Tinn",5500,5600\n"9999 Ukjent",..,2\n'
)
ALONG = "region;statistikkvariabel;år;07459: Befolkning\n4026 Tinn;Personer;2026;5 500\n4026 Tinn;Personer;2027;5 600\n"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (json.dumps(STAT).encode(), {("4026", 2027): 5_600, ("9999", 2018): 1, ("9999", 2027): 2}),
        (ACROSS.encode(), {("4026", 2026): 5_500, ("4026", 2027): 5_600, ("9999", 2027): 2}),
        (ALONG.encode("latin-1"), {("4026", 2026): 5_500, ("4026", 2027): 5_600}),
    ],
    ids=["JSON-stat2", "years across", "one a line"],
)
def test_the_files_of_ssb_are_read(content: bytes, found: dict[tuple[str, int], int]) -> None:
    assert populations.read(content) == found
    assert populations.read_again(populations.written(found)) == found


@pytest.mark.parametrize("content", [b"", b"{}", b"a,b\n1,2", b'{"id": 1}', b"\xff\xfe\x00", b"region;x\n"])
def test_what_is_no_such_file_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Problem, match="07459"):
        populations.read(content)


def test_a_file_that_splits_the_figures_is_refused_and_not_added_up() -> None:
    split = {**STAT, "id": ["Region", "Kjonn", "Tid"], "size": [2, 2, 2]}
    split["dimension"] = STAT["dimension"] | {"Kjonn": {"label": "kjønn", "category": {"index": ["1", "2"]}}}  # type: ignore[operator]

    with pytest.raises(Problem, match="kjønn"):
        populations.read(json.dumps(split).encode())


def test_figures_are_looked_at_before_they_are_written_and_what_is_issued_stays(charging: Any, as_: As) -> None:  # noqa: F811
    ready()
    issued(2026)
    per, file = as_("per"), ("tall.csv", ACROSS.encode())
    import io

    look = per.post("/population/look/", data={"file": (io.BytesIO(file[1]), file[0])})
    with inside():
        tinn = db.session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one()
        before = {one.day.year: one.inhabitants for one in tinn.populations}
    page = look.get_data(as_text=True)
    written = populations.written(populations.read(file[1]))
    done = per.post("/population/", data={"figures": written})

    assert ("1 nye tall, 1 endrede" in page, "9999" in page, "1 faktura er utstedt" in page) == (True, True, True)
    assert (before[2026] != 5_500, 2027 in before, done.status_code) == (True, False, 303)
    with inside():
        tinn = db.session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one()
        after = {one.day.year: one.inhabitants for one in tinn.populations}
        assert (after[2026], after[2027]) == (5_500, 5_600)
        kept = [line.inhabitants for one in issued_to("Tinn kommune") for line in one.lines]
    assert set(kept) == {before[2026]}


def issued_to(name: str) -> list[Any]:
    from models.registers.invoices import Invoice

    return list(db.session.scalars(select(Invoice).where(Invoice.buyer_name == name)))


@pytest.mark.parametrize("name", ["frida", "sol", "lars", "kari"])
def test_only_who_keeps_the_municipalities_brings_in_their_figures(name: str, as_: As) -> None:
    browser = as_(name)

    answers = [browser.get("/population/"), browser.post("/population/", data={"figures": "4026;2027;1"})]

    assert [one.status_code for one in answers] == [403, 403]


def test_the_command_does_the_same(app: Any, tmp_path: Path) -> None:
    file = tmp_path / "tall.csv"
    file.write_text(ALONG, encoding="utf-8")

    dry = app.test_cli_runner().invoke(args=["population", "import", str(file), "--dry-run"])
    done = app.test_cli_runner().invoke(args=["population", "import", str(file)])
    again = app.test_cli_runner().invoke(args=["population", "import", str(file)])

    assert (dry.exit_code, done.exit_code) == (0, 0), dry.output + done.output
    assert [one.output.splitlines()[-1] for one in (dry, done, again)] == [
        "2 to write, 0 as they are.", "2 to write, 0 as they are.", "0 to write, 2 as they are.",
    ]  # fmt: skip
    with inside():
        (row,) = db.session.scalars(
            select(Population)
            .join(Population.parent)
            .where(Municipality.name == "Tinn", Population.day == date(2027, 1, 1))
        )
        assert (row.inhabitants, row.source.startswith(figures.SOURCE)) == (5_600, True)
