"""The kinds of charts: bars, lines, areas, points, and spans of time; a field of shades is drawn in `heat.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from reports.drawing import lettering
from reports.drawing.lettering import LINE, SIZE, fitted, thinned
from reports.drawing.picture import WIDTH, Mark, Picture, Series, Table, bar, line, number_of, point, words
from reports.drawing.scale import Scale, scale

TOP, BOTTOM, RIGHT, HEIGHT = 12, 32, 20, 250
BAR, GAP, MOST_BARS, POINTED = 12, 14, 40, 40  # points are marked where a line has no more of them than this
Write = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasts: from a day, or before all that is drawn; to the day it ends, or beyond."""

    name: str
    begin: date | None
    end: date | None
    text: str
    kind: int = 1


def bars(name: str, title: str, told: str, heading: str, labels: Sequence[str], series: Sequence[Series]) -> Picture:
    """A bar for each number, with its label above and the number behind: room for any label on any screen."""
    shown = labels[:MOST_BARS]
    sizes = [value for one in series for value in one.values[: len(shown)]]
    room = max([lettering.width(text) for one in series for text in one.texts[: len(shown)]], default=0) + 8
    axis, start, end, y = scale(sizes), 1.0, WIDTH - min(room, WIDTH / 2), 0.0
    nought, marks = axis.at(0, start, end), []
    for place, label in enumerate(shown):
        marks.append(words(0, y + SIZE, fitted(label, WIDTH), "label"))
        y += LINE + 2
        marks.append(line(nought, y, nought, y + LINE * len(series), "axis"))
        for number, one in enumerate(series):
            marks += _bar(axis, one, place, number_of(number), (start, end, nought, y))
            y += LINE
        y += GAP
    return Picture(
        name, title, told, max(y - GAP, 1), marks, _table(heading, labels, series), _legend(series),
        drawn_as="field", left_out=len(labels) - len(shown), patterns=_patterns(series),
    )  # fmt: skip


def _bar(axis: Scale, one: Series, place: int, number: int, at: tuple[float, float, float, float]) -> list[Mark]:
    start, end, nought, y = at
    value, text = one.values[place], fitted(one.texts[place], WIDTH - end - 4)
    found = [words(end + 6, y + SIZE - 4, text, "number")] if text else []
    if value:
        to = axis.at(value, start, end)
        found.insert(0, bar(min(to, nought), y + (LINE - BAR) / 2, abs(to - nought), BAR, f"field field-{number}"))
    return found


def lines(
    name: str, title: str, told: str, heading: str, labels: Sequence[str], series: Sequence[Series],
    write: Write, *, filled: bool = False,
) -> Picture:  # fmt: skip
    """Numbers one after the other, evenly; where one is not known the line is broken. `filled` down to nought."""
    axis = scale(value for one in series for value in one.values)
    left, marks = _side(axis, write, HEIGHT)
    xs = [_x(number, len(labels), left) for number in range(len(labels))]
    marks += [words(x, HEIGHT - 6, text) for x, text in thinned(labels, xs, WIDTH)]
    for number, one in enumerate(series):
        for run in _runs(one.values):
            at = [(xs[place], axis.at(value, HEIGHT - BOTTOM, TOP)) for place, value in run]
            if filled:
                foot = axis.at(0, HEIGHT - BOTTOM, TOP)
                ends = [(at[0][0], foot), *at, (at[-1][0], foot)]
                marks.append(Mark("polygon", {"points": _points(ends)}, f"field field-{number_of(number)}"))
            if len(at) > 1:
                marks.append(Mark("polyline", {"points": _points(at)}, f"line line-{number_of(number)}"))
            else:
                marks.append(point(*at[0], number_of(number)))
    told_by = "field" if filled else "line"
    patterns = _patterns(series) if filled else ()
    table = _table(heading, labels, series)
    return Picture(name, title, told, HEIGHT, marks, table, _legend(series), drawn_as=told_by, patterns=patterns)


