"""Above a list stands how its rows are spread over its main vocabulary, each a filter; at its foot the sums."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

import models
from models.database import db
from models.declare.choices import Lifecycle
from models.queries import totals
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from tests.conftest import inside
from tests.test_finding import names_on
from tests.test_list_and_file import TOLD
from tests.test_registers import As

LIST = "/application/"


def segments(page: str) -> dict[str, tuple[str, str, bool]]:
    """The bar: by label the address, the number and whether it is pressed."""
    bar = page.partition('<nav class="bar-filter"')[2].partition("</nav>")[0]
    found = re.findall(
        r'<a href="([^"]*)"( aria-current="true")?><span[^>]*></span>([^<]*?)(?: <strong>([^<]*)</strong>)?<', bar
    )
    return {html.unescape(label): (html.unescape(url), number, bool(on)) for url, on, label, number in found}


def feet(page: str) -> list[str]:
    foot = page.partition("<tfoot>")[2].partition("</tfoot>")[0]
    return [html.unescape(cell) for cell in re.findall(rf"<t[hd]{TOLD}>([^<]*)</t[hd]>", foot)]


def furnish(town: str, **numbers: int) -> None:
    with inside(town):
        for status, number in numbers.items():
            db.session.add_all(
                [
                    Application(name=f"Z {status} {n}", status=Lifecycle(status), licence_ore=100_000)
                    for n in range(number)
                ]
            )
        db.session.commit()


def test_every_register_that_lists_a_vocabulary_is_told_by_one_of_them() -> None:
    told = {one.__tablename__: totals.main_vocabulary(one) for one in models.REGISTERS}

    assert {name: known.key for name, known in told.items() if known and known.key != "status"} == {
        "risk_assessment": "residual",
        "dataset": "access",
        "service": "criticality",
        "contact_person": "role",
        "municipality": "language",
        "succession": "nature",
        "membership": "role",
        "project_role": "role",
        "party": "role",
        "access_entry": "event",
        "project_access_entry": "event",
        "price": "nature",
        "charge": "nature",
        "self_cost": "nature",
        "shared_view": "list_of",
        "project_view": "list_of",
        "wording": "language",
    }


def test_the_bar_counts_what_the_list_shows_and_filters_when_pressed(as_on: As) -> None:
    furnish("Tinn", planned=3, in_use=2)
    furnish("Seljord", planned=7)
    kari = as_on("kari")

    bar = segments(kari.get(f"{LIST}?search=Z").text)

    assert bar == {
        "Planlagt": (f"{LIST}?search=Z&status=planned", "3", False),
        "I bruk": (f"{LIST}?search=Z&status=in_use", "2", False),
    }
    assert len(names_on(kari.get(bar["Planlagt"][0]).text)) == 3


def test_what_is_pressed_is_pressed_out_again_and_the_others_still_say_how_many(as_on: As) -> None:
    furnish("Tinn", planned=3, in_use=2)
    kari = as_on("kari")

    bar = segments(kari.get(f"{LIST}?search=Z&status=planned").text)

    assert bar == {
        "Planlagt": (f"{LIST}?search=Z", "3", True),
        "I bruk": (f"{LIST}?search=Z&status=in_use", "2", False),
    }


def test_several_that_are_pressed_are_pressed_out_one_by_one(as_: As) -> None:
    furnish("Tinn", planned=3, in_use=2, phasing_out=1)
    page = as_("kari").get(f"{LIST}?search=Z&status=planned&status=in_use").text

    assert {label: url for label, (url, _number, _on) in segments(page).items()} == {
        "Planlagt": f"{LIST}?search=Z&status=in_use",
        "I bruk": f"{LIST}?search=Z&status=planned",
        "Under utfasing": f"{LIST}?search=Z&status=phasing_out",
    }


def test_rows_with_nothing_said_are_a_part_of_the_bar(as_on: As) -> None:
    kari = as_on("kari")
    page = kari.get("/risk-assessment/").text
    assert segments(page) == {}  # one value has no bar
    with inside("Tinn"):
        db.session.add(models.risk.RiskAssessment(name="Uten nivå"))
        db.session.commit()

    bar = segments(kari.get("/risk-assessment/").text)

    assert bar["Ikke fylt ut"] == ("/risk-assessment/?residual.none=1", "1", False)
    assert names_on(kari.get(bar["Ikke fylt ut"][0]).text) == ["Uten nivå"]
    assert segments(kari.get(bar["Ikke fylt ut"][0]).text)["Ikke fylt ut"] == ("/risk-assessment/", "1", True)


def test_the_same_status_as_an_alternative_and_by_itself_are_not_taken_for_each_other(as_: As) -> None:
    furnish("Tinn", planned=3, in_use=2)
    kari = as_("kari")
    for query in ("status=planned", "1~status=planned", "status=planned", "1~status=planned&1~name.has=in_use"):
        bar = segments(kari.get(f"{LIST}?{query}&name.has=Z").text)
        assert (query, bar["Planlagt"][1]) == (query, "3")


def test_beyond_what_lists_are_counted_to_the_bar_tells_no_numbers(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    from models.declare import memories
    from views.register import listing, listpage, summary

    for module in (totals, listing, summary, listpage):
        monkeypatch.setattr(module, "COUNT_LIMIT", 3)
    memories.forget_all()
    furnish("Tinn", planned=3, in_use=2)

    page = as_("kari").get(f"{LIST}?columns=name,status,licence_ore").text

    assert {number for _url, number, _on in segments(page).values()} == {""}
    assert feet(page) == []
    memories.forget_all()


def test_an_empty_list_has_no_bar_and_no_sums(as_: As) -> None:
    page = as_("kari").get(f"{LIST}?search=finst&columns=name,licence_ore").text

    assert (segments(page), feet(page)) == ({}, [])


def test_numbers_and_amounts_are_added_up_over_the_whole_selection(as_on: As) -> None:
    furnish("Tinn", planned=60)
    furnish("Seljord", planned=5)
    kari = as_on("kari")

    page = kari.get(f"{LIST}?search=Z&columns=name,licence_ore,status,user_count,rto_hours").text

    assert len(names_on(page)) == 50
    assert feet(page) == ["Sum", "kr\u00a060\u00a0000,00", "", "", ""]
    assert '<td class="num" data-label="Lisens per år" ' in page.partition("<tfoot>")[2]


def test_the_sum_of_agreements_is_that_of_the_municipalities_one_reads(as_on: As) -> None:
    with inside("Tinn"):
        db.session.add(Agreement(name="Dyr", value_ore=100))
        db.session.commit()

    told: dict[str, Any] = {
        name: feet(as_on(name).get("/agreement/?columns=name,value_ore").text)[-1] for name in ("kari", "per")
    }

    assert told == {"kari": "kr\u00a0123\u00a0457,78", "per": "kr\u00a0246\u00a0914,56"}
