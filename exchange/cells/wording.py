"""What a cell says in words, whatever kind of value the spreadsheet made of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from exchange.table import Value

_EXACT = 15  # digits that a spreadsheet keeps of a number


def exact(number: float | Decimal) -> Decimal:
    """A number as the spreadsheet shows it: 0.30000000000000004 is 0.3."""
    return number if isinstance(number, Decimal) else Decimal(f"{number:.{_EXACT}g}")


def told(value: Value) -> str:
    """A value as a person would have typed it in Norway: 12 and 12,5 and 31.12.2026, and nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Ja" if value else "Nei"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float | Decimal):
        number = exact(value)
        return f"{number.normalize():f}".replace(".", ",") if number.is_finite() else str(number)
    if isinstance(value, datetime):
        is_day = (value.hour, value.minute, value.second) == (0, 0, 0)
        return f"{value:%d.%m.%Y}" if is_day else f"{value:%d.%m.%Y %H.%M}"
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value)
