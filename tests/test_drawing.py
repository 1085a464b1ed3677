"""Charts drawn on the server: scales that hold all numbers, texts that never meet, and a table of the same."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import combinations
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from flask import render_template_string
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.drawing import charts, lettering
from reports.drawing.charts import Span
from reports.drawing.heat import heat
from reports.drawing.picture import WIDTH, Picture, Series
from reports.drawing.scale import MARKS, scale, share

NUMBERS = st.integers(-(10**12), 10**12)
LABELS = st.text(st.sampled_from("abcæøåWMil .,שלוםمرحبا漢字"), max_size=200)
WORD = "לדוגמה שם ארוך מאוד " * 10
FIRST, LAST = date(2020, 1, 1), date(2030, 12, 31)


def series(*some: list[Any]) -> list[Series]:
    return [Series(f"Rekke {n}", one, ["–" if v is None else f"kr {v}" for v in one]) for n, one in enumerate(some, 1)]


def write(value: float) -> str:
    return f"kr {value:g}"


def every_kind(labels: list[str], values: list[Any]) -> list[Picture]:
    one, two = series(values, values[::-1])
    said = ("p", "Tittel", "Fortalt", "Hva")
    known = [(label, value, value) for label, value in zip(labels, values, strict=True) if value is not None]
    spans = [Span(label, FIRST + timedelta(days=40 * n), None, "til") for n, label in enumerate(labels)]
    return [
        charts.bars(*said, labels, [one]),
        charts.bars(*said, labels, [one, two]),
        charts.lines(*said, labels, [one, two], write),
        charts.lines(*said, labels, [one], write, filled=True),
        charts.scatter(*said[:3], ("Hva", "X", "Y"), [("A", known), ("B", known[:1])], (write, write)),
        heat(*said, labels, ["Tinn", "Seljord"], [[one, None] for one in values], write),
        charts.timeline(*said[:3], ("Hva", "Når"), spans, FIRST, LAST, ["Nå", "Plan"], today=date(2026, 11, 30)),
    ]


def boxes(picture: Picture) -> list[tuple[float, float, float, float]]:
    """Where the texts of a picture stand, at the size they have on a phone."""
    found = []
    for one in picture.marks:
        if one.tag != "text":
            continue
        wide, x, y = lettering.width(one.text), float(one.at["x"]), float(one.at["y"])
        start = {"label": 0.0, "number": 0.0, "side": wide}.get(one.kind, wide / 2)
        found.append((x - start, y - lettering.SIZE, x - start + wide, y))
    return found


def meet(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] - 4 and two[1] < one[3] - 4


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | NUMBERS | st.floats(-1e9, 1e9), max_size=30), st.booleans())
def test_an_axis_holds_every_number_with_few_round_marks(values: list[Any], whole: bool) -> None:
    axis = scale(values, from_nought=whole)

    known = [one for one in values if one is not None]
    assert all(axis.low <= one <= axis.high for one in known)
    assert 2 <= len(axis.marks) <= MARKS + 1
    assert str(axis.step).rstrip("0") in {"1", "2", "5"}
    assert (axis.low, axis.high) == (axis.marks[0], axis.marks[-1])
    assert not whole or axis.low <= 0 <= axis.high
    assert all(0 <= axis.at(one, 0, 100) <= 100 for one in known)


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ([], [0, 1]), ([0, 0], [0, 1]), ([3], [0, 1, 2, 3]), ([19], [0, 5, 10, 15, 20]), ([142], [0, 50, 100, 150]),
        ([-3, 5], [-5, 0, 5]), ([-7], [-8, -6, -4, -2, 0]),
    ],
)  # fmt: skip
def test_the_marks_of_an_axis_are_those_a_person_would_choose(values: list[int], marks: list[int]) -> None:
    assert list(scale(values).marks) == marks


def test_a_bar_is_a_share_of_the_longest_and_what_is_less_than_nothing_has_none() -> None:
    assert [share(one, 40, 1000) for one in (40, 10, 0, None, -5)] == [1000, 250, 0, 0, 0]
    assert share(5, 0, 1000) == 0


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(LABELS, st.none() | st.integers(-(10**9), 10**9)), max_size=14))
def test_no_text_is_drawn_over_another_nor_outside_whatever_the_labels_are(rows: list[tuple[str, Any]]) -> None:
    labels, values = [one for one, _value in rows], [value for _one, value in rows]
    for picture in every_kind(labels, values):
        placed = [one for one in boxes(picture) if one[2] > one[0]]
        assert [pair for pair in combinations(placed, 2) if meet(*pair)] == []
        assert all(left >= -1 and right <= WIDTH + 1 for left, _top, right, _bottom in placed)
        assert all(0 <= bottom <= picture.height + 1 for *_rest, bottom in placed)


def told(app: Any, picture: Picture) -> str:
    page = '{% from "drawing.html" import figure, twin %}{{ figure(p) }}{{ twin(p, "Tabell") }}'
    with app.test_request_context():
        return render_template_string(page, p=picture)


@pytest.mark.parametrize(
    ("labels", "values"),
    [([], []), (["Én"], [5]), (["A", "B"], [0, 0]), (["A", "B"], [-3, -1]), ([WORD, "M" * 200], [1, None])],
)
def test_every_kind_is_whole_however_little_there_is(app: Any, labels: list[str], values: list[Any]) -> None:
    for picture in every_kind(labels, values):
        page = told(app, picture)
        drawn = Xml.fromstring(  # noqa: S314 - what we drew ourselves
            re.findall(r"<svg viewBox[^>]*role=\"img\".*?</svg>", page, re.DOTALL)[0]
        )
        assert (drawn[0].text, drawn[1].text) == ("Tittel", "Fortalt")
        assert drawn.get("aria-labelledby") == f"{drawn[0].get('id')} {drawn[1].get('id')}"
        assert ("style=" in page, "<script" in page) == (False, False)
        assert "nan" not in page.lower().replace("finans", "")
        shapes = [one for one in drawn.iter() if one.tag in {"rect", "polyline", "circle", "polygon"}]
        if values == [5]:
            assert shapes


def test_the_table_says_what_the_picture_shows_and_all_that_is_not_drawn(app: Any) -> None:
    labels = [f"Kommune {number}" for number in range(1000)]
    values = [number * 7 % 1000 for number in range(1000)]
    for picture in every_kind(labels, values):
        page = told(app, picture)
        assert len(picture.table.rows) >= 1000
        assert all(label in page for label in ("Kommune 0", "Kommune 999"))
        assert len(picture.marks) < 5_200
    left_out = charts.bars("p", "T", "F", "Hva", labels, series(values)).left_out
    assert left_out == 1000 - charts.MOST_BARS
    assert f"{left_out} til står bare i tabellen" in told(
        app, charts.bars("p", "T", "F", "Hva", labels, series(values))
    )


def test_what_is_drawn_of_two_series_is_told_apart_without_colour(app: Any) -> None:
    labels, values = ["A", "B"], [4, 2]
    area = charts.lines("p", "T", "F", "Hva", labels, series(values, values), write, filled=True)
    points = charts.scatter(
        "p", "T", "F", ("Hva", "X", "Y"), [("A", [("a", 1, 1)]), ("B", [("b", 2, 2)])], (write, write)
    )

    bars = told(app, charts.bars("p", "T", "F", "Hva", labels, series(values, values)))
    assert re.findall(r'fill="url\(#p-(\d)\)"', bars) == ["2", "2", "2"]  # the key, and two bars
    assert bars.count('<pattern id="p-2"') == 1
    assert [one.tag for one in points.marks if one.kind.startswith("point-")] == ["circle", "rect"]
    assert [one.kind for one in area.marks if one.tag == "polygon"] == ["field field-1", "field field-2"]


def test_where_a_number_is_not_known_the_line_is_broken_and_one_alone_is_a_point() -> None:
    picture = charts.lines("p", "T", "F", "Hva", list("abcdef"), series([1, 2, None, 3, None, 4]), write)

    drawn = [(one.tag, one.kind) for one in picture.marks if one.kind.startswith(("line", "point"))]
    assert drawn == [("polyline", "line line-1"), ("circle", "point-1"), ("circle", "point-1")]


def test_what_is_written_is_never_markup(app: Any) -> None:
    page = told(app, charts.bars("p", "<b>T", '"F', "Hva", ["<script>x</script>"], series([1])))

    assert ("<script>" in page, "&lt;script&gt;x" in page) == (False, True)
