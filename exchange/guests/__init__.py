"""Layouts of others that we know: what their columns are called, and how one knows them when they come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exchange.cells.spellings import alike
from exchange.guests import (
    archimate,
    arkivplan,
    behandlingskatalogen,
    behandlingsoversikt,
    datatilsynet,
    kitos,
    os2compliance,
)
from exchange.guests.guest import Guest

GUESTS: tuple[Guest, ...] = (
    behandlingsoversikt.SHEET,
    behandlingsoversikt.RECORDS,
    behandlingskatalogen.RECORDS,
    arkivplan.SYSTEMS,
    kitos.SYSTEMS,
    kitos.CONTRACTS,
    os2compliance.ACTIVITIES,
    os2compliance.SYSTEMS,
    datatilsynet.PROTOCOL,
    *archimate.SHEETS,
)

__all__ = ["GUESTS", "Guest", "recognised"]


def in_order() -> list[str]:
    """The registers that others tell of, by their classes: what is pointed at before what points."""
    return [*dict.fromkeys([*archimate.REGISTERS.values(), *[one.register for one in GUESTS]])]


def recognised(register: type[Any], headings: Sequence[str]) -> Guest | None:
    """The guest whose layout a register is told in; None when it is nobody we know."""
    told = {alike(heading) for heading in headings}
    fitting = [
        (len(told & guest.words), -place)
        for place, guest in enumerate(GUESTS)
        if guest.register == register.__name__ and guest.marks <= told and len(told & guest.words) >= guest.least
    ]
    return GUESTS[-max(fitting)[1]] if fitting else None
