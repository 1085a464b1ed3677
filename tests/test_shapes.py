"""Every field has a shape, every room knows every shape, and what no room knows is refused when a class is made."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import DateTime, Float, Integer, LargeBinary, Numeric, String, create_engine, select

import models
from exchange.cells import values
from exchange.out import forms as exchange_forms
from models.database import db
from models.declare.base import field_of, fields_of
from models.declare.choices import Answer, Lifecycle, says_nothing
from models.declare.fields import Field, field
from models.declare.notrelevant import WAIVED
from models.declare.shapes import CHOSEN, POINTING, SHAPES, TEXTS, Moment, Places, Shape, Vocabulary, dump, load
from models.queries import filtering
from models.registers.architecture import Application
from reports import columns
from tests.support import rows
from tests.support.attack import outside, workbook_text
from tests.support.rows import SAMPLES
from tests.test_forms import first, reread, send
from tests.test_registers import As, address, errors
from views import formatters
from views.register import forms

VALUES = sorted(SAMPLES)
SHOWN = {
    Shape.WHOLE: "1\u00a0234",
    Shape.DECIMAL: "1\u00a0234,5",
    Shape.MONEY: "kr\u00a012\u00a0340,50",
    Shape.PERCENTAGE: "12,5\u00a0%",
    Shape.DATE: "31.12.2026",
    Shape.MOMENT: "31.12.2026 kl. 14.30",
    Shape.MONTH: "12.2026",
    Shape.DAYS: "14 dager",
    Shape.MONTHS: "60 måneder",
    Shape.YEARS: "10 år",
    Shape.YES_NO: "Nei",
    Shape.ANSWER: "Ja",
    Shape.CHOICE: "Planlagt",
    Shape.COUNTRY: "Norge",
    Shape.REASONS: "gone: Gjelder ikke her",
}
TABLES = {
    "declaration": SHAPES,
    "form": forms.FIELDS,
    "list": formatters.CELLS,
    "text": formatters.TEXTS,
    "details": formatters.HTMLS,
    "Excel": columns.CELLS,
    "import": values.READERS,
    "filters": filtering.OPERATORS,
    "sheet to fill in": exchange_forms.HOW,
}


def declared(shape: Shape) -> Any:
    """A field of a shape as a class would declare it."""
    if shape is Shape.REASONS:
        return field_of(Application, WAIVED)  # which speaks of other fields of its register
    what = {Shape.ANSWER: Answer, Shape.CHOICE: Lifecycle}.get(shape, shape)
    return field("Felt", what).column.info["field"]


@pytest.mark.parametrize("room", TABLES)
def test_every_room_knows_every_shape(room: str) -> None:
    assert sorted(TABLES[room]) == sorted(Shape), f"The table of the {room} needs a line for each shape."


@pytest.mark.parametrize(("table", "chosen"), [("SAMPLES", False), ("COUNTED", True), ("TYPED", True)])
def test_the_tests_know_a_value_of_every_shape_but_those_that_point(table: str, chosen: bool) -> None:
    elsewhere = POINTING | ({Shape.ANSWER, Shape.CHOICE} if chosen else set())  # a vocabulary has its own members

    assert getattr(rows, table).keys() == {*Shape} - elsewhere, f"tests/support/rows.py: {table} needs the new shape."


@pytest.mark.parametrize("shape", sorted({*Shape} - CHOSEN))
def test_what_is_not_chosen_from_a_list_cannot_be_filtered_by(shape: Shape) -> None:
    with pytest.raises(ValueError, match=f"«Felt» is a {shape}, and no list is filtered by that"):
        Field("Felt", shape=shape, filtered=True)


@pytest.mark.parametrize("shape", sorted({*Shape} - TEXTS))
def test_what_is_no_text_cannot_be_searched(shape: Shape) -> None:
    with pytest.raises(ValueError, match=f"«Felt» is a {shape}, and only texts are searched"):
        Field("Felt", shape=shape, searched=True)


@pytest.mark.parametrize("what", [Numeric(10, 2), Numeric, Float, DateTime, DateTime(timezone=True), LargeBinary, str])
def test_a_kind_of_value_nobody_knows_is_refused_when_the_class_is_made(what: Any) -> None:
    with pytest.raises(TypeError, match="No room knows what to do with"):
        field("Felt", what)


@pytest.mark.parametrize(("what", "shape"), [(String(40), Shape.TEXT), (Integer, Shape.WHOLE), (Moment, Shape.MOMENT)])
def test_a_column_type_says_its_shape_itself(what: Any, shape: Shape) -> None:
    assert field("Felt", what).column.info["field"].shape is shape


@pytest.mark.parametrize("shape", VALUES)
def test_a_value_of_each_shape_is_shown_as_people_write_it(app: Any, shape: Shape) -> None:
    known, value = declared(shape), SAMPLES[shape]

    with app.test_request_context("/"):
        assert formatters.text(known, value) == SHOWN.get(shape, value if isinstance(value, str) else str(value))


@pytest.mark.parametrize("shape", VALUES)
def test_what_is_written_down_in_the_history_is_told_like_the_value_itself(app: Any, shape: Shape) -> None:
    known, value = declared(shape), SAMPLES[shape]

    with app.test_request_context("/"):
        assert load(shape, known.choices, dump(shape, value)) == value
        assert formatters.written(known, dump(shape, value)) == formatters.text(known, value)


def test_what_was_written_down_of_another_shape_stands_as_it_was_written(app: Any) -> None:
    with app.test_request_context("/"):
        assert formatters.written(declared(Shape.DATE), "i fjor") == "i fjor"


@pytest.mark.parametrize("shape", [Shape.DECIMAL, Shape.PERCENTAGE, Shape.MOMENT, Shape.MONTH])
def test_values_come_back_from_the_database_as_they_were(shape: Shape) -> None:
    type_ = field("Felt", shape).column.type
    value = SAMPLES[shape]

    with create_engine("sqlite://").connect() as connection:
        assert connection.scalar(select(db.literal(value, type_))) == value


def test_a_number_with_more_decimals_than_there_is_room_for_is_never_rounded_in_silence() -> None:
    with pytest.raises(ValueError, match="more than 2 decimals"):
        Places(2).process_bind_param(Decimal("0.125"), None)


def test_the_typed_words_of_an_unanswered_question_are_text(as_: As) -> None:
    row = first(Application)

    send(as_("kari"), row, short_name="unknown", version_name="undecided")

    history = as_("kari").get(address(Application, "history/", id=row.id)).text
    assert [says_nothing(one) for one in ("unknown", "undecided", Answer.UNKNOWN, "", None)] == [
        False, False, True, True, True,
    ]  # fmt: skip
    assert reread(row, "short_name", "version_name") == ["unknown", "undecided"]
    assert ("unknown" in history, "undecided" in history) == (True, True)


def test_a_text_that_looks_like_a_date_is_shown_as_text_in_the_history(as_: As) -> None:
    row = first(Application)

    send(as_("kari"), row, short_name="2026-12-31", in_use_from="2026-12-30")

    page = as_("kari").get(address(Application, "history/", id=row.id)).text
    assert [text in page for text in ("2026-12-31", "30.12.2026", "31.12.2026")] == [True, True, False]


# -- a stored value that the code no longer knows ----------------------------------------------------------------------

UNKNOWN = "fra_framtiden (ukjent verdi)"


@pytest.fixture
def strange(engine_app: Any) -> Any:
    """Tinn's application with a status and an answer that no vocabulary has."""
    row = first(Application)
    with outside(engine_app) as cursor:
        cursor.execute(f"update application set status = 'fra_framtiden', two_factor = 'kanskje' where id = {row.id}")
    return row


