"""What every page shows around its content: menu, municipality, language, person."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, has_request_context, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

import models
from models.declare.base import Group
from models.declare.choices import Language
from models.declare.domains import Domain
from models.declare.memories import remembers
from models.tenancy.roles import can, may_report
from views import remembered
from views.access import may_see_all, person
from views.addresses import address_of
from views.formatters import day
from views.register.drawing import drawn
from views.texts import gettext, in_template, language, ngettext, tr
from views.texts import gettext as _

STATIC = Path(__file__).resolve().parent.parent / "static"


def install(app: Flask) -> None:
    app.context_processor(_context)
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals |= {
        "_": in_template,
        "csrf_token": csrf_token,
        "address_of": address_of,
        "drawn": drawn,
        "opened_here": opened_here,
    }
    app.config["ASSETS"] = {
        path.name: sha256(path.read_bytes()).hexdigest()[:12] for path in sorted(STATIC.iterdir()) if path.is_file()
    }


def csrf_token() -> str:
    """Flask-WTF's token for this session. It has no time limit, so it is signed once and not for every page anew."""
    if "csrf_token" not in g and (raw := session.get("csrf_token")):
        g.csrf_token = _signed(raw)
    return str(generate_csrf())


@remembers(1000)
def _signed(_raw: str) -> str:
    return str(generate_csrf())


def opened_here() -> str:
    """The municipality a page was opened in, for what is posted from it."""
    return str(getattr(g, "active", None) or "")


def asset(name: str) -> str:
    """The address of a static file, with its fingerprint so that browsers may keep it for ever."""
    return f"/static/{name}?v={current_app.config['ASSETS'].get(name, '')}"


def _context() -> dict[str, Any]:
    """Everything base.html needs. Works also on error pages, where there may be no person and no scope."""
    lang = language()
    signed_in = has_request_context() and getattr(g, "actor", None) is not None
    context: dict[str, Any] = {
        "lang": lang,
        "languages": _languages(lang),
        "asset": asset,
        "signed_in": signed_in,
        "ended_note": "",
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
        "ended_note": _ended_note(),
    }


def _ended_note() -> str:
    if g.active not in g.actor.closed:
        return ""
    name, _form, ended = g.municipalities[g.active]
    return _(
        "%(name)s finnes ikke lenger fra %(day)s. Registrene kan leses, men ikke endres.", name=name, day=day(ended)
    )


def _choices() -> Markup | None:
    """The options of the municipality switcher; None when there is nothing to choose between."""
    return remembered.asked(("switcher", g.actor.grants, g.active, language()), _options)


def _options() -> Markup | None:
    """Made in one pass: there may be hundreds, on every page."""
    allowed = set(g.actor.municipalities(g.municipalities))
    places = [(one, place.name) for one, place in g.municipalities.items() if one in allowed]
    if may_see_all(g.actor):
        places.insert(0, ("", _("Alle kommuner")))
    return _tags(places) if len(places) > 1 else None


def _tags(places: list[tuple[Any, str]]) -> Markup:
    return Markup("\n").join(
        Markup('<option value="{}"{}>{}</option>').format(
            value, Markup(" selected") if value == (g.active or "") else "", name
        )
        for value, name in places
    )


def menu() -> Markup:
    """The registers one may read, by group, and the pages that are not registers, as HTML."""
    here = (request.endpoint or "").split(".")[0]
    return remembered.asked(
        ("menu", language(), held_here(), g.active in g.actor.closed, request.script_root, here), _drawn_menu
    )


def held_here() -> frozenset[Any]:
    """What a menu depends on: the roles that count here, and where, when several places are shown."""
    if g.active is not None:
        return frozenset(grant.role for grant in g.actor.grants if grant.municipality_id in (None, g.active))
    return frozenset(g.actor.grants)


def _drawn_menu() -> Markup:
    drawn = current_app.jinja_env.get_template("layout/menu.html").render(menu=_menu())
    return Markup(drawn)  # noqa: S704 - drawn by a template, which escapes


def _menu() -> list[dict[str, Any]]:
    first = [_item(_("Start"), "start.index")]
    if may_report(g.actor, g.active) or may_report(g.actor, g.active, billing=True):
        first.append(_item(_("Rapporter"), "reports.index"))
    if any(role.domains.get(Domain.WINDOW) for role in g.actor.roles_in(g.active)):
        first.append(_item(_("I andre kommuner"), "neighbours.index"))
    first.append(_item(_("Hjelp og roller"), "about.index"))
    groups = [{"label": _("Oversikt"), "items": first}]
    for group in Group:
        items = [
            _item(tr(register.__register__.name), f"{register.__tablename__}.index_view")
            for register in models.REGISTERS
            if register.__register__.group is group and can(g.actor, _menu_needs(group), register, g.active)
        ]
        if items:
            groups.append({"label": tr(group.value), "items": items})
    return groups


def _menu_needs(group: Group) -> str:
    """Code lists are read through what uses them; only those who keep them need them in the menu."""
    return "create" if group is Group.CODES else "read"


def _item(label: str, endpoint: str) -> dict[str, Any]:
    here, there = (request.endpoint or "").split(".")[0], endpoint.split(".", maxsplit=1)[0]
    return {"label": label, "url": address_of(endpoint), "active": here == there}
