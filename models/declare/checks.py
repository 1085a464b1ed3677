"""Validators for single values: each returns the value as stored or raises Problem with what to do next."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from models.declare.words import N_, Problem

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_ELEVEN_DIGITS = re.compile(r"(?<!\d)\d(?:[\s./–—-]{0,3}\d){10}(?!\d)")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_FIRST_BILLED, _LAST_BILLED = 2018, 2100
_MOST_MONTHS = 1200


def organisation_number(value: Any) -> Any:
    """Nine digits with a mod 11 check digit (weights 3 2 7 6 5 4 3 2). Accepts spaces, NO and MVA; stores digits."""
    if not value:
        return None
    digits = re.sub(r"[\s\u00a0.]|^NO|MVA$", "", str(value).upper().strip())
    if not re.fullmatch(r"[1-9][0-9]{8}", digits):
        raise Problem(
            N_("Organisasjonsnummeret må ha ni siffer, og det første er ikke 0. Du finner det i Enhetsregisteret.")
        )
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2), strict=False))
    check = (11 - weighted % 11) % 11
    if check != int(digits[8]):
        raise Problem(
            N_("Organisasjonsnummeret %(number)s kan ikke stemme: kontrollsifferet er feil. Se etter en skrivefeil."),
            number=digits,
        )
    return digits


def municipality_code(value: Any) -> Any:
    """Four digits, leading zero kept (domain handbook 5.2)."""
    if not value:
        return None
    code = str(value).strip()
    if not re.fullmatch(r"[0-9]{4}", code) or code.startswith("00"):
        raise Problem(N_("Kommunenummeret må ha fire siffer, for eksempel 0826 eller 4026."))
    return code


def email(value: Any) -> Any:
    if not value:
        return None
    address = str(value).strip()
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
    """Two letters of ISO 3166, such as NO."""
    if not value:
        return None
    code = str(value).strip().upper()
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise Problem(N_("Skriv landet med to bokstaver, for eksempel NO for Norge."))
    return code


def not_negative(value: Any) -> Any:
    if value is not None and value < 0:
        raise Problem(N_("Tallet kan ikke være negativt."))
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
    """Refuse text that holds a valid fødselsnummer or D-number (quality rule Q10)."""
    if isinstance(value, str):
        for match in _ELEVEN_DIGITS.finditer(value):
            if is_national_identity_number(re.sub(r"\D", "", match[0])):
                raise Problem(
                    N_("Teksten inneholder et fødselsnummer. Orden skal ikke lagre det: fjern nummeret og lagre igjen.")
                )
    return value


def is_national_identity_number(digits: str) -> bool:
    """Whether eleven digits pass both control digits and hold a possible day and month."""
    numbers = [int(digit) for digit in digits]
    first = -sum(n * w for n, w in zip(numbers, (3, 7, 6, 1, 8, 9, 4, 5, 2), strict=False)) % 11
    second = -sum(n * w for n, w in zip(numbers, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=False)) % 11
    day, month = int(digits[:2]), int(digits[2:4])
    plausible = 1 <= day % 40 <= 31 and 1 <= month % 40 <= 12
    return plausible and numbers[9] == first and numbers[10] == second
