"""What an address asks of the map: by what its columns and marks are chosen, which layers, and by what it is narrowed.

The map is its address, as a list is: it can be sent, kept as a bookmark, and taken along as a file. A filter stands
there as in a list, with the register before it: `application:criticality=1`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import g, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from models.declare.folding import fold
from models.landscape.aspects import Aspect
from models.landscape.declared import BY_NAME, LAYER, LAYERS
from models.landscape.graph import Graph, Key
from models.landscape.grouping import Grouping
from models.queries.finding import Query, conditions, given
from models.queries.searching import LONGEST_SEARCH
from models.tenancy.roles import can
from views.landscape.timed import Days
from views.register.filters import Asked, filters_in_address

ZOOMS, WHOLE = (50, 75, 100, 150, 200), 1  # per cent, and as wide as there is room for
PICTURE, TABLE, LIST = "picture", "table", "list"
WAYS = (PICTURE, TABLE, LIST)


@dataclass(frozen=True)
class Look:
    """How somebody looks at the map. What the address says that cannot be is as good as not said, but for filters,
    which are told of (`Asked.refused`)."""

    by: Grouping = Grouping.THEME
    mark: Aspect = Aspect.CRITICALITY
    layers: tuple[str, ...] = ()
    search: str = ""
    pick: str = ""
    zoom: int = 0
    way: str = PICTURE
    filters: dict[str, Asked] = field(default_factory=dict)
    days: Days = field(default_factory=Days)

    @classmethod
    def from_request(cls) -> Look:
        args = request.args
        zoom = args.get("zoom", "")
        return cls(
            by=next((one for one in Grouping if one == args.get("by")), Grouping.THEME),
            mark=next((one for one in Aspect if one == args.get("mark")), Aspect.CRITICALITY),
            layers=tuple(one for one in LAYER if one in args.getlist("layer")),
            search=args.get("search", "")[:LONGEST_SEARCH].replace("\0", " ").strip(),
            pick=args.get("pick", "")[:60],
            zoom=int(zoom) if zoom in {str(one) for one in (*ZOOMS, WHOLE)} else 0,
            way=next((one for one in WAYS if one == args.get("way")), PICTURE),
            filters={name: asked for name in LAYER if (asked := _filters(name)) is not None},
            days=Days.from_request(),
        )

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The same as an address says it; what is as it is at first stands in none."""
        first = Look()
        said = [(one, getattr(self, one)) for one in ("by", "mark", "search", "pick", "way")]
        found = [(one, str(value)) for one, value in said if value != getattr(first, one)]
        found += [("zoom", str(self.zoom))] if self.zoom else []
        found += [*self.days.parameters, *[("layer", one) for one in self.layers]]
        return found + [
            (f"{name}:{key}", text) for name, asked in self.filters.items() for key, text in asked.parameters
        ]

    def query(self, without: Iterable[str] = (), **changed: Any) -> str:
        """The address after its question mark, with some of it otherwise."""
        left_out = {*without, *changed}
        kept = [(name, text) for name, text in self.parameters if name not in left_out]
        return "?" + urlencode([*kept, *[(name, value) for name, value in changed.items() if value]])

    @property
    def picked(self) -> Key | None:
        """The node the address picks, if there may be one of that name."""
        register, _dash, row_id = self.pick.rpartition("-")
        return (register, int(row_id)) if register in LAYER and row_id.isdecimal() and len(row_id) < 10 else None


def _filters(name: str) -> Asked | None:
    """What the address asks of the rows of one register."""
    before, register = f"{name}:", BY_NAME[name]
    said = [(key.removeprefix(before), text) for key, text in request.args.items(multi=True) if key.startswith(before)]
    if not said or not can(g.actor, "read", register, g.active):
        return None
    return filters_in_address(register, MultiDict(said))


@dataclass(frozen=True)
class Narrowed:
    """One register of the map, to the panel that makes filters: what of it is asked, and where it is asked more."""

    look: Look
    register: type[Any]

    @property
    def asked(self) -> Asked:
        return self.look.filters.get(self.register.__tablename__, Asked())

    @property
    def parameters(self) -> list[tuple[str, str]]:
        return self.asked.parameters

    def address(self) -> str:
        return url_for("landscape.index") + self.look.query()

    def to(self, parameters: Iterable[tuple[str, str]]) -> str:
        """The map with these filters of the register, whatever it had."""
        before = f"{self.register.__tablename__}:"
        rest = [(name, text) for name, text in self.look.parameters if not name.startswith(before)]
        said = [(f"{before}{name}", text) for name, text in parameters]
        return url_for("landscape.index") + "?" + urlencode([*rest, *said])


def kept(sessions: Iterable[Any], graph: Graph, look: Look) -> Graph:
    """What of a drawn graph an address asks for: of a register that is filtered the rows that are meant, of all others
    what hangs together with them; and the layers that are chosen."""
    meant: set[Key] = set()
    filtered = {name: asked.filters for name, asked in look.filters.items() if asked.filters}
    for session in sessions if filtered else ():
        for name, filters in filtered.items():
            query, register = Query(filters=filters), BY_NAME[name]
            rows = session.scalars(select(register.id).where(*conditions(register, query)), given(query))
            meant |= {(name, one) for one in rows}
    keys = set(graph.nodes)
    if filtered:
        meant &= keys
        around = {there for one in meant for _edge, there in graph.around[one]}
        keys = meant | {one for one in around if one[0] not in filtered}
    if look.layers:
        keys = {one for one in keys if one[0] in look.layers}
    return graph.only(keys)


def found(graph: Graph, search: str) -> list[Key]:
    """The nodes whose name has every word that is looked for."""
    words = fold(search).split()
    if not words:
        return []
    return [key for key, node in graph.nodes.items() if all(word in fold(node.name) for word in words)]


def layers_here(graph: Graph) -> list[type[Any]]:
    """The registers a graph has anything of, from the top."""
    there = {key[0] for key in graph.nodes}
    return [one for one in LAYERS if one.__tablename__ in there]
