"""The municipalities of Norway as they lie on the ground, by number, with the borders of 2024 (Kartverket, CC BY 4.0).

A plane in hundreds of metres (UTM zone 33), down as a picture has it, so that what is read here is drawn as it is.
Neighbours share their borders, as TopoJSON does: `models/facts/borders_2024.json` and the README beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from models.declare.memories import remembers

BORDERS_OF = date(2024, 1, 1)  # the day whose numbers and borders these are
LINES, TALL = 24, 2  # level lines through a shape, to find where a text has room; how many it needs above and below
_FILE = Path(__file__).resolve().parent.parent / "facts" / "borders_2024.json"

Point = tuple[int, int]
Ring = Sequence[Point]


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def meets(self, other: Box) -> bool:
        across = self.left <= other.right and other.left <= self.right
        return across and self.top <= other.bottom and other.top <= self.bottom


@dataclass(frozen=True, slots=True)
class Ground:
    """A municipality: the outer ring of each of its pieces with the holes in it, the largest piece first; as a path of
    SVG; and the place within it where a text has most `room` to both sides."""

    code: str
    pieces: Sequence[Sequence[Ring]]
    path: str
    box: Box
    place: tuple[float, float]
    room: float


@dataclass(frozen=True, slots=True)
class Line:
    """A border between counties."""

    path: str
    box: Box


@remembers()
def grounds() -> dict[str, Ground]:
    """All of them, by the number of 2024."""
    arcs, told = _read()
    return {code: _ground(code, [[_ring(refs, arcs) for refs in one] for one in pieces]) for code, pieces in told}


@remembers()
def county_lines() -> tuple[Line, ...]:
    """Where a county meets another: an arc that two have whose numbers begin otherwise."""
    arcs, told = _read()
    sides: dict[int, set[str]] = {}
    for code, pieces in told:
        for ref in (ref for piece in pieces for ring in piece for ref in ring):
            sides.setdefault(max(ref, ~ref), set()).add(code[:2])
    return tuple(Line(_path(arcs[at]), box_of(arcs[at])) for at, counties in sides.items() if len(counties) > 1)


def box_of(points: Iterable[Point]) -> Box:
    across, down = zip(*points, strict=True)
    return Box(min(across), min(down), max(across), max(down))


def around(boxes: Sequence[Box]) -> Box:
    """The box that holds some others."""
    return Box(
        min(one.left for one in boxes), min(one.top for one in boxes),
        max(one.right for one in boxes), max(one.bottom for one in boxes),
    )  # fmt: skip


def area(ring: Ring) -> float:
    """What a ring holds, in square units; never less than nothing, whichever way it runs."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))) / 2


@remembers()
def _read() -> tuple[list[list[Point]], list[tuple[str, list[list[list[int]]]]]]:
    """The arcs, each from its first point by steps; and the arcs of each ring, `~number` where one runs backwards."""
    topology = json.loads(_FILE.read_text(encoding="utf-8"))
    told = [(one["id"], one["arcs"]) for one in topology["objects"]["municipalities"]["geometries"]]
    return [_walked(steps) for steps in topology["arcs"]], told


def _walked(steps: Iterable[Sequence[int]]) -> list[Point]:
    x = y = 0
    points = []
    for dx, dy in steps:
        x, y = x + dx, y + dy
        points.append((x, y))
    return points


def _ring(refs: Iterable[int], arcs: Sequence[list[Point]]) -> list[Point]:
    ring: list[Point] = []
    for ref in refs:
        points = arcs[ref] if ref >= 0 else arcs[~ref][::-1]
        ring += points[1:] if ring else points
    return ring


def _ground(code: str, pieces: list[list[list[Point]]]) -> Ground:
    pieces.sort(key=lambda piece: -area(piece[0]))
    path = "".join(f"{_path(ring[:-1])}z" for piece in pieces for ring in piece)
    (x, y), room = _roomiest(pieces[0])
    return Ground(code, pieces, path, box_of(point for piece in pieces for point in piece[0]), (x, y), room)


def _path(points: Sequence[Point]) -> str:
    """From the first point by steps, which are short to write."""
    steps = " ".join(f"{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in pairwise(points))
    return f"M{points[0][0]} {points[0][1]}l{steps}".replace(" -", "-")


def _roomiest(rings: Sequence[Ring]) -> tuple[tuple[float, float], float]:
    """The middle of the place within a piece where a text has most room to both sides, and how much: level lines are
    laid through it, and a text needs those above and below its own too."""
    box = box_of(rings[0])
    lines = [_within(rings, box.top + box.height * (number + 0.5) / LINES) for number in range(LINES)]
    best = ((box.left + box.right) / 2, (box.top + box.bottom) / 2), 0.0
    for number in range(TALL, LINES - TALL):
        for begin, end in lines[number]:
            middle = (begin + end) / 2
            near = [_holding(middle, one) for one in lines[number - TALL : number + TALL + 1]]
            left, right = max(one[0] for one in near), min(one[1] for one in near)
            if right - left > best[1]:
                best = ((left + right) / 2, box.top + box.height * (number + 0.5) / LINES), right - left
    return best


def _holding(x: float, stretches: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """The stretch that a place lies within; one of no length where it lies outside."""
    return next((one for one in stretches if one[0] <= x <= one[1]), (x, x))


def _within(rings: Iterable[Ring], y: float) -> list[tuple[float, float]]:
    """The stretches of a level line that lie within a piece."""
    met = sorted(x for ring in rings for x in _met(ring, y))
    return list(zip(met[::2], met[1::2], strict=True))


def _met(ring: Ring, y: float) -> Iterable[float]:
    """Where a level line meets a ring."""
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) is not (y2 > y):
            yield x1 + (x2 - x1) * (y - y1) / (y2 - y1)
