"""What a calendar subscribes to, as the standard has it (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from exchange.out import icalendar
from exchange.out.icalendar import Event
from models.database import db
from models.declare.choices import YearKind
from models.registers.architecture import Application
from tests.conftest import inside
from tests.test_calendar_feed import SOON, fetched, made, unfolded
from tests.test_registers import As
from tests.test_year import add, plan


def test_every_line_ends_as_it_should_and_is_no_longer_than_75_octets_with_no_letter_parted(as_: As, app: Any) -> None:
    add(Application(name="Ørsmå æøå-system med et langt navn, som går over flere linjer " * 4, review_due=SOON))

    body = fetched(app, made(as_("kari"))).data

    lines = body.split(b"\r\n")
    assert (lines[-1], b"\n" in body.replace(b"\r\n", b"")) == (b"", False)
    assert [len(line) for line in lines if len(line) > 75] == []
    assert all(line.decode() is not None for line in lines)
    (summary,) = [one for one in unfolded(fetched(app, made(as_("kari")))) if one.startswith("SUMMARY")]
    assert summary.count("Ørsmå æøå-system med et langt navn\\, som går over flere linjer") == 4


@pytest.mark.parametrize("length", [*range(70, 80), *range(145, 155), 1000])
def test_a_line_folded_and_put_together_again_is_the_same(length: int) -> None:
    for sign in ("a", "å", "€", "😀"):
        line = f"SUMMARY:{sign * length}"
        parts = list(icalendar.folded(line))
        assert b"".join([parts[0], *(part[1:] for part in parts[1:])]).decode() == line
        assert max(map(len, parts)) <= 75
        assert {part.decode()[1:].replace(sign, "") for part in parts[1:]} <= {""}


def test_an_event_is_a_whole_day_with_a_number_of_its_own_a_link_and_the_moment_it_changed(as_: As, app: Any) -> None:
    add(Application(name="Sak", review_due=date(SOON.year, 12, 31)))
    with inside("Tinn"):
        row = db.session.scalars(select(Application).where(Application.name == "Sak")).one()
        number, changed = row.id, row.updated_at.astimezone(UTC)

    answer = fetched(app, made(as_("kari")))

    lines = unfolded(answer)
    assert lines[:5] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Orden//Orden//NO", "CALSCALE:GREGORIAN",
                         "METHOD:PUBLISH"]  # fmt: skip
    assert "X-WR-CALNAME:Orden i Tinn" in lines
    link = f"http://localhost/application/details/?id={number}"
    assert lines[lines.index("BEGIN:VEVENT") :] == [
        "BEGIN:VEVENT",
        f"UID:application-{number}@localhost",
        f"DTSTAMP:{changed:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{SOON.year}1231",
        f"DTEND;VALUE=DATE:{SOON.year + 1}0101",
        "SUMMARY:Revisjon av applikasjon: Sak",
        "CATEGORIES:Revisjon av applikasjon",
        f"URL:{link}",
        f"DESCRIPTION:{link}",
        "TRANSP:TRANSPARENT",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_numbers_of_events_are_the_same_for_ever_and_no_two_alike(as_: As, app: Any) -> None:
    plan("Tinn", SOON)
    kari = as_("kari")
    uids = lambda answer: [line for line in unfolded(answer) if line.startswith("UID:")]  # noqa: E731

    before = uids(fetched(app, made(kari)))
    plan("Tinn", SOON + timedelta(days=50))
    after = uids(fetched(app, made(kari)))

    assert sorted(before) == sorted(after)
    # Of what is charged, access, licences, AI systems, requests for access, options and audits none has a day.
    assert len(set(before)) == len(before) == len(YearKind) - 7


def test_an_empty_calendar_is_one_all_the_same() -> None:
    moment = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
    event = Event("x\r\ny", date(2027, 1, 1), moment, "Å;", "\ud800", "http://x/\r\nX:1")

    assert icalendar.calendar("Tinn", []).startswith(b"BEGIN:VCALENDAR\r\n")
    assert icalendar.calendar("Tinn", []).endswith(b"END:VCALENDAR\r\n")
    assert b"\r\nX:1" not in icalendar.calendar("Tinn", [event])
    assert b"UID:x\\ny\r\nDTSTAMP:20270102T030405Z\r\n" in icalendar.calendar("Tinn", [event])
