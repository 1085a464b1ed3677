"""Where the nodes of a landscape stand: a layer of each kind, a column of each group, in each cell the nodes by name.

Nothing is kept between two days, and the map stays as it was: what decides a place is the name, the kind and the group,
never a sum over all edges. A cell has room for some more than are in it (`room`), and what grows above the middle layer
grows upward. `tests/test_landscape_layout.py` holds the measure.

Measured beside rustworkx 0.18, which has no layers (30 November 2026): 500 nodes and 1 500 edges took its spring layout
215 ms and this 10; in the same room 780 pairs of its nodes lay over each other, and when one came among a hundred the
others moved 0.8 places even though they began where they had been. So it is no dependency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from models.landscape.declared import LAYER, LAYERS, MIDDLE
from models.landscape.graph import Graph, Key

WIDE, TALL = 164, 44  # a node
ACROSS, DOWN = 14, 14  # between two
INSIDE, BETWEEN = 12, 46  # around the nodes of a column; between two layers, for the edges
HEAD, SIDE = 58, 132  # the names of the columns, and of the layers
SHAPE, NARROWER = 1.7, 1.3  # how much wider than high, about: a screen, and A3 across; around one row
ROOMS = (0, 1, 2, 3, 4, 6, 8, 10, 12, 15, 18, 21, 24, 28, 32, 36, 40)
MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class Column:
    """A group, from `x` on."""

    group: Key
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Band:
    """A layer, from `y` on."""

    register: str
    y: int
    height: int


@dataclass(frozen=True)
class Layout:
    """The upper left corner of every node, in units of about a pixel. The middle layer begins at y = 0."""

    places: dict[Key, tuple[int, int]]
    columns: tuple[Column, ...] = ()
    bands: tuple[Band, ...] = ()

    @property
    def top(self) -> int:
        return (self.bands[0].y if self.bands else 0) - HEAD

    @property
    def bottom(self) -> int:
        return self.bands[-1].y + self.bands[-1].height if self.bands else 0

    @property
    def width(self) -> int:
        return self.columns[-1].x + self.columns[-1].width if self.columns else 0

    @property
    def height(self) -> int:
        return self.bottom - self.top


Cells = Mapping[tuple[str, Key], list[Key]]


def laid_out(graph: Graph, groups: Mapping[Key, Key], order: Sequence[Key], middle: Key | None = None) -> Layout:
    """The layout of a graph whose nodes belong to groups, which stand in an order. Around one row, the `middle`, all
    rows are centred."""
    cells = _cells(graph, groups)
    if not cells:
        return Layout({})
    shown = {group for _layer, group in cells}
    present = {layer for layer, _group in cells}
    layers = [one.__tablename__ for one in LAYERS if one.__tablename__ in present]
    shape = SHAPE if middle is None else NARROWER
    columns, heights = _measured(cells, layers, [one for one in order if one in shown], shape)
    bands = _stacked(layers, heights)
    places: dict[Key, tuple[int, int]] = {}
    for band in bands:
        for column in columns:
            keys = cells.get((band.register, column.group), [])
            if middle is None:
                places |= _in_rows(keys, column, band)
            else:
                places |= _centred(_around(keys, middle), column, band)
    return Layout(places, tuple(columns), tuple(bands))


def _in_rows(keys: Sequence[Key], column: Column, band: Band) -> dict[Key, tuple[int, int]]:
    """One after the other, row by row from the left."""
    abreast = _abreast(column.width)
    turns = [(key, *divmod(number, abreast)) for number, key in enumerate(keys)]
    return {
        key: (column.x + INSIDE + place * (WIDE + ACROSS), band.y + row * (TALL + DOWN)) for key, row, place in turns
    }


def _centred(keys: Sequence[Key], column: Column, band: Band) -> dict[Key, tuple[int, int]]:
    """The same with each row in the middle, and about as many in each."""
    rows = max(-(-len(keys) // _abreast(column.width)), 1)
    found: dict[Key, tuple[int, int]] = {}
    for row in range(rows):
        some = keys[row * len(keys) // rows : (row + 1) * len(keys) // rows]
        left = column.x + (column.width - len(some) * (WIDE + ACROSS) + ACROSS) // 2
        found |= {key: (left + at * (WIDE + ACROSS), band.y + row * (TALL + DOWN)) for at, key in enumerate(some)}
    return found


def _around(keys: Sequence[Key], middle: Key) -> list[Key]:
    """With the middle one amid the others."""
    others = [key for key in keys if key != middle]
    half = len(others) // 2
    return [*others[:half], middle, *others[half:]] if middle in keys else others


def room(number: int) -> int:
    """How many places are kept for so many nodes: a few more, so that one that comes moves no other."""
    return next((one for one in ROOMS if one >= number), -(-number // 10) * 10)


def _cells(graph: Graph, groups: Mapping[Key, Key]) -> Cells:
    """The nodes of each layer and group by name; a module stands after the system it is a part of."""
    found: dict[tuple[str, Key], list[Key]] = defaultdict(list)
    whole = {edge.near: edge.far for edge in graph.edges if edge.link == f"{MIDDLE}.part_of"}
    for key in sorted(graph.nodes, key=lambda one: _turn(graph, whole, one)):
        found[key[0], groups[key]].append(key)
    return found


def _turn(graph: Graph, whole: Mapping[Key, Key], key: Key) -> tuple[object, ...]:
    above = whole.get(key)
    if above is None or above == key:
        return *graph.nodes[key].turn, False
    return *graph.nodes[above].turn, True, *graph.nodes[key].turn


def _measured(
    cells: Cells, layers: Sequence[str], order: Sequence[Key], shape: float
) -> tuple[list[Column], dict[str, int]]:
    """How wide each column is and how many rows each layer has, so that the whole is of about the right shape."""
    counts = {cell: room(len(keys)) for cell, keys in cells.items()}
    best = min(range(1, MOST_ROWS + 1), key=lambda most: (abs(log(_shape(counts, layers, order, most) / shape)), most))
    wide, rows = _fitted(counts, layers, order, best)
    columns, x = [], SIDE
    for group in order:
        width = wide[group] * (WIDE + ACROSS) - ACROSS + 2 * INSIDE
        columns.append(Column(group, x, width))
        x += width + ACROSS
    return columns, rows


def _fitted(
    counts: Mapping[tuple[str, Key], int], layers: Sequence[str], order: Sequence[Key], most: int
) -> tuple[dict[Key, int], dict[str, int]]:
    """How many nodes stand abreast in each column when no layer has more rows than `most`, and how many it has."""
    wide = {group: max(-(-counts.get((layer, group), 0) // most) for layer in layers) for group in order}
    rows = {layer: max(-(-counts.get((layer, group), 0) // max(wide[group], 1)) for group in order) for layer in layers}
    return wide, rows


def _shape(counts: Mapping[tuple[str, Key], int], layers: Sequence[str], order: Sequence[Key], most: int) -> float:
    wide, rows = _fitted(counts, layers, order, most)
    return sum(wide.values()) * (WIDE + ACROSS) / (sum(rows.values()) * (TALL + DOWN) + len(layers) * BETWEEN)


def _stacked(layers: Sequence[str], rows: Mapping[str, int]) -> list[Band]:
    """The layers one below the other, the middle one from 0 on."""
    heights = [rows[one] * (TALL + DOWN) - DOWN for one in layers]
    above = next((n for n, one in enumerate(layers) if LAYER[one] >= LAYER[MIDDLE]), len(layers))
    y = -sum(height + BETWEEN for height in heights[:above])
    found = []
    for layer, height in zip(layers, heights, strict=True):
        found.append(Band(layer, y, height))
        y += height + BETWEEN
    return found


def _abreast(width: int) -> int:
    return (width - 2 * INSIDE + ACROSS) // (WIDE + ACROSS)
