"""What is shown of a landscape: the part of it that is asked for, laid out, marked, and told in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask import request
from markupsafe import Markup

from models.declare.clock import today
from models.declare.memories import Bounded, memory
from models.landscape import reading
from models.landscape.aspects import LEVELS, Aspect, Level, levels_of
from models.landscape.declared import LAYER
from models.landscape.graph import Graph, Key, Node
from models.landscape.grouping import NOWHERE, gathered, groups_of
from models.landscape.layout import Layout, laid_out
from reports.language import mid_sentence
from views import formatters, remembered
from views.landscape import words
from views.landscape.asked import Look, found, kept, layers_here
from views.landscape.drawing import Picture, Words, drawn, inside, mark, opened
from views.landscape.timed import Timed, each_day, marks, read, rows_of
from views.texts import gettext as _
from views.texts import language, ngettext, tr

MOST, MOST_EDGES = 1_000, 5_000  # drawn at a time
MOST_NEAR, MOST_LISTED = 150, 1_000  # drawn and listed around one row
_kept = memory(Bounded(24))


@dataclass(frozen=True)
class Shown:
    """A part of a landscape, as it is looked at. `whole` has what stands beside, `graph` what is drawn; of more than is
    drawn `left_out` and `edges_left_out` say how much."""

    whole: Graph
    graph: Graph
    look: Look
    groups: Mapping[Key, Key]
    marked: Mapping[Key, int]
    layers: tuple[type[Any], ...] = ()
    left_out: int = 0
    edges_left_out: int = 0
    middle: Key | None = None
    timed: Timed | None = None

    @cached_property
    def layout(self) -> Layout:
        columns = gathered(self.groups, self.graph.nodes)
        return laid_out(self.graph, columns, words.in_order(self.whole, columns), self.middle)

    @property
    def scale(self) -> tuple[Level, ...]:
        return marks(self.look.mark, self.timed) if self.timed else LEVELS[self.look.mark]

    @property
    def picked(self) -> Key | None:
        wanted = self.middle or self.look.picked
        return wanted if wanted in self.graph.nodes else None

    @cached_property
    def drawing(self) -> Picture:
        hits = found(self.graph, self.look.search)
        picture = Picture(self.graph, self.layout, self.marked, self.scale, self.picked, hits, not self.middle)
        if self.timed is None:
            return picture
        over, told = self.timed, self.timed.days.told
        dated = told[:1].upper() + told[1:]
        return replace(picture, ghosts=over.ghosts, before=over.words, lines=self._lines, dated=dated)

    @cached_property
    def _inside(self) -> str:
        return inside(self.drawing, self._words(self._picks))

    def picture(self, scaled: str = "") -> Markup:
        return Markup(f"{opened(self.drawing, scaled)}{self._inside}</svg>")  # noqa: S704 - names are escaped

    def alone(self, head: str) -> str:
        """The drawing as a file has it: with its style within, and leading nowhere."""
        whole = replace(self.drawing, has_legend=True)
        _x, _y, width, height = whole.box()
        return drawn(whole, self._words(lambda _node: None), head=head, scaled=f' width="{width}" height="{height}"')

    def _words(self, leads: Any) -> Words:
        return Words(
            title=_("Kart"),
            told=self.told(),
            layer=words.all_of,
            group=lambda key: words.group_name(self.whole, self.look.by, key),
            node=lambda node: words.node_told(self.graph, node, self.marked_as(node.key)),
            level=lambda level: tr(level.label),
            leads=leads,
        )

    def url(self, node: Node) -> str | None:
        """The page of a row, where it has one today."""
        return None if self.timed and node.key in self.timed.dead else words.row_url(node)

    def remark(self, key: Key) -> str:
        return self.timed.remarks.get(key, "") if self.timed else ""

    def marked_as(self, key: Key) -> str:
        """What a node is marked by in words, and what is said of it besides."""
        level = self._level(key)
        is_said = bool(self.timed and self.timed.difference)
        return ". ".join(filter(None, (tr(level.label) if level and not is_said else "", self.remark(key))))

    def _picks(self, node: Node) -> str | None:
        """Where a node leads: it is picked; around one row, and once it is picked, its own page."""
        if self.middle or node.key == self.picked:
            return self.url(node)
        return f"{self.look.query(pick=node.code)}#picked"

    def _level(self, key: Key) -> Level | None:
        number = self.marked.get(key)
        return None if number is None else self.scale[number]

    def told(self) -> str:
        """The picture in a sentence."""
        counted = self.graph.counted()
        parts = [
            f"{formatters.grouped(counted[one.__tablename__])} {mid_sentence(tr(one.__register__.name))}"
            for one in layers_here(self.graph)
        ]
        lines = len(self.graph.edges)
        return _(
            "Viser %(nodes)s, med %(lines)s forbindelser. Tabellen og lista sier det samme med ord.",
            nodes=", ".join(parts) or "0", lines=formatters.grouped(lines),
        )  # fmt: skip

    def legend(self) -> list[dict[str, Any]]:
        """The levels there are, each with its form, its words and how many have it."""
        number: dict[int, int] = {}
        for key in self.graph.nodes:
            if key in self.marked:
                number[self.marked[key]] = number.get(self.marked[key], 0) + 1
        return [
            {
                "form": Markup(mark(level, 10, 10)),  # noqa: S704 - a path
                "label": tr(level.label),
                "number": formatters.grouped(number.get(at, 0)),
            }
            for at, level in enumerate(self.scale)
        ]

    def notes(self) -> list[str]:
        """What is left out, where something is."""
        said = [*self.timed.notes] if self.timed else []
        if self.left_out:
            said.append(_(
                "De %(shown)s med flest forbindelser er tegnet, og %(more)s er utelatt. Velg færre lag, eller filtrer.",
                shown=formatters.grouped(len(self.graph.nodes)), more=formatters.grouped(self.left_out),
            ))  # fmt: skip
        if self.edges_left_out:
            said.append(ngettext(
                "%(count)s forbindelse er ikke tegnet.", "%(count)s forbindelser er ikke tegnet.", self.edges_left_out,
                count=formatters.grouped(self.edges_left_out),
            ))  # fmt: skip
        return said

    def told_of_picked(self) -> dict[str, Any] | None:
        """The node that is picked: what it is, and what it hangs together with."""
        if self.picked is None:
            return None
        node = self.graph.nodes[self.picked]
        return {
            "name": node.name or "–",
            "kind": words.one_of(node.register),
            "level": self.marked_as(self.picked),
            "url": self.url(node),
            "near": (node.register, node.id),
            "let_go": self.look.query(pick=""),
            "beside": [
                (name, [self._way_to(one) for one in keys[: words.MANY]], max(len(keys) - words.MANY, 0))
                for name, keys in words.neighbours(self.graph, self.picked)
            ],
        }

    def _way_to(self, key: Key) -> dict[str, str | None]:
        node = self.graph.nodes[key]
        return {"name": self._beside(self.picked or key, key), "url": self._picks(node)}

    @cached_property
    def _lines(self) -> dict[tuple[Key, Key], str]:
        return self.timed.lines() if self.timed else {}

    def _beside(self, key: Key, other: Key) -> str:
        """What hangs on a node by name; in a difference also whether what joins them is new or gone."""
        line = self._lines.get((key, other)) or self._lines.get((other, key))
        said = {"come": _("ny forbindelse"), "gone": _("forbindelsen er borte")}.get(line or "", "")
        name = self.graph.nodes[other].name or "–"
        return f"{name} ({said})" if said else name

    def table(self) -> Any:
        """A row for each node; of a level that goes on to say what it means there is room for the name."""
        told = [tr(level.label).partition(": ")[0] for level in self.scale]
        levels = {key: told[at] for key, at in self.marked.items()}
        rows = words.table(self.graph, self.whole, self.groups, self.look.by, levels, self._beside)
        return [row | self._led(row["key"]) for row in rows]

    def _led(self, key: Key) -> dict[str, Any]:
        return {"url": self.url(self.graph.nodes[key]), "remark": self.remark(key)}

    @property
    def has_remarks(self) -> bool:
        return any(self.remark(key) for key in self.graph.nodes)

    def nested(self) -> Iterator[dict[str, Any]]:
        for group in words.nested(self.graph, self.whole, self.groups, self.look.by, self._beside):
            for layer in group["layers"]:
                for node in layer["nodes"]:
                    node.update(self._led(node["key"]))
            yield group


def shown(session: Any, place: int, look: Look) -> Shown:
    """What an address asks for of a municipality's landscape. It is remembered until a row or a text has changed, but
    where it rests on more than the landscape does: filters ask any field, and completeness asks nearly all."""
    state = remembered.state()
    if state is None or look.filters or look.mark is Aspect.FILLED:
        return _made(session, place, look)
    key = (state, reading.version(session, place), language(), request.script_root, *look.parameters)
    return _kept.recall(key, lambda: _made(session, place, look))


def _made(session: Any, place: int, look: Look) -> Shown:
    timed = read(session, place, look.days)
    whole, every = timed.whole, timed.every
    wanted = kept(each_day(session, place, look.days), every, look)
    if timed.difference and look.days.changed:
        wanted = wanted.only(timed.difference.what)
    graph = wanted.largest(MOST)
    edges = graph.edges[:MOST_EDGES]
    return Shown(
        whole, Graph(graph.nodes, edges), look, groups_of(whole, look.by), _marked(session, place, timed, look),
        tuple(layers_here(every)), len(wanted.nodes) - len(graph.nodes), len(graph.edges) - len(edges), timed=timed,
    )  # fmt: skip


def _marked(session: Any, place: int, timed: Timed, look: Look) -> Mapping[Key, int]:
    if (changes := timed.marked) is not None:
        return changes
    if look.mark is Aspect.FILLED:
        filled = reading.filled(rows_of(session, place, look.days.shown), place, timed.whole)
    else:
        filled = {}
    return levels_of(look.mark, timed.whole, look.days.shown, filled)


@dataclass(frozen=True)
class Around(Shown):
    """What is found around one row, with a list of all of it, step by step."""

    listed: tuple[tuple[Key, ...], ...] = ()

    def steps(self) -> list[dict[str, Any]]:
        """Each step with its rows, as links to their own pages."""
        nodes = self.whole.nodes
        return [
            {
                "title": ngettext("%(count)s steg unna", "%(count)s steg unna", number, count=number),
                "rows": [self._row(nodes[one]) for one in keys],
            }
            for number, keys in enumerate(self.listed[1:], 1)
            if keys
        ]

    @staticmethod
    def _row(node: Node) -> dict[str, str]:
        return {"name": node.name or "–", "kind": words.one_of(node.register), "url": words.row_url(node)}


def near(whole: Graph, key: Key, steps: int) -> Around:
    """What is around a node of a landscape. An integration of two known ends is drawn as an edge, but is itself in the
    middle of its own picture."""
    every = whole.drawn()
    if key not in every.nodes:
        every = whole.only([one for one in whole.nodes if one[0] in LAYER])
    nearest, listed = every.near(key, steps, MOST_NEAR), every.near(key, steps, MOST_LISTED)
    graph = every.only(nearest.keys)
    marked = levels_of(Look().mark, whole, today(), {})
    groups = dict.fromkeys(graph.nodes, NOWHERE)
    return Around(whole, graph, Look(), groups, marked, left_out=nearest.left_out, middle=key, listed=listed.steps)
