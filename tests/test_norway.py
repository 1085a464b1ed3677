"""The members on a map of Norway: the borders, the steps that figures are put into, and who sees what on the page."""

from __future__ import annotations

import csv
import gzip
import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from models.database import db
from models.declare import borders
from models.declare.borders import Box, Ground, area, grounds
from models.declare.choices import RecordStatus
from models.declare.clock import today
from models.registers.municipality import Municipality, MunicipalityCode
from models.registers.processing import ProcessingActivity
from reports.drawing.steps import STEPS, Step, step_of, stepped
from tests.conftest import inside, municipality
from tests.test_facts import FACTS
from tests.test_progress import add, system
from tests.test_registers import As
from tests.world import SECRETS
from views.pages.norway import LEAST, TALLEST, WIDEST, window

MAP = "/progress/norway/"
LINK = re.compile(r'<a href="([^"]+)" aria-label="([^"]+)"><title>\2</title><path class="member([^"]*)"')
ROW = re.compile(r'<tr><th scope="row"><a href="[^"]+">([^<]+)</a>(.*?)</th><td class="num">([^<]*)</td><td>([^<]*)')


def page_of(browser: Any, query: str = "") -> str:
    answer = browser.get(MAP + query)
    assert answer.status_code == 200
    return html.unescape(answer.text.partition("<main")[2]).replace("\u00a0", " ")


def drawn(page: str) -> dict[str, str]:
    """What each municipality that is a link on the map is said to have."""
    return dict(named.split(": ", 1) for _url, named, _kind in LINK.findall(page))


def table(page: str) -> dict[str, tuple[str, str]]:
    return {name: (value, step) for name, _beside, value, step in ROW.findall(page)}


def approved(number: int, *, of: int) -> list[ProcessingActivity]:
    states = [RecordStatus.APPROVED] * number + [RecordStatus.DRAFT] * (of - number)
    return [ProcessingActivity(name=f"Behandling {at}", status=one) for at, one in enumerate(states)]


# -- the borders -------------------------------------------------------------------------------------------------------


def test_every_municipality_of_2024_has_a_shape_that_is_closed_and_holds_something() -> None:
    with (FACTS / "municipalities_2024.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["code_2024"] for row in csv.DictReader(file)}
    rings = {code: [ring for piece in one.pieces for ring in piece] for code, one in grounds().items()}

    assert set(rings) == codes
    assert [code for code, some in rings.items() if not all(map(area, some))] == []
    assert [code for code, some in rings.items() if any(ring[0] != ring[-1] or len(ring) < 4 for ring in some)] == []
    assert [code for code, one in grounds().items() if one.path.count("z") != len(rings[code])] == []


def test_the_land_is_as_large_as_it_is_and_every_text_has_a_place_within_its_own() -> None:
    land = sum(area(piece[0]) - sum(map(area, piece[1:])) for one in grounds().values() for piece in one.pieces)

    assert land / 100 == pytest.approx(324_000, rel=0.02)  # square kilometres of the mainland, islands and lakes
    assert [code for code, one in grounds().items() if one.room and not holds(one, *one.place)] == []


def holds(ground: Ground, x: float, y: float) -> bool:
    """Whether a place is within the largest piece: a line to the right leaves it once more than it enters."""
    crossings = 0
    for ring in ground.pieces[0]:
        for (x1, y1), (x2, y2) in pairwise(ring):
            crossings += (y1 > y) is not (y2 > y) and x < x1 + (x2 - x1) * (y - y1) / (y2 - y1)
    return crossings % 2 == 1


def test_the_borders_of_counties_are_told_and_the_file_is_small() -> None:
    assert len(borders.county_lines()) > 100
    assert (FACTS / "borders_2024.json").stat().st_size <= 300_000


@pytest.mark.parametrize("box", [Box(0, 0, 10, 10), Box(0, 0, 10_000, 20), Box(5, 5, 6, 15_000), Box(0, 0, 1200, 1300)])
def test_the_window_holds_the_members_with_a_margin_and_is_neither_narrow_nor_low(box: Box) -> None:
    found = window([box])

    assert found.left < box.left < box.right < found.right
    assert found.top < box.top < box.bottom < found.bottom
    assert min(found.width, found.height) >= LEAST - 1
    assert 1 / TALLEST - 0.01 <= found.width / found.height <= WIDEST + 0.01


# -- the steps ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "steps"),
    [
        ([], []),
        ([None], []),
        ([7], [Step(1, 3, 7, 7)]),
        ([4, 4, 4, None], [Step(1, 3, 4, 4)]),
        ([0, 0, 0, 9], [Step(1, 1, 0, 0), Step(2, 5, 9, 9)]),
        (
            [0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 9],
            [Step(1, 1, 0, 0), Step(2, 2, 1, 2), Step(3, 4, 3, 4), Step(4, 5, 5, 9)],
        ),
        (list(range(100)), [Step(at + 1, at + 1, 20 * at, 20 * at + 19) for at in range(5)]),
    ],
)
def test_figures_are_put_into_steps_that_hold_about_as_many(values: list[int | None], steps: list[Step]) -> None:
    assert stepped(values) == steps


