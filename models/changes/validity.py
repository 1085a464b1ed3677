"""Whether a field of a row holds what its form would have taken, asked where no form of the row was filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from models.declare.checks import no_national_identity_number
from models.declare.fields import Field, Kind
from models.declare.words import N_, Problem

EMPTY = N_("Feltet kan ikke stå tomt.")
WRONG_ORDER = N_("Datoen må komme etter den den bygger på.")


def wrong(row: Any, known: Field) -> Iterator[Problem]:
    """What is wrong with the value a field now has."""
    value = getattr(row, known.key)
    if known.kind is not Kind.VALUE or value is None:
        if known.required and value in (None, []):
            yield Problem(EMPTY)
        return
    checks: tuple[Callable[[Any], Any], ...] = (*known.checks(row), no_national_identity_number)
    for check in checks:
        try:
            check(value)
        except Problem as problem:
            yield problem
    before = getattr(row, known.after) if known.after else None
    if before is not None and value <= before:
        yield Problem(WRONG_ORDER)
