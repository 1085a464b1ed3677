"""When a field applies: the form shows it and completeness counts it by one declaration."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare.base import field_of, fields_of, part_class
from models.declare.conditions import filled, linked, when
from models.declare.fields import Field, Kind, Mark, is_owned
from models.declare.shapes import Shape
from models.queries import quality
from models.registers.processing import ProcessingActivity
from tests.conftest import inside
from tests.support.conditions import SOMETHING, answers
from tests.support.rows import SAMPLES, TYPED
from tests.test_forms import first, reread
from tests.test_registers import As, address, form_of, keeper

pytestmark = pytest.mark.usefixtures("unhindered")
CASES = [(register, known) for register in models.REGISTERS for known in fields_of(register) if known.applies]
IDS = [f"{register.__tablename__}.{known.key}" for register, known in CASES]
SIDES = pytest.mark.parametrize("holds", [True, False], ids=["applies", "does not apply"])


class Row:
    """Answers to keys, as conditions ask."""

    def __init__(self, **values: Any) -> None:
        vars(self).update(values)


def posted(register: type[Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Answers as a browser posts them."""
    found: dict[str, Any] = {}
    for key, value in wanted.items():
        known = field_of(register, key)
        if known.kind is Kind.REFERENCES:
            found[key] = [_row_with(known, *value[0])] if isinstance(value, list) and value else []
            if value is SOMETHING:
                found[key] = [_any_row(known)]
        elif known.kind is Kind.ROWS:
            found |= {f"{key}-0-{one.key}": _posted_value(one) for one in _musts(known)} if value else {}
        else:
            found[key] = _posted_value(known) if value is SOMETHING else (value or "")
    return found


def _musts(known: Field) -> list[Field]:
    return [one for one in fields_of(part_class(known)) if one.required]


def _posted_value(known: Field) -> Any:
    if known.kind is Kind.VALUE:
        typed = TYPED[known.shape][0] if known.shape is Shape.MOMENT else str(SAMPLES[known.shape])
        return next(iter(known.choices)) if known.choices else typed
    return str(_any_row(known)) if known.kind is Kind.REFERENCE else []


def _row_with(known: Field, fact: str, value: Any) -> int:
    with inside("Tinn"):
        target = known.points_at
        return int(db.session.scalars(select(target.id).where(getattr(target, fact) == value)).first())


def _any_row(known: Field, before: int = 0) -> int:
    with inside("Tinn"):
        there = known.points_at
        return int(db.session.scalars(select(there.id).order_by(there.id).offset(before)).first())


def opened(as_: As, register: type[Any]) -> tuple[Any, str, dict[str, Any]]:
    """A browser with the form of a new row: where it is, and what it would post."""
    browser = keeper(register, as_)
    if is_owned(register):
        browser = as_("lars" if register.__domain__ and register.__domain__.value == "risk" else "kari")
    url = address(register, "new/")
    musts = [known for known in fields_of(register) if known.required]
    values = {known.key: TYPED[known.shape][0] for known in musts if known.shape in {Shape.DATE, Shape.MOMENT}}
    values |= {one.key: str(_any_row(one, at)) for at, one in enumerate(musts) if one.kind is Kind.REFERENCE}
    return browser, url, form_of(browser.get(url).text).values | values


def is_shown(page: str, key: str) -> bool:
    place = re.search(rf'<div class="slot[^"]*" data-asked="{key}"( hidden)?>', page)
    assert place is not None
    return place[1] is None


@SIDES
@pytest.mark.parametrize(("register", "known"), CASES, ids=IDS)
def test_a_field_comes_and_goes_with_the_answers(register: type[Any], known: Field, holds: bool, as_: As) -> None:
    browser, url, values = opened(as_, register)
    assert known.applies
    values |= posted(register, answers(register, known.applies, holds=holds))

    without_script = browser.post(url, data=values | {"refresh": "1"}).text
    told = browser.post(address(register, "ask/", empty=known.key), data=values).json

    assert is_shown(without_script, known.key) is holds
    assert (known.key in told["shown"], known.key in told["asked"], known.key in told["html"]) == (holds,) * 3


