"""The way to where a municipality is, drawn: how many activities there were and how many of them were approved, month
by month. Two lines in an SVG, told apart without colour, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date

from models.queries.progress import Month
from views import formatters
from views.texts import gettext as _
from views.texts import language, ngettext

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 40, 150, 14, 30  # what stands around the lines: numbers, words, months
STEPS = (1, 2, 5)
LINES, APART = 4, 18  # marks up the side at most; between two words at the end of lines
STANDS = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}


def drawn(months: Sequence[Month]) -> dict[str, Any]:
    """All that the picture and its table need."""
    top, step = _scale(max(one.registered for one in months))
    lines = [[one.registered for one in months], [one.approved for one in months]]
    ends = _apart(*[_y(line[-1], top) for line in lines])
    words = (_registered(months[-1].registered), _approved(months[-1].approved))
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "marks": [{"y": _y(one, top), "text": formatters.grouped(one)} for one in range(0, top + 1, step)],
        "months": [
            {"x": _x(number), "text": month_name(one.first, "MMM").rstrip(".")} for number, one in enumerate(months)
        ],
        "lines": [
            {"kind": kind, "points": _points(line, top), "x": WIDTH - RIGHT + 8, "y": y + 4, "text": word}
            for kind, line, y, word in zip(("registered", "approved"), lines, ends, words, strict=True)
        ],
        "told": _told(months),
        "rows": [
            {
                "month": month_name(one.first, "MMMM y"),
                "registered": formatters.grouped(one.registered),
                "approved": formatters.grouped(one.approved),
            }
            for one in months
        ],
    }


def month_name(first: date, shape: str) -> str:
    return format_date(first, shape, locale=STANDS[language()])


def _registered(number: int) -> str:
    return ngettext("%(count)s registrert", "%(count)s registrerte", number, count=formatters.grouped(number))


def _approved(number: int) -> str:
    return ngettext("%(count)s godkjent", "%(count)s godkjente", number, count=formatters.grouped(number))


def _told(months: Sequence[Month]) -> str:
    """The picture in a sentence."""
    first, last = months[0], months[-1]
    return _(
        "Fra %(before)s registrerte og %(won)s godkjente i %(month)s til %(now)s registrerte og %(done)s godkjente nå.",
        before=formatters.grouped(first.registered),
        won=formatters.grouped(first.approved),
        month=month_name(first.first, "MMMM y"),
        now=formatters.grouped(last.registered),
        done=formatters.grouped(last.approved),
    )


def _scale(most: int) -> tuple[int, int]:
    """The number at the top and between two marks: round, and few."""
    step = next(one * 10**power for power in range(12) for one in STEPS if one * 10**power * LINES >= most)
    return max(step * -(-most // step), step), step


def _x(number: int) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * number / 11, 1)


def _y(value: int, top: int) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top), 1)


def _points(line: Sequence[int], top: int) -> str:
    return " ".join(f"{_x(number)},{_y(value, top)}" for number, value in enumerate(line))


def _apart(upper: float, lower: float) -> tuple[float, float]:
    """Where two words stand that would else stand on each other."""
    missing = max(0, APART - (lower - upper)) / 2
    lifted = max(0, lower + missing - (HEIGHT - BOTTOM))
    return upper - missing - lifted, lower + missing - lifted
