"""What the page of an agreement shows beside its fields: how much of what the law asks is agreed, and the licences of
the systems it is about, which stand there."""

from __future__ import annotations

from typing import Any

from models.declare.base import field_of
from models.declare.choices import Answer
from models.queries.relations import at_home
from models.registers.agreements import ITEMS, Agreement, is_processing_agreement
from models.registers.architecture import Application
from views import formatters
from views.texts import gettext as _
from views.texts import tr

LICENCE = ("licence_kind", "licence_count", "licence_renewal", "licence_ore")


def context(row: Any) -> dict[str, Any] | None:
    """None of all that is no agreement, or has neither."""
    if not isinstance(row, Agreement):
        return None
    with at_home(row):
        applications = list(row.applications)
    licences = [_licence(one) for one in applications if any(getattr(one, key) is not None for key in LICENCE)]
    items = _items(row) if is_processing_agreement(row) else None
    if not licences and items is None:
        return None
    known = [field_of(Application, key) for key in LICENCE]
    return {"items": items, "licences": licences, "columns": [_("Applikasjon"), *(tr(one.label) for one in known)]}


def _items(row: Agreement) -> dict[str, Any]:
    """How many of the eight letters of art. 28(3) are agreed, and those that are not."""
    lacking = [tr(field_of(Agreement, key).label) for key in ITEMS if getattr(row, key) is not Answer.YES]
    agreed = len(ITEMS) - len(lacking)
    return {
        "told": _("%(agreed)s av %(all)s punkter er avtalt.", agreed=str(agreed), all=str(len(ITEMS))),
        "agreed": agreed,
        "all": len(ITEMS),
        "lacking": lacking,
    }


def _licence(one: Application) -> list[Any]:
    told = [formatters.text(field_of(Application, key), getattr(one, key)) for key in LICENCE]
    return [formatters.link(one), *told]