@SIDES
@pytest.mark.parametrize(("register", "known"), CASES, ids=IDS)
def test_what_applies_is_counted_and_nothing_else(register: type[Any], known: Field, holds: bool, as_: As) -> None:
    browser, url, values = opened(as_, register)
    assert known.applies
    wanted = answers(register, known.applies, holds=holds)
    values |= {"name": "Prøve av vilkår"} | posted(register, wanted)

    answer = browser.post(url, data=values)

    if "approved" in wanted.values():  # asked for at the field, which is then in sight
        assert (answer.status_code, is_shown(answer.text, known.key)) == (422, True)
        return
    assert answer.status_code == 303
    with inside("Tinn"):
        row = db.session.scalars(select(register).order_by(register.id.desc())).first()
        counted = [one.key for one in quality.applicable(row)]
        assert known.applies_to(row) is holds
        assert (known.key in counted) is (holds and known.mark is not Mark.OPTIONAL)


@pytest.mark.parametrize(("role", "told"), [("controller", False), ("joint", True)])
def test_the_page_of_a_row_tells_what_the_form_asks(role: str, told: bool, as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)
    url = address(ProcessingActivity, "edit/", id=row.id)
    page = browser.post(url, data=form_of(browser.get(url).text).values | {"role": role, "refresh": "1"}).text
    browser.post(url, data=form_of(page).values)

    details = browser.get(address(ProcessingActivity, "details/", id=row.id)).text

    assert is_shown(page, "joint_arrangement") is told
    assert ("Ansvarsfordeling" in details) is told


def test_what_is_filled_is_shown_with_a_word_that_it_does_not_apply_and_is_kept(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)
    url = address(ProcessingActivity, "edit/", id=row.id)
    values = form_of(browser.get(url).text).values | {"role": "joint", "joint_contact": "Rådhuset"}
    browser.post(url, data=values)

    values = form_of(browser.get(url).text).values | {"role": "controller"}
    page = browser.post(url, data=values | {"refresh": "1"}).text
    saved = browser.post(url, data=form_of(page).values)

    place = page.partition('data-asked="joint_contact"')[2]
    assert place.startswith('>\n<p class="not-asked">Gjelder ikke slik svarene er nå.</p>')
    assert (saved.status_code, reread(row, "joint_contact", "role")) == (303, ["Rådhuset", "controller"])


def test_a_refused_form_keeps_what_was_typed_also_where_it_does_not_apply(as_: As) -> None:
    browser, url, values = opened(as_, ProcessingActivity)
    values |= {"role": "controller", "joint_contact": "Rådhuset", "transfers-0-recipient": "Et firma", "name": " "}

    answer = browser.post(url, data=values)

    kept = form_of(answer.text).values
    assert (answer.status_code, kept["joint_contact"], kept["transfers-0-recipient"]) == (
        422,
        ["Rådhuset"],
        ["Et firma"],
    )


def test_an_activity_freshly_opened_asks_nothing_that_depends_on_answers_not_given(as_: As) -> None:
    page = as_("kari").get(address(ProcessingActivity, "new/")).text

    depending = [known.key for known in fields_of(ProcessingActivity) if known.applies]
    assert [key for key in depending if is_shown(page, key)] == [
        "purpose", "purposes", "article6", "special", "criminal", "subjects", "recipients", "disclosures",
        "applications", "datasets", "systems_reason", "retention", "retention_reason", "measures", "measures_reason",
    ]  # fmt: skip
    assert 'name="joint_contact"' not in page
    assert "transfers-0" not in page


def test_conditions_are_put_together() -> None:
    red, blue = when("colour", "red"), when("colour", "blue", "navy")
    row = Row(colour="navy", note="", links=[Row(code="a")], parts=[])

    assert (red(row), blue(row), (~red)(row), (red | blue)(row), (red & blue)(row)) == (False, True, True, True, False)
    assert (filled("note")(row), filled("links")(row), filled("parts")(row)) == (False, True, False)
    assert (linked("links", "code", "a", "b")(row), linked("links", "code", "b")(row)) == (True, False)
    assert (~(red & filled("note")) | linked("links", "code", "a")).keys == {"colour", "note", "links"}


@pytest.mark.parametrize(("register", "known"), CASES, ids=IDS)
def test_a_condition_asks_of_fields_in_the_same_form(register: type[Any], known: Field) -> None:
    assert known.applies
    keys = {one.key for one in fields_of(register) if one.in_form}

    assert known.applies.keys <= keys - {known.key}
