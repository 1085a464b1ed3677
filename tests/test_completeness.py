"""The completeness report: what it says of a record is what the record's own page says, and only to whom it may."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import Criticality, HeldPersonalData
from models.registers.architecture import Application
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from tests.conftest import inside
from tests.test_registers import As, address
from tests.test_reports import book_of, cells

Row = dict[str, Any]


def told(browser: Any) -> list[Row]:
    """The rows of the downloaded report by heading."""
    headings, *rows = cells(book_of(browser.get("/reports/utfylling/download/")).worksheets[1])
    return [dict(zip(headings, [*row, *[None] * 9], strict=False)) for row in rows]


def lines(row: Row, *headings: str) -> list[str]:
    return [line for heading in headings for line in (row[heading] or "").splitlines()]


def furnish() -> list[tuple[type[Any], int]]:
    """An activity with much missing and an application with something wrong, each with unit and person."""
    unit, person = OrganisationalUnit(name="Åkervegen"), ContactPerson(name="Ågot", role="system_owner")
    rows = [
        ProcessingActivity(name="Årsfest", unit=unit, responsible=person),
        Application(
            name="Årskort", unit=unit, owner=person, criticality=Criticality.C1, personal_data=HeldPersonalData.YES
        ),
    ]
    db.session.add_all(rows)
    db.session.commit()
    return [(type(row), row.id) for row in rows]


def test_the_report_says_of_a_row_what_its_own_page_says(as_: As) -> None:
    with inside("Tinn"):
        rows = furnish()
    browser = as_("tone")
    report = {row["Navn"]: row for row in told(browser)}

    for (register, row_id), name in zip(rows, ("Årsfest", "Årskort"), strict=True):
        page = browser.get(address(register, "details/", id=row_id)).text
        aside = page.partition('class="aside"')[2]
        items = re.findall(r"<li>(.*?)</li>", aside.partition("</section>")[0], re.DOTALL)
        shown = [html.unescape(re.sub(r"<span.*?</span>|<[^>]+>", "", item)).strip() for item in items]
        row = report[name]
        assert (row["Enhet"], row["Ansvarlig"]) == ("Åkervegen", "Ågot")
        assert f">{row['Utfylt (prosent)']} <" in aside
        wrong, missing = lines(row, "Må rettes", "Bør rettes"), lines(row, "Kreves, mangler", "Anbefalt, mangler")
        assert wrong
        assert [*sorted(wrong), *missing[:10]] == [*sorted(shown[: len(wrong)]), *shown[len(wrong) :][:10]]


@pytest.mark.parametrize(("who", "sees"), [("tone", True), ("per", False)])
def test_risk_is_told_of_to_none_but_those_who_may_know(who: str, sees: bool, as_: As) -> None:
    with inside("Tinn"):
        db.session.add_all(
            [RiskAssessment(name="Skjult risiko"), Application(name="Vaktsystem", criticality=Criticality.C1)]
        )
        db.session.commit()

    rows = told(as_(who))

    assert any(row["Navn"] == "Skjult risiko" for row in rows) == sees
    assert any("har ingen risikovurdering" in line for row in rows for line in lines(row, "Bør rettes")) == sees


def test_the_report_tells_nothing_of_another_municipality(as_: As) -> None:
    with inside("Seljord"):
        theirs = set(db.session.scalars(select(Application.name))) | set(db.session.scalars(select(ContactPerson.name)))
    text = str(told(as_("tone")))

    assert theirs
    assert [name for name in theirs if name in text] == []
