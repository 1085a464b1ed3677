"""What falls with a row: the same as a plain walk finds over graphs of any shape, with the shortest chain to each; and
every link has been asked what it carries."""

from __future__ import annotations

from collections.abc import Collection
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.declare.choices import Lifecycle
from models.landscape.declared import links
from models.landscape.graph import Edge, Graph, Key, Node, made
from models.landscape.impact import BACKWARDS, LINKS, NOT_YET, OWNING, QUIET, Carries, Effect, Impact, impact_of
from models.registers.architecture import Application, Platform
from models.registers.catalogue import Supplier
from models.registers.organisation import ContactPerson
from tests.support.landscapes import chance, landscape, named, ties

APP, SERVICE, DATA, ACTIVITY = "application", "service", "dataset", "processing_activity"
STOPS, WEAKENED = Effect.STOPS, Effect.WEAKENED
STARTS = tuple(one.__tablename__ for one in (Supplier, Platform, Application))


def graph_of(*told: tuple[Key, str, Key], **lifecycle: str) -> Graph:
    """A graph of links, written as they are said; `application_2="planned"` is how far one has come."""
    keys = sorted({key for near, _link, far in told for key in (near, far)})
    nodes = [
        Node(kind, number, f"{kind} {number}", lifecycle=lifecycle.get(f"{kind}_{number}")) for kind, number in keys
    ]
    return made(nodes, [Edge(near, far, f"{near[0]}.{link}") for near, link, far in told])


def said(found: Impact) -> dict[Key, Effect]:
    return {key: hit.effect for key, hit in found.hits.items()}


# -- the plain walk ----------------------------------------------------------------------------------------------------

Reasons = list[tuple[Key, Key, Carries]]


def reasons_of(graph: Graph, gone: Collection[Key]) -> Reasons:
    found = [(one.far, one.near, LINKS[one.link]) for one in graph.edges if one.link in LINKS]
    found += [(one.near, one.far, BACKWARDS[one.link]) for one in graph.edges if one.link in BACKWARDS]
    return [one for one in found if one[0] not in gone and one[1] not in gone and one[0] != one[1]]


def leaned_on(graph: Graph, start: Key, key: Key, reasons: Reasons) -> tuple[set[Key], set[Key]]:
    """What stands in for each other under a row; and all that is, or could, be leaned on."""
    any_of = {cause for cause, hit, how in reasons if hit == key and how is Carries.ANY}
    spare = {cause for cause, hit, how in reasons if hit == key and how is Carries.SPARE}
    usable = {one for one in any_of | spare if one == start or graph.nodes[one].lifecycle not in NOT_YET}
    return any_of, usable


def why(graph: Graph, start: Key, key: Key, effects: dict[Key, Effect], reasons: Reasons) -> dict[Key, Effect]:
    """What each cause does to a row, as things stand."""
    any_of, usable = leaned_on(graph, start, key, reasons)
    is_last = bool(any_of & {one for one in effects if effects[one] is STOPS}) and all(
        effects.get(one) is STOPS for one in usable
    )
    found: dict[Key, Effect] = {}
    for cause, hit, how in reasons:
        if hit != key or cause not in effects or how is Carries.SPARE:
            continue
        ends = effects[cause] is STOPS and (how is Carries.EACH or (how is Carries.ANY and is_last))
        if ends or found.get(cause) is not STOPS:
            found[cause] = STOPS if ends else WEAKENED
    return found


def walked(graph: Graph, start: Key, gone: Collection[Key]) -> dict[Key, tuple[Effect, int]]:
    """All that is hit, by looking at everything again until nothing changes; and how far away it is."""
    reasons, effects = reasons_of(graph, gone), {start: STOPS}
    while True:
        told = {key: why(graph, start, key, effects, reasons).values() for key in graph.nodes if key != start}
        now = {start: STOPS} | {key: STOPS if STOPS in some else WEAKENED for key, some in told.items() if some}
        if now == effects:
            break
        effects = now
    far = {start: 1}
    for _ in graph.nodes:
        for key in effects:
            causes = why(graph, start, key, effects, reasons) if key != start else {}
            steps = [far[one] for one, effect in causes.items() if effect is effects[key] and one in far]
            if steps and far.get(key, 10_000) > 1 + min(steps):
                far[key] = 1 + min(steps)
    return {key: (effect, far[key]) for key, effect in effects.items() if key != start}


