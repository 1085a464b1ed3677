"""Style and script lie in parts that people can read, and reach a browser as one file of each kind."""

from __future__ import annotations

import pytest

from tests.test_registers import As
from views.assets import JOINED, STATIC


@pytest.mark.parametrize("name", sorted(JOINED))
def test_the_parts_reach_a_browser_as_one_file_in_their_order(name: str, as_: As) -> None:
    kind = {"orden.css": "text/css", "orden.js": "text/javascript"}[name]
    parts = [path.read_text() for path in sorted((STATIC / JOINED[name]).iterdir())]

    answer = as_("kari").get(f"/static/{name}")

    assert (answer.status_code, answer.mimetype, answer.text) == (200, kind, "\n".join(parts))
    assert len(parts) > 1


@pytest.mark.parametrize("name", sorted(JOINED))
def test_what_a_browser_has_already_is_not_sent_again(name: str, as_: As) -> None:
    kari = as_("kari")
    first = kari.get(f"/static/{name}")

    again = kari.get(f"/static/{name}", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
