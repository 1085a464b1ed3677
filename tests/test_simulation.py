"""What next year could come to: the same function as invoices are made by, and nothing saved."""

from __future__ import annotations

import html
import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from models.database import db
from models.declare.choices import AccessEvent
from models.declare.words import Problem
from models.money import basis
from models.queries import payers
from models.queries.quote import quote_for
from models.registers.billing import Price
from models.registers.invoices import ChargeRun
from models.registers.municipality import Municipality, Population
from models.tenancy.accesslog import AccessEntry
from reports.invoicing.simulation import SIMULATION
from reports.language import translator
from tests.conftest import inside
from tests.test_charging import charging  # noqa: F401 - a fixture
from tests.test_registers import As
from tests.test_reports import book_of, cells, run

PAGE = "/reports/prissimulering/"
Row = dict[str, Any]


def simulated(**given: str) -> dict[str, Row]:
    """What each municipality pays, by name; and of the whole, as «A konto» and «Tilkoblingsavgift»."""
    with inside():
        ask = SIMULATION.asked(db.session, {key: [text] for key, text in given.items()}, "nb", translator("nb"))
        sums, each, _prices = [
            [dict(zip([c.label for c in one.sheet.columns], row, strict=True)) for row in one.sheet.rows]
            for one in SIMULATION.sheets(db.session, ask)
        ]
        return {row["Hva"]: row for row in sums} | {row["Kommune"]: row for row in each}


def on_account(row: Row) -> tuple[int | None, int | None]:
    return row["A konto før (kr)"], row["A konto etter (kr)"]


def fees(row: Row) -> tuple[int | None, int | None]:
    return row["Tilkoblingsavgift før (kr)"], row["Tilkoblingsavgift etter (kr)"]


# -- nothing is changed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2018, 2019, 2020, 2026])
def test_unchanged_it_is_the_run_and_the_public_price_of_every_municipality(year: int, charging: Any) -> None:  # noqa: F811
    with inside():
        papers = basis.plan_for(db.session, year, 0, date(2026, 11, 30)).papers
        run_of_it = {one.municipality.name: one.net_ore for one in papers}
        by_row = {one.row_id: one for one in payers.everywhere(db.session)}
        quotes = [quote_for(db.session, by_row[one.municipality.id], date(year, 1, 1)) for one in papers]
        public = [sum(line.charged for line in one.whole) for one in quotes]

    found = simulated(of=str(year))

    assert len(run_of_it) in {21, 22}
    assert {name: on_account(found[name]) for name in run_of_it} == {
        name: (ore, ore) for name, ore in run_of_it.items()
    }
    assert public == list(run_of_it.values())
    total = sum(run_of_it.values())
    assert list(found["A konto"].values())[1:] == [total, total, 0]


def test_it_is_of_the_next_year_when_nobody_says(app: Any) -> None:
    from models.declare.clock import today

    with inside():
        ask = SIMULATION.asked(db.session, {}, "nb", translator("nb"))
        facts = dict(SIMULATION.facts(db.session, ask))

    assert facts["Utvalg"] == f"År: {today().year + 1}"


# -- something is ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_each_wish_changes_what_it_says_and_that_alone() -> None:
    before = simulated(of="2026")
    tinn, skien = before["Tinn"], before["Skien"]
    inhabitants = tinn["Folketall før"]
    assert on_account(tinn) == (600_000 + 150 * inhabitants,) * 2

    fixed = simulated(of="2026", fixed="8 000,50")
    tiers = simulated(of="2026", inhabitant="1,75; 10000: 1,60")
    grown = simulated(of="2026", growth="-10")
    own = simulated(of="2026", figures="Tinn: 6000", growth="5")

    assert on_account(fixed["Tinn"])[1] == 800_050 + 150 * inhabitants
    assert on_account(tiers["Tinn"])[1] == 600_000 + 175 * inhabitants
    assert on_account(tiers["Skien"])[1] == 600_000 + 160 * skien["Folketall før"]
    assert grown["Tinn"]["Folketall etter"] == (2 * inhabitants * 90 + 100) // 200
    assert on_account(grown["Tinn"])[1] == 600_000 + 150 * grown["Tinn"]["Folketall etter"]
    assert (own["Tinn"]["Folketall etter"], own["Tinn"]["Merknad"]) == (6_000, "Eget folketall")
    assert {one["Tinn"]["A konto før (kr)"] for one in (fixed, tiers, grown, own)} == {on_account(tinn)[0]}


