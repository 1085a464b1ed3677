"""What a form asks while somebody writes: the checks of a save, for whoever may save, and nothing of anybody else."""

from __future__ import annotations

from typing import Any

import pytest

from models.database import db
from models.declare.base import fields_of
from models.declare.fields import Kind
from models.queries.finding import namesake
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.processing import ProcessingActivity
from tests.conftest import inside
from tests.test_form_page import FORMS
from tests.test_forms import first, reread
from tests.test_registers import As, address, fill, form_of, keeper
from tests.test_saving import executed, link, read_by  # noqa: F401 - a fixture is asked for by name

MOST = 10
NOTHING = {"errors": [], "namesake": None, "row": ""}


def ask(browser: Any, register: type[Any], values: dict[str, Any] | None = None, **about: Any) -> Any:
    return browser.post(address(register, "ask/", **about), data=values or {})


def said(browser: Any, register: type[Any], values: dict[str, Any], **about: Any) -> dict[str, Any]:
    told: dict[str, Any] = ask(browser, register, values, **about).json
    return {key: told[key] for key in NOTHING}


@pytest.mark.parametrize("register", FORMS, ids=lambda register: register.__tablename__)
def test_a_form_filled_by_the_rules_has_nothing_wrong_in_any_field(register: type[Any], as_: As) -> None:
    browser = keeper(register, as_)
    values = fill(register, form_of(browser.get(address(register, "new/")).text))

    for known in fields_of(register):
        if known.in_form and known.kind is not Kind.ROWS:
            assert (known.key, said(browser, register, values, left=known.key)["errors"]) == (known.key, [])


@pytest.mark.parametrize(
    ("left", "typed", "error"),
    [
        ("name", " ", "Fyll ut dette feltet."),
        ("user_count", "-3", "Tallet kan ikke være negativt."),
        ("notes", "01010150589", None),
        ("owner", "Ingen som heter det", None),
        ("retires", "i går", None),
    ],
)
def test_the_field_that_was_left_is_told_what_a_save_would_tell(
    left: str, typed: str, error: str | None, as_: As
) -> None:
    kari = as_("kari")
    values = form_of(kari.get(address(Application, "new/")).text).values | {"name": "Prøve", left: typed}

    answer = said(kari, Application, values, left=left)
    saved = kari.post(address(Application, "new/"), data=values)

    assert saved.status_code == 422
    assert [one for one in answer["errors"] if one in saved.text or one.replace("«", "&#171;") in saved.text]
    assert error in {None, *answer["errors"]}


def test_a_field_of_a_row_is_answered_for_by_itself(as_: As) -> None:
    kari = as_("kari")
    values = form_of(kari.get(address(ProcessingActivity, "new/")).text).values
    values |= {"retention-0-months": "mange", "retention-0-disposal": ""}

    answer = said(kari, ProcessingActivity, values, left="retention-0-months")

    assert len(answer["errors"]) == 1
    assert said(kari, ProcessingActivity, values, left="retention-0-start") == NOTHING


@pytest.mark.parametrize(
    "left", ["nothing", "id", "version", "municipality_id", "retention", "retention-9-months", "__class__"]
)
def test_a_field_the_form_does_not_have_is_answered_with_nothing(left: str, as_: As) -> None:
    assert said(as_("kari"), ProcessingActivity, {}, left=left, row=left if left != "retention" else "x") == NOTHING


def test_another_row_of_the_name_is_told_of_and_oneself_is_not(as_on: Any) -> None:
    kari, row = as_on("kari"), first(Application)

    new = said(kari, Application, {"name": row.name.upper()}, left="name")["namesake"]
    itself = said(kari, Application, {"name": row.name}, left="name", id=row.id)["namesake"]
    free = said(kari, Application, {"name": "Et navn ingen har"}, left="name")["namesake"]

    assert new["url"] == address(Application, "details/", id=row.id)
    assert (itself, free) == (None, None)


def test_a_name_in_another_municipality_is_not_told_of(as_on: Any) -> None:
    siri_and_kari, theirs = as_on("kari"), first(Application, "Seljord")

    assert said(siri_and_kari, Application, {"name": theirs.name}, left="name") == NOTHING


def test_a_name_in_the_common_catalogue_is_told_of_to_all(as_: As) -> None:
    supplier = first(Supplier)

    told = said(as_("kari"), Supplier, {"name": supplier.name}, left="name")["namesake"]

    assert told["url"] == address(Supplier, "details/", id=supplier.id)


@pytest.mark.parametrize("register", FORMS, ids=lambda register: register.__tablename__)
def test_who_may_not_save_is_answered_nothing(register: type[Any], as_on: Any) -> None:
    ola = as_on("ola")

    assert ask(ola, register).status_code == 403


@pytest.mark.parametrize("register", [Application, ProcessingActivity, Supplier])
def test_who_may_read_a_row_and_not_change_it_is_answered_nothing_of_it(register: type[Any], as_on: Any) -> None:
    ola, row = as_on("ola"), first(register)

    assert ola.get(address(register, "details/", id=row.id)).status_code == 200
    assert ask(ola, register, id=row.id, left="name").status_code == 403


def test_rows_of_several_owners_are_no_namesakes(as_on: Any) -> None:
    as_on("kari")
    mine, theirs = first(Application), first(Application, "Seljord")
    with inside("Tinn", "Seljord", active=False):
        row = db.session.get(Application, mine.id)

        assert namesake(db.session, row, theirs.name) is None
        assert namesake(db.session, Application(municipality_id=mine.municipality_id), mine.name) == mine.id


def test_a_foreign_row_is_not_found_and_a_request_that_changes_nothing_is_refused(as_on: Any) -> None:
    kari, theirs, ours = as_on("kari"), first(Application, "Seljord"), first(Application)

    answers = [ask(kari, Application, id=one).status_code for one in (theirs.id, "x", "", 10**30, ours.id)]

    assert answers == [404, 404, 404, 404, 200]
    assert kari.get(address(Application, "ask/", id=ours.id)).status_code == 405
    assert kari.post(address(Application, "ask/"), csrf=False).status_code == 400


def test_asking_saves_nothing(as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    values = form_of(kari.get(address(Application, "edit/", id=row.id)).text).values | {"name": "Bare skrevet"}

    ask(kari, Application, values, id=row.id, left="name")

    assert reread(row, "name", "version") == [row.name, row.version]


def test_a_row_more_is_drawn_after_the_others_and_no_further_than_there_is_room(as_: As) -> None:
    kari = as_("kari")
    values = form_of(kari.get(address(ProcessingActivity, "new/")).text).values

    told = said(kari, ProcessingActivity, values | {"retention-7-start": "x"}, row="retention")["row"]
    many = {f"retention-{number}-start": "x" for number in range(200)}

    assert 'name="retention-8-start"' in told
    assert 'value="8"' in told
    assert said(kari, ProcessingActivity, many, row="retention")["row"] == ""


@pytest.mark.parametrize("register", [ProcessingActivity, Application])
def test_asking_costs_the_same_with_one_link_and_with_many(
    register: type[Any],
    as_on: Any,
    executed: list[str],  # noqa: F811
) -> None:
    kari, counts = as_on("kari"), []
    for how_many in (1, 10):
        row_id = link(register, how_many)
        values = form_of(kari.get(address(register, "edit/", id=row_id)).text).values
        ask(kari, register, values, id=row_id, left="name")
        executed.clear()
        ask(kari, register, values, id=row_id, left="name")
        counts.append(len(read_by(executed)))

    assert counts[0] == counts[1] <= MOST
