"""How long something lasts, as people write it: «5 år», «60 mnd», «ett år og seks måneder»."""

from __future__ import annotations

import re
from fractions import Fraction

from exchange.cells.spellings import alike

_UNITS = {
    **dict.fromkeys(("dag", "dager", "dagar", "døgn", "d", "day", "days"), ("days", 1)),
    **dict.fromkeys(("uke", "uker", "veke", "veker", "week", "weeks"), ("days", 7)),
    **dict.fromkeys(
        ("måned", "måneder", "månad", "månader", "mnd", "mnda", "mån", "md", "month", "months", "mths"), ("months", 1)
    ),
    **dict.fromkeys(("kvartal", "quarter", "quarters"), ("months", 3)),
    **dict.fromkeys(("år", "aar", "årig", "year", "years", "yr", "yrs"), ("months", 12)),
}
_WORDS = (
    ("null", "zero"), ("en", "et", "ett", "ei", "ein", "eitt", "one", "a"), ("to", "two"), ("tre", "three"),
    ("fire", "four"), ("fem", "five"), ("seks", "six"), ("sju", "syv", "seven"), ("åtte", "eight"), ("ni", "nine"),
    ("ti", "ten"), ("elleve", "eleven"), ("tolv", "twelve"),
)  # fmt: skip
_NUMBER = {word: Fraction(number) for number, words in enumerate(_WORDS) for word in words}
_NUMBER |= dict.fromkeys(("halvt", "halv", "halvannet", "half"), Fraction(1, 2)) | {"halvannet": Fraction(3, 2)}
_PIECE = re.compile(r"(\d+(?:[.,]\d+)?|[^\W\d_]+)\s*-?\s*([^\W\d_]+)\.?\s*")
_HALF = re.compile(r"^(?:e[tni]|eit|an?)\s+(?=hal[vf])", re.IGNORECASE)
_JOIN = re.compile(r"^(?:og|and|,|\+)\s*", re.IGNORECASE)
_AFTER = re.compile(r"(.{1,40}?)[,.]?\s+(?:etter|efter|fra|frå|after|from)\s+(?:at\s+)?(\S.*)$", re.IGNORECASE)
_PER_YEAR = 12


def length(text: str) -> dict[str, Fraction] | None:
    """How many days and months a text tells of; None when it tells of anything else as well."""
    rest, found = _HALF.sub("", " ".join(text.split())), {"days": Fraction(0), "months": Fraction(0)}
    while rest:
        piece = _PIECE.match(rest)
        unit = piece and _UNITS.get(alike(piece[2]))
        number = piece and _number(piece[1])
        if piece is None or unit is None or number is None:
            return None
        found[unit[0]] += number * unit[1]
        rest = _JOIN.sub("", rest[piece.end() :])
    return found if text.strip() else None


def lasting(text: str) -> tuple[str, str]:
    """A length that goes on, and what follows: «5 år etter avsluttet sak»; no length where it begins with none."""
    found = _AFTER.match(" ".join(text.split()))
    return (found[1], found[2]) if found and length(found[1]) else ("", text)


def whole(text: str, unit: str) -> int | None:
    """A length in whole days, months or years; None when it is not told or does not come out even."""
    if (told := length(text)) is None:
        return None
    days, months = told["days"], told["months"]
    number = days if unit == "days" else months if unit == "months" else months / _PER_YEAR
    other = months if unit == "days" else days
    return int(number) if not other and number.denominator == 1 else None


def _number(word: str) -> Fraction | None:
    return Fraction(word.replace(",", ".")) if word[0].isdecimal() else _NUMBER.get(alike(word))
