"""Whole days as an iCalendar file (RFC 5545): what a calendar program subscribes to.

Names of rows are other people's words: what would end a line, or begin another, becomes a line break of the text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LINE = 75  # octets, without the line break (3.1)
EACH = "PT6H"  # how often calendars are asked to look again
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})  # 3.3.11


@dataclass(frozen=True, slots=True)
class Event:
    """One day: `uid` is the same for ever, `changed` is when what it tells of was changed last."""

    uid: str
    day: date
    changed: datetime
    kind: str
    summary: str
    url: str


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """The file. The same days give the same bytes."""
    return b"".join(part + b"\r\n" for line in _lines(name, events) for part in folded(line))


def _lines(name: str, events: Iterable[Event]) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Orden//Orden//NO", "CALSCALE:GREGORIAN", "METHOD:PUBLISH")
    yield from (f"NAME:{text(name)}", f"X-WR-CALNAME:{text(name)}")
    yield from (f"REFRESH-INTERVAL;VALUE=DURATION:{EACH}", f"X-PUBLISHED-TTL:{EACH}")
    for one in events:
        yield from ("BEGIN:VEVENT", f"UID:{text(one.uid)}", f"DTSTAMP:{one.changed.astimezone(UTC):%Y%m%dT%H%M%SZ}")
        yield from (f"DTSTART;VALUE=DATE:{_day(one.day)}", f"DTEND;VALUE=DATE:{_day(one.day + timedelta(days=1))}")
        yield from (f"SUMMARY:{text(one.summary)}", f"CATEGORIES:{text(one.kind)}", f"URL:{_shown(one.url)}")
        yield from (f"DESCRIPTION:{text(one.url)}", "TRANSP:TRANSPARENT", "CLASS:PRIVATE", "END:VEVENT")
    yield "END:VCALENDAR"


def _day(day: date) -> str:
    return f"{day.year:04}{day:%m%d}"


def text(value: str) -> str:
    """A text as the value of a line: nothing in it ends the line, the value or a part of it."""
    return _shown("\n".join(value.splitlines())).translate(ESCAPED)


def _shown(value: str) -> str:
    """Without what is not shown: control characters but line breaks, and what cannot be written as UTF-8."""
    return "".join(sign for sign in value if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs"})


def folded(line: str) -> Iterator[bytes]:
    """A line in pieces of 75 octets at most, each after the first begun by a blank; no letter is parted."""
    rest = line.encode()
    while len(rest) > LINE:
        cut = LINE
        while rest[cut] & 0xC0 == 0x80:  # within a letter
            cut -= 1
        yield rest[:cut]
        rest = b" " + rest[cut:]
    yield rest
