"""Where the map puts things: nothing overlaps, what comes moves nearly nothing, and the same is drawn twice."""

from __future__ import annotations

from itertools import combinations
from statistics import median

import pytest

from models.landscape.declared import LAYER, LAYERS, MIDDLE
from models.landscape.graph import Edge, Graph, Key, Node, made
from models.landscape.grouping import NOWHERE, Grouping, groups_of
from models.landscape.layout import ACROSS, DOWN, TALL, WIDE, Layout, laid_out, room
from tests.support.landscapes import chance, landscape, named, ties
from views.landscape.drawing import BARE, LINE, MARKED, TYPE
from views.landscape.lettering import in_lines, width

PLACE = (WIDE + ACROSS, TALL + DOWN)


def placed(whole: Graph) -> Layout:
    groups = groups_of(whole, Grouping.THEME)
    return laid_out(whole.drawn(), groups, sorted(set(groups.values())))


def moved(one: Layout, other: Layout) -> list[float]:
    """How many places each node that both have has moved."""
    pairs = [(there, other.places[key]) for key, there in one.places.items() if key in other.places]
    return [max(abs(a[0] - b[0]) / PLACE[0], abs(a[1] - b[1]) / PLACE[1]) for a, b in pairs]


def test_one_node_more_among_a_hundred_moves_the_middle_one_not_at_all_and_nearly_none_a_whole_place() -> None:
    moves, medians = [], []
    for seed in range(60):
        random = chance(seed + 1_000)
        before = landscape(seed, 100, 260)
        new = named(random, random.choice(LAYERS).__tablename__, 1_000)
        there = [*before.nodes, new.key]
        after = made([*before.nodes.values(), new], [*before.edges, *_of(new.key, ties(random, there, 400))])
        found = moved(placed(before), placed(after))
        moves += found
        medians.append(median(found))

    assert sorted(medians)[:48] == [0.0] * 48  # of sixty
    assert sum(one < 1 for one in moves) / len(moves) >= 0.8


def _of(key: Key, edges: list[Edge]) -> list[Edge]:
    """At most three that the new one has."""
    return [one for one in edges if key in {one.near, one.far}][:3]


def test_the_same_landscape_is_laid_out_the_same_whatever_order_its_rows_were_read_in() -> None:
    whole = landscape(7, 120, 300)
    turned = made(reversed(whole.nodes.values()), whole.edges)

    assert placed(whole) == placed(turned)


@pytest.mark.parametrize("seed", range(5))
def test_no_names_and_no_nodes_overlap_among_a_hundred(seed: int) -> None:
    whole = landscape(seed, 100, 300)
    layout = placed(whole)
    boxes = list(layout.places.values())
    names = [box for key, at in layout.places.items() for box in _lines(whole.nodes[key].name, at)]

    assert len(boxes) == len(whole.drawn().nodes)
    assert [
        pair
        for pair in combinations(boxes, 2)
        if abs(pair[0][0] - pair[1][0]) < WIDE and abs(pair[0][1] - pair[1][1]) < TALL
    ] == []
    assert [pair for pair in combinations(names, 2) if _overlap(*pair)] == []


Box = tuple[float, float, float, float]


def _lines(name: str, at: tuple[int, int]) -> list[Box]:
    lines = in_lines(name, WIDE - BARE - 8, TYPE)
    top = at[1] + (TALL - len(lines) * LINE) / 2
    return [
        (at[0] + BARE, top + n * LINE, at[0] + BARE + width(line, TYPE), top + (n + 1) * LINE)
        for n, line in enumerate(lines)
    ]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize(
    "name", ["", "x" * 200, "Et navn " * 25, "مدرسة البلدية للتعليم الأساسي", "\u202eabc", "漢字" * 40, "a\u0301" * 60]
)
def test_every_name_stays_within_its_node(name: str) -> None:
    lines = in_lines(name, WIDE - MARKED - 8, TYPE)

    assert 1 <= len(lines) <= 2
    assert all(line and width(line, TYPE) <= WIDE - MARKED - 8 for line in lines)


def test_layers_stand_in_their_order_and_a_module_beside_the_system_it_is_a_part_of() -> None:
    parent, other, module = (Node(MIDDLE, number, name, name) for number, name in ((1, "b"), (2, "c"), (3, "a")))
    service, platform = Node("service", 1, "s"), Node("platform", 1, "p")
    graph = made([parent, other, module, service, platform], [Edge(module.key, parent.key, f"{MIDDLE}.part_of")])

    layout = laid_out(graph, dict.fromkeys(graph.nodes, NOWHERE), [NOWHERE])

    assert [band.register for band in layout.bands] == ["service", MIDDLE, "platform"]
    assert sorted([parent.key, other.key, module.key], key=lambda one: layout.places[one][::-1]) == [
        parent.key,
        module.key,
        other.key,
    ]
    assert layout.places[service.key][1] < 0 <= layout.places[parent.key][1] < layout.places[platform.key][1]


def test_an_empty_landscape_and_one_of_ten_thousand_are_laid_out() -> None:
    many = landscape(1, 10_000, 20_000)

    assert laid_out(Graph(), {}, []).places == {}
    layout = placed(many)
    assert len(set(layout.places.values())) == len(many.drawn().nodes)


def test_there_is_always_room_for_what_is_there() -> None:
    assert all(number <= room(number) <= number + 9 for number in range(500))
    assert set(LAYER) == {one.__tablename__ for one in LAYERS}
