"""A picture: what is drawn, what it says in a sentence, and the same as a table. Whoever draws gives only places and
kinds; colours, dashes and patterns belong to the style sheet, so that they follow the screen and the paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH = 480  # units, whatever the screen: a picture is as wide as there is room for
KINDS = 4  # how many series are told apart, by shape, dash and pattern as well as by colour


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that is drawn: a tag of SVG with its places, the kind the style sheet knows it by, and its text."""

    tag: str
    at: dict[str, float | str]
    kind: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers that belong together, by what they are of, as they are drawn and as they are told."""

    name: str
    values: Sequence[float | None]
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int] = ()  # the columns that are numbers


@dataclass(frozen=True)
class Picture:
    """`name` sets its ids apart from those of others on the page."""

    name: str
    title: str
    told: str
    height: float
    marks: Sequence[Mark]
    table: Table
    legend: Sequence[tuple[int, str]] = ()
    width: float = WIDTH
    drawn_as: str = "line"  # what the legend shows: a line, a field or a point
    left_out: int = 0  # of what the table has, how much is not drawn
    patterns: Sequence[int] = field(default_factory=tuple)


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Mark:
    return Mark("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2}, kind)


def words(x: float, y: float, text: str, kind: str = "") -> Mark:
    return Mark("text", {"x": round(x, 1), "y": round(y, 1)}, kind, text)


def bar(x: float, y: float, width: float, height: float, kind: str) -> Mark:
    return Mark("rect", {"x": round(x, 1), "y": y, "width": round(width, 1), "height": height}, kind)


def point(x: float, y: float, number: int) -> Mark:
    """A point of a series: round, square, on its edge or three-cornered."""
    kind, size = f"point-{number}", 5
    if number == 1:
        return Mark("circle", {"cx": x, "cy": y, "r": size}, kind)
    if number == 2:
        return bar(x - size, round(y - size, 1), 2 * size, 2 * size, kind)
    around = {
        3: ((0, -7), (7, 0), (0, 7), (-7, 0)),
        4: ((0, -7), (7, 5), (-7, 5)),
    }[number]
    return Mark("polygon", {"points": " ".join(f"{round(x + dx, 1)},{round(y + dy, 1)}" for dx, dy in around)}, kind)


def number_of(place: int) -> int:
    """Which of the kinds a series is drawn as; after the last they begin anew, and the table tells them apart."""
    return place % KINDS + 1