def small(random: Random) -> Graph:
    """A dense graph of what falls and carries, with circles, and rows at every point of their lives."""
    kinds = (*STARTS, "application", "application", "service", "process", "dataset", "integration", ACTIVITY)
    nodes = [named(random, random.choice(kinds), number) for number in range(1, random.randint(4, 18))]
    nodes = [
        Node(one.register, one.id, one.name, lifecycle=random.choice((None, None, *[each.value for each in Lifecycle])))
        for one in nodes
    ]
    carrying = [one for one in links().values() if one.name in {*LINKS, *BACKWARDS}]
    edges = ties(random, [one.key for one in nodes], 0)
    for _ in range(random.randint(0, 60)):
        link = random.choice(carrying)
        near = [one.key for one in nodes if one.register == link.register.__tablename__]
        far = [one.key for one in nodes if one.register == link.target.__tablename__]
        if near and far:
            edges.append(Edge(random.choice(near), random.choice(far), link.name))
    return made(nodes, edges)


@settings(max_examples=250)
@given(st.integers(0, 1_000_000))
def test_what_falls_is_what_a_plain_walk_finds_by_the_shortest_chain_whatever_circles_there_are(seed: int) -> None:
    random = chance(seed)
    graph = small(random)
    gone = {one for one in graph.nodes if random.random() < 0.1}
    start = random.choice(sorted(graph.nodes))
    gone.discard(start)
    otherwise = {link: random.choice(tuple(Carries)) for link in LINKS} if seed % 3 else {}  # the table may be another

    with patch.dict(LINKS, otherwise):
        found, told = impact_of(graph, start, gone), walked(graph, start, gone)
        reasons = {(cause, hit) for cause, hit, _how in reasons_of(graph, gone)}

    assert {key: (hit.effect, len(hit.path)) for key, hit in found.hits.items()} == told
    for key, hit in found.hits.items():
        assert (hit.path[0], hit.path[-1]) == (start, key)
        assert set(zip(hit.path, hit.path[1:], strict=False)) <= reasons


# -- what is meant -----------------------------------------------------------------------------------------------------


def test_every_link_of_the_map_says_whether_something_falls_by_it() -> None:
    told = [*LINKS, *BACKWARDS, *OWNING, *QUIET]

    assert sorted(told) == sorted(links()), "Say in models/landscape/impact.py what becomes of a row by this link."


def test_a_service_with_another_application_is_weakened_and_one_with_this_alone_stops() -> None:
    graph = graph_of(
        ((SERVICE, 1), "applications", (APP, 1)), ((SERVICE, 2), "applications", (APP, 1)),
        ((SERVICE, 2), "applications", (APP, 2)), ((SERVICE, 3), "applications", (APP, 2)),
    )  # fmt: skip

    found = impact_of(graph, (APP, 1))

    assert said(found) == {(SERVICE, 1): STOPS, (SERVICE, 2): WEAKENED}
    assert [found.hits[SERVICE, number].is_alone for number in (1, 2)] == [True, False]


def test_what_is_weakened_first_and_stops_later_is_lost_once_by_what_leans_on_it() -> None:
    graph = graph_of(
        ((APP, 1), "platform", ("platform", 1)), ((APP, 2), "platform", ("platform", 1)),
        *[((APP, whole), "part_of", (APP, part)) for whole, part in ((3, 1), (3, 2), (4, 3), (4, 5))],
    )  # fmt: skip

    with patch.dict(LINKS, {"application.part_of": Carries.ANY}):
        found = impact_of(graph, ("platform", 1))

    assert said(found) == {(APP, 1): STOPS, (APP, 2): STOPS, (APP, 3): STOPS, (APP, 4): WEAKENED}


def test_what_is_planned_or_over_stands_in_for_nothing() -> None:
    told = [((SERVICE, number), "applications", (APP, one)) for number in (1, 2) for one in (1, 1 + number)]
    graph = graph_of(*told, application_2="planned")

    assert said(impact_of(graph, (APP, 1), gone={(APP, 3)})) == {(SERVICE, 1): STOPS, (SERVICE, 2): STOPS}
    assert said(impact_of(graph, (APP, 1))) == {(SERVICE, 1): STOPS, (SERVICE, 2): WEAKENED}


