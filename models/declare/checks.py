"""Validators for single values: each returns the value as stored or raises Problem with what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import accumulate
from typing import Any

from models.declare.cleaning import clean, line
from models.declare.countries import code_of
from models.declare.folding import fold
from models.declare.words import N_, Problem

_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_EMAIL = re.compile(rf"{_ATOM}(\.{_ATOM})*@(?!-)[\w-]+(\.[\w-]+)+")
_AROUND_EMAIL = re.compile(r"^(?:.*<|mailto:)|>?[;,.\s]*$", re.IGNORECASE)
_DIGIT_RUN = re.compile(r"[0-9](?:[^0-9A-Za-zÀ-ÿ]{0,3}[0-9])*")
_AROUND_ORGANISATION = re.compile(r"^(?:org[a-z]*[. -]*(?:nr|nummer|number)?[.: ]*)?(?:no)?|[ .\-]|mva$")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_FIRST_BILLED, _LAST_BILLED = 2018, 2100
_MOST_MONTHS = 1200
LONGEST_REASON = 300
_ELEVEN, _DATE_DIGITS = 11, 6


def organisation_number(value: Any) -> Any:
    """Nine digits that begin with 8 or 9, the last a mod 11 check digit (weights 3 2 7 6 5 4 3 2). Accepts blanks,
    points, hyphens, Org.nr., NO and MVA; stores digits."""
    if not (text := line(value)):
        return None
    digits = _AROUND_ORGANISATION.sub("", fold(text)).upper()
    if not re.fullmatch(r"[89][0-9]{8}", digits):
        raise Problem(
            N_("Organisasjonsnummeret må ha ni siffer, og det første er 8 eller 9. Du finner det i Enhetsregisteret.")
        )
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2), strict=False))
    check = (11 - weighted % 11) % 11
    if check != int(digits[8]):
        raise Problem(
            N_("Organisasjonsnummeret %(number)s kan ikke stemme: kontrollsifferet er feil. Se etter en skrivefeil."),
            number=digits,
        )
    return digits


def account_number(value: Any) -> Any:
    """A Norwegian bank account: eleven digits, the last a mod 11 check digit (weights 5 4 3 2 7 6 5 4 3 2)."""
    if not (text := line(value)):
        return None
    digits = re.sub(r"[ .]", "", text)
    if not re.fullmatch(r"[0-9]{11}", digits):
        raise Problem(N_("Kontonummeret må ha elleve siffer, for eksempel 1234 56 78903."))
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), strict=True))
    if weighted % 11:
        raise Problem(N_("Kontonummeret kan ikke stemme: kontrollsifferet er feil. Se etter en skrivefeil."))
    return digits


def municipality_code(value: Any) -> Any:
    """Four digits, leading zero kept (domain handbook 5.2)."""
    if not value:
        return None
    code = line(str(value)) or ""
    if not re.fullmatch(r"[0-9]{4}", code) or code.startswith("00"):
        raise Problem(N_("Kommunenummeret må ha fire siffer, for eksempel 0826 eller 4026."))
    return code


def email(value: Any) -> Any:
    """An address in small letters. Accepts what comes along when it is copied: <>, mailto: and the sign after it."""
    if not (text := line(value)):
        return None
    address = str(_AROUND_EMAIL.sub("", text))
    if not _EMAIL.fullmatch(address):
        raise Problem(N_("E-postadressen ser ikke riktig ut. Skriv den slik: navn@kommune.no."))
    return address.lower()


def web_address(value: Any) -> Any:
    """An http or https address; other schemes (javascript:, data:) are refused."""
    if not value:
        return None
    address = str(value).strip()
    if not re.fullmatch(r"https?://[^\s/$.?#][^\s]*", address, re.IGNORECASE):
        raise Problem(N_("Lenken må begynne med https:// eller http:// og være uten mellomrom."))
    return address


def web_addresses(value: Any) -> Any:
    """Web addresses, one a line."""
    lines = [line.strip() for line in str(value or "").splitlines()]
    return "\n".join(web_address(line) for line in lines if line) or None


def country(value: Any) -> Any:
    """The two letters of a country by ISO 3166, such as NO; its name will do."""
    if not (text := line(value)):
        return None
    if (code := code_of(text)) is None:
        raise Problem(N_("Skriv landet med to bokstaver eller med navn, for eksempel NO eller Norge."))
    return code


def not_negative(value: Any) -> Any:
    if value is not None and value < 0:
        raise Problem(N_("Tallet kan ikke være negativt."))
    return value


def above_nothing(value: Any) -> Any:
    if value is not None and value <= 0:
        raise Problem(N_("Beløpet må være større enn null."))
    return value


def one_or_more(value: Any) -> Any:
    if value is not None and value < 1:
        raise Problem(N_("Tallet må være 1 eller mer."))
    return value


def months(value: Any) -> Any:
    """A number of months up to a hundred years: more is a slip."""
    if value is not None and not 0 <= value <= _MOST_MONTHS:
        raise Problem(N_("Antall måneder må ligge mellom 0 og 1200."))
    return value


def billing_year(value: Any) -> Any:
    """A year of the cooperation: 2018 to 2100."""
    if value is not None and not _FIRST_BILLED <= value <= _LAST_BILLED:
        raise Problem(N_("Året må ligge mellom 2018 og 2100."))
    return value


def sensible_date(value: Any) -> Any:
    """A date between 1900 and 2200: catches slips like 0206 for 2026."""
    if isinstance(value, date) and not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise Problem(N_("Datoen %(date)s er usannsynlig. Sjekk årstallet."), date=f"{value:%d.%m.}{value.year:04}")
    return value


def no_national_identity_number(value: Any) -> Any:
    """Refuse text that holds a valid fødselsnummer or D-number (quality rule Q10), whatever stands between its digits
    and before and after it."""
    if (
        isinstance(value, str)
        and sum(map(str.isdigit, value)) >= _ELEVEN  # first, since next to no text has so many
        and any(map(is_national_identity_number, _elevens(clean(value))))
    ):
        raise Problem(
            N_("Teksten inneholder et fødselsnummer. Orden skal ikke lagre det: fjern nummeret og lagre igjen.")
        )
    return value


def reason(value: Any) -> Any:
    """Why a field is not relevant: one line, and not a long one."""
    text = no_national_identity_number(line(value))
    if text and len(text) > LONGEST_REASON:
        raise Problem(
            N_("Grunnen er %(length)s tegn lang, og det er plass til %(limit)s. Skriv den kortere."),
            length=len(text),
            limit=LONGEST_REASON,
        )
    return text


def reasons(value: Any) -> Any:
    """The same by the keys of fields; None when no reason is left."""
    return {key: text for key, one in (value or {}).items() if (text := reason(one))} or None


def _elevens(text: str) -> Iterator[str]:
    """Every eleven digits that follow each other, and of digits in groups those that are whole groups or six and five:
    two dates, or years in a row, would hold such a number by chance too often."""
    for run in _DIGIT_RUN.finditer(text):
        groups = re.findall("[0-9]+", run[0])
        digits, ends = "".join(groups), {0, *accumulate(map(len, groups))}
        for start in range(len(digits) - _ELEVEN + 1):
            within = ends & set(range(start + 1, start + _ELEVEN))
            if within <= {start + _DATE_DIGITS} or {start, start + _ELEVEN} <= ends:
                yield digits[start : start + _ELEVEN]


def is_national_identity_number(digits: str) -> bool:
    """Whether eleven digits pass both control digits and hold a possible day and month. For numbers given from 2032 the
    first control digit may leave a remainder of 0 to 3; the second is as before."""
    numbers = [int(digit) for digit in digits]
    first = sum(n * w for n, w in zip(numbers, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1), strict=False)) % 11
    second = sum(n * w for n, w in zip(numbers, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), strict=False)) % 11
    day, month = int(digits[:2]), int(digits[2:4])
    plausible = 1 <= day % 40 <= 31 and 1 <= month % 40 <= 12
    return plausible and first <= 3 and second == 0
