"""One made-up graph drawn by several: by ours, by networkx with matplotlib, and by a small layout of forces in the
browser (forces.js, of this bench alone). Each in a process of its own, in the same room, with the same names in the
same lines, and with its libraries loaded beforehand. What is counted is the time to a picture, the memory, and how many
names lie over each other, measured on what was drawn: by matplotlib where it drew, else by Chromium.

In the browser the time is that until every name has a place on the page; ours is read there as the page reads it.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench.data import ROOT
from tests.bench.exports import peak_mb

SIZES = ((500, 1_500), (5_000, 15_000))  # nodes and edges; the second takes networkx minutes
OURS, SPRING, LAYERED, FORCES = (
    "ours",
    "networkx spring + matplotlib",
    "networkx layers + matplotlib",
    "forces in Chromium",
)
FORCES_JS = Path(__file__).with_name("forces.js")
TYPE = 12.5  # the size of names, in units of about a pixel
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Drawing:
    """What a drawing took, and how many pairs of names lie over each other in it."""

    by: str
    nodes: int
    ms: float
    memory_mb: float
    overlaps: int
    shown_ms: float | None = None  # in the browser, of what was drawn elsewhere


def run(sizes: Sequence[tuple[int, int]]) -> list[Drawing]:
    found = []
    for nodes, edges in sizes:
        for by in (OURS, SPRING, LAYERED, FORCES):
            command = [sys.executable, "-m", "tests.bench.drawings", by, str(nodes), str(edges)]
            done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
            found.append(Drawing(**json.loads(done.stdout.splitlines()[-1])))
    return found


def lines(found: Sequence[Drawing]) -> list[str]:
    told = []
    for one in found:
        shown = f", shown in {one.shown_ms:.0f} ms" if one.shown_ms is not None else ""
        told.append(f"  {one.nodes} nodes, {one.by}: {one.ms:.0f} ms{shown}, {one.memory_mb:.0f} MB, "
                    f"{one.overlaps} pairs of names over each other")  # fmt: skip
    return told


def main(by: str, nodes: int, edges: int) -> None:
    from tests.support.landscapes import landscape

    whole = landscape(1, nodes, edges)
    draw = {OURS: _ours, FORCES: _forces}.get(by, _networkx)
    print(json.dumps(asdict(draw(by, whole))))


def _laid_out(whole: Any) -> Any:
    from models.landscape.grouping import Grouping, groups_of
    from models.landscape.layout import laid_out

    groups = groups_of(whole, Grouping.THEME)
    return laid_out(whole.drawn(), groups, sorted(set(groups.values())))


def _names(graph: Any) -> dict[Any, str]:
    """Each name in the lines that ours has, so that nobody loses by longer ones."""
    from models.landscape.layout import WIDE
    from views.landscape.drawing import MARKED
    from views.landscape.lettering import in_lines

    return {key: "\n".join(in_lines(node.name, WIDE - MARKED - 8, TYPE)) for key, node in graph.nodes.items()}


def _ours(by: str, whole: Any) -> Drawing:
    from models.landscape.aspects import LEVELS, Aspect
    from views.landscape.drawing import Picture, Words, drawn

    before, start = peak_mb(), time.perf_counter()
    graph, layout = whole.drawn(), _laid_out(whole)
    words = Words("Map", "A map", str, lambda key: str(key[1]), lambda node: node.name, str, lambda _node: "/")
    width, height = layout.width + 24, layout.height + 36
    svg = drawn(Picture(graph, layout, {}, LEVELS[Aspect.COST]), words, scaled=f' width="{width}" height="{height}"')
    took, after = (time.perf_counter() - start) * 1000, peak_mb()
    shown, _memory, boxes = _in_browser("(svg) => show(svg)", svg)
    assert len(boxes) == len(graph.nodes)
    return Drawing(by, len(graph.nodes), took, after - before, overlaps(boxes), shown)


def _networkx(by: str, whole: Any) -> Drawing:
    layout, graph = _laid_out(whole), whole.drawn()
    names = _names(graph)
    import matplotlib as mpl

    mpl.use("svg")
    import networkx as nx
    from matplotlib import pyplot as plt

    before, start = peak_mb(), time.perf_counter()
    drawn = nx.Graph((edge.near, edge.far) for edge in graph.edges)
    drawn.add_nodes_from((key, {"layer": key[0]}) for key in graph.nodes)
    places = nx.spring_layout(drawn, seed=1) if by == SPRING else nx.multipartite_layout(drawn, "layer", "horizontal")
    figure = plt.figure(figsize=(layout.width / 72, layout.height / 72), dpi=72)
    axes = figure.add_axes((0, 0, 1, 1))
    nx.draw_networkx_edges(drawn, places, ax=axes, alpha=0.3)
    nx.draw_networkx_nodes(drawn, places, ax=axes, node_size=60)
    texts = nx.draw_networkx_labels(drawn, places, names, font_size=TYPE, ax=axes)
    figure.savefig(io.BytesIO(), format="svg")
    took, after = (time.perf_counter() - start) * 1000, peak_mb()
    figure.canvas.draw()
    extents = [tuple(map(float, one.get_window_extent().extents)) for one in texts.values()]
    return Drawing(by, len(graph.nodes), took, after - before, overlaps(extents))


def _forces(by: str, whole: Any) -> Drawing:
    layout, graph = _laid_out(whole), whole.drawn()
    number, names = {key: at for at, key in enumerate(graph.nodes)}, _names(graph)
    given = {
        "names": [names[key] for key in graph.nodes], "width": layout.width, "height": layout.height,
        "edges": [[number[edge.near], number[edge.far]] for edge in graph.edges],
    }  # fmt: skip
    took, memory, boxes = _in_browser("(given) => layOut(given)", given)
    return Drawing(by, len(graph.nodes), took, memory, overlaps(boxes))


def _in_browser(what: str, given: Any) -> tuple[float, float, list[Box]]:
    """What a script of the bench does with something in an empty page: how long it took, the memory of the page, and
    where every name came to stand."""
    from playwright.sync_api import sync_playwright

    from tests.support import chromium

    with sync_playwright() as driver:
        browser = chromium.launch(driver)
        page = browser.new_page()
        page.add_script_tag(content=FORCES_JS.read_text(encoding="utf-8"))
        told = page.context.new_cdp_session(page)
        told.send("Performance.enable")
        before = _heap(told)
        took, boxes = page.evaluate(what, given)
        memory = _heap(told) - before
        browser.close()
    return took, memory, [tuple(one) for one in boxes]


def _heap(told: Any) -> float:
    """The megabytes that the scripts of a page hold."""
    metrics = {one["name"]: one["value"] for one in told.send("Performance.getMetrics")["metrics"]}
    return float(metrics["JSHeapUsedSize"]) / 1024 / 1024


def overlaps(boxes: Sequence[Box]) -> int:
    """How many pairs of boxes share more than a hair's breadth."""
    return sum(1 for _pair in _meeting(sorted(boxes)))


def _meeting(boxes: Sequence[Box], hair: float = 0.5) -> Iterator[tuple[Box, Box]]:
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            if other[0] >= one[2] - hair:
                break
            if one[1] < other[3] - hair and other[1] < one[3] - hair:
                yield one, other


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
