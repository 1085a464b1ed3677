"""The map as SVG: quiet columns, layers by name, edges beneath, nodes that are links. No style and no script is in it;
its classes are told by static/style/4-landscape.css, and of a file by what is written into it.

What a node is marked by is told by a form beside its colour, and the graver the larger. A layer has corners of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from models.landscape.aspects import FORMS, Level
from models.landscape.graph import Edge, Graph, Key, Node
from models.landscape.layout import ACROSS, BETWEEN, DOWN, INSIDE, SIDE, TALL, WIDE, Layout
from views.formatters import safe
from views.landscape.lettering import in_lines, width

TYPE, LINE, MARGIN = 12.5, 15, 12
LEGEND = 36  # what the legend takes
MARKED, BARE = 30, 12  # what stands before a name, with a form and without
ROUND = {"service": 22, "process": 12, "processing_activity": 12, "application": 6, "integration": 6}
SIZES = (8, 7, 6, 5.5, 5)  # of the forms, the gravest first
ASIDE = (WIDE + ACROSS) * 2 // 3  # a curve is led off by three quarters of this
NEIGHBOUR = 46  # how far an edge between two of one layer bends away


@dataclass(frozen=True)
class Words:
    """What is said in a drawing: what layers and groups are called, how a node is told of, where it leads."""

    title: str
    told: str
    layer: Callable[[str], str]
    group: Callable[[Key], str]
    node: Callable[[Node], str]
    level: Callable[[Level], str]
    leads: Callable[[Node], str | None]


@dataclass(frozen=True)
class Picture:
    """A graph, where its nodes stand, how they are marked, and what of it is picked or found. Of other days than today:
    which nodes are drawn as not there, the words before names, lines that are new or gone, and the day as a file says
    it."""

    graph: Graph
    layout: Layout
    levels: Mapping[Key, int]
    scale: tuple[Level, ...]
    picked: Key | None = None
    found: Collection[Key] = ()
    has_groups: bool = True
    has_legend: bool = False
    ghosts: Collection[Key] = ()
    before: Mapping[Key, str] = field(default_factory=dict)
    lines: Mapping[tuple[Key, Key], str] = field(default_factory=dict)
    dated: str = ""

    def box(self) -> tuple[int, int, int, int]:
        """The part of the plane that is drawn."""
        below = LEGEND if self.has_legend else 0
        wide, high = self.layout.width + 2 * MARGIN, self.layout.height + INSIDE + 2 * MARGIN + below
        return -MARGIN, self.layout.top - MARGIN, wide, high

    def lit(self) -> set[Key]:
        """The node that is picked with its neighbours; what was looked for, where none is."""
        if self.picked is None:
            return set(self.found)
        return {self.picked, *[other for _edge, other in self.graph.around[self.picked]]}


def drawn(picture: Picture, words: Words, *, scaled: str = "", head: str = "") -> str:
    """The whole drawing. `scaled` is the attributes that say how large it is; `head` comes before what is drawn."""
    return f"{opened(picture, scaled)}{head}{inside(picture, words)}</svg>"


def opened(picture: Picture, scaled: str) -> str:
    """The beginning of a drawing, which alone says how large it is."""
    box = " ".join(map(str, picture.box()))
    chosen = " has-picked" if picture.picked or picture.found else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map{chosen}" viewBox="{box}"{scaled} role="group"'
        ' aria-labelledby="map-title map-told">'
    )


def inside(picture: Picture, words: Words) -> str:
    """All that stands in it."""
    return "".join((
        f'<title id="map-title">{safe(words.title)}</title><desc id="map-told">{safe(words.told)}</desc>',
        '<g aria-hidden="true">', *_dated(picture), *_columns(picture, words), *_bands(picture, words),
        *_edges(picture), "</g>", *_nodes(picture, words), *(_legend(picture, words) if picture.has_legend else ()),
    ))  # fmt: skip


def form(name: str, size: float, x: float, y: float) -> str:
    """A form around a point, as a path."""
    s = size
    return {
        "triangle": f"M{x} {y - s}L{x + s} {y + 0.8 * s}H{x - s}Z",
        "diamond": f"M{x} {y - s}L{x + s} {y}L{x} {y + s}L{x - s} {y}Z",
        "square": f"M{x - 0.8 * s} {y - 0.8 * s}h{1.6 * s}v{1.6 * s}h{-1.6 * s}Z",
        "plus": f"M{x - 2} {y - s}h4v{s - 2}h{s - 2}v4h{2 - s}v{s - 2}h-4v{2 - s}h{2 - s}v-4h{s - 2}Z",
        "minus": f"M{x - s} {y - 2}h{2 * s}v4h{-2 * s}Z",
        "tilde": f"M{x - s} {y + 1}q{0.6 * s} {-1.4 * s} {s} {-0.4 * s}t{s} {-0.4 * s}v4"
        f"q{-0.6 * s} {1.4 * s} {-s} {0.4 * s}t{-s} {0.4 * s}Z",
    }.get(name) or f"M{x - s} {y}a{s} {s} 0 1 0 {2 * s} 0a{s} {s} 0 1 0 {-2 * s} 0Z"


def mark(level: Level, x: float, y: float) -> str:
    """The form of a level, in its tone."""
    kind = "hollow" if level.form == "ring" else "mark"
    size = SIZES[FORMS.index(level.form)] if level.form in FORMS else SIZES[1]
    return f'<path class="{kind} tone-fill-{level.tone}" d="{form(level.form, size, x, y)}"/>'


def _legend(picture: Picture, words: Words) -> Iterator[str]:
    """What each form stands for, below all else: a file has no page around it that says so."""
    x, y = float(SIDE), picture.layout.bottom + INSIDE + LEGEND - 10
    for level in picture.scale:
        name = words.level(level)
        yield f'{mark(level, x + 8, y - 4.5)}<text x="{x + 22:g}" y="{y}">{safe(name)}</text>'
        x += 50 + round(width(name, TYPE))


def _dated(picture: Picture) -> Iterator[str]:
    """The day, in the corner above the names of the layers."""
    for number, line in enumerate(in_lines(picture.dated, SIDE - 8, TYPE, 3) if picture.dated else ()):
        yield f'<text class="map-group" x="0" y="{picture.layout.top + 17 + number * LINE}">{safe(line)}</text>'


def _columns(picture: Picture, words: Words) -> Iterator[str]:
    layout = picture.layout
    for column in layout.columns:
        lines = in_lines(words.group(column.group), column.width - 2 * INSIDE, TYPE + 0.5, 3)
        yield (
            f'<rect class="map-column" x="{column.x}" y="{layout.top}" width="{column.width}" '
            f'height="{layout.height + INSIDE}" rx="10"/>'
        )
        for number, line in enumerate(lines if picture.has_groups else ()):
            yield (
                f'<text class="map-group" x="{column.x + INSIDE}" y="{layout.top + 17 + number * LINE}">'
                f"{safe(line)}</text>"
            )


def _bands(picture: Picture, words: Words) -> Iterator[str]:
    layout = picture.layout
    for number, band in enumerate(layout.bands):
        if number:
            y = band.y - BETWEEN // 2
            yield f'<path class="map-rule" d="M0 {y}H{layout.width}"/>'
        for place, line in enumerate(in_lines(words.layer(band.register), SIDE - 16, TYPE, 3)):
            yield f'<text class="map-layer" x="0" y="{band.y + 16 + place * LINE}">{safe(line)}</text>'


def _edges(picture: Picture) -> Iterator[str]:
    """Those that are lit last, over the others. A script finds the edges of a node by `data-e`."""
    places, number = picture.layout.places, {key: at for at, key in enumerate(picture.graph.nodes)}
    told = {(edge.near, edge.far): edge for edge in picture.graph.edges if edge.near != edge.far}.values()
    for kind, is_lit in (("map-edges", False), ("map-edges lit", True)):
        yield f'<g class="{kind}">'
        for edge in told:
            if (picture.picked in {edge.near, edge.far}) is is_lit:
                line = picture.lines.get((edge.near, edge.far))
                named = f' class="{line}"' if line else ""
                yield f'<path{named} data-e="{number[edge.near]} {number[edge.far]}" d="{_curve(edge, places)}"/>'
        yield "</g>"


def _curve(edge: Edge, places: Mapping[Key, tuple[int, int]]) -> str:
    """From the lower edge of the upper node to the upper edge of the lower one; beside each other, by an arc below.
    What leads straight down passes beside the nodes between, or they would seem to be joined."""
    (x1, y1), (x2, y2) = sorted((places[edge.near], places[edge.far]), key=lambda one: one[1])
    x1, x2 = x1 + WIDE // 2, x2 + WIDE // 2
    if y1 == y2:
        return f"M{x1} {y1 + TALL}C{x1} {y1 + NEIGHBOUR + TALL} {x2} {y2 + NEIGHBOUR + TALL} {x2} {y2 + TALL}"
    bend = max((y2 - y1 - TALL) // 2, NEIGHBOUR // 2)
    aside = ASIDE if abs(x1 - x2) < WIDE and y2 - y1 > 2 * TALL + DOWN else 0
    return f"M{x1} {y1 + TALL}C{x1 + aside} {y1 + TALL + bend} {x2 + aside} {y2 - bend} {x2} {y2}"


def _nodes(picture: Picture, words: Words) -> Iterator[str]:
    """In the order they are read: layer by layer, in each column by column."""
    lit = picture.lit()
    numbered = {key: at for at, key in enumerate(picture.graph.nodes)}
    for key in picture.layout.places:
        yield _node(picture, words, picture.graph.nodes[key], numbered[key], lit)


def _node(picture: Picture, words: Words, node: Node, number: int, lit: Collection[Key]) -> str:
    x, y = picture.layout.places[node.key]
    level, url = picture.levels.get(node.key), words.leads(node)
    classes = ["map-node"]
    if level is not None:
        classes.append(f"tone-line-{picture.scale[level].tone}")
    if node.key == picture.picked:
        classes.append("picked")
    elif node.key in lit:
        classes.append("lit")
    if node.key in picture.ghosts:
        classes.append("ghost")
    before = BARE if level is None else MARKED
    name = f"{picture.before[node.key]}: {node.name}" if node.key in picture.before else node.name
    lines = in_lines(name, WIDE - before - 8, TYPE)
    first = y + TALL / 2 + 4.5 - (len(lines) - 1) * LINE / 2
    inside = [f'<rect x="{x}" y="{y}" width="{WIDE}" height="{TALL}" rx="{ROUND.get(node.register, 1)}"/>']
    if level is not None:
        inside.append(mark(picture.scale[level], x + 16, y + TALL / 2))
    inside += [f'<text x="{x + before}" y="{first + at * LINE:g}">{safe(line)}</text>' for at, line in enumerate(lines)]
    named = f'id="{node.code}" class="{" ".join(classes)}" data-n="{number}" aria-label="{safe(words.node(node))}"'
    if url is None:
        return f'<g {named} role="img">{"".join(inside)}</g>'
    return f'<a {named} href="{safe(url)}">{"".join(inside)}</a>'
