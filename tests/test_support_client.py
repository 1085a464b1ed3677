"""The client of the tests complains about every page that is not whole."""

from __future__ import annotations

import pytest

from tests.support.client import lint_page

PAGE = (
    '<!doctype html><html lang="nb"><head><title>Applikasjoner – Orden</title></head><body><h1>Applikasjoner</h1>'
    '<!-- <b> --><p>a &lt; b</p><label for="a&amp;b">Navn <b>på</b></label><input id="a&amp;b" name="x" required>'
    "{}</body></html>"
)


def test_a_whole_page_is_not_complained_about() -> None:
    assert lint_page(PAGE.format('<br><hr/><svg><use href="#a"/></svg>')) == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("<p>", ["</body> closes <p>"]),
        ("<b><i></b></i>", ["</b> closes <i>", "</i> closes <body>"]),
        ("<p title='x'></p>", ["a tag that is none: <p title='x'>", "</p> closes <body>"]),
        ("a < b", ["a tag that is none: < b"]),
        ('<p style="color:red"></p>', ["style on p"]),
        ('<p ONCLICK="x()"></p>', ["onclick on p"]),
        ("<script>x()</script>", ["inline script"]),
        ('<p id="one"></p><p id="one"></p>', ["id one twice"]),
        ('<p aria-describedby="gone"></p>', ["aria-describedby names unknown gone"]),
        ('<input name="alone">', ["no label for alone"]),
        ('<label for="a&amp;b"> </label>', ["a label without words"]),
        ("<h1>Applikasjoner</h1>", ["2 h1"]),
        ("&lt;Macro 'x'&gt;", ["a macro where words were meant"]),
    ],
)
def test_each_fault_is_named(fault: str, said: list[str]) -> None:
    assert [one for one in lint_page(PAGE.format(fault)) if "title" not in one or "tag" in one] == said


def test_a_page_says_its_language_and_its_title_begins_as_its_heading() -> None:
    page = PAGE.replace('lang="nb"', "").replace("<title>Appl", "<title>Bok").format("")
    assert lint_page(page) == ["lang is None", "title «Bokikasjoner – Orden» does not begin with h1 «Applikasjoner»"]
