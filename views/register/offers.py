"""Which actions a row offers on its page, beyond the form. Each is a POST that `views/pages/actions.py` answers."""

from __future__ import annotations

from typing import Any

from flask import g, url_for

from models.registers.catalogue import ProcessingTemplate
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from models.tenancy.people import User
from models.tenancy.roles import can
from views.texts import gettext as _


def actions_for(row: Any) -> list[dict[str, str]]:
    """The actions offered on a row's page; each is a POST."""
    if isinstance(row, ProcessingTemplate) and may_adopt():
        return [{"label": _("Bruk malen i kommunen"), "url": url_for("actions.take", template_id=row.id)}]
    if isinstance(row, User) and can(g.actor, "edit", row):
        return [{"label": _("Lag nytt passord"), "url": url_for("actions.new_password", user_id=row.id)}]
    return []


def may_adopt() -> bool:
    return scope.current().active is not None and can(g.actor, "create", ProcessingActivity, g.active)
