"""A municipality that has ended is read, and no more changed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.registers.architecture import Application
from models.registers.municipality import Municipality
from tests.conftest import inside, municipality
from tests.test_forms import first
from tests.test_registers import As, address


def end(name: str, day: date) -> None:
    with inside():
        db.session.scalars(select(Municipality).where(Municipality.name == name)).one().ended = day
        db.session.commit()


@pytest.mark.parametrize("name", ["kari", "lars", "siri"])
def test_a_municipality_that_has_ended_is_read_and_not_changed(name: str, as_on: As, engine_app: Any) -> None:
    end("Tinn", date(2020, 1, 1))
    browser, row = as_on(name), first(Application)
    if name == "siri":
        browser.post("/municipality/", data={"municipality": municipality("Tinn")})

    page = browser.get(address(Application, "details/", id=row.id))
    answers = [
        browser.get(address(Application, "edit/", id=row.id)).status_code,
        browser.get(address(Application, "new/")).status_code,
        browser.post(address(Application, "delete/", id=row.id), data={"version": "1"}).status_code,
    ]

    assert (page.status_code, answers) == (200, [403] * 3)
    assert "Tinn finnes ikke lenger fra 01.01.2020." in page.text
    assert "/edit/" not in page.text


def test_until_its_last_day_everything_is_as_before(as_: As) -> None:
    end("Tinn", date(2099, 1, 1))

    assert as_("kari").get(address(Application, "new/")).status_code == 200
