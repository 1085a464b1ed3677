"""What a year costs for each inhabitant: exact øre, of what is registered, by the newest population that is known."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import AgreementStatus, Lifecycle
from models.declare.clock import today
from models.queries.costs import Cost, inhabitants, spent, yearly
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.municipality import Municipality, Population
from tests.conftest import inside, municipality
from tests.test_progress import add, page_of, system, tiles
from tests.test_registers import As

LABEL = "kroner per innbygger i året for systemer og avtaler"
DAY = date(2026, 1, 1)


def free(*towns: str) -> None:
    """What the world of the tests has agreed on is without a price."""
    with inside(*towns):
        for one in db.session.scalars(select(Agreement)):
            one.value_ore = None
        db.session.commit()


def agreement(name: str, **values: Any) -> Agreement:
    return Agreement(name=name, **({"status": AgreementStatus.ACTIVE} | values))


def people(*figures: tuple[date, int]) -> None:
    """The population of Tinn, and no other figure; nothing there or in Seljord costs anything yet."""
    free("Tinn", "Seljord")
    with inside():
        tinn = db.session.get(Municipality, municipality("Tinn"))
        tinn.populations = []
        db.session.flush()
        tinn.populations = [Population(day=day, inhabitants=number, source="SSB") for day, number in figures]
        db.session.commit()


def cost_in(town: str) -> Cost:
    with inside(town):
        return yearly(db.session, municipality(town), today())


def told(browser: Any) -> tuple[str, str]:
    number, hint, _url = tiles(page_of(browser))[LABEL]
    return number, hint


def test_costs_of_systems_and_of_agreements_beside_them_are_shared_among_the_inhabitants(
    as_on: As, engine_app: Any
) -> None:
    people((DAY, 3))
    covered = system("Med avtale", licence_ore=100_00)
    add(
        "Tinn", system("Alt", licence_ore=10_00, operation_ore=20_00, maintenance_ore=1), covered,
        agreement("Om det samme", value_ore=900_00, applications=[covered]),
        agreement("Egen", value_ore=50_01), agreement("Utgått", value_ore=7_00, status=AgreementStatus.EXPIRED),
        system("Avviklet", licence_ore=999_00, status=Lifecycle.RETIRED), agreement("Uten beløp"),
    )  # fmt: skip

    assert cost_in("Tinn") == Cost(180_02, 2, 1, 3, DAY)
    assert told(as_on("kari")) == (
        "60,01", "kr 180,02 fra 2 av 3 systemer og 1 avtale ellers, delt på 3 innbyggere 01.01.2026",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ore", "inhabitants", "each"),
    [
        (1, 2, 1),
        (1, 3, 0),
        (5, 2, 3),
        (3, 2, 2),
        (0, 7, 0),
        (10**15, 3, (10**15 - 1) // 3),
        (10**15 + 1, 2, 5 * 10**14 + 1),
    ],
)
def test_half_an_ore_is_rounded_up_exactly_however_large(ore: int, inhabitants: int, each: int) -> None:
    assert Cost(ore, 1, 0, inhabitants, DAY).of_each == each


def test_the_newest_figure_of_the_population_is_taken_never_one_of_a_day_to_come(app: Any) -> None:
    people((date(2024, 1, 1), 10), (date(2025, 1, 1), 20), (today() + timedelta(days=1), 40))
    add("Tinn", system("Ett", licence_ore=100))

    assert cost_in("Tinn") == Cost(100, 1, 0, 20, date(2025, 1, 1))
    with inside("Tinn"):
        assert inhabitants(db.session, today())[municipality("Tinn")] == (20, date(2025, 1, 1))


@pytest.mark.parametrize("figures", [(), ((DAY, 0),)])
def test_where_the_population_is_not_known_it_says_so_and_no_figure_stands(figures: Any, as_: As) -> None:
    people(*figures)
    add("Tinn", system("Ett", licence_ore=100_00))

    number, hint = told(as_("kari"))

    assert (number, hint.endswith("Folketallet er ikke registrert"), hint.startswith("kr 100,00")) == ("–", True, True)


def test_where_no_cost_is_registered_it_says_so(as_: As) -> None:
    people((DAY, 5_500))

    assert told(as_("kari")) == ("–", "Ingen kostnader er registrert")


def test_what_costs_nothing_is_known_to(as_: As) -> None:
    people((DAY, 5_500))
    add("Tinn", system("Gratis", licence_ore=0))

    assert told(as_("kari"))[0] == "0,00"


def test_of_what_the_neighbours_pay_nothing_is_counted(as_on: As, engine_app: Any) -> None:
    people((DAY, 5_500))
    add("Seljord", Application(name="Hemmeleg", licence_ore=123_456_00), agreement("Hemmeleg", value_ore=1_00))

    assert told(as_on("kari")) == ("–", "Ingen kostnader er registrert")
    assert cost_in("Seljord").ore == 123_457_00


def test_an_agreement_that_has_ended_but_stands_as_active_is_said_apart_and_not_counted(
    as_on: As, engine_app: Any
) -> None:
    people((DAY, 1))
    yesterday = today() - timedelta(days=1)
    add(
        "Tinn", agreement("Løper", value_ore=10_00, ends=today()), agreement("Utløpt", value_ore=5_00, ends=yesterday),
        agreement("Opsjon", value_ore=7_00, ends=yesterday, status=AgreementStatus.OPTION),
        agreement("Uten beløp", ends=yesterday),
    )  # fmt: skip

    assert cost_in("Tinn") == Cost(10_00, 0, 1, 1, DAY, lapsed=2)
    with inside("Tinn"):
        assert sum(one.of_agreements for one in spent(db.session)) == 10_00
    assert told(as_on("kari"))[1].endswith("2 avtaler er utløpt, men står som aktive, og er ikke med")
