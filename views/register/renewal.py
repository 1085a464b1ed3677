"""What the page of an activity says when the template or the sister municipality it follows has changed, or shows it no
more; and that of a template, of the one that is shipped."""

from __future__ import annotations

from typing import Any

from flask import g, url_for
from sqlalchemy import select

from models.changes.borrowing import card_of
from models.database import db
from models.declare.clock import today
from models.registers.catalogue import ProcessingTemplate, ShippedTemplate
from models.registers.processing import ProcessingActivity
from models.tenancy.roles import can
from views.texts import gettext as _


def renewal_of(row: Any) -> dict[str, Any] | None:
    """What has changed since, and where that is seen through, to who may; None for all else."""
    if isinstance(row, ProcessingTemplate):
        return _shipping(row)
    if not isinstance(row, ProcessingActivity) or not can(g.actor, "edit", row):
        return None
    told = _sister(row) if is_of_a_sister(row) else _template(row) if row.template_version is not None else None
    if told is None:
        return None
    return told | {"url": url_for("renewing.look", row_id=row.id), "quiet": False}


def is_of_a_sister(row: Any) -> bool:
    """Whether an activity follows what a sister municipality shows."""
    return row.origin_card is not None


def origin(row: Any) -> str:
    """The sister municipality by name."""
    place = g.municipalities.get(row.origin_place)
    return str(place.name) if place is not None else _("Kommunen")


def gone(row: Any) -> str:
    """Why what was followed is followed no more: nothing is told of what became of it."""
    place = g.municipalities.get(row.origin_place)
    if place is not None and place.ended and place.ended <= today():
        return _("%(place)s er ikke lenger en egen kommune. Dere beholder det dere har hentet.", place=place.name)
    return _(
        "%(place)s deler ikke lenger behandlingen dere hentet. Dere beholder det dere har hentet.", place=origin(row)
    )


def _template(row: Any) -> dict[str, str] | None:
    wanted = select(ProcessingTemplate.version, ProcessingTemplate.name).where(ProcessingTemplate.id == row.template_id)
    found = db.session.execute(wanted).one_or_none()
    if found is None or found.version == row.template_version:
        return None
    told = _("Malen «%(name)s» er endret siden behandlingen ble hentet.", name=found.name)
    return {"text": told, "way": _("Se hva som er nytt")}


def _sister(row: Any) -> dict[str, str] | None:
    card = card_of(db.session, row, g.actor.closed)
    if card is None:
        return {"text": gone(row), "way": _("Slutt å følge originalen")}
    if card.id == row.origin_card:
        return None
    told = _("%(place)s har endret behandlingen siden dere hentet den.", place=origin(row))
    return {"text": told, "way": _("Se hva som er nytt")}


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
        "way": _("Se den leverte malen"),
        "quiet": not is_behind,
    }
