"""The map of services: by theme, with the systems behind each, gaps, overlaps, and a cost that adds up to the øre."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import Criticality, Lifecycle
from models.declare.clock import today
from models.money.settling import shared_out
from models.queries.costs import yearly
from models.queries.servicemap import MANY, ServiceMap, read
from models.registers.architecture import Application, Service
from models.registers.catalogue import Product
from models.registers.codes import LosTheme, ProductCategory
from models.tenancy import scope
from tests.conftest import inside, municipality
from tests.test_coordinating import rows
from tests.test_registers import As

PAGE = "/map/services/"


def theme(code: str) -> Any:
    return db.session.scalars(select(LosTheme).where(LosTheme.code == code)).one()


def product(name: str) -> Product:
    return Product(name=name, category=db.session.scalars(select(ProductCategory).order_by(ProductCategory.id)).first())


def clear(*towns: str) -> None:
    """What the world of the tests has there is over, and does nothing."""
    for town in towns:
        with inside(town):
            for service in db.session.scalars(select(Service)):
                db.session.delete(service)
            for one in db.session.scalars(select(Application)):
                one.status = Lifecycle.RETIRED
            db.session.commit()


@pytest.fixture
def furnished(engine_app: Any) -> None:
    """In Tinn a school with six systems of which two do the same, a kindergarten that shares one, and two services
    without; in Seljord something else."""
    clear("Tinn", "Seljord")
    with inside("Tinn"), db.session.no_autoflush:
        shared = Application(name="Delt", licence_ore=101, criticality=Criticality.C1)
        alike = [Application(name=name, product=product(f"{name} produkt")) for name in ("Like A", "Like B")]
        rest = [Application(name=f"Skole {number}", operation_ore=10) for number in range(3)]
        gone = Application(name="Borte", status=Lifecycle.RETIRED, licence_ore=5_000)
        db.session.add_all([
            Service(name="Skole", theme=theme("barnehage"), applications=[shared, *alike, *rest, gone]),
            Service(name="Barnehage", theme=theme("familie-og-barn"), applications=[shared]),
            Service(name="Ingen system", criticality=Criticality.C2), Service(name="Bare gammelt", applications=[gone]),
            Application(name="Ledig", maintenance_ore=7), Application(name="Snart", status=Lifecycle.PLANNED),
        ])  # fmt: skip
        db.session.commit()
    with inside("Seljord"), db.session.no_autoflush:
        kept = Application(name="Hemmeleg system", licence_ore=900, product=product("Hemmeleg produkt"))
        twin = Application(name="Hemmeleg tvilling", product=kept.product)
        more = [Application(name=f"Hemmeleg {number}") for number in range(MANY)]
        db.session.add_all([
            Service(name="Hemmeleg teneste", theme=theme("arbeid"), applications=[kept, twin, *more]),
            Service(name="Hemmeleg hol"), Application(name="Hemmeleg ledig", licence_ore=3),
        ])  # fmt: skip
        db.session.commit()


def found(town: str = "Tinn", language: str = "nb") -> ServiceMap:
    with inside(town):
        return read(db.session, language)


def names(several: Any) -> list[str]:
    return [one.name for one in several]


@pytest.mark.usefixtures("furnished")
def test_services_stand_by_theme_with_what_lacks_what_is_doubled_and_what_each_costs() -> None:
    told = found()

    assert [(main.name, [(one.name, names(one.services)) for one in main.themes]) for main in told.themes] == [
        ("Familie og barn", [("", ["Barnehage"]), ("Barnehage", ["Skole"])]),
        ("", [("", ["Bare gammelt", "Ingen system"])]),
    ]
    assert {one.name: (names(one.systems), one.ore) for one in told.services} == {
        "Barnehage": (["Delt"], 51),  # the øre that is left goes to the first
        "Skole": (["Delt", "Like A", "Like B", "Skole 0", "Skole 1", "Skole 2"], 80),
        "Bare gammelt": ([], None),
        "Ingen system": ([], None),
    }
    assert (names(told.unsupported), names(told.unused), names(told.crowded)) == (
        ["Bare gammelt", "Ingen system"], ["Ledig"], ["Skole"],
    )  # fmt: skip
    assert [(one.name, names(systems)) for one, _kind, systems in told.doubled] == [("Skole", ["Like A", "Like B"])]
    assert len(told.bare) > 10
    assert "Familie og barn" not in told.bare
    assert (told.ore, told.ore_beside) == (131, 7)


@pytest.mark.usefixtures("furnished")
def test_themes_are_told_in_the_language_and_still_stand_under_their_main_theme() -> None:
    told = found(language="en").themes[0]

    assert (told.name, [one.name for one in told.themes]) == ("Family and children", ["", "Kindergartens"])


def test_what_services_cost_and_what_lies_beside_is_what_all_systems_cost_to_the_ore(app: Any) -> None:
    clear("Tinn")
    chance = Random(13)  # noqa: S311 - nothing secret
    with inside("Tinn"), db.session.no_autoflush:
        statuses, sums = [Lifecycle.IN_USE, Lifecycle.PLANNED, Lifecycle.RETIRED], [None, 0, 1, 10, 99_999_999_999]
        systems = [
            Application(name=f"A{number}", status=chance.choice(statuses), licence_ore=ore, operation_ore=ore)
            for number in range(40)
            for ore in [chance.choice(sums)]
        ]
        db.session.add_all(systems)
        db.session.add_all([Service(name=f"T{number}", applications=chance.sample(systems, 9)) for number in range(9)])
        db.session.commit()
        told, all_systems = read(db.session, "nb"), yearly(db.session, municipality("Tinn"), today())

        known = {one for service in told.services for one in service.systems if one.ore is not None}
        assert told.ore == sum(one.ore or 0 for one in known) > 0
        assert told.ore + told.ore_beside == sum(
            sum(getattr(one, key) or 0 for key in ("licence_ore", "operation_ore", "maintenance_ore"))
            for one in db.session.scalars(select(Application).where(Application.status != Lifecycle.RETIRED))
        )
        assert len(known) + sum(one.ore is not None for one in told.beside) == all_systems.systems


def test_an_amount_is_shared_to_the_last_ore_and_nobody_gets_two_more_than_another() -> None:
    for total, heads in [(0, 1), (1, 3), (101, 2), (10**13 + 7, 11)]:
        parts = shared_out(total, [1] * heads)
        assert (sum(parts), max(parts) - min(parts) <= 1, parts == sorted(parts, reverse=True)) == (total, True, True)


# -- as people meet it -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("furnished")
def test_the_page_says_what_the_map_says_and_leads_to_each(as_on: As) -> None:
    page = as_on("tone").get(PAGE)

    tiles = re.findall(r'tile-count">([^<]*)</span><span class="tile-label">([^<]*)<', page.text)
    assert tiles == [
        ("4", "tjenester i alt"), ("2", "uten applikasjon"), ("1", "applikasjon uten tjeneste"),
        ("1", "tjeneste med overlapp"),
    ]  # fmt: skip
    assert "Tjenestene koster til sammen kr\xa01,31 i året." in page.text
    chips = re.findall(r'map-chip" href="([^"]*)">(.*?)</a>', page.text)
    told = {re.sub("<[^>]*>", "", drawn): ("<path" in drawn, url) for url, drawn in chips}
    assert told.keys() == {
        "Delt (1 – Kritisk: må virke innen timer)", "Like A", "Like B", "Skole 0", "Skole 1", "Skole 2", "Ledig",
    }  # fmt: skip
    assert [drawn for drawn, _url in told.values()].count(True) == 1
    assert all(as_on("tone").get(url).status_code == 200 for url in {url for _drawn, url in told.values()})
    assert "delt likt mellom tjenestene" in page.text
    assert "/reports/tjenestekart/" in page.text
    assert 'href="/map/services/" aria-current="page"' in page.text
    assert 'href="/map/services/"' in as_on("kari").get("/map/").text


@pytest.mark.usefixtures("furnished")
def test_nothing_of_another_municipality_comes_in_by_any_door(as_on: As) -> None:
    for name, town in (("kari", "Tinn"), ("siri", "Tinn"), ("ola", "Tinn"), ("per", "Tinn")):
        browser = as_on(name)
        if name in {"siri", "per"}:
            browser.post("/municipality/", data={"municipality": municipality(town)})
        page = browser.get(PAGE)
        assert (page.status_code, "Hemmeleg" in page.text, "Skole 1" in page.text) == (200, False, True)
    assert "Hemmeleg system" in as_on("berit").get(PAGE).text
    with inside("Seljord"):
        hidden = [one.id for one in db.session.scalars(select(Application))]
    with inside("Tinn"):
        assert not {one.id for one in (*read(db.session, "nb").beside,)} & set(hidden)
        assert "Hemmeleg" not in str(read(db.session, "nb"))


@pytest.mark.usefixtures("furnished")
def test_of_several_municipalities_one_is_asked_to_choose_one(as_on: As) -> None:
    browser = as_on("per")
    browser.post("/municipality/", data={"municipality": ""})

    page, report = browser.get(PAGE).text, browser.get("/reports/tjenestekart/").text

    for text in (page, report):
        assert "viser én kommune om gangen" in text
        assert "Skole 1" not in text
        assert "Hemmeleg" not in text


def test_where_nothing_is_registered_it_says_what_to_do(as_: As) -> None:
    clear("Tinn")

    assert "Ingen tjenester ennå" in as_("kari").get(PAGE).text


@pytest.mark.usefixtures("furnished")
def test_who_reads_no_systems_is_let_in_neither_here_nor_to_the_map(as_: As) -> None:
    assert [as_("frida").get(door).status_code for door in (PAGE, "/map/")] == [403, 403]


@pytest.mark.usefixtures("furnished")
def test_the_report_tells_the_same_and_its_sum_is_that_of_the_page() -> None:
    told = rows("tjenestekart", "Tinn")

    some = "Delt\nLike A\nLike B\nSkole 0\nSkole 1\nSkole 2"
    kind = told["Overlapp"][1][1]
    assert told == {
        "Tjenester": [
            ["Barnehage", "Familie og barn", None, None, "Delt", 1, 51],
            ["Skole", "Familie og barn", "Barnehage", None, some, 6, 80],
            ["Bare gammelt", "Uten tema", None, None, None, 0, None],
            ["Ingen system", "Uten tema", None, "2 – Viktig: må virke innen et døgn", None, 0, None],
        ],
        "Uten applikasjon": [["Bare gammelt", None], ["Ingen system", "2 – Viktig: må virke innen et døgn"]],
        "Uten tjeneste": [["Ledig", None, "I bruk", 7]],
        "Overlapp": [["Skole", "5 applikasjoner eller flere", some, 6], ["Skole", kind, "Like A\nLike B", 2]],
    }
    assert kind.startswith("Samme produktkategori: ")


def test_the_page_takes_the_same_number_of_statements_for_one_service_and_for_fifty(
    as_: As, statements: list[str]
) -> None:
    kari = as_("kari")

    def counted() -> int:
        kari.get(PAGE)
        statements.clear()
        kari.get(PAGE)
        return len(statements)

    few = counted()
    with inside("Tinn"), db.session.no_autoflush:
        some = [Application(name=f"S{number}", licence_ore=number) for number in range(50)]
        db.session.add_all([Service(name=f"Tjeneste {number}", applications=some) for number in range(50)])
        db.session.commit()

    assert counted() == few > 0


def test_the_map_reads_no_more_than_its_scope(app: Any) -> None:
    with inside("Tinn"), scope.use(scope.current().within([])):
        assert read(db.session, "nb").services == []
