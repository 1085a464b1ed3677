"""One step at a time: the same form with one section in sight; nothing is lost by going back and forth."""

from __future__ import annotations

import re
from typing import Any

import pytest

import models
from models.database import db
from models.declare.base import fields_of
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment, RiskAssessment
from tests.conftest import inside
from tests.test_forms import first, reread
from tests.test_registers import As, address, errors, form_of, keeper
from views.register.guided import saves_underway

NEW = address(ProcessingActivity, "new/")
LONG = [one for one in models.REGISTERS if len({known.section for known in fields_of(one) if known.in_form}) >= 3]
long_register = pytest.mark.parametrize("register", LONG, ids=lambda register: register.__tablename__)


def step(page: str) -> tuple[int, int]:
    """Which step is shown, and of how many."""
    found = re.search(r"Steg (\d+) av (\d+)", page)
    assert found is not None
    return int(found[1]), int(found[2])


def in_sight(page: str) -> list[str]:
    """The sections that are shown."""
    parts = re.findall(r'<details class="(card form-part[^"]*)" id="(section-\d+)" open( hidden)?', page)
    return [name for looks, name, hidden in parts if "away" not in looks and not hidden]


def values_of(answer: Any) -> dict[str, list[str]]:
    """What a page would send; a browser leaves out the line break that begins a text area."""
    return {name: [one.removeprefix("\r\n") for one in found] for name, found in form_of(answer.text).values.items()}


def guided(browser: Any, url: str) -> Any:
    """A form, one step at a time."""
    return browser.post(url, data=values_of(browser.get(url)) | {"mode": "guided"})


def go(browser: Any, url: str, page: Any, to: str, **changes: Any) -> Any:
    """The page that follows when a step is left."""
    answer = browser.post(url, data=values_of(page) | {"to": to} | changes)
    return browser.get(answer.location) if answer.status_code == 303 else answer


@long_register
def test_a_long_form_is_offered_one_step_at_a_time_and_has_the_same_fields(register: type[Any], as_: As) -> None:
    browser = keeper(register, as_)
    whole = browser.get(address(register, "new/"))

    steps = guided(browser, address(register, "new/"))

    assert "Ett steg om gangen" in whole.text
    assert (step(steps.text)[0], in_sight(steps.text)) == (1, ["section-1"])
    assert values_of(steps).keys() - {"step"} == values_of(whole).keys()
    assert step(browser.get(address(register, "new/")).text)[0] == 1  # it is remembered


@pytest.mark.parametrize(
    "register", [one for one in models.REGISTERS if one not in LONG and not one.__written_once__],
    ids=lambda register: register.__tablename__,
)  # fmt: skip
def test_a_short_form_is_one_step_whatever_is_remembered(register: type[Any], as_: As) -> None:
    browser = keeper(register, as_)
    browser.post(address(register, "new/"), data=values_of(browser.get(address(register, "new/"))) | {"mode": "guided"})

    page = browser.get(address(register, "new/")).text

    assert ("Ett steg om gangen" in page, "Steg 1 av" in page) == (False, False)


def test_the_choice_is_ones_own(as_: As) -> None:
    guided(as_("kari"), NEW)

    assert "Steg 1 av" not in as_("lars").get(NEW).text


def test_switching_between_steps_and_the_whole_form_loses_nothing_and_saves_nothing(as_: As) -> None:
    kari, row = as_("kari"), first(ProcessingActivity)
    url = address(ProcessingActivity, "edit/", id=row.id)
    typed = values_of(kari.get(url)) | {"purpose": ["Ikke lagret"], "retention-0-start": ["Ny"]}

    steps = kari.post(url, data=typed | {"mode": "guided"})
    whole = kari.post(url, data=values_of(steps) | {"mode": "whole"})

    own = {"opened_in", "step"}
    assert [values_of(page)["purpose"] for page in (steps, whole)] == [["Ikke lagret"]] * 2
    assert {key: value for key, value in values_of(whole).items() if key not in own} == {
        key: value for key, value in values_of(steps).items() if key not in own
    }
    assert reread(row, "purpose") == [row.purpose]


def test_a_new_activity_is_a_draft_from_the_first_step_that_can_be_saved(as_on: As) -> None:
    kari = as_on("kari")
    page = guided(kari, NEW)

    nameless = go(kari, NEW, page, "next", purpose="Et formål")
    back = go(kari, NEW, nameless, "previous")
    saved = go(kari, NEW, back, "next", name="Steg for steg")
    with inside("Tinn"):
        made = db.session.query(ProcessingActivity).filter_by(name="Steg for steg").one()
        purpose, url = made.purpose, address(ProcessingActivity, "edit/", id=made.id)
    third = go(kari, url, saved, "next")
    with inside("Tinn"):
        assert db.session.query(ProcessingActivity).filter_by(name="Steg for steg").count() == 1

    assert (nameless.status_code, step(nameless.text), errors(nameless.text)) == (200, (2, 7), [])
    assert (step(back.text)[0], values_of(back)["purpose"]) == (1, ["Et formål"])
    assert (step(saved.text)[0], step(third.text)[0], purpose) == (2, 3, "Et formål")


