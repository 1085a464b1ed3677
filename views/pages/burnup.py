"""The way to where a municipality is, drawn: how many activities there were and how many of them were approved, month
by month. Two lines in an SVG, told apart without colour, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date

from models.queries.progress import MONTHS, Month
from views import formatters
from views.texts import gettext as _
from views.texts import language, ngettext

WIDTH, HEIGHT = 480, 250
LEFT, RIGHT, TOP, BOTTOM = 44, 20, 12, 32  # what stands around the lines: numbers, half a month's name, months
STEPS, MARKS = (1, 2, 5), 4  # what numbers up the side rise by, and how many there are at most
STANDS = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}


def drawn(months: Sequence[Month]) -> dict[str, Any]:
    """All that the picture and its table need."""
    top, step = _scale(max(one.registered for one in months))
    lines = [[one.registered for one in months], [one.approved for one in months]]
    words = (_registered(months[-1].registered), _approved(months[-1].approved))
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "marks": [{"y": _y(one, top), "text": formatters.grouped(one)} for one in range(0, top + 1, step)],
        "months": [
            {"x": _x(number), "text": month_name(one.first, "MMM").rstrip(".")}
            for number, one in enumerate(months)
            if number % 2  # every other has room on a phone, the last among them
        ],
        "lines": [
            {"kind": kind, "points": _points(line, top), "text": word}
            for kind, line, word in zip(("registered", "approved"), lines, words, strict=True)
        ],
        "told": _told(months),
        "rows": [
            {
                "month": month_name(one.first, "MMM y"),
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
    step = next(one * 10**power for power in range(12) for one in STEPS if one * 10**power * MARKS >= most)
    return max(step * -(-most // step), step), step


def _x(number: int) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * number / (MONTHS - 1), 1)


def _y(value: int, top: int) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top), 1)


def _points(line: Sequence[int], top: int) -> str:
    return " ".join(f"{_x(number)},{_y(value, top)}" for number, value in enumerate(line))
