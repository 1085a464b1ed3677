"""An impact assessment that is begun from an activity has the criteria ticked which that fulfils, and no other."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.changes.adopting import adopt
from models.database import db
from models.declare.choices import Answer
from models.declare.criteria import CRITERIA
from models.queries.rules import FULFILS
from models.registers.catalogue import ProcessingTemplate
from models.registers.processing import ProcessingActivity
from tests.conftest import inside
from tests.test_registers import As, form_of

PLAIN = {"special": Answer.NO, "criminal": Answer.NO, "children": Answer.NO, "vulnerable": Answer.NO}


def made(where: str, template: str = "", **said: Any) -> int:
    with inside(where):
        row = ProcessingActivity(name="Noe", **PLAIN)
        if template:
            wanted = select(ProcessingTemplate).where(ProcessingTemplate.name == template)
            row = adopt(db.session, db.session.scalars(wanted).one(), language="nb")
        for key, value in said.items():
            setattr(row, key, value)
        db.session.add(row)
        db.session.commit()
        return int(row.id)


def ticked(browser: Any, activity: int) -> set[str]:
    values = form_of(browser.get(f"/impact-assessment/new/?activity={activity}").text).values
    return {key for key in CRITERIA if values.get(key) == ["yes"]}


def test_every_criterion_can_be_told_from_an_activity() -> None:
    assert FULFILS.keys() == CRITERIA.keys()


def test_what_an_activity_and_its_template_say_is_ticked(as_: As) -> None:
    kari = as_("kari")
    assert ticked(kari, made("Tinn")) == set()
    assert ticked(kari, made("Tinn", automated=Answer.YES, scale=20_000)) == {"automated", "large_scale"}
    assert ticked(kari, made("Tinn", "Velferdsteknologi og trygghetsalarm")) == {
        "monitoring", "sensitive", "vulnerable", "innovative",
    }  # fmt: skip


def test_nothing_is_told_of_an_activity_out_of_reach(as_: As) -> None:
    theirs = made("Seljord", automated=Answer.YES, scale=20_000)
    assert ticked(as_("kari"), theirs) == set()
