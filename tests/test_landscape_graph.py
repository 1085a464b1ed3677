"""The landscape as plain data: what is joined to what, how far it reaches, where it belongs, how it is marked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.declare.base import fields_of
from models.declare.domains import Domain
from models.declare.fields import Kind
from models.landscape.aspects import FORMS, LEVELS, Aspect, levels_of
from models.landscape.declared import BY_NAME, KINDS, LAYERS, RESTS_ON, links
from models.landscape.graph import Edge, Graph, Key, Node, made
from models.landscape.grouping import COMMON, MOST_COLUMNS, NOWHERE, OTHERS, Grouping, gathered, groups_of
from tests.support.landscapes import landscape

APP, SERVICE, SUPPLIER, DATA = "application", "service", "supplier", "dataset"


def node(kind: str, number: int, **told: object) -> Node:
    return Node(kind, number, f"{kind} {number}", **told)  # type: ignore[arg-type]


def joined(*pairs: tuple[Key, Key], link: str = "service.applications", more: tuple[Node, ...] = ()) -> Graph:
    """A graph of edges and all that they lead to."""
    keys = {key for pair in pairs for key in pair}
    return made([*[node(*key) for key in sorted(keys)], *more], [Edge(near, far, link) for near, far in pairs])


def test_every_reference_between_what_is_drawn_is_a_link_and_nothing_is_listed_by_hand() -> None:
    declared = {
        f"{register.__tablename__}.{known.key}"
        for register in KINDS
        for known in fields_of(register)
        if known.kind in {Kind.REFERENCE, Kind.REFERENCES} and not known.mirrored and known.target in KINDS
    }

    assert {one.name for one in links().values() if one.part is None} == declared
    assert {"application.platform", "integration.source", "dataset.copies", "process.service"} <= declared
    assert {one.name for one in links().values() if one.part} == {
        "application.people.person", "processing_activity.controllers.agreement",
        "processing_activity.processors.supplier", "processing_activity.processors.agreement",
        "processing_activity.transfers.supplier",
    }  # fmt: skip


def test_who_reads_one_kind_in_a_municipality_reads_all_so_that_what_is_remembered_is_the_same_for_everybody() -> None:
    assert {one.__domain__ for one in RESTS_ON} == {None, Domain.CONTENT}


def test_an_edge_to_what_is_not_there_is_none_and_one_told_twice_is_one() -> None:
    one = Edge((SERVICE, 1), (APP, 1), "service.applications")
    astray = Edge((SERVICE, 1), (APP, 99), "service.applications")

    assert made([node(SERVICE, 1), node(APP, 1)], [one, one, astray]).edges == (one,)


def test_an_integration_of_two_known_ends_is_an_edge_and_any_other_a_node() -> None:
    told = ((1, 1, "source"), (1, 2, "destination"), (2, 1, "source"))
    ends = [Edge(("integration", one), (APP, end), f"integration.{key}") for one, end, key in told]
    whole = made([node(APP, 1), node(APP, 2), node("integration", 1), node("integration", 2)], ends)

    drawn = whole.drawn()

    assert set(drawn.nodes) == {(APP, 1), (APP, 2), ("integration", 2)}
    assert set(drawn.edges) == {Edge((APP, 1), (APP, 2), "integration", ("integration", 1)), ends[2]}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 3))
def test_what_is_near_is_what_a_walk_finds_whatever_circles_there_are(seed: int, steps: int) -> None:
    graph = landscape(seed, 30, 60).drawn()
    start = next(iter(graph.nodes))

    found = graph.near(start, steps, 10_000)

    reached, frontier = {start}, {start}
    for _ in range(steps):
        frontier = {
            b for edge in graph.edges for a, b in ((edge.near, edge.far), (edge.far, edge.near)) if a in frontier
        }
        reached |= frontier
    assert set(found.keys) == reached
    assert (len(found.keys), found.left_out) == (len(reached), 0)


def test_a_node_with_five_thousand_edges_is_told_of_with_what_is_left_out() -> None:
    graph = joined(*[((SERVICE, number), (APP, 1)) for number in range(5_000)])

    near = graph.near((APP, 1), 3, 150)

    assert len(near.keys) == len(set(near.keys)) == 150
    assert near.left_out == 5_001 - 150
    assert (APP, 1) in graph.largest(10).nodes


def test_what_belongs_nowhere_follows_most_of_its_neighbours_and_is_common_where_they_disagree() -> None:
    themes = (node("los_theme", 1), node("los_theme", 2))
    pairs = [
        ((SERVICE, 1), (APP, 1)),
        ((SERVICE, 2), (APP, 1)),
        ((SERVICE, 3), (APP, 1)),
        ((SERVICE, 3), (APP, 2)),
        ((SERVICE, 1), (APP, 2)),
    ]
    graph = joined(*pairs, more=(*themes, node(APP, 3)))
    of = {1: 1, 2: 1, 3: 2}
    belongs = [Edge((SERVICE, a), ("los_theme", b), "service.theme") for a, b in of.items()]
    graph = made(graph.nodes.values(), [*graph.edges, *belongs])

    groups = groups_of(graph, Grouping.THEME)

    assert {key: groups[key] for key in graph.nodes if key[0] == APP} == {
        (APP, 1): ("los_theme", 1),
        (APP, 2): COMMON,
        (APP, 3): NOWHERE,
    }


def test_of_very_many_groups_the_small_ones_stand_together() -> None:
    groups = {(APP, number): (SUPPLIER, number if number <= 40 else 1 + number % 3) for number in range(1, 100)}

    few, many = gathered(groups, [(APP, number) for number in range(1, 16)]), gathered(groups, groups)

    assert few == {(APP, number): (SUPPLIER, number) for number in range(1, 16)}
    assert len(set(many.values())) == MOST_COLUMNS
    assert {group for group in many.values() if group != OTHERS} > {(SUPPLIER, 1), (SUPPLIER, 2), (SUPPLIER, 3)}


DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("aspect", "told", "level"),
    [
        (Aspect.CRITICALITY, {"criticality": "1"}, 0),
        (Aspect.CRITICALITY, {}, None),
        (Aspect.CRITICALITY, {"criticality": "of a later version"}, None),
        (Aspect.PERSONAL, {"personal": "special"}, 0),
        (Aspect.PERSONAL, {"personal": "none"}, 2),
        (Aspect.LIFECYCLE, {"lifecycle": "retired"}, 4),
        (Aspect.COST, {"cost": 100_000_000}, 0),
        (Aspect.COST, {"cost": 99_999_999}, 1),
        (Aspect.COST, {"cost": 0}, 3),
        (Aspect.COST, {}, None),
    ],
)
def test_a_node_is_marked_by_what_it_says(aspect: Aspect, told: dict[str, object], level: int | None) -> None:
    graph = made([node(APP, 1, **told)], [])

    assert levels_of(aspect, graph, DAY, {}).get((APP, 1)) == level


@pytest.mark.parametrize(("days", "level"), [(-1, 0), (0, 1), (183, 1), (184, 2), (730, 2), (731, 3)])
def test_the_first_agreement_that_ends_tells_how_soon(days: int, level: int) -> None:
    soon, late = (
        node("agreement", number, ends=DAY + timedelta(days=left)) for number, left in ((1, days), (2, 5_000))
    )
    graph = made([node(APP, 1), soon, late, node("agreement", 3)],
                 [Edge((APP, 1), ("agreement", one), "application.agreements") for one in (1, 2, 3)])  # fmt: skip

    assert levels_of(Aspect.ENDS, graph, DAY, {})[APP, 1] == level


@pytest.mark.parametrize(("share", "level"), [(0, 0), (49, 0), (50, 1), (80, 2), (99, 2), (100, 3)])
def test_what_is_filled_out_tells_how_far(share: int, level: int) -> None:
    assert levels_of(Aspect.FILLED, made([node(APP, 1)], []), DAY, {(APP, 1): share}) == {(APP, 1): level}


def test_no_two_levels_of_one_thing_have_one_form_so_that_colour_is_never_alone() -> None:
    assert set(LEVELS) == set(Aspect)
    for levels in LEVELS.values():
        assert [one.form for one in levels] == list(FORMS[: len(levels)])
    assert set(BY_NAME) >= {one.__tablename__ for one in LAYERS}
