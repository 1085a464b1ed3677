"""Where numbers stand in a picture: an axis with few, round marks, and bars as long as what they stand for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

STEPS, MARKS = (1, 2, 5), 4  # what the marks of an axis rise by, and how many steps there are at most


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from a number to another, both of them marks, with `step` between. All are whole: what is smaller than
    one is counted in smaller units by whoever asks."""

    low: int
    high: int
    step: int

    @property
    def marks(self) -> range:
        return range(self.low, self.high + 1, self.step)

    def at(self, value: float, start: float, end: float) -> float:
        """Where a value stands between two places."""
        return round(start + (end - start) * (value - self.low) / (self.high - self.low), 1)


def scale(values: Iterable[float | None], *, from_nought: bool = True) -> Scale:
    """The axis that some numbers need. It begins at nought unless they are places and no sizes."""
    known = [one for one in values if one is not None] or [0]
    low, high = min(known), max(known)
    if from_nought:
        low, high = min(low, 0), max(high, 0)
    step = next(
        size
        for power in range(20)
        for size in (one * 10**power for one in STEPS)
        if _up(high, size) - _down(low, size) <= MARKS * size
    )
    first = _down(low, step)
    return Scale(first, max(_up(high, step), first + step), step)


def share(value: float | None, most: float, whole: int) -> int:
    """How long a bar is, of which one for `most` is `whole`; what is less than nothing has none."""
    return max(0, round(whole * (value or 0) / most)) if most else 0


def _down(value: float, step: int) -> int:
    return int(value // step) * step


def _up(value: float, step: int) -> int:
    return -int(-value // step) * step
