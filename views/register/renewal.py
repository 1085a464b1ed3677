"""What the page of an activity says when the template it follows has changed, and that of a template of the one that is
shipped."""

from __future__ import annotations

from typing import Any

from flask import g, url_for
from sqlalchemy import select

from models.database import db
from models.registers.catalogue import ProcessingTemplate, ShippedTemplate
from models.registers.processing import ProcessingActivity
from models.tenancy.roles import can
from views.texts import gettext as _


def renewal_of(row: Any) -> dict[str, Any] | None:
    """That the template has changed since, and where that is seen through, to who may; None for all else."""
    if isinstance(row, ProcessingTemplate):
        return _shipping(row)
    if not isinstance(row, ProcessingActivity) or row.template_version is None or not can(g.actor, "edit", row):
        return None
    wanted = select(ProcessingTemplate.version, ProcessingTemplate.name).where(ProcessingTemplate.id == row.template_id)
    found = db.session.execute(wanted).one_or_none()
    if found is None or found.version == row.template_version:
        return None
    told = _("Malen «%(name)s» er endret siden behandlingen ble hentet.", name=found.name)
    return {"text": told, "url": url_for("renewing.look", row_id=row.id), "link": _("Se hva som er nytt")}


def _shipping(row: ProcessingTemplate) -> dict[str, Any] | None:
    """Where a template is seen as Orden ships it, to who keeps templates: said quietly until it has changed since they
    looked."""
    if not can(g.actor, "create", ProcessingTemplate, g.active):
        return None
    before = select(ShippedTemplate.before).where(ShippedTemplate.template_id == row.id)
    found = db.session.execute(before).one_or_none()
    if found is None:
        return None
    is_behind = found.before is not None
    told = _("Den leverte malen er endret siden prosjektet så over den.") if is_behind else _("Malen kommer med Orden.")
    return {
        "text": told,
        "url": url_for("shipping.look", row_id=row.id),
        "link": _("Se den leverte malen"),
        "quiet": not is_behind,
    }
