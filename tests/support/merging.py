"""Two rows looked at side by side, picked from and merged, as a person does it."""

from __future__ import annotations

import html
import re
from typing import Any

from models.database import db
from models.registers.architecture import Application
from tests.conftest import inside
from tests.test_history import changes
from tests.test_registers import address, form_of


def merge(browser: Any, register: type[Any], kept: int, gone: int, **picks: str) -> Any:
    """Look at two rows side by side, pick, and merge them."""
    page = browser.get(address(register, "merge/", id=kept, other=gone))
    assert page.status_code == 200, page.location
    return browser.post(address(register, "merge/"), data=side_by_side(page) | picks)


def side_by_side(page: Any) -> dict[str, Any]:
    """What the page with both rows sends, as it stands."""
    return dict(form_of(page.text.replace('<form class="merge"', '<form class="record-form"')).values)


def undo(browser: Any, kept: Any) -> Any:
    return browser.post(f"/changes/undo/event/{changes(kept)[0].request_id}/")


def message(page: Any) -> str:
    """What stands in the way, as the page says it."""
    box = page.text.partition('class="message tone-warning"')[2].partition("</div>")[0]
    box = box or page.text.partition('class="error-summary"')[2].partition("</div>")[0]
    return html.unescape(re.sub(r"<[^>]+>", " ", box))


def fetched(register: type[Any], row_id: int) -> Any:
    with inside():
        row = db.session.get(register, row_id)
        db.session.expunge(row)
        return row


def made(register: type[Any], *rows: dict[str, Any], where: str = "Tinn") -> list[int]:
    """Rows of a register, each with some values; their ids."""
    with inside(where), db.session.no_autoflush:
        found = [register(**values) for values in rows]
        db.session.add_all(found)
        db.session.commit()
        return [one.id for one in found]


def two(register: type[Any] = Application) -> list[int]:
    return made(register, {"name": "Den ene"}, {"name": "Den andre"})


def versions(register: type[Any], *ids: int) -> list[Any]:
    """How some rows stand: None of one that is not there."""
    with inside():
        return [getattr(db.session.get(register, one), "version", None) for one in ids]
