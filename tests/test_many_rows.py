"""A form takes a bounded number of parts: what is beyond is refused with a sentence, and the page stays small."""

from __future__ import annotations

from typing import Any

from models.registers.processing import ProcessingActivity
from tests.test_forms import first, reread
from tests.test_registers import As, address, errors, form_of
from views.register.rowfields import MOST_ROWS


def posted(browser: Any, row: Any, how_many: int) -> dict[str, Any]:
    form = form_of(browser.get(address(ProcessingActivity, "edit/", id=row.id)).text).values
    for number in range(how_many):
        form[f"controllers-{number}-name"] = [f"Kommune nr. {number}"]
    return form


def test_more_parts_than_there_is_room_for_are_refused_and_the_first_ones_are_kept_in_the_form(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)
    before = reread(row, "version")

    answer = browser.post(address(ProcessingActivity, "edit/", id=row.id), data=posted(browser, row, 900))

    kept = [name for name in form_of(answer.text).values if name.startswith("controllers-") and name.endswith("-name")]
    assert (answer.status_code, reread(row, "version")) == (422, before)
    assert [said for said in errors(answer.text) if f"høyst {MOST_ROWS} rader" in said] != []
    assert kept == [f"controllers-{number}-name" for number in range(MOST_ROWS)]


def test_as_many_parts_as_there_is_room_for_are_saved(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)

    answer = browser.post(address(ProcessingActivity, "edit/", id=row.id), data=posted(browser, row, MOST_ROWS))

    assert (answer.status_code, len(reread(row, "controllers")[0])) == (303, MOST_ROWS), errors(answer.text)


def test_the_button_for_more_rows_stops_where_there_is_no_more_room(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)
    form = posted(browser, row, MOST_ROWS - 1) | {"controllers-add": "1"}

    answer = browser.post(address(ProcessingActivity, "edit/", id=row.id), data=form)

    kept = [name for name in form_of(answer.text).values if name.startswith("controllers-") and name.endswith("-name")]
    assert len(kept) == MOST_ROWS
