"""What has changed in a register between two days: what came, what says otherwise and what is gone, by whom."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from models.database import db
from models.declare.clock import today
from models.registers.agreements import Agreement
from models.registers.architecture import Application, Service
from models.registers.organisation import ContactPerson
from models.registers.risk import RiskAssessment
from reports import report
from reports.coordinating.altered import REGISTERS
from reports.language import translator
from tests.conftest import inside
from tests.support.aged import age
from tests.test_registers import As

REPORT = "/reports/endringer/"
YESTERDAY = today() - timedelta(days=1)
FOUR = timedelta(days=4)
WHO = "Orden"  # in whose name a test changes


def sheets(browser: Any, register: type[Any] = Application, **days: date) -> dict[str, list[tuple[Any, ...]]]:
    query = "".join(f"&{name}={value}" for name, value in days.items())
    book = openpyxl.load_workbook(
        BytesIO(browser.get(f"{REPORT}download/?register={register.__tablename__}{query}").data)
    )
    return {one.title: list(one.iter_rows(min_row=2, values_only=True)) for one in book.worksheets[1:]}


def without_moment(found: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """The same, with whether a moment is told in place of it."""
    return {title: [(*row[:-1], row[-1] is not None) for row in rows] for title, rows in found.items()}


def one(cls: Any) -> Any:
    return db.session.scalars(select(cls).order_by(cls.id)).first()


def test_what_came_what_says_otherwise_and_what_is_gone_stand_apart(as_on: As, engine_app: Any) -> None:
    age(engine_app, FOUR)
    with inside("Tinn"):
        old = one(Application)
        old.version_name, old.licence_ore = "2.0", 123_400
        db.session.add(Application(name="Ny av året"))
        db.session.delete(one(Service))
        db.session.commit()
    browser = as_on("kari")

    assert without_moment(sheets(browser, since=YESTERDAY)) == {
        "Nye": [("Ny av året", WHO, True)],
        "Endret": [
            ("Åpen skoleprogram", "Versjon", None, "2.0", WHO, True),
            ("Åpen skoleprogram", "Lisens per år", None, "1234,00", WHO, True),
        ],
        "Borte": [],
    }
    assert without_moment(sheets(browser, Service, since=YESTERDAY))["Borte"] == [("Åpen skole", WHO, True)]


def test_what_a_row_points_at_is_told_where_it_changed_and_by_nobody(as_on: As, engine_app: Any) -> None:
    age(engine_app, FOUR)
    with inside("Tinn"):
        chief = db.session.get_one(ContactPerson, one(Application).owner_id)
        chief.name = "Ny leder"
        db.session.commit()

    assert sheets(as_on("kari"), since=YESTERDAY)["Endret"] == [
        ("Åpen skoleprogram", "Systemeier", "Åpen Leiar", "Ny leder", None, None)
    ]


def test_two_days_that_have_been_are_compared(as_on: As, engine_app: Any) -> None:
    with inside("Tinn"):
        one(Application).version_name = "1.0"
        db.session.commit()
    age(engine_app, FOUR)
    with inside("Tinn"):
        one(Application).version_name = "2.0"
        db.session.commit()
    browser, before, after = as_on("kari"), today() - 6 * timedelta(days=1), today() - 2 * timedelta(days=1)

    def told(**days: date) -> Any:
        return [row[2:4] for row in sheets(browser, **days)["Endret"] if row[1] == "Versjon"]

    assert told(since=after) == [("1.0", "2.0")]
    assert told(since=before, day=after) == []
    assert [row[0] for row in sheets(browser, since=before, day=after)["Nye"]] == ["Åpen skoleprogram"]


def test_without_a_day_it_is_compared_with_the_end_of_last_year(as_: As) -> None:
    page = as_("kari").get(REPORT).text

    assert f'value="{today().year - 1}-12-31"' in page
    assert f"Endringer siden slutten av 31.12.{today().year - 1}" in page


def test_days_the_wrong_way_round_are_refused(as_: As) -> None:
    page = as_("kari").get(f"{REPORT}?since={today()}&day={YESTERDAY}")

    assert (page.status_code, "Den siste dagen kan ikke være før den første." in page.text) == (400, True)


def test_nothing_of_another_municipality_is_told_of_any_register(as_on: As, engine_app: Any) -> None:
    browser = as_on("kari")
    told = {one.__tablename__: str(sheets(browser, one, since=date(2018, 1, 1))) for one in REGISTERS}

    assert [name for name, text in told.items() if "Hemmeleg" in text or "Løyndom" in text] == []
    assert [name for name, text in told.items() if "Åpen" not in text] == ["integration", "process", "platform"]


def test_whoever_may_not_read_of_risk_can_not_choose_it(app: Any) -> None:
    from models.declare.domains import Domain
    from models.declare.words import Problem
    from models.tenancy import scope
    from tests.conftest import municipality

    t, place = translator("nb"), municipality("Tinn")
    found = report("endringer")
    with scope.use(scope.Scope(read={Domain.CONTENT: frozenset({place})}, active=place)):
        offered = [text for _one, text, _label in found.choices[0].options(db.session, t, "nb")]
        assert RiskAssessment.__tablename__ not in offered
        assert Agreement.__tablename__ in offered
        with pytest.raises(Problem):
            found.asked(db.session, {"register": ["risk_assessment"]}, "nb", t)


def test_of_several_municipalities_one_is_to_be_chosen_first(as_: As) -> None:
    page = as_("per").get(REPORT)

    assert (page.status_code, "Velg én kommune først." in page.text) == (200, True)


def test_it_takes_as_many_statements_for_one_change_as_for_many(as_: As, app: Any, statements: list[str]) -> None:
    browser = as_("kari")

    def asked() -> int:
        browser.get(REPORT)
        statements.clear()
        browser.get(REPORT)
        return len(statements)

    few = asked()
    with inside("Tinn"):
        db.session.add_all(Application(name=f"Ny {number}") for number in range(20))
        db.session.commit()

    assert asked() == few
