"""What every page shows around its content: menu, municipality, language, person."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, has_request_context, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from models.declare.choices import Language
from models.declare.memories import remembers
from views import glossary, recent, remembered
from views.access import EXAMPLE, may_see_all, person, place_left, the_example
from views.addresses import address_of
from views.assets import asset, icon
from views.formatters import day
from views.menu import menu
from views.register.drawing import drawn
from views.texts import gettext, in_template, language, ngettext, tr
from views.texts import gettext as _


def install(app: Flask) -> None:
    app.context_processor(_context)
    glossary.install(app)
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals |= {
        "_": in_template,
        "csrf_token": csrf_token,
        "csrf_inputs": csrf_inputs,
        "address_of": address_of,
        "asset": asset,
        "icon_of": icon,
        "drawn": drawn,
        "opened_here": opened_here,
    }


def csrf_token() -> str:
    """Flask-WTF's token for this session. It has no time limit, so it is signed once and not for every page anew."""
    if "csrf_token" not in g:
        raw = session.get("csrf_token")
        g.csrf_token = _signed(raw) if raw else str(generate_csrf())
    return str(g.csrf_token)


@remembers(1000)
def _signed(_raw: str) -> str:
    return str(generate_csrf())


def csrf_inputs() -> Markup:
    """What a form that is posted sends along: the token, and where it was opened."""
    return _inputs(csrf_token(), opened_here())


@remembers(1000)
def _inputs(token: str, opened: str) -> Markup:
    hidden = Markup('<input type="hidden" name="{}" value="{}">')
    return hidden.format("csrf_token", token) + hidden.format("opened_in", opened)


def opened_here() -> str:
    """The municipality a page was opened in, for what is posted from it."""
    return str(getattr(g, "active", None) or "")


def _context() -> dict[str, Any]:
    """Everything base.html needs. Works also on error pages, where there may be no person and no scope."""
    lang = language()
    signed_in = has_request_context() and getattr(g, "actor", None) is not None
    context: dict[str, Any] = {
        "lang": lang,
        "languages": _languages(lang),
        "signed_in": signed_in,
        "ended_note": "",
        "leads_back": None,
        "demo": current_app.config["DEMO"],
    }
    return context | (_person_context() if signed_in else {})


@remembers()
def _languages(chosen: str) -> tuple[dict[str, Any], ...]:
    return tuple({"code": str(one), "name": one.label, "selected": one == chosen} for one in Language)


def _person_context() -> dict[str, Any]:
    return {
        "person": {"name": person().name, "email": person().email},
        "municipality": {"name": g.municipalities[g.active][0]} if g.active else None,
        "municipality_options": _choices(),
        "roles": [tr(role.name) for role in g.actor.roles_in(g.active)],
        "menu": menu(),
        "recent": recent.shown(),
        "ended_note": "" if g.example else _ended_note(),
        "leads_back": place_left() if g.example else None,
    }


def _ended_note() -> str:
    if g.active not in g.actor.closed:
        return ""
    place = g.municipalities[g.active]
    told = {"name": place.name, "day": day(place.until)}
    if place.until == place.ended:
        return _("%(name)s finnes ikke lenger fra %(day)s. Registrene kan leses, men ikke endres.", **told)
    return _("%(name)s er ikke medlem fra %(day)s. Registrene kan leses, men ikke endres.", **told)


def _choices() -> Markup | None:
    """The options of the municipality switcher; None when there is nothing to choose between."""
    return remembered.asked(("switcher", g.actor.grants, g.active, language()), _options)


def _options() -> Markup | None:
    """Made in one pass: there may be hundreds, on every page."""
    allowed = set(g.actor.municipalities(g.municipalities))
    places = [(one, place.name) for one, place in g.municipalities.items() if one in allowed]
    if may_see_all(g.actor):
        places.insert(0, ("", _("Alle kommuner")))
    if len(places) < 2:
        return None
    return _tags(places if the_example() is None else [*places, (EXAMPLE, _("Et ferdig eksempel"))])


def _tags(places: list[tuple[Any, str]]) -> Markup:
    return Markup("\n").join(
        Markup('<option value="{}"{}>{}</option>').format(
            value, Markup(" selected") if value == (g.active or "") else "", name
        )
        for value, name in places
    )
