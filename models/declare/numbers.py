"""Numbers as people write them, for every door they enter by: forms, files and commands read them here."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from models.declare.cleaning import line
from models.declare.words import N_, Problem

NOT_KRONER = N_("Skriv et beløp i kroner, for eksempel 12 500 eller 12 500,50.")
NOT_WHOLE = N_("Skriv et helt tall med bare siffer.")
NOT_DECIMAL = N_("Skriv et tall med høyst %(places)s desimaler, for eksempel 12,5.")
WHICH_NUMBER = N_("Punktum og komma kan bare stå foran desimaler. Skriv %(plain)s eller %(grouped)s.")
BIGGEST, MOST = 2**31 - 1, 10**13
NBSP = "\u00a0"
LONGEST = 20  # digits, of a number that is nothing else
_DIGITS = r"([0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,15})"
_NUMBER = re.compile(rf"(-?){_DIGITS}(?:[.,]([0-9]+))?")
_POINTED = re.compile(r"-?[0-9]{1,3}(?:[.,][0-9]{3})+(?:[.,][0-9]{1,2})?")
_AROUND_KRONER = re.compile(r"^(?:kr|nok)\.? ?|(?:,-|,–)?(?: ?(?:kr|nok)\.?)?$", re.IGNORECASE)


def grouped(number: int) -> str:
    """1234567 as 1 234 567 with non-breaking spaces."""
    return f"{number:,}".replace(",", NBSP)


def kroner(ore: int) -> str:
    """1234567 øre as 12 345,67, with a minus before what is below nought; without the word for the money."""
    return f"{'-' if ore < 0 else ''}{grouped(abs(ore) // 100)},{abs(ore) % 100:02d}"


def amount(text: str | None) -> int | None:
    """Kroner as whole øre; None for nothing. Raises Problem."""
    bare = _AROUND_KRONER.sub("", line(text) or "") if text else ""
    number = _decimal(bare, 2, Problem(NOT_KRONER))
    return None if number is None else int(number * 100)


def decimal(text: str | None, places: int) -> Decimal | None:
    """A number with at most so many decimals; None for nothing. Raises Problem."""
    bare = (line(text) or "").removesuffix("%").rstrip()
    return _decimal(bare, places, Problem(NOT_DECIMAL, places=places))


def whole(text: str | None) -> int | None:
    """A whole number the database can hold; None for nothing. Raises Problem."""
    bare = _minus(line(text) or "")
    if not bare:
        return None
    found = _NUMBER.fullmatch(bare)
    if not found or found[3] or abs(number := int(found[1] + found[2].replace(" ", ""))) > BIGGEST:
        raise _explained(bare, Problem(NOT_WHOLE))
    return number


def digits(text: Any, most: int = BIGGEST) -> int | None:
    """The number that digits alone say, up to so much; None for anything else. Thousands of digits are not worked out:
    Python refuses to."""
    said = str(text)
    if not (said.isascii() and said.isdigit() and len(said) <= LONGEST):
        return None
    return number if (number := int(said)) <= most else None


def as_id(text: Any) -> int:
    """An id from outside. Raises ValueError for anything a database could choke on."""
    if not (value := digits(text)):
        raise ValueError(text)
    return value


def _decimal(text: str, places: int, problem: Problem) -> Decimal | None:
    bare = _minus(text)
    if not bare:
        return None
    found = _NUMBER.fullmatch(bare)
    # Three digits after the sign would be thousands to some and thousandths to others.
    if not found or len(found[3] or "") > places or (len(found[3] or "") == 3 and _POINTED.fullmatch(bare)):
        raise _explained(bare, problem)
    number = Decimal(f"{found[1]}{found[2].replace(' ', '')}.{found[3] or 0}")
    if abs(number) > MOST:
        raise problem
    return number


def _minus(text: str) -> str:
    return re.sub("^[\u2010-\u2015\u2212]", "-", text.strip())


def _explained(text: str, problem: Problem) -> Problem:
    if not _POINTED.fullmatch(text):
        return problem
    kroner, _, rest = re.fullmatch(r"(.*?)(?:([.,])([0-9]{1,2}))?", text).groups("")  # type: ignore[union-attr]  # fits any
    number = int(re.sub("[.,]", "", kroner))
    ending = f",{rest}" if rest else ""
    return Problem(WHICH_NUMBER, plain=f"{number}{ending}", grouped=f"{number:,}".replace(",", " ") + ending)
