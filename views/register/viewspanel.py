"""The panel of a list in which its views are put in order: pinned, shown first, renamed, deleted."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue

from models.database import db
from models.declare.words import Problem
from models.tenancy.roles import can
from views import preferences
from views.addresses import address_of
from views.register import saved
from views.register.listing import Listing
from views.register.toolbar import VIEWS
from views.texts import explain
from views.texts import gettext as _

CHANGES = ("pin", "first", "rename", "drop")


def views_panel(listing: Listing) -> dict[str, Any] | None:
    """What the panel shows: each view with what may be done about it."""
    if request.args.get("panel") != VIEWS:
        return None
    name = listing.register.__tablename__
    pinned = {one.view: one.places for one in preferences.pins() if one.register == name}
    first = saved.first_of(listing.register, listing.views)
    lines = [
        {
            "called": one.called,
            "name": one.name,
            "url": one.address,
            "who": one.who or _("Følger med Orden"),
            "is_own": one.kind == saved.OWN,
            "key": one.key,
            "on_start": preferences.START in pinned.get(one.called, ()),
            "in_menu": preferences.MENU in pinned.get(one.called, ()),
            "is_first": one == first,
            "edit_url": edit_url(one),
        }
        for one in listing.views
    ]
    return {
        "lines": lines,
        "everything": {"called": saved.EVERYTHING, "url": listing.everything, "is_first": first is None},
        "back": listing.address(panel=VIEWS),
        "close_url": listing.address(),
    }


def edit_url(view: saved.View) -> str | None:
    """Where a shared view is renamed, shown first for all and deleted, for those who keep it."""
    cls = saved.SHARED.get(view.kind)
    if cls is None or not can(
        g.actor, "edit", cls(municipality_id=view.municipality_id) if view.municipality_id else cls
    ):
        return None
    return f"{address_of(f'{cls.__tablename__}.edit_view')}?id={view.key}"


def asks_for_a_change() -> bool:
    """Whether what was sent is from the panel."""
    return any(one in request.form for one in CHANGES)


def change(register: type[Any], back: str) -> ResponseReturnValue:
    """Do what a button of the panel says."""
    name, form = register.__tablename__, request.form
    try:
        if "pin" in form:
            place, _colon, called = form["pin"].partition(":")
            saved.toggle_pin(name, _found(register, called), called, place)
        elif "first" in form:
            if form["first"] == saved.EVERYTHING or _found(register, form["first"]) is not None:
                saved.toggle_first(name, form["first"])
        elif "rename" in form:
            saved.rename(name, form["rename"], form.get("name", ""))
        else:
            saved.drop(name, form["drop"])
    except Problem as problem:
        db.session.rollback()
        flash(explain(problem), "error")
    return redirect(back, code=303)


def _found(register: type[Any], called: str) -> saved.View | None:
    """The view of that name or number, asked of the database where it is shared."""
    known = saved.of_the_person(register)
    if called.partition(":")[0] in saved.SHARED:
        known += [one for one in saved.shared_now() if one.register == register.__tablename__]
    return next((one for one in known if one.called == called), None)


def opened(register: type[Any], called: str) -> ResponseReturnValue:
    """The list as a view shows it; all of it, with a sentence, where there is no such view."""
    if (view := _found(register, called)) is not None:
        return redirect(view.address)
    flash(_("Visningen finnes ikke lenger, eller er ikke delt med deg. Her er hele lista."), "info")
    return redirect(f"{address_of(f'{register.__tablename__}.index_view')}?view={saved.EVERYTHING}")
