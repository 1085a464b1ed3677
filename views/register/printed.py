"""What stands on paper beside a record of protection: whose it is, who to ask, and the day it was printed."""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy import select

from models.database import db
from models.declare.base import Group
from models.declare.choices import ContactRole
from models.declare.clock import today
from models.declare.fields import is_owned
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson
from models.tenancy import scope
from views import formatters, remembered
from views.texts import gettext as _


def context(row: Any) -> list[tuple[str, str]]:
    """Municipality, organisation number, data protection officer and date, of what belongs to the protocol; else
    nothing."""
    if not is_owned(type(row)) or type(row).__register__.group is not Group.PROTECTION:
        return []
    place = row.municipality_id
    officer = select(ContactPerson.name, ContactPerson.email, ContactPerson.phone)
    officer = officer.where(ContactPerson.role == ContactRole.DPO).order_by(ContactPerson.sort_key, ContactPerson.id)
    with scope.use(scope.current().around(row)):
        officers = db.session.execute(officer).all()
    told = {
        _("Behandlingsansvarlig"): g.municipalities[place].name,
        _("Organisasjonsnummer"): remembered.asked(("organisation number", place), lambda: _number(place)),
        _("Personvernombud"): "; ".join(", ".join(filter(None, one)) for one in officers),
        _("Skrevet ut"): formatters.day(today()),
    }
    return [(label, value) for label, value in told.items() if value]


def _number(place: int) -> str | None:
    found: Any = db.session.get(Municipality, place)
    number: str | None = found.organisation_number
    return number
