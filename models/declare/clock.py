"""The clock: a moment is in UTC, a day is a day in Norway. The two part ways in the last hours of a day in UTC."""

from calendar import monthrange
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in Norway."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The day it was in Norway at an aware moment."""
    return moment.astimezone(OSLO).date()


def start_of(day: date) -> datetime:
    """The moment a day begins in Norway."""
    return datetime.combine(day, time(), OSLO)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
