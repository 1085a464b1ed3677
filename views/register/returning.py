"""Where a form leads back to: the list it was opened from, with what that was searched, narrowed and ordered by."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import flash, request, url_for
from sqlalchemy import func, select

from models.database import db
from models.queries.finding import conditions, given, order
from views.register import guided
from views.register.listing import Listing
from views.texts import gettext as _

BACK, THEN, NEW, NEXT, SEND = "back", "then", "new", "next", "send"


def way_back() -> str | None:
    """The local address to lead back to, if one is given. `views/access.py` has refused what leads elsewhere."""
    return request.values.get(BACK) or None


def is_from_list() -> bool:
    """Whether the form was opened from the list of its own register."""
    return urlsplit(way_back() or "").path == url_for(".index_view")


def wanted(*, is_new: bool) -> str:
    """What is to come after the save: NEW, NEXT where there is a list with a place in it, SEND of a row that is there,
    or nothing in particular."""
    then = request.form.get(THEN, "")
    if is_new:
        return then if then == NEW else ""
    return then if then in {NEW, SEND} or (then == NEXT and is_from_list()) else ""


def following(register: type[Any], row_id: int) -> int | None:
    """The row after this one in the list the form was opened from: asked before a save, which may take the row out of
    it. None after the last."""
    listing = Listing.from_address(register, urlsplit(way_back() or "").query)
    query = listing.query
    turn = func.lead(register.id).over(order_by=order(register, query)).label("next")
    rows = select(register.id.label("id"), turn).where(*conditions(register, query)).subquery()
    found: int | None = db.session.scalar(select(rows.c.next).where(rows.c.id == row_id), given(query))
    return found


def after(row_id: int, then: str, following_id: int | None) -> str:
    """Where a save leads: to the row, to a new form, or to the next row of the list."""
    back = way_back()
    if then == NEW:
        return url_for(".create_view", back=back)
    if guided.is_on_the_way():
        return url_for(".edit_view", id=row_id, back=back, **guided.place(), _anchor="form-top")
    if then != NEXT:
        return url_for(".details_view", id=row_id, back=back)
    if following_id is not None:
        return url_for(".edit_view", id=following_id, back=back)
    flash(_("Det var den siste i lista."), "info")
    return back or url_for(".index_view")
