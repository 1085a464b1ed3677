"""The wheel of a year: twelve sectors, a ring for each kind of date, and in each field how many there are. The list
beneath it says the same in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from math import cos, radians, sin
from typing import Any

from models.declare.choices import YearKind
from models.queries.year import Entry
from views.texts import gettext as _
from views.texts import ngettext, tr

SIZE, RIM, THICKEST, SECTORS, HUB = 640, 268, 44, 12, 84
MIDDLE, NAMES = SIZE / 2, RIM + 26  # how far out the months are named


def wheel(months: Sequence[dict[str, Any]], entries: Sequence[Entry]) -> dict[str, Any] | None:
    """Where everything stands, in the units of the drawing; None when there is nothing to draw."""
    kinds = [kind for kind in YearKind if any(one.kind is kind for one in entries)]
    if not kinds:
        return None
    numbers = Counter((one.day.year, one.day.month, one.kind) for one in entries)
    thick = min(THICKEST, (RIM - HUB) / len(kinds))
    return {
        "size": SIZE,
        "middle": MIDDLE,
        "sectors": [_sector(at, month, kinds, numbers, thick) for at, month in enumerate(months)],
        "rings": [{"kind": kind.value, "label": tr(kind.label), "count": _total(numbers, kind)} for kind in kinds],
        "total": len(entries),
        "word": ngettext("dato", "datoer", len(entries)),
        "told": ngettext("%(num)s dato i tolv måneder.", "%(num)s datoer i tolv måneder.", len(entries)),
    }


def _total(numbers: Counter[Any], kind: YearKind) -> int:
    return sum(number for (_year, _month, one), number in numbers.items() if one is kind)


def _sector(
    at: int, month: dict[str, Any], kinds: Sequence[YearKind], numbers: Counter[Any], thick: float
) -> dict[str, Any]:
    begin: date = month["begin"]
    counts = [numbers[begin.year, begin.month, kind] for kind in kinds]
    total = sum(counts)
    x, y = _point(NAMES, at + 0.5)
    return {
        "url": f"#{month['id']}" if total else None,
        "label": month["short"],
        "told": _("%(month)s: %(dates)s", month=month["name"], dates=_dates(total)),
        "x": x,
        "y": y,
        "fields": list(_fields(at, kinds, counts, thick)),
    }


def _dates(number: int) -> str:
    return ngettext("%(num)s dato", "%(num)s datoer", number)


def _fields(at: int, kinds: Sequence[YearKind], counts: Sequence[int], thick: float) -> Iterator[dict[str, Any]]:
    """The fields of a sector from the rim inwards, one a kind."""
    for ring, (kind, count) in enumerate(zip(kinds, counts, strict=True)):
        outer, inner = RIM - ring * thick, RIM - (ring + 1) * thick
        x, y = _point((outer + inner) / 2, at + 0.5)
        yield {"kind": kind.value if count else "", "count": count, "path": _path(outer, inner, at), "x": x, "y": y}


def _path(outer: float, inner: float, at: int) -> str:
    (ax, ay), (bx, by) = _point(outer, at), _point(outer, at + 1)
    (cx, cy), (dx, dy) = _point(inner, at + 1), _point(inner, at)
    far, near = f"A{outer:.1f} {outer:.1f} 0 0 1 {bx} {by}", f"A{inner:.1f} {inner:.1f} 0 0 0 {dx} {dy}"
    return f"M{ax} {ay}{far}L{cx} {cy}{near}Z"


def _point(radius: float, sector: float) -> tuple[float, float]:
    """A point so far from the middle, so many sectors from the top, with the sun."""
    angle = radians(sector * 360 / SECTORS - 90)
    return round(MIDDLE + radius * cos(angle), 1), round(MIDDLE + radius * sin(angle), 1)
