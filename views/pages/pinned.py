"""What somebody has pinned to the start page: views of lists, each with how many rows it has now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

import models
from models.database import db
from models.queries.finding import COUNT_LIMIT, how_many_of
from views import preferences
from views.addresses import address_of
from views.formatters import counted_text
from views.register import saved
from views.register.listing import Listing
from views.texts import gettext as _
from views.texts import tr


def shown() -> list[dict[str, Any]]:
    """The pinned views: name, register and how many rows; or why there is none, and how to let go of it."""
    pinned = [one for one in preferences.pins() if preferences.START in one.places and saved.is_here(one)]
    known = saved.of_pins(pinned)
    found = [(pin, known.get((pin.register, pin.view))) for pin in pinned]
    listings = {pin: _listing(view) for pin, view in found if view is not None}
    counts = dict(zip(listings, _counted(listings.values()), strict=True))
    return [_line(pin, view, listings.get(pin), counts.get(pin)) for pin, view in found]


def _listing(view: saved.View) -> Listing:
    register = next(one for one in models.REGISTERS if one.__tablename__ == view.register)
    return Listing.from_address(register, view.query)


def _counted(listings: Any) -> list[int]:
    """How many rows each has, all of them in one statement: no further than one past COUNT_LIMIT."""
    columns = list(_columns(listings))
    return list(db.session.execute(select(*columns)).one()) if columns else []


def _columns(listings: Any) -> Iterator[Any]:
    for number, listing in enumerate(listings):
        yield how_many_of(listing.register, listing.query, COUNT_LIMIT).label(f"pinned_{number}")


def _line(pin: preferences.Pin, view: saved.View | None, listing: Listing | None, count: int | None) -> dict[str, Any]:
    if view is None or listing is None:
        why = _("Visningen «%(name)s» finnes ikke lenger, eller du kan ikke se den.", name=pin.name)
        return {
            "why": why,
            "arrange_url": address_of(f"{pin.register}.arrange_view"),
            "pin": f"{preferences.START}:{pin.view}",
        }
    return {
        "why": "",
        "label": view.name,
        "register": tr(listing.register.__register__.name),
        "url": view.address,
        "count": counted_text(count or 0),
        "refused": listing.asked.refused,
    }
