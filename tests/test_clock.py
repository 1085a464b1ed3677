"""A moment is in UTC, a day is a day in Norway: the hour before midnight in UTC is already the next day."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from models.declare import clock

ROOT = Path(__file__).parent.parent
UTC_DAY = re.compile(r"ZoneInfo\(|\bnow\([^\n]*\)\.date\(\)|date\.today\(")  # a zone of one's own, the day it is in UTC


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-01-31 22:59:59", date(2026, 1, 31)),
        ("2026-01-31 23:00:00", date(2026, 2, 1)),
        ("2026-07-31 21:59:59", date(2026, 7, 31)),
        ("2026-07-31 22:00:00", date(2026, 8, 1)),
        ("2026-12-31 23:30:00", date(2027, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_norway_in_winter_and_in_summer(moment: str, day: date) -> None:
    told = clock.day_of(datetime.fromisoformat(moment).replace(tzinfo=UTC))

    assert told == day


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 11, 28), 24)])
def test_the_moments_a_day_begins_at_are_a_day_apart_also_when_the_hour_is_moved(
    day: tuple[int, int, int], hours: int
) -> None:
    begins = clock.start_of(date(*day)).astimezone(UTC)
    ends = clock.start_of(date(*day) + timedelta(days=1)).astimezone(UTC)

    assert (ends - begins, clock.day_of(begins), clock.day_of(ends - timedelta(microseconds=1))) == (
        timedelta(hours=hours),
        date(*day),
        date(*day),
    )


def test_in_the_last_hour_in_utc_it_is_tomorrow_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 28, 23, 12, tzinfo=UTC))

    assert clock.today() == date(2026, 11, 29)


def test_no_other_file_asks_for_the_day_it_is_in_utc_or_has_a_zone_of_its_own() -> None:
    files = [file for room in ("models", "views", "reports", "tests") for file in sorted((ROOT / room).rglob("*.py"))]

    asking = [str(file.relative_to(ROOT)) for file in files if UTC_DAY.search(file.read_text())]

    assert asking == ["models/declare/clock.py", "tests/test_clock.py"]
    assert UTC_DAY.search("last = (now() + timedelta(days=30)).date()")