def scatter(
    name: str, title: str, told: str, headings: tuple[str, str, str],
    series: Sequence[tuple[str, Sequence[tuple[str, float, float]]]], write: tuple[Write, Write],
) -> Picture:  # fmt: skip
    """Points by two numbers. `headings` are what a point is of, and what its numbers are."""
    every = [one for _name, some in series for one in some]
    across = scale((x for _label, x, _y in every), from_nought=False)
    up = scale((y for _label, _x, y in every), from_nought=False)
    left, marks = _side(up, write[1], HEIGHT)
    xs = [across.at(mark, left, WIDTH - RIGHT) for mark in across.marks]
    marks += [words(x, HEIGHT - 6, text) for x, text in thinned([write[0](one) for one in across.marks], xs, WIDTH)]
    for number, (_name, some) in enumerate(series):
        for _label, x, y in some:
            at = across.at(x, left, WIDTH - RIGHT), up.at(y, HEIGHT - BOTTOM, TOP)
            marks.append(point(*at, number_of(number)))
    rows = [(label, kind, write[0](x), write[1](y)) for kind, some in series for label, x, y in some]
    table = Table((headings[0], "", *headings[1:]), rows, numbers=(2, 3))
    legend = [(number_of(place), one) for place, (one, _some) in enumerate(series)] if len(series) > 1 else []
    return Picture(name, title, told, HEIGHT, marks, table, legend, drawn_as="point")


def timeline(
    name: str, title: str, told: str, headings: tuple[str, str], spans: Sequence[Span], first: date, last: date,
    kinds: Sequence[str], *, today: date | None = None, ticks: Sequence[tuple[date, str]] = (),
) -> Picture:  # fmt: skip
    """Spans between two days, each with its name above; what begins before or ends beyond has no end drawn. Days are
    marked as the `ticks` say, or where years begin."""
    shown, y, fields, names = spans[:MOST_BARS], 0.0, [], []
    days = max(1, (last - first).days)

    def x(day: date) -> float:
        return round(WIDTH * min(max((day - first).days, 0), days) / days, 1)

    for one in shown:
        names.append(words(0, y + SIZE, fitted(one.name, WIDTH), "label"))
        begin, end = x(one.begin or first), x(one.end or last)
        fields.append(bar(min(begin, WIDTH - 2), y + LINE + 2, max(end - begin, 2), BAR, f"field field-{one.kind}"))
        y += LINE + BAR + GAP
    every = ticks or [(date(year, 1, 1), str(year)) for year in range(first.year, last.year + 1)]
    days_told = [one for one in every if first <= one[0] <= last]
    foot = y + LINE
    marks = [line(x(day), 0, x(day), y, "mark-line") for day, _text in days_told] + fields
    labels, at_days = [text for _day, text in days_told], [x(day) for day, _text in days_told]
    marks += [words(at, foot, text) for at, text in thinned(labels, at_days, WIDTH)]
    if today is not None and first <= today <= last:
        marks.append(line(x(today), 0, x(today), y, "now"))
    marks += names  # over all lines
    rows = [(one.name, one.text) for one in spans]
    legend = [(number, kind) for number, kind in enumerate(kinds, 1)] if len(kinds) > 1 else []
    patterns = sorted({one.kind for one in shown} | {number for number, _kind in legend})
    return Picture(
        name, title, told, foot + 8, marks, Table(headings, rows), legend, drawn_as="field",
        left_out=len(spans) - len(shown), patterns=patterns,
    )  # fmt: skip


# -- what several of them have -----------------------------------------------------------------------------------------


def _side(axis: Scale, write: Write, height: float) -> tuple[float, list[Mark]]:
    """The marks up the side, as far in as the longest number needs; and how far that is."""
    texts = [write(one) for one in axis.marks]
    left = min(max(map(lettering.width, texts)) + 12, WIDTH / 2)
    marks = []
    for value, text in zip(axis.marks, texts, strict=True):
        y = axis.at(value, height - BOTTOM, TOP)
        marks += [line(left, y, WIDTH - RIGHT, y, "mark-line"), words(left - 8, y + 5, fitted(text, left - 8), "side")]
    return left, marks


def _x(number: int, many: int, left: float) -> float:
    """Where one of many stands, evenly between the sides; alone in the middle."""
    return round(left + (WIDTH - RIGHT - left) * (number / (many - 1) if many > 1 else 0.5), 1)


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """The stretches of which every number is known."""
    placed = groupby(enumerate(values), lambda one: one[1] is not None)
    return [[(place, value) for place, value in some if value is not None] for known, some in placed if known]


def _points(at: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in at)


def _table(heading: str, labels: Sequence[str], series: Sequence[Series]) -> Table:
    rows = [(label, *(one.texts[place] for one in series)) for place, label in enumerate(labels)]
    return Table((heading, *(one.name for one in series)), rows, numbers=range(1, len(series) + 1))


def _legend(series: Sequence[Series]) -> list[tuple[int, str]]:
    return [(number_of(place), one.name) for place, one in enumerate(series)] if len(series) > 1 else []


def _patterns(series: Sequence[Series]) -> list[int]:
    return sorted({number_of(place) for place in range(len(series))})
