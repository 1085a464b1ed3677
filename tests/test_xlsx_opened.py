"""What we send is opened without anything to repair: lists with their parts, forms to fill in, and reports."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from models import REGISTERS
from reports import REPORTS, report
from tests.support.packages import wrong
from tests.test_registers import As, keeper


@pytest.mark.parametrize("form", ["xlsx/?columns=all", "form/"])
def test_there_is_nothing_to_repair_in_a_list_or_a_form(form: str, as_: As) -> None:
    found = {}
    for register in REGISTERS:
        path = f"/{register.__tablename__.replace('_', '-')}/export/{form}"
        answer = keeper(register, as_).get(path)
        if answer.status_code == 200:
            found[register.__tablename__] = wrong(answer.data)

    assert found == {name: [] for name in found}
    assert {"application", "processing_activity", "agreement"} <= found.keys()


@pytest.mark.parametrize("slug", [one.slug for one in REPORTS if not one.billing])
def test_there_is_nothing_to_repair_in_a_report(slug: str, as_: As) -> None:
    who = as_("per" if report(slug).project else "tone")
    assert wrong(who.get(f"/reports/{slug}/download/").data) == []


def test_a_row_of_the_cover_is_as_high_as_what_it_says(as_: As) -> None:
    answer = as_("tone").get("/processing-activity/export/xlsx/?columns=all")
    page = load_workbook(io.BytesIO(answer.data)).worksheets[0]

    heights = {}
    for row in page.iter_rows(min_row=4):
        text = str(row[1].value or "") or str(row[0].value or "")
        heights[text] = page.row_dimensions[row[0].row].height or 15
    long = {text: height for text, height in heights.items() if len(text) > 2 * 70}
    label = page.row_dimensions[next(one.row for one in page["A"] if "Formål med hvert" in str(one.value))]

    assert long
    assert min(long.values()) >= 45
    assert (heights["Alle rader"], label.height) == (15, 30)
