"""What explains Orden itself: the roles, the rules records are held to, and the keys. Drawn from what decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, g, render_template, url_for

import models
from models.queries import overview
from models.queries.rules import RULES, WORDS, Rule
from models.tenancy.roles import ROLES, can
from views.access import needs, signed_in
from views.menu import letters
from views.pages.firststeps import may_begin
from views.texts import gettext as _
from views.texts import tr

about = Blueprint("about", __name__)


def _trail(title: str = "") -> list[dict[str, Any]]:
    """The way to the page of help, or to one beneath it that has a title of its own."""
    over = {"label": _("Hjelp og roller"), "url": url_for(".index") if title else None}
    return [{"label": _("Start"), "url": "/"}, over, *([{"label": title, "url": None}] if title else [])]


@about.get("/help/")
@needs(signed_in)
def index() -> str:
    """The roles, each with its sentence: drawn from the table that decides."""
    return render_template(
        "about.html",
        title=_("Hjelp og roller"),
        breadcrumbs=_trail(),
        begins=may_begin(),
        roles=[{"name": tr(role.name), "text": tr(role.text)} for role in ROLES.values()],
    )


@about.get("/help/keys/")
@needs(signed_in)
def keys() -> str:
    """What the keyboard does where JavaScript runs; written out, so that it can be read without."""
    title = _("Hurtigtaster")
    return render_template(
        "keys.html",
        title=title,
        breadcrumbs=_trail(title),
        keys=[
            ("/", _("Gå til søkefeltet. Ctrl+K gjør det samme.")),
            ("?", _("Vis hurtigtastene")),
            ("n", _("Ny rad i registeret du står i")),
            ("e", _("Endre raden du står i")),
            ("j  k", _("Neste og forrige rad i lista")),
            ("x", _("Kryss av raden, der lista har kryss")),
            ("m", _("Det som kan gjøres med raden")),
            ("→ ↓", _("Fra felt til felt i lista")),
            ("F2", _("Endre feltet i lista. Enter gjør det samme, Tab lagrer og går videre")),
            ("↑ ←", _("Fra det ene til det andre i kartet")),
            ("+ -", _("Gjør kartet større og mindre. Ctrl og rullehjulet, eller to fingre, gjør det samme")),
            ("Esc", _("Lukk det som er åpnet")),
        ],
        letters=[{"key": f"g {one}", "text": label} for one, label in letters()],
    )


@about.get("/help/rules/")
@needs(signed_in)
def rules() -> str:
    """Every rule a record is held to, with where it is laid down, register by register."""
    title = _("Reglene")
    return render_template("rules.html", title=title, breadcrumbs=_trail(title), groups=list(_by_register()))


def _by_register() -> Iterator[dict[str, Any]]:
    for register in models.REGISTERS:
        if found := [rule for rule in RULES if rule.register is register]:
            lists = can(g.actor, "read", register, g.active)
            name = tr(register.__register__.name)
            yield {"id": register.__tablename__, "name": name, "rules": [_line(one, lists=lists) for one in found]}


def _line(rule: Rule, *, lists: bool) -> dict[str, Any]:
    """A rule, and where those that break it are shown to who may read them."""
    shown = f"{url_for(f'{rule.register.__tablename__}.index_view')}?{overview.RULE}={rule.code}" if lists else None
    return {
        "code": rule.code, "word": tr(WORDS[rule.severity]), "tone": rule.severity, "text": rule.told(tr),
        "source": tr(rule.source), "url": shown,
    }  # fmt: skip
