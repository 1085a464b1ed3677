"""A field of a row opened and saved where it stands in a list, as a browser does it."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.test_registers import address, form_of


def ask(browser: Any, row: Any, field: str, **more: Any) -> Any:
    """Open a cell; the answer."""
    return browser.get(address(type(row), "quick/"), query_string={"id": row.id, "field": field, **more})


def typed_in(answer: Any) -> dict[str, Any]:
    """What the opened cell would send as it stands."""
    found = form_of(answer.json["html"].replace('class="quick"', 'class="record-form"')).values
    found.pop("opened_in", None)
    return found


def send_cell(browser: Any, row: Any, field: str, opened: Any = None, back: str | None = None, **said: Any) -> Any:
    """Write in a cell that is opened, here or before, and save it."""
    values = typed_in(opened or ask(browser, row, field)) | said
    query = {"id": row.id, "field": field} | ({"back": back} if back else {})
    return browser.post(address(type(row), "quick/"), query_string=query, data=values)


def cells(answer: Any) -> list[str]:
    """What the row says that is drawn anew, cell by cell."""
    found = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", answer.json["row"], re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", one)).strip() for one in found]


def wrong(answer: Any) -> list[str]:
    """What stands in the way, as the cell says it."""
    box = re.search(r'class="error" id="[^"]*">(.*?)</div>', answer.json["html"], re.DOTALL)
    return [html.unescape(one) for one in re.findall(r"<p>(.*?)</p>", box[1])] if box else []


def sentence(answer: Any) -> str:
    """What a page for errors says."""
    words = re.findall(r'<(?:h1|p class="lead")>(.*?)</', answer.text)
    return html.unescape(" ".join(words))
