"""How names are set where there is room for two short lines: by about how wide the letters of a plain typeface are."""

from __future__ import annotations

import unicodedata

from models.declare.memories import remembers

NARROW, WIDE = frozenset("iIjlftr.,:;'’|!()[]-1/ "), frozenset("mwMWÆæŒ@%&—…")
ELLIPSIS, HYPHEN = "…", "-"


def width(text: str, size: float) -> float:
    """How wide a text is at a size of type, estimated a little on the large side."""
    return size * sum(map(_letter, text))


def _letter(one: str) -> float:
    if one in NARROW:
        return 0.36
    if one in WIDE:
        return 0.95
    if unicodedata.combining(one):
        return 0.0
    if unicodedata.east_asian_width(one) in {"W", "F"}:
        return 1.05
    return 0.72 if one.isupper() else 0.6


@remembers(5_000)
def in_lines(text: str, room: float, size: float, most: int = 2) -> tuple[str, ...]:
    """A name in at most so many lines of so much room, broken between words where it can be, and cut with an
    ellipsis."""
    lines: list[str] = []
    rest = " ".join(text.split()) or "–"
    while rest and len(lines) < most:
        fits = _fits(rest, room, size)
        if fits == len(rest):
            return *lines, rest
        if len(lines) == most - 1:
            return *lines, rest[: _fits(rest, room - width(ELLIPSIS, size), size)].rstrip() + ELLIPSIS
        at = rest.rfind(" ", 0, fits + 1)
        if at > fits // 3:
            lines.append(rest[:at])
        else:
            at = _fits(rest, room - width(HYPHEN, size), size)
            lines.append(rest[:at].rstrip() + HYPHEN)
        rest = rest[at:].lstrip()
    return tuple(lines)


def _fits(text: str, room: float, size: float) -> int:
    """How many letters of a text there is room for, one at least."""
    taken = 0.0
    for number, one in enumerate(text):
        taken += _letter(one) * size
        if taken > room:
            return max(number, 1)
    return len(text)
