"""What an application usually belongs with, offered on its page while it belongs to no activity."""

from __future__ import annotations

from typing import Any

from flask import g, url_for

from models.changes.suggesting import Suggestion, suggestions
from models.database import db
from models.declare.titles import title_of
from models.queries.standing import Standing
from models.registers.architecture import Application
from models.registers.data import Dataset
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from models.tenancy.roles import can, place_of
from views.texts import gettext as _
from views.texts import language, tr


def may_take(row: Any) -> bool:
    """Whether somebody may make and change what belongs with an application, in the municipality they work in."""
    here = scope.current().active is not None and place_of(row) == scope.current().active
    return here and all(can(g.actor, "create", one, g.active) for one in (ProcessingActivity, Dataset))


def context(stands: Standing) -> dict[str, Any] | None:
    """What is suggested; None where nothing is, or where it belongs to an activity already."""
    row = stands.row
    if not isinstance(row, Application) or stands.processing_activities or not may_take(row):
        return None
    found = suggestions(db.session, row)
    if not found:
        return None
    return {"url": url_for("newsystem.take", row_id=row.id), "options": [_option(one) for one in found]}


def _option(one: Suggestion) -> dict[str, Any]:
    if one.template is not None:
        return {"key": one.key, "kind": _("Ny behandling fra mal"), "name": title_of(one.template, language())}
    if one.activity is not None:
        return {"key": one.key, "kind": _("Behandling dere har"), "name": one.activity.name}
    return {"key": one.key, "kind": _("Nytt datasett"), "name": tr(one.dataset)}
