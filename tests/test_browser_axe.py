"""Every kind of page in a real browser: axe finds nothing, nothing scrolls sideways, the console is silent.

Last it is seen in forced colours, where grounds and shadows are gone: what they told must be told still.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browser import Windows, axe_finds, bleeding, look, too_wide
from tests.support.forced import lost_when_forced
from tests.support.pagekinds import Kind
from tests.support.pages import KINDS, visit

pytest_plugins = ["tests.support.browser_fixtures"]

LOOKS = ((1280, "light"), (320, "dark"))
OTHER_LOOKS = ((1280, "dark"), (320, "light"))
FORCED = (1280, "dark")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name.replace(" ", "-"))
def test_axe_finds_nothing_nothing_scrolls_sideways_and_forced_colours_lose_nothing(
    windows: Windows, kind: Kind
) -> None:
    page = visit(windows, kind)

    expect(page.locator("h1")).to_have_count(1)
    found = []
    for width, scheme in LOOKS + (OTHER_LOOKS if kind.every else ()):
        look(page, width, scheme)
        found += [f"{width} {scheme}: {one}" for one in axe_finds(page) + too_wide(page) + bleeding(page)]
    look(page, *FORCED)
    found += [f"forced colours: {one}" for one in lost_when_forced(page) + axe_finds(page)]
    assert not found, "\n".join(found)
