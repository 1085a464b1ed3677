"""What the page of a row says when it was carried over from a municipality that was merged: from where, and the way to
the original for who may read it there."""

from __future__ import annotations

from typing import Any

from flask import g, url_for
from sqlalchemy import select

from models.database import db
from models.declare.fields import is_owned
from models.registers.mergers import origin_class
from models.registers.municipality import Succession
from models.tenancy.roles import can
from views import formatters, remembered
from views.texts import gettext as _


def origins_of(row: Any) -> list[dict[str, Any]]:
    """Each original with its place, day and number. Nothing is asked where no municipality came before."""
    table = origin_class(type(row)) if is_owned(type(row)) else None
    if table is None or row.municipality_id not in remembered.asked(("successors",), _successors):
        return []
    mine = (table.register == type(row).__tablename__, table.row_id == row.id)
    return [_line(row, one) for one in db.session.scalars(select(table).where(*mine).order_by(table.id))]


def _successors() -> frozenset[int]:
    return frozenset(db.session.scalars(select(Succession.successor_id)))


def _line(row: Any, one: Any) -> dict[str, Any]:
    place, register = one.from_place, type(row)
    told = _("Hentet fra %(name)s %(day)s", name=g.municipalities[place].name, day=formatters.day(one.day))
    may = place in g.actor.municipalities(g.municipalities) and can(g.actor, "read", register, place)
    names = {"page": "details_view", "history": "history_view"}
    urls = {key: url_for(f"{register.__tablename__}.{view}", id=one.from_row) for key, view in names.items()}
    return {
        "text": f"{told} ({one.number})" if one.number else told,
        "urls": urls if may else None,
        "place": place,
        "is_here": g.active in {None, place},
    }
