"""What the project's own staff say instead of our texts: read once, and again when any shared row has changed, in every
process that serves (`views/remembered.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field

from flask import has_app_context

import models
from models.database import db
from models.declare.cleaning import line
from models.queries import wording
from models.queries.wording import Said
from models.tenancy import scope
from reports.language import listen_to, shipped
from views import remembered

Key = tuple[str, str]  # a place and a language


@dataclass(frozen=True)
class Words:
    """All that is said otherwise. `stamp` differs when anything of it does: part of the name of what is drawn of it."""

    said: Mapping[Key, Said] = field(default_factory=dict)
    stamp: int = 0


_NOTHING = Words()
_found: ContextVar[Words | None] = ContextVar("wordings", default=None)


def install() -> None:
    listen_to(instead)


def forget() -> None:
    """Every request finds out anew what is said."""
    _found.set(None)


def in_force() -> Words:
    """All that is said otherwise, found out once for each request."""
    if (known := _found.get()) is not None:
        return known
    if not has_app_context():
        return _NOTHING
    found = remembered.asked("wordings", _read)
    _found.set(found)
    return found


def _read() -> Words:
    with db.session.no_autoflush, nullcontext() if scope.is_set() else scope.use(scope.Scope()):
        said = wording.said(db.session)
    return Words(said, hash(frozenset(said.items())))


def instead(place: str, language: str) -> str | None:
    """What is said in a place in a language instead of what is shipped."""
    said = in_force().said.get((place, language))
    return said.words if said else None


def texts() -> dict[str, wording.Sayable]:
    """Every text that may be said otherwise, by its place."""
    return wording.sayable(models.REGISTERS)


def is_behind(place: str, language: str, said: Said) -> bool:
    """Whether Orden says something else in a place than when the staff looked at it last."""
    known = texts().get(place)
    return known is not None and said.shipped is not None and said.shipped != as_shipped(known, language)


def as_shipped(known: wording.Sayable, language: str) -> str:
    """What Orden itself says somewhere in a language, as a row keeps it."""
    return str(line(shipped(language, known.source)) or "")


def behind() -> list[Key]:
    """Where Orden has come to say something else."""
    return [key for key, said in in_force().said.items() if is_behind(*key, said)]


def gone() -> list[Key]:
    """What is said in places that are no more."""
    return [(place, language) for place, language in in_force().said if place not in texts()]
