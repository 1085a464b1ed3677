"""What somebody wrote of a row and that was refused: told why, with every word of it still there to be mended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from models.declare.titles import title_of
from views.texts import gettext as _
from views.texts import language, tr


@dataclass(frozen=True, slots=True)
class Refused:
    """The text that was refused and why; `name`, `label` and `button` of the form it came from, where that is sent, and
    what else it sends."""

    title: str
    why: str
    text: str
    name: str
    label: str
    button: str
    action: str
    along: list[tuple[str, Any]] = field(default_factory=list)


def answer(row: Any, refused: Refused) -> ResponseReturnValue:
    """The text once more, to be mended and sent."""
    register, name = type(row), title_of(row, language())
    back = url_for(f"{register.__tablename__}.details_view", id=row.id)
    trail = [
        {"label": _("Start"), "url": "/"},
        {"label": tr(register.__register__.name), "url": url_for(f"{register.__tablename__}.index_view")},
        {"label": name, "url": back},
        {"label": refused.title, "url": None},
    ]
    page = render_template(
        "register/again.html",
        title=refused.title,
        breadcrumbs=trail,
        record_name=name,
        refused=refused,
        back_url=back,
    )
    return page, 422
