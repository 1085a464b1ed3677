"""How like two texts are. What tells it weighs 3 MB, and is loaded by the process that asks: who serves pages does not
carry it."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(text: str, names: Iterable[str], *, least: float, most: int) -> list[tuple[str, float]]:
    """The names whose words a text is most like, the likest first, each with its share in per cent."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    found = process.extract(text, list(names), scorer=fuzz.token_sort_ratio, score_cutoff=least, limit=most)
    return [(name, share) for name, share, _place in found]


def meant(text: str, names: Iterable[str], *, least: float) -> str | None:
    """The name a text is likely to be, also where it is but a part of it."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    found = process.extractOne(text, list(names), scorer=fuzz.WRatio, score_cutoff=least)
    return found[0] if found else None
