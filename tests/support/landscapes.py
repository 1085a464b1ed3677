"""Landscapes that are made up: so many nodes of all layers, with edges of the kinds there are."""

from __future__ import annotations

from random import Random

from models.landscape.declared import KINDS, LAYERS, links
from models.landscape.graph import Edge, Graph, Key, Node, made
from models.registers.codes import LosTheme

SHARES = (10, 8, 20, 34, 6, 12, 4, 6)  # of the layers, from the top
THEMES = 8
WORDS = (
    "Saksbehandling",
    "oppvekst",
    "helse",
    "vann og avløp",
    "lønn",
    "arkiv",
    "barnehage",
    "IT",
    "Mmmmmmmmmmmm",
    "i",
)


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - made-up rows


def landscape(seed: int, nodes: int, edges: int) -> Graph:
    """A landscape with eight themes beside it; the same for the same seed."""
    random = chance(seed)
    kinds = random.choices(LAYERS, SHARES, k=nodes)
    found = [named(random, kind.__tablename__, number) for number, kind in enumerate(kinds, 1)]
    themes = [Node(LosTheme.__tablename__, one, f"Tema {one}", f"tema {one}") for one in range(1, THEMES + 1)]
    return made([*found, *themes], ties(random, [one.key for one in (*found, *themes)], edges))


def named(random: Random, register: str, number: int) -> Node:
    name = " ".join(random.choices(WORDS, k=random.randint(1, 4)))
    return Node(
        register, number, name, f"{name.lower()} {number}", criticality=random.choice(("1", "2", "3", "4", None))
    )


def ties(random: Random, keys: list[Key], most: int) -> list[Edge]:
    """Edges between rows as the declared links allow them, each node tied at least once where it may be."""
    by_kind: dict[str, list[Key]] = {one.__tablename__: [] for one in KINDS}
    for key in keys:
        by_kind[key[0]].append(key)
    usable = [
        one for one in links().values() if by_kind[one.register.__tablename__] and by_kind[one.target.__tablename__]
    ]
    found = []
    for _ in range(most):
        link = random.choice(usable)
        near = random.choice(by_kind[link.register.__tablename__])
        found.append(Edge(near, random.choice(by_kind[link.target.__tablename__]), link.name))
    return found
