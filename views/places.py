"""Where something is made: the municipalities a person may choose between when several are shown together."""

from __future__ import annotations

from typing import Any

from flask import g

from models.declare.fields import is_owned
from models.registers.architecture import Application
from models.registers.wording import Wording
from models.tenancy.roles import can
from views.addresses import address_of

BEGUN_AT: dict[type[Any], str] = {Application: "newsystem.index", Wording: "wordings.index"}


def begins_at(register: type[Any]) -> str:
    """Where a new row of a register is begun: an application with its name, a text where it is found, all else with the
    form."""
    return address_of(BEGUN_AT.get(register, f"{register.__tablename__}.create_view"))


def opens_at(register: type[Any]) -> str:
    """The endpoint the menu leads to: of the texts the page where all there are are found, of all else the list."""
    return "wordings.index" if register is Wording else f"{register.__tablename__}.index_view"


def places_for(register: type[Any]) -> list[tuple[int, str]]:
    """The municipalities a row of the register may be made in, when one must be chosen first; else none."""
    actor, municipalities = g.actor, g.municipalities
    if g.active is not None or not is_owned(register):
        return []
    reached = actor.municipalities(municipalities)
    may = {kind: can(actor, "create", register, one) for kind, one in actor.kinds(reached).items()}
    if not any(may.values()):
        return []
    return [(one, municipalities[one].name) for one in municipalities if one in reached and may[actor.like(one)]]
