"""Half-open periods: what begins on its first day, and ends the day before its last."""

from __future__ import annotations

from datetime import date
from typing import Any


def begins(row: Any) -> date:
    """The first day of what has no other than `valid_from`: always, where that is empty."""
    return row.valid_from or date.min


def ends(row: Any) -> date:
    """The first day after it."""
    return row.valid_to or date.max


def meet(one: Any, other: Any) -> bool:
    """Whether two periods have a day in common."""
    return begins(one) < ends(other) and begins(other) < ends(one)
