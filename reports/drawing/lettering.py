"""How much room texts take in a picture, guessed from their letters: no text is drawn over another. The guess is above
what the fonts of our pages take, and of the size that texts have on a narrow screen, which is the largest."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

SIZE = 20  # units of a picture, on a narrow screen
LINE = 24  # from a line to the next
_THIN, _WIDE = frozenset("iljtfrI.,:;'|!()[]·-/ "), frozenset("mwMWÆæ@%…–—")


def width(text: str, size: float = SIZE) -> float:
    """The room a text takes at most."""
    return round(sum(map(_width, text)) * size, 1)


def _width(letter: str) -> float:
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    if letter in _THIN:
        return 0.38
    if letter in _WIDE:
        return 1.0
    return 0.74 if letter.isupper() else 0.6


def fitted(text: str, room: float, size: float = SIZE) -> str:
    """A text that there is room for: the beginning of it where it is longer."""
    if width(text, size) <= room:
        return text
    kept = text
    while kept and width(f"{kept}…", size) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…" if kept else ""


def thinned(labels: Sequence[str], places: Sequence[float], end: float, gap: float = 8) -> list[tuple[float, str]]:
    """Those of some labels, each in the middle of its place, that stand beside each other without meeting: the last,
    and as many before it as there is room for, evenly. One that would reach past a side stands at it."""
    for every in range(1, len(labels) + 1):
        kept = [_placed(labels[one], places[one], end) for one in range(len(labels) - 1, -1, -every)][::-1]
        ends = [(at - width(text) / 2, at + width(text) / 2) for at, text in kept]
        if all(one[1] + gap <= two[0] for one, two in pairwise(ends)):
            return kept
    return []


def _placed(label: str, place: float, end: float) -> tuple[float, str]:
    text = fitted(label, end)
    half = width(text) / 2
    return min(max(place, half), end - half), text
