"""How many other municipalities have the same, on the page of what it is the same as."""

from __future__ import annotations

from typing import Any

from flask import g, url_for

from models.changes import elsewhere
from models.database import db
from models.declare.domains import Domain
from models.registers.architecture import Application
from models.registers.catalogue import ProcessingTemplate, Product
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from views.texts import ngettext

# By register: the kind of what it is the same as, and where the row says which.
SAME: dict[type[Any], tuple[str, str]] = {
    Application: ("product", "product_id"), ProcessingActivity: ("template", "template_id"),
    Product: ("product", "id"), ProcessingTemplate: ("template", "id"),
}  # fmt: skip


def context(row: Any) -> dict[str, str] | None:
    """The number, and the way to who they are; None where nobody is, the reader does not see the neighbours, or sees
    several municipalities together."""
    here = scope.current()
    if type(row) not in SAME or here.active is None or not here.readable(Domain.WINDOW):
        return None
    kind, key = SAME[type(row)]
    there = getattr(row, key)
    number = elsewhere.how_many(db.session, kind, there, g.active, g.actor.closed) if there is not None else 0
    if not number:
        return None
    text = ngettext("%(num)s annen kommune har dette.", "%(num)s andre kommuner har dette.", number)
    return {"text": text, "url": url_for("neighbours.alike", kind=kind, row_id=there)}