def test_a_supplier_takes_platform_application_module_integration_data_and_services_with_it_link_by_link() -> None:
    supplier, cloud, main, module, other = ("supplier", 1), ("platform", 1), (APP, 1), (APP, 2), (APP, 3)
    graph = graph_of(
        (cloud, "supplier", supplier), (main, "platform", cloud), (module, "part_of", main),
        (("integration", 1), "source", other), (("integration", 1), "destination", module),
        ((DATA, 1), "applications", main), ((DATA, 2), "applications", main), ((DATA, 2), "copies", other),
        (("process", 1), "applications", module), (("process", 1), "service", (SERVICE, 1)),
        ((ACTIVITY, 1), "applications", main), ((ACTIVITY, 2), "datasets", (DATA, 2)),
    )  # fmt: skip

    found = impact_of(graph, supplier)

    assert said(found) == {
        cloud: STOPS, main: STOPS, module: STOPS, ("integration", 1): STOPS, (DATA, 1): STOPS, (DATA, 2): WEAKENED,
        ("process", 1): STOPS, (SERVICE, 1): WEAKENED, (ACTIVITY, 1): STOPS, (ACTIVITY, 2): WEAKENED,
    }  # fmt: skip
    assert found.hits[SERVICE, 1].path == (supplier, cloud, main, module, ("process", 1), (SERVICE, 1))
    assert other not in found.hits  # it lacks data, and runs


def test_a_person_stops_nothing_and_leaves_rows_without_an_owner_or_with_those_who_are_left() -> None:
    kari, ola = (("contact_person", number) for number in (1, 2))
    graph = graph_of(
        ((APP, 1), "owner", kari), ((APP, 2), "owner", kari), ((APP, 2), "manager", ola), ((APP, 3), "owner", ola),
        ((SERVICE, 1), "owner", kari), ((SERVICE, 1), "applications", (APP, 1)), (("agreement", 1), "owner", kari),
        ((APP, 1), "unit", ("organisational_unit", 1)),
    )  # fmt: skip

    found = impact_of(graph, kari)

    assert said(found) == {
        (APP, 1): Effect.UNOWNED, (SERVICE, 1): Effect.UNOWNED, ("agreement", 1): Effect.UNOWNED,
        (APP, 2): Effect.LESS_OWNED,
    }  # fmt: skip
    assert [(one.key, [row.key for row in rows]) for one, rows in found.to_tell] == [(ola, [(APP, 2)])]
    assert [(one.key, unit and unit.id) for one, unit in found.untold] == [
        ((SERVICE, 1), None), ((APP, 1), 1), (("agreement", 1), None),
    ]  # fmt: skip
    assert [one.key for one in found.agreements] == [("agreement", 1)]


def test_the_agreements_are_those_of_what_stops_and_those_with_the_supplier_and_none_that_are_over() -> None:
    graph = graph_of(
        ((APP, 1), "supplier", ("supplier", 1)), ((APP, 1), "agreements", ("agreement", 1)),
        ((APP, 1), "agreements", ("agreement", 2)), (("agreement", 3), "supplier", ("supplier", 1)),
        ((APP, 2), "agreements", ("agreement", 4)), (("agreement", 5), "supplier", ("supplier", 2)),
    )  # fmt: skip

    told = impact_of(graph, ("supplier", 1), gone={("agreement", 2)}).agreements

    assert [one.id for one in told] == [1, 3]


def test_what_is_hit_is_listed_by_kind_then_how_grave_it_is_then_how_critical_then_by_name() -> None:
    services = [
        Node(SERVICE, 1, "Å", "å"), Node(SERVICE, 2, "B", "b", criticality="2"), Node(SERVICE, 3, "C", "c"),
        Node(SERVICE, 4, "D", "d", criticality="1"), Node(SERVICE, 5, "A", "a", criticality="1"),
    ]  # fmt: skip
    edges = [Edge(one.key, (APP, 1), "service.applications") for one in services]
    edges.append(Edge((SERVICE, 5), (APP, 2), "service.applications"))
    graph = made([*services, Node(APP, 1, "x"), Node(APP, 2, "y")], edges)

    assert [(kind, [hit.key[1] for hit in hits]) for kind, hits in impact_of(graph, (APP, 1)).kinds()] == [
        (SERVICE, [4, 2, 3, 1, 5])
    ]


def test_five_thousand_links_to_one_row_are_followed_once_and_the_nearest_are_drawn() -> None:
    told = [((SERVICE, number), "applications", (APP, 1)) for number in range(5_000)]
    graph = graph_of(*told, ((APP, 1), "platform", ("platform", 1)))

    found = impact_of(graph, ("platform", 1))

    assert found.counted(STOPS) == 5_001
    assert len(found.nearest(150)) == 150
    assert found.nearest(150)[0] == (APP, 1)


@pytest.mark.parametrize("kind", [*STARTS, ContactPerson.__tablename__])
def test_what_nothing_hangs_on_and_what_is_not_there_take_nothing_with_them(kind: str) -> None:
    assert impact_of(made([Node(kind, 1, "Alene")], []), (kind, 1)).hits == {}
    assert impact_of(landscape(1, 10, 10), (kind, 999)).hits == {}
