"""What a person has chosen of lists and forms, kept on the person: how close rows stand, which columns each list has,
the views one has saved, those pinned to the start page and the menu, the one each register opens with, whether long
forms come one step at a time, and whether the introduction is put away.

A view is called by a kind and a name or number (`views/register/saved.py`), here just a text.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from flask import g

from models.database import db
from models.declare.cleaning import line
from models.declare.words import N_, Problem
from models.tenancy.people import User
from views.access import person

DENSITIES = ("comfortable", "compact")
LONGEST = 8_000  # characters, as the column holds
MOST_VIEWS, LONGEST_NAME, MOST_PINS = 12, 60, 8
START, MENU = "start", "menu"
NO_NAME = N_("Gi visningen et navn først.")
TAKEN = N_("Du har en visning som heter det fra før. Velg et annet navn.")
TOO_MANY_PINS = N_("Det er ikke plass til flere festede visninger. Løsne en, og fest igjen.")
TOO_MANY = N_("Det er ikke plass til flere visninger. Slett en du ikke bruker, og lagre igjen.")


def density() -> str:
    """How close the rows of a list stand."""
    return str(_kept().get("density", DENSITIES[0]))


def columns(register: str) -> str:
    """The columns of a list as an address says them; empty where none were chosen."""
    return str(_kept().get("columns", {}).get(register, ""))


def keep_density(chosen: str) -> None:
    """Remember how close rows stand. What is no density is not remembered."""
    if chosen in DENSITIES:
        _keep(_kept() | {"density": chosen})


def keep_columns(register: str, chosen: str) -> None:
    """Remember the columns of a list; empty gives back those that are declared."""
    lists = {name: text for name, text in _kept().get("columns", {}).items() if name != register}
    if chosen:
        lists[register] = chosen
    _keep(_kept() | {"columns": lists})


def is_guided() -> bool:
    """Whether the person wants long forms one step at a time."""
    return bool(_kept().get("guided"))


def keep_guided(guided: bool) -> None:
    """Remember how the person wants long forms."""
    _keep({name: value for name, value in _kept().items() if name != "guided"} | ({"guided": True} if guided else {}))


def is_introduced() -> bool:
    """Whether the person has put the introduction away."""
    return bool(_kept().get("introduced"))


def keep_introduced() -> None:
    """Offer the introduction no more."""
    _keep(_kept() | {"introduced": True})


def views(register: str) -> dict[str, str]:
    """The ways the person has saved to look at a list: what its address asks for, by name."""
    return dict(_kept().get("views", {}).get(register, {}))


def keep_view(register: str, name: str, query: str) -> None:
    """Save a way to look at a list; one of the same name is replaced. Raises Problem where it cannot be."""
    named = (line(name) or "")[:LONGEST_NAME]
    if not named:
        raise Problem(NO_NAME)
    kept = views(register) | {named: query}
    settings = _with_views(register, kept)
    if len(kept) > MOST_VIEWS or len(json.dumps(settings)) > LONGEST:
        raise Problem(TOO_MANY)
    _keep(settings)


def rename_view(register: str, old: str, name: str) -> str:
    """Call a view something else, where it stands; gives its new name. Raises Problem where it cannot be."""
    named, kept = (line(name) or "")[:LONGEST_NAME], views(register)
    if not named:
        raise Problem(NO_NAME)
    if named != old and named in kept:
        raise Problem(TAKEN)
    settings = _with_views(register, {named if one == old else one: query for one, query in kept.items()})
    if len(json.dumps(settings)) > LONGEST:
        raise Problem(TOO_MANY)
    _keep(settings)
    return named


def drop_view(register: str, name: str) -> None:
    """Forget a way to look at a list, if there is one of the name."""
    _keep(_with_views(register, {one: query for one, query in views(register).items() if one != name}))


@dataclass(frozen=True, slots=True)
class Pin:
    """A view held fast on the start page, in the menu or both: of a register, what it is called, its name then, and in
    which municipality, if it is that one's."""

    register: str
    view: str
    name: str
    places: tuple[str, ...]
    municipality_id: int | None = None

    def is_of(self, register: str, view: str) -> bool:
        return (self.register, self.view) == (register, view)


def pins() -> tuple[Pin, ...]:
    """What is pinned, in the order it was."""
    return tuple(Pin(**{**one, "places": tuple(one["places"])}) for one in _kept().get("pins", ()))


def keep_pins(kept: tuple[Pin, ...]) -> None:
    """Hold these views fast, and no others. Raises Problem where there are too many."""
    settings = _kept() | {"pins": [asdict(one) for one in kept if one.places]}
    if len(settings["pins"]) > MOST_PINS or len(json.dumps(settings)) > LONGEST:
        raise Problem(TOO_MANY_PINS)
    _keep(settings)


def first_view(register: str) -> str:
    """The view the person wants a register to open with; empty where none was chosen."""
    return str(_kept().get("first", {}).get(register, ""))


def keep_first_view(register: str, view: str) -> None:
    """Open a register with a view from now on; empty gives back what others have chosen."""
    chosen = {name: one for name, one in _kept().get("first", {}).items() if name != register}
    _keep(_kept() | {"first": chosen | ({register: view} if view else {})})


def _with_views(register: str, kept: dict[str, str]) -> dict[str, Any]:
    return _kept() | {"views": _kept().get("views", {}) | {register: kept}}


def _kept() -> dict[str, Any]:
    if "preferences" not in g:
        g.preferences = json.loads(person().settings or "{}")
    found: dict[str, Any] = g.preferences
    return found


def _keep(settings: dict[str, Any]) -> None:
    """When there is no room for more, the lists whose columns were chosen longest ago are as declared again; where that
    is not enough, nothing is remembered."""
    lists = dict(settings.get("columns", {}))
    while len(json.dumps(settings)) > LONGEST and lists:
        lists.pop(next(iter(lists)))
        settings = settings | {"columns": lists}
    if len(json.dumps(settings)) > LONGEST:
        return
    if (user := db.session.get(User, person().user_id)) is not None:
        user.note_settings(json.dumps(settings))
        db.session.commit()
    g.preferences = settings
