"""Every register, every thing that can be done with it, every person: who may, and who is refused. No cell is left out.

What each person may is said once, in words of the agreement (tests/test_roles.py); here every door is tried against it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.changes.merging import may_merge
from models.database import db
from models.declare.base import fields_of
from models.declare.clock import today
from models.declare.domains import Domain
from models.declare.fields import is_owned
from models.declare.shapes import Shape
from models.queries.events import name_of
from models.queries.filtering import operators_of
from models.registers.attachments import attachment_class
from models.registers.comments import comment_class
from models.registers.listviews import ListedRegister, ProjectView
from models.registers.municipality import Municipality
from models.registers.risk import ImpactAssessment
from models.registers.wording import Wording
from models.tenancy import scope
from models.tenancy.log import CHANGED, SharedChange, change_class
from models.tenancy.people import ProjectRole
from tests.conftest import inside, municipality
from tests.test_registers import As, address
from tests.test_roles import PROPOSES, READS, WRITES

DONE, NOT_HERE = {200, 303}, {403, 404}
PROJECT = {"per", "sol", "frida"}
OWN_ROLE = ("per", ProjectRole)  # which nobody changes
LOCALLY_KEPT = ("lars", Municipality)  # the own contact details
SOME_FIELDS = {LOCALLY_KEPT, ("siri", ImpactAssessment)}  # and the advice
Door = Callable[[Any, type[Any], int], Any]


@dataclass(frozen=True)
class Action:
    """Something that can be done: by which right, how it is asked for, and where there is no such thing."""

    right: str
    ask: Door
    missing_in: Callable[[type[Any]], bool] = lambda _register: False
    refused: int = 403


def at(door: str, **more: Any) -> Door:
    return lambda browser, register, row: browser.get(address(register, door, id=row, **more))


def listed(**query: Any) -> Door:
    return lambda browser, register, _row: browser.get(address(register, **query))


def every_operator(browser: Any, register: type[Any], _row: int) -> Any:
    """A question with each of the operators that can be asked in a register, the first field that takes it."""
    asked: dict[str, str] = {}
    for known in fields_of(register):
        for operator in operators_of(known):
            if f".{operator}" not in {f".{one.partition('.')[2]}" for one in asked}:
                asked[f"{known.key}.{operator}" if operator else known.key] = "1"
    return browser.get(address(register, **asked))


def columns_of(register: type[Any]) -> str:
    return ",".join(known.key for known in fields_of(register) if known.listed)


def beside(room: str, door: str = "", **data: Any) -> Door:
    return lambda browser, register, row: browser.post(f"/{room}/{register.__tablename__}/{row}/{door}", data=data)


def door(register: type[Any]) -> str:
    """Where a sheet comes in."""
    return f"/imports/from/{register.__tablename__}/"


def in_bulk(work: str) -> Door:
    return lambda browser, register, row: browser.post(address(register, "bulk/"), data={"work": work, "row": str(row)})


def change_of(register: type[Any], row: int) -> str:
    """Where the newest change of a row is taken back; where none is, when there is no row."""
    log = SharedChange if is_written_once(register) else change_class(register)
    with inside():
        mine = (log.register == register.__tablename__, log.row_id == row, log.action == CHANGED)
        newest = db.session.scalars(select(log.id).where(*mine).order_by(log.id.desc())).first()
    return f"/changes/undo/{name_of(log)}/{newest or 0}/"


def is_written_once(register: type[Any]) -> bool:
    return bool(register.__written_once__)


ACTIONS = {
    "list": Action("read", listed()),
    "search": Action("read", listed(search="test")),
    "columns": Action("read", lambda b, register, _row: b.get(address(register, columns=columns_of(register)))),
    "every operator of a filter": Action("read", every_operator),
    "panel of columns": Action("read", listed(panel="columns")),
    "panel of filters": Action("read", listed(panel="filter")),
    "how close rows stand": Action(
        "read", lambda b, r, _row: b.post(address(r, "arrange/"), data={"density": "compact", "back": address(r)})
    ),
    "details": Action("read", at("details/")),
    "menu of a row": Action("read", at("menu/"), is_written_once),
    "history": Action("read", at("history/"), is_written_once),
    "trash": Action("read", lambda b, register, _row: b.get(address(register, "deleted/")), is_written_once),
    "new": Action("create", at("new/")),
    "import": Action("import", lambda b, register, _row: b.get(door(register))),
    "copy": Action("create", lambda b, register, row: b.get(address(register, "new/", copy=row))),
    "edit": Action("edit", at("edit/")),
    "delete": Action("delete", at("delete/")),
    "bulk change": Action("bulk", in_bulk("change")),
    "bulk delete": Action("bulk delete", in_bulk("delete")),
    "merge": Action("merge", at("merge/")),
    "look at an undoing": Action("read", lambda b, register, row: b.get(change_of(register, row)), is_written_once),
    "undo": Action(
        "undo",
        lambda b, register, row: b.post(change_of(register, row), data={"reason": "Prøvd"}),  # which some demand
        is_written_once,
        409,
    ),
    "comment": Action("say", beside("comments", text="Stemmer dette?"), lambda one: comment_class(one) is None),
    "follow": Action("read", beside("following"), lambda one: comment_class(one) is None),
    "attach": Action(
        "attach",
        beside("attachments", "link/", title="Saken", address="https://tinn.example/1"),
        lambda one: attachment_class(one) is None,
    ),
}


def rows() -> dict[type[Any], int]:
    """A row of each register: Tinn's own, of those that have owners."""
    found, here = {}, municipality("Tinn")
    with inside("Tinn"):
        db.session.add(ProjectView(name="Felles visning", list_of=ListedRegister("supplier"), query="search=test"))
        db.session.add(Wording(name="Her", place="help:supplier.name", language="nb", words="Noe annet."))
        db.session.commit()
    for register in models.REGISTERS:
        with scope.use(scope.Scope(everyone=True)) if register.__domain__ is Domain.PEOPLE else inside("Tinn"):
            asked = select(register.id).order_by(register.id)
            if register is Municipality:
                asked = asked.where(register.id == here)
            elif is_owned(register):
                asked = asked.where(register.municipality_id == here)
            found[register] = db.session.scalars(asked).first()
    for register, row in found.items():
        if row and not is_written_once(register):
            change_something(register, row)
    return found


