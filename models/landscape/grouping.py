"""Where each node of a landscape belongs: by theme, by unit or by supplier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from models.declare.words import N_, Choice
from models.landscape.declared import KINDS
from models.landscape.graph import Graph, Key
from models.registers.catalogue import Supplier
from models.registers.codes import LosTheme
from models.registers.organisation import OrganisationalUnit

COMMON: Key = ("", 1)  # of what belongs to several, none of them more than the others
NOWHERE: Key = ("", 2)  # of what belongs to none
OTHERS: Key = ("", 3)  # of the small ones together, where there are too many
MOST_COLUMNS = 15  # with names of their own; LOS has fourteen
ROUNDS = 3  # how far what belongs somewhere draws its neighbours with it


class Grouping(Choice):
    """What the columns of the map stand for."""

    THEME = "theme", N_("Tema (LOS)")
    UNIT = "unit", N_("Enhet")
    SUPPLIER = "supplier", N_("Leverandør")


BY: dict[Grouping, type[Any]] = {
    Grouping.THEME: LosTheme, Grouping.UNIT: OrganisationalUnit, Grouping.SUPPLIER: Supplier
}  # fmt: skip


def groups_of(graph: Graph, by: Grouping) -> dict[Key, Key]:
    """The group of every node: what it points at itself; else that of most of its neighbours, when more than half of
    them agree; else COMMON. What hangs on nothing that belongs anywhere is NOWHERE.

    The neighbours are asked in rounds, all at once in each: no answer depends on who is asked first."""
    kind = BY[by].__tablename__
    found = {key: key for key in graph.nodes if key[0] == kind}
    for edge in graph.edges:  # in the order of the fields: the unit that owns before those that use it too
        if edge.far[0] == kind:
            found.setdefault(edge.near, _above(graph, edge.far))
    kinds = {one.__tablename__ for one in KINDS} - {kind}
    waiting = [key for key in graph.nodes if key not in found and key[0] in kinds]
    for _ in range(ROUNDS):
        drawn = {key: group for key in waiting if (group := _of_most(graph, key, found, kind)) is not None}
        if not drawn:
            break
        found |= drawn
        waiting = [key for key in waiting if key not in found]
    return found | dict.fromkeys(waiting, NOWHERE)


def _above(graph: Graph, key: Key) -> Key:
    """The group itself, or the one it lies within."""
    within = graph.nodes[key].within
    return key if within is None or (key[0], within) not in graph.nodes else (key[0], within)


def _of_most(graph: Graph, key: Key, found: dict[Key, Key], kind: str) -> Key | None:
    """The group of most neighbours that are drawn, COMMON where no group has most of them, None where none has one."""
    there = {other for _edge, other in graph.around[key]}
    votes = Counter(found[other] for other in there if other in found and other[0] != kind)
    votes.pop(COMMON, None)
    if not votes:
        return COMMON if any(found.get(other) == COMMON for other in there) else None
    group, number = min(votes.items(), key=lambda one: (-one[1], one[0]))
    return group if 2 * number > sum(votes.values()) else COMMON


def gathered(groups: Mapping[Key, Key], keys: Iterable[Key]) -> dict[Key, Key]:
    """The groups of some nodes as columns: the largest by themselves, the small ones together where there are many."""
    found = {key: groups[key] for key in keys}
    sizes = Counter(group for group in found.values() if group not in {COMMON, NOWHERE})
    if len(sizes) <= MOST_COLUMNS:
        return found
    small = sorted(sizes, key=lambda one: (-sizes[one], one))[MOST_COLUMNS - 1 :]
    return {key: OTHERS if group in small else group for key, group in found.items()}
