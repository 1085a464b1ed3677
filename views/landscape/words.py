"""The map in words: how nodes, links and groups are called, and the same as a table and as a nested list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

from flask import url_for

from models.landscape.declared import BY_NAME, LAYER, links
from models.landscape.graph import INTEGRATION, Edge, Graph, Key, Node
from models.landscape.grouping import COMMON, NOWHERE, OTHERS, Grouping
from reports.language import mid_sentence
from views import formatters
from views.texts import gettext as _
from views.texts import ngettext, tr

FEW = 4  # neighbours by name in a cell of the table
MANY = 12  # by name in the list
Called = Callable[[Key, Key], str]  # how the second is called where it stands beside the first


def one_of(register: str) -> str:
    """What one row of a register is called."""
    name = tr(BY_NAME[register].__register__.one)
    return name[:1].upper() + name[1:]


def all_of(register: str) -> str:
    return tr(BY_NAME[register].__register__.name)


def group_name(graph: Graph, by: Grouping, key: Key) -> str:
    """What a column is called. `graph` is the whole."""
    if key == COMMON:
        return _("Felles for flere")
    if key == OTHERS:
        return _("Andre")
    if key == NOWHERE:
        return {
            Grouping.THEME: _("Uten tema"), Grouping.UNIT: _("Uten enhet"), Grouping.SUPPLIER: _("Uten leverandør")
        }[by]  # fmt: skip
    return graph.nodes[key].name


def in_order(graph: Graph, groups: Mapping[Key, Key]) -> list[Key]:
    """The columns from the left: by name, then the small ones, what is common to several, and what belongs nowhere."""
    there = set(groups.values())
    unnamed = [one for one in (OTHERS, COMMON, NOWHERE) if one in there]
    return [*sorted(there - set(unnamed), key=lambda one: graph.nodes[one].turn), *unnamed]


def row_url(node: Node) -> str:
    return url_for(f"{node.register}.details_view", id=node.id)


def node_told(graph: Graph, node: Node, said: str) -> str:
    """A node to who listens: what it is, what it is called, how it is marked and how many it hangs together with."""
    number = graph.degree[node.key]
    joined = ngettext("%(count)s forbindelse", "%(count)s forbindelser", number, count=formatters.grouped(number))
    marked = f". {said}" if said else ""
    return f"{one_of(node.register)}: {node.name or '–'}{marked}. {joined}"


def link_name(edge: Edge, key: Key) -> str:
    """What joins a node to its neighbour, seen from the node: the field at its own end, or what points at it."""
    if edge.link == INTEGRATION:
        return _("Sender data til") if edge.near == key else _("Får data fra")
    link = links()[edge.link]
    label = tr(link.field.label)
    return label if edge.near == key else f"{all_of(edge.near[0])} ({mid_sentence(label)})"


def neighbours(graph: Graph, key: Key) -> list[tuple[str, list[Key]]]:
    """What a node hangs together with, by what joins them, each by name."""
    told = [
        (LAYER[other[0]], link_name(edge, key), graph.nodes[other].turn, other) for edge, other in graph.around[key]
    ]
    told = sorted(set(told))
    return [(name, [one[3] for one in some]) for (_layer, name), some in groupby(told, key=lambda one: one[:2])]


def table(
    graph: Graph, whole: Graph, groups: Mapping[Key, Key], by: Grouping, levels: Mapping[Key, str], called: Called
) -> list[dict[str, Any]]:
    """A row for each node, layer by layer."""
    return [
        {
            "key": node.key,
            "name": node.name or "–",
            "kind": one_of(node.register),
            "group": group_name(whole, by, groups[node.key]),
            "level": levels.get(node.key, ""),
            "number": formatters.grouped(graph.degree[node.key]),
            "beside": _names(graph, node.key, [other for _edge, other in graph.around[node.key]], FEW, called),
        }
        for node in _in_turn(graph)
    ]


def _in_turn(graph: Graph) -> list[Node]:
    return sorted(graph.nodes.values(), key=lambda one: (LAYER[one.register], one.turn))


def _names(graph: Graph, key: Key, keys: list[Key], most: int, called: Called) -> str:
    each = sorted(dict.fromkeys(keys), key=lambda one: (LAYER[one[0]], graph.nodes[one].turn))
    names = ", ".join(called(key, one) for one in each[:most])
    rest = len(each) - most
    return f"{names} {_('og %(number)s til', number=formatters.grouped(rest))}" if rest > 0 else names


def nested(
    graph: Graph, whole: Graph, groups: Mapping[Key, Key], by: Grouping, called: Called
) -> Iterator[dict[str, Any]]:
    """Group by group, in each layer by layer, each node with what it hangs together with."""
    every = _in_turn(graph)
    for group in in_order(whole, {key: groups[key] for key in graph.nodes}):
        inside = [node for node in every if groups[node.key] == group]
        yield {
            "name": group_name(whole, by, group),
            "number": formatters.grouped(len(inside)),
            "layers": [
                {"name": all_of(register), "nodes": [_listed(graph, node, called) for node in nodes]}
                for register, nodes in groupby(inside, key=lambda one: one.register)
            ],
        }


def _listed(graph: Graph, node: Node, called: Called) -> dict[str, Any]:
    beside = [(name, _names(graph, node.key, keys, MANY, called)) for name, keys in neighbours(graph, node.key)]
    return {"key": node.key, "name": node.name or "–", "beside": beside}
