"""Where something is made: the municipalities a person may choose between when several are shown together."""

from __future__ import annotations

from typing import Any

from flask import g

from models.declare.fields import is_owned
from models.tenancy.roles import can


def places_for(register: type[Any]) -> list[tuple[int, str]]:
    """The municipalities a row of the register may be made in, when one must be chosen first; else none."""
    actor, municipalities = g.actor, g.municipalities
    if g.active is not None or not is_owned(register):
        return []
    reached = actor.municipalities(municipalities)
    alike = {one: actor.like(one) for one in municipalities if one in reached}
    may = {one: can(actor, "create", register, one) for one in set(alike.values())}
    return [(one, municipalities[one].name) for one, like in alike.items() if may[like]]
