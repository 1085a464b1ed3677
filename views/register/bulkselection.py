"""Which rows are meant when many are changed at once: those that are ticked, or all that a list finds; and the seal
that a page puts on them, so that what is done is what was looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from flask import abort, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from models.changes.bulk import MOST
from models.database import db
from models.declare.numbers import as_id
from models.declare.words import N_, Problem
from models.queries.finding import conditions, given, order, order_keys
from views.addresses import address_of
from views.register import returning
from views.register.listing import Listing

ROW, WHOLE, WORK, SEALED = "row", "whole", "work", "sealed"
TOO_MANY = N_("Utvalget har mer enn %(most)s rader. Snevre det inn, og ta resten etterpå.")
UNREAD = N_("Et av filtrene kan ikke brukes, så Orden vet ikke hvilke rader du mener. Åpne lista på nytt.")


@dataclass(frozen=True)
class Selection:
    """Some rows of a register and what is to be done with them. `missing` counts those that were ticked and are not
    there for whoever asks; `versions` is how the rows stood when they were looked at, by id."""

    register: type[Any]
    work: str
    ids: tuple[int, ...]
    whole: bool
    back: str
    missing: int = 0
    versions: dict[int, int] = field(default_factory=dict)

    @property
    def pairs(self) -> list[tuple[str, Any]]:
        """The same as a form sends it on."""
        rows = [(WHOLE, "1")] if self.whole else [(ROW, one) for one in self.ids]
        return [(WORK, self.work), (returning.BACK, self.back), *rows]

    @property
    def number(self) -> int:
        return len(self.ids) + self.missing

    def now(self) -> Selection:
        """The same rows looked for anew. Raises Problem when there are too many, or their list cannot be read."""
        return (
            _looked_for(replace(self, ids=tuple(_found_by_list(self.register, self.back)), missing=0))
            if self.whole
            else _looked_for(self)
        )


def asked(register: type[Any], work: str) -> Selection:
    """What an address or a form asks for. Raises Problem when there are too many, or their list cannot be read."""
    base = address_of(f"{register.__tablename__}.index_view")
    back = returning.way_back() or base
    if urlsplit(back).path != base:
        back = base
    whole = WHOLE in request.values
    try:
        ids = () if whole else tuple(dict.fromkeys(as_id(one) for one in request.values.getlist(ROW)))
    except ValueError:
        abort(404)
    return Selection(register, work, ids, whole, back).now()


def _looked_for(selection: Selection) -> Selection:
    """With those alone that are there, in the order of their names."""
    if len(selection.ids) > MOST:
        raise Problem(TOO_MANY, most=MOST)
    if selection.whole:
        return selection
    register = selection.register
    there = select(register.id).where(register.id.in_(selection.ids)).order_by(*order_keys(register))
    ids = tuple(db.session.scalars(there)) if selection.ids else ()
    return replace(selection, ids=ids, missing=selection.missing + len(selection.ids) - len(ids))


def _found_by_list(register: type[Any], address: str) -> Iterable[int]:
    """The rows of the list at an address, no further than one past what may be changed at once."""
    listing = Listing.from_address(register, urlsplit(address).query)
    if listing.asked.refused:
        raise Problem(UNREAD)
    found = select(register.id).where(*conditions(register, listing.query)).order_by(*order(register, listing.query))
    return db.session.scalars(found.limit(MOST + 1), given(listing.query)).all()


# -- the seal ----------------------------------------------------------------------------------------------------------


def sealed(selection: Selection, typed: list[tuple[str, str]]) -> str:
    """What was looked at: the rows as they stood, and what was to become of them."""
    told = [selection.register.__tablename__, g.actor.user_id, selection.work, selection.whole, selection.back]
    stood = [(one, selection.versions[one]) for one in selection.ids]
    return str(_signer().dumps([*told, selection.missing, stood, typed]))


def opened(register: type[Any], seal: str) -> tuple[Selection, list[tuple[str, str]]]:
    """What was looked at; 400 for a seal that is broken, or somebody else's."""
    try:
        name, person, work, whole, back, missing, versions, typed = _signer().loads(seal)
    except (BadSignature, ValueError):
        abort(400)
    if (name, person) != (register.__tablename__, g.actor.user_id):
        abort(400)
    stood = dict(versions)
    selection = Selection(register, work, tuple(stood), whole, back, missing, stood)
    return selection, [(key, value) for key, value in typed]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="bulk")
