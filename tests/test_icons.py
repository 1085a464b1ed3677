"""Icons come from one file of ours, with its licence beside it, and say nothing that words do not."""

from __future__ import annotations

import re
from pathlib import Path

from models.declare.base import Group
from tests.test_registers import As
from views.assets import STATIC, asset
from views.menu import ICONS

ROOT = STATIC.parent
SHAPES = (STATIC / "icons.svg").read_text()
MOST_BYTES = 2_250  # of a list, for all its icons


def kept() -> list[str]:
    return re.findall(r'<symbol id="([^"]+)"', SHAPES)


def named() -> set[str]:
    """What templates and views call icons, as words in quotes beside the name of a shape."""
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "views").rglob("*.py")]
    words = {word for file in files for word in re.findall(r'"([a-z0-9-]+)"', file.read_text())}
    return words & set(kept())


def asked(page: str) -> list[str]:
    return re.findall(r"icons\.svg\?v=\w+#([\w-]*)", page)


def test_every_shape_that_is_kept_is_used_and_kept_once() -> None:
    assert sorted(named()) == sorted(kept())


def test_every_shape_has_the_same_box_and_no_colour_or_script_of_its_own() -> None:
    opened = {re.sub(r' id="[^"]*"', "", line.partition(">")[0]) for line in SHAPES.splitlines()[1:-1]}

    assert opened == {'<symbol viewBox="0 0 24 24"'}
    assert set(re.findall(r"<(\w+)", SHAPES)) - {"svg", "symbol"} <= {"path", "circle", "rect", "line"}
    assert set(re.findall(r'\b(?:fill|stroke|style|href|on\w+)="[^"]*"', SHAPES)) <= {'fill="currentColor"'}


def test_the_licence_lies_beside_the_shapes() -> None:
    told = (STATIC / "icons-LICENSE.txt").read_text()

    assert [word in told for word in ("Lucide", "ISC License", "The MIT License", "Cole Bemis")] == [True] * 4


def test_pages_ask_only_for_shapes_that_are_there_and_hide_them_from_who_listens(as_: As) -> None:
    pages = [as_("kari").get(path).text for path in ("/", "/application/", "/application/?panel=columns", "/changes/")]

    for page in pages:
        assert set(asked(page)) - set(kept()) == set()
        assert len(asked(page)) == page.count('<svg class="icon" aria-hidden="true"><use href="') > 0


def test_every_group_of_the_menu_has_an_icon() -> None:
    assert set(ICONS) == set(Group)


def test_the_icons_of_a_list_weigh_little_and_no_more_with_more_rows(as_: As) -> None:
    page = as_("kari").get("/application/").text
    icons = re.findall(r'<svg class="icon".*?</svg>', page)

    assert sum(map(len, icons)) <= MOST_BYTES
    assert re.findall(r'class="icon"', page.partition("<tbody>")[2].partition("</tbody>")[0]) == []


def test_the_file_has_an_address_that_changes_with_it(app: object) -> None:
    assert re.fullmatch(r"/static/icons\.svg\?v=[0-9a-f]{12}", asset("icons.svg"))
    assert Path(STATIC / "icons.svg").stat().st_size < 10_000