def test_a_new_row_that_is_no_draft_is_kept_in_the_form_until_the_last_step(as_: As) -> None:
    kari, url = as_("kari"), address(Application, "new/")
    page = go(kari, url, guided(kari, url), "next", name="Til sist", short_name="ts")
    first_step, last = step(page.text), None
    for _ in range(first_step[1] - 2):
        page = go(kari, url, page, "next")
    last = step(page.text)
    with inside("Tinn"):
        before = db.session.query(Application).filter_by(name="Til sist").count()

    answer = kari.post(url, data=values_of(page))

    with inside("Tinn"):
        made = db.session.query(Application).filter_by(name="Til sist").one()
    assert (first_step[0], last[0] == last[1], before) == (2, True, 0)
    assert (answer.status_code, made.short_name) == (303, "ts")


def test_each_step_of_a_row_that_is_there_is_saved(as_on: As) -> None:
    kari, row = as_on("kari"), first(Agreement)
    url = address(Agreement, "edit/", id=row.id)
    page = guided(kari, url)

    following = go(kari, url, page, "section-4", edition="2023")

    assert reread(row, "edition") == ["2023"]
    assert in_sight(following.text) in (["section-4"], ["section-5"])


def test_a_step_that_is_wrong_is_shown_again_with_what_is_wrong_and_nothing_is_saved(as_: As) -> None:
    kari, row = as_("kari"), first(Agreement)
    url = address(Agreement, "edit/", id=row.id)
    page = guided(kari, url)

    refused = kari.post(url, data=values_of(page) | {"step": "section-5", "to": "next", "signed": "i går", "name": ""})

    assert (refused.status_code, len(errors(refused.text))) == (422, 2)
    assert in_sight(refused.text) == ["section-1", "section-2"]
    assert reread(row, "name") == [row.name]


def test_a_row_is_opened_again_at_the_step_that_lacks_something(as_: As) -> None:
    kari, row = as_("kari"), first(ProcessingActivity)
    with inside("Tinn"):
        stored = db.session.get(ProcessingActivity, row.id)
        stored.retention = []
        db.session.commit()
    url = address(ProcessingActivity, "edit/", id=row.id)

    page = guided(kari, url)

    assert "Lagring og sletting" in page.text.partition('aria-current="step"')[2][:60]


@pytest.mark.parametrize("spoilt", ["", "x", "section-99", "-1", "\u0000", "next" * 50])
def test_a_step_there_is_not_leads_to_the_first(spoilt: str, as_: As) -> None:
    kari = as_("kari")
    page = guided(kari, address(Application, "new/"))

    answer = go(kari, address(Application, "new/"), page, spoilt, step=spoilt)

    assert (answer.status_code, step(answer.text)[0]) == (200, 1)


def test_a_draft_two_people_write_in_is_compared_as_ever(as_: As) -> None:
    kari, lars, row = as_("kari"), as_("lars"), first(Agreement)
    url = address(Agreement, "edit/", id=row.id)
    page = guided(kari, url)
    lars.post(url, data=values_of(lars.get(url)) | {"edition": "Lars"})

    answer = go(kari, url, page, "next", edition="Kari")

    assert (answer.status_code, reread(row, "edition")) == (409, ["Lars"])


def test_a_form_within_another_is_whole_and_one_comes_back_to_the_step_one_left(as_: As) -> None:
    kari, url = as_("kari"), address(Application, "new/")
    page = go(kari, url, guided(kari, url), "section-6", name="Ytterst")
    sent_on = kari.post(url, data=values_of(page) | {"make": "agreements"})

    within = kari.post(sent_on.location, data=values_of(page))
    saved = kari.post(address(Agreement, "new/"), data=values_of(within) | {"name": "Underveis"})
    back = kari.post(saved.location, data=values_of(within))

    assert "Steg 1 av" not in within.text
    assert (in_sight(back.text), values_of(back)["name"]) == (["section-6"], ["Ytterst"])


def test_the_registers_whose_new_rows_are_saved_underway() -> None:
    assert {one for one in models.REGISTERS if saves_underway(one)} == {ProcessingActivity, Agreement, ImpactAssessment}
    assert {ProcessingActivity, Agreement, ImpactAssessment, RiskAssessment, Application} <= set(LONG)
    assert OrganisationalUnit not in LONG
