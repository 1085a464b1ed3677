"""What goes out of a register and comes in again is as it was; and one changed cell is one changed field, no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import models
from exchange.columns import NUMBER, PARENT_NAME
from exchange.importing import carry_out
from exchange.rows.plan import Plan, What
from models.database import db
from models.declare.base import fields_of
from models.declare.choices import ApplicationKind, Hosting
from models.declare.fields import Field, Kind
from models.declare.shapes import Shape
from models.registers.architecture import Application
from models.registers.catalogue import Product, Supplier
from models.registers.processing import ProcessingActivity
from reports.language import LANGUAGES
from tests.conftest import inside
from tests.support.attack import outside
from tests.support.rounds import (
    ALL,
    CSV,
    FORM,
    SHOWN,
    editable,
    filled,
    keeper,
    line_of,
    other,
    part_of,
    place_of,
    round_trip,
    with_cell,
    words_of,
)
from tests.support.rows import numbered, telling
from tests.test_statements import MANY, people

ONCE = [register for register in models.REGISTERS if not register.__written_once__]
FEW = settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
WITH_PARTS = [one for one in ONCE if any(known.kind is Kind.ROWS and known.in_form for known in fields_of(one))]


@pytest.fixture
def furnished(app: Any) -> Any:
    """Two more rows in every register, one of them with something everywhere."""
    people()
    for register in ONCE:
        for make in (lambda one: telling(one, "Fyldig"), lambda one: numbered(one, 8, MANY)):
            with inside("Tinn"), db.session.no_autoflush:
                try:
                    db.session.add(make(register))
                    db.session.commit()
                except Exception:  # a register that cannot have two such rows has one
                    db.session.rollback()
    return app


def otherwise(found: Plan) -> list[Any]:
    """What is not as it was, and why."""
    return [
        (row.number, row.name, row.kind, [one.label for one in row.differences], [one.text for one in row.problems])
        for row in found.rows
        if row.kind is not What.UNCHANGED
    ]


@pytest.mark.usefixtures("furnished")
def test_every_register_comes_back_unchanged_in_every_way_it_goes_out() -> None:
    found, rows = {}, 0

    for turn, register in enumerate(ONCE):
        for number, kind in enumerate((ALL, SHOWN, CSV)):
            language = LANGUAGES[(turn + number) % len(LANGUAGES)]
            came = round_trip(register, kind, language).plan()
            rows += len(came.rows)
            found[register.__tablename__, kind, language] = (otherwise(came), came.proof().holds)

    assert {key: one for key, one in found.items() if one != ([], True)} == {}
    assert rows > 300


@FEW
@given(st.sampled_from([Application, ProcessingActivity, Supplier]), st.sampled_from([ALL, CSV]), st.data())
def test_any_text_comes_back_unchanged(app: Any, register: type[Any], kind: str, data: Any) -> None:
    texts = [known for known in editable(register) if known.shape in {Shape.TEXT, Shape.LONG_TEXT} and not known.valid]
    anything = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
    with inside("Tinn"):
        row = db.session.scalars(select(register)).first()
        for known in texts:
            setattr(row, known.key, data.draw(anything))
        db.session.commit()

    found = round_trip(register, kind).plan()

    assert otherwise(found) == []


# -- one cell ----------------------------------------------------------------------------------------------------------


def one_of_each_shape() -> Iterator[tuple[type[Any], Field]]:
    """A field of every shape that a row is filled in with, in a register where anything may stand in it."""
    seen = set()
    for register in (Application, *ONCE):
        for known in editable(register):
            is_open = not known.writers and not known.readers
            is_free = known.applies is None and not known.after and known.key not in {"valid_from", "valid_to"}
            if known.kind is not Kind.ROWS and is_free and known.shape not in seen and is_open:
                seen.add(known.shape)
                yield register, known


def changed_cell(known: Field, row: Any) -> Any:
    """Words for something else than what a row holds in a field."""
    if known.kind is Kind.VALUE:
        return words_of(known, other(known, getattr(row, known.key)))
    held = getattr(row, known.key)
    mine = held if isinstance(held, list) else [held]
    there = db.session.scalars(select(known.points_at).order_by(known.points_at.id.desc())).all()
    return next(str(one) for one in there if one not in mine and one is not row)


@pytest.mark.usefixtures("furnished")
def test_one_changed_cell_is_one_changed_field_of_one_row_whatever_its_shape() -> None:
    found, shapes = {}, set()

    for register, known in list(one_of_each_shape()):
        sent = round_trip(register)
        with inside("Tinn"):
            row = db.session.scalars(select(register).order_by(register.id)).first()
            cell, line = changed_cell(known, row), line_of(register, sent.table, row.id)
            table = with_cell(sent.table, line, place_of(register, sent.table, known.key), cell)
        plan = replace(sent, table=table).plan()
        shapes.add(known.shape)
        changed = [row for row in plan.rows if row.kind is not What.UNCHANGED]
        told = [([one.label for one in row.differences], [one.text for one in row.problems]) for row in changed]
        if told != [([known.label], [])]:
            found[register.__tablename__, known.key, cell] = told

    assert found == {}
    assert len(shapes) > 16


@pytest.mark.usefixtures("furnished")
def test_one_changed_cell_of_a_sheet_of_parts_is_one_changed_part() -> None:
    found, exact = {}, 0

    for register in WITH_PARTS:
        sent = round_trip(register)
        for key, table in sent.parts.items():
            part = part_of(register, key)
            free = [one for one in editable(part) if one.kind is Kind.VALUE and not one.applies and not one.after]
            if not free or not table.rows:
                continue
            inner = next((one for one in free if one.shape not in {Shape.MUNICIPALITY_NUMBER, Shape.TEXT}), free[0])
            with inside("Tinn"):
                stands = db.session.get(part, int(table.rows[0][place_of(part, table, NUMBER)]))
                cell = words_of(inner, other(inner, getattr(stands, inner.key), 31))
            changed = with_cell(table, 0, place_of(part, table, inner.key), cell)
            plan = replace(sent, parts=sent.parts | {key: changed}).plan()
            outer = next(one.label for one in fields_of(register) if one.key == key)
            differences = [one.label for row in plan.rows for one in row.differences]
            # What the row is not asked, or may not be so, is told instead.
            refused = any(row.problems for row in plan.rows) or tells_left(plan, changed)
            found[register.__tablename__, key] = differences == [f"{outer}: {inner.label}"] or (
                refused and not differences
            )
            exact += differences == [f"{outer}: {inner.label}"]

    assert {key for key, one in found.items() if not one} == set()
    assert exact > 4


def tells_left(plan: Plan, table: Any) -> bool:
    """Whether cells of a sheet are told to be left out."""
    return any(one.heading in table.headings for row in plan.rows for one in row.left)


def test_an_empty_form_with_two_rows_and_their_parts_by_name_makes_two_rows_with_parts(app: Any) -> None:
    sent = round_trip(ProcessingActivity, FORM)
    table = filled(ProcessingActivity, sent.table, {"name": "Første"}, {"name": "Andre"})
    part = part_of(ProcessingActivity, "retention")
    told = [{PARENT_NAME: "Første", "months": 12}, {PARENT_NAME: "Andre", "months": 24},
            {PARENT_NAME: "Andre", "months": 36}]  # fmt: skip
    sent = replace(sent, table=table, parts={"retention": filled(part, sent.parts["retention"], *told)})

    plan, actor = sent.plan(), keeper()
    with inside("Tinn"):
        carry_out(db.session(), actor, plan)
        db.session.commit()

    with inside("Tinn"):
        named = select(ProcessingActivity).where(ProcessingActivity.name.in_(["Første", "Andre"]))
        made = db.session.scalars(named.order_by(ProcessingActivity.number)).all()
        stands = [(row.name, [one.months for one in row.retention]) for row in made]
    assert [row.kind for row in plan.rows] == [What.NEW, What.NEW]
    assert stands == [("Første", [12]), ("Andre", [24, 36])]


# -- what is told and not stored ---------------------------------------------------------------------------------------


def test_what_follows_is_unchanged_when_it_comes_back_and_changed_when_it_says_otherwise(app: Any) -> None:
    with inside("Tinn"):
        product = db.session.scalars(select(Product)).first()
        supplier = db.session.scalars(select(Supplier)).first()
        product.nature, product.hosting, product.supplier = next(iter(ApplicationKind)), next(iter(Hosting)), supplier
        row = db.session.scalars(select(Application)).one()
        row.product, row.nature, row.hosting, row.supplier = product, None, None, None
        db.session.commit()
    sent = round_trip(Application)
    column = place_of(Application, sent.table, "hosting")

    same, changed = sent.plan(), replace(sent, table=with_cell(sent.table, 0, column, list(Hosting)[1].label)).plan()

    assert sent.table.rows[0][column] == next(iter(Hosting)).label
    assert otherwise(same) == []
    assert [[one.label for one in row.differences] for row in changed.rows] == [["Driftsmodell"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_value_that_is_no_more_or_that_no_check_would_take_is_left_as_it_is(app: Any, language: str) -> None:
    with inside("Tinn"):
        row_id = db.session.scalars(select(Application.id)).one()
    with outside(app) as cursor:
        cursor.execute(f"UPDATE application SET status = 'framtidig', user_count = -4 WHERE id = {row_id}")
    sent = round_trip(Application, language=language)
    column = place_of(Application, sent.table, "status")
    copied = with_cell(sent.table, 0, place_of(Application, sent.table, NUMBER), None)

    same, new = sent.plan(), replace(sent, table=copied, parts={}).plan()

    assert str(sent.table.rows[0][column]).startswith("framtidig (")
    assert otherwise(same) == []
    assert len(list(chain.from_iterable(row.problems for row in new.rows))) == 2
