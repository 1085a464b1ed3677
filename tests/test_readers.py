"""Fields that a municipality keeps to its own readers: they leak through no door."""

from __future__ import annotations

import html
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare.base import Base, Part, fields_of
from models.declare.domains import Domain
from models.declare.fields import Field, is_owned
from models.declare.shapes import Shape
from models.registers.architecture import Application
from models.registers.municipality import Municipality
from models.tenancy import scope
from models.tenancy.roles import may_read_field
from tests.conftest import inside
from tests.test_registers import As, address
from views.register import saving

TOLD = "Låste skap på Seljord rådhus"
RESTRICTED = [(r, known) for r in models.REGISTERS for known in fields_of(r) if known.readers]


@pytest.fixture
def measures() -> int:
    """Seljord's common measures are written, and changed once."""
    with inside():
        row = db.session.scalars(select(Municipality).where(Municipality.name == "Seljord")).one()
        row.default_measures = "Først: " + TOLD
        db.session.commit()
        row.default_measures = TOLD
        db.session.commit()
        return int(row.id)


def sheet_of(browser: Any) -> str:
    answer = browser.get(address(Municipality, "export/xlsx/", columns="all"))
    book = openpyxl.load_workbook(BytesIO(answer.data), read_only=True)
    return str([list(row) for sheet in book for row in sheet.iter_rows(values_only=True)])


def doors(row_id: int) -> dict[str, str]:
    return {
        "list": address(Municipality),
        "search": address(Municipality, search="rådhus"),
        "details": address(Municipality, "details/", id=row_id),
        "form": address(Municipality, "edit/", id=row_id),
        "history": address(Municipality, "history/", id=row_id),
        "look-up": address(Application, "ajax/lookup/", name="unit", query="låste"),
        "neighbours": "/neighbours/",
    }


@pytest.mark.parametrize("name", ["kari", "lars", "tone"])
def test_what_a_municipality_keeps_to_its_readers_leaks_through_no_door(name: str, as_: As, measures: int) -> None:
    browser = as_(name)

    leaks = [door for door, url in doors(measures).items() if "Låste skap" in html.unescape(browser.get(url).text)]

    assert (leaks, "Låste skap" in sheet_of(browser)) == ([], False)
    assert "Risikoskala" not in html.unescape(browser.get(doors(measures)["details"]).text)


@pytest.mark.parametrize("door", ["details", "history"])
def test_those_who_read_there_see_it(door: str, as_: As, measures: int) -> None:
    assert TOLD in html.unescape(as_("berit").get(doors(measures)[door]).text)
    assert TOLD in sheet_of(as_("per"))


def test_the_conflict_page_and_completeness_leave_it_out(as_: As, measures: int, app: Any) -> None:
    with app.test_request_context(), scope.use(scope.Scope()):
        row = db.session.get(Municipality, measures)
        known = {one.key for one in saving.readable_fields(row)}
        told = {one.key for one in models.quality.applicable(row)}

    assert ("default_measures" in known, "risk_scale" in known, "default_measures" in told) == (False, False, False)


def test_every_field_with_readers_is_asked_for_in_its_own_municipality() -> None:
    assert [(r.__name__, known.key) for r, known in RESTRICTED] == [
        ("Municipality", "default_measures"),
        ("Municipality", "risk_scale"),
        ("Municipality", "owners_answer_by_link"),
        ("Municipality", "shares_terms"),
        ("Municipality", "public_page"),
        ("Municipality", "public_indexed"),
        ("Municipality", "public_catalogue"),
    ]
    for register, known in RESTRICTED:
        assert is_owned(register) or register is Municipality, f"{register.__name__} has no municipality to ask in"
        row = register(id=7)
        assert known.readers is not None
        for reach, expected in ((frozenset({7}), True), (frozenset({8}), False), (frozenset(), False)):
            with scope.use(scope.Scope(read={known.readers: reach})):
                assert may_read_field(known, row) is expected
    parts = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Part)]
    assert [one for part in parts for one in fields_of(part) if one.readers] == []


@pytest.mark.parametrize("way", ["listed", "searched", "filtered", "shown"])
def test_a_field_with_readers_is_told_nowhere_else(way: str) -> None:
    with pytest.raises(ValueError, match="not for all who read the row"):
        Field("Hemmelig", shape=Shape.TEXT, readers=Domain.RISK, **{way: True})
