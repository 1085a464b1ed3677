"""The map of what nobody would draw: ten thousand rows, one that five thousand hang on, circles, and names that are
long, hostile or read from the right. It says what it leaves out."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from lxml import etree

from models.landscape.graph import Edge, Graph, Node, made
from models.landscape.grouping import NOWHERE
from models.landscape.layout import laid_out
from tests.support.landscapes import landscape
from tests.test_landscape_pages import names
from tests.test_registers import As

APP, DATA = "application", "dataset"
NAMES = (
    "x" * 200,
    "Et navn " * 25,
    "مدرسة البلدية للتعليم الأساسي",
    "\u202eabc",
    "<script>x</script>",
    '"><b>',
    "漢字" * 40,
    "",
)


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the map be of a landscape that is given."""

    def given(graph: Graph) -> None:
        monkeypatch.setattr("models.landscape.reading.of", lambda *_: graph)
        monkeypatch.setattr("models.landscape.reading.version", lambda *_: (id(graph),))

    return given


def test_of_ten_thousand_nodes_a_thousand_are_drawn_and_the_rest_is_said_to_be_left_out(as_: As, drawing: Any) -> None:
    many = landscape(1, 10_000, 20_000)
    drawing(many)

    page, table = (as_("kari").get(f"/map/{one}") for one in ("", "?way=table"))

    left = f"{len(many.drawn().nodes) - 1_000:,}".replace(",", "\u202f")
    assert re.search(r"De 1\s000 med flest forbindelser er tegnet, og (.*?) er utelatt", page.text)[1].replace(
        "\xa0", "\u202f"
    ) == left  # fmt: skip
    assert page.text.count('class="map-node') == 1_000
    assert "er utelatt" in table.text


def test_what_five_thousand_hang_on_is_drawn_picked_and_told_of_with_a_number(as_: As, drawing: Any) -> None:
    data = [Node(DATA, number, f"Data {number}") for number in range(1, 5_001)]
    drawing(made([Node(APP, 1, "Navet"), *data], [Edge(one.key, (APP, 1), "dataset.applications") for one in data]))

    page = as_("kari").get("/map/?pick=application-1")

    panel = page.text.partition("map-picked")[2].partition("</section>")[0]
    assert re.search(r"og 987 til", panel)  # of the thousand that are drawn, itself and twelve by name
    assert "Navet" in names(page)
    assert re.search(r"og 4\s001 er utelatt", page.text)


def test_rows_that_are_part_of_each_other_in_a_circle_are_laid_out_each_once() -> None:
    nodes = [Node(APP, number, f"A{number}") for number in range(1, 5)]
    circle = [Edge((APP, one), (APP, one % 3 + 1), "application.part_of") for one in (1, 2, 3)]
    itself = Edge((APP, 4), (APP, 4), "application.part_of")
    graph = made(nodes, [*circle, itself])

    layout = laid_out(graph, dict.fromkeys(graph.nodes, NOWHERE), [NOWHERE])

    assert len(set(layout.places.values())) == 4
    assert {key: graph.degree[key] for key in graph.nodes} == {(APP, 1): 2, (APP, 2): 2, (APP, 3): 2, (APP, 4): 0}


def test_names_that_are_long_hostile_or_read_from_the_right_are_names_and_never_markup(as_: As, drawing: Any) -> None:
    nodes = [Node(APP, number, name) for number, name in enumerate(NAMES, 1)]
    drawing(made(nodes, [Edge((APP, 1), (APP, 2), "application.part_of")]))
    kari, tone = as_("kari"), as_("tone")

    page, table, inlist = (kari.get(f"/map/{one}") for one in ("", "?way=table", "?way=list"))
    svg = tone.get("/map/file.svg")

    told = re.findall(r'aria-label="Applikasjon: (.*?)\. ', page.text)
    assert sorted(map(unescape, told)) == sorted(one or "–" for one in NAMES)
    for one in (page, table, inlist):
        assert "<script>x" not in one.text
        assert "<b>" not in one.text
    assert len(list(etree.fromstring(svg.data).iter("{http://www.w3.org/2000/svg}rect"))) == len(NAMES) + 1


@pytest.mark.parametrize(
    "said",
    [
        "zoom=51", "zoom=100000", "zoom=-100", "zoom=x", "way=hologram", "by=%00", "mark=secret", "layer=user_account",
        "pick=application-x", "pick=application", "pick=" + "9" * 400, "search=%00", "search=+",
    ],
)  # fmt: skip
def test_what_an_address_says_that_cannot_be_is_as_good_as_not_said(said: str, as_: As, drawing: Any) -> None:
    drawing(landscape(1, 30, 40))
    kari = as_("kari")

    def picture(address: str) -> tuple[int, str, int]:
        page = kari.get(address)
        (opened,) = re.findall(r'<svg [^>]*class="map[" ][^>]*>', page.text)
        return page.status_code, opened, page.text.count('class="map-node')

    assert picture(f"/map/?{said}") == picture("/map/")


def test_a_zoom_there_is_makes_the_picture_larger(as_: As, drawing: Any) -> None:
    drawing(landscape(1, 30, 40))
    kari = as_("kari")

    drawn = [
        re.search(r'<svg [^>]*class="map[^>]*>', kari.get(f"/map/?zoom={zoom}").text)[0] for zoom in (50, 100, 200)
    ]
    widths = [float(re.search(r' width="([\d.]+)', one)[1]) for one in drawn]

    assert [round(one / widths[0], 1) for one in widths] == [1, 2, 4]
