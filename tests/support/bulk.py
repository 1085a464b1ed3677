"""Several rows changed at once, as a browser does it page by page."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from models.database import db
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.organisation import ContactPerson
from tests.conftest import inside
from tests.test_registers import address


def some(number: int, *where: str) -> list[int]:
    """New applications of Tinn, in the order of their names, with an agreement each; their ids."""
    with inside(*(where or ("Tinn",))), db.session.no_autoflush:
        agreement = db.session.scalars(select(Agreement).order_by(Agreement.id)).first()
        rows = [Application(name=f"Sak {one:04}", agreements=[agreement]) for one in range(1, number + 1)]
        db.session.add_all(rows)
        db.session.commit()
        return [row.id for row in rows]


def person() -> int:
    """The id of somebody in Tinn who owns none of them."""
    with inside("Tinn"):
        return int(db.session.scalars(select(ContactPerson.id).order_by(ContactPerson.id)).all()[-1])


def look(browser: Any, register: type[Any], ids: Sequence[Any], work: str = "change", **said: Any) -> Any:
    """The page that shows how the rows would be."""
    said |= {"work": work, "row": list(ids)}
    if work in {"confirm", "delete"}:
        return browser.get(address(register, "bulk/"), query_string=said)
    return browser.post(address(register, "bulk/"), data=said | {"step": "look"})


def do(browser: Any, register: type[Any], page: Any, **said: Any) -> Any:
    """Press the button on that page."""
    return browser.post(address(register, "bulk/"), data=seal(page) | said)


def seal(page: Any) -> dict[str, str]:
    return {"sealed": html.unescape(re.findall(r'name="sealed" value="([^"]+)"', page.text)[0])}


def changed(browser: Any, register: type[Any], ids: Sequence[Any], work: str = "change", **said: Any) -> Any:
    """Both: what comes of it when all goes."""
    return do(browser, register, look(browser, register, ids, work, **said))


def refused(page: Any) -> dict[str, list[str]]:
    """The rows that stay as they are, by the sentence that says why."""
    box = page.text.partition('class="card bulk-stays"')[2].partition("</section>")[0]
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", box, re.DOTALL)
    return {
        html.unescape(why): [html.unescape(one) for one in re.findall(r"<a [^>]*>(.*?)</a>", rows)]
        for why, rows in found
    }


def told(page: Any) -> str:
    """What the page says above all, without its marks."""
    boxes = re.findall(
        r'<(?:div class="message[^>]*|strong|div class="error-summary"[^>]*)>(.*?)</(?:div|strong)>',
        page.text,
        re.DOTALL,
    )
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", one) for one in boxes))