@pytest.mark.parametrize("door", ["", "details/", "edit/"])
def test_a_stored_value_nobody_knows_shows_as_itself(strange: Any, door: str, as_on: As) -> None:
    url = address(Application, door, **({"id": strange.id} if door else {}))

    answer = as_on("kari").get(url)

    assert (answer.status_code, UNKNOWN in answer.text) == (200, True)


def test_a_stored_value_nobody_knows_stands_in_excel_as_itself(strange: Any, as_on: As) -> None:
    with as_on("kari").get(address(Application, "export/xlsx/", columns="all")) as answer:
        assert UNKNOWN in workbook_text(answer.data)


def test_a_stored_value_nobody_knows_is_kept_by_a_save_and_logged_when_it_is_changed(strange: Any, as_on: As) -> None:
    browser = as_on("kari")

    kept = send(browser, strange, short_name="Kort")
    after = reread(strange, "short_name", "status", "two_factor")
    changed = send(browser, strange, status="in_use")

    history = browser.get(address(Application, "history/", id=strange.id)).text
    assert (kept.status_code, after) == (303, ["Kort", "fra_framtiden", "kanskje"]), errors(kept.text)
    assert (changed.status_code, reread(strange, "status")) == (303, [Lifecycle.IN_USE])
    assert UNKNOWN in history


def test_nobody_can_choose_a_value_nobody_knows(as_: As) -> None:
    answer = send(as_("kari"), first(Application), status="fra_framtiden")

    assert (answer.status_code, errors(answer.text)) == (422, ["Status: Velg et av alternativene."])


def test_every_vocabulary_is_stored_by_value() -> None:
    found = [known for register in models.REGISTERS for known in fields_of(register) if known.choices]
    types = {
        type(register.__table__.c[known.key].type)
        for register in models.REGISTERS
        for known in fields_of(register)
        if known.choices
    }

    assert len(found) > 50
    assert types == {Vocabulary}
