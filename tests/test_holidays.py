"""The last day of a period, when nobody is at work on it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from models.declare.choices import Answer
from models.declare.clock import OSLO
from models.declare.holidays import easter, holidays, working_day, works
from models.registers.accessrequests import AccessRequest
from models.registers.breaches import Breach


@pytest.mark.parametrize(
    "sunday",
    ["1818-03-22", "1943-04-25", "1961-04-02", "2000-04-23", "2008-03-23", "2018-04-01", "2024-03-31", "2025-04-20",
     "2026-04-05", "2027-03-28", "2038-04-25", "2049-04-18", "2076-04-19", "2285-03-22"],
)  # fmt: skip
def test_easter_is_when_the_almanac_has_it(sunday: str) -> None:
    assert easter(int(sunday[:4])) == date.fromisoformat(sunday)


def test_the_holidays_of_a_year_are_those_of_the_law() -> None:
    assert [f"{day:%d.%m}" for day in sorted(holidays(2026))] == [
        "01.01", "02.04", "03.04", "05.04", "06.04", "01.05", "14.05", "17.05", "24.05", "25.05", "25.12", "26.12",
    ]  # fmt: skip
    assert len(holidays(2008)) == 11  # 1 May was Ascension Day too


@pytest.mark.parametrize(
    ("last", "becomes"),
    [
        ("2026-11-30", "2026-11-30"),  # a Monday
        ("2026-11-28", "2026-11-30"),  # a Saturday
        ("2026-11-29", "2026-11-30"),  # a Sunday
        ("2026-04-02", "2026-04-07"),  # Maundy Thursday, over all of Easter
        ("2026-05-01", "2026-05-04"),  # 1 May, a Friday
        ("2026-05-17", "2026-05-18"),
        ("2026-12-24", "2026-12-24"),  # Christmas Eve is a day like others
        ("2026-12-25", "2026-12-28"),
        ("2027-12-31", "2027-12-31"),
        ("2028-01-01", "2028-01-03"),
    ],
)
def test_the_last_day_moves_to_the_next_on_which_people_are_at_work(last: str, becomes: str) -> None:
    assert working_day(date.fromisoformat(last)) == date.fromisoformat(becomes)


def test_no_day_moves_by_more_than_a_week_and_every_day_lands_on_a_working_day() -> None:
    days = [date(2020, 1, 1) + timedelta(days=number) for number in range(366 * 30)]

    assert all(works(moved := working_day(day)) and timedelta() <= moved - day <= timedelta(days=6) for day in days)


@pytest.mark.parametrize(
    ("received", "extended", "deadline"),
    [
        ("2026-01-31", Answer.NO, "2026-03-02"),  # the last of February is a Saturday
        ("2026-03-03", Answer.NO, "2026-04-07"),  # Good Friday
        ("2026-04-01", Answer.NO, "2026-05-04"),  # 1 May
        ("2026-09-30", Answer.YES, "2026-12-30"),
        ("2026-09-25", Answer.YES, "2026-12-28"),  # Christmas Day
    ],
)
def test_a_request_for_access_is_due_on_a_working_day(received: str, extended: Answer, deadline: str) -> None:
    request = AccessRequest(received=date.fromisoformat(received), extended=extended)
    request.reckon()

    assert request.deadline == date.fromisoformat(deadline)


def test_the_72_hours_of_a_breach_run_through_easter() -> None:
    breach = Breach(aware=datetime(2026, 4, 1, 15, 30, tzinfo=OSLO))
    breach.reckon()

    assert breach.deadline == datetime(2026, 4, 4, 15, 30, tzinfo=OSLO)