@given(st.lists(st.integers(0, 40) | st.none(), max_size=60))
def test_whatever_the_figures_each_stands_on_one_step_and_equals_stand_together(values: list[int | None]) -> None:
    steps = stepped(values)
    known = {one for one in values if one is not None}
    standing = {one: [step.number for step in steps if step.lowest <= one <= step.highest] for one in known}

    assert {len(some) for some in standing.values()} <= {1}
    assert {number for some in standing.values() for number in some} == {one.number for one in steps}
    assert {one.lowest for one in steps} | {one.highest for one in steps} <= known
    assert [one.shade for one in steps] == sorted({one.shade for one in steps})
    assert len(steps) <= STEPS
    assert step_of(None, steps) is None


# -- the page ----------------------------------------------------------------------------------------------------------


def test_each_member_is_a_link_with_its_figure_and_stands_in_the_table_with_the_same(as_: As) -> None:
    with inside():
        for one in db.session.scalars(select(ProcessingActivity)):
            one.status = RecordStatus.DRAFT
        db.session.commit()
    add("Skien", *approved(1, of=3))
    add("Notodden", *approved(2, of=2))

    page = page_of(as_("per"))

    named, told = drawn(page), table(page)
    assert {name: named[name] for name in ("Tinn", "Skien", "Notodden", "Vinje")} == {
        "Tinn": "0 %, trinn 1 av 3",
        "Skien": "33 %, trinn 2 av 3",
        "Notodden": "100 %, trinn 3 av 3",
        "Vinje": "uten tall",
    }
    assert (told["Skien"], told["Notodden"]) == (("33 %", "2: 33 %"), ("100 %", "3: 100 %"))
    assert told["Vinje"] == ("–", "Uten tall")
    assert list(named) == list(told)
    assert f'<a href="/control/?place={municipality("Tinn")}" aria-label="Tinn: ' in page
    assert re.findall(r"<b>(\d):</b> (\S+ %) <span class=\"muted\">\((\d+ kommuner?)\)", page) == [
        ("1", "0 %", "2 kommuner"), ("2", "33 %", "1 kommune"), ("3", "100 %", "1 kommune"),
    ]  # fmt: skip


def test_any_figure_may_be_chosen_and_one_that_is_not_known_is_the_first(as_: As) -> None:
    per = as_("per")
    add("Tinn", *approved(1, of=3), *[system(f"System {at}") for at in range(40)])

    pages = {key: page_of(per, f"?figure={key}") for key in re.findall(r'<option value="(\w+)"', page_of(per))}

    assert list(pages) == ["approved", "activities", "errors", "ownerless", "changes", "newly", "days"]
    assert table(pages["days"])["Tinn"][0] == "0"
    assert int(table(pages["ownerless"])["Tinn"][0]) >= 40
    assert {key for key, page in pages.items() if f'<option value="{key}" selected>' not in page} == set()
    assert '<option value="approved" selected>' in page_of(per, "?figure=<script>")


