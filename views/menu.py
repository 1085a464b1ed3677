"""The menu: the registers one may read, by group, and the pages that are not registers; and what may be asked for by
name in the search box."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, request, url_for
from markupsafe import Markup

import models
from models.declare.base import Group
from models.declare.domains import Domain
from models.declare.fields import is_owned
from models.declare.folding import fold
from models.tenancy import scope
from models.tenancy.roles import (
    can,
    may_admit,
    may_approve_charges,
    may_archive,
    may_merge_places,
    may_report,
    may_settle,
)
from reports import REPORTS
from reports.base import Report
from views import remembered
from views.addresses import address_of
from views.places import begins_at, opens_at
from views.register import saved
from views.texts import gettext as _
from views.texts import language, tr

ICONS = {
    Group.PROTECTION: "shield-check",
    Group.ARCHITECTURE: "layers",
    Group.ORGANISATION: "building-2",
    Group.CATALOGUE: "library",
    Group.CODES: "list",
    Group.SYSTEM: "settings-2",
}
OPEN = (Group.PROTECTION, Group.ARCHITECTURE)  # until somebody folds them
SHORT = 12  # pages: a menu that fits as it is
NEW = {"ny", "nytt", "nye", "new", "legg", "til", "add"}
MOST_COMMANDS = 6


def menu() -> Markup:
    """The registers one may read, by group, and the pages that are not registers, as HTML."""
    here = (request.endpoint or "").split(".")[0]
    return remembered.asked(
        ("menu", language(), held_here(), g.active in g.actor.closed, request.script_root, here, saved.in_menu()),
        _drawn_menu,
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
    groups, all_here = [], registers_here()
    for group in Group:
        registers = [one for one in all_here if one.__register__.group is group]
        items = [_item("", tr(one.__register__.name), opens_at(one)) for one in registers]
        if group is Group.ARCHITECTURE and items:
            items.insert(0, _item("", _("Kart"), "landscape.index"))
        if items:
            here = any(item["active"] for item in items)
            groups.append(
                {
                    "name": group.name.lower(),
                    "label": tr(group.value),
                    "icon": ICONS[group],
                    "items": items,
                    "open": here or group in OPEN or len(all_here) <= SHORT,
                }
            )
    whole: list[dict[str, Any]] = [{"name": "", "label": _("Oversikt"), "items": _pages(), "open": True}, *groups]
    _give_letters([item for group in whole for item in group["items"]])
    if pinned := saved.in_menu():
        items = [{"label": name, "url": url, "key": "", "active": False, "icon": ""} for name, url in pinned]
        whole.insert(1, {"name": "pinned", "label": _("Festet"), "icon": "pin", "items": items, "open": True})
    return whole


def _give_letters(items: list[dict[str, Any]]) -> None:
    """Which letter leads to each page after `g`: the first in its name that is not taken."""
    taken: set[str] = set()
    for item in items:
        item["key"] = next((one for one in fold(item["label"]) if one.isalpha() and one not in taken), "")
        taken.add(item["key"])


def _pages() -> list[dict[str, Any]]:
    found = [_item("house", _("Start"), "start.index")]
    if may_report(g.actor, g.active) or may_report(g.actor, g.active, billing=True):
        found.append(_item("chart-column", _("Rapporter"), "reports.index"))
    if any(role.domains.get(Domain.WINDOW) for role in g.actor.roles_in(g.active)):
        found.append(_item("handshake", _("I andre kommuner"), "neighbours.index"))
    if may_approve_charges(g.actor):
        found.append(_item("file-stack", _("Fakturering"), "invoicing.index"))
    elif scope.current().readable(Domain.MONEY):
        found.append(_item("file-stack", _("Fakturaer"), "invoices.index"))
    if g.active is not None and g.active in scope.current().readable(Domain.MONEY):
        found.append(_item("handshake", _("Avtaler og penger"), "money.index"))
    if may_admit(g.actor):
        found.append(_item("lock-open", _("Tilslutning"), "accessions.index"))
    if may_merge_places(g.actor):
        found.append(_item("merge", _("Sammenslåinger"), "mergers.index"))
        found.append(_item("corner-down-right", _("Utmeldinger"), "leaving.index"))
        found.append(_item("arrow-right", _("Overføringer"), "transfers.index"))
    if may_settle(g.actor) or any(role.domains.get(Domain.MONEY) for role in g.actor.roles_in(g.active)):
        found.append(_item("scale", _("Selvkost"), "settlements.index"))
    if may_archive(g.actor, g.active):
        found.append(_item("download", _("Kommunens arkiv"), "archives.index"))
    return [
        *found,
        _item("activity", _("Endringer"), "changes.index"),
        _item("circle-question-mark", _("Hjelp og roller"), "about.index"),
    ]


def registers_here() -> tuple[type[Any], ...]:
    """The registers of the menu. Code lists and the like are read through what uses them; only those who keep them need
    them."""
    return tuple(
        one for one in models.REGISTERS if can(g.actor, "create" if _is_seen_elsewhere(one) else "read", one, g.active)
    )


def _is_seen_elsewhere(register: type[Any]) -> bool:
    return register.__register__.group is Group.CODES or register.__register__.seen_elsewhere


def letters() -> list[tuple[str, str]]:
    """The letters with the names of the pages they lead to."""
    return [(item["key"], item["label"]) for group in _menu() for item in group["items"] if item["key"]]


def commands(typed: str) -> list[dict[str, str]]:
    """What may be asked for by name: the pages of the menu, and a new row in each register one may add to."""
    words = set(fold(typed).split())
    wanted, asks_for_new = words - NEW, bool(words & NEW)
    pages = [(item["label"], item["url"]) for group in _menu() for item in group["items"]]
    pages += [(tr(one.title), url_for("reports.show", slug=one.slug)) for one in REPORTS if _may_open(one)]
    found = [{"label": label, "url": url} for label, url in pages if not asks_for_new and _is_named(wanted, label)]
    for register in registers_here():
        one, many = tr(register.__register__.one), tr(register.__register__.name)
        if (asks_for_new or found) and _may_add(register) and _is_named(wanted, f"{one} {many}"):
            found.append({"label": _("Legg til: %(one)s", one=one), "url": begins_at(register)})
    return found[:MOST_COMMANDS]


def _is_named(words: set[str], label: str) -> bool:
    return bool(words) and all(word in fold(label) for word in words)


def _may_open(report: Report) -> bool:
    return report.may_open(g.actor, g.active)


def _may_add(register: type[Any]) -> bool:
    return can(g.actor, "create", register, g.active) and (g.active is not None or not is_owned(register))


def _item(icon: str, label: str, endpoint: str) -> dict[str, Any]:
    here, there = (request.endpoint or "").split(".")[0], endpoint.split(".", maxsplit=1)[0]
    return {"label": label, "url": address_of(endpoint), "active": here == there, "icon": icon}
