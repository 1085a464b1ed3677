"""Days, months and moments as people and spreadsheets write them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from exchange.cells.spellings import alike
from models.declare.clock import OSLO, day_of

_NO_DAY_BEFORE, _LAST_SERIAL = date(1899, 12, 30), 2_958_465  # 31 December 9999
_FIRST_YEAR, _LAST_YEAR, _LEAP_DAY_THAT_NEVER_WAS = 1900, 2200, 60
_TURN_OF_CENTURY = 70  # two digits below are of this century
_MONTHS = (
    ("jan", "januar", "january"), ("feb", "februar", "february"), ("mar", "mars", "march"), ("apr", "april"),
    ("mai", "may"), ("jun", "juni", "june"), ("jul", "juli", "july"), ("aug", "august"),
    ("sep", "sept", "september"), ("okt", "oktober", "oct", "october"), ("nov", "november"),
    ("des", "desember", "dec", "december"),
)  # fmt: skip
_MONTH = {word: number for number, words in enumerate(_MONTHS, 1) for word in words}
_ORDINAL = r"(?:\.|st|nd|rd|th)?"
_WEEKDAY = re.compile(
    r"^(?:mån|man|tir?s|tys|ons|tors|fre|lau|lør|søn|sun|mon|tues|wednes|thurs|fri|satur)(?:dag|day)[,.]?\s+(?:den\s+)?",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"(\d{1,2})\s*[./ -]\s*(\d{1,2})\s*[./ -]\s*(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})|(\d{4})(\d{2})(\d{2})")
_WORDS = re.compile(rf"(\d{{1,2}}){_ORDINAL}\s*([^\W\d]+)\.?,?\s*(\d{{4}}|\d{{2}})")
_AMERICAN = re.compile(rf"([^\W\d]+)\.?\s+(\d{{1,2}}){_ORDINAL},?\s+(\d{{4}})")
_MONTH_OF = re.compile(r"([^\W\d]+)\.?,?\s*(\d{4})|(\d{1,2})\s*[./-]\s*(\d{4})|(\d{4})\s*[-/.]\s*(\d{1,2})")
_PART_OF = re.compile(
    r"(?:(?P<q>[qk])\s*(?P<a>[1-4])|(?P<b>[1-4])\.?\s*(?P<part>kvartal|kv|quarter|tertial|halvår|halvaar|half))\.?,?\s*"
    r"(?P<year>\d{4})|(?P<year2>\d{4})\s*[-/ ]?\s*[qk]\s*(?P<c>[1-4])",
    re.IGNORECASE,
)
_LENGTHS = {"tertial": 4, "halvår": 6, "halvaar": 6, "half": 6}  # in months; a quarter is three
_TIME = re.compile(
    r"[\sT,]+(?:kl\.?\s*)?(\d{1,2})[.:](\d{2})(?:[.:](\d{2})(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$", re.I
)


def day(value: object) -> date | None:
    """The day a value means, the first one of a month, a quarter or a year; None when it means none.

    A whole number is a spreadsheet's own count of days, or a year."""
    if isinstance(value, datetime):
        return day_of(value) if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _counted(value)
    return _written(value) if isinstance(value, str) else None


def moment(value: object) -> datetime | None:
    """The moment a value means, in Norwegian time unless it says otherwise; None when it means none."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=OSLO)
    if isinstance(value, float) and not value.is_integer() and (found := _counted(int(value))):
        seconds = round(value % 1 * 86_400)
        return datetime.combine(found, datetime.min.time(), OSLO) + timedelta(seconds=seconds)
    text, time, zone = value, datetime.min.time(), OSLO
    if isinstance(value, str) and (told := _TIME.search(value.strip())):
        text = value.strip()[: told.start()]
        try:
            time = datetime.min.time().replace(int(told[1]), int(told[2]), int(told[3] or 0))
            zone = datetime.strptime(told[4].upper(), "%z").tzinfo if told[4] else OSLO  # type: ignore[assignment]  # a zone
        except ValueError:
            return None
    found = day(text)
    return datetime.combine(found, time, zone) if found else None


def _counted(number: float) -> date | None:
    if number == int(number) and _FIRST_YEAR <= number <= _LAST_YEAR:
        return date(int(number), 1, 1)
    if not 0 < number <= _LAST_SERIAL:
        return None
    # Spreadsheets think that 1900 was a leap year: days before March of it are one off.
    return _NO_DAY_BEFORE + timedelta(days=int(number) + (number < _LEAP_DAY_THAT_NEVER_WAS))


def _written(value: str) -> date | None:
    text = _WEEKDAY.sub("", " ".join(value.split()))
    if (told := _TIME.search(text)) and (told[0][0] == "T" or ":" in told[0] or "kl" in told[0].lower()):
        text = text[: told.start()]
    if found := _ISO.fullmatch(text):
        return _made(*(int(part) for part in found.groups() if part))
    if found := _NUMBERS.fullmatch(text):
        return _made(_year(found[3]), int(found[2]), int(found[1]))
    if (found := _WORDS.fullmatch(text)) and (month := _MONTH.get(alike(found[2]))):
        return _made(_year(found[3]), month, int(found[1]))
    if (found := _AMERICAN.fullmatch(text)) and (month := _MONTH.get(alike(found[1]))):
        return _made(int(found[3]), month, int(found[2]))
    return _first_of(text)


def _first_of(text: str) -> date | None:
    """The first day of what is told as a month, a part of a year, or a year."""
    if found := _MONTH_OF.fullmatch(text):
        word, year, number, year_too, year_first, number_last = found.groups()
        month = _MONTH.get(alike(word), 0) if word else int(number or number_last)
        return _made(int(year or year_too or year_first), month, 1) or _part(text)
    if re.fullmatch(r"\d{4}", text) and _FIRST_YEAR <= int(text) <= _LAST_YEAR:
        return date(int(text), 1, 1)
    return _part(text)


def _part(text: str) -> date | None:
    if not (found := _PART_OF.fullmatch(text)):
        return None
    which = int(found["a"] or found["b"] or found["c"])
    months = _LENGTHS.get((found["part"] or "").lower(), 3)
    return _made(int(found["year"] or found["year2"]), (which - 1) * months + 1, 1)


def _year(text: str) -> int:
    number = int(text)
    return number if len(text) > 2 else number + (2000 if number < _TURN_OF_CENTURY else 1900)


def _made(year: int, month: int, day_: int) -> date | None:
    try:
        return date(year, month, day_)
    except ValueError:
        return None