def change_something(register: type[Any], row: int) -> None:
    """Change a field of a row, one that nobody has to themselves where there is one."""
    changeable = [one for one in fields_of(register) if one.shape in OTHERWISE and one.in_form]
    known = min(changeable, key=lambda one: (len(one.writers), list(OTHERWISE).index(one.shape)))
    with inside("Tinn"):
        there = db.session.get(register, row)
        setattr(there, known.key, OTHERWISE[known.shape](known, getattr(there, known.key)))
        db.session.commit()


OTHERWISE: dict[Shape, Callable[[Any, Any], Any]] = {
    Shape.TEXT: lambda _known, text: f"{text or ''} endret",
    Shape.LONG_TEXT: lambda _known, text: f"{text or ''} endret",
    Shape.DATE: lambda _known, day: (day or today()) - timedelta(days=1),
    Shape.CHOICE: lambda known, value: next(one for one in known.choices if one is not value),
}


def may(name: str, action: Action, register: type[Any]) -> bool:
    """Whether the agreement lets a person do it, there being a row to do it with."""
    writes = register in WRITES[name] or (name, register) in SOME_FIELDS
    may_change_many = (name, register) != LOCALLY_KEPT and (writes or register in PROPOSES.get(name, set()))
    return {
        "read": register in READS[name],
        "say": register in READS[name] and name not in PROJECT,
        "create": register in WRITES[name] | PROPOSES.get(name, set()),
        # A sheet changes rows as well as making them; what is written once takes none.
        "import": not is_written_once(register) and may_change_many,
        "edit": writes,
        "bulk": may_change_many,
        "attach": writes,
        "undo": (register in WRITES[name] or (name, register) == LOCALLY_KEPT) and (name, register) != OWN_ROLE,
        "merge": register in WRITES[name] and may_merge(register),
        "bulk delete": register in WRITES[name] | PROPOSES.get(name, set()),
        "delete": register in WRITES[name],
    }[action.right]


def right_of(name: str, action: Action, register: type[Any], row: int | None) -> set[int]:
    """The answers that are right: done, refused, or no such thing; where there is no row, none is opened."""
    if register not in READS[name]:
        return NOT_HERE
    if action.missing_in(register):
        return {404}
    if not may(name, action, register):
        return {action.refused} if row else NOT_HERE
    return DONE if row else DONE | {404}


@pytest.mark.parametrize("name", READS)
def test_every_action_in_every_register_is_open_to_those_who_may_and_to_nobody_else(name: str, as_on: As) -> None:
    there, browser = rows(), as_on(name)
    browser.post("/municipality/", data={"municipality": municipality("Tinn")})

    answers = {
        (what, register.__tablename__): (action.ask(browser, register, row or 0).status_code, action, register, row)
        for what, action in ACTIONS.items()
        for register, row in there.items()
    }

    assert len(answers) == len(ACTIONS) * len(models.REGISTERS)
    wrong = {cell: said for cell, (said, *asked) in answers.items() if said not in right_of(name, *asked)}
    assert wrong == {}
    done = {what for (what, _register), (said, *_asked) in answers.items() if said in DONE}
    assert done >= {what for what, action in ACTIONS.items() if action.right == "read"}


@pytest.mark.parametrize("name", READS)
def test_a_list_shows_the_door_to_import_to_those_who_may_and_a_sheet_from_others_is_refused(
    name: str, as_on: As
) -> None:
    browser = as_on(name)
    browser.post("/municipality/", data={"municipality": municipality("Tinn")})
    lists = [register for register in models.REGISTERS if register in READS[name]]
    open_to = {one for one in lists if may(name, ACTIONS["import"], one)}

    shown = {one for one in lists if door(one) in browser.get(address(one)).text}
    refused = [browser.post(door(one), data={"file": (BytesIO(b"Navn\n1\n"), "ark.csv")}) for one in lists
               if one not in open_to]  # fmt: skip

    assert shown == open_to
    assert {one.status_code for one in refused} <= {403}
    assert len(shown) + len(refused) == len(lists)
