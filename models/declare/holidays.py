"""Days on which nobody is at work in Norway: Saturdays, Sundays and the public holidays of the law of 1995 no. 12, with
1 and 17 May. Christmas Eve and New Year's Eve are none."""

from __future__ import annotations

from datetime import date, timedelta

from models.declare.memories import remembers

FIXED = ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))
FROM_EASTER = (-3, -2, 0, 1, 39, 49, 50)  # Maundy Thursday to Easter Monday, Ascension Day, Whitsun
SATURDAY = 5


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, after Gauss in the form of Meeus, Jones and Butcher."""
    golden, century, rest = year % 19, *divmod(year, 100)
    leaps, within = divmod(century, 4)
    moved = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leaps - moved + 15) % 30
    quarters, left = divmod(rest, 4)
    weekday = (32 + 2 * within + 2 * quarters - moon - left) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@remembers(200)
def holidays(year: int) -> frozenset[date]:
    """The public holidays of a year."""
    sunday = easter(year)
    movable = {sunday + timedelta(days=days) for days in FROM_EASTER}
    return frozenset(movable | {date(year, month, day) for month, day in FIXED})


def works(day: date) -> bool:
    """Whether it is a day on which people are at work."""
    return day.weekday() < SATURDAY and day not in holidays(day.year)


def working_day(day: date) -> date:
    """The day itself, or the next on which people are at work: what the last day of a period of days or months becomes
    (Regulation 1182/71 art. 3(4)). A period of hours is not moved."""
    while not works(day):
        day += timedelta(days=1)
    return day