def test_the_members_are_looked_at_by_default_and_all_of_norway_by_a_link_within_250_kb(as_: As) -> None:
    per = as_("per")
    near, whole = page_of(per, "?figure=errors"), page_of(per, "?figure=errors&all=1")
    boxes = [
        [int(one) for one in re.findall(r'<svg viewBox="([^"]+)" width', page)[0].split()] for page in (near, whole)
    ]

    assert boxes[0][2] * 4 < boxes[1][2]
    assert f'href="{MAP}?figure=errors&all=1"' in near
    assert f'href="{MAP}?figure=errors"' in whole
    assert len(gzip.compress(per.get(f"{MAP}?all=1").data)) <= 250_000
    assert drawn(near) == drawn(whole)
    assert len(near) * 2 < len(whole)


def changed(name: str, change: Callable[[Municipality], None]) -> None:
    with inside():
        change(db.session.get_one(Municipality, municipality(name)))
        db.session.commit()


def test_who_has_ended_left_or_not_begun_is_not_there(as_: As) -> None:
    for town in ("Skien", "Vinje", "Tokke"):
        add(town, *approved(1, of=1))
    changed("Skien", lambda one: setattr(one, "ended", today()))
    changed("Vinje", lambda one: setattr(one, "left", today()))
    changed("Tokke", lambda one: setattr(one, "joined", today() + timedelta(days=1)))

    page = page_of(as_("per"))

    assert {"Skien", "Vinje", "Tokke", "Bø", "Sauherad"} & (set(drawn(page)) | set(table(page))) == set()
    assert "Tinn" in drawn(page)


def test_a_number_of_later_does_not_move_it_and_who_had_none_that_day_stands_in_the_table_alone(
    engine_app: Any, as_on: As
) -> None:
    def renumbered(one: Municipality) -> None:
        last = max(one.codes, key=lambda code: code.valid_from)
        last.valid_to = date(2026, 1, 1)
        one.codes.append(MunicipalityCode(code="5501", valid_from=date(2026, 1, 1)))

    changed("Tinn", renumbered)
    before = MunicipalityCode(code="0301", valid_from=date(2018, 1, 1), valid_to=date(2024, 1, 1))
    changed("Vinje", lambda one: setattr(one, "codes", [before]))

    page = page_of(as_on("per"))

    path = re.search(r'aria-label="Tinn: .*?</title><path [^>]*d="([^"]+)"', page)
    assert path
    assert path[1] == grounds()["4026"].path
    assert "Vinje" not in drawn(page)
    assert [name for name, beside, *_rest in ROW.findall(page) if "(ikke på kartet)" in beside] == ["Vinje"]


@pytest.mark.parametrize("name", ["kari", "ola", "tone", "lars", "berit", "sol", "frida"])
def test_who_does_not_read_several_municipalities_is_refused(as_: As, name: str) -> None:
    assert as_(name).get(MAP).status_code == 403


def test_who_works_in_two_sees_the_two_and_nothing_of_what_others_have(as_: As) -> None:
    add("Skien", *approved(1, of=1))
    siri = as_("siri")
    assert siri.get(MAP).location == "/progress/"
    siri.post("/municipality/", data={"municipality": ""})

    page = page_of(siri)

    assert set(drawn(page)) == set(table(page)) == {"Seljord", "Tinn"}
    assert [one for one in ("100 %", *SECRETS) if one in page] == []
    assert [siri.get(url).status_code for url, *_rest in LINK.findall(page)] == [200, 200]


def test_it_costs_the_same_for_few_municipalities_and_for_many(as_: As, statements: list[str]) -> None:
    per = as_("per")
    numbers = []
    for towns in ((), ("Skien", "Notodden", "Vinje", "Tokke")):
        for town in towns:
            add(town, *approved(1, of=2))
        page_of(per)
        statements.clear()
        page_of(per)
        numbers.append(len(statements))

    assert numbers[0] == numbers[1] <= 8
