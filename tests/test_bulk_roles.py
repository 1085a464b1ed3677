"""Every register, every way of changing several of its rows, every person: who may does it, all others are refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare.fields import Kind
from models.declare.shapes import Shape
from models.registers.risk import ImpactAssessment
from tests.conftest import inside, municipality
from tests.support.bulk import do, look, refused
from tests.test_registers import As, address
from tests.test_roles import PROPOSES, READS, WRITES
from tests.test_statements import add, people
from views.register.bulkform import changeable

pytestmark = pytest.mark.usefixtures("unhindered")
REGISTERS = [register for register in models.REGISTERS if not register.__written_once__]
SAID = {
    Shape.TEXT: "Nytt", Shape.LONG_TEXT: "Nytt", Shape.DATE: "2026-02-03", Shape.WHOLE: "7", Shape.YES_NO: "no",
    Shape.YEAR: "2019", Shape.MONEY: "77", Shape.EMAIL: "ny@test.example", Shape.WEB_ADDRESS: "https://ny.example/",
}  # fmt: skip
DONE, SHUT, KEPT = "done", "403", "refused"  # to a person; KEPT: the page says so of the row


def change_of(register: type[Any]) -> dict[str, str]:
    """What a person would write in a field of the register."""
    known = sorted(
        changeable(register), key=lambda one: (one.shape not in SAID, bool(one.writers or one.applies), one.order)
    )[0]
    if known.choices is not None:
        return {known.key: list(known.choices)[-1].value}
    return {known.key: SAID[known.shape]}


def link_of(register: type[Any]) -> dict[str, str] | None:
    """A link to any row there is, where the register has links to choose."""
    known = next((one for one in changeable(register) if one.kind is Kind.REFERENCES and one.applies is None), None)
    if known is None:
        return None
    with inside("Tinn"):
        there = db.session.scalars(select(known.points_at.id).order_by(known.points_at.id)).first()
    return None if there is None else {f"comes-{known.key}": str(there)}


def newest(register: type[Any], before: int = 0) -> tuple[int, int] | None:
    """The id and version of the row that was made last, or so many before it."""
    with inside("Tinn"):
        asked = select(register.id, register.version).order_by(register.id.desc()).offset(before)
        found = db.session.execute(asked).first()
        return None if found is None else (found[0], found[1])


def outcome(browser: Any, register: type[Any], row: int, work: str, said: dict[str, str]) -> str:
    page = look(browser, register, [row], work, **said)
    if page.status_code != 200:
        return str(page.status_code)
    answer = do(browser, register, page, reason="Prøvd")  # which some registers demand
    if answer.status_code == 303:
        return DONE
    return KEPT if refused(page) else f"{answer.status_code} {page.text}"


def wanted(name: str, register: type[Any], work: str) -> str:
    if register in WRITES[name]:
        return DONE
    if register in PROPOSES.get(name, ()):
        return KEPT
    return DONE if (name, register, work) == ("siri", ImpactAssessment, "change") else SHUT


@pytest.mark.parametrize("name", READS)
def test_each_person_changes_links_and_deletes_just_where_the_role_does(name: str, as_on: As, engine_app: Any) -> None:
    browser = as_on(name)
    browser.post("/municipality/", data={"municipality": municipality("Tinn")})
    people()
    found, expected, unchanged = {}, {}, {}
    for register in REGISTERS:
        add(register, range(58, 60))
        row, version = newest(register) or (0, 0)
        other, _version = newest(register, 1) or (0, 0)  # what is linked may be in use, and so not be deleted
        works: dict[str, Any] = {"change": change_of(register), "link": link_of(register), "delete": {}}
        if (name, register) == ("siri", ImpactAssessment):
            works |= {"change": {"advice": "Et råd"}, "link": None}
        for work, said in works.items():
            if said is not None:
                key = (register.__tablename__, work)
                found[key] = (
                    outcome(browser, register, other, "change", said)
                    if work == "link"
                    else outcome(browser, register, row, work, said)
                )
                expected[key] = wanted(name, register, work)
        if DONE not in {one for (table, _work), one in found.items() if table == register.__tablename__}:
            unchanged[register.__tablename__] = newest(register) == (row, version)

    assert found == expected
    assert set(unchanged.values()) <= {True}


def test_the_form_offers_each_the_fields_that_are_theirs(as_: As) -> None:
    kept = {known.key for known in changeable(ImpactAssessment) if known.writers}
    with inside("Tinn"):
        row = db.session.scalars(select(ImpactAssessment.id)).first()
    known = {one.key for one in changeable(ImpactAssessment) if one.kind is not Kind.REFERENCES}

    offered = {}
    for name in ("siri", "kari"):
        page = as_(name).get(address(ImpactAssessment, "bulk/", work="change", row=row)).text
        offered[name] = {key for key in known if re.search(rf' name="{key}"', page)}

    assert offered == {"siri": kept, "kari": known - kept}
    assert kept < known
