"""Bø and Sauherad before they became Midt-Telemark: two furnished municipalities, and a part of the one that went to
Notodden; and what a merger is done with, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import inspect, select

from exchange.mergers import MergerWorker
from models.database import db
from models.declare.base import Base
from models.declare.choices import RecordStatus
from models.keeping.progress import Progress
from models.registers.architecture import Application
from models.registers.attachments import Attachment
from models.registers.catalogue import Product
from models.registers.mergers import Merger
from models.registers.municipality import Municipality, Succession
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from models.tenancy import scope
from models.tenancy.log import CHANGES
from models.tenancy.people import Membership, MunicipalRole, User
from models.tenancy.rowsecurity import announce
from models.tenancy.session import EXEMPT
from tests import world
from tests.conftest import inside, municipality, user
from views import storing

OLD, NEW, PART = ("Bø", "Sauherad"), "Midt-Telemark", "Notodden"
THE_DAY = date(2020, 1, 1)
LOGS = {one.__tablename__ for one in CHANGES.values()} | {"access_entry", "project_access_entry"}
LOGS |= {"merger", "last_number"}  # the plan itself, and the numbers that are given once
COUNTED = {"version", "updated_at"}
FILE = "0" * 32


def furnish() -> None:
    """Rows in every register of both, a product that both use, a part of Sauherad, something that hangs on a row, and a
    person with a role there."""
    ola = user("ola").id
    for place in OLD:
        with inside(place):
            with db.session.no_autoflush:
                world.furnish(db.session, place)
            db.session.commit()
            row = db.session.scalars(select(Application)).one()
            row.product = db.session.scalars(select(Product).order_by(Product.id)).first()
            row.description = f"{place} beskriver"
            activity = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id)).first()
            assert activity is not None
            activity.status, activity.approved_by, activity.approved_on = RecordStatus.APPROVED, "Leiar", THE_DAY
            hung = {"register": "application", "row_id": row.id, "author_name": "Verda"}
            db.session.add(Attachment(title=f"{place} lenke", address="https://a.example/", **hung))
            db.session.add(Attachment(name=f"{place}.pdf", ending="pdf", size=1000, digest="d", stored=FILE, **hung))
            db.session.add(Membership(user=db.session.get(User, ola), role=MunicipalRole("reader")))
            db.session.commit()
    with inside("Sauherad"):
        unit = OrganisationalUnit(name="Hjuksebø skule")
        chief = ContactPerson(name="Hjuksebø Rektor", unit=unit)
        db.session.add(Application(name="Hjuksebø skulesystem", unit=unit, owner=chief))
        db.session.commit()


def forget_the_facts() -> None:
    """As it was before anybody had written down that there would be a merger."""
    with inside():
        for one in db.session.scalars(select(Succession)):
            db.session.delete(one)
        for place in db.session.scalars(select(Municipality).where(Municipality.name.in_((*OLD, NEW)))):
            place.ended = None
            for code in place.codes:
                code.valid_to = None
            if place.name == NEW:
                place.joined, place.codes, place.populations = None, [], []
        db.session.commit()


def contents() -> dict[str, list[Any]]:
    """Every row of every table, but for history and logs; how often a row was written does not count."""
    db.session.rollback()
    with inside():
        everything = scope.current()
    found = {}
    with db.engine.connect().execution_options(**{EXEMPT: True}) as connection:
        if connection.dialect.name == "postgresql":
            announce(connection, everything)
        for name, table in Base.metadata.tables.items():
            if name not in LOGS:
                columns = [column for column in table.columns if column.name not in COUNTED]
                found[name] = sorted(repr(tuple(row)) for row in connection.execute(select(*columns)))
    return found


def differing(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> dict[str, Any]:
    """The tables that are otherwise, with the rows that came and went."""
    return {
        name: (sorted(set(after[name]) - set(rows)), sorted(set(rows) - set(after[name])))
        for name, rows in before.items()
        if rows != after[name]
    }


def plan(browser: Any) -> int:
    """Plan what the facts propose for the first of January 2020; the number of the plan."""
    page = browser.get("/mergers/")
    key = re.search(r'name="proposal" value="(2020-01-01[^"]*)"', page.text)
    assert key is not None, page.text
    done = browser.post("/mergers/", data={"day": "2020-01-01", "proposal": key[1]})
    assert done.status_code == 303, done.text
    return int(done.location.rstrip("/").rsplit("/", 1)[1])


def made(browser: Any, sources: tuple[str, ...] = OLD, target: str = NEW, day: str = "2020-01-01", **more: str) -> Any:
    """Plan what nothing is known of; the answer."""
    chosen = {"source": [municipality(one) for one in sources], "target": municipality(target)}
    return browser.post("/mergers/", data={"day": day, **chosen, **more})


def number_of(answer: Any) -> int:
    assert answer.status_code == 303, answer.text
    return int(answer.location.rstrip("/").rsplit("/", 1)[1])


def place_of(number: int, source: str, target: str) -> int:
    """Where a leg stands in a plan, counted from 1."""
    with inside():
        legs = db.session.get(Merger, number).legs
        wanted = (municipality(source), municipality(target))
        return 1 + [(leg.source, leg.target) for leg in legs].index(wanted)


def take_units(browser: Any, number: int, source: str, target: str, *names: str) -> Any:
    """Let what belongs to some units go along."""
    with inside(source):
        wanted = select(OrganisationalUnit.id).where(OrganisationalUnit.name.in_(names))
        units = list(db.session.scalars(wanted))
    at = place_of(number, source, target)
    return browser.post(f"/mergers/{number}/rows/{at}/", data={"do": "take", "unit": units})


def ask(browser: Any, number: int, what: str) -> Any:
    """Press a button of a plan as its page shows it now: carry, undo or confirm."""
    with inside():
        version = db.session.get(Merger, number).version
    return browser.post(f"/mergers/{number}/{what}/", data={"version": str(version)})


def worker(**more: Any) -> MergerWorker:
    """Who does what is asked for."""
    progress = Progress(Path(current_app.instance_path) / "progress")
    return MergerWorker(db.session(), progress, storing.room_of_a_place(), **{"alone": True, **more})


def act(browser: Any, number: int, what: str) -> Any:
    """Press a button of a plan, and let the worker do it. What stood in the way of that is the answer, as 409."""
    answer = ask(browser, number, what)
    if answer.status_code != 303 or what == "confirm":
        return answer
    worker().once()
    db.session.remove()
    page = browser.get(f"/mergers/{number}/")
    with inside():
        refused = bool(db.session.get(Merger, number).said)
    if refused:
        page.status_code = 409
    return page if refused else answer


def state_of(number: int) -> str:
    with inside():
        return str(db.session.get(Merger, number).state)


def names(register: type[Any], place: str) -> list[str]:
    with inside(place):
        return sorted(map(str, db.session.scalars(select(register))))


@contextmanager
def row(register: type[Any], place: str, **by: Any) -> Iterator[Any]:
    """One row of a municipality, to be looked at or changed."""
    with inside(place):
        yield db.session.scalars(select(register).filter_by(**by)).one()


def links(one: Any) -> dict[str, str]:
    """What a row is linked to, by name."""
    found = {}
    for relation in inspect(type(one)).relationships:
        if not relation.viewonly and not relation.uselist:
            far = getattr(one, relation.key)
            found[relation.key] = str(far) if far is not None else ""
    return found


def assess(place: str) -> RiskAssessment:
    with inside(place):
        return db.session.scalars(select(RiskAssessment)).one()