@pytest.mark.usefixtures("app")
def test_who_joins_pays_the_fee_and_a_whole_year_and_who_leaves_nothing() -> None:
    found = simulated(
        of="2027", joins="Larvik; 1515", leaves="Tinn", figures="Larvik: 4999", connection="30000;5000:45000"
    )

    assert on_account(found["Larvik"]) == (0, 600_000 + 150 * 4_999)
    assert (fees(found["Larvik"]), fees(found["Herøy (1515)"])) == ((None, 3_000_000), (None, 4_500_000))
    assert (found["Tinn"]["Merknad"], on_account(found["Tinn"])[1], found["Larvik"]["Merknad"]) == (
        "Går ut", 0, "Blir med",
    )  # fmt: skip
    assert found["Tilkoblingsavgift"]["Endring (kr)"] == 7_500_000
    assert found["A konto"]["Etter (kr)"] == sum(
        on_account(row)[1] or 0 for name, row in found.items() if "Kommune" in row
    )


@pytest.mark.usefixtures("app")
def test_a_founder_is_spared_the_fee_by_other_prices_too() -> None:
    found = simulated(of="2018", connection="90000")

    assert (fees(found["Tinn"]), found["Tilkoblingsavgift"]["Etter (kr)"]) == ((None, None), 0)


@pytest.mark.usefixtures("app")
def test_what_has_no_figure_is_said_and_counts_as_nothing() -> None:
    with inside():
        for one in db.session.scalars(select(Population).join(Municipality).where(Municipality.name == "Tinn")):
            db.session.delete(one)
        db.session.commit()

    found = simulated(of="2027")

    assert (on_account(found["Tinn"]), found["Tinn"]["Merknad"]) == ((None, None), "Pris eller folketall mangler.")


def test_nothing_is_saved(as_: As, app: Any) -> None:
    def standing() -> list[Any]:
        with inside():
            tables = (Price, Municipality, Population, ChargeRun)
            counts = [db.session.scalar(select(func.count()).select_from(one)) for one in tables]
            return [*counts, sorted(db.session.execute(select(Price.nature, Price.amount_ore, Price.valid_to)).all())]

    before = standing()
    asked = "of=2027&fixed=1&inhabitant=1&connection=1&growth=5&figures=Tinn: 1&joins=Larvik&leaves=Seljord"
    answer = as_("frida").get(f"{PAGE}?{asked}")

    assert (answer.status_code, standing()) == (200, before)


# -- what is no choice -------------------------------------------------------------------------------------------------

STEPS = "Skriv en pris i kroner, eller en for hvert trinn: 25000; 5000: 40000. Det første trinnet gjelder fra 0."
PAIRS = "Skriv kommune og folketall med kolon mellom: Tinn: 5700; Seljord: 2900."
BAD = {
    "fixed=mye": STEPS,
    "fixed=-1": STEPS,
    "fixed=5000: 7000": STEPS,
    "fixed=1; 2": STEPS,
    "fixed=99999999999999": STEPS,
    "inhabitant=1;-5: 2": STEPS,
    "inhabitant=1;x: 2": STEPS,
    f"fixed={'9' * 900}": STEPS,
    "figures=Tinn": PAIRS,
    "figures=Tinn: mange": PAIRS,
    "figures=Tinn: 0": PAIRS,
    "figures=Tinn: 1000000000000": PAIRS,
    "figures=Tinn: 1; 4026: 2": "Tinn er nevnt to ganger i samme felt.",
    "figures=Larvik: 5": "Larvik er ikke med i 2027. Skriv den under «Blir med» også.",
    "joins=Tinn": "Tinn er med i 2027. Bare den som ikke er med, kan bli med.",
    "joins=Herøy": "«Herøy» er ingen kommune vi kjenner. Skriv navnet slik det står på siden «Hva koster det?».",
    "leaves=Larvik": "Larvik er ikke med i 2027.",
    f"joins={'a;' * 61}": "Skriv høyst 60 i ett felt.",
    "growth=1000": "Skriv et tall fra -50 til 100.",
    "of=2017": "Skriv et tall fra 2018 til 2100.",
    "fixed=1&fixed=2": "Fast del (kr) kan bare velges én gang. Velg på siden til rapporten.",
    "stranger=1": "Rapporten har ikke noe valg som heter «stranger». Velg på siden til rapporten.",
}


@pytest.mark.parametrize(("address", "told"), BAD.items(), ids=[one[:40] for one in BAD])
def test_what_is_no_choice_is_said_on_the_page_and_in_the_file(address: str, told: str, as_: As) -> None:
    browser = as_("frida")

    page, file = (
        browser.get(f"{PAGE}{door}?of=2027&{address}".replace("?of=2027&of", "?of")) for door in ("", "download/")
    )

    assert (page.status_code, file.status_code) == (400, 400)
    assert told in html.unescape(page.text)


# -- who, and how ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kari", "ola", "siri", "sol", "berit", "tone", "lars"])
def test_nobody_but_who_keeps_the_money_of_the_project_simulates(name: str, as_: As) -> None:
    doors = ("", "download/", "download/pdf/", "document/")

    assert [as_(name).get(f"{PAGE}{door}").status_code for door in doors] == [403] * 4


def test_page_excel_and_command_say_the_same(as_: As, app: Any, tmp_path: Path) -> None:
    frida, target = as_("frida"), tmp_path / "s.xlsx"
    page = frida.get(f"{PAGE}?of=2026&fixed=8000&joins=Larvik")
    by_address = book_of(frida.get(f"{PAGE}download/?of=2026&fixed=8000&joins=Larvik"))
    answer = run(
        app, "prissimulering", "--municipality", "all", "--of", "2026", "--fixed", "8000", "--joins", "Larvik",
        "--out", str(target),
    )  # fmt: skip

    assert answer.exit_code == 0
    assert cells(openpyxl.load_workbook(target).worksheets[2]) == cells(by_address.worksheets[2])
    assert f'href="{PAGE}download/pdf/?of=2026&amp;fixed=8000&amp;joins=Larvik"' in page.text
    assert 'name="fixed" maxlength="2000" value="8000"' in page.text
    assert "År: 2026; Fast del (kr): 8000; Blir med: Larvik" in html.unescape(page.text)


def test_what_is_taken_out_is_logged_however_long_it_was_asked(as_: As) -> None:
    names = ("Tinn", "Seljord", "Skien", "Kongsberg", "Flesberg", "Vinje", "Tokke")
    figures = "; ".join(f"{name}: {' ' * 60}5000" for name in names)
    answer = as_("frida").get(f"{PAGE}download/", query_string={"figures": figures})

    assert answer.status_code == 200
    with inside():
        logged = set(db.session.scalars(select(AccessEntry.selection).where(AccessEntry.event == AccessEvent.REPORT)))
        assert [one.startswith("År: 2027; Egne folketall: Tinn: ") for one in logged] == [True]


@pytest.mark.parametrize(("language", "told"), [("nn", "Prissimulering"), ("en", "Price simulation")])
def test_it_is_told_in_other_languages(language: str, told: str, as_: As) -> None:
    book = book_of(as_("frida").get(f"{PAGE}download/?language={language}"))

    assert told in {cell for row in cells(book.worksheets[0]) for cell in row}


def test_it_asks_as_often_for_many_as_for_few(as_: As, statements: list[str]) -> None:
    frida, counted = as_("frida"), []
    many = ";".join(("Larvik", "Horten", "Oslo", "Bergen", "Bodø", "Alta", "Gran", "Lunner", "Hole", "Flå"))

    for joins in ("Larvik", "Larvik", many):
        statements.clear()
        frida.get(PAGE, query_string={"of": "2027", "joins": joins})
        counted.append(len(statements))

    assert counted[1] == counted[2] <= 25


def test_a_budget_is_held_against_what_all_are_to_pay(app: Any) -> None:
    def held(budget: str) -> list[list[Any]]:
        with inside():
            given = {"of": ["2026"], "budget": [budget]}
            ask = SIMULATION.asked(db.session, given, "nb", translator("nb"))
            return [list(row) for row in list(SIMULATION.sheets(db.session, ask))[-1].sheet.rows]

    total = simulated(of="2026")["A konto"]["Etter (kr)"]

    assert held("1 000 000")[1:] == [["Budsjett (kr)", 100_000_000], ["Mindre enn budsjettet", 100_000_000 - total]]
    assert held("1,50") == [["A konto etter", total], ["Budsjett (kr)", 150], ["Mer enn budsjettet", total - 150]]
    with inside(), pytest.raises(Problem, match="ett beløp"):
        SIMULATION.asked(db.session, {"budget": ["mye"]}, "nb", translator("nb"))


def test_before_and_after_stand_beside_each_other_on_the_page_in_excel_and_on_paper(app: Any, as_: As) -> None:
    page = as_("per").get(f"{PAGE}?of=2026&fixed=8000").text
    book = as_("per").get(f"{PAGE}download/?of=2026&fixed=8000").data
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if "charts/chart" in name]

    (figure,) = re.findall(r'<figure class="bars.*?</figure>', page, re.DOTALL)
    assert figure.count('class="bar-pale"') == figure.count('class="fill-info"') > 0
    assert "A konto før (kr)" in figure
    assert [one.count("<c:ser>") for one in charts] == [2]
